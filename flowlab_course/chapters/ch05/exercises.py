"""Exercises of chapter 05."""

import math

import numpy as np

from flowlab.field import similarity_flow, similarity_matrix
from flowlab_course.chapters.ch05.mistakes import MISTAKES
from flowlab_course.chapters.ch05.solutions import backward, compose, heavy_tailed, hidden, own_motion
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import Case, Exercise


def _product_by_loop(a, b):
    """Row times column, number by number."""
    return np.array([[sum(float(a[i, k]) * float(b[k, j]) for k in range(3)) for j in range(3)] for i in range(3)])


def _own_cases():
    right, both = similarity_matrix(translation=(5, 0)), similarity_matrix(translation=(5, 2))
    down = np.array([[1, 0, 0], [0, 1, 2], [0, 0, 1]])
    turn = similarity_matrix(degrees=90)  # about the origin, clockwise: (x, y) goes to (-y, x)
    own = similarity_matrix(degrees=35, scale=1.5, translation=(3, -2), centre=(4, 1))
    ground = similarity_matrix(degrees=20, scale=0.75, translation=(-1, 6), centre=(2, 5))
    # By hand: first right by 5, then turned: (x + 5, y) -> (-y, x + 5).
    stepped = np.array([[0, -1, 0], [1, 0, 5], [0, 0, 1.0]])
    turned = np.array([[0, -1, 5], [1, 0, 0], [0, 0, 1.0]])
    return [
        Case(
            (right, both), down, "a background that goes 5 px to the right, a chair that goes 5 to the right and 2 down"
        ),
        Case((turn, stepped), np.array([[1, 0, 5], [0, 1, 0], [0, 0, 1]]), "a background that makes a quarter turn"),
        Case((right, turned), np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]), "a chair that makes a quarter turn"),
        Case((ground, _product_by_loop(ground, own)), own, "a background and a chair that both turn, zoom and shift"),
    ]


def _backward_cases():
    # Closed forms: the inverse of a turn is the turn the other way, of a zoom the zoom by 1 / scale, about one centre.
    turn = similarity_matrix(degrees=30, centre=(3.5, 2))
    zoom = similarity_matrix(scale=1.25, centre=(3.5, 2))
    step = similarity_matrix(translation=(3, -1))
    return [
        Case((step, 3, 4), np.full((3, 4, 2), (-3.0, 1.0)), "a step of (3, -1)"),
        Case((turn, 5, 8), similarity_flow((5, 8), degrees=-30).astype(float), "a turn by 30 degrees about the middle"),
        Case((zoom, 5, 8), similarity_flow((5, 8), scale=0.8).astype(float), "a zoom by 1.25 about the middle"),
    ]


def _hidden_by_loop(flow, layers1, layers2):
    """The definition, pixel by pixel."""
    H, W = layers1.shape
    gone = np.ones((H, W), bool)
    for y, x in np.ndindex(H, W):
        tx, ty = round(x + float(flow[y, x, 0])), round(y + float(flow[y, x, 1]))
        if 0 <= tx < W and 0 <= ty < H:
            gone[y, x] = layers2[ty, tx] > layers1[y, x]
    return gone


def _hidden_cases():
    """A block of 3 x 2 pixels that goes two to the right over a ground at rest; by hand, and its mirror image."""
    layers1, layers2 = np.zeros((5, 8), np.uint8), np.zeros((5, 8), np.uint8)
    layers1[1:4, 2:4], layers2[1:4, 4:6] = 1, 1
    flow = np.zeros((5, 8, 2), np.float32)
    flow[1:4, 2:4, 0] = 2
    covered = np.zeros((5, 8), bool)
    covered[1:4, 4:6] = True
    leaving = np.full((4, 5, 2), (0, 1), np.float32)
    ground = np.zeros((4, 5), np.uint8)
    below = np.zeros((4, 5), bool)
    below[3] = True
    rng = np.random.default_rng(0)
    any_flow = rng.normal(0, 3, (12, 14, 2)).astype(np.float32)
    any1, any2 = rng.integers(0, 3, (2, 12, 14), dtype=np.uint8).astype(int)
    any_hidden = _hidden_by_loop(any_flow, any1, any2)
    return [
        Case((flow, layers1, layers2), covered, "a block that goes two pixels to the right"),
        Case((leaving, ground, ground), below, "a ground that goes one pixel down, out of the picture"),
        Case((any_flow, any1, any2), any_hidden, "three layers and a flow at random"),
    ]


