"""Wrong answers to the exercises of chapter 11 that readers give, and what to tell them."""

from functools import partial

import numpy as np

from flowlab_course.chapters.ch11.curves import CLIMBS, FALLS, cycle
from flowlab_course.chapters.ch11.solutions import level_error, rate
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _over(error, form, axis=None):
    """Sum or mean of the pixels' errors."""
    return error.sum(axis) if form == "sum" else error.mean(axis)


def _parts(values):
    """Each value's share of their sum."""
    values = list(values)
    return tuple(value / sum(values) for value in values)


def _cosine(step, steps):
    rise = 0.05 * steps
    return np.cos(np.pi * (step - rise) / (steps - rise))


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


@mistake("11.1", "eps once", "You add eps once, to the result. It belongs inside the root of each pixel.")
def _eps_once(off, eps, form):
    return level_error(off, 0.0, form) + eps


@mistake(
    "11.1", "root of eps", "You take the root of eps apart. The root of a sum is not the sum of two roots: one root."
)
def _root_of_eps(off, eps, form):
    return _over(np.sqrt((off**2).sum(axis=0)) + np.sqrt(eps), form)


@mistake("11.1", "eps left out", "eps is missing: it belongs inside the root.")
def _eps_left_out(off, eps, form):
    return level_error(off, 0.0, form)


@mistake("11.1", "eps twice", "You add eps to both squares, before their sum: it counts twice.")
def _eps_twice(off, eps, form):
    return level_error(off, 2 * eps, form)


@mistake("11.1", "eps squared", "You square eps. It is added as it is.")
def _eps_squared(off, eps, form):
    return level_error(off, eps**2, form)


@mistake("11.1", "always the sum", 'form "mean" divides by the number of pixels.')
def _always_sum(off, eps, form):
    return level_error(off, eps, "sum")


@mistake("11.1", "forms swapped", "The two forms are swapped: you give the mean for the sum, and the sum for the mean.")
def _forms_swapped(off, eps, form):
    return level_error(off, eps, "mean" if form == "sum" else "sum")


@mistake("11.1", "not added up", "You return one error for each pixel. Take their sum, or their mean.")
def _not_added_up(off, eps, form):
    return np.sqrt((off**2).sum(axis=0) + eps)


@mistake("11.1", "one axis added up", "You add up the rows only, and one number for each column is left.")
def _one_axis_added_up(off, eps, form):
    return _over(np.sqrt((off**2).sum(axis=0) + eps), form, axis=0)


@mistake(
    "11.1", "along the columns", "You sum squares along a row of pixels, axis -1. u and v lie along the first axis."
)
def _along_the_columns(off, eps, form):
    return _over(np.sqrt((off**2).sum(axis=-1) + eps), form)


@mistake("11.1", "along the rows", "You sum squares along axis 1, a column of pixels. u and v lie along axis 0.")
def _along_the_rows(off, eps, form):
    return _over(np.sqrt((off**2).sum(axis=1) + eps), form)


@mistake(
    "11.1",
    "components last",
    "off[..., 0] and off[..., 1] are two columns of pixels here: u and v come first, (2, h, w).",
)
def _components_last(off, eps, form):
    return _over(np.sqrt(off[..., 0] ** 2 + off[..., 1] ** 2 + eps), form)


@mistake("11.1", "absolute values", "You add |du| and |dv|. The error is the length of (du, dv): squares, then a root.")
def _absolute_values(off, eps, form):
    return _over(np.abs(off).sum(axis=0) + eps, form)


@mistake("11.1", "nothing squared", "You add du and dv as they are, so that opposite signs cancel: square them first.")
def _nothing_squared(off, eps, form):
    return _over(off.sum(axis=0) + eps, form)


@mistake(
    "11.1", "squared too late", "You add du and dv, then square. Square each first: opposite signs cancel otherwise."
)
def _squared_too_late(off, eps, form):
    return _over(np.sqrt(off.sum(axis=0) ** 2 + eps), form)


@mistake(
    "11.1", "mean of u and v", "You take the mean of the two squares, which halves them: the length needs their sum."
)
def _mean_of_components(off, eps, form):
    return _over(np.sqrt((off**2).mean(axis=0) + eps), form)


@mistake(
    "11.1", "one root for all", "You take one root, of the whole level. Each pixel has its root; the sum comes last."
)
def _one_root(off, eps, form):
    return np.sqrt(_over((off**2).sum(axis=0), form) + eps)


@mistake(
    "11.1", "one root, eps in each", "Each pixel has its eps, but all have one root. Take the root of each pixel first."
)
def _one_root_eps_in_each(off, eps, form):
    return np.sqrt(_over((off**2).sum(axis=0) + eps, form))


@mistake("11.1", "norm of all", "A norm without axis= is one length of all numbers. Take one length for each pixel.")
def _norm_of_all(off, eps, form):
    return np.linalg.norm(off) + eps


@mistake("11.1", "divided by 2hw", "off.size counts u and v apart: your mean is half. Divide by the number of pixels.")
def _divided_by_size(off, eps, form):
    total = level_error(off, eps, "sum")
    return total if form == "sum" else total / off.size


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


@mistake(
    "11.2", "line of strides", "A coarser level has fewer pixels, along both axes: divide by the square of the stride."
)
def _times_the_stride(weights, strides):
    return _parts(w * s for w, s in zip(weights, strides, strict=True))


@mistake(
    "11.2", "weights left out", "You compare numbers of pixels only. A pixel counts as much as its level's weight."
)
def _weights_left_out(weights, strides):
    return _parts(1 / s**2 for s in strides)


