"""What a tile in registers costs: numbers read from shared memory for each product that was asked for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import ipywidgets
import numpy as np

from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

WINDOWS = {"PWC-Net: 9 displacements an axis": 9, "FlowNetC: 21 displacements an axis": 21}
BALANCE = 0.25  # an H200's SM reads 32 numbers a clock from shared memory, and does 128 products
CELL = 24
ASKED, WASTED, INPUT = (140, 180, 220), (217, 229, 239), (196, 78, 0)


@dataclass(frozen=True)
class Tile:
    """A tile and its cost.

    Attributes:
        rows: Rows of one map that a thread holds.
        displacements: Numbers of the other map that it holds.
        side: Displacements along an axis, D.
        asked: Share of its products that the layer asks for.
        reads: Numbers read from shared memory for each of those.
        limit: What limits an H200's SM, "shared memory" or "arithmetic"; both serve all products that are computed.
        registers: At least so many, for sums and numbers.
    """

    rows: int
    displacements: int
    side: int
    asked: float
    reads: float
    limit: str
    registers: int


def compute(rows: int, displacements: int, window: str) -> Tile:
    """Count reads and products of a tile.

    `rows` rows of a meet D + rows - 1 rows of b, of which each asks for D; displacements come in groups, the last of
    which may be filled in part.
    """
    D = WINDOWS[window]
    groups = -(-D // displacements)
    asked = D / (D + rows - 1) * D / (groups * displacements)
    products = rows * displacements
    reads = (rows + displacements) / products  # for each product, whether it is asked for or not
    limit = "shared memory" if reads > BALANCE else "arithmetic"
    return Tile(rows, displacements, D, asked, reads / asked, limit, products + rows + displacements)


def draw(t: Tile) -> Picture:
    """Draw the tile as a table of products, and its reads for a product against what an SM can feed."""
    table = np.full((9 * CELL + 1, 17 * CELL + 1, 3), 255, np.uint8)
    filled = t.side - (-(-t.side // t.displacements) - 1) * t.displacements  # of the last group
    for y in range(t.rows + 1):
        for x in range(t.displacements + 1):
            if y == x == 0:
                continue
            color = INPUT if 0 in (y, x) else ASKED if x <= filled else WASTED
            cv2.rectangle(table, (x * CELL + 1, y * CELL + 1), ((x + 1) * CELL - 2, (y + 1) * CELL - 2), color, -1)
    text = (
        f"{t.rows} + {t.displacements} numbers read, {t.rows * t.displacements} products, {t.asked:.0%} of them asked "
        f"for: {t.reads:.2f} reads for each of these. For each product that is computed: {t.reads * t.asked:.3f}; an "
        f"H200 balances at {BALANCE}, so {t.limit} is the limit. "
        f"{t.registers} registers or more."
    )
    scale = np.full((9 * CELL + 1, 150, 3), 255, np.uint8)
    base, top = 8 * CELL, 7 * CELL / 2.0  # two reads a product fill the scale
    height = round(min(t.reads, 2.0) * top)
    cv2.rectangle(scale, (30, base - height), (80, base), INPUT, -1)
    level = base - round(BALANCE / t.asked * top)  # the balance of what is computed, for a product asked for
    cv2.line(scale, (15, level), (95, level), canvas.BLACK, 2)
    cv2.putText(scale, "balance", (98, level + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.36, canvas.BLACK, 1, cv2.LINE_AA)
    cv2.putText(scale, f"{t.reads:.2f}", (34, base + 18), cv2.FONT_HERSHEY_SIMPLEX, 0.5, canvas.BLACK, 1, cv2.LINE_AA)
    rgb = canvas.side_by_side(
        canvas.titled(table, "products of a (down) and b (across); pale: empty in the last group"),
        canvas.titled(scale, "reads for a product asked for"),
    )
    alt = f"A table of {t.rows} by {t.displacements} products beside a bar. {text}"
    return Picture(rgb, alt, text)


def choose_a_tile() -> Explorer:
    """Return the widget: the tile's rows and displacements, and the layer's window."""
    names = list(WINDOWS)
    controls = {
        "rows": ipywidgets.IntSlider(value=1, min=1, max=8, description="Rows of a"),
        "displacements": ipywidgets.IntSlider(value=1, min=1, max=16, description="Numbers of b"),
        "window": ipywidgets.Dropdown(options=names, value=names[1], description="Layer"),
    }
    film = [
        ("one product at a time", {"rows": 1, "displacements": 1}),
        ("one number of a, a row of b", {"rows": 1, "displacements": 11}),
        ("the tile of correlation.cu", {"rows": 6, "displacements": 11}),
    ]
    return Explorer(compute, draw, controls, title="Choose a tile", film=film)
