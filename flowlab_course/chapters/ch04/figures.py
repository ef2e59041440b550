"""The figures of chapter 04 and their captions: a plain square, energies, flows, a disc, largest steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab import flow_to_image
from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import COLOURS, wheel
from flowlab_course.widgets.fields import field_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "plain square": Caption(
        alt="A plain square on texture; its true flow, the square in one colour with arrows to the right; "
        "Lucas-Kanade's, two strips; the colour wheel.",
        see="two strips, along the left and the right edge. The upper and lower edges move along themselves, which "
        "changes nothing in a window. In the middle of the square the windows find no motion.",
    ),
    "energy": Caption(
        alt="Energy over iterations, both axes logarithmic: the sum falls from 2 to 0.05; its data term falls below "
        "0.01 at 10 iterations and rises a little, its smoothness term rises to 0.1 and falls; Chebyshev's sum first "
        "rises above Jacobi's and reaches the end earlier.",
        see="Jacobi's sum falls at every mark. At first the data term falls and the smoothness term rises. From 10 "
        "iterations on, the data term rises a little while the flow becomes smoother. Chebyshev's iteration "
        "overshoots in the beginning and is at the end after 50.",
    ),
    "two repairs": Caption(
        alt="The motorcycle's true leftward flow and three estimates in the same colours: full of spots in all hues, "
        "without spots, and with firmer outlines; the colour wheel.",
        see="one hue for leftward motion, stronger where nearer; for room, the flow with neither repair is not shown. "
        "Robust penalties alone leave spots in all hues: a "
        "wrong vector is a jump, the robust smoothness term holds a jump weakly, and each warp may take that pixel "
        "farther. A median after each warp removes the spots, and so would a larger alpha. With the median, robust "
        "penalties give saddle and tank a sharper outline.",
    ),
    "a disc that moves": Caption(
        alt="Grey blotches in a part of both frames; an arrow shows where a disc among them goes, a ring where it is "
        "in frame 2.",
        see="in a single frame only a few sharp borders show where the disc is: disc and background have the same "
        "kind of texture. The texture at the arrow's start in frame 1 lies inside the ring in frame 2.",
    ),
    "largest steps": Caption(
        alt="Bars: up to which step each of four methods finds a disc, for four radii; all stay below the disc's own "
        "radius.",
        see="larger discs may move farther, and no bar exceeds the dashed line, a step of the disc's own radius. A bar "
        "ends before the first step that is lost; 0 says that a step of one pixel is lost already. Each bar rests "
        "on three discs: with three others the bars of small discs may end some steps elsewhere.",
    ),
    "blocks find the disc": Caption(
        alt="The middle of three flows on one scale, with the colour wheel: the true one, a disc that moves right by "
        "24 px; DIS, without a disc; block matching, with most of the disc, and right of it another in all colours.",
        see="DIS shows no disc. Block matching shows most of it. The second disc, in all colours, is the background "
        "that the disc hides in frame 2: it has no match there, and the least error is that of a wrong one.",
    ),
    "coarse to fine": Caption(
        alt="Four sizes of both frames of a cup, the smallest at the top; at each a box that computes a flow, and"
        " an arrow that carries the flow, enlarged and doubled, to the next size below; the colour wheel.",
        see="the same with four levels; read it from the top. The motion of 24 px is 3 px "
        "at the smallest size; each level below has to find what the doubled flow lacks. All flows are coloured on one "
        "scale: further up they are paler, because the same motion is fewer pixels.",
    ),
}


def plain_square(I1: np.ndarray, truth: np.ndarray, windows: np.ndarray) -> Figure:
    """Draw a frame, its true flow and what Lucas-Kanade finds, with arrows."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 2, figsize=(6.8, 5.0))
    axes[0, 0].imshow(I1, cmap="gray", vmin=0, vmax=1)
    for ax, flow in zip((axes[0, 1], axes[1, 0]), (truth, windows), strict=True):
        ax.imshow(field_picture(flow, max_flow=1.2, spacing=10, longer=5.0, zoom=4), interpolation="nearest")
    colours = wheel(1.2, zoom=2)
    h, w = colours.shape[:2]
    axes[1, 1].imshow(colours, interpolation="nearest")
    axes[1, 1].set(xlim=(-w / 2, 3 * w / 2), ylim=(3 * h / 2, 0), frame_on=False)
    for ax, title in zip(axes.flat, ("frame 1", "true flow", "Lucas-Kanade, sigma 2 px", COLOURS), strict=True):
        ax.set(title=title, xticks=[], yticks=[])
    return fig


