"""The figures of chapter 06: crops on a frame; and the captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "two views": Caption(
        alt="Two frames of a cat, a turned rectangle on each, and below them the two crops that the rectangles "
        "cut out. Arrows lead from a pixel of crop 1 up to frame 1, along the flow to frame 2, and down to "
        "crop 2; a dashed arrow leads there directly. A list says what is applied to which frame.",
        see="two ways from crop 1 to crop 2 that end at the same place: along T1, w and the inverse of T2, and "
        "along the new flow. The numbers are the paper's; those after the word about are standard deviations.",
    ),
    "flow or picture": Caption(
        alt="A cat; two crops of it, turned and flipped; the recomputed flow, which goes down and left, and the flow "
        "warped like a picture, which goes right.",
        see="the two flows differ in colour and in the arrows' direction. The crops are turned and mirrored, and only "
        "in the first flow the vectors are, too.",
    ),
    "forty crops": Caption(
        alt="A red armchair, and on it forty outlines of crops, tilted and of many sizes, all within the frame.",
        see="tilted and straight, small where the zoom is large; none crosses the border.",
    ),
    "four epochs": Caption(
        alt="A red armchair before a carpet in four disguises, with other crops, colours and light.",
        see="one pair, and each time another crop, tilt, size and light.",
    ),
    "four flows": Caption(
        alt="The flows of the four disguises in colours, with arrows, and the colour wheel.",
        see="the flow's edges follow the outlines of the things in the crop above.",
    ),
}


def crops_on(frame: np.ndarray, outlines: Sequence[np.ndarray]) -> Figure:
    """Draw the outlines of crops on a frame.

    Args:
        frame: (H, W, 3).
        outlines: Of each crop the corners, (2, N), x above y.
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(5.2, 3.9))
    ax.imshow(frame, alpha=0.6)
    for outline in outlines:
        ax.plot(*outline, lw=0.8, color="black")
    ax.set(title=f"{len(outlines)} crops on one frame", xticks=[], yticks=[])
    return fig
