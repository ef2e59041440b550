"""The figures of chapter 03: a row of pixels, lines in the (u, v) plane, error over confidence; and their captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CAPTIONS = {
    "one row": Caption(
        alt="Brightness along a row of both frames: the same curve, that of frame 2 a little further right.",
        see="one curve twice, half a pixel apart. Where it is steep the gap between the two is tall; where it is flat "
        "there is none.",
    ),
    "lines of three windows": Caption(
        alt="A cup with three marked places, and for each the lines of its 49 pixels in the (u, v) plane, with the "
        "true motion.",
        see="at the corner the lines cross near the star, the true motion. On the edge they lie along each other. "
        "Where there is nothing, noise draws them anywhere. Steeper pixels are drawn stronger.",
    ),
    "error by confidence": Caption(
        alt="A noisy cup; its confidence, bright on rims and spoon; error over confidence, falling for the cup, rising "
        "for the motorcycle.",
        see="rims, spoon and handle trusted. On the cup more confidence means less error. On the motorcycle it means "
        "more!",
    ),
    "aperture problem": Caption(
        alt="An edge behind a round hole, before and after a motion, with five arrows that end on the moved edge;"
        " the same arrows in the (u, v) plane end on one line; with a second edge there are two lines that "
        "cross in one point.",
        see="every arrow explains what the hole shows, and all of them end on one line. The shortest arrow is the"
        " normal flow. A second edge leaves one point: the true motion.",
    ),
}


def one_row(columns: np.ndarray, row1: np.ndarray, row2: np.ndarray) -> Figure:
    """Draw the brightness of both frames along one row of pixels."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7, 2.6))
    ax.plot(columns, row1, "o-", label="frame 1")
    ax.plot(columns, row2, "s--", label="frame 2")
    ax.set(xlabel="x in px", ylabel="brightness", title="one row of the cat")
    ax.legend()
    return fig


def lines_of_windows(
    img: np.ndarray,
    line: tuple[np.ndarray, np.ndarray, np.ndarray],
    windows: Mapping[str, tuple[int, int]],
    truth: tuple[float, float],
) -> Figure:
    """Draw the lines Ix u + Iy v + It = 0 of all pixels in windows of 7 x 7.

    Args:
        img: Frame 1.
        line: Ix, Iy and It.
        windows: Name to the middle (y, x) of a window.
        truth: The motion (u, v), marked by a star.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 1 + len(windows), figsize=(10, 2.6), width_ratios=[1.5] + len(windows) * [1])
    axes[0].imshow(img)
    axes[0].set(xticks=[], yticks=[])
    for ax, (name, (y, x)) in zip(axes[1:], windows.items(), strict=True):
        axes[0].plot(x, y, "o", color="w", mec="k", ms=9)
        box = {"fc": "0.1", "lw": 0, "pad": 1.5}
        axes[0].annotate(name, (x, y - 7), color="w", ha="center", size=8, bbox=box)
        _draw_lines(ax, *(f[y - 3 : y + 4, x - 3 : x + 4].ravel() for f in line))
        ax.plot(*truth, "*", color="tab:red", ms=13, mec="k")
        ax.set(xlim=(-3, 3), ylim=(3, -3), title=name, xlabel="u", ylabel="v")
    return fig


def _draw_lines(ax: Axes, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    slope = np.hypot(a, b)
    foot = -c / slope**2 * np.array([a, b])  # each line's point nearest to zero
    for i in range(len(a)):
        along = (-b[i] / slope[i], a[i] / slope[i])
        ax.axline(foot[:, i], foot[:, i] + along, lw=0.8, alpha=slope[i] / slope.max())


def error_by_confidence(img: np.ndarray, confidence: np.ndarray, errors: Mapping[str, list[float]]) -> Figure:
    """Draw a frame, the confidence of its flow, and curves of error over tenths of the pixels by confidence."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 3, figsize=(9.5, 2.6))
    axes[0].imshow(img)
    axes[1].imshow(np.sqrt(confidence), cmap="gray")
    for ax, title in zip(axes, ("frame 1, with noise", "confidence (root of λ2)"), strict=False):
        ax.set(title=title, xticks=[], yticks=[])
    tenths = np.arange(1, 11)
    for style, (name, error) in zip(("o-", "s--"), errors.items(), strict=True):
        axes[2].semilogy(tenths, error, style, label=name)
    axes[2].set(xlabel="tenth of the pixels, most trusted last", ylabel="EPE in px", xticks=tenths)
    axes[2].legend()
    return fig
