"""Wrong answers to exercises 8.3 and 8.4, on the whole layer, and what to tell those who give them."""

import torch

from flowlab_course.chapters.ch08.solutions import multiplications, strided
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("8.3", "one axis", "Displacements go along both axes: D * D scores at each place, not D.")
def _one_axis(Ho, Wo, C, K, max_displacement, stride2):
    D = 2 * (max_displacement // stride2) + 1
    return Ho * Wo * D * K * K * C


@mistake("8.3", "patch forgotten", "A score compares K * K pixels, not one.")
def _patch_forgotten(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(Ho, Wo, C, 1, max_displacement, stride2)


@mistake("8.3", "channels forgotten", "Each pixel of a patch has C channels: C products.")
def _channels_forgotten(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(Ho, Wo, 1, K, max_displacement, stride2)


@mistake("8.3", "stride ignored", "stride2 leaves displacements out: D comes from max_displacement // stride2.")
def _stride_ignored(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(Ho, Wo, C, K, max_displacement, 1)


@mistake("8.3", "zero forgotten", "Zero is a displacement, too: D = 2 r + 1.")
def _without_zero(Ho, Wo, C, K, max_displacement, stride2):
    D = 2 * (max_displacement // stride2)
    return Ho * Wo * D * D * K * K * C


@mistake("8.3", "K once", "A patch has K rows and K columns, K * K pixels: K stands once in yours.")
def _patch_side_only(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(Ho, Wo, C, K, max_displacement, stride2) // K


@mistake(
    "8.3",
    "doubled first",
    "Your D doubles before it divides by stride2. Whole steps first, towards one side, rounded down; then both sides.",
)
def _doubled_before_divided(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (2 * max_displacement // stride2 + 1) ** 2 * K * K * C


@mistake("8.3", "one side", "Displacements go both ways: your D counts zero and one side only.")
def _one_side(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (max_displacement // stride2 + 1) ** 2 * K * K * C


@mistake(
    "8.3",
    "one side without zero",
    "Displacements go both ways, and zero is one of them: your D is max_displacement // stride2 alone.",
)
def _one_side_without_zero(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (max_displacement // stride2) ** 2 * K * K * C


@mistake("8.3", "2 d", "Your D is 2 * max_displacement: it takes no account of stride2, and zero is missing.")
def _two_d(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (2 * max_displacement) ** 2 * K * K * C


@mistake(
    "8.3",
    "zero added last",
    "You square 2 r and add 1. Zero is a displacement along each axis: add it to 2 r, and square then.",
)
def _zero_added_last(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * ((2 * (max_displacement // stride2)) ** 2 + 1) * K * K * C


@mistake("8.3", "rounded up", "Your steps are rounded up: the last one would go beyond max_displacement.")
def _rounded_up(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (2 * -(-max_displacement // stride2) + 1) ** 2 * K * K * C


@mistake(
    "8.3", "rounded", "Your steps are rounded to the nearest number: a half step up would go beyond max_displacement."
)
def _rounded(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (2 * round(max_displacement / stride2) + 1) ** 2 * K * K * C


@mistake("8.3", "scores", "You count scores. Each score is a sum of products over its patch and its channels.")
def _scores_only(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(Ho, Wo, 1, 1, max_displacement, stride2)


@mistake("8.3", "one place", "That is for one place of the output. There are Ho * Wo.")
def _one_place(Ho, Wo, C, K, max_displacement, stride2):
    return multiplications(1, 1, C, K, max_displacement, stride2)


@mistake(
    "8.3", "all pairs", "You compare every place with every place. The layer compares it with D * D displaced ones."
)
def _all_pairs(Ho, Wo, C, K, max_displacement, stride2):
    return (Ho * Wo) ** 2 * K * K * C


@mistake(
    "8.3",
    "additions, too",
    "You count the additions as well: multiplications alone are asked for, one for each product.",
)
def _additions_too(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * (2 * (max_displacement // stride2) + 1) ** 2 * (2 * K * K * C - 1)


@mistake("8.3", "FlowNetC's D", "441 displacements are right for FlowNetC's layer only: compute D from the arguments.")
def _hard_coded(Ho, Wo, C, K, max_displacement, stride2):
    return Ho * Wo * 441 * K * K * C


@mistake("8.4", "dx outer", "The channels are in the wrong order: dy is the outer loop, dx the inner one.")
def _dx_before_dy(a, b, max_displacement, stride2):
    H, W = a.shape[2:]
    reach = max_displacement // stride2 * stride2
    padded = torch.nn.functional.pad(b, (reach, reach, reach, reach))
    steps = range(0, 2 * reach + 1, stride2)
    return torch.stack([(a * padded[:, :, y : y + H, x : x + W]).mean(1) for x in steps for y in steps], 1)


@mistake("8.4", "sum", "You sum over the channels; the layer divides by C: take the mean.")
def _channels_summed(a, b, max_displacement, stride2):
    return strided(a, b, max_displacement, stride2) * a.shape[1]


@mistake("8.4", "wrong map", "You shift a. The first map stays, the second one is looked up: shift b.")
def _the_other_map_moved(a, b, max_displacement, stride2):
    return strided(b, a, max_displacement, stride2)


@mistake("8.4", "last one left out", "The last displacement is missing: range leaves out its end, so add 1.")
def _last_left_out(a, b, max_displacement, stride2):
    H, W = a.shape[2:]
    reach = max_displacement // stride2 * stride2
    padded = torch.nn.functional.pad(b, (reach, reach, reach, reach))
    steps = range(0, 2 * reach, stride2)
    return torch.stack([(a * padded[:, :, y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


def _shifted(a, b, pad, steps, reduced=lambda product: product.mean(1)):
    H, W = a.shape[2:]
    padded = torch.nn.functional.pad(b, (pad, pad, pad, pad))
    return torch.stack([reduced(a * padded[:, :, y : y + H, x : x + W]) for y in steps for x in steps], 1)


@mistake(
    "8.4",
    "slices of another size",
    "Some slices that you multiply a with are not H x W: in the padded map a shift goes from 0 to 2 * reach, "
    "and a slice ends H or W after it.",
)
def _from_minus_reach(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    return _shifted(a, b, reach, range(-reach, reach + 1, stride2))


@mistake(
    "8.4",
    "max_displacement for reach",
    "Right where max_displacement is a multiple of stride2: else the last step is too far, reach is where it ends.",
)
def _beyond_reach(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    return _shifted(a, b, reach, range(0, 2 * max_displacement + 1, stride2))


@mistake(
    "8.4",
    "padded by max_displacement",
    "Your steps begin at -max_displacement, and miss zero where that is no multiple of stride2.",
)
def _padded_by_maximum(a, b, max_displacement, stride2):
    return _shifted(a, b, max_displacement, range(0, 2 * max_displacement + 1, stride2))


@mistake("8.4", "every displacement", "You take every displacement. Only every stride2-th is asked for.")
def _every_displacement(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    return _shifted(a, b, reach, range(2 * reach + 1))


@mistake("8.4", "number for shift", "The right number of channels, a pixel apart: the n-th shift is n * stride2.")
def _number_for_shift(a, b, max_displacement, stride2):
    r = max_displacement // stride2
    return _shifted(a, b, r * stride2, range(2 * r + 1))


@mistake(
    "8.4",
    "reversed",
    "The channels run backwards, from +reach to -reach: the first one is the shift up and to the left.",
)
def _reversed(a, b, max_displacement, stride2):
    return strided(a, b, max_displacement, stride2).flip(1)


@mistake(
    "8.4",
    "quarter of the window",
    "You take a quarter of the window: shifts go from 0 to 2 * reach, displacement zero is at reach.",
)
def _first_quarter(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    return _shifted(a, b, reach, range(0, reach + 1, stride2))


@mistake(
    "8.4",
    "wrapped round",
    "What leaves the map on one side comes in again on the other. Outside of the map there is 0.",
)
def _wrapped_round(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    steps = range(reach, -reach - 1, -stride2)
    return torch.stack([(a * torch.roll(b, (y, x), (2, 3))).mean(1) for y in steps for x in steps], 1)


@mistake("8.4", "stacked in front", "The displacements are in front of the batch: they are the second axis.")
def _stacked_in_front(a, b, max_displacement, stride2):
    return strided(a, b, max_displacement, stride2).transpose(0, 1)


@mistake("8.4", "joined rows", "torch.cat joined the maps along their rows. Each displacement is a channel of its own.")
def _joined_rows(a, b, max_displacement, stride2):
    return strided(a, b, max_displacement, stride2).flatten(1, 2)


@mistake("8.4", "channels kept", "The products are still apart, channel by channel: one score is their mean.")
def _channels_kept(a, b, max_displacement, stride2):
    reach = max_displacement // stride2 * stride2
    return _shifted(a, b, reach, range(0, 2 * reach + 1, stride2), lambda product: product)


@mistake(
    "8.4", "diagonal only", "You shift x and y by the same number: dy and dx go through all steps, each with each."
)
def _diagonal(a, b, max_displacement, stride2):
    D = 2 * (max_displacement // stride2) + 1
    return strided(a, b, max_displacement, stride2)[:, :: D + 1]


@mistake("8.4", "two axes", "The scores are right; the D rows and D columns of displacements belong on one axis.")
def _two_axes(a, b, max_displacement, stride2):
    D = 2 * (max_displacement // stride2) + 1
    return strided(a, b, max_displacement, stride2).unflatten(1, (D, D))
