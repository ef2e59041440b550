"""Exercises of chapter 03."""

import cv2
import numpy as np

import flowlab
from flowlab.classical.lucas_kanade import solve_window
from flowlab_course.exercises.spec import Case, Exercise, Mistakes

mistake = Mistakes()


def tensor(Ix, Iy, radius):
    """Sums of [[Ix Ix, Ix Iy], [Ix Iy, Iy Iy]] over squares of 2 radius + 1 pixels; (H, W, 2, 2)."""
    n = 2 * radius + 1

    def summed(f):
        return cv2.boxFilter(f, -1, (n, n), normalize=False, borderType=cv2.BORDER_CONSTANT)

    xx, xy, yy = summed(Ix * Ix), summed(Ix * Iy), summed(Iy * Iy)
    return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)


def _tensor_of(filtered):
    def wrong(Ix, Iy, radius):
        xx, xy, yy = filtered(Ix, Iy, 2 * radius + 1)
        return np.stack([np.stack([xx, xy], axis=-1), np.stack([xy, yy], axis=-1)], axis=-2)

    return wrong


def _box(f, n, *, normalize=False, edge=cv2.BORDER_CONSTANT):
    return cv2.boxFilter(f, -1, (n, n), normalize=normalize, borderType=edge)


@mistake(
    "3.1",
    "summed before multiplied",
    "You sum the slopes and multiply the sums. Slopes of opposite sign cancel that way: multiply first, then sum.",
)
@_tensor_of
def _sums_first(Ix, Iy, n):
    return _box(Ix, n) ** 2, _box(Ix, n) * _box(Iy, n), _box(Iy, n) ** 2


@mistake(
    "3.1",
    "one pixel alone",
    "Nothing is summed yet: the tensor of a single pixel always has one eigenvalue 0. The window is missing.",
)
@_tensor_of
def _not_summed(Ix, Iy, n):
    return Ix * Ix, Ix * Iy, Iy * Iy


@mistake("3.1", "means", "These are means over the square. Here the weights are 1: normalize=False.")
@_tensor_of
def _means(Ix, Iy, n):
    return tuple(_box(f, n, normalize=True) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "mirrored at the edge",
    "At the picture's edge the filter repeats what is inside. Outside counts as 0: borderType=cv2.BORDER_CONSTANT.",
)
@_tensor_of
def _mirrored(Ix, Iy, n):
    return tuple(_box(f, n, edge=cv2.BORDER_REFLECT_101) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake("3.1", "x and y swapped", "The products of Ix and of Iy have changed places: x comes first.")
@_tensor_of
def _x_and_y_swapped(Ix, Iy, n):
    return tuple(_box(f, n) for f in (Iy * Iy, Ix * Iy, Ix * Ix))


@mistake(
    "3.1",
    "radius for side",
    "Your square is `radius` pixels wide. It reaches `radius` pixels to every side of its middle: 2 * radius + 1.",
)
@_tensor_of
def _side_is_radius(Ix, Iy, n):
    return tuple(_box(f, (n - 1) // 2) for f in (Ix * Ix, Ix * Iy, Iy * Iy))


@mistake(
    "3.1",
    "signs lost",
    "The product Ix Iy keeps its sign: it tells an edge that rises to the right from one that falls.",
)
@_tensor_of
def _signs_lost(Ix, Iy, n):
    return tuple(_box(f, n) for f in (Ix * Ix, np.abs(Ix * Iy), Iy * Iy))


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


def kind(T, threshold):
    """2 for a corner, 1 for an edge, 0 for nothing; (H, W)."""
    return (np.linalg.eigvalsh(T) > threshold).sum(axis=-1)


@mistake(
    "3.2",
    "by the diagonal",
    "The diagonal is the slope along x and along y. An edge at 45 degrees has both, and is no corner: take eigenvalues.",
)
def _by_the_diagonal(T, threshold):
    return (T[..., 0, 0] > threshold).astype(int) + (T[..., 1, 1] > threshold)


@mistake("3.2", "by the sum", "The sum of the diagonal is λ1 + λ2: one steep edge makes it as large as a corner does.")
def _by_the_trace(T, threshold):
    return 2 * (T[..., 0, 0] + T[..., 1, 1] > 2 * threshold).astype(int)


@mistake(
    "3.2",
    "by the determinant",
    "The determinant is λ1 λ2: a large λ1 hides a small λ2. Compare each with the threshold.",
)
def _by_the_determinant(T, threshold):
    return 2 * (np.linalg.det(T) > threshold**2).astype(int)


@mistake(
    "3.2",
    "the smaller one alone",
    "You look at the smaller eigenvalue only. That finds corners, but cannot tell an edge from nothing.",
)
def _smaller_only(T, threshold):
    return (np.linalg.eigvalsh(T)[..., 0] > threshold).astype(int)


@mistake(
    "3.2",
    "the larger one alone",
    "You look at the larger eigenvalue only. That finds edges, but cannot tell a corner from them.",
)
def _larger_only(T, threshold):
    return (np.linalg.eigvalsh(T)[..., 1] > threshold).astype(int)


@mistake("3.2", "counted below", "You count the eigenvalues below the threshold: the wrong way round.")
def _counted_below(T, threshold):
    return (np.linalg.eigvalsh(T) <= threshold).sum(axis=-1)


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
    ]


def warping_step(I1, I2, w, solve):
    """A better flow (H, W, 2) than w; I1 and I2 are (H, W)."""
    back = flowlab.warp(I2, w, padding="border")
    Iy, Ix = np.gradient(back)
    return w + solve(Ix, Iy, back - I1)


@mistake("3.3", "the step alone", "This is what is missing, not the flow. Add it to the flow that you had.")
def _step_only(I1, I2, w, solve):
    return warping_step(I1, I2, w, solve) - w


@mistake(
    "3.3",
    "not warped",
    "Frame 2 is used as it is. Then solve explains the whole motion again, and you add it to w once more.",
)
def _not_warped(I1, I2, w, solve):
    Iy, Ix = np.gradient(I2)
    return w + solve(Ix, Iy, I2 - I1)


@mistake(
    "3.3",
    "the wrong way",
    "The step goes the wrong way: It is frame 2, brought back, minus frame 1, and what solve finds is added to w.",
)
def _wrong_way(I1, I2, w, solve):
    back = flowlab.warp(I2, w, padding="border")
    Iy, Ix = np.gradient(back)
    return w + solve(Ix, Iy, I1 - back)


@mistake("3.3", "axes swapped", "np.gradient returns the slope along rows, downwards, first: Iy, then Ix.")
def _axes_swapped(I1, I2, w, solve):
    back = flowlab.warp(I2, w, padding="border")
    Ix, Iy = np.gradient(back)
    return w + solve(Ix, Iy, back - I1)


@mistake(
    "3.3",
    "slopes of the unwarped frame",
    "The slopes are those of frame 2 where it stands. You compare at x + w: take the slopes of the warped picture.",
)
def _slopes_unwarped(I1, I2, w, solve):
    Iy, Ix = np.gradient(I2)
    return w + solve(Ix, Iy, flowlab.warp(I2, w, padding="border") - I1)


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
        mistakes=mistake.of("3.1"),
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
        mistakes=mistake.of("3.2"),
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
        mistakes=mistake.of("3.3"),
        atol=1e-3,
        rtol=1e-3,
    ),
]