def _composed_by_loop(drawn1, drawn2, motions):
    """The definition, pixel by pixel."""
    L, H, W = drawn1.shape[:3]
    img1, img2, flow = np.zeros((H, W, 3)), np.zeros((H, W, 3)), np.zeros((H, W, 2))
    for y, x in np.ndindex(H, W):
        for drawn, image in ((drawn1, img1), (drawn2, img2)):
            through = 1.0  # the share of the pixel that nearer layers leave free
            for layer in drawn[::-1, y, x]:  # from front to back, where the solution goes from back to front
                image[y, x] += through * layer[:3]
                through *= 1 - layer[3]
        front = max([0] + [i for i in range(L) if drawn1[i, y, x, 3] > 0.5])
        (a, b, c), (d, e, f) = motions[front][:2]
        flow[y, x] = a * x + b * y + c - x, d * x + e * y + f - y
    return img1, img2, flow


def _compose_cases():
    """A red block over a grey ground, by hand; three layers with soft edges; two layers that turn and zoom."""
    ground = np.full((3, 5, 4), (0.5, 0.5, 0.5, 1.0))
    block1, block2 = np.zeros((2, 3, 5, 4))
    block1[1, 1], block2[1, 3] = (1, 0, 0, 1), (1, 0, 0, 1)  # red
    still, right = np.eye(3), similarity_matrix(translation=(2, 0))
    img1, img2 = np.full((2, 3, 5, 3), 0.5)
    img1[1, 1], img2[1, 3] = (1, 0, 0), (1, 0, 0)
    flow = np.zeros((3, 5, 2))
    flow[1, 1] = 2, 0
    one = (np.stack([ground, block1]), np.stack([ground, block2]), np.stack([still, right]))
    # By hand: layers of red, half of a pixel, and of green, three quarters of it, over blue.
    blue, red, green = (0, 0, 1, 1), (0.5, 0, 0, 0.5), (0, 0.75, 0, 0.75)
    three = np.array([blue, red, green]).reshape(3, 1, 1, 4)
    up = similarity_matrix(translation=(0, -1))
    mixed = np.array([[[0.125, 0.75, 0.125]]])
    soft = (three, three[[0, 2, 1]], np.stack([still, right, up]))
    below = np.array([[[0.5, 0.375, 0.125]]])
    half = (three[:2], three[:2], np.stack([up, right]))  # exactly half: the ground is in front
    rng = np.random.default_rng(0)
    drawn = rng.random((2, 3, 6, 7, 4))
    drawn[..., :3] *= drawn[..., 3:]
    drawn[:, 0] = (0.25, 0.5, 0.75, 1)
    turns = np.stack(
        [
            similarity_matrix(degrees=20, scale=0.75, translation=(-1, 6), centre=(2, 5)),
            similarity_matrix(degrees=-35, scale=1.5, translation=(3, -2), centre=(4, 1)),
            similarity_matrix(degrees=90, centre=(3, 3)),
        ]
    )
    any_pair = (*drawn, turns)
    return [
        Case(one, (img1, img2, flow), "a red block that goes two pixels to the right over a grey ground"),
        Case(soft, (mixed, below, np.array([[[0.0, -1.0]]])), "a pixel of blue, half covered by red, then by green"),
        Case(half, (np.full((1, 1, 3), (0.5, 0, 0.5)),) * 2 + (np.array([[[0.0, -1.0]]]),), "a pixel half covered"),
        Case(any_pair, _composed_by_loop(*any_pair), "three layers at random, which turn and grow"),
    ]


def _shifts_by_loop(z, power, reach, norm):
    """The definition, number by number."""
    shifts = [math.copysign(abs(float(one)) ** power * reach / norm, one) for one in z]
    shifts = [shift if abs(shift) <= reach else 0.0 for shift in shifts]
    middle = math.fsum(shifts) / len(shifts)
    second, fourth = (math.fsum((shift - middle) ** k for shift in shifts) / len(shifts) for k in (2, 4))
    return np.array(shifts), fourth / second**2


