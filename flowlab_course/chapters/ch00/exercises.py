"""Exercises of chapter 00."""

import numpy as np

from flowlab.field import resize_flow, similarity_flow
from flowlab_course.chapters.ch00.mistakes import MISTAKES
from flowlab_course.chapters.ch00.solutions import halve, longest
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise


def _longest_cases():
    hands = np.zeros((2, 3, 2), np.float32)
    hands[0, 1], hands[1, 2] = (3, -4), (-1, 2)
    apart = np.zeros((3, 3, 2), np.float32)
    apart[0, 0], apart[2, 2] = (-6, 0), (0, 5)
    several = np.zeros((3, 4, 2), np.float32)
    several[0, 1:], several[1, 1], several[2, 0] = (-1.5, 0), (-1.5, 0), (-2, 1.5)
    return [
        Case((hands,), 5.0, "a flow whose longest vector is (3, -4)"),
        Case((apart,), 6.0, "a flow with one vector (-6, 0) and one (0, 5)"),
        Case((several,), 2.5, "a flow with four vectors (-1.5, 0) and one (-2, 1.5)"),
        Case((np.zeros((4, 4, 2), np.float32),), 0.0, "a flow that is zero"),
        Case((np.array([[[1, 2], [-6, -8]]]),), 10.0, "a flow of integers, with the vector (-6, -8)"),
        Case((np.array([[[5, -12]]], np.float32),), 13.0, "a single pixel with the vector (5, -12)"),
    ]


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
        mistakes=read_mistakes(longest, MISTAKES["0.1"]),
        bounds=NOT_NEGATIVE,
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
        mistakes=read_mistakes(halve, MISTAKES["0.2"]),
    ),
]
