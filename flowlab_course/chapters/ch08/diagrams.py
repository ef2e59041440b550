"""The correlation's window: a place of frame 1, the displacements that are tried in frame 2, and their channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowlab_course.page.diagram import SMALL, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from flowlab.costvolume import Geometry

MAP = (48, 64)  # rows and columns of conv3's features, of an image of 384 x 512
STRIDE = 8  # px of the image for each of their places
PLACE = (26, 24)  # column and row of the place that is drawn
PICKED = (6, -4)  # a displacement (dx, dy)
CELL = 4.5  # px of the drawing for each place of the second map


def window(geometry: Geometry) -> Figure:
    """Draw the window; the numbers are those of the layer's settings."""
    sheet = Sheet(360)
    _first(sheet)
    _second(sheet, geometry)
    _channels(sheet, geometry)
    return sheet.fig


def _first(sheet: Sheet) -> None:
    """Draw the first map with one place."""
    rows, columns = MAP
    sheet.text(8, 16, "features of frame 1", kind="first", bold=True, align="left")
    sheet.text(8, 36, f"{rows} × {columns} places", size=SMALL, align="left")
    front = sheet.volume(8, 96, 150, 150 * rows / columns, 30, kind="first")
    x, y = front.x + 150 * (PLACE[0] + 0.5) / columns, front.y + front.h * (PLACE[1] + 0.5) / rows
    sheet.box(x - 4, y - 4, 8, 8, kind="ink")
    sheet.text(x - 4, y + 18, "one place", size=SMALL)
    sheet.text(8, 240, "each place is a vector\nof C numbers", size=SMALL, align="left")


def _second(sheet: Sheet, geometry: Geometry) -> None:
    """Draw the displacements of that place, as dots in the second map."""
    d, s, r = geometry.max_displacement, geometry.stride2, geometry.radius
    sheet.text(228, 16, "features of frame 2, drawn larger", kind="second", bold=True, align="left")
    text = f"{geometry.side} × {geometry.side} displacements, every {s} places up to {d}"
    sheet.text(228, 36, text, size=SMALL, align="left")
    x, y, half = 392, 196, CELL * (d + 1)
    sheet.polygon(
        [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)], kind="second"
    )
    steps = [s * CELL * i for i in range(-r, r + 1)]
    sheet.dots([(x + dx, y + dy) for dy in steps for dx in steps], kind="second", size=3.4)
    sheet.dots([(x, y)], kind="first", size=9, ring=True)
    px, py = x + CELL * PICKED[0], y + CELL * PICKED[1]
    sheet.dots([(px, py)], size=8)
    for side, name in ((-d, f"−{d}"), (0, "0"), (d, f"+{d}")):
        sheet.text(x + CELL * side, y + half + 12, name, size=SMALL)
        sheet.text(x - half - 8, y + CELL * side, name, size=SMALL, align="right")
    sheet.text(x, y + half + 30, f"dx in places; {d} places are {STRIDE * d} px of the image", size=SMALL)
    sheet.text(x - half - 44, y, "dy", size=SMALL)
    sheet.arrow((184, y - 50), (x - half, y - 50), kind="first")
    sheet.text(236, y - 62, "multiply, sum", size=SMALL)


def _channels(sheet: Sheet, geometry: Geometry) -> None:
    """Draw the output, and the channels of four displacements."""
    rows, columns = geometry.output_size(*MAP)
    d, s, r, D = geometry.max_displacement, geometry.stride2, geometry.radius, geometry.side
    sheet.text(572, 16, "the output", kind="result", bold=True, align="left")
    sheet.text(572, 36, f"{D} × {D} = {D * D} channels of {rows} × {columns}", size=SMALL, align="left")
    front = sheet.volume(590, 126, 150, 150 * rows / columns, 86, kind="result")
    x, y = front.x + 150 * (PLACE[0] + 0.5) / columns, front.y + front.h * (PLACE[1] + 0.5) / rows
    sheet.box(x - 4, y - 4, 8, 8, kind="ink")
    sheet.text(x, y + 18, "all its scores", size=SMALL)
    sheet.text(784, 220, f"{D * D}", bold=True, align="left")
    sheet.arrow((494, front.centre[1]), front.left, kind="result")
    for i, (dx, dy) in enumerate(((-d, -d), (0, 0), PICKED, (d, d))):
        channel = (dy // s + r) * D + dx // s + r
        if (dx, dy) in ((0, 0), PICKED):
            zero = (dx, dy) == (0, 0)
            sheet.dots([(580, 266 + 20 * i)], kind="first" if zero else "ink", size=9 if zero else 8, ring=zero)
        sheet.text(590, 266 + 20 * i, f"(dx, dy) = ({signed(dx)}, {signed(dy)})", size=SMALL, align="left")
        sheet.text(852, 266 + 20 * i, f"channel {channel}", size=SMALL, align="right")


def signed(number: int) -> str:
    """Write a number with its sign, the minus as long as the plus.

    Example:
        >>> signed(-4), signed(0), signed(4)
        ('−4', '0', '+4')
    """
    return f"{number:+d}".replace("-", "−") if number else "0"
