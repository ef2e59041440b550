"""Exercises of chapter 00."""

import numpy as np

from flowlab.field import resize_flow, similarity_flow
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def longest(flow):
    """The length of the longest vector of a flow (H, W, 2), in pixels."""
    u, v = flow[..., 0], flow[..., 1]
    return np.sqrt(u**2 + v**2).max()


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


def _longest_cases():
    hands = np.zeros((2, 3, 2), np.float32)
    hands[0, 1], hands[1, 2] = (3, -4), (-1, 2)
    apart = np.zeros((3, 3, 2), np.float32)
    apart[0, 0], apart[2, 2] = (-6, 0), (0, 5)
    return [
        Case((hands,), 5.0, "a flow whose longest vector is (3, -4)"),
        Case((apart,), 6.0, "a flow with one vector (-6, 0) and one (0, 5)"),
        Case((np.zeros((4, 4, 2), np.float32),), 0.0, "a flow that is zero"),
    ]


def halve(flow):
    """The flow (H/2, W/2, 2) of the picture at half the size."""
    return flow[::2, ::2] / 2


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


def _halve_cases():
    slide = np.full((4, 6, 2), (8, -2), np.float32)
    turn = similarity_flow((6, 8), degrees=20.0)
    # A similarity is linear in the position, so keeping every second pixel and halving is known in closed form.
    y, x = np.mgrid[:6:2, :8:2]
    angle, (cx, cy) = np.radians(20.0), (3.5, 2.5)
    turned_x = np.cos(angle) * (x - cx) - np.sin(angle) * (y - cy) - (x - cx)
    turned_y = np.sin(angle) * (x - cx) + np.cos(angle) * (y - cy) - (y - cy)
    small = np.stack([turned_x, turned_y], axis=-1) / 2
    return [
        Case((slide,), resize_flow(slide, (2, 3)), "a flow of (8, -2) everywhere"),
        Case((turn,), small, "a picture of 6 x 8 pixels that turns by 20 degrees"),
    ]


EXERCISES = [
    Exercise(
        id="0.1",
        title="how far does the fastest pixel go?",
        hints=(
            "How long is the vector (3, -4)? Which theorem says so?",
            "The length of (u, v) is the hypotenuse of a triangle with the legs u and v.",
            (
                "Compute the lengths of all pixels first, an array (H, W): np.sqrt takes the root of every pixel at "
                "once. Take the largest of them last, with .max()."
            ),
        ),
        solution=longest,
        cases=_longest_cases,
        mistakes=mistake.of("0.1"),
    ),
    Exercise(
        id="0.2",
        title="half the picture, half the flow?",
        hints=(
            "A thing crosses 8 pixels of the large picture. How many pixels of the small one does it cross?",
            "Two things change: how many vectors there are, and how long each of them is.",
            "flow[::2, ::2] keeps every second row and column. Its vectors are still as long as before.",
        ),
        solution=halve,
        cases=_halve_cases,
        mistakes=mistake.of("0.2"),
    ),
]
