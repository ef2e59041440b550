"""Exercises of chapter 03."""

import cv2
import numpy as np

from flowlab.classical.lucas_kanade import solve_window
from flowlab_course.chapters.ch03.mistakes import MISTAKES
from flowlab_course.chapters.ch03.solutions import kind, one_window, tensor, warping_step
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import Case, Exercise


def _tensor_by_loop(Ix, Iy, radius):
    """The definition, pixel by pixel: what the cases are computed with."""
    H, W = Ix.shape
    out = np.zeros((H, W, 2, 2), Ix.dtype)
    for y in range(H):
        for x in range(W):
            for j in range(max(0, y - radius), min(H, y + radius + 1)):
                for i in range(max(0, x - radius), min(W, x + radius + 1)):
                    slope = np.array([Ix[j, i], Iy[j, i]])
                    out[y, x] += np.outer(slope, slope)
    return out


def _tensor_cases():
    Ix, Iy = np.random.default_rng(0).normal(size=(2, 7, 9)).round(2)
    ramp_x, ramp_y = np.full((5, 6), 2.0), np.full((5, 6), -1.0)
    return [
        Case((ramp_x, ramp_y, 1), _tensor_by_loop(ramp_x, ramp_y, 1), "a plane with slopes 2 and -1, radius 1"),
        Case((Ix, Iy, 2), _tensor_by_loop(Ix, Iy, 2), "slopes at random, radius 2"),
        Case((Ix, Iy, 3), _tensor_by_loop(Ix, Iy, 3), "slopes at random, radius 3"),
    ]


def _kind_cases():
    """Tensors with eigenvalues chosen by hand, turned by angles at which the diagonal alone misleads."""
    values = [[(5, 3), (5, 0.2), (0.3, 0.1)], [(4, 0.5), (2, 1.5), (8, 0)]]
    angles = np.radians([[0, 45, 30], [40, 10, 50]])
    T = np.zeros((2, 3, 2, 2))
    for place in np.ndindex(2, 3):
        c, s = np.cos(angles[place]), np.sin(angles[place])
        turn = np.array([[c, -s], [s, c]])
        T[place] = turn @ np.diag(values[place[0]][place[1]]) @ turn.T
    return [
        Case((T, 1.0), np.array([[2, 1, 0], [1, 2, 1]]), "six tensors, threshold 1"),
        Case((T, 4.5), np.array([[1, 1, 0], [0, 0, 1]]), "the same six, threshold 4.5"),
        Case((T[:1], 0.15), np.array([[2, 2, 1]]), "three of them, threshold 0.15"),
        Case(
            (np.diag([2.0, 1.0])[None, None], 1.0), np.array([[1]]), "eigenvalues 2 and 1, threshold 1: above is meant"
        ),
        Case((np.array([[[[0.5, 0.2], [0.2, 0.5]]]]), 0.6), np.array([[1]]), "eigenvalues 0.7 and 0.3, threshold 0.6"),
        Case((np.array([[[[0.5, 0.0], [0.0, 0.4]]]]), 0.6), np.array([[0]]), "eigenvalues 0.5 and 0.4, threshold 0.6"),
    ]


def _window_of_two(Ix, Iy, It):
    return solve_window(Ix, Iy, It, sigma=2.0)


def _normal_flow(Ix, Iy, It):
    """Each pixel by itself: the point of its line nearest to zero, as if the other pixels were not there."""
    scale = -It / (Ix * Ix + Iy * Iy + 1e-3)
    return np.stack([scale * Ix, scale * Iy], axis=-1)


