"""The figures of chapter 03 and their captions: a row, lines, uncertainty ellipses, errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import MAP_COLOURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from flowlab.datasets.samples import Pair

CAPTIONS = {
    "one row": Caption(
        alt="Brightness along a row of both frames: the same curve, that of frame 2 a little further right.",
        see="one curve twice, half a pixel apart. Where it is steep the gap between the two is tall; where it is flat "
        "there is none.",
    ),
    "lines of three windows": Caption(
        alt="A cup with three marked places, and for each the lines of its 49 pixels in the (u, v) plane, with the "
        "true motion.",
        see="at the corner most lines cross near the star, the true motion. On the edge they nearly coincide. Where "
        "there is little texture, small errors move the lines far. Lines of steeper pixels are drawn darker.",
    ),
    "uncertainty ellipses": Caption(
        alt="Three (u, v) planes, each with two hundred dots, an ellipse, and a cross at the result without noise: at "
        "the corner all within 0.05 px; on the edge a long thin cloud along a line; where there is nothing a cloud "
        "of about 2 by 1 px that lies nearer to zero than its ellipse.",
        see="each dot is the result with other noise in both frames; the ellipse is drawn with twice its half-axes, "
        "around the result without noise. Mind the scales: it is small at the corner, long and thin on the edge. Where "
        "there is nothing, the slopes themselves are mostly noise, and the results shrink towards zero. The truth is "
        "(0.8, -0.6): at the corner 0.08 px from the cross, outside of the picture, since slopes are underestimated.",
    ),
    "error by confidence": Caption(
        alt="The motorcycle, pale within 12 px of a depth jump; its confidence, bright on outlines; mean and median "
        "error by tenth of confidence: falling for the cup and far from jumps; near jumps the mean is 2 to 4 px.",
        see="the outlines are trusted most, and most of them are depth jumps. Far from jumps, and on the cup, the "
        "error falls on the whole as confidence grows. Near jumps (pale in the picture) the median falls; the mean "
        "falls once, then rises to where it began.",
    ),
    "slow and patchy": Caption(
        alt="Three maps of the error on the cat that slides by 16 px: bright areas, large after 20 steps, smaller "
        "after 50, and after 100 one large area at the upper left and a small one at the lower left.",
        see="black is found, light is 16 px off; the white strip is left out: the photograph ends there. The black "
        "patches grow from map to map; two light areas remain.",
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

    fig, ax = plt.subplots(figsize=(6.6, 2.4))
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

    fig, axes = plt.subplots(1, 1 + len(windows), figsize=(7.9, 2.2), width_ratios=[1.5] + len(windows) * [1])
    axes[0].imshow(img)
    axes[0].set(xticks=[], yticks=[])
    for ax, (name, (y, x)) in zip(axes[1:], windows.items(), strict=True):
        axes[0].plot(x, y, "o", color="w", mec="k", ms=9)
        box = {"fc": "0.1", "lw": 0, "pad": 1.5}
        axes[0].annotate(name, (x, y - 7), color="w", ha="center", size=7, bbox=box)
        _draw_lines(ax, *(f[y - 3 : y + 4, x - 3 : x + 4].ravel() for f in line))
        ax.plot(*truth, "*", color="tab:red", ms=13, mec="k")
        ax.axhline(0, color="0.6", lw=0.8)
        ax.axvline(0, color="0.6", lw=0.8)
        ax.set(xlim=(-3, 3), ylim=(3, -3), title=name, xlabel="u in px", ylabel="v in px")
    return fig


def _draw_lines(ax: Axes, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> None:
    slope = np.hypot(a, b)
    foot = -c / slope**2 * np.array([a, b])  # each line's point nearest to zero
    for i in range(len(a)):
        along = (-b[i] / slope[i], a[i] / slope[i])
        ax.axline(foot[:, i], foot[:, i] + along, lw=0.8, alpha=slope[i] / slope.max())


def uncertainty_ellipses(scatter: Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]], deviation: float) -> Figure:
    """Draw the results of noisy windows as dots, and twice the uncertainty ellipse around the result without noise.

    Args:
        scatter: Name to the result without noise, the structure tensor, and the results with noise, (N, 2).
        deviation: Standard deviation of the noise in the change in time.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, len(scatter), figsize=(8.4, 2.8))
    circle = np.linspace(0, 2 * np.pi, 100)
    for ax, (name, (clean, T, results)) in zip(axes, scatter.items(), strict=True):
        values, vectors = np.linalg.eigh(T)
        u, v = clean[:, None] + 2 * deviation * vectors @ ([np.cos(circle), np.sin(circle)] / np.sqrt(values)[:, None])
        ax.plot(*results.T, ".", color="#004488", ms=3, alpha=0.6, label="with noise")
        ax.plot(u, v, color="#b34700", lw=1.8, label="ellipse, times 2")
        ax.plot(*clean, "+", color="#b34700", ms=10, mew=2, label="without noise")
        half = 1.15 * max(np.abs(u - clean[0]).max(), np.abs(v - clean[1]).max(), np.abs(results - clean).max())
        ax.set(xlim=clean[0] + half * np.array([-1, 1]), ylim=clean[1] - half * np.array([-1, 1]))
        ax.set(title=f"{name}, {2 * half:.2g} px across", xlabel="u in px", ylabel="v in px", aspect="equal")
    fig.legend(*axes[0].get_legend_handles_labels(), fontsize=7, loc="outside lower center", ncols=3)
    return fig


