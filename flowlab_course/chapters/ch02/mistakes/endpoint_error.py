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


@mistake("2.2", "|du| + |dv|", "|du| + |dv| is the way along the grid. The distance is straight: sqrt(du² + dv²).")
def _along_the_grid(flow, truth, valid):
    return np.abs(flow - truth).sum(axis=-1)[valid].mean()


@mistake(
    "2.2",
    "mean of u and v",
    "You take the mean of du² and dv² under the root. The theorem of Pythagoras has their sum.",
)
def _mean_under_the_root(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2).mean(axis=-1))[valid].mean()


@mistake(
    "2.2",
    "shapes do not fit",
    "valid, (H, W), picks once, from an array that begins with H and W. Reduce the last axis: one distance per pixel.",
)
def _along_the_rows(flow, truth, valid):
    return np.linalg.norm(flow - truth, axis=0)[valid].mean()


@mistake(
    "2.2",
    "one norm",
    "This is one length of all errors together: the root of the sum over all pixels. Take a distance for each pixel.",
)
def _one_norm(flow, truth, valid):
    return np.linalg.norm((flow - truth)[valid])


@mistake(
    "2.2",
    "norm over pixels",
    "You add the squares over the pixels, for u and v apart. Add them over u and v, for each pixel.",
)
def _norm_over_pixels(flow, truth, valid):
    return np.linalg.norm((flow - truth)[valid], axis=0).mean()


@mistake("2.2", "median", "This is the median of the distances. The EPE is their mean.")
def _median(flow, truth, valid):
    return np.median(np.linalg.norm(flow - truth, axis=-1)[valid])


@mistake("2.2", "largest", "This is the largest distance. The EPE is the mean of all.")
def _largest(flow, truth, valid):
    return np.linalg.norm(flow - truth, axis=-1)[valid].max()


@mistake("2.2", "no mean", "These are the distances of the valid pixels. Their mean was asked, one number.")
def _no_mean(flow, truth, valid):
    return np.linalg.norm(flow - truth, axis=-1)[valid]


@mistake("2.2", "invalid ones", "You pick the pixels that are not valid. The mask is True where the truth is known.")
def _invalid_ones(flow, truth, valid):
    return np.linalg.norm(flow - truth, axis=-1)[~valid].mean()


@mistake("2.2", "signed", "Differences of both signs cancel out. A distance is never negative: squares, sum, root.")
def _signed(flow, truth, valid):
    return (flow - truth)[valid].mean()


@mistake(
    "2.2",
    "signed lengths",
    "You subtract the lengths of the vectors, with their sign. Subtract the vectors, then take the length.",
)
def _signed_lengths(flow, truth, valid):
    return (np.linalg.norm(flow, axis=-1) - np.linalg.norm(truth, axis=-1))[valid].mean()


@mistake(
    "2.2", "truth left out", "This is the mean length of the estimated flow. The truth has to be subtracted first."
)
def _truth_left_out(flow, truth, valid):
    return np.linalg.norm(flow, axis=-1)[valid].mean()


@mistake("2.2", "estimate left out", "This is the mean length of the true flow. The error needs the estimate as well.")
def _estimate_left_out(flow, truth, valid):
    return np.linalg.norm(truth, axis=-1)[valid].mean()


@mistake("2.2", "plus", "You add the two flows. Their distance is the length of their difference: minus.")
def _plus(flow, truth, valid):
    return np.linalg.norm(flow + truth, axis=-1)[valid].mean()


@mistake(
    "2.2",
    "mean first",
    "You average the differences first, where errors to the left and to the right cancel. Lengths first, mean last.",
)
def _mean_first(flow, truth, valid):
    return np.linalg.norm((flow - truth)[valid].mean(axis=0))


@mistake(
    "2.2",
    "mean of all squares",
    "This is the mean of all squares, those of u and of v apart. EPE: each pixel's sum and its root, then the mean.",
)
def _mean_squared_error(flow, truth, valid):
    return ((flow - truth) ** 2)[valid].mean()


@mistake(
    "2.2",
    "root of all squares",
    "This is the root of the mean of all squares. EPE takes the root of each pixel's sum of squares, then the mean.",
)
def _root_mean_squared_error(flow, truth, valid):
    return np.sqrt(((flow - truth) ** 2)[valid].mean())


@mistake(
    "2.2",
    "square of the sum",
    "You square du + dv. The theorem of Pythagoras adds the square of du and the square of dv: square first.",
)
def _square_of_the_sum(flow, truth, valid):
    return np.abs((flow - truth).sum(axis=-1))[valid].mean()


@mistake("2.2", "u alone", "You look at u alone. An error up or down counts as well: v belongs to the distance.")
def _u_alone(flow, truth, valid):
    return np.abs(flow - truth)[..., 0][valid].mean()