def energy_curves(counts: Sequence[int], curves: Mapping[str, np.ndarray]) -> Figure:
    """Draw the energy over the iterations: of the first method with both terms, of the others the sum.

    Args:
        counts: Iterations at which the energy was computed, from 0.
        curves: Method to data and smoothness term, (counts, 2).
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(7.0, 3.2))
    (first, both), *others = curves.items()
    ax.plot(counts, both.sum(axis=1), "o-", color="#004488", lw=2.2, label=f"{first}: sum")
    ax.plot(counts, both[:, 0], "v--", color="#b34700", label=f"{first}: data term")
    ax.plot(counts, both[:, 1], "^--", color="#00795c", label=f"{first}: smoothness term")
    for name, terms in others:
        ax.plot(counts, terms.sum(axis=1), "s:", color="#222222", label=f"{name}: sum")
    ax.set_xscale("symlog", linthresh=1)
    ax.set(yscale="log", xlabel="iterations", ylabel="energy", ylim=(0.005, 4))
    ax.set(xticks=(0, 1, 10, 100), xticklabels=("0", "1", "10", "100"))
    ax.legend(fontsize=8)
    return fig


def four_flows(flows: Mapping[str, np.ndarray], limit: float) -> Figure:
    """Draw four flows in colours in two rows, and the colour wheel beside them; NaN is grey.

    Args:
        flows: Title to flow, (H, W, 2), in pixels.
        limit: Length in pixels that has full colour.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(2, 3, figsize=(5.6, 3.4), width_ratios=(4, 4, 1))
    for ax, (title, flow) in zip(axes[:, :2].flat, flows.items(), strict=True):
        ax.imshow(flow_to_image(flow, max_flow=limit))
        ax.set(title=title)
    axes[0, 2].imshow(wheel(limit, zoom=2))
    axes[0, 2].set(title=COLOURS)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
    for ax in axes[:, 2]:
        ax.set_frame_on(False)
    return fig


def moved_disc(img1: np.ndarray, img2: np.ndarray, start: tuple[int, int], stop: tuple[int, int]) -> Figure:
    """Draw the middle of both frames, a disc's step as an arrow over frame 1, and a ring around it in frame 2.

    Args:
        img1: Frame 1.
        img2: Frame 2.
        start: Middle (x, y) of the disc in frame 1.
        stop: The same in frame 2.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(7.8, 2.8))
    left, right, top, bottom = start[0] - 24, stop[0] + 24, start[1] - 20, start[1] + 20
    for ax, img, title in zip(axes, (img1, img2), ("frame 1", "frame 2"), strict=True):
        ax.imshow(img[top:bottom, left:right], extent=(left, right, bottom, top), interpolation="nearest")
        ax.set(title=title, xlabel="x in px", ylabel="y in px")
    axes[0].annotate("", stop, start, arrowprops={"arrowstyle": "->", "color": "tab:red", "lw": 2.5})
    axes[1].add_patch(plt.Circle(stop, 9, fill=False, color="tab:red", lw=2.5))
    return fig


def largest_steps(radii: Sequence[int], farthest: Mapping[str, Sequence[int]]) -> Figure:
    """Draw a bar for each radius and method, and a dashed line at a step of the radius itself."""
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(8, 2.8))
    places = np.arange(len(radii))
    for i, (method, steps) in enumerate(farthest.items()):
        bars = ax.bar(places + 0.2 * (i - 1.5), steps, width=0.18, label=method)
        ax.bar_label(bars)
    for place, radius in zip(places, radii, strict=True):
        label = "a step of its own radius" if place == 0 else None
        ax.plot([place - 0.45, place + 0.45], [radius, radius], "k--", lw=1, label=label)
    ax.set(xlabel="radius of the disc, px", ylabel="found at each step up to, px", ylim=(0, 36))
    ax.set(xticks=places, xticklabels=radii)
    ax.legend(loc="upper left", ncols=2)
    return fig
