"""Wrong answers to the exercises of chapter 10 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "10.1": """
scores only: The scores are right. conv_redir's channels stand beside them.
    redirected + => 0 +
one axis: Displacements go along two axes: D * D of them. A square written behind 2 * r + 1 without brackets is that of
the 1 alone.
    D * D => D
zero forgotten: No displacement at all is one of them, too: 2r + 1 along an axis.
    2 * (max_displacement // stride2) + 1 => 2 * (max_displacement // stride2)
one-sided: Things move to the left and up as well: from -r to r.
    2 * (max_displacement // stride2) + 1 => max_displacement // stride2 + 1
stride forgotten: With stride2 = 2 every second displacement is left out.
    2 * (max_displacement // stride2) + 1 => 2 * max_displacement + 1
both maps: Only the first image's features are redirected: the flow is on its grid.
    redirected + D => 2 * redirected + D
doubled before rounding: max_displacement / stride2 is not whole here. Round it down first, then double: each side has
whole steps.
    2 * (max_displacement // stride2) => 2 * max_displacement // stride2
fraction kept: max_displacement / stride2 is not whole here, and your D keeps its fraction. Round it down: // does.
    (max_displacement // stride2) => (max_displacement / stride2)
rounded: You round to the nearest whole number, which may be a step too far. Round down.
    (max_displacement // stride2) => round(max_displacement / stride2)
rounded up: You round up: your last step goes beyond max_displacement. Round down.
    (max_displacement // stride2) => -(-max_displacement // stride2)
zero added before dividing: You divide 2 * max_displacement + 1 by stride2. Divide max_displacement first; the
displacement 0 comes last.
    2 * (max_displacement // stride2) + 1 => (2 * max_displacement + 1) // stride2
one step too many: You double the displacement 0, too: it has no opposite.
    2 * (max_displacement // stride2) + 1 => 2 * (max_displacement // stride2 + 1)
steps to one side: You count the steps to one side. The other side and 0 belong to the axis, too.
    2 * (max_displacement // stride2) + 1 => max_displacement // stride2
axes added: You add both axes. Each vertical displacement pairs with every horizontal one: multiply.
    D * D => D + D
multiplied: You multiply by the redirected channels. The two groups are joined: add them.
    redirected + D => redirected * D
squared together: The redirected channels are squared as well. Square only the displacements.
    redirected + D * D => (redirected + D) ** 2
always 32: You add 32 channels whatever `redirected` is.
    redirected + D => 32 + D
always 441: You add 441 scores whatever the displacements are.
    D * D => 441
always 473: 473 belongs to FlowNetC alone: calculate it from the arguments.
    return 473
caret: In Python, ^ is a bitwise operation (exclusive or). A power is written **.
    D * D => (D ^ 2)
times the stride: You multiply by stride2. A larger stride leaves more displacements out: divide.
    2 * (max_displacement // stride2) + 1 => 2 * max_displacement * stride2 + 1
""",
    "10.2": """
in features: These are pixels of the feature maps. One of them is several of the image.
    return max_displacement // stride2 * stride2, stride2
step of features: The reach is right; the step jumps over stride2 features.
    features_stride * stride2 => features_stride
number of steps: You counted the steps to one side; each is stride2 features long.
    (max_displacement // stride2) * stride2 => (max_displacement // stride2)
rest kept: Where stride2 does not divide max_displacement, the last step does not fit.
    (max_displacement // stride2) * stride2 => max_displacement
both sides: That is from end to end; the reach is to one side.
    return features_stride => return 2 * features_stride
order: The two have changed places: the reach comes first, then the step.
    return in_image_pixels(features_stride, max_displacement, stride2)[::-1]
step in features: Your step counts features; the reach is right. How many pixels is one feature?
    features_stride * stride2 => stride2
reach in features: Your reach counts features; the step is right. How many pixels is one feature?
    features_stride * (max_displacement // stride2) => max_displacement // stride2
as given: You return the arguments as they are. They count features; the answer is in pixels.
    features_stride * (max_displacement // stride2) * stride2, features_stride * => max_displacement,
max_displacement in features: Your reach is max_displacement, which counts features: convert it.
    features_stride * (max_displacement // stride2) * stride2 => max_displacement
times the stride: max_displacement counts features, not steps: do not multiply it by stride2 once more.
    (max_displacement // stride2) => max_displacement
steps, one feature long: Your reach is a number of steps, and your step is one feature: stride2 is missing.
    return features_stride * (max_displacement // stride2), features_stride
rest kept, one feature: Both need stride2: it is the step in features, and the reach is a whole number of such steps.
    (max_displacement // stride2) * stride2, features_stride * stride2 => max_displacement, features_stride
step divided: A larger stride2 makes longer steps: multiply, do not divide.
    features_stride * stride2 => features_stride / stride2
from end to end: You count from the first displacement to the last, 0 included. The reach is to one side.
    max_displacement // stride2 => 2 * (max_displacement // stride2) + 1
always 8: You take features 8 px apart whatever features_stride is.
    return in_image_pixels(8, max_displacement, stride2)
rounded: You round to the nearest number of steps, which may be one too many. Round down.
    (max_displacement // stride2) => round(max_displacement / stride2)
rounded up: You round up: your last step goes beyond max_displacement. Round down.
    (max_displacement // stride2) => -(-max_displacement // stride2)
divided by the features' stride: One feature is several pixels: multiply, do not divide.
    return max_displacement / features_stride, stride2 / features_stride
    or
    return max_displacement // stride2 * stride2 / features_stride, stride2 / features_stride
negative: The reach is a length, without a sign.
    return features_stride => return -features_stride
""",
    "10.3": """
channels stacked: You joined channels: that is FlowNetS. Shared weights want both along the batch.
    [img1, img2] => [img1, img2], dim=1
    [: len(img1)], both[len(img1) :] => [:, : both.shape[1] // 2], both[:, both.shape[1] // 2 :]
swapped: The two have changed places: the flow would be on the wrong frame's grid.
    both = layers(torch.cat([img1, img2])) => first, second = streams(layers, img1, img2)
    both[: len(img1)], both[len(img1) :] => second, first
interleaved: cat puts all of img1 before all of img2; they do not alternate.
    [: len(img1)], both[len(img1) :] => [::2], both[1::2]
the first twice: Both results are of img1: the second stream is missing.
    both = layers(torch.cat([img1, img2])) => first = layers(img1)
    both[: len(img1)], both[len(img1) :] => first, first
one each: A batch may hold more than one pair: the first len(img1) are img1's.
    [: len(img1)], both[len(img1) :] => [:1], both[1:]
called twice: You call layers twice. Batch normalisation then takes its mean over each image apart: join them, and
call once.
    return layers(img1), layers(img2)
a new axis: torch.stack makes a new axis. Layers want (B, C, H, W): torch.cat makes the batch longer.
    cat => stack
    [: len(img1)], both[len(img1) :] => [0], both[1]
indexed: both[0] and both[1] are single images, without the batch's axis, and both of img1 where the batch has two.
    [: len(img1)], both[len(img1) :] => [0], both[1]
first of each: An index takes one image and drops the batch's axis. A slice takes all of img1's.
    [: len(img1)], both[len(img1) :] => [0], both[len(img1)]
same half twice: You return the first half twice; img2's features are in the second.
    len(img1) : => : len(img1)
one left out: An image is lost between your slices: img2's features begin where img1's end.
    (img1) : => (img1) + 1 :
last left out: The first slice is one image short: a slice's end is not part of it.
    : len(img1) => : len(img1) - 1
one below the other: You join rows, into one tall image. A layer then sees across the seam: join batches.
    return layers(torch.cat([img1, img2], dim=2)).chunk(2, dim=2)
side by side: You join columns, into one wide image. A layer then sees across the seam: join batches.
    return layers(torch.cat([img1, img2], dim=3)).chunk(2, dim=3)
not split: You return the features of the long batch as they are. Split them into img1's and img2's.
    both[: len(img1)], both[len(img1) :] => both
split by channels: You split the channels. The images were joined along the batch: split that.
    both[: len(img1)], both[len(img1) :] => both.chunk(2, dim=1)
channels joined, batch split: You join channels, and split the batch. Both belong to the batch, axis 0.
    [img1, img2] => [img1, img2], dim=1
number of channels: img1.shape[1] is the number of channels. The batch's length is shape[0].
    [: len(img1)], both[len(img1) :] => [: img1.shape[1]], both[img1.shape[1] :]
pieces of one: split(1) makes pieces of one image each. A piece has as many images as img1.
    both[: len(img1)], both[len(img1) :] => both.split(1)
pieces of two: split(2) makes pieces of two images each, not two pieces.
    both[: len(img1)], both[len(img1) :] => both.split(2)
layers left out: You return the images: layers is not called.
    return img1, img2
mixed, then halved: You put the images of each pair next to one another, and split as if all of img1 came first.
    return layers(torch.stack([img1, img2], 1).flatten(0, 1)).chunk(2)
the last one only: Your second result is the last image alone. img2 may have more than one.
    both[len(img1) :] => both[-1:]
without gradients: Under torch.no_grad() the layers cannot learn: no gradient reaches them.
    with torch.no_grad():
        return streams(layers, img1, img2)
gradient cut off: The values are right, but no gradient reaches the layers or the images: .detach(), .data and NumPy cut
it off.
    layers(torch.cat([img1, img2])) => layers(torch.cat([img1, img2])).detach()
    or
    [img1, img2] => [img1.detach(), img2.detach()]
    or
    both[len(img1) :] => both[len(img1) :].detach()
    or
    both[: len(img1)], => both[: len(img1)].detach(),
    or
    layers(torch.cat([img1, img2])) => layers(torch.cat([img1, img2])).numpy()
""",
    "10.4": """
activation forgotten: The scores are joined as the correlation gives them. LeakyReLU, slope 0.1, belongs between.
    torch.nn.functional.leaky_relu(correlate(f1, f2), 0.1) => correlate(f1, f2)
ReLU: ReLU turns negative scores into 0. LeakyReLU with slope 0.1 keeps a tenth of them.
    leaky_relu(correlate(f1, f2), 0.1) => relu(correlate(f1, f2))
slope of PyTorch: Without a second argument leaky_relu has a slope of 0.01. FlowNetC's is 0.1.
    , 0.1) => )
second frame redirected: You redirect frame 2. The flow lies on the grid of frame 1, so frame 1 is redirected.
    redirect(f1) => redirect(f2)
both redirected: You redirect both frames. Frame 2 enters by its scores alone; conv3_1 has no weights for more channels.
    redirect(f1), => redirect(f1), redirect(f2),
scores first: Redirected features and scores have changed places: the redirected ones come first.
    redirect(f1), scores => scores, redirect(f1)
frames swapped: f1 and f2 are swapped in the correlation: you compare places of frame 2 with shifted places of frame 1.
    correlate(f1, f2) => correlate(f2, f1)
compared with itself: You compare f1 with itself: frame 2 is missing.
    correlate(f1, f2) => correlate(f1, f1)
frame 2 with itself: You compare f2 with itself: frame 1 is missing.
    correlate(f1, f2) => correlate(f2, f2)
not redirected: You join f1 as it is. The 1 x 1 convolution `redirect` reduces its channels first.
    redirect(f1) => f1
scores only: These are the scores alone. The redirected features of frame 1 are missing.
    torch.cat([redirect(f1), scores], dim=1) => scores
features only: These are the redirected features alone. The scores are missing.
    torch.cat([redirect(f1), scores], dim=1) => redirect(f1)
activated twice: You apply LeakyReLU to the joined channels. The redirected ones have been through theirs already.
    both = torch.cat([redirect(f1), correlate(f1, f2)], dim=1)
    return torch.nn.functional.leaky_relu(both, 0.1)
activated before comparing: You apply LeakyReLU to the features, before they are compared. It belongs behind, on the
scores.
    f, g = (torch.nn.functional.leaky_relu(features, 0.1) for features in (f1, f2))
    return torch.cat([redirect(f1), correlate(f, g)], dim=1)
added: You add scores and features. They are kept as channels of their own, side by side.
    torch.cat([redirect(f1), scores], dim=1) => redirect(f1) + scores
not joined: These are two tensors. conv3_1 reads one, with the channels of both.
    torch.cat([redirect(f1), scores], dim=1) => redirect(f1), scores
joined along the batch: You join along the batch, axis 0. Channels are axis 1.
    dim=1 => dim=0
""",
    "10.5": """
activation forgotten: The scores go to conv3_1 without LeakyReLU, slope 0.1.
    scores = torch.nn.functional.leaky_relu(scores, 0.1) => pass
ReLU: ReLU turns negative scores into 0. LeakyReLU with slope 0.1 keeps a tenth of them.
    leaky_relu(scores, 0.1) => relu(scores)
slope of PyTorch: Without a second argument leaky_relu has a slope of 0.01. FlowNetC's is 0.1.
    (scores, 0.1) => (scores)
pixels of the image: max_displacement and stride2 count places of conv3, which are 8 pixels of the image apart.
    reach // 8, step // 8 => reach, step
quarter of the size: You divide by 4, which is conv2's distance. The places of conv3 are 8 pixels apart.
    reach // 8, step // 8 => reach // 4, step // 4
frames swapped: f1 and f2 are swapped in the correlation: you compare places of frame 2 with shifted places of frame 1.
    correlation(f1, f2 => correlation(f2, f1
second frame redirected: You redirect frame 2. The flow lies on the grid of frame 1, so frame 1 is redirected.
    (f1), scores => (f2), scores
scores first: Redirected features and scores have changed places: the redirected ones come first.
    layers["conv_redir"](f1), scores => scores, layers["conv_redir"](f1)
skip of the second frame: The skip connection carries conv2 of frame 2. The flow lies on the grid of frame 1: take its
half.
    both[: len(img1)] => both[len(img1) :]
frames exchanged: Frame 2 takes the place of frame 1 in the whole network: put img1 first in the batch.
    torch.cat([img1, img2]) => torch.cat([img2, img1])
channels stacked: You joined the images along the channels: that is FlowNetS. conv1 reads one image: join along the
batch.
    [img1, img2] => [img1, img2], dim=1
padding left out: Without pad_size the layer pads by 20 places, and the map of scores grows. Pad by max_displacement.
    , pad_size=d =>
no padding: Without any padding the map of scores is smaller than f1's. Pad by max_displacement.
    pad_size=d => pad_size=0
compared with itself: You compare f1 with itself: frame 2 is missing.
    correlation(f1, f2 => correlation(f1, f1
without frame 1's features: The redirected features of frame 1 are missing: conv3_1 reads them in front of the scores.
    torch.cat([layers["conv_redir"](f1), scores], dim=1) => scores
""",
}
