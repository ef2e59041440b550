"""The figures of chapter 06: squares, crops on their frames, and the zooms of crops that fit; and the captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import row_of_pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HUES = ("tab:blue", "tab:orange", "tab:green", "tab:red", "tab:purple", "tab:brown")
SHOWN = len(HUES)  # crops that are drawn on each frame

CAPTIONS = {
    "two squares": Caption(
        alt="A rocket before the evening sky with a square on the sky and one on the rocket, and two maps of the "
        "photometric error. With 5 px to the right the rocket's upright edges in its square are bright; with 5 px down "
        "they are dark and only cross edges show. The square on the sky is dark in both.",
        see="the vectors in both squares are wrong by equally much. The error is large where the wrong vector crosses "
        "an edge, and small along it and in the sky. At the white pixels the flow leaves the frame.",
    ),
    "two views": Caption(
        alt="Two frames of a cat, a turned rectangle on each, and below them the two crops that the rectangles "
        "cut out. Arrows lead from a pixel of crop 1 up to frame 1, along the flow to frame 2, and down to "
        "crop 2; a dashed arrow leads there directly. A list says what is applied to which frame.",
        see="two ways from crop 1 to crop 2 that end at the same place: along T1, w and the inverse of T2, and "
        "along the new flow. The long arrows lead from picture to picture; the short thick lines are w and w′ at their "
        "true length. At zoom 1, as here, a crop is as large as its outline. The list holds what flowlab's "
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
        alt="The recomputed flow between the crops, which goes mostly to the left, downwards at the left edge "
        "and upwards at the right one, and the flow that was warped like a picture, which goes mostly right and down.",
        see="the two flows differ in colour and in the arrows' direction. Only the first is turned and mirrored with "
        "the cat, and only the first contains the further turn of crop 2.",
    ),
    "crops that fit": Caption(
        alt="Two frames with an armchair, on each the tilted outlines of six crops in six colours, all inside; an "
        "outline of one colour lies at nearly the same place on both. Beside them a histogram of zooms: of the draws, "
        "from 0.8 to 1.8 with more small ones, and of 400 crops that fit: hardly any below 1.2, most above 1.5.",
        see="all outlines stay inside their frames, and crop 2 lies almost where the crop 1 of its colour does. In the "
        "histogram the small zooms that are drawn (line) are missing among those that fit (bars).",
    ),
    "three epochs": Caption(
        alt="A red armchair before a ground with a white tube, in three epochs: three crops, the first reddish and "
        "grainy, the second pale and grainy, the third with strong contrast and a yellow ground.",
        see="one frame, and each time another crop, tilt, size and light.",
    ),
    "three flows": Caption(
        alt="The flows of the three epochs in colours, with arrows, and the colour wheel.",
        see="the edges of the flow follow the outlines of the things in the crop above. The ground is nearly white "
        "in flow 0 and red in flow 1, though the pair is one: the further view of frame 2 adds its own motion.",
    ),
}


def two_squares(frame: np.ndarray, errors: dict[str, np.ndarray], squares: dict[str, tuple[slice, slice]]) -> Figure:
    """Draw a frame and the photometric errors of two wrong flows, with squares outlined and named on each."""
    from matplotlib.patches import Rectangle

    maps = {f"error, 5 px {name} (0 to 60 levels)": errors[name] for name in ("right", "down")}
    fig = row_of_pictures({"frame 1": frame} | maps, limit=60, lowest=0)
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


def crops_that_fit(
    frames: Sequence[np.ndarray], outlines: np.ndarray, drawn: np.ndarray, fitting: np.ndarray
) -> Figure:
    """Draw outlines of crops on both frames, each crop in its colour, and the histograms of all zooms.

    Args:
        frames: Frame 1 and frame 2, (H, W, 3) in [0, 1].
        outlines: (crops, 2, 2, corners): of each crop, on each frame, x and y of its corners.
        drawn: Zooms as drawn.
        fitting: Zooms of the crops that fit.
    """
    from matplotlib import pyplot as plt

    fig, row = plt.subplots(1, 3, figsize=(9, 2.9), width_ratios=(1.2, 1.2, 1))
    for i, ax in enumerate(row[:2]):
        grey = frames[i].mean(axis=-1)
        ax.imshow(0.5 + 0.5 * grey, cmap="gray", vmin=0, vmax=1)  # pale: the outlines are in colour
        for outline, colour in zip(outlines[:SHOWN, i], HUES, strict=False):
            ax.plot(*outline, lw=2, color=colour)
        ax.set(title=f"frame {i + 1}, {SHOWN} crops", xticks=[], yticks=[])
    _zooms(row[2], drawn, fitting)
    return fig


def _zooms(ax: Axes, drawn: np.ndarray, fitting: np.ndarray) -> None:
    edges = np.linspace(0.8, 1.9, 12)
    ax.hist(fitting, edges, weights=np.full(len(fitting), 100 / len(fitting)), color="0.6", label="of crops that fit")
    drawn_share = np.histogram(drawn, edges)[0] * 100 / len(drawn)
    ax.stairs(drawn_share, edges, color="black", ls="--", label="as drawn")
    ax.set(title="zooms", xlabel="zoom", ylabel="% of the crops", xlim=(0.8, 1.9))
    ax.set_ylim(top=1.45 * ax.get_ylim()[1])  # room for the legend
    ax.legend(fontsize=8, loc="upper left")
