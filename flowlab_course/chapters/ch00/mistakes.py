"""Wrong answers to chapter 00's exercises that people really give."""

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


@mistake("0.1", "caret", "In Python ^ is a bitwise operation (exclusive or). A square is written with **.")
def _caret(flow):
    return np.sqrt((flow[..., 0] ^ 2) + (flow[..., 1] ^ 2)).max()


@mistake(
    "0.1",
    "math.sqrt",
    "math.sqrt takes a single number. NumPy's root takes a whole array, and gives each pixel's root.",
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
    return np.sqrt(flow[..., 0] ** 2 - flow[..., 1] ** 2).max()


@mistake("0.1", "doubled for squared", "u * 2 is twice u. The square of u is u times u.")
def _doubled_for_squared(flow):
    return np.sqrt(flow[..., 0] * 2 + flow[..., 1] * 2).max()


@mistake(
    "0.2",
    "lengths kept",
    "The vectors are still in pixels of the large picture. In the small one, each way is half as long.",
)
def _kept_the_lengths(flow):
    return flow[::2, ::2]


@mistake("0.2", "lengths doubled", "The picture shrank, so its motions shrink with it: divide.")
def _doubled(flow):
    return flow[::2, ::2] * 2


@mistake(
    "0.2",
    "size kept",
    "The lengths are right, but there are still as many vectors as before: keep every second row and column.",
)
def _only_the_lengths(flow):
    return flow / 2


@mistake("0.2", "columns kept", "Rows are halved, columns are not: index both axes, [::2, ::2].")
def _only_the_rows(flow):
    return flow[::2] / 2


@mistake("0.2", "rows kept", "Columns are halved, rows are not: both axes need a step of 2.")
def _only_the_columns(flow):
    return flow[:, ::2] / 2


@mistake(
    "0.2", "as it was", "This is the flow as it was. It needs half as many rows and columns, and half the lengths."
)
def _untouched(flow):
    return flow


@mistake(
    "0.2", "component lost", "The third axis holds u and v, and your step of 2 drops v. Only rows and columns shrink."
)
def _every_axis(flow):
    return flow[::2, ::2, ::2] / 2


@mistake("0.2", "u alone", "You keep u alone. The flow has two components, along its last axis.")
def _one_component(flow):
    return flow[::2, ::2, 0] / 2


@mistake("0.2", "v kept", "You halve u alone. The height of the picture is halved as well, and so is v.")
def _only_u_is_halved(flow):
    return flow[::2, ::2] / (2, 1)


@mistake("0.2", "u kept", "You halve v alone. The width of the picture is halved as well, and so is u.")
def _only_v_is_halved(flow):
    return flow[::2, ::2] / (1, 2)


@mistake(
    "0.2",
    "from one",
    "You keep the second, fourth, ... row and column. Every second one counts from the first, whose index is 0.",
)
def _from_one(flow):
    return flow[1::2, 1::2] / 2


@mistake(
    "0.2",
    "a quarter of the picture",
    "You cut out the upper left quarter. The small picture shows all of the large one, with every second row and column.",
)
def _cropped(flow):
    return flow[: len(flow) // 2, : flow.shape[1] // 2] / 2


@mistake("0.2", "first two", "[:2] takes the first two. A step is written after a second colon.")
def _first_two(flow):
    return flow[:2, :2] / 2


@mistake(
    "0.2",
    "averaged",
    "You average four vectors (a resize does so). This picture keeps every second row and column and drops the others.",
)
def _averaged(flow):
    height, width = flow.shape[:2]
    return flow.reshape(height // 2, 2, width // 2, 2, 2).mean(axis=(1, 3)) / 2


@mistake(
    "0.2",
    "averaged, lengths kept",
    "You average four vectors in place of keeping one of them, and the lengths are still those of the large picture.",
)
def _averaged_without_halving(flow):
    return _averaged(flow) * 2


@mistake(
    "0.2",
    "a quarter of the length",
    "The area is a quarter. A way in pixels follows the side of the picture, which is a half: divide by 2 once.",
)
def _a_quarter_of_the_length(flow):
    return flow[::2, ::2] / 4


@mistake(
    "0.2",
    "rows twice",
    "Two brackets in a row index the rows twice. One bracket with a comma indexes rows and columns.",
)
def _rows_twice(flow):
    return flow[::2][::2] / 2
