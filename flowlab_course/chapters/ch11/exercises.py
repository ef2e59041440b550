"""Exercises of chapter 11."""

import math

import numpy as np
import torch

from flowlab_course.chapters.ch11.mistakes import MISTAKES
from flowlab_course.chapters.ch11.solutions import adam, level_error, rate, shares, verdict
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


def _adam_cases():
    """Run PyTorch's Adam, which keeps both averages in its state, and cut out single steps."""
    found = []
    for before, gradients, learning_rate, note in (
        (np.array([1.0, 2.0]), [[0.5, -3.0]], 0.1, "the first step, with gradients of 0.5 and -3"),
        (np.array([1.0, -2.0]), [[0.5, -3.0], [1.0, 4.0]], 0.1, "the second step"),
        (np.array([[3.0], [0.0]]), [[[1.0], [-2.0]]] * 5 + [[[-7.0], [0.5]]], 0.01, "the sixth step, of two rows"),
        (np.array([0.0]), [[1e-8]], 1.0, "a first gradient of 0.00000001"),
    ):
        weight = torch.tensor(before, requires_grad=True)
        optimiser = torch.optim.Adam([weight], lr=learning_rate, betas=(0.9, 0.999), eps=1e-8)
        states = [(before, 0 * before, 0 * before)]
        for gradient in gradients:
            weight.grad = torch.tensor(gradient, dtype=torch.float64)
            optimiser.step()
            kept = optimiser.state[weight]
            states.append(tuple(part.detach().numpy().copy() for part in (weight, kept["exp_avg"], kept["exp_avg_sq"])))
        w, m, v = states[-2]
        args = (w, np.array(gradients[-1]), m, v, len(gradients), learning_rate)
        found.append(Case(args, states[-1], note))
    return found


def _verdict_cases():
    falling = np.array([0.35, 0.22, 0.15])

    def case(error, zero, expected, note, loss=falling):
        return Case((loss, np.array(error), zero), expected, note)

    return [
        case([4.0, 3.0, 2.5], 4.0, "learns", "errors of 4, 3 and 2.5 px beside zero flow's 4 px"),
        case([12.09, 13.76, 11.12], 11.82, "stands still", "the first part of flownetc-small's training"),
        case([4.0, 3.0, 3.7], 5.0, "overfits", "errors of 4, 3 and 3.7 px beside zero flow's 5 px"),
        case([4.0, 3.0, 3.5], 4.0, "learns", "errors of 4, 3 and 3.5 px beside zero flow's 4 px"),
        case([6.0, 5.0, 6.0], 10.0, "learns", "exactly a fifth above the lowest error"),
        case([9.5, 9.0], 10.0, "learns", "exactly nine tenths of zero flow's error"),
        case([9.5, 9.2], 10.0, "stands still", "a little above nine tenths of zero flow's error"),
        case([4.0, 5.0, 6.0], 4.0, "overfits", "errors that only rise, above zero flow's"),
        case([3.0, 2.0, 1.9], 4.0, "diverged", "a loss of NaN in the middle", np.array([0.3, np.nan, 0.2])),
        case([3.0, 2.0, 1.9], 4.0, "diverged", "an infinite loss at the end", np.array([0.3, 0.4, np.inf])),
        case([3.0, 2.0], 4.0, "diverged", "losses of NaN alone", np.array([np.nan, np.nan])),
        case([3.0, 2.0], 4.0, "learns", "a loss that rises by a half while the error falls", np.array([0.2, 0.3])),
        case([4.0, 3.5, 3.9], 4.0, "stands still", "errors of 4, 3.5 and 3.9 px beside zero flow's 4 px"),
        case([4.0, 4.2, 4.1], 4.0, "stands still", "errors that stay above zero flow's"),
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
    Exercise(
        id="11.4",
        title="one step of Adam",
        hints=(
            "At the first step m and v are 0. How large is the new m then, and what does dividing by 1 - 0.9**t do?",
            "New m, new v, both divided by their corrections, then the step. The m and v that you return are not divided.",
            "v = 0.999 * v + 0.001 * g**2. The step is the corrected m, divided by the corrected v's root plus 1e-8.",
        ),
        solution=adam,
        cases=_adam_cases,
        mistakes=read_mistakes(adam, MISTAKES["11.4"]),
    ),
    Exercise(
        id="11.5",
        title="read the curves",
        hints=(
            "Which of the four names does not need the errors at all?",
            "Ask in the order of the task, and return as soon as an answer is yes.",
            "np.isfinite(loss).all() is False if any loss is NaN or infinite; error[-1] is the last error.",
        ),
        solution=verdict,
        cases=_verdict_cases,
        mistakes=read_mistakes(verdict, MISTAKES["11.5"]),
    ),
]
