"""Wrong answers to exercise 4.2, as readers give them."""

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("4.2", "the penalty", "This is the penalty itself. Wanted is how strongly it pulls: its slope over 2 s.")
def _penalty(s, e):
    return 2 * e**2 * (np.sqrt(1 + s**2 / e**2) - 1)


@mistake(
    "4.2", "the slope", "This is the slope of the penalty. A weight multiplies a square, so divide by its slope, 2 s."
)
def _slope(s, e):
    return 2 * s / np.sqrt(1 + s**2 / e**2)


@mistake(
    "4.2", "half of the slope", "You divided by 2; divide by s as well, and nothing is left of it but in the root."
)
def _half_slope(s, e):
    return s / np.sqrt(1 + s**2 / e**2)


@mistake("4.2", "twice", "You divided by s; the 2 of 2 s is still there: the weight of a small miss is 1.")
def _twice(s, e):
    return 2 / np.sqrt(1 + s**2 / e**2)


@mistake(
    "4.2",
    "no root",
    "The root is missing. That is another penalty's weight (Cauchy's, also in use, which forgives more).",
)
def _no_root(s, e):
    return 1 / (1 + s**2 / e**2)


@mistake(
    "4.2", "upside down", "It grows with the miss: so large misses would count more than with squares. One over it."
)
def _upside_down(s, e):
    return np.sqrt(1 + s**2 / e**2)


@mistake("4.2", "e not squared", "s is squared and e is not: the unit of s and e must cancel.")
def _e_not_squared(s, e):
    return 1 / np.sqrt(1 + s**2 / e)


@mistake(
    "4.2",
    "without the one",
    "e / |s| is right for large misses only; at 0 it is infinite. The 1 under the root prevents that.",
)
def _without_one(s, e):
    with np.errstate(divide="ignore"):
        return e / np.abs(s)


def _root(s, e):
    return np.sqrt(1 + s**2 / e**2)


@mistake(
    "4.2", "half of it", "Your weight of a small miss is 1/2. The slope of s² is 2 s, and it is divided by 2 s: 1."
)
def _half(s, e):
    return 0.5 / _root(s, e)


@mistake(
    "4.2",
    "0 / 0 at 0",
    "Right everywhere but at s = 0, where you divide 0 by 0. Shorten by s before you write it down.",
)
@np.errstate(divide="ignore", invalid="ignore")
def _nought_by_nought(s, e):
    return 2 * s / _root(s, e) / (2 * s)


@mistake(
    "4.2", "0 at 0", "Right everywhere but at s = 0, where the weight is 1. Shorten by s: no division by 0 is left."
)
def _zero_at_zero(s, e):
    return np.where(s == 0, 0, 1 / _root(s, e))


@mistake(
    "4.2", "multiplied by s", "/ 2 * s divides by 2 and multiplies by s. 2 s needs brackets below the fraction line."
)
def _times_s(s, e):
    return 2 * s / _root(s, e) / 2 * s


@mistake(
    "4.2",
    "2 e² lost",
    "The factor 2 e² before the bracket is lost: it cancels the e² that the root's slope divides by.",
)
def _factor_lost(s, e):
    return 1 / (2 * e**2 * _root(s, e))


@mistake(
    "4.2", "1 / e² left", "There is a 1 / e² too many: the slope of the root has it, and the 2 e² before it cancels it."
)
def _divided_by_e_squared(s, e):
    return 1 / (e**2 * _root(s, e))


@mistake("4.2", "2 e² left", "A 2 e² is left over: the slope of s² / e², below the root, divides by e² and cancels it.")
def _factor_left(s, e):
    return 2 * e**2 / _root(s, e)


@mistake("4.2", "e² left", "An e² is left over: the slope of s² / e², below the root, divides by e² and cancels it.")
def _e_squared_left(s, e):
    return e**2 / _root(s, e)


@mistake(
    "4.2",
    "no inner slope",
    "You took the slope of the root, but not of what is below it: the chain rule multiplies by 2 s / e².",
)
@np.errstate(divide="ignore", invalid="ignore")
def _no_inner_slope(s, e):
    return e**2 / _root(s, e) / (2 * s)


@mistake("4.2", "penalty over 2 s", "You divide the penalty by 2 s. It is the penalty's slope that is divided.")
@np.errstate(divide="ignore", invalid="ignore")
def _penalty_over_2s(s, e):
    return _penalty(s, e) / (2 * s)


@mistake("4.2", "penalty over s²", "You divide the penalty by s². The weight is its slope over the slope of s², 2 s.")
@np.errstate(divide="ignore", invalid="ignore")
def _penalty_over_square(s, e):
    return _penalty(s, e) / s**2


@mistake(
    "4.2",
    "neither squared",
    "s / e is not squared below the root: a large negative miss has no root then.",
)
@np.errstate(divide="ignore", invalid="ignore")
def _neither_squared(s, e):
    return 1 / np.sqrt(1 + s / e)


@mistake("4.2", "magnitudes not squared", "Below the root stands |s| / e. The penalty has its square there.")
def _magnitudes(s, e):
    return 1 / np.sqrt(1 + np.abs(s) / e)


@mistake("4.2", "no e", "e is missing: it says from which miss on the weight falls.")
def _no_e(s, e):
    return 1 / np.sqrt(1 + s**2)


@mistake("4.2", "times e", "s is multiplied by e. Divide by it: a large e lets larger misses count as small.")
def _times_e(s, e):
    return 1 / np.sqrt(1 + s**2 * e**2)


@mistake("4.2", "e lost", "A factor e is missing: at s = 0 your weight is 1 / e, and it has to be 1.")
def _numerator_lost(s, e):
    return 1 / np.sqrt(e**2 + s**2)


@mistake("4.2", "e left", "A factor e is left over: at s = 0 your weight is e, and it has to be 1.")
def _e_left(s, e):
    return e / _root(s, e)


@mistake("4.2", "the second slope", "This is half of the slope's slope. The weight takes the first slope, over 2 s.")
def _second_slope(s, e):
    return _root(s, e) ** -3.0


@mistake("4.2", "Huber's", "This is Huber's weight: 1 up to e, then e / |s|. Charbonnier's falls smoothly.")
def _huber(s, e):
    return np.minimum(1, e / np.maximum(np.abs(s), 1e-12))


@mistake(
    "4.2", "sign of s", "Your weight of a negative miss is negative: s / |s| is a sign. Divide by 2 s, and s cancels."
)
@np.errstate(divide="ignore", invalid="ignore")
def _signed(s, e):
    return 2 * s / _root(s, e) / (2 * np.abs(s))
