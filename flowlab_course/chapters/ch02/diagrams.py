"""Warping: one row of pixels fetched and pushed along the same flow, and the weights between four pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.diagram import SMALL, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FLOW = (0, 0, 1, 1, 1, 0, 0, 0)  # u of each pixel of the row
VALUES = "ABCDEFGH"
LEFT, CELL, TALL = 92, 46, 30
TARGET = (2.7, 4.6)  # where a pixel's flow points: x and y


def fetched(values: str = VALUES, flow: tuple[int, ...] = FLOW) -> list[str]:
    """Return each pixel's value by a backward warp: that of the pixel to which its flow points.

    Example:
        >>> "".join(fetched())
        'ABDEFFGH'
    """
    return [values[x + u] for x, u in enumerate(flow)]


def pushed(values: str = VALUES, flow: tuple[int, ...] = FLOW) -> list[str]:
    """Return what arrives at each pixel by a forward warp: nothing, one value, or several.

    Example:
        >>> pushed()
        ['A', 'B', '', 'C', 'D', 'EF', 'G', 'H']
    """
    arrived = [""] * len(values)
    for x, u in enumerate(flow):
        arrived[x + u] += values[x]
    return arrived


def weights(target: tuple[float, float] = TARGET) -> dict[tuple[int, int], float]:
    """Return the bilinear weight of each of the four pixels (x, y) around a target.

    Example:
        >>> {pixel: round(weight, 2) for pixel, weight in weights().items()}
        {(2, 4): 0.12, (3, 4): 0.28, (2, 5): 0.18, (3, 5): 0.42}
    """
    x0, y0 = (int(np.floor(part)) for part in target)
    around = [(x, y) for y in (y0, y0 + 1) for x in (x0, x0 + 1)]
    return {(x, y): (1 - abs(target[0] - x)) * (1 - abs(target[1] - y)) for x, y in around}


def warping() -> Figure:
    """Draw a backward warp, a forward warp, and bilinear weights."""
    sheet = Sheet(372)
    sheet.text(8, 16, "backward: each pixel fetches a value", kind="result", bold=True, align="left")
    _row(sheet, 44, "frame 2", list(VALUES), "second")
    _row(sheet, 130, "warped", fetched(), "result")
    sheet.text(8, 174, "its flow u", size=SMALL, align="left")
    sheet.text(8, 208, "forward: each pixel pushes its value", kind="first", bold=True, align="left")
    _row(sheet, 236, "frame 1", list(VALUES), "first")
    arrived = pushed()
    _row(sheet, 322, "pushed", [", ".join(value) or "?" for value in arrived], "plain")
    for x, u in enumerate(FLOW):
        sheet.arrow((_middle(x + u), 44 + TALL), (_middle(x), 130), kind="second")
        sheet.text(_middle(x), 174, f"{u:+d}" if u else "0", size=SMALL)
        sheet.arrow((_middle(x), 236 + TALL), (_middle(x + u), 322), kind="first")
    for x, value in enumerate(arrived):
        if len(value) != 1:
            sheet.text(_middle(x), 362, "two values" if value else "hole", size=SMALL, bold=True)
    _weights(sheet)
    return sheet.fig


def _middle(x: int) -> float:
    return LEFT + CELL * (x + 0.5)


def _row(sheet: Sheet, y: float, name: str, values: list[str], kind: str) -> None:
    sheet.text(8, y + TALL / 2, name, size=SMALL, align="left")
    for x, value in enumerate(values):
        empty = value == "?"
        sheet.box(_middle(x) - CELL / 2, y, CELL, TALL, value, kind="ink" if empty else kind, size=10)


def _weights(sheet: Sheet) -> None:
    """Draw four pixels, the target between them, and the area that is each one's weight."""
    left, top, side = 590, 84, 200
    sheet.text(520, 16, "between four pixels: bilinear weights", kind="second", bold=True, align="left")
    shares = weights()
    x0, y0 = min(shares)
    split = left + side * (TARGET[0] - x0), top + side * (TARGET[1] - y0)
    kinds = dict(zip(shares, ("first", "second", "result", "ink"), strict=True))
    for (x, y), weight in shares.items():  # a pixel's weight is the area of the rectangle on the other side
        ends = [(split[0], left + side if x == x0 else left), (split[1], top + side if y == y0 else top)]
        (a, b), (c, d) = (sorted(end) for end in ends)
        sheet.box(a, c, b - a, d - c, f"{weight:.2f}", kind=kinds[x, y], size=10, bold=True)
    for x, y in shares:
        corner = left + side * (x - x0), top + side * (y - y0)
        sheet.dots([corner], kind=kinds[x, y], size=14)
        sheet.text(corner[0], corner[1] + (-18 if y == y0 else 20), f"({x}, {y})", size=SMALL)
    sheet.dots([split], size=9, ring=True)
    sheet.text(left + side / 2, top + side + 48, f"x + w = ({TARGET[0]}, {TARGET[1]})", bold=True)
    sheet.text(left + side / 2, top + side + 68, "a pixel's weight is the opposite area, in its colour", size=SMALL)
