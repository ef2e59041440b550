"""Exercises of chapter 14."""

import numpy as np
import torch

import flowlab
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def chained(first, rest):
    """The flow (H, W, 2) of two looks, one behind the other."""
    return rest + flowlab.warp(first, rest, padding="border")


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


def _nearest(first, rest):
    """The chain by whole pixels, place by place."""
    H, W = first.shape[:2]
    out = np.empty_like(first)
    for y in range(H):
        for x in range(W):
            u, v = rest[y, x].astype(int)
            out[y, x] = rest[y, x] + first[min(max(y + v, 0), H - 1), min(max(x + u, 0), W - 1)]
    return out


def _chained_cases():
    rng = np.random.default_rng(0)
    cases = []
    for size in ((6, 9), (8, 5)):
        first = rng.normal(0, 3, (*size, 2)).astype(np.float32)
        rest = rng.integers(-2, 3, (*size, 2)).astype(np.float32)  # whole pixels, so that the lookup is exact
        cases.append(Case((first, rest), _nearest(first, rest), f"random flows of {size[0]} x {size[1]} pixels"))
    return cases


def reach(levels, d):
    """The largest motion in pixels of the image."""
    return sum(d * 2**level for level in range(levels))


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


def _reach_cases():
    # Counted on paper: 4; 4 + 8; 4 + 8 + 16 + 32; 3 + 6 + 12.
    return [
        Case((1, 4), 4, "one level of 4 px"),
        Case((2, 4), 12, "two levels of 4 px"),
        Case((4, 4), 60, "four levels of 4 px"),
        Case((3, 3), 21, "three levels of 3 px"),
    ]


def limited(features, most):
    """Features (B, C, H, W), none of whose vectors is longer than most."""
    length = features.norm(dim=1, keepdim=True)
    return features * (most / length).clamp(max=1)


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


def _limited_cases():
    small = torch.zeros(1, 2, 1, 3)
    small[0, :, 0, 0] = torch.tensor([3.0, 4.0])
    small[0, :, 0, 1] = torch.tensor([0.3, 0.4])
    small[0, :, 0, 2] = torch.tensor([-6.0, 8.0])
    expected = small.clone()
    expected[0, :, 0, 0] = torch.tensor([0.6, 0.8])
    expected[0, :, 0, 2] = torch.tensor([-0.6, 0.8])
    twice = expected.clone()
    twice[0, :, 0, 0] = torch.tensor([1.2, 1.6])
    twice[0, :, 0, 2] = torch.tensor([-1.2, 1.6])
    batch = torch.zeros(2, 3, 2, 2)
    batch[0, :, 0, 1], batch[1, :, 1, 0], batch[1, :, 1, 1] = (
        torch.tensor([2.0, 3.0, 6.0]),
        torch.tensor([0.0, 0.0, -2.0]),
        torch.tensor([0.1, 0.2, 0.2]),
    )
    shorter = batch.clone()
    shorter[0, :, 0, 1] /= 7
    shorter[1, :, 1, 0] /= 2
    return [
        Case((small, 1.0), expected, "vectors of length 5, 0.5 and 10, most = 1"),
        Case((batch, 1.0), shorter, "a batch of two, with vectors of length 0"),
        Case((small, 2.0), twice, "the same, most = 2"),
    ]


EXERCISES = [
    Exercise(
        id="14.1",
        title="chain two looks",
        hints=(
            (
                "The second look found `rest`. Which place of the warped frame does a pixel go to, and where did "
                "that come from?"
            ),
            "rest says where to go in the warped frame; first, looked up there, says where that came from.",
            (
                "Look the first flow up at x + rest: a warp of first by rest. The sum of rest and of what was looked "
                "up is the whole way."
            ),
        ),
        solution=chained,
        cases=_chained_cases,
        mistakes=mistake.of("14.1"),
        atol=1e-4,
    ),
    Exercise(
        id="14.2",
        title="how far does a pyramid reach?",
        hints=(
            "How many pixels of the image is one pixel of the second level? And d of them?",
            "Level 0 finds d pixels, level 1 another 2 d, level 2 another 4 d.",
            "Each level adds to what the coarser ones have found: sum them.",
        ),
        solution=reach,
        cases=_reach_cases,
        mistakes=mistake.of("14.2"),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="14.3",
        title="no shouting",
        hints=(
            (
                "A vector is 5 long, and the limit is 1. By which factor do you multiply it? And a vector that is "
                "0.5 long?"
            ),
            (
                "length has the shape (B, 1, H, W): most / length is the factor that brings each vector to the "
                "limit. A factor above 1 would make a short vector longer."
            ),
            "(most / length).clamp(max=1) is never larger than 1, also where the length is 0.",
        ),
        solution=limited,
        cases=_limited_cases,
        mistakes=mistake.of("14.3"),
        atol=1e-5,
    ),
]
