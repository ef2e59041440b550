"""Exercises of chapter 13."""

import numpy as np
import torch

from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def believed_within(distance, limit):
    """Mask (H, W) of the pixels to believe; distance (H, W) in pixels, perhaps inf or NaN."""
    return distance <= limit


@mistake(
    "13.1",
    "the other way round",
    "This is True where not to believe: ask which are within the limit, not which are beyond it.",
)
def _the_other_way_round(distance, limit):
    return distance > limit


@mistake(
    "13.1",
    "NaN believed",
    "An unknown distance counts as good here: NaN is not greater than the limit, so your 'not' makes it True.",
)
def _not_beyond(distance, limit):
    return ~(distance > limit)


@mistake("13.1", "limit left out", "A distance of exactly the limit is still within it.")
def _without_the_limit(distance, limit):
    return distance < limit


@mistake("13.1", "numbers", "The values are right, but a mask is bool: leave the conversion out.")
def _as_numbers(distance, limit):
    return (distance <= limit).astype(np.float32)


@mistake("13.1", "any that stays inside", "You ask whether it stays in the frame. Ask how far it misses, too.")
def _only_finite(distance, limit):
    return np.isfinite(distance)


def _believed_cases():
    some = np.array([[0.0, 0.5, 2.0], [np.inf, 1.0, 3.0]], np.float32)
    holes = np.array([[np.nan, 0.25], [4.0, np.inf]], np.float32)
    return [
        Case(
            (some, 1.0), np.array([[True, True, False], [False, True, False]]), "limit 1 px, one distance exactly at it"
        ),
        Case((holes, 0.5), np.array([[False, True], [False, False]]), "a distance that is NaN"),
        Case((np.zeros((2, 2), np.float32), 0.0), np.ones((2, 2), bool), "limit 0 and distance 0"),
    ]


def own_motion(flow, valid):
    """Own motion (H, W) in pixels, of a flow (H, W, 2) and a mask (H, W)."""
    camera = np.median(flow[valid], axis=0)
    return np.linalg.norm(flow - camera, axis=-1)


@mistake("13.2", "mean", "You take the mean: the pixel that moves by itself has pulled the camera along.")
def _mean(flow, valid):
    return np.linalg.norm(flow - flow[valid].mean(axis=0), axis=-1)


@mistake("13.2", "valid ignored", "Unknown pixels, which hold 0, have voted too: ask only those of the mask.")
def _all_pixels(flow, valid):
    return np.linalg.norm(flow - np.median(flow, axis=(0, 1)), axis=-1)


@mistake("13.2", "one number", "Your median is one number for u and v together: take it along axis 0.")
def _one_number(flow, valid):
    return np.linalg.norm(flow - np.median(flow[valid]), axis=-1)


@mistake("13.2", "of lengths", "You compare lengths. Two vectors of equal length may point apart: subtract them first.")
def _of_lengths(flow, valid):
    length = np.linalg.norm(flow, axis=-1)
    return np.abs(length - np.median(length[valid]))


@mistake("13.2", "squared", "This is the square of the length: the root is missing.")
def _squared(flow, valid):
    return ((flow - np.median(flow[valid], axis=0)) ** 2).sum(axis=-1)


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
    return [
        Case((flow, everything), expected, "a camera of (3, -4) and one pixel that moves by itself"),
        Case((unknown, valid), of_unknown, "a flow of which half is unknown"),
    ]


def mean_disparity(scores, sharpness):
    """Disparity (H, W), a tensor, from scores (D, H, W)."""
    share = torch.softmax(sharpness * scores, dim=0)
    return (share * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)


@mistake("13.3", "best only", "This is the best disparity, a whole number. The mean can lie in between.")
def _best_only(scores, sharpness):
    return scores.argmax(dim=0).float()


@mistake("13.3", "from one", "You count the disparities from 1; the first one is 0.")
def _from_one(scores, sharpness):
    return mean_disparity(scores, sharpness) + 1


@mistake("13.3", "divided", "The weights sum to 1 already: sum, do not average.")
def _mean_instead_of_sum(scores, sharpness):
    return mean_disparity(scores, sharpness) / len(scores)


@mistake("13.3", "sharpness left out", "The scores go into the softmax as they are: sharpness is missing.")
def _without_sharpness(scores, sharpness):
    return mean_disparity(scores, 1.0)


@mistake("13.3", "no softmax", "Your weights are the scores themselves: they do not sum to 1. Use the share.")
def _not_normalised(scores, sharpness):
    return (sharpness * scores * torch.arange(float(len(scores))).view(-1, 1, 1)).sum(dim=0)


def _disparity_cases():
    def by_hand(scores, sharpness):
        weights = np.exp(sharpness * scores.double().numpy())
        return torch.from_numpy(np.einsum("d,dhw->hw", np.arange(len(weights)), weights / weights.sum(0))).float()

    generator = torch.Generator().manual_seed(0)
    some = torch.rand(5, 3, 4, generator=generator)
    sure = torch.zeros(4, 2, 2)
    sure[2] = 1.0
    return [
        Case((some, 3.0), by_hand(some, 3.0), "random scores of five disparities, sharpness 3"),
        Case((sure, 60.0), torch.full((2, 2), 2.0), "scores that all speak for disparity 2"),
        Case((torch.zeros(3, 2, 2), 5.0), torch.ones(2, 2), "scores that say nothing: the middle of 0, 1, 2"),
    ]


EXERCISES = [
    Exercise(
        id="13.1",
        title="whom to believe",
        hints=(
            "Is NaN < 1 True or False? And NaN > 1?",
            "Infinity is larger than every limit, so it needs no rule of its own.",
            "NaN compares as False with everything: choose the comparison whose False means 'not to be believed'.",
        ),
        solution=believed_within,
        cases=_believed_cases,
        mistakes=mistake.of("13.1"),
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
        mistakes=mistake.of("13.2"),
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
        mistakes=mistake.of("13.3"),
        atol=1e-5,
    ),
]
