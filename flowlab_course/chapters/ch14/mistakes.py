"""Wrong answers to the exercises of chapter 14 that readers give, and what to tell them."""

import numpy as np
import torch

import flowlab
from flowlab_course.chapters.ch14.reaches import REACHES
from flowlab_course.chapters.ch14.solutions import limited
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("14.1", "added", "You add both at the same pixel. The first flow is needed where rest points.")
def _added(first, rest):
    return rest + first


@mistake(
    "14.1",
    "the other order",
    "You go first, then rest. From frame 1 the way begins with rest: it leads into the warped frame.",
)
def _the_other_order(first, rest):
    return first + flowlab.warp(rest, first, padding="border")


@mistake("14.1", "rest left out", "You have looked the first flow up, and forgotten the way there.")
def _rest_forgotten(first, rest):
    return flowlab.warp(first, rest, padding="border")


@mistake("14.1", "looked up by itself", "You look the first flow up along itself; the second look gives the place.")
def _by_its_own(first, rest):
    return rest + flowlab.warp(first, first, padding="border")


@mistake(
    "14.1", "zeros outside", "Where rest leads out of the frame, warp gives 0 unless you ask for the border's value."
)
def _zeros_outside(first, rest):
    return rest + flowlab.warp(first, rest)


@mistake("14.1", "reflected", "Where rest leads out of the frame you mirror the flow. Take the value of the border.")
def _reflected(first, rest):
    return rest + flowlab.warp(first, rest, padding="reflection")


@mistake("14.1", "nearest", "You look up at the nearest pixel. Between pixels a flow is interpolated, as an image is.")
def _looked_up_nearest(first, rest):
    return rest + flowlab.warp(first, rest, mode="nearest", padding="border")


@mistake(
    "14.1", "cut to whole pixels", "You cut rest to whole pixels before you look up: warp looks up between pixels."
)
def _cut_to_whole_pixels(first, rest):
    return rest + flowlab.warp(first, np.trunc(rest), padding="border")


@mistake(
    "14.1",
    "the other order, zeros outside",
    "You go first, then rest: the way begins with rest. Outside the frame the border's value is wanted, too.",
)
def _the_other_order_zeros_outside(first, rest):
    return first + flowlab.warp(rest, first)


@mistake(
    "14.1",
    "rest left out, zeros outside",
    "The way there, rest, is missing, and outside the frame the border's value is wanted.",
)
def _rest_forgotten_zeros_outside(first, rest):
    return flowlab.warp(first, rest)


@mistake("14.1", "rest looked up", "You look rest up along the first flow. It is the first flow that lies behind rest.")
def _rest_looked_up(first, rest):
    return rest + flowlab.warp(rest, first, padding="border")


@mistake("14.1", "first added", "You add the first flow where the pixel starts. The way there is rest: add that.")
def _first_added(first, rest):
    return first + flowlab.warp(first, rest, padding="border")


@mistake(
    "14.1", "rest added at its end", "You look rest up at its own end. It belongs to the place where the pixel starts."
)
def _sum_looked_up(first, rest):
    return flowlab.warp(first + rest, rest, padding="border")


@mistake(
    "14.1", "subtracted", "You subtract the flow that you looked up. The ways follow one another: plus, not minus."
)
def _subtracted(first, rest):
    return rest - flowlab.warp(first, rest, padding="border")


@mistake(
    "14.1", "rest subtracted", "You subtract rest. The ways follow one another, so that both are added: not minus."
)
def _rest_subtracted(first, rest):
    return flowlab.warp(first, rest, padding="border") - rest


@mistake("14.1", "looked up backwards", "You look the first flow up at x - rest. The pixel goes to x + rest.")
def _looked_up_backwards(first, rest):
    return rest + flowlab.warp(first, -rest, padding="border")


@mistake("14.1", "components swapped", "You look up with u and v swapped: u counts columns, v counts rows.")
def _components_swapped(first, rest):
    return rest + flowlab.warp(first, np.ascontiguousarray(rest[..., ::-1]), padding="border")


@mistake("14.1", "looked up along the sum", "You look the first flow up at x + first + rest. The place is x + rest.")
def _along_the_sum(first, rest):
    return rest + flowlab.warp(first, first + rest, padding="border")