def _heavy_cases():
    chairs, turns = np.random.default_rng(0).standard_normal((2, 300))
    cubes = np.array(
        [-2.0, -1, 0, 1, 2, 3]
    )  # by hand: 27 is beyond 8; the fourth powers sum to 8194, the squares to 130
    lone = np.array([0.0, 0, 0, -1])  # by hand: one of four is -2, so the mean is -1/2
    return [
        Case((cubes, 3, 8, 8), (np.array([-8.0, -1, 0, 1, 8, 0]), 6 * 8194 / 130**2), "six whole numbers, cubed"),
        Case((lone, 2, 10, 5), (np.array([0.0, 0, 0, -2]), 7 / 3), "three zeros and a negative number, squared"),
        Case((chairs, 3, 120, 10), _shifts_by_loop(chairs, 3, 120, 10), "300 shifts of chairs"),
        Case((turns, 1, 60, 2), _shifts_by_loop(turns, 1, 60, 2), "300 numbers with power 1, cut at two deviations"),
    ]


EXERCISES = [
    Exercise(
        id="5.1",
        title="what the chair did by itself",
        hints=(
            "The chair's matrix is A0 @ own. Which of the two factors do you know, and which one is asked?",
            "The inverse of A0 undoes the background's motion: np.linalg.inv(background).",
            "np.linalg.inv(A0) @ (A0 @ own) is own: the inverse has to meet A0, so it goes to the left of the chair's.",
        ),
        solution=own_motion,
        cases=_own_cases,
        mistakes=read_mistakes(own_motion, MISTAKES["5.1"]),
    ),
    Exercise(
        id="5.2",
        title="the way back",
        hints=(
            "Take a pixel of frame 2. Where was it in frame 1?",
            "np.linalg.inv(matrix) leads from frame 2 back to frame 1.",
            (
                "points = np.stack([x, y, np.ones_like(x)], axis=-1) holds every pixel of frame 2 as (x, y, 1), and "
                "points @ M.T multiplies every point by M. The flow is where it came from minus where it is."
            ),
        ),
        solution=backward,
        cases=_backward_cases,
        mistakes=read_mistakes(backward, MISTAKES["5.2"]),
        atol=1e-4,
    ),
    Exercise(
        id="5.3",
        title="hidden?",
        hints=(
            "A larger number is nearer. Which numbers, then, can hide a pixel?",
            "Find the rounded targets tx, ty as in exercise 2.1, and look up which layer is in front there in frame 2.",
            "A target outside the picture counts as hidden: clip the indices, and remember which were outside.",
        ),
        solution=hidden,
        cases=_hidden_cases,
        mistakes=read_mistakes(hidden, MISTAKES["5.3"]),
    ),
    Exercise(
        id="5.4",
        title="compose a pair",
        hints=(
            "Begin with the ground alone. What does a pixel look like after one more layer that covers 30 % of it?",
            (
                "Go through the layers, the farthest first: image = (1 - alpha) * image + colours. The colours are "
                "times alpha already. Frame 2 is composed in the same way, from drawn2."
            ),
            (
                "front = np.zeros((H, W), int), and for layer i: front[drawn1[i, ..., 3] > 0.5] = i. Then "
                "motions[front] is an array (H, W, 3, 3), the matrix of each pixel."
            ),
            (
                "motions[front] @ points[..., None] moves every pixel by its own matrix: (H, W, 3, 1). Take off the "
                "last axis, subtract points, and keep the first two components."
            ),
        ),
        solution=compose,
        cases=_compose_cases,
        mistakes=read_mistakes(compose, MISTAKES["5.4"]),
    ),
    Exercise(
        id="5.5",
        title="heavy tails",
        hints=(
            "What does z ** 2 do to a negative z? And which of your shifts are longer than reach?",
            "np.sign(z) * np.abs(z) ** power keeps the sign. np.where(condition, a, b) takes a where it holds, else b.",
            (
                "Kurtosis: subtract the mean of the shifts, zeros included, divide by .std(), and take the mean of the "
                "fourth powers."
            ),
        ),
        solution=heavy_tailed,
        cases=_heavy_cases,
        mistakes=read_mistakes(heavy_tailed, MISTAKES["5.5"]),
    ),
]
