"""Exercises of chapter 11."""

import math

import numpy as np

from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def level_error(off, eps, form):
    """Error of one level: off is (2, h, w), flow minus truth; form is "sum" or "mean"."""
    error = np.sqrt((off**2).sum(axis=0) + eps)
    return error.sum() if form == "sum" else error.mean()


@mistake("11.1", "eps outside", "eps belongs inside the root: outside it only shifts the loss.")
def _eps_outside(off, eps, form):
    error = np.sqrt((off**2).sum(axis=0)) + eps
    return error.sum() if form == "sum" else error.mean()


@mistake("11.1", "u and v apart", "A pixel has one error, the length of (du, dv): add the squares first.")
def _components_apart(off, eps, form):
    error = np.sqrt(off**2 + eps)
    return error.sum() if form == "sum" else error.mean()


@mistake("11.1", "always the mean", 'form "sum" adds up the pixels, and does not divide.')
def _always_mean(off, eps, form):
    return level_error(off, eps, "mean")


@mistake("11.1", "no root", "Squared errors listen to the worst pixels only: take the root.")
def _no_root(off, eps, form):
    error = (off**2).sum(axis=0) + eps
    return error.sum() if form == "sum" else error.mean()


def _level_cases():
    off = np.zeros((2, 1, 2))
    off[:, 0, 0] = 3.0, 4.0  # by hand: 5 and 0 without eps; root(25 + 11) = 6 and root(11) with 11
    return [
        Case((off, 0.0, "sum"), 5.0, "one pixel off by (3, 4) and one right, no eps, as a sum"),
        Case((off, 0.0, "mean"), 2.5, "the same as a mean"),
        Case((off, 11.0, "sum"), 6.0 + math.sqrt(11.0), "eps = 11, as a sum"),
    ]


def shares(weights, strides):
    """Share of each level in a loss that sums over pixels; all pixels equally wrong."""
    weighed = [w / s**2 for w, s in zip(weights, strides, strict=True)]
    return tuple(value / sum(weighed) for value in weighed)


@mistake("11.2", "as a mean", "Those are the shares in a mean. In a sum, a fine level has more pixels.")
def _as_mean(weights, strides):
    return tuple(w / sum(weights) for w in weights)


@mistake("11.2", "one axis", "A stride of 2 leaves a quarter of the pixels, not a half.")
def _one_axis(weights, strides):
    weighed = [w / s for w, s in zip(weights, strides, strict=True)]
    return tuple(value / sum(weighed) for value in weighed)


@mistake("11.2", "not shares", "Nearly: divide by their sum, so that they add up to 1.")
def _not_shares(weights, strides):
    return tuple(w / s**2 for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "turned round", "A coarser level has fewer pixels: divide by s**2.")
def _turned_round(weights, strides):
    weighed = [w * s**2 for w, s in zip(weights, strides, strict=True)]
    return tuple(value / sum(weighed) for value in weighed)


def _share_cases():
    return [
        Case(((1.0, 1.0), (1, 2)), (0.8, 0.2), "two levels of equal weight, the second with a quarter of the pixels"),
        Case(((1.0, 4.0), (4, 8)), (0.5, 0.5), "a weight four times as large on the coarser level"),
        Case(((0.5, 1.0, 4.0), (1, 2, 4)), (0.5, 0.25, 0.25), "three levels"),
    ]


def rate(step, steps, peak):
    """One cycle: a line from peak / 25 up to the peak over the first 5 %, then half a cosine down to 0."""
    rise = 0.05 * steps
    if step < rise:
        return peak / 25 + (peak - peak / 25) * step / rise
    return peak * (1 + np.cos(np.pi * (step - rise) / (steps - rise))) / 2


@mistake("11.3", "from zero", "The climb begins at peak / 25: at 0 the first step would do nothing.")
def _from_zero(step, steps, peak):
    rise = 0.05 * steps
    return peak * step / rise if step < rise else rate(step, steps, peak)


@mistake("11.3", "whole cosine", "The cosine begins where the climb ends, not at step 0.")
def _whole_cosine(step, steps, peak):
    return rate(step, steps, peak) if step < 0.05 * steps else peak * (1 + np.cos(np.pi * step / steps)) / 2


@mistake("11.3", "a line down", "Down it goes by a cosine: slowly, fast, slowly.")
def _down_a_line(step, steps, peak):
    rise = 0.05 * steps
    return rate(step, steps, peak) if step < rise else peak * (steps - step) / (steps - rise)


@mistake("11.3", "no climb", "The first 5 % climb: Adam's averages are not worth much yet.")
def _no_climb(step, steps, peak):
    return max(rate(step, steps, peak), peak if step < 0.05 * steps else 0)


def _rate_cases():
    return [
        Case((0, 1000, 25.0), 1.0, "the first step: peak / 25"),
        Case((25, 1000, 25.0), 13.0, "half way up"),
        Case((10, 1000, 3.0), 0.696, "a fifth of the way up, to a peak of 3"),  # 0.12 + 2.88 / 5
        Case((50, 1000, 25.0), 25.0, "the peak, after 5 %"),
        Case((525, 1000, 25.0), 12.5, "half way down"),
        Case((1000, 1000, 25.0), 0.0, "the end"),
        # The climb takes 50 of 1000 steps, so a third of the way down is step 366.67: 1 + cos(60 degrees) is 3 / 2.
        Case((1100, 3000, 4.0), 3.0, "a third of the way down"),
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
        mistakes=mistake.of("11.1"),
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
        mistakes=mistake.of("11.2"),
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
        mistakes=mistake.of("11.3"),
    ),
]
