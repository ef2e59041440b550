"""The figures of chapter 04: a plain square, a disc and its step, the largest step of each method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import COLOURS, wheel
from flowlab_course.widgets.fields import field_picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "plain square": Caption(
        alt="A plain square on texture; its true flow, the square in one colour with arrows to the right; "
        "Lucas-Kanade's, two strips; the colour wheel.",
        see="two strips, along the left and the right edge. The upper and lower edges slide along themselves, which "
        "nobody can see, and inside there is nothing.",
    ),
    "two repairs": Caption(
        alt="The motorcycle's true leftward flow and three estimates in the same colours: with spots, calmer, and with "
        "firmer outlines; the colour wheel.",
        see="one hue for leftward motion, stronger where nearer. The median wipes away the spots in other hues, and "
        "robust penalties draw saddle and tank with a firmer outline.",
    ),
    "a disc that moves": Caption(
        alt="Grey blotches in both frames; an arrow shows where a disc among them goes, a ring where it has arrived.",
        see="next to nothing, in a single frame: ground and disc have the same kind of texture. Only motion would set "
        "the disc apart, and it is gone from under the arrow's start.",
    ),
    "largest steps": Caption(
        alt="Bars: the largest step at which each of four methods finds a disc, for four radii; all stay below the "
        "disc's own radius.",
        see="larger discs may move farther, and no bar reaches the dashed line, a step of the disc's own radius. A 0 "
        "says: not even one pixel.",
    ),
    "coarse to fine": Caption(
        alt="Four sizes of both frames of a cup, the smallest at the top; at each a box that computes a flow, and"
        " an arrow that carries the flow, enlarged and doubled, to the next size below; the colour wheel.",
        see="read it from the top. The motion of 24 px, measured at the centre, is 3 px at the smallest size; "
        "each level below has to find what the doubled flow lacks. All flows are coloured on one scale: further up "
        "they are paler, because the same motion is fewer pixels.",
    ),
}


def plain_square(I1: np.ndarray, truth: np.ndarray, windows: np.ndarray) -> Figure:
    """Draw a frame, its true flow and what Lucas-Kanade finds, with arrows."""
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 4, figsize=(9, 2.2), width_ratios=(3, 3, 3, 1))
    axes[0].imshow(I1, cmap="gray", vmin=0, vmax=1)
    for ax, flow in zip(axes[1:3], (truth, windows), strict=True):
        ax.imshow(field_picture(flow, max_flow=1.2, spacing=10, longer=5.0, zoom=3))
    axes[3].imshow(wheel(1.2, zoom=2))
    axes[3].set_frame_on(False)
    for ax, title in zip(axes, ("frame 1", "true flow", "Lucas-Kanade, window 2 px", COLOURS), strict=True):
        ax.set(title=title, xticks=[], yticks=[])
    return fig


def moved_disc(img1: np.ndarray, img2: np.ndarray, start: tuple[int, int], stop: tuple[int, int]) -> Figure:
    """Draw both frames, the step of a disc as an arrow over frame 1, and a ring around it in frame 2.

    Args:
        img1: Frame 1.
        img2: Frame 2.
        start: Middle (x, y) of the disc in frame 1.
        stop: The same in frame 2.
    """
    from matplotlib import pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(6.5, 2.3))
    for ax, img, title in zip(axes, (img1, img2), ("frame 1", "frame 2"), strict=True):
        ax.imshow(img)
        ax.set(title=title, xticks=[], yticks=[])
    axes[0].annotate("", stop, start, arrowprops={"arrowstyle": "->", "color": "tab:red", "lw": 2})
    axes[1].plot(*stop, "o", ms=22, mfc="none", mec="tab:red", mew=2)
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
    ax.set(xlabel="radius of the disc, px", ylabel="largest step found, px", ylim=(0, 36))
    ax.set(xticks=places, xticklabels=radii)
    ax.legend(loc="upper left", ncols=2)
    return fig
