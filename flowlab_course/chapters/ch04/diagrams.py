"""Coarse to fine: both pyramids, and the flow that is handed down from level to level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from flowlab import flow_to_image, resize_flow
from flowlab.datasets.samples import moving_photograph
from flowlab_course.page.diagram import SMALL, Box, Sheet
from flowlab_course.page.pictures import wheel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LEAP = (22.0, -10.0)  # px, as in the chapter
MIDDLES = (322, 198, 118, 50)  # y of each level's row, the finest first
FIRST, SECOND, SOLVE, FLOW = 90, 254, 386, 780  # x of the columns' middles, of the box its left side
SCALE, WIDE, TALL = 0.5, 238, 40  # px of the drawing for one of the photograph; the box


def coarse_to_fine(levels: int = 4) -> Figure:
    """Draw a pyramid of each frame, and what is done at each level, from the coarsest down to the finest."""
    pair = moving_photograph("coffee", translation=LEAP)
    full = float(np.hypot(*LEAP))
    sheet = Sheet(382)
    titles = {FIRST: ("frame 1", "first"), SECOND: ("frame 2", "second"), SOLVE + WIDE / 2: ("at each level", "ink")}
    for x, (title, kind) in (titles | {FLOW: ("flow", "result")}).items():
        sheet.text(x, 16, title, kind=kind, bold=True)
    frames, flow, before = (pair.img1, pair.img2), pair.flow, None
    rows = []
    for level in range(levels):
        rows.append((level, frames, flow))
        frames = tuple(cv2.pyrDown(frame) for frame in frames)
        flow = resize_flow(flow, frames[0].shape[:2])
    for level, (one, two), flow in reversed(rows):
        colours = flow_to_image(flow, max_flow=full)
        before = _level(sheet, level, (one, two, colours), full / 2**level, before)
    sheet.image(wheel(full, zoom=2), FLOW + 24, 28, 50, 65, frame=False)
    return sheet.fig


def _level(sheet: Sheet, level: int, pictures: tuple[np.ndarray, ...], motion: float, before: Box | None) -> Box:
    """Draw one level; return its flow's place."""
    y = MIDDLES[level]
    h, w = (SCALE * side for side in pictures[0].shape[:2])
    *_, shown = (
        sheet.image(p, x - w / 2, y - h / 2, w, h) for p, x in zip(pictures, (FIRST, SECOND, FLOW), strict=True)
    )
    first = before is None
    text = f"motion {motion:.0f} px: " + ("find w" if first else "warp frame 2 by w,\nfind what w lacks")
    box = sheet.box(SOLVE, y - TALL / 2, WIDE, TALL, text, kind="plain")
    sheet.line((FIRST + w / 2 + 6, y), (SECOND - w / 2 - 6, y))
    sheet.arrow((SECOND + w / 2 + 6, y), box.left)
    sheet.arrow(box.right, (FLOW - w / 2 - 2, y), kind="result")
    if before is not None:
        between = min(box.y, y - h / 2) - 12
        start = (FLOW, before.bottom[1] + 1)
        sheet.arrow(start, (FLOW, between), (box.centre[0], between), box.top, kind="result")
        sheet.text(690, between - 10, "enlarge the flow, × 2", kind="result", size=SMALL)
    return shown
