"""Wrong answers to the exercises of chapter 10 that readers give, and what to tell them."""

import torch

from flowlab_course.chapters.ch10.solutions import in_image_pixels, merged_channels, streams
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("10.1", "scores only", "The scores are right. conv_redir's channels stand beside them.")
def _scores_only(redirected, max_displacement, stride2):
    return merged_channels(0, max_displacement, stride2)


@mistake("10.1", "one axis", "Displacements go along two axes: D * D of them.")
def _one_axis(redirected, max_displacement, stride2):
    return redirected + 2 * (max_displacement // stride2) + 1


@mistake("10.1", "zero forgotten", "No displacement at all is one of them, too: 2r + 1 along an axis.")
def _zero_forgotten(redirected, max_displacement, stride2):
    return redirected + (2 * (max_displacement // stride2)) ** 2


@mistake("10.1", "one-sided", "Things move to the left and up as well: from -r to r.")
def _one_sided(redirected, max_displacement, stride2):
    return redirected + (max_displacement // stride2 + 1) ** 2


@mistake("10.1", "stride forgotten", "With stride2 = 2 every second displacement is left out.")
def _stride_forgotten(redirected, max_displacement, stride2):
    return redirected + (2 * max_displacement + 1) ** 2


@mistake("10.1", "both maps", "Only the first image's features are redirected: the flow is on its grid.")
def _both_maps(redirected, max_displacement, stride2):
    return 2 * redirected + merged_channels(0, max_displacement, stride2)


@mistake(
    "10.1",
    "doubled before rounding",
    "max_displacement / stride2 is not whole here. Round it down first, then double: each side has whole steps.",
)
def _doubled_before_rounding(redirected, max_displacement, stride2):
    return redirected + (2 * max_displacement // stride2 + 1) ** 2


@mistake("10.1", "rounded", "You round to the nearest whole number, which may be a step too far. Round down.")
def _rounded(redirected, max_displacement, stride2):
    return redirected + (2 * round(max_displacement / stride2) + 1) ** 2


@mistake("10.1", "rounded up", "You round up: your last step goes beyond max_displacement. Round down.")
def _rounded_up(redirected, max_displacement, stride2):
    return redirected + (2 * -(-max_displacement // stride2) + 1) ** 2


@mistake(
    "10.1",
    "zero added before dividing",
    "You divide 2 * max_displacement + 1 by stride2. Divide max_displacement first; the displacement 0 comes last.",
)
def _divided_last(redirected, max_displacement, stride2):
    return redirected + ((2 * max_displacement + 1) // stride2) ** 2


@mistake("10.1", "one step too many", "You double the displacement 0, too: it has no opposite.")
def _one_step_too_many(redirected, max_displacement, stride2):
    return redirected + (2 * (max_displacement // stride2 + 1)) ** 2


@mistake("10.1", "steps to one side", "You count the steps to one side. The other side and 0 belong to the axis, too.")
def _steps_to_one_side(redirected, max_displacement, stride2):
    return redirected + (max_displacement // stride2) ** 2


@mistake(
    "10.1", "axes added", "You add both axes. Each vertical displacement pairs with every horizontal one: multiply."
)
def _axes_added(redirected, max_displacement, stride2):
    return redirected + 2 * (2 * (max_displacement // stride2) + 1)


@mistake("10.1", "multiplied", "You multiply by the redirected channels. The two groups are joined: add them.")
def _multiplied(redirected, max_displacement, stride2):
    return redirected * merged_channels(0, max_displacement, stride2)


@mistake("10.1", "squared together", "The redirected channels are squared as well. Square only the displacements.")
def _squared_together(redirected, max_displacement, stride2):
    return (redirected + 2 * (max_displacement // stride2) + 1) ** 2


@mistake("10.1", "always 32", "You add 32 channels whatever `redirected` is.")
def _always_32(redirected, max_displacement, stride2):
    return merged_channels(32, max_displacement, stride2)


@mistake("10.1", "always 441", "You add 441 scores whatever the displacements are.")
def _always_441(redirected, max_displacement, stride2):
    return redirected + 441


@mistake("10.1", "always 473", "473 belongs to FlowNetC alone: calculate it from the arguments.")
def _always_473(redirected, max_displacement, stride2):
    return 473


@mistake("10.1", "caret", "In Python, ^ is a bitwise operation (exclusive or). A power is written **.")
def _caret(redirected, max_displacement, stride2):
    return redirected + ((2 * (max_displacement // stride2) + 1) ^ 2)


@mistake("10.1", "times the stride", "You multiply by stride2. A larger stride leaves more displacements out: divide.")
def _times_the_stride(redirected, max_displacement, stride2):
    return redirected + (2 * max_displacement * stride2 + 1) ** 2


@mistake("10.2", "in features", "These are pixels of the feature maps. One of them is several of the image.")
def _in_features(features_stride, max_displacement, stride2):
    return max_displacement // stride2 * stride2, stride2


@mistake("10.2", "step of features", "The reach is right; the step jumps over stride2 features.")
def _step_of_features(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2) * stride2, features_stride


@mistake("10.2", "number of steps", "You counted the steps to one side; each is stride2 features long.")
def _reach_of_steps(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2), features_stride * stride2


@mistake("10.2", "rest kept", "Where stride2 does not divide max_displacement, the last step does not fit.")
def _rest_kept(features_stride, max_displacement, stride2):
    return features_stride * max_displacement, features_stride * stride2


@mistake("10.2", "both sides", "That is from end to end; the reach is to one side.")
def _both_sides(features_stride, max_displacement, stride2):
    reach, step = in_image_pixels(features_stride, max_displacement, stride2)
    return 2 * reach, step


@mistake("10.2", "order", "The two have changed places: the reach comes first, then the step.")
def _step_first(features_stride, max_displacement, stride2):
    return in_image_pixels(features_stride, max_displacement, stride2)[::-1]


@mistake("10.2", "step in features", "Your step counts features; the reach is right. How many pixels is one feature?")
def _step_in_features(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2) * stride2, stride2


@mistake("10.2", "reach in features", "Your reach counts features; the step is right. How many pixels is one feature?")
def _reach_in_features(features_stride, max_displacement, stride2):
    return max_displacement // stride2 * stride2, features_stride * stride2


@mistake("10.2", "as given", "You return the arguments as they are. They count features; the answer is in pixels.")
def _as_given(features_stride, max_displacement, stride2):
    return max_displacement, stride2


@mistake("10.2", "max_displacement in features", "Your reach is max_displacement, which counts features: convert it.")
def _max_displacement_as_given(features_stride, max_displacement, stride2):
    return max_displacement, features_stride * stride2


@mistake(
    "10.2", "times the stride", "max_displacement counts features, not steps: do not multiply it by stride2 once more."
)
def _times_the_stride_again(features_stride, max_displacement, stride2):
    return features_stride * max_displacement * stride2, features_stride * stride2


@mistake(
    "10.2",
    "steps, one feature long",
    "Your reach is a number of steps, and your step is one feature: stride2 is missing.",
)
def _steps_of_one_feature(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2), features_stride


@mistake(
    "10.2",
    "rest kept, one feature",
    "Both need stride2: it is the step in features, and the reach is a whole number of such steps.",
)
def _without_stride2(features_stride, max_displacement, stride2):
    return features_stride * max_displacement, features_stride


@mistake("10.2", "step divided", "A larger stride2 makes longer steps: multiply, do not divide.")
def _step_divided(features_stride, max_displacement, stride2):
    return features_stride * (max_displacement // stride2) * stride2, features_stride / stride2


@mistake(
    "10.2",
    "from end to end",
    "You count from the first displacement to the last, 0 included. The reach is to one side.",
)
def _from_end_to_end(features_stride, max_displacement, stride2):
    return features_stride * (2 * (max_displacement // stride2) + 1) * stride2, features_stride * stride2


@mistake("10.2", "always 8", "You take features 8 px apart whatever features_stride is.")
def _always_8(features_stride, max_displacement, stride2):
    return in_image_pixels(8, max_displacement, stride2)


@mistake("10.2", "rounded", "You round to the nearest number of steps, which may be one too many. Round down.")
def _rounded_steps(features_stride, max_displacement, stride2):
    return features_stride * round(max_displacement / stride2) * stride2, features_stride * stride2


@mistake("10.2", "rounded up", "You round up: your last step goes beyond max_displacement. Round down.")
def _rounded_up_steps(features_stride, max_displacement, stride2):
    return features_stride * -(-max_displacement // stride2) * stride2, features_stride * stride2


@mistake("10.2", "divided by the features' stride", "One feature is several pixels: multiply, do not divide.")
def _divided_by_the_features_stride(features_stride, max_displacement, stride2):
    return max_displacement / features_stride, stride2 / features_stride


@mistake("10.2", "negative", "The reach is a length, without a sign.")
def _negative(features_stride, max_displacement, stride2):
    reach, step = in_image_pixels(features_stride, max_displacement, stride2)
    return -reach, step


@mistake("10.3", "channels stacked", "You joined channels: that is FlowNetS. Shared weights want both along the batch.")
def _stacked_channels(layers, img1, img2):
    both = layers(torch.cat([img1, img2], dim=1))
    return both[:, : both.shape[1] // 2], both[:, both.shape[1] // 2 :]


@mistake("10.3", "swapped", "The two have changed places: the flow would be on the wrong frame's grid.")
def _swapped(layers, img1, img2):
    first, second = streams(layers, img1, img2)
    return second, first


@mistake("10.3", "interleaved", "cat puts all of img1 before all of img2; they do not alternate.")
def _interleaved(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[::2], both[1::2]


@mistake("10.3", "the first twice", "Both results are of img1: the second stream is missing.")
def _first_twice(layers, img1, img2):
    first = layers(img1)
    return first, first


@mistake("10.3", "one each", "A batch may hold more than one pair: the first len(img1) are img1's.")
def _one_each(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[:1], both[1:]


@mistake(
    "10.3",
    "called twice",
    "You call layers twice. Batch normalisation then takes its mean over each image apart: join them, and call once.",
)
def _called_twice(layers, img1, img2):
    return layers(img1), layers(img2)


@mistake(
    "10.3", "a new axis", "torch.stack makes a new axis. Layers want (B, C, H, W): torch.cat makes the batch longer."
)
def _a_new_axis(layers, img1, img2):
    both = layers(torch.stack([img1, img2]))
    return both[0], both[1]


@mistake(
    "10.3",
    "indexed",
    "both[0] and both[1] are single images, without the batch's axis, and both of img1 where the batch has two.",
)
def _indexed(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[0], both[1]


@mistake("10.3", "first of each", "An index takes one image and drops the batch's axis. A slice takes all of img1's.")
def _first_of_each(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[0], both[len(img1)]


@mistake("10.3", "same half twice", "You return the first half twice; img2's features are in the second.")
def _same_half_twice(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[: len(img1)], both[: len(img1)]


@mistake("10.3", "one left out", "An image is lost between your slices: img2's features begin where img1's end.")
def _one_left_out(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[: len(img1)], both[len(img1) + 1 :]


@mistake("10.3", "last left out", "The first slice is one image short: a slice's end is not part of it.")
def _last_left_out(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[: len(img1) - 1], both[len(img1) :]


@mistake(
    "10.3",
    "one below the other",
    "You join rows, into one tall image. A layer then sees across the seam: join batches.",
)
def _one_below_the_other(layers, img1, img2):
    return layers(torch.cat([img1, img2], dim=2)).chunk(2, dim=2)


@mistake(
    "10.3", "side by side", "You join columns, into one wide image. A layer then sees across the seam: join batches."
)
def _side_by_side(layers, img1, img2):
    return layers(torch.cat([img1, img2], dim=3)).chunk(2, dim=3)


@mistake(
    "10.3", "not split", "You return the features of the long batch as they are. Split them into img1's and img2's."
)
def _not_split(layers, img1, img2):
    return layers(torch.cat([img1, img2]))


@mistake("10.3", "split by channels", "You split the channels. The images were joined along the batch: split that.")
def _split_by_channels(layers, img1, img2):
    return layers(torch.cat([img1, img2])).chunk(2, dim=1)


@mistake(
    "10.3", "channels joined, batch split", "You join channels, and split the batch. Both belong to the batch, axis 0."
)
def _joined_and_split_otherwise(layers, img1, img2):
    both = layers(torch.cat([img1, img2], dim=1))
    return both[: len(img1)], both[len(img1) :]


@mistake("10.3", "number of channels", "img1.shape[1] is the number of channels. The batch's length is shape[0].")
def _split_at_channels(layers, img1, img2):
    both = layers(torch.cat([img1, img2]))
    return both[: img1.shape[1]], both[img1.shape[1] :]


@mistake("10.3", "pieces of one", "split(1) makes pieces of one image each. A piece has as many images as img1.")
def _pieces_of_one(layers, img1, img2):
    return layers(torch.cat([img1, img2])).split(1)


@mistake("10.3", "pieces of two", "split(2) makes pieces of two images each, not two pieces.")
def _pieces_of_two(layers, img1, img2):
    return layers(torch.cat([img1, img2])).split(2)


@mistake("10.3", "layers left out", "You return the images: layers is not called.")
def _layers_left_out(layers, img1, img2):
    return img1, img2
