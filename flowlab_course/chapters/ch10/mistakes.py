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
}
