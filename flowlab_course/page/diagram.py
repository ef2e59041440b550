"""Diagrams in one style: boxes, volumes, arrows and labels on a sheet that is measured in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import UInt8

from flowlab_course.page.figures import DPI

WIDTH = 860  # px, the width of a notebook's cell
SIZE = 10  # pt: 13 px
SMALL = 9
INK = "#222222"
# Line and area of each role. Blue, orange and green after Okabe and Ito, which colour-blind readers tell apart; the
# lines differ in lightness too, for a print in grey.
COLOURS = {
    "first": ("#004488", "#d6e4f3"),  # frame 1, and what is computed from it
    "second": ("#b34700", "#fbe1cd"),  # frame 2, and the flow that leads there
    "result": ("#00795c", "#d3ede4"),
    "plain": ("#555555", "#f1f1f1"),
    "ink": (INK, "#ffffff"),
}
Point = Sequence[float] | np.ndarray  # x, y


class Box(NamedTuple):
    """A rectangle in pixels; y points down."""

    x: float
    y: float
    w: float
    h: float

    centre = property(lambda self: (self.x + self.w / 2, self.y + self.h / 2))
    left = property(lambda self: (self.x, self.y + self.h / 2))  # of each side, the middle
    right = property(lambda self: (self.x + self.w, self.y + self.h / 2))
    top = property(lambda self: (self.x + self.w / 2, self.y))
    bottom = property(lambda self: (self.x + self.w / 2, self.y + self.h))


class Sheet:
    """An empty sheet of `width` x `height` pixels, x to the right and y down; ``fig`` is the matplotlib figure.

    What is drawn later lies in front.

    Example:
        >>> sheet = Sheet(100)
        >>> a, b = sheet.box(10, 30, 90, 40, "conv1"), sheet.box(160, 30, 90, 40, "conv2", kind="first")
        >>> sheet.arrow(a.right, b.left)
        >>> [text.get_text() for text in sheet.axes.texts]
        ['conv1', 'conv2']
    """

    def __init__(self, height: float, width: float = WIDTH):
        from matplotlib.figure import Figure

        self.fig = Figure((width / DPI, height / DPI), dpi=DPI, facecolor="white", layout="none")
        self.axes = self.fig.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, width), ylim=(height, 0))
        self.axes.axis("off")
        self._order = 0.0

    def _style(self, kind: str, dashed=False) -> dict:
        self._order += 1
        return {"color": COLOURS[kind][0], "linestyle": "--" if dashed else "-", "zorder": self._order}

    def text(self, x: float, y: float, text: str, *, kind="ink", size=SIZE, align="center", bold=False) -> None:
        """Write lines of text whose block is centred at the height y; `align` is the horizontal alignment at x."""
        lines, leading, capitals = text.split("\n"), 1.35 * size * DPI / 72, 0.73 * size * DPI / 72
        style = {"color": COLOURS[kind][0], "size": size, "weight": "bold" if bold else "normal", "ha": align}
        for i, line in enumerate(lines):
            baseline = y + (i - (len(lines) - 1) / 2) * leading + capitals / 2
            self.axes.text(x, baseline, line, va="baseline", zorder=self._style(kind)["zorder"], **style)

    def box(self, x: float, y: float, w: float, h: float, text="", *, kind="plain", size=SMALL, bold=False) -> Box:
        """Draw a rectangle with a text in its middle."""
        box = Box(x, y, w, h)
        self.polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], kind=kind)
        if text:
            self.text(*box.centre, text, size=size, bold=bold)
        return box

    def polygon(self, corners: Sequence[Point], *, kind="plain", fill=True, dashed=False, width=1.2) -> None:
        """Draw a closed polygon."""
        from matplotlib.patches import Polygon

        style = self._style(kind, dashed)
        style["edgecolor"], area = style.pop("color"), COLOURS[kind][1]
        self.axes.add_patch(Polygon(corners, facecolor=area if fill else "none", linewidth=width, **style))

    def volume(self, x: float, y: float, w: float, h: float, depth: float, *, kind="plain") -> Box:
        """Draw a box of channels in perspective; return its front, whose upper left corner is (x, y)."""
        back = depth * 0.7
        self.polygon([(x, y), (x + back, y - back), (x + w + back, y - back), (x + w, y)], kind=kind)
        self.polygon([(x + w, y), (x + w + back, y - back), (x + w + back, y + h - back), (x + w, y + h)], kind=kind)
        return self.box(x, y, w, h, kind=kind)

    def line(self, *points: Point, kind="plain", dashed=False, width=1.2) -> None:
        """Draw a line through the points."""
        self.axes.plot(*zip(*points, strict=True), linewidth=width, **self._style(kind, dashed))

    def arrow(self, *points: Point, kind="plain", dashed=False, width=1.4, gap=0.0) -> None:
        """Draw a line through the points, with a head that ends `gap` pixels before the last one."""
        from matplotlib.patches import Polygon

        *_, before, last = np.asarray(points, float)
        along = (last - before) / np.hypot(*(last - before))
        tip, long, half = last - gap * along, 5 + 2.5 * width, 2 + 1.4 * width
        foot, across = tip - long * along, half * np.array((-along[1], along[0]))
        self.line(*points[:-1], tuple(foot), kind=kind, dashed=dashed, width=width)
        self.axes.add_patch(Polygon([tip, foot + across, foot - across], linewidth=0, **self._style(kind)))

    def dots(self, points: Sequence[Point], *, kind="ink", size: float = 3.0, ring=False) -> None:
        """Draw dots of a diameter in pixels, or rings."""
        style = self._style(kind) | {"linestyle": "", "markersize": size * 72 / DPI, "markeredgewidth": 1.4 * ring}
        style["markerfacecolor"] = "white" if ring else style["color"]
        self.axes.plot(*zip(*points, strict=True), marker="o", **style)

    def image(self, picture: UInt8[np.ndarray, "H W C"], x: float, y: float, w: float, h: float, *, frame=True) -> Box:
        """Place an RGB or RGBA picture, each pixel as a square, with a thin frame."""
        limits = {"xlim": self.axes.get_xlim(), "ylim": self.axes.get_ylim()}
        order = self._style("ink")["zorder"]
        how = {"aspect": "auto", "interpolation": "nearest" if picture.shape[1] <= w else "antialiased"}
        self.axes.imshow(picture, extent=(x, x + w, y + h, y), zorder=order, **how)
        self.axes.set(**limits)
        if frame:
            self.polygon([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], fill=False, width=0.8)
        return Box(x, y, w, h)


def pale(image: UInt8[np.ndarray, "H W 3"]) -> UInt8[np.ndarray, "H W 3"]:
    """Lighten a photograph, so that lines are seen on it."""
    return (255 - 0.6 * (255 - image.astype(float))).astype(np.uint8)
