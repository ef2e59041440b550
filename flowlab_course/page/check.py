"""Checks an answer on the page: a wrong image, flow, map or curve is drawn beside the expected one."""

from __future__ import annotations

import contextlib
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from flowlab_course.exercises import engine
from flowlab_course.exercises.compare import as_numpy, is_tensor
from flowlab_course.page.figures import show
from flowlab_course.page.pictures import MAP_COLOURS, wheel

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NUMBERED = 36  # a map of at most so many values shows each as a number
FEWEST = 3  # values along an axis; a shorter result is told by its numbers in the message


def check(exercise_id: str | float, function: object) -> engine.CheckResult:
    """Try the learner's function on every case of an exercise, say what came of it, and record it.

    In a notebook, a result that is an image, a flow, a map or a curve is drawn beside the expected one.

    Args:
        exercise_id: Chapter and number, such as "1.2".
        function: The function itself, not its result.

    Raises:
        ValueError: If there is no such exercise.
    """
    result = engine.check(exercise_id, function)
    if result.failing and in_notebook():
        # The message stands already. A result that is beyond drawing (1e308, a tensor of some odd kind) has no picture.
        with contextlib.suppress(Exception), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            draw_difference(*result.failing)
    return result


def in_notebook() -> bool:
    """Tell whether there is a page to draw on, without importing IPython for it."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and ipython.get_ipython() is not None


def draw_difference(got: Any, expected: Any, note: str) -> bool:
    """Show yours, the expected result and their difference; return whether there was something to draw.

    Args:
        got: What the learner's function returned, of the same shape as ``expected``.
        expected: An image, a flow, a map or a curve, or several of them; of several the first that differs is drawn,
            of a batch or of many channels the one with the largest difference.
        note: The case, such as "a flow that is zero".
    """
    if isinstance(expected, tuple | list):
        parts = zip(got, expected, strict=True)
        differing = [pair for pair in parts if not np.array_equal(*map(as_numpy, pair), equal_nan=_real(pair[1]))]
        return bool(differing) and draw_difference(*differing[0], note)
    if isinstance(expected, str):
        return False
    a, b, which = _one_picture(got, expected)
    if b.ndim == 1 and b.size >= FEWEST:
        fig, what = _curves(a, b), "Two curves"
    elif b.ndim in (2, 3) and max(b.shape[:2]) >= FEWEST:
        fig, what = _pictures(a, b), "Three pictures"
    else:
        return False
    fig.suptitle(f"On {note}{which}")
    show(fig, alt=f"{what}: your result on {note}{which}, the expected one, and their difference, {_largest(a, b)}.")
    return True


def _real(value: Any) -> bool:
    return as_numpy(value).dtype.kind in "fc"


def _one_picture(got: Any, expected: Any) -> tuple[np.ndarray, np.ndarray, str]:
    """Reduce batches and channels to the item that differs most; flows and images come as (H, W, 2 or 3)."""
    channels = -3 if is_tensor(expected) else -1  # (B, 2, H, W) in torch, (H, W, 2) in NumPy
    a, b, which = as_numpy(got), as_numpy(expected), ""
    while b.ndim > 3 or (b.ndim == 3 and b.shape[channels] not in (2, 3)):
        worst = int(np.argmax(_gap(a, b).reshape(len(b), -1).max(axis=1, initial=0)))
        which += f", index {worst}" if len(b) > 1 else ""
        a, b = a[worst], b[worst]
    return (np.moveaxis(a, channels, 2), np.moveaxis(b, channels, 2), which) if b.ndim == 3 else (a, b, which)


def _gap(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Return the size of the difference of each value; a NaN on one side alone counts as endless."""
    a, b = got.astype(np.float64), expected.astype(np.float64)
    with np.errstate(invalid="ignore"):
        return np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, np.nan_to_num(np.abs(a - b), nan=np.inf))


def _place(got: np.ndarray, expected: np.ndarray) -> tuple[int, ...]:
    """Return where the largest difference is: row and column, or the place in a curve."""
    gap = _gap(got, expected)
    gap = gap.max(axis=2) if gap.ndim == 3 else gap
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))


def _largest(got: np.ndarray, expected: np.ndarray) -> str:
    place = _place(got, expected)
    return f"largest at row {place[0]}, column {place[1]}" if len(place) == 2 else f"largest at place {place[0]}"


