"""Wrong answers to exercise 2.3, Fl-all."""

import numpy as np

from flowlab_course.chapters.ch02.solutions import my_fl_all
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


def _share(error, truth, valid, pixels=3, share=0.05):
    """Return the percentage of valid pixels whose error exceeds both limits."""
    return 100 * ((error > pixels) & (error > share * np.linalg.norm(truth, axis=-1)))[valid].mean()


def _error(flow, truth):
    return np.linalg.norm(flow - truth, axis=-1)


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


@mistake(
    "2.3",
    "divided by all pixels",
    "Only valid pixels are counted as wrong, but you divide by the number of all. Divide by the number of valid ones.",
)
def _divided_by_all_pixels(flow, truth, valid):
    return _share(_error(flow, truth), truth, valid) * valid.mean()


@mistake("2.3", "5 for 5 %", "You compare with 5 times the length. 5 % is 0.05 of it.")
def _five_times(flow, truth, valid):
    return _share(_error(flow, truth), truth, valid, share=5)


@mistake("2.3", "50 %", "You compare with half of the length. 5 % is 0.05 of it.")
def _half_of_the_length(flow, truth, valid):
    return _share(_error(flow, truth), truth, valid, share=0.5)


@mistake(
    "2.3",
    "5 % alone",
    "You ask for 5 % only. An error of 2 px on a motion of 10 px is right: 3 px must be exceeded, too.",
)
def _five_percent_alone(flow, truth, valid):
    return _share(_error(flow, truth), truth, valid, pixels=-1)


@mistake("2.3", "the right ones", "This is the share of the pixels that are right. Fl-all counts the wrong ones.")
def _the_right_ones(flow, truth, valid):
    return 100 - _share(_error(flow, truth), truth, valid)


@mistake("2.3", "both below", "You count the pixels below both limits. Wrong is a pixel above both.")
def _both_below(flow, truth, valid):
    error, length = _error(flow, truth), np.linalg.norm(truth, axis=-1)
    return 100 * ((error < 3) & (error < 0.05 * length))[valid].mean()


@mistake("2.3", "at least 3 px", "Exactly 3 px is still right: more than 3 (>), not at least 3 (>=).")
def _at_least_three(flow, truth, valid):
    error, length = _error(flow, truth), np.linalg.norm(truth, axis=-1)
    return 100 * ((error >= 3) & (error > 0.05 * length))[valid].mean()


@mistake("2.3", "at least 5 %", "Exactly 5 % is still right: more than 5 % (>), not at least 5 % (>=).")
def _at_least_five_percent(flow, truth, valid):
    error, length = _error(flow, truth), np.linalg.norm(truth, axis=-1)
    return 100 * ((error > 3) & (error >= 0.05 * length))[valid].mean()


@mistake("2.3", "components apart", "You judge u and v apart. A pixel has one error: the length of the difference.")
def _components_apart(flow, truth, valid):
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth))).any(axis=-1)[valid].mean()


@mistake(
    "2.3",
    "mean over components",
    "You judge u and v apart and take the mean over both. A pixel is judged once, by the length of the difference.",
)
def _mean_over_components(flow, truth, valid):
    error = np.abs(flow - truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth)))[valid].mean()


@mistake(
    "2.3",
    "largest component",
    "You take the larger of |du| and |dv| for the error. The error is the length of the difference, made of both.",
)
def _largest_component(flow, truth, valid):
    return _share(np.abs(flow - truth).max(axis=-1), truth, valid)


@mistake("2.3", "|du| + |dv|", "|du| + |dv| is the way along the grid. The error is the straight distance.")
def _along_the_grid(flow, truth, valid):
    return _share(np.abs(flow - truth).sum(axis=-1), truth, valid)


@mistake("2.3", "u alone", "You look at u alone. An error up or down counts as well: v belongs to the distance.")
def _u_alone(flow, truth, valid):
    return _share(np.abs(flow - truth)[..., 0], truth, valid)


@mistake("2.3", "no root", "Your errors are squared: the root is missing.")
def _no_root(flow, truth, valid):
    return _share(_error(flow, truth) ** 2, truth, valid)


@mistake(
    "2.3",
    "lengths compared",
    "You compare lengths. Two vectors of equal length may point in opposite directions: subtract the flows first.",
)
def _lengths_compared(flow, truth, valid):
    return _share(np.abs(np.linalg.norm(flow, axis=-1) - np.linalg.norm(truth, axis=-1)), truth, valid)


@mistake(
    "2.3",
    "signed lengths",
    "You subtract the lengths, with their sign: a vector that is too short counts as right. Subtract the flows first.",
)
def _signed_lengths(flow, truth, valid):
    return _share(np.linalg.norm(flow, axis=-1) - np.linalg.norm(truth, axis=-1), truth, valid)


@mistake("2.3", "u of the truth", "The 5 % are taken of the truth's u. Its length is made of u and v.")
def _of_the_u_of_the_truth(flow, truth, valid):
    error = _error(flow, truth)
    return 100 * ((error > 3) & (error > 0.05 * np.abs(truth[..., 0])))[valid].mean()


@mistake(
    "2.3",
    "one error for all",
    "Without an axis np.linalg.norm gives one length of all pixels together. Each pixel has an error of its own.",
)
def _one_error_for_all(flow, truth, valid):
    return _share(np.linalg.norm(flow - truth), truth, valid)


@mistake(
    "2.3",
    "mean error judged",
    "You judge the mean error. Each pixel is judged first; then comes the share of the wrong.",
)
def _mean_error_judged(flow, truth, valid):
    return 100 * (_error(flow, truth)[valid].mean() > 3)


@mistake(
    "2.3",
    "missing brackets",
    "& binds tighter than >: 3 & error is computed first. Put each comparison in brackets.",
)
def _missing_brackets(flow, truth, valid):
    error, length = _error(flow, truth), np.linalg.norm(truth, axis=-1)
    return 100 * (error > 3 & error > 0.05 * length)[valid].mean()


@mistake(
    "2.3",
    "and between masks",
    "`and`, `if` and Python's max need single truth values. Join masks with &, each comparison in brackets.",
)
def _and_between_masks(flow, truth, valid):
    error, length = _error(flow, truth), np.linalg.norm(truth, axis=-1)
    return 100 * (error > 3 and error > 0.05 * length)[valid].mean()


@mistake(
    "2.3",
    "shapes do not fit",
    "valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: an error for each pixel.",
)
def _along_the_rows(flow, truth, valid):
    error, length = np.linalg.norm(flow - truth, axis=0), np.linalg.norm(truth, axis=0)
    return 100 * ((error > 3) & (error > 0.05 * length))[valid].mean()


@mistake(
    "2.3", "a count", "This is how many pixels are wrong. The answer is their share of the valid ones, in percent."
)
def _a_count(flow, truth, valid):
    return _share(_error(flow, truth), truth, valid) * valid.sum() / 100


@mistake("2.3", "no mean", "This says of each valid pixel whether it is wrong. The share of the wrong ones was asked.")
def _no_mean(flow, truth, valid):
    return _error(flow, truth)[valid] > np.maximum(3, 0.05 * np.linalg.norm(truth, axis=-1)[valid])
