"""RAFT's scores of all pairs, their pyramid, and a lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import avg_pool2d

from flowlab.datasets.samples import moving_photograph
from flowlab_course.features import patches
from flowlab_course.page.diagram import SMALL, Sheet, pale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RAFT_LEVELS, RAFT_RADIUS = 4, 4  # Teed and Deng, 2020, section 3.2
SIZE, STRIDE = (48, 64), 8  # rows and columns of the features, and px of the image for each place
PLACE, MOTION, FLOW = (15, 7), (14, 9), (11, 6)  # a place of frame 1, its true motion, its present flow; x and y
WIDE, TALL, LEFT, STEP, TOP = 132, 99, 254, 154, 62  # px: a level's map, the first one's left side, their distance


def all_pairs(levels: int = RAFT_LEVELS, radius: int = RAFT_RADIUS) -> Figure:
    """Draw the table of all pairs of two feature maps, its pyramid, and the lookups of one place."""
    sheet = Sheet(370)
    rows, columns = SIZE
    side = 2 * radius + 1
    pair = moving_photograph("coffee", translation=MOTION, size=SIZE, reduce=0.25)
    _features(sheet, pair.img1, pair.img2)
    sheet.text(LEFT, 16, "scores of this place with all places of frame 2", kind="result", bold=True, align="left")
    sheet.text(LEFT, 38, "each level is the mean of 2 × 2 places of the level before", size=SMALL, align="left")
    for level, scores in enumerate(pooled(scores_of(pair.img1, pair.img2), levels)):
        x = LEFT + STEP * level
        _level(sheet, x, level, scores, radius)
        reach = STRIDE * radius * 2**level
        lines = f"{rows >> level} × {columns >> level} places", f"{side} × {side} are read", f"±{reach} px"
        sheet.text(x + WIDE / 2, TOP + TALL + 34, "\n".join(lines), size=SMALL)
        sheet.arrow((x + WIDE / 2, TOP + TALL + 68), (x + WIDE / 2, 262), kind="second")
    text = f"{levels} × {side} × {side} = {levels * side**2} scores around x + w"
    read = sheet.box(LEFT, 262, STEP * (levels - 1) + WIDE, 32, text, kind="second", size=10)
    update = sheet.box(8, 316, 190, 40, "w ← w + Δ(scores)", kind="ink", size=10, bold=True)
    sheet.arrow(read.bottom, (read.bottom[0], update.right[1]), update.right)
    sheet.text(read.bottom[0] - 12, 322, "a step, then look up again in the same table", size=SMALL, align="right")
    sheet.arrow((update.x + 20, update.y), (update.x + 20, 274), dashed=True)
    return sheet.fig


def scores_of(img1: np.ndarray, img2: np.ndarray) -> torch.Tensor:
    """Return the scores (1, 1, H, W) of one place of frame 1 with all places of frame 2, by 7 x 7 patches."""
    u, v = (patches(torch.from_numpy(img).permute(2, 0, 1)[None] / 255) for img in (img1, img2))
    return (u[0, :, PLACE[1], PLACE[0], None, None] * v[0]).sum(0)[None, None]


def pooled(scores: torch.Tensor, levels: int) -> list[np.ndarray]:
    """Return the pyramid of a score map, finest first."""
    found = [scores]
    for _ in range(levels - 1):
        found.append(avg_pool2d(found[-1], 2))
    return [level[0, 0].numpy() for level in found]


def _features(sheet: Sheet, img1: np.ndarray, img2: np.ndarray) -> None:
    """Draw both frames, with the place in the first and the point that its flow leads to in the second."""
    scale = WIDE / SIZE[1]
    x, y = scale * (PLACE[0] + 0.5), scale * (PLACE[1] + 0.5)
    ends = [(8 + x, 34 + y), (8 + x + scale * FLOW[0], 164 + y + scale * FLOW[1])]
    for top, name, kind, image in ((34, "frame 1", "first", img1), (164, "frame 2", "second", img2)):
        sheet.image(pale(image), 8, top, WIDE, TALL)
        sheet.text(8, top - 14, name, kind=kind, bold=True, align="left")
    sheet.dots(ends[:1], kind="first", size=9, ring=True)
    sheet.dots(ends[1:], kind="second", size=9, ring=True)
    sheet.text(ends[0][0] + 10, ends[0][1], "x", bold=True, align="left")
    sheet.text(ends[1][0] + 10, ends[1][1], "x + w", bold=True, align="left")
    sheet.arrow((8 + WIDE + 4, 34 + TALL / 2), (LEFT - 30, TOP + TALL / 2), (LEFT, TOP + TALL / 2), kind="first")
    sheet.line((8 + WIDE + 4, 164 + TALL / 2), (LEFT - 30, 164 + TALL / 2), (LEFT - 30, TOP + TALL / 2), kind="second")
    n = SIZE[0] * SIZE[1]
    sheet.text(40, 290, f"table of all pairs:\n{n:,} × {n:,} scores", size=SMALL, align="left")


def _level(sheet: Sheet, x: float, level: int, scores: np.ndarray, radius: int) -> None:
    """Draw a score map, dark where the score is high, and the window that is read in it."""
    share = np.clip(scores / scores.max(), 0, 1)[..., None]
    colours = np.array((255, 255, 255)) * (1 - share) + np.array((0, 90, 68)) * share
    sheet.image(colours.astype(np.uint8), x, TOP, WIDE, TALL)
    scale = WIDE / SIZE[1]
    cx, cy = x + scale * (PLACE[0] + FLOW[0] + 0.5), TOP + scale * (PLACE[1] + FLOW[1] + 0.5)
    half = scale * 2**level * (radius + 0.5)
    (left, right), (up, down) = (
        np.clip((c - half, c + half), a, b) for c, a, b in ((cx, x, x + WIDE), (cy, TOP, TOP + TALL))
    )
    sheet.polygon([(left, up), (right, up), (right, down), (left, down)], kind="second", fill=False, width=2)
    sheet.dots([(cx, cy)], kind="second", size=6, ring=True)
