"""Wrong answers to the exercises of chapter 08 that readers give, and what to tell them."""

import torch

from flowlab_course.chapters.ch08.solutions import displacement, multiplications, score, strided
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("8.1", "sum", "This is the sum, as in the paper's equation. The layer divides it by K * K * C: take the mean.")
def _summed(a, b, y1, x1, y2, x2, K):
    return score(a, b, y1, x1, y2, x2, K) * a.shape[0] * K * K


@mistake("8.1", "1 / C only", "You divide by C only. A patch has K * K pixels as well.")
def _divided_by_channels_only(a, b, y1, x1, y2, x2, K):
    return score(a, b, y1, x1, y2, x2, K) * K * K


@mistake("8.1", "one short", "Your patch has K - 1 pixels a side: a slice leaves out its end, so go to + k + 1.")
def _one_short(a, b, y1, x1, y2, x2, K):
    k = K // 2
    patch1 = a[:, y1 - k : y1 + k, x1 - k : x1 + k]
    patch2 = b[:, y2 - k : y2 + k, x2 - k : x2 + k]
    return (patch1 * patch2).sum() / (a.shape[0] * K * K)


@mistake(
    "8.1",
    "one short, and its mean",
    "Your mean is over K - 1 pixels a side: a slice stops before its end, so let it end at + k + 1.",
)
def _mean_of_one_short(a, b, y1, x1, y2, x2, K):
    k = K // 2
    return (a[:, y1 - k : y1 + k, x1 - k : x1 + k] * b[:, y2 - k : y2 + k, x2 - k : x2 + k]).mean()


@mistake("8.1", "x and y swapped", "x and y have changed places: a map is indexed [channel, y, x].")
def _x_and_y_swapped(a, b, y1, x1, y2, x2, K):
    return score(a, b, x1, y1, x2, y2, K)


@mistake("8.1", "centre only", "You compare the two centres only. Take the K x K pixels around each.")
def _centre_only(a, b, y1, x1, y2, x2, K):
    return (a[:, y1, x1] * b[:, y2, x2]).mean()


@mistake("8.2", "dx outer", "dx and dy have changed places: dx runs fastest, so it is the remainder, channel % D.")
def _dx_outer(channel, max_displacement, stride2):
    dx, dy = displacement(channel, max_displacement, stride2)
    return dy, dx


@mistake(
    "8.2", "not from the centre", "You count from the first displacement. Zero is in the middle: subtract r from both."
)
def _not_from_the_centre(channel, max_displacement, stride2):
    D = 2 * (max_displacement // stride2) + 1
    return channel % D * stride2, channel // D * stride2


@mistake("8.2", "steps", "These are steps. In pixels each is stride2 wide: multiply.")
def _in_steps(channel, max_displacement, stride2):
    dx, dy = displacement(channel, max_displacement, stride2)
    return dx // stride2, dy // stride2


@mistake("8.2", "zero forgotten", "A row has 2 r + 1 displacements, zero among them: divide by D, not by 2 r.")
def _zero_forgotten(channel, max_displacement, stride2):
    r = max_displacement // stride2
    return (channel % (2 * r) - r) * stride2, (channel // (2 * r) - r) * stride2


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