@mistake(
    "11.2", "position for stride", "You go by a level's position, as if each had twice the stride of the one before."
)
def _position_for_stride(weights, strides):
    return _parts(w / 4**level for level, w in enumerate(weights))


@mistake("11.2", "power of the stride", "You raise 4 to the stride. A stride of s leaves one pixel in s * s.")
def _power_of_the_stride(weights, strides):
    return _parts(w / 4**s for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "two to the stride", "You raise 2 to the stride; the stride itself is squared.")
def _two_to_the_stride(weights, strides):
    return _parts(w / 2**s for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "strides reversed", "Your strides run the other way: a level gets the pixels of another one.")
def _strides_reversed(weights, strides):
    return _parts(w / s**2 for w, s in zip(weights, strides[::-1], strict=True))


@mistake("11.2", "levels reversed", "Your shares come in opposite order: the levels have changed places.")
def _levels_reversed(weights, strides):
    return _parts(w / s**2 for w, s in zip(weights, strides, strict=True))[::-1]


@mistake("11.2", "weight squared", "You square the weight together with the stride: only the stride is squared.")
def _weight_squared(weights, strides):
    return _parts((w / s) ** 2 for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "divided by the levels", "You divide by the number of levels. Shares add up to 1: divide by the sum.")
def _divided_by_the_levels(weights, strides):
    return tuple(w / s**2 / len(weights) for w, s in zip(weights, strides, strict=True))


@mistake(
    "11.2", "divided by the weights", "You divide by the sum of the weights. Divide by the sum of weight times pixels."
)
def _divided_by_the_weights(weights, strides):
    return tuple(w / s**2 / sum(weights) for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "divided by the pixels", "You divide by the number of pixels. The weights belong into that sum, too.")
def _divided_by_the_pixels(weights, strides):
    pixels = [1 / s**2 for s in strides]
    return tuple(w * n / sum(pixels) for w, n in zip(weights, pixels, strict=True))


@mistake("11.2", "two shares", "You multiply a share of weights by a share of pixels: the products do not add up to 1.")
def _two_shares(weights, strides):
    pixels = _parts(1 / s**2 for s in strides)
    return tuple(w * n for w, n in zip(_parts(weights), pixels, strict=True))


@mistake("11.2", "by the largest", "You divide by the largest. Shares add up to 1: divide by the sum.")
def _by_the_largest(weights, strides):
    weighed = [w / s**2 for w, s in zip(weights, strides, strict=True)]
    return tuple(value / max(weighed) for value in weighed)


@mistake("11.2", "whole numbers", "// keeps whole numbers only: a coarse level loses its part. Divide by /.")
def _whole_numbers(weights, strides):
    return _parts(w // s**2 for w, s in zip(weights, strides, strict=True))


@mistake("11.2", "caret", "In Python, ^ is a bitwise operation (exclusive or). A square is written **2.")
def _caret(weights, strides):
    return _parts(w / (s ^ 2) for w, s in zip(weights, strides, strict=True))


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


@mistake(
    "11.3", "line from step 0", "Your line falls from step 0. It is half a cosine, and begins where the climb ends."
)
def _line_from_the_start(step, steps, peak):
    return cycle(step, steps, peak) if step < 0.05 * steps else peak * (1 - step / steps)


@mistake("11.3", "brackets", "Brackets are missing: only the cosine is divided by 2, and the peak multiplies 1 alone.")
def _brackets(step, steps, peak):
    return cycle(step, steps, peak) if step < 0.05 * steps else peak + _cosine(step, steps) / 2


@mistake("11.3", "always 50 steps", "Your climb takes 50 steps whatever `steps` is: 5 % of it.")
def _always_50_steps(step, steps, peak):
    return cycle(step, steps, peak, rise=50)


@mistake("11.3", "half of the steps", "Your climb takes half of the steps, 0.5 of them: 5 % are 0.05.")
def _half_of_the_steps(step, steps, peak):
    return cycle(step, steps, peak, rise=0.5 * steps)


@mistake(
    "11.3",
    "climb cut off",
    "You cut 5 % of the steps off to a whole number. Here they are not whole: keep the fraction.",
)
def _climb_cut_off(step, steps, peak):
    return cycle(step, steps, peak, rise=int(0.05 * steps))


@mistake("11.3", "cosine from step 0", "The climb is missing: your cosine falls from the first step.")
def _cosine_from_the_start(step, steps, peak):
    return peak * (1 + np.cos(np.pi * step / steps)) / 2


@mistake("11.3", "peak left out", "Your rates go up to 1: multiply them by the peak.")
def _peak_left_out(step, steps, peak):
    return cycle(step, steps, 1.0)


@mistake("11.3", "never falls", "Your line goes on after 5 %: choose by the step which part is meant.")
def _never_falls(step, steps, peak):
    return peak * (1 + 24 * step / (0.05 * steps)) / 25


@mistake(
    "11.3", "constant start", "The climb begins at 1 / 25 whatever the peak is: a twenty-fifth of the peak is meant."
)
def _constant_start(step, steps, peak):
    return cycle(step, steps, peak, climb=lambda x: 1 / 25 / peak + (1 - 1 / 25 / peak) * x)


@mistake("11.3", "share for steps", "0.05 is a share. The climb takes that share of the steps: multiply it by `steps`.")
def _share_for_steps(step, steps, peak):
    return cycle(step, steps, peak, rise=0.05)


for _name, _hint, _curve in CLIMBS:
    mistake("11.3", _name, _hint)(partial(cycle, climb=_curve))
for _name, _hint, _curve in FALLS:
    mistake("11.3", _name, _hint)(partial(cycle, fall=_curve))
