"""Exercises of chapter 11."""

import math

import numpy as np

from flowlab_course.chapters.ch11.mistakes import MISTAKES
from flowlab_course.chapters.ch11.solutions import level_error, rate, shares
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _level_cases():
    off = np.zeros((2, 1, 2))
    off[:, 0, 0] = 3.0, 4.0  # by hand: 5 and 0 without eps; root(25 + 11) = 6 and root(11) with 11
    six = np.array([[[3.0, -3, 0], [6, -5, 0]], [[4.0, 4, 0], [-8, -12, 2]]])
    return [
        Case((off, 0.0, "sum"), 5.0, "one pixel off by (3, 4) and one right, no eps, as a sum"),
        Case((off, 0.0, "mean"), 2.5, "the same as a mean"),
        Case((off, 11.0, "sum"), 6.0 + math.sqrt(11.0), "eps = 11, as a sum"),
        Case((off, 11.0, "mean"), (6.0 + math.sqrt(11.0)) / 2, "eps = 11, as a mean"),
        Case((six, 0.0, "mean"), 35 / 6, "two rows of three pixels, off by 5, 5, 0, 10, 13 and 2 px, as a mean"),
    ]


def _share_cases():
    return [
        Case(((1.0, 1.0), (1, 2)), (0.8, 0.2), "two levels of equal weight, the second with a quarter of the pixels"),
        Case(((1.0, 4.0), (4, 8)), (0.5, 0.5), "a weight four times as large on the coarser level"),
        Case(((0.5, 1.0, 4.0), (1, 2, 4)), (0.5, 0.25, 0.25), "three levels"),
        # 1, 2 / 4 and 16 / 64: four, two and one of seven parts.
        Case(((1.0, 2.0, 16.0), (1, 2, 8)), (4 / 7, 2 / 7, 1 / 7), "three levels, the last with a stride of 8"),
    ]


def _rate_cases():
    return [
        Case((0, 1000, 25.0), 1.0, "rate(0, 1000, 25.0), the first step"),
        Case((25, 1000, 25.0), 13.0, "rate(25, 1000, 25.0), half way up"),
        Case((10, 1000, 3.0), 0.696, "rate(10, 1000, 3.0), a fifth of the way up, to a peak of 3"),  # 0.12 + 2.88 / 5
        Case((50, 1000, 25.0), 25.0, "rate(50, 1000, 25.0), the peak, after 5 %"),
        Case((525, 1000, 25.0), 12.5, "rate(525, 1000, 25.0), half way down"),
        Case((1000, 1000, 25.0), 0.0, "rate(1000, 1000, 25.0), the end"),
        Case((1, 50, 25.0), 10.6, "rate(1, 50, 25.0), one step of a climb that takes 2.5"),  # 1 + 24 / 2.5
        # The climb takes 50 of 1000 steps, so a third of the way down is step 366.67: 1 + cos(60 degrees) is 3 / 2.
        Case((1100, 3000, 4.0), 3.0, "rate(1100, 3000, 4.0), a third of the way down"),
    ]


EXERCISES = [
    Exercise(
        id="11.1",
        title="the error of a level",
        hints=(
            "A pixel is off by (3, 4) px. What is its error?",
            "One number for each pixel first; then its sum, or its mean.",
            (
                "(off**2).sum(axis=0) is the squared length of each pixel's error. eps goes inside the root, so that "
                "the tip of the root is round."
            ),
        ),
        solution=level_error,
        cases=_level_cases,
        mistakes=read_mistakes(level_error, MISTAKES["11.1"]),
        bounds=NOT_NEGATIVE,
    ),
    Exercise(
        id="11.2",
        title="what a weight weighs",
        hints=(
            "How many of the image's pixels does a level of stride 2 have?",
            "In a sum, a level counts as its weight times its number of pixels.",
            (
                "A level of stride s has 1 / s**2 of the image's pixels. Divide by the sum of all, so that the "
                "shares add up to 1."
            ),
        ),
        solution=shares,
        cases=_share_cases,
        mistakes=read_mistakes(shares, MISTAKES["11.2"]),
        bounds=(0, 1),
    ),
    Exercise(
        id="11.3",
        title="one cycle",
        hints=(
            "At which step is the rate highest? How high is it at step 0?",
            "rise = 0.05 * steps; up to there a line, from there a cosine. The line begins at peak / 25, not at 0.",
            "Half a cosine is (1 + cos(pi * x)) / 2, with x from 0 at the peak to 1 at the end.",
        ),
        solution=rate,
        cases=_rate_cases,
        mistakes=read_mistakes(rate, MISTAKES["11.3"]),
        bounds=NOT_NEGATIVE,
    ),
]