@mistake("14.1", "both looked up", "You look up both flows. Rest starts at the pixel itself: it is added as it is.")
def _both_looked_up(first, rest):
    return flowlab.warp(rest, first, padding="border") + flowlab.warp(first, rest, padding="border")


@mistake(
    "14.1", "first twice", "You add the first flow twice, at the pixel and where rest leads. Only the second is meant."
)
def _first_twice(first, rest):
    return first + rest + flowlab.warp(first, rest, padding="border")


@mistake(
    "14.1", "rest alone", "You return rest alone. It leads into the warped frame, from which the first flow goes on."
)
def _rest_alone(first, rest):
    return rest


@mistake("14.1", "first alone", "You return the first flow: the second look is left out.")
def _first_alone(first, rest):
    return first


@mistake("14.1", "wrapped round", "Beyond one edge you come in again at the other. Take the value of the border.")
def _wrapped_round(first, rest):
    H, W = first.shape[:2]
    y, x = np.mgrid[:H, :W]
    return rest + first[(y + rest[..., 1].astype(int)) % H, (x + rest[..., 0].astype(int)) % W]


@mistake("14.2", "coarsest only", "That is the coarsest level alone; the finer ones add theirs.")
def _coarsest_only(levels, d):
    return d * 2 ** (levels - 1)


@mistake("14.2", "same everywhere", "A pixel of a coarser level is worth more than one of the image.")
def _same_everywhere(levels, d):
    return d * levels


@mistake("14.2", "one too many", "You count a level too many: the finest is level 0, the coarsest levels - 1.")
def _one_level_too_many(levels, d):
    return sum(d * 2**level for level in range(levels + 1))


@mistake("14.2", "by halves", "You divide. Coarser pixels are larger: multiply by 2 for each level.")
def _by_halves(levels, d):
    return sum(d / 2**level for level in range(levels))


for _name, _hint, _wrong in REACHES:
    mistake("14.2", _name, _hint)(_wrong)


@mistake("14.3", "all alike", "Your short vectors have grown to the limit. Leave them as they are.")
def _all_to_the_limit(features, most):
    return features * most / features.norm(dim=1, keepdim=True)


@mistake("14.3", "each number", "You limit each number by itself, which turns vectors. Scale whole vectors.")
def _each_number(features, most):
    return features.clamp(-most, most)


@mistake("14.3", "the whole map", "You take one length for the whole map. Each place has its own.")
def _whole_map(features, most):
    return features * min(1.0, most / float(features.norm()))


@mistake("14.3", "wrong axis", "You measure along a row of the map. The channels are axis 1.")
def _along_the_wrong_axis(features, most):
    return features * (most / features.norm(dim=-1, keepdim=True)).clamp(max=1)


@mistake(
    "14.3", "normalised", "Every vector has the length `most` now, the short ones too: those should stay as they are."
)
def _normalised(features, most):
    return torch.nn.functional.normalize(features, dim=1) * most


@mistake(
    "14.3", "zero by zero", "Where a vector's length is 0 you divide 0 by 0, which is NaN. Limit the factor instead."
)
def _zero_by_zero(features, most):
    length = features.norm(dim=1, keepdim=True)
    return features / length * length.clamp(max=most)


@mistake(
    "14.3", "short ones grow", "Your factor is 1 at least: short vectors grow, and long ones stay. It is 1 at most."
)
def _short_ones_grow(features, most):
    return features * (most / features.norm(dim=1, keepdim=True)).clamp(min=1)


@mistake(
    "14.3", "upside down", "Your factor is upside down: short vectors shrink. The factor brings the length to most."
)
def _upside_down(features, most):
    return features * (features.norm(dim=1, keepdim=True) / most).clamp(max=1)


@mistake("14.3", "long ones grow", "Your factor is upside down: long vectors grow still longer.")
def _long_ones_grow(features, most):
    return features * (features.norm(dim=1, keepdim=True) / most).clamp(min=1)


@mistake(
    "14.3",
    "times the length",
    "You multiply by length / most: long vectors grow, short ones shrink. Divide, and only the long.",
)
def _times_the_length(features, most):
    return features * (features.norm(dim=1, keepdim=True) / most)


@mistake("14.3", "most left out", "Your limit is 1 whatever `most` is.")
def _most_left_out(features, most):
    return limited(features, 1.0)