def _curves(got: np.ndarray, expected: np.ndarray) -> Figure:
    from matplotlib.figure import Figure

    fig = Figure(figsize=(7.5, 2.4))  # not one of pyplot's, which a cell would show a second time
    both, apart = fig.subplots(1, 2)
    both.plot(expected, "-", label="expected")
    both.plot(got, "o--", markersize=3, label="yours")
    both.legend()
    apart.stem(got.astype(np.float64) - expected.astype(np.float64))
    apart.set(title="yours - expected")
    return fig


def _pictures(got: np.ndarray, expected: np.ndarray) -> Figure:
    from matplotlib.figure import Figure

    fig = Figure(figsize=(7.5, min(7.5 / 3 * expected.shape[0] / expected.shape[1], 5) + 0.7))
    axes = fig.subplots(1, 3)
    panels, difference, unit = _panels(got, expected)
    for ax, picture, values, title in zip(axes, panels, (got, expected), ("yours", "expected"), strict=False):
        grey = "gray" if picture.dtype == bool else MAP_COLOURS
        low, high = _limits(got, expected)
        ax.imshow(picture, **({} if picture.ndim == 3 else {"cmap": grey, "vmin": low, "vmax": high}))
        ax.set(title=title, xticks=[], yticks=[])
        _write_numbers(ax, values)
    most = float(np.abs(difference[np.isfinite(difference)]).max(initial=0.0)) or 1.0
    title = f"yours - expected\nviolet -{most:.3g}, orange +{most:.3g}"
    if unit:
        title = f"length of the difference\nwhite 0, orange {most:.3g}{unit}"
        legend = axes[0].inset_axes((-0.36, 0.4, 0.3, 0.6), anchor="N")  # in the margin at the left
        legend.imshow(wheel(_longest(got, expected), zoom=2))
        legend.set(xticks=[], yticks=[], frame_on=False)
    axes[2].imshow(difference, cmap="PuOr_r", vmin=-most, vmax=most)
    axes[2].set(title=title, xticks=[], yticks=[])
    _write_numbers(axes[2], difference)
    row, column = _place(got, expected)
    for width, colour in ((4, "white"), (1.5, "black")):
        axes[2].plot(column, row, "o", ms=16, mfc="none", mec=colour, mew=width)
    return fig


def _panels(got: np.ndarray, expected: np.ndarray) -> tuple[list[np.ndarray], np.ndarray, str]:
    """Return both as they are drawn, the map of their difference, and its unit."""
    from flowlab.field import flow_to_image

    a, b = got.astype(np.float64), expected.astype(np.float64)
    if b.ndim == 2:
        return [got, expected], a - b, ""
    if b.shape[2] == 3:
        whole = 255.0 if max(float(np.nanmax(x, initial=0.0)) for x in (a, b)) > 1 else 1.0
        return [np.clip(np.nan_to_num(x) / whole, 0, 1) for x in (a, b)], (a - b).mean(axis=2), ""
    longest = _longest(got, expected)
    colours = [flow_to_image(np.float32(np.where(np.isfinite(x), x, 0)), max_flow=longest) for x in (a, b)]
    return colours, np.hypot(*np.moveaxis(a - b, 2, 0)), " px"


def _longest(got: np.ndarray, expected: np.ndarray) -> float:
    """Return the length of the longest vector of two flows, 1 where all are zero: it has the full colour."""
    both = np.stack([got, expected]).astype(np.float64)
    return float(np.linalg.norm(np.where(np.isfinite(both), both, 0), axis=-1).max()) or 1.0


def _limits(got: np.ndarray, expected: np.ndarray) -> tuple[float, float]:
    both = np.stack([got, expected]).astype(np.float64)
    finite = both[np.isfinite(both)]
    return float(finite.min(initial=0.0)), float(finite.max(initial=1e-9))


def _write_numbers(ax: Axes, values: np.ndarray) -> None:
    """Write the numbers of a small map or flow over it, so that colours are not all that tells them."""
    H, W = values.shape[:2]
    if H * W > NUMBERED or values.dtype == bool or (values.ndim == 3 and values.shape[2] == 3):
        return
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    for row in range(H):
        for column in range(W):
            numbers = np.atleast_1d(values[row, column]).astype(np.float64)
            text = ", ".join(f"{round(number, 9) + 0.0:.3g}" for number in numbers)
            ax.text(column, row, text, ha="center", va="center", fontsize=7, bbox=box)
