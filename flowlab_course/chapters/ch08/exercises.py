"""Exercises of chapter 08."""

import torch

from flowlab.costvolume import correlation
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def score(a, b, y1, x1, y2, x2, K):
    """Mean product of two K x K patches with C channels each, centred at (y1, x1) and (y2, x2)."""
    k = K // 2
    patch1 = a[:, y1 - k : y1 + k + 1, x1 - k : x1 + k + 1]
    patch2 = b[:, y2 - k : y2 + k + 1, x2 - k : x2 + k + 1]
    return (patch1 * patch2).mean()


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


def _maps(seed, C=3, H=9, W=9):
    return torch.randn(2, C, H, W, generator=torch.Generator().manual_seed(seed))


def _score_by_loops(a, b, y1, x1, y2, x2, K):
    """The definition, product by product, in Python's numbers."""
    offsets, total = range(-(K // 2), K // 2 + 1), 0.0
    for c in range(len(a)):
        for j in offsets:
            for i in offsets:
                total += float(a[c, y1 + j, x1 + i]) * float(b[c, y2 + j, x2 + i])
    return total / (len(a) * K * K)


def _score_cases():
    a, b = _maps(0)
    cases = [((3, 4, 5, 2, 3), "patches of 3 x 3"), ((4, 2, 3, 6, 5), "patches of 5 x 5"), ((1, 7, 6, 0, 1), "K = 1")]
    return [Case((a, b, *where), _score_by_loops(a, b, *where), f"{note} at {where[:4]}") for where, note in cases]


def displacement(channel, max_displacement, stride2):
    """The displacement (dx, dy) in pixels of a channel of the correlation layer."""
    r = max_displacement // stride2
    D = 2 * r + 1
    return (channel % D - r) * stride2, (channel // D - r) * stride2


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


def _displacement_cases():
    # Counted by hand, row by row from (-d, -d); FlowNetC's middle channel is its 221st.
    return [
        Case((7, 1, 1), (0, 1), "channel 7 of max_displacement=1, stride2=1"),
        Case((0, 20, 2), (-20, -20), "channel 0 of FlowNetC's layer"),
        Case((220, 20, 2), (0, 0), "channel 220 of FlowNetC's layer"),
        Case((22, 20, 2), (-18, -18), "channel 22 of FlowNetC's layer"),
        Case((3, 5, 2), (2, -4), "channel 3 of max_displacement=5, stride2=2"),
        Case((17, 5, 2), (0, 2), "channel 17 of max_displacement=5, stride2=2"),
    ]


def multiplications(Ho, Wo, C, K, max_displacement, stride2):
    """Multiplications of the correlation layer by its definition."""
    D = 2 * (max_displacement // stride2) + 1
    return Ho * Wo * D * D * K * K * C


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


def _cost_cases():
    return [
        Case((48, 64, 256, 1, 20, 2), 346_816_512, "FlowNetC's layer on 384 x 512 pixels"),
        Case((2, 3, 5, 3, 4, 1), 2 * 3 * 81 * 9 * 5, "2 x 3 places, 5 channels, patches of 3 x 3, max_displacement=4"),
        Case((2, 3, 4, 1, 5, 2), 2 * 3 * 25 * 4, "max_displacement=5 in steps of 2, so that the last step goes to 4"),
        Case((1, 1, 1, 1, 0, 1), 1, "one place, one channel, no displacement but zero"),
    ]


def strided(a, b, max_displacement, stride2):
    """Correlation (B, D * D, H, W) with displacements in steps of stride2 pixels."""
    H, W = a.shape[2:]
    reach = max_displacement // stride2 * stride2
    padded = torch.nn.functional.pad(b, (reach, reach, reach, reach))
    steps = range(0, 2 * reach + 1, stride2)
    return torch.stack([(a * padded[:, :, y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


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


def _strided_cases():
    cases = []
    for d, s2 in ((2, 1), (4, 2), (5, 2), (3, 3)):
        a, b = _maps(d, C=4, H=6, W=7)[:, None]
        expected = correlation(a, b, 1, d, 1, s2, d)  # tested against plain loops over equation 1
        cases.append(Case((a, b, d, s2), expected, f"max_displacement={d}, stride2={s2}"))
    return cases


EXERCISES = [
    Exercise(
        id="8.1",
        title="one score",
        hints=(
            "How many products are in one score?",
            (
                "Cut the two patches out: a[:, y1 - k : y1 + k + 1, x1 - k : x1 + k + 1], and the other likewise. "
                "Both have the shape (C, K, K); their product, element by element, has it too."
            ),
            "The mean over all three axes is the sum divided by K * K * C.",
        ),
        solution=score,
        cases=_score_cases,
        mistakes=mistake.of("8.1"),
        atol=1e-5,
    ),
    Exercise(
        id="8.2",
        title="which displacement is channel 7?",
        hints=(
            "Read a square of D x D row by row. In which row and which column is channel 7?",
            "The middle of the square is displacement zero, and it is in column r of row r.",
            (
                "channel % D and channel // D are its place in the square; dy is the outer one. Steps from the "
                "middle times stride2 are pixels. Return dx first."
            ),
        ),
        solution=displacement,
        cases=_displacement_cases,
        mistakes=mistake.of("8.2"),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="8.3",
        title="what does it cost?",
        hints=(
            "How many displacements are there along one axis, zero among them?",
            (
                "Each place of the output has a score for every pair of a vertical and a horizontal displacement; "
                "each score is a sum over a patch and its channels."
            ),
            (
                "D = 2 * (max_displacement // stride2) + 1; a place has D * D scores, and each is a sum of K * K * C "
                "products."
            ),
        ),
        solution=multiplications,
        cases=_cost_cases,
        mistakes=mistake.of("8.3"),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="8.4",
        title="leave some out",
        hints=(
            "With steps of stride2 pixels, which displacements are left along one axis?",
            "A shift of `reach` is displacement zero, because b is padded by as much.",
            (
                "range(0, 2 * reach + 1, stride2) gives the shifts along one axis. The loop over dy is the outer "
                "one: for y in steps for x in steps."
            ),
        ),
        solution=strided,
        cases=_strided_cases,
        mistakes=mistake.of("8.4"),
        atol=1e-5,
    ),
]
