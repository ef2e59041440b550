"""Exercises of chapter 13."""

import math
import statistics

import numpy as np
import torch

from flowlab_course.chapters.ch13.mistakes import MISTAKES
from flowlab_course.chapters.ch13.solutions import mean_disparity, own_motion, verdict
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _verdict_cases():
    nan, inf = np.nan, np.inf
    simple = np.array([[0.0, 0.5, 2.0], [1.0, 1.25, 3.0]], np.float32)
    edge = np.array([[inf, 0.75, 1.75], [inf, 4.0, 0.25]], np.float32)
    holes = np.array([[nan, 0.25], [1.25, inf]], np.float32)
    far = np.array([[1.5, 2.0, 2.5], [2.75, 7.0, inf]], np.float32)
    return [
        Case((simple, 1.0), np.array([[1, 1, 2], [1, 2, 2]]), "limit 1 px, one distance exactly at it"),
        Case((edge, 1.0), np.array([[3, 1, 2], [3, 2, 1]]), "two pixels that leave the frame"),
        Case((holes, 0.5), np.array([[0, 1], [2, 3]]), "a distance that is NaN, limit 0.5 px"),
        Case((far, 2.5), np.array([[1, 1, 1], [2, 2, 3]]), "limit 2.5 px"),
        Case((np.zeros((2, 2), np.float32), 0.0), np.ones((2, 2), int), "limit 0 and distance 0"),
    ]


def _own_by_loop(flow, valid):
    """The definition, pixel by pixel."""
    u, v = (statistics.median(float(w) for w in flow[..., i][valid]) for i in (0, 1))
    out = np.empty(valid.shape)
    for place in np.ndindex(valid.shape):
        out[place] = math.hypot(flow[place][0] - u, flow[place][1] - v)
    return out


def _own_cases():
    # A camera of (3, -4); one pixel in six moves by (3, 4) more, another is unknown.
    flow = np.tile(np.array([3.0, -4.0], np.float32), (2, 3, 1))
    flow[0, 1] = 6.0, 0.0
    everything = np.ones((2, 3), bool)
    expected = np.zeros((2, 3), np.float32)
    expected[0, 1] = 5.0
    # Three of six unknown, and only they stand still: they must not be asked.
    unknown = np.tile(np.array([8.0, 6.0], np.float32), (2, 3, 1))
    valid = np.array([[True, False, False], [True, True, False]])
    unknown[~valid] = 0
    unknown[1, 1] = 8.0, 9.0
    of_unknown = np.full((2, 3), 10.0, np.float32)
    of_unknown[valid] = 0
    of_unknown[1, 1] = 3.0
    # Two valid pixels, (1, 1) and (7, 9): the median lies in the middle, at (4, 5).
    two = np.array([[[1.0, 1], [7, 9], [0, 0]]], np.float32)
    rng = np.random.default_rng(0)
    some, known = rng.normal(0, 5, (4, 5, 2)).astype(np.float32), rng.permutation(20).reshape(4, 5) < 12
    return [
        Case((flow, everything), expected, "a camera of (3, -4) and one pixel that moves by itself"),
        Case((unknown, valid), of_unknown, "a flow of which half is unknown"),
        Case(
            (two, np.array([[True, True, False]])), np.array([[5, 5, 41**0.5]]), "two valid pixels, (1, 1) and (7, 9)"
        ),
        Case((some, known), _own_by_loop(some, known), "a flow at random, twelve of twenty pixels valid"),
    ]


def _disparity_cases():
    def by_hand(scores, sharpness):
        weights = np.exp(sharpness * scores.double().numpy())
        return torch.from_numpy(np.einsum("d,dhw->hw", np.arange(len(weights)), weights / weights.sum(0))).float()

    generator = torch.Generator().manual_seed(0)
    some = torch.rand(5, 3, 4, generator=generator)
    cube = torch.rand(3, 3, 3, generator=generator)
    sure = torch.zeros(4, 2, 2)
    sure[2] = 1.0
    return [
        Case((some, 3.0), by_hand(some, 3.0), "random scores of five disparities, sharpness 3"),
        Case((cube, 2.0), by_hand(cube, 2.0), "three disparities at three by three places, sharpness 2"),
        Case((sure, 60.0), torch.full((2, 2), 2.0), "scores that all speak for disparity 2"),
        Case((torch.zeros(3, 2, 2), 5.0), torch.ones(2, 2), "scores that say nothing: the middle of 0, 1, 2"),
    ]


EXERCISES = [
    Exercise(
        id="13.1",
        title="three groups",
        hints=(
            "Three groups and the unknown: which of the four does distance <= limit find?",
            "Is infinity > 1 True? Is NaN > 1? np.isinf and np.isnan tell them from other numbers.",
            "Start with np.full(distance.shape, 2), then write 1, 3 and 0 where their conditions hold.",
        ),
        solution=verdict,
        cases=_verdict_cases,
        mistakes=read_mistakes(verdict, MISTAKES["13.1"]),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="13.2",
        title="take the camera off",
        hints=(
            "The camera moves, and nothing else. What do all vectors have in common?",
            "flow[valid] is a list of vectors, (N, 2): take the median of each of its columns.",
            (
                "np.median(..., axis=0) of those vectors gives two numbers, the camera's u and v. Subtract them from "
                "the flow, and take the length along the last axis."
            ),
        ),
        solution=own_motion,
        cases=_own_cases,
        mistakes=read_mistakes(own_motion, MISTAKES["13.2"]),
        bounds=NOT_NEGATIVE,
        atol=1e-5,
    ),
    Exercise(
        id="13.3",
        title="a disparity from scores",
        hints=(
            "The disparities 0, 1 and 2 have the shares 0.1, 0.8 and 0.1. What is their mean?",
            "share has the shape of scores and sums to 1 over the first axis: multiply it by the disparities 0, 1, ...",
            (
                "torch.arange(float(len(scores))) are the disparities; .view(-1, 1, 1) lays them along the first "
                "axis. Multiply, and sum over the first axis."
            ),
        ),
        solution=mean_disparity,
        cases=_disparity_cases,
        mistakes=read_mistakes(mean_disparity, MISTAKES["13.3"]),
        atol=1e-5,
    ),
]