def _step_by_hand(I1, I2, w, solve):
    """The step with OpenCV's sampling and differences written out: what the cases are computed with."""
    H, W = I1.shape
    y, x = np.mgrid[:H, :W].astype(np.float32)
    back = cv2.remap(I2, x + w[..., 0], y + w[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    Ix, Iy = np.empty_like(back), np.empty_like(back)
    Ix[:, 1:-1], Iy[1:-1] = (back[:, 2:] - back[:, :-2]) / 2, (back[2:] - back[:-2]) / 2
    Ix[:, 0], Ix[:, -1] = back[:, 1] - back[:, 0], back[:, -1] - back[:, -2]
    Iy[0], Iy[-1] = back[1] - back[0], back[-1] - back[-2]
    return w + solve(Ix, Iy, back - I1)


def _warping_cases():
    # Halves and quarters of a pixel, which OpenCV of any version samples exactly.
    waves = cv2.GaussianBlur(np.random.default_rng(0).random((24, 30), dtype=np.float32), (0, 0), 2)
    moved = np.roll(waves, (1, 3), axis=(0, 1))
    start = np.full((24, 30, 2), (2.5, 0.75), np.float32)
    none = np.zeros_like(start)
    cases = ((none, _normal_flow, "no motion known yet"), (start, _normal_flow, "a flow of (2.5, 0.75) to begin with"))
    return [
        *(
            Case((waves, moved, w, solve), _step_by_hand(waves, moved, w, solve), f"a shift by (3, 1), {note}")
            for w, solve, note in cases
        ),
        Case(
            (waves, moved, start, _window_of_two),
            _step_by_hand(waves, moved, start, _window_of_two),
            "the same shift, solved in windows",
        ),
    ]


def _one_window_cases():
    """Lines through a point chosen by hand, and NumPy's least squares, whose rows are the equations themselves."""
    rng = np.random.default_rng(0)
    Ix, Iy = rng.normal(size=(2, 7, 7)).round(2)
    y, x = np.mgrid[-3:4, -3:4]
    g = np.exp(-(x**2 + y**2) / 4.5).round(3)
    through = -(2 * Ix - Iy)  # every line holds the point (2, -1)
    missed = (through + rng.normal(0, 0.3, (7, 7))).round(2)
    other = np.where(x > 0, -(-4 * Ix + 5 * Iy), -(0.5 * Ix + 0.25 * Iy))  # two motions; only the left one counts
    root = np.sqrt(g).ravel()
    rows = np.stack([root * Ix.ravel(), root * Iy.ravel()], axis=1)
    fitted = np.linalg.lstsq(rows, -root * missed.ravel(), rcond=None)[0]
    return [
        Case((Ix, Iy, through, np.ones((7, 7))), np.array([2.0, -1.0]), "49 lines through the point (2, -1)"),
        Case((Ix, Iy, missed, g), fitted, "lines that miss one point, pixels in the middle weigh more"),
        Case((Ix, Iy, other, (x <= 0) * 1.0), np.array([0.5, 0.25]), "two motions, and no weight on one of them"),
    ]


EXERCISES = [
    Exercise(
        id="3.1",
        title="the structure tensor",
        hints=(
            "How many different numbers does the tensor of one pixel have?",
            "Three products first, Ix * Ix, Ix * Iy and Iy * Iy; then the sum of each over the square.",
            (
                "Write a small function that sums one (H, W) array over squares, and call it on each of the three "
                "products."
            ),
            (
                "np.stack([xx, xy], axis=-1) is the first row of every tensor; a second np.stack, along axis -2, "
                "joins the two rows."
            ),
        ),
        solution=tensor,
        cases=_tensor_cases,
        mistakes=read_mistakes(tensor, MISTAKES["3.1"]),
    ),
    Exercise(
        id="3.2",
        title="what kind of place?",
        hints=(
            "How many large eigenvalues does a corner have, an edge, a white wall?",
            "np.linalg.eigvalsh(T) is (H, W, 2): both eigenvalues of each pixel, the smaller one first.",
            (
                "Compare all eigenvalues with the threshold at once: that gives a mask (H, W, 2). A sum over its "
                "last axis counts the True ones."
            ),
        ),
        solution=kind,
        cases=_kind_cases,
        mistakes=read_mistakes(kind, MISTAKES["3.2"]),
        bounds=(0, 2),
    ),
    Exercise(
        id="3.3",
        title="the warping step",
        hints=(
            "Frame 2 was warped back along w. Which motion is left between it and I1?",
            (
                "The slopes of the warped picture, and its difference to I1, are what solve wants. What solve "
                "returns is missing from w."
            ),
            (
                "Three lines: the slopes of back, the difference back - I1 (later minus earlier), and w plus what "
                "solve finds."
            ),
        ),
        solution=warping_step,
        cases=_warping_cases,
        mistakes=read_mistakes(warping_step, MISTAKES["3.3"]),
        atol=1e-3,
        rtol=1e-3,
    ),
    Exercise(
        id="3.4",
        title="solve one window",
        hints=(
            "How many different sums over the window do the normal equations hold?",
            (
                "Five: of Ix Ix, Ix Iy, Iy Iy, Ix It and Iy It, each times g. Three of them make T, two the right "
                "side, with a minus."
            ),
            "xy = (g * Ix * Iy).sum() is one of them. T is [[xx, xy], [xy, yy]], the right side is [-xt, -yt].",
            "np.linalg.solve takes the matrix first, then the right side, and returns the two numbers u and v.",
        ),
        solution=one_window,
        cases=_one_window_cases,
        mistakes=read_mistakes(one_window, MISTAKES["3.4"]),
    ),
]
