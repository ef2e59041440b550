"""Wrong answers to exercise 2.2, the endpoint error."""

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("2.2", "all pixels", "Pixels that are not valid count too: their truth is unknown. Leave them out.")
def _over_all_pixels(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1)).mean()


@mistake(
    "2.2",
    "invalid as zero",
    "Unknown pixels enter the mean as perfect ones: they add 0 to the sum, but 1 to the count. Pick, do not multiply.",
)
def _invalid_as_zero(flow, truth, valid):
    return (np.sqrt(((flow - truth) ** 2).sum(axis=-1)) * valid).mean()


@mistake(
    "2.2",
    "components apart",
    "You average |du| and |dv| apart. The distance of two arrowheads takes both at once: sqrt(du² + dv²).",
)
def _mean_of_components(flow, truth, valid):
    return np.abs(flow - truth)[valid].mean()


@mistake("2.2", "no root", "These are squared distances: the root is missing.")
def _mean_of_squares(flow, truth, valid):
    return ((flow - truth) ** 2).sum(axis=-1)[valid].mean()


@mistake(
    "2.2",
    "root of the mean",
    "You take the root of the mean of the squares (RMS). EPE is the mean of the roots: root first, mean last.",
)
def _root_of_the_mean(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1)[valid].mean())


@mistake(
    "2.2",
    "lengths compared",
    "You compare lengths. Two vectors of equal length may point in opposite directions: subtract the flows first.",
)
def _difference_of_lengths(flow, truth, valid):
    return np.abs(np.hypot(*flow.T) - np.hypot(*truth.T)).T[valid].mean()


@mistake("2.2", "sum", "This is the sum over the valid pixels; the EPE is their mean.")
def _summed(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).sum(axis=-1))[valid].sum()
