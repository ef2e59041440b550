"""The figures of chapter 06: squares, crops on their frames, and the zooms of crops that fit; and the captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.diagram import COLOURS
from flowlab_course.page.pictures import row_of_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHOWN = 15  # crops that are drawn on each frame: more of them hide it
FOLLOWED = 4  # the pair of crops that is drawn thick

CAPTIONS = {
    "two squares": Caption(
        alt="A rocket before the evening sky with a square on the sky and one on the rocket, and a map of the "
        "photometric error, dark for 0 and light for 60 grey levels: the rocket in its square is bright, the square on "
        "the sky is nearly as dark as its surroundings.",
        see="the vectors are equally wrong in both squares. The error shows it on the rocket, and hardly in the sky. "
        "At the white pixels the flow leaves the frame.",
    ),
    "two views": Caption(
        alt="Two frames of a cat, a turned rectangle on each, and below them the two crops that the rectangles "
        "cut out. Arrows lead from a pixel of crop 1 up to frame 1, along the flow to frame 2, and down to "
        "crop 2; a dashed arrow leads there directly. A list says what is applied to which frame.",
        see="two ways from crop 1 to crop 2 that end at the same place: along T1, w and the inverse of T2, and "
        "along the new flow. At zoom 1, as here, a crop is as large as its outline. The list holds what flowlab's "
        "PAPER draws: T1, the light and the noise by the paper, the further change of frame 2 by the released code. "
        "Numbers after the word about are standard deviations.",
    ),
    "both crops": Caption(
        alt="A cat's face with the turned outline of a crop on it, and that crop, in which the cat is mirrored and its "
        "head tilted; beside them frame 2 with its outline, turned a little more, and its crop.",
        see="in the crops the cat is turned and mirrored. The thick edge of an outline is the crop's upper edge, the "
        "dot its upper left pixel: it lies at the right, because the crop is mirrored.",
    ),
    "flow or picture": Caption(
        alt="The recomputed flow between the crops, which goes to the left, downwards at the left edge and "
        "upwards at the right one, and the flow that was warped like a picture, which goes right and down everywhere.",
        see="the two flows differ in colour and in the arrows' direction. Only the first is turned and mirrored with "
        "the cat, and only the first contains the further turn of crop 2.",
    ),
    "crops that fit": Caption(
        alt="Two frames with an armchair in grey, on each 15 outlines of crops, tilted and of several sizes, all "
        "inside; one pair is drawn thick, blue on frame 1 and orange on frame 2. Beside them a histogram of the zooms "
        "of 400 crops: hardly any below 1.1, and above the dashed line from 1.3 on.",
        see="all outlines stay inside their frames. The thick pair shows that crop 2 lies almost where crop 1 does. In "
        "the histogram, small zooms are missing: the dashed line is the uniform law that the zooms are drawn from.",
    ),
    "three epochs": Caption(
        alt="One pair's frame 1 in three epochs, with other crops, colours and light.",
        see="one frame, and each time another crop, tilt, size and light.",
    ),
    "three flows": Caption(
        alt="The flows of the three epochs in colours, with arrows, and the colour wheel.",
        see="the edges of the flow follow the outlines of the things in the crop above.",
    ),
}


def two_squares(frame: np.ndarray, error: np.ndarray, squares: dict[str, tuple[slice, slice]]) -> Figure:
    """Draw a frame and its photometric error, with squares outlined and named on both."""
    from matplotlib.patches import Rectangle

    fig = row_of_pictures({"frame 1": frame, "photometric error, 0 to 60 grey levels": error}, limit=60, lowest=0)
    for ax in fig.axes:
        for name, (rows, columns) in squares.items():
            size = columns.stop - columns.start, rows.stop - rows.start
            corner = columns.start - 0.5, rows.start - 0.5
            ax.add_patch(Rectangle(corner, *size, fill=False, ec="white", lw=1.5))
            ax.text(corner[0] + 2, corner[1] - 3, name, color="white", weight="bold")
    return fig


def outlined(frame: np.ndarray, view: np.ndarray, crop: tuple[int, int], zoom: int = 3) -> np.ndarray:
    """Return a frame, enlarged, with a crop's outline: its upper edge thick, its upper left pixel a dot."""
    import cv2

    rgb = cv2.resize(frame, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR)
    right, bottom = crop[1] - 1, crop[0] - 1
    corners = (view @ np.array([[0, right, right, 0], [0, 0, bottom, bottom], [1, 1, 1, 1]]))[:2].T
    places = np.rint(zoom * (corners + 0.5) - 0.5).astype(np.int32)
    for colour, wider in (((255, 255, 255), 6), ((0, 0, 0), 0)):
        cv2.polylines(rgb, [places], True, colour, 4 + wider, cv2.LINE_AA)
        cv2.line(rgb, places[0].tolist(), places[1].tolist(), colour, 10 + wider, cv2.LINE_AA)
        cv2.circle(rgb, places[0].tolist(), 13 + wider // 2, colour, -1, cv2.LINE_AA)
    return rgb


def crops_that_fit(frames: Sequence[np.ndarray], outlines: np.ndarray, zooms: np.ndarray) -> Figure:
    """Draw outlines of crops on both frames, one pair of them thick, and the histogram of all zooms.

    Args:
        frames: Frame 1 and frame 2, (H, W, 3) in [0, 1].
        outlines: (crops, 2, 2, corners): of each crop, on each frame, x and y of its corners.
        zooms: Of each crop of frame 1.
    """
    from matplotlib import pyplot as plt

    fig, row = plt.subplots(1, 3, figsize=(9, 2.9), width_ratios=(1.2, 1.2, 1))
    for i, (ax, kind) in enumerate(zip(row[:2], ("first", "second"), strict=True)):
        ax.imshow(np.rint(12 * frames[i].mean(axis=-1)), alpha=0.6, cmap="gray")  # grey: the outlines are in colour
        for outline in outlines[:SHOWN, i]:
            ax.plot(*outline, lw=0.5, color="black")
        for colour, width in (("white", 4), (COLOURS[kind][0], 2.4)):
            ax.plot(*outlines[FOLLOWED, i], lw=width, color=colour)
        ax.set(title=f"frame {i + 1}, {SHOWN} crops", xticks=[], yticks=[])
    _zooms(row[2], zooms)
    return fig


def _zooms(ax: Axes, zooms: np.ndarray) -> None:
    edges = np.linspace(0.9, 2.0, 12)
    ax.hist(zooms, edges, color="0.6", edgecolor="white", label="of crops that fit")
    ax.axhline(len(zooms) / 11, color="black", ls="--", label="as drawn")
    ax.set(title=f"zooms of {len(zooms)} crops", xlabel="zoom", ylabel="crops", xlim=(0.9, 2.0))
    ax.set_ylim(top=1.45 * ax.get_ylim()[1])  # room for the legend
    ax.legend(fontsize=8, loc="upper left")
