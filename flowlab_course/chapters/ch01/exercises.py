"""Exercises of chapter 01."""

import struct

import numpy as np

import flowlab
from flowlab.field import similarity_flow
from flowlab_course.chapters.ch01.mistakes import MISTAKES
from flowlab_course.chapters.ch01.solutions import direction, motion_of_color, parse_flo, rotation_flow
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import Case, Exercise


def _rotation_cases():
    quarter = np.array([[[2, 0], [1, 1], [0, 2]], [[1, -1], [0, 0], [-1, 1]], [[0, -2], [-1, -1], [-2, 0]]])
    return [
        Case((3, 3, 90), quarter, "3 x 3 pixels and a quarter turn, where every corner goes to the next"),
        Case((5, 8, 10), similarity_flow((5, 8), degrees=10), "5 x 8 pixels and 10 degrees"),
        Case((6, 5, -35), similarity_flow((6, 5), degrees=-35), "6 x 5 pixels and -35 degrees"),
        Case((4, 4, 0), np.zeros((4, 4, 2)), "4 x 4 pixels and 0 degrees"),
    ]


def _bytes_of_a_flo(flow):
    """Write the bytes by hand, number by number, so that no reader of ours judges itself."""
    height, width = len(flow), len(flow[0])
    numbers = [number for row in flow for vector in row for number in vector]
    return struct.pack("<fii", 202021.25, width, height) + struct.pack(f"<{len(numbers)}f", *numbers)


def _flo_cases():
    two_by_three = [[[1, 2], [3, 4], [5, 6]], [[-1, -2], [-3.5, -4.5], [0, 0.25]]]
    column = [[[10, -10]], [[20, -20]], [[30, -30]]]
    return [
        Case((_bytes_of_a_flo(two_by_three),), np.array(two_by_three, np.float32), "a flow of 2 x 3 pixels"),
        Case((_bytes_of_a_flo(column),), np.array(column, np.float32), "a flow of 3 x 1 pixels"),
    ]


def _direction_cases():
    axes = np.array([[[1, 0], [0, 2]], [[-3, 0], [0, -4]]], np.float32)
    diagonals = np.array([[[5, 5], [-5, 5], [-5, -5], [5, -5]]], np.float32)
    return [
        Case((axes,), np.array([[0, 90], [180, 270]]), "vectors to the right, down, left and up"),
        Case((diagonals,), np.array([[45, 135, 225, 315]]), "the four diagonals"),
        Case((np.array([[[3, 1]]], np.float32),), np.array([[18.434948]]), "the vector (3, 1)"),
        Case(
            (np.array([[[-3, 1], [0, -7]]]),),
            np.array([[161.565051, 270]]),
            "integers, the vectors (-3, 1) and (0, -7)",
        ),
    ]


def _color_cases():
    """Colours of known vectors; the last one lies between the whole numbers."""
    drawn = [
        ((6, -3), 10, "a colour of a wheel of 10 px"),
        ((-4, 7), 16, "a paler colour of a wheel of 16 px"),
        ((8, 0), 8, "a colour at the rim of a wheel of 8 px"),
        ((0, 8), 8, "another colour at its rim"),
        ((-8, 0), 8, "a third colour at its rim"),
        ((0, -8), 8, "a fourth colour at its rim"),
        ((1, -1), 20, "a nearly white colour"),
        ((0, 0), 5, "white"),
        ((2.3, -6.8), 10, "a colour that no whole vector has"),
    ]
    cases = []
    for vector, limit, note in drawn:
        (rgb,) = flowlab.flow_to_image(np.array([[vector]], np.float32), max_flow=limit)[0]
        cases.append(Case((rgb, limit), np.array(vector, float), note))
    return cases


EXERCISES = [
    Exercise(
        id="1.1",
        title="the flow of a turn",
        hints=(
            "Where does the pixel two columns right of the middle go in a quarter turn, clockwise?",
            (
                "Take each pixel's place relative to the middle: rx = x - (width - 1) / 2, and ry likewise. Rotate "
                "(rx, ry) with cos and sin; the flow is where it lands minus where it was."
            ),
            "np.cos wants radians: np.radians(degrees). Put u and v together with np.stack([u, v], axis=-1).",
            "u = cos * rx - sin * ry - rx. What is v?",
        ),
        solution=rotation_flow,
        cases=_rotation_cases,
        mistakes=read_mistakes(rotation_flow, MISTAKES["1.1"]),
    ),
    Exercise(
        id="1.2",
        title="read a .flo file",
        hints=(
            "What changes fastest along the file: the row, the column, or u and v?",
            "The vectors come row by row, and within a row pixel by pixel: u, v, u, v, ...",
            (
                "The header has 12 bytes, so np.frombuffer(data, '<f4', offset=12) gives all the u and v in one row. "
                "reshape fills the last axis first."
            ),
        ),
        solution=parse_flo,
        cases=_flo_cases,
        mistakes=read_mistakes(parse_flo, MISTAKES["1.2"]),
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="1.3",
        title="which way?",
        hints=(
            "Which two vectors have the same v / u? What tells them apart?",
            "np.arctan2(v, u) gives the angle of (u, v) in radians, from -pi to pi; np.degrees makes degrees of them.",
            "An angle of -90 degrees and one of 270 are the same direction: the remainder % 360 is never negative.",
        ),
        solution=direction,
        cases=_direction_cases,
        mistakes=read_mistakes(direction, MISTAKES["1.3"]),
        bounds=(0, 360),
        atol=0.02,  # the angles of cv2.cartToPolar are off by up to 0.01 degrees
    ),
    Exercise(
        id="1.4",
        title="read a colour",
        hints=(
            "If you had the colours of all displacements in a table, how would you find the one that fits?",
            "Try every displacement with whole u and v up to max_flow: draw all of them, and take the one whose colour "
            "is nearest.",
            "candidates = np.stack([x, y], axis=-1).astype(np.float32) is a flow with all of them. Draw it with the "
            "scale that the colour has, max_flow=max_flow. Subtract as floats: uint8 cannot be negative.",
            "The squared distance of two colours is the sum of three squares. .argmin() counts through a map row by "
            "row, as candidates.reshape(-1, 2) does.",
        ),
        solution=motion_of_color,
        cases=_color_cases,
        mistakes=read_mistakes(motion_of_color, MISTAKES["1.4"]),
        atol=0.5,  # a nearest whole vector, or one that is computed from the hue
    ),
]
