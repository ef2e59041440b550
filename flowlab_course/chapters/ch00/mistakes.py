"""Wrong answers to chapter 00's exercises that people really give."""

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