def maps_of_error(maps: Mapping[str, np.ndarray], limit: float) -> Figure:
    """Draw maps of the error in a row on one scale, with a colour bar; NaN is white.

    Args:
        maps: Title to error in px, (H, W).
        limit: The error in px that is drawn lightest.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, len(maps), figsize=(7.9, 1.9))
    for ax, (title, error) in zip(axes, maps.items(), strict=True):
        drawn = ax.imshow(error, cmap=MAP_COLOURS, vmin=0, vmax=limit)
        ax.set(title=title, xticks=[], yticks=[])
    fig.colorbar(drawn, ax=axes, label="EPE in px")
    return fig


def error_by_confidence(
    pair: Pair, near: np.ndarray, confidence: np.ndarray, curves: Mapping[str, np.ndarray]
) -> Figure:
    """Draw frame 1, pale near depth jumps, the confidence, and mean and median errors by tenths of confidence.

    Args:
        pair: The motorcycle.
        near: (H, W), the pixels near a depth jump.
        confidence: (H, W) of its flow.
        curves: Name to mean and median error in tenths, (2, 10).
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(6.8, 4.3), height_ratios=(1, 1.4))
    grey = pair.img1.mean(axis=2)
    axes[0, 0].imshow(np.where(near, 255 - (255 - grey) / 3, grey), cmap="gray", vmin=0, vmax=255)
    axes[0, 1].imshow(np.sqrt(confidence), cmap="gray")
    for ax, title in zip(axes[0], ("frame 1, pale near depth jumps", "confidence (root of λ2)"), strict=True):
        ax.set(title=title, xticks=[], yticks=[])
    tenths = np.arange(1, 11)
    for ax, i, title in zip(axes[1], (0, 1), ("mean", "median"), strict=True):
        for style, (name, both) in zip(("o-", "s:", "^--", "v-."), curves.items(), strict=True):
            ax.semilogy(tenths, both[i], style, ms=5, label=name)
        ax.set(xlabel="tenth of the pixels, most trusted last", ylabel="EPE in px", title=title, xticks=tenths)
        ax.set(ylim=(0.008, 5), yticks=(0.02, 0.1, 0.5, 1, 3), yticklabels=("0.02", "0.1", "0.5", "1", "3"))
    axes[1, 0].legend(fontsize=7, ncols=2, loc="lower left")
    return fig
