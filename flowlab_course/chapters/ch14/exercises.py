"""Exercises of chapter 14."""

import math

import numpy as np
import torch

from flowlab_course.chapters.ch14.mistakes import MISTAKES
from flowlab_course.chapters.ch14.solutions import chained, limited, reach
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


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
    # A plane, on which the value between pixels is known: 3 x + y and x - 2 y, at the border's places outside.
    y, x = np.mgrid[:5, :6].astype(np.float32)
    rest = np.full((5, 6, 2), (0.75, 0.25), np.float32)
    there_x, there_y = (x + 0.75).clip(0, 5), (y + 0.25).clip(0, 4)
    expected = rest + np.stack([3 * there_x + there_y, there_x - 2 * there_y], axis=-1)
    plane = np.stack([3 * x + y, x - 2 * y], axis=-1)
    return [*cases, Case((plane, rest), expected, "a rest of (0.75, 0.25), between pixels")]


def _reach_cases():
    # Counted on paper: 4; 4 + 8; 4 + 8 + 16 + 32; 3 + 6 + 12.
    return [
        Case((1, 4), 4, "one level of 4 px"),
        Case((2, 4), 12, "two levels of 4 px"),
        Case((4, 4), 60, "four levels of 4 px"),
        Case((5, 1), 31, "five levels of 1 px"),
        Case((3, 3), 21, "three levels of 3 px"),
    ]


def _limited_by_loop(features, most):
    """The definition, vector by vector."""
    out = features.clone()
    B, C, H, W = features.shape
    for b, y, x in np.ndindex(B, H, W):
        length = math.sqrt(sum(float(features[b, c, y, x]) ** 2 for c in range(C)))
        if length > most:
            out[b, :, y, x] *= most / length
    return out


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
    some = torch.randn(2, 3, 3, 4, generator=torch.Generator().manual_seed(0))
    shorter = batch.clone()
    shorter[0, :, 0, 1] /= 7
    shorter[1, :, 1, 0] /= 2
    return [
        Case((small, 1.0), expected, "vectors of length 5, 0.5 and 10, most = 1"),
        Case((batch, 1.0), shorter, "a batch of two, with vectors of length 0"),
        Case((small, 2.0), twice, "the same as at first, most = 2"),
        Case((some, 1.5), _limited_by_loop(some, 1.5), "a batch of two at random, most = 1.5"),
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
        mistakes=read_mistakes(chained, MISTAKES["14.1"]),
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
        mistakes=read_mistakes(reach, MISTAKES["14.2"]),
        bounds=NOT_NEGATIVE,
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
        mistakes=read_mistakes(limited, MISTAKES["14.3"]),
        atol=1e-5,
    ),
]
