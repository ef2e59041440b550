"""The figures of chapter 08: patches and where they were cut from, flows in two rows; and their captions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.captions import Caption
from flowlab_course.page.pictures import wheel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab.datasets.samples import Pair

RIGHT, WRONG = "#00e000", "#ffe000"  # outlines: where a patch of frame 1 is in frame 2, and where it was
VIEW = (78, 148, 82, 130)  # left, right, top and bottom of the part of the frames that is drawn, in px

CAPTIONS = {
    "three patches": Caption(
        alt="The middle of both frames of the motorcycle, with one box in frame 1, on the dark cover beside the "
        "engine, and two in frame 2: on the cover, and to its right on the bright engine. Beside them the three "
        "patches of 7 by 7 pixels: two dark grey ones, nearly the same, and a bright one.",
        see="the second patch shows the same dark cover as the first one, the third a bright part of the engine.",
    ),
    "search window": Caption(
        alt="A place in the features of frame 1; around the same place in those of frame 2 a square of 21 by 21 "
        "dots, the displacements, drawn larger; and the output, a box of 441 channels. Channel 0 is the displacement "
        "(-20, -20), channel 181 (+6, -4), channel 220 (0, 0) and channel 440 (+20, +20).",
        see="one channel for each dot. The channels follow the dots row by row, dx fastest, so that displacement "
        "zero is the channel in the middle, 220.",
    ),
    "scaled patches": Caption(
        alt="The same three patches without their mean colours and scaled to length 1, around a middle grey. The first "
        "two have the same dark and bright places, the third has others.",
        see="scaled, the first two patches are alike and the third is not.",
    ),
    "flow by the best match": Caption(
        alt="Five flow pictures of the motorcycle in two rows: by plain colours large discs whose vectors point "
        "inwards; by patches and by random filters the motorcycle's outline, with specks at the left; by trained "
        "filters a blurred outline; and the truth, with grey where it is not known.",
        see="with plain colours discs as large as the search window, each the wheel turned by half a turn, because "
        "all pixels around a bright spot point at it. The other three show the motorcycle.",
    ),
}


def patches_in_place(pair: Pair, patches: Mapping[str, np.ndarray], place: tuple[int, int], u: int) -> Figure:
    """Draw three patches beside the frames that they were cut from.

    Args:
        pair: The frames.
        patches: Title to patch (K, K, 3), colours from 0 to 1: of frame 1; of frame 2, moved by u; of frame 2, unmoved.
        place: (x, y) of their centre in frame 1.
        u: The true motion to the right, in whole pixels.
    """
    from matplotlib import pyplot as plt
    from matplotlib.patches import Rectangle
    from matplotlib.patheffects import withStroke

    rim = [withStroke(linewidth=3, foreground="black")]
    fig, row = plt.subplots(1, 5, figsize=(9, 1.9), width_ratios=[2.1, 2.1, 1, 1, 1], layout="constrained")
    left, right, top, bottom = VIEW
    for ax, name, frame in zip(row, ("frame 1", "frame 2"), pair[1:3], strict=False):
        ax.imshow(frame)
        ax.set(title=f"{name}, a part", xlim=(left, right), ylim=(bottom, top), xticks=[], yticks=[])
    boxes = ((row[0], 0, RIGHT, ""), (row[1], u, RIGHT, f"{u} px"), (row[1], 0, WRONG, "0 px"))
    x, y = place
    for (ax, dx, colour, label), panel, (title, patch) in zip(boxes, row[2:], patches.items(), strict=True):
        side = len(patch)
        corner = (x + dx - side / 2, y - side / 2)
        ax.add_patch(Rectangle(corner, side, side, fill=False, ec="black", lw=4))
        ax.add_patch(Rectangle(corner, side, side, fill=False, ec=colour, lw=2))
        ax.text(x + dx, y - side / 2 - 1.5, label, ha="center", color="white", weight="bold").set_path_effects(rim)
        panel.imshow(patch)
        panel.set(xticks=[], yticks=[])
        panel.set_title(title, fontsize="medium")
        for spine in panel.spines.values():
            spine.set(color=colour, linewidth=2.5)
    return fig


def flows_in_rows(flows: Mapping[str, np.ndarray], limit: float) -> Figure:
    """Draw flows (H, W, 2) in colours, three a row, with the colour wheel in the last place; NaN is grey.

    Args:
        flows: Title to flow.
        limit: The length in pixels that has full colour.
    """
    from matplotlib import pyplot as plt

    from flowlab.field import flow_to_image

    rows = len(flows) // 3 + 1
    fig, grid = plt.subplots(rows, 3, figsize=(9, 2.25 * rows), layout="constrained")
    for ax in grid.flat:
        ax.set_axis_off()
    for ax, (title, flow) in zip(grid.flat, flows.items(), strict=False):
        ax.imshow(flow_to_image(np.float32(flow), max_flow=limit))
        ax.set_title(title)
    key = grid.flat[len(flows)]
    legend = wheel(limit, zoom=2)  # white around it makes it a small one
    key.imshow(np.pad(legend, ((0, len(legend)), (legend.shape[1],) * 2, (0, 0)), constant_values=255))
    key.set_title("colours")
    return fig
