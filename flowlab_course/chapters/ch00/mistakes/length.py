"""Wrong answers to exercise 0.1, the length of the longest vector."""

import math

import numpy as np

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake("0.1", "largest component", "You took the largest single component. A length is made of both, u and v.")
def _largest_component(flow):
    return np.abs(flow).max()


@mistake("0.1", "no root", "These are squared lengths: the root is missing.")
def _forgot_the_root(flow):
    u, v = flow[..., 0], flow[..., 1]
    return (u**2 + v**2).max()


@mistake("0.1", "sum of components", "|u| + |v| is the way along the grid. The flow goes straight: Pythagoras.")
def _city_block(flow):
    u, v = flow[..., 0], flow[..., 1]
    return (np.abs(u) + np.abs(v)).max()


@mistake(
    "0.1",
    "maximum too early",
    "The largest u and the largest v may belong to two pixels. First the length of each pixel, then the maximum.",
)
def _corner_of_the_box(flow):
    u, v = flow[..., 0], flow[..., 1]
    return np.sqrt(u.max() ** 2 + v.max() ** 2)


@mistake(
    "0.1",
    "maximum of the components",
    "You take the largest u and the largest v, which may belong to two pixels. Compute each pixel's length first.",
)
def _maximum_of_absolute_components(flow):
    return np.sqrt(np.abs(flow).max(axis=(0, 1)) @ np.abs(flow).max(axis=(0, 1)))


@mistake(
    "0.1",
    "sign kept",
    "This is the largest single value of u and v with its sign. A length is made of both, and never negative.",
)
def _largest_value(flow):
    return flow.max()


@mistake(
    "0.1", "u alone", "You look at u alone. A pixel that moves up or down is fast as well: v belongs to the length."
)
def _horizontal_alone(flow):
    return np.abs(flow[..., 0]).max()


@mistake(
    "0.1", "one norm", "This is one length of all numbers of the flow together. Each pixel has a length of its own."
)
def _norm_of_everything(flow):
    return np.linalg.norm(flow)


@mistake(
    "0.1", "norm over rows", "You add the squares along axis 0, the rows. u and v of a pixel are along the last axis."
)
def _norm_over_rows(flow):
    return np.linalg.norm(flow, axis=0).max()


@mistake(
    "0.1",
    "norm over columns",
    "You add the squares along axis 1, the columns. u and v of a pixel are along the last axis.",
)
def _norm_over_columns(flow):
    return np.linalg.norm(flow, axis=1).max()


@mistake("0.1", "mean", "This is the mean length. The longest vector was asked.")
def _mean_length(flow):
    return np.linalg.norm(flow, axis=-1).mean()


@mistake("0.1", "sum", "This is the sum of all lengths. The longest vector was asked.")
def _sum_of_lengths(flow):
    return np.linalg.norm(flow, axis=-1).sum()


@mistake("0.1", "shortest", "This is the length of the shortest vector. The longest was asked.")
def _shortest(flow):
    return np.linalg.norm(flow, axis=-1).min()


@mistake("0.1", "no maximum", "These are the lengths of all pixels. The largest of them was asked, as one number.")
def _all_lengths(flow):
    return np.linalg.norm(flow, axis=-1)


@mistake("0.1", "one per column", "This is the longest vector of each column. One number for the whole flow was asked.")
def _longest_of_each_column(flow):
    return np.linalg.norm(flow, axis=-1).max(axis=0)


@mistake("0.1", "where it is", "argmax says where the longest vector is. How long it is was asked.")
def _place_of_the_longest(flow):
    return np.linalg.norm(flow, axis=-1).argmax()


@mistake("0.1", "the vector", "This is the longest vector itself, (u, v). Its length was asked.")
def _longest_vector(flow):
    return flow.reshape(-1, 2)[np.linalg.norm(flow, axis=-1).argmax()]


@mistake(
    "0.1",
    "Python's max",
    "Python's own max compares rows of an array, which it cannot. The array's .max() looks at all pixels.",
)
def _python_max(flow):
    return max(np.linalg.norm(flow, axis=-1))


@mistake(
    "0.1",
    "not for arrays",
    "math.sqrt and float take a single number, and ^ is not a power. For arrays there are ** and NumPy's root.",
)
def _root_of_one_number(flow):
    return math.sqrt(flow[..., 0] ** 2 + flow[..., 1] ** 2)


@mistake(
    "0.1", "square of the sum", "You square u + v. Pythagoras adds the square of u and the square of v: square first."
)
def _square_of_the_sum(flow):
    return np.sqrt((flow[..., 0] + flow[..., 1]) ** 2).max()


@mistake(
    "0.1",
    "signed sum",
    "You add u and v. They are at right angles to each other: the theorem of Pythagoras gives the length.",
)
def _signed_sum(flow):
    return (flow[..., 0] + flow[..., 1]).max()


@mistake("0.1", "squares subtracted", "You subtract the square of v from that of u. Pythagoras adds them.")
def _squares_subtracted(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(flow[..., 0] ** 2 - flow[..., 1] ** 2).max()


@mistake("0.1", "doubled for squared", "u * 2 is twice u. The square of u is u times u.")
def _doubled_for_squared(flow):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sqrt(flow[..., 0] * 2 + flow[..., 1] * 2).max()
