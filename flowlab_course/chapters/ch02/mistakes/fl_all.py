"""Wrong answers to exercise 2.3, Fl-all."""

import numpy as np

from flowlab_course.chapters.ch02.solutions import my_fl_all
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("2.3", "or for and", "A pixel is wrong only if both hold, 3 px and 5 %: & instead of |.")
def _either(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(truth, axis=-1)
    return 100 * ((error > 3) | (error > 0.05 * length))[valid].mean()


@mistake("2.3", "at least", "Exactly 3 px is still right: more than (>), not at least (>=).")
def _at_least(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(truth, axis=-1)
    return 100 * ((error >= 3) & (error >= 0.05 * length))[valid].mean()


@mistake(
    "2.3",
    "of the estimate",
    "The 5 % are taken of the estimated flow. Take them of the truth: an estimate must not set its own bar.",
)
def _of_the_estimate(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=-1), np.linalg.norm(flow, axis=-1)
    return 100 * ((error > 3) & (error > 0.05 * length))[valid].mean()


@mistake("2.3", "a fraction", "This is a fraction of 1; the answer is in percent.")
def _as_a_fraction(flow, truth, valid):
    return my_fl_all(flow, truth, valid) / 100


@mistake(
    "2.3",
    "3 px alone",
    "You ask for 3 px only. A fast pixel that is off by 4 px of 100 still counts as right: 5 % must be exceeded, too.",
)
def _only_three_pixels(flow, truth, valid):
    return 100 * (np.linalg.norm(flow - truth, axis=-1) > 3)[valid].mean()


@mistake("2.3", "every pixel", "Pixels that are not valid are counted as well: take the share of the valid ones.")
def _every_pixel(flow, truth, valid):
    return my_fl_all(flow, truth, np.ones_like(valid))