@mistake("14.3", "long ones to 1", "The long vectors get the length 1 whatever `most` is.")
def _long_ones_to_1(features, most):
    length = features.norm(dim=1, keepdim=True)
    return torch.where(length > most, features / length, features)


@mistake(
    "14.3",
    "divided by most",
    "You divide long vectors by most. Their length divides them; most is the length they get.",
)
def _divided_by_most(features, most):
    return torch.where(features.norm(dim=1, keepdim=True) > most, features / most, features)


@mistake("14.3", "all divided by most", "You divide every vector by most. Only those that are too long change.")
def _all_divided_by_most(features, most):
    return features / most


@mistake("14.3", "unit length", "Every vector has the length 1 now. Only those longer than most change.")
def _unit_length(features, most):
    return features / features.norm(dim=1, keepdim=True)


@mistake(
    "14.3", "numbers replaced", "You write most into each channel of a long vector. It keeps its direction: scale it."
)
def _numbers_replaced(features, most):
    length = features.norm(dim=1, keepdim=True)
    return torch.where(length > most, torch.full_like(features, most), features)


@mistake("14.3", "long ones removed", "You set long vectors to 0. Make them shorter.")
def _long_ones_removed(features, most):
    return features * (features.norm(dim=1, keepdim=True) <= most)


@mistake(
    "14.3", "the longest decides", "One factor, of the longest vector, shrinks all. Each place has its own factor."
)
def _the_longest_decides(features, most):
    return features * min(1.0, most / float(features.norm(dim=1).max()))


@mistake("14.3", "mean length", "One factor, of the mean length, for all. Each place has its own length.")
def _mean_length(features, most):
    return features * min(1.0, most / float(features.norm(dim=1).mean()))


@mistake("14.3", "whole images", "You take one length for each image. Each place has its own.")
def _whole_images(features, most):
    return features * (most / features.flatten(1).norm(dim=1).view(-1, 1, 1, 1)).clamp(max=1)


@mistake(
    "14.3",
    "factor above 1",
    "A factor above 1 is left where vectors are shorter than most, and they grow. It is 1 at most.",
)
def _factor_above_1(features, most):
    return features * most / features.norm(dim=1, keepdim=True).clamp(min=1)


@mistake("14.3", "length squared", "You divide by the squared length.")
def _length_squared(features, most):
    return features * (most / features.norm(dim=1, keepdim=True) ** 2).clamp(max=1)


@mistake("14.3", "from above only", "You limit each number, from above only: scale whole vectors.")
def _from_above_only(features, most):
    return features.clamp(max=most)


@mistake(
    "14.3", "subtracted", "You subtract from each number, which turns vectors. A vector is made shorter by a factor."
)
def _subtracted_length(features, most):
    return features - (features.norm(dim=1, keepdim=True) - most).clamp(min=0)


@mistake("14.3", "rows of the map", "You measure along axis 2, a column of the map. The channels are axis 1.")
def _along_axis_2(features, most):
    return features * (most / features.norm(dim=2, keepdim=True)).clamp(max=1)


@mistake("14.3", "across the batch", "You measure along axis 0, the batch. The channels are axis 1.")
def _across_the_batch(features, most):
    return features * (most / features.norm(dim=0, keepdim=True)).clamp(max=1)


@mistake("14.3", "absolute values", "You add absolute values. The length is the root of the sum of squares.")
def _absolute_values(features, most):
    return features * (most / features.abs().sum(dim=1, keepdim=True)).clamp(max=1)


@mistake("14.3", "largest channel", "You take the largest channel for the length: the others belong to it, too.")
def _largest_channel(features, most):
    return features * (most / features.abs().amax(dim=1, keepdim=True)).clamp(max=1)


@mistake("14.3", "nothing changed", "You return the features as they are.")
def _nothing_changed(features, most):
    return features


@mistake("14.3", "factor alone", "You return the factors, (B, 1, H, W). Multiply the features by them.")
def _factor_alone(features, most):
    return (most / features.norm(dim=1, keepdim=True)).clamp(max=1)


@mistake("14.3", "length alone", "You return the new lengths, (B, 1, H, W). The vectors themselves are asked for.")
def _length_alone(features, most):
    return features.norm(dim=1, keepdim=True).clamp(max=most)
