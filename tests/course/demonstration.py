"""An exercise as a chapter has it, for the tests of the engine: turn every vector by a quarter, clockwise."""

import numpy as np

from flowlab_course.exercises import Case, Exercise, Mistake


def turn(flow):
    """The flow with every vector turned by a quarter, clockwise on the screen."""
    u, v = flow[..., 0], flow[..., 1]
    return np.stack([-v, u], axis=-1)


def _anticlockwise(flow):
    return -turn(flow)


def _only_swapped(flow):
    return flow[..., ::-1]


def _components_first(flow):
    return np.moveaxis(turn(flow), -1, 0)


def _raises(flow):
    return flow[..., 2]


def _cases():
    axes = np.array([[[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [[-2.0, 0.0], [0.0, -2.0], [3.0, 4.0]]])
    by_hand = np.array([[[0.0, 1.0], [-1.0, 0.0], [0.0, 0.0]], [[0.0, -2.0], [2.0, 0.0], [-4.0, 3.0]]])
    single = np.array([[[0.5, 0.25]]])
    return [
        Case((axes,), by_hand, "vectors along the axes"),
        Case((single,), np.array([[[-0.25, 0.5]]]), "a single pixel"),
    ]


EXERCISE = Exercise(
    id="1.1",
    title="A quarter turn",
    hints=("What becomes of (1, 0)?", "v counts downwards, so clockwise takes right to down.", "Stack -v and u."),
    solution=turn,
    cases=_cases,
    mistakes=(
        Mistake("anticlockwise", _anticlockwise, "That turns the other way: right should become down."),
        Mistake("only swapped", _only_swapped, "Swapping is half of it: one component changes its sign, too."),
        Mistake("components first", _components_first, "The components belong in the last axis."),
        Mistake("third component", _raises, "A flow has two components, 0 and 1."),
    ),
)
