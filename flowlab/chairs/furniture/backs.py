"""Backs of chairs: two posts, a top rail, and what stands between them.

A back is a bent surface; its members are placed by s, from -1 on the left to 1 on the right, and t,
from 0 at the seat to 1 at the top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material
from flowlab.chairs.furniture.workshop import Workshop, loft


@dataclass(frozen=True)
class Back:
    """Where a back is. Metres.

    Attributes:
        width: Between the posts at the seat.
        top: Between the posts at the top.
        low: Height of the seat.
        high: Height of the top.
        rear: y at the seat.
        lean: How far the top is behind the seat.
        sweep: How much more it curves backwards towards the top.
        hollow: How far the middle is behind the posts.
        crest: How far the top rail rises in the middle.
    """

    width: float
    top: float
    low: float
    high: float
    rear: float
    lean: float
    sweep: float = 0.0
    hollow: float = 0.0
    crest: float = 0.0

    def at(self, s, t) -> Float[ndarray, "... 3"]:
        """Find points of the surface.

        Example:
            >>> Back(0.4, 0.5, 0.45, 0.95, rear=-0.2, lean=0.1).at(1, 1).round(3).tolist()
            [0.25, -0.3, 0.95]
        """
        s, t = np.broadcast_arrays(np.asarray(s, float), np.asarray(t, float))
        bow = 1 - s**2
        x = s * (self.width + (self.top - self.width) * t) / 2
        y = self.rear - self.lean * t - self.sweep * t**2 - self.hollow * bow * np.clip(2 * t, 0, 1)
        z = self.low + (self.high - self.low) * t + self.crest * bow * t**3
        return np.stack([x, y, z], axis=-1)


S = np.linspace(-1, 1, 13)
T = np.linspace(0, 1, 9)


def random_back(shop: Workshop, width: float, depth: float, seat: float) -> Back:
    """Draw a back for a seat of some width, depth and height."""
    width = width * shop.number(0.85, 0.97)
    return Back(
        width,
        width * shop.number(0.85, 1.1),
        seat,
        seat + shop.number(0.32, 0.62),
        -depth / 2 + 0.02,
        shop.number(0.03, 0.12),
        shop.number(0, 0.05),
        shop.number(0, 0.05),
        shop.number(0, 0.05) if shop.chance(0.5) else 0.0,
    )


def posts(shop: Workshop, back: Back, size: float, material: Material, *, round_: bool = False, start: float = 0.0):
    """Make the two posts, from t = start up."""
    for s in (-1, 1):
        path = back.at(s, np.linspace(start, 1, 9))
        if round_:
            shop.rod(path, size * 0.5 * np.linspace(1, 0.75, 9), material)
        else:
            shop.beam(path, size * 0.8, size * np.linspace(1, 0.7, 9), material)


def rail(
    shop: Workshop,
    back: Back,
    t: float,
    height: float,
    thickness: float,
    material: Material,
    reach: float = 1.0,
):
    """Make a rail across the back; ``reach`` above 1 lets it extend beyond the posts."""
    shop.beam(back.at(S * reach, t), height, thickness, material, side=(0, 0, 1))


def infill(shop: Workshop, back: Back, style: str, frame: Material, accent: Material) -> None:
    """Fill the back between its posts.

    Args:
        shop: The workshop.
        back: Where it is.
        style: One of INFILLS.
        frame: Material of wooden members.
        accent: Material of panels and pads.

    Raises:
        KeyError: If there is no such style.
    """
    INFILLS[style](shop, back, frame, accent)


def _ladder(shop, back, frame, accent):
    count, height = shop.count(2, 5), shop.number(0.03, 0.06)
    arch = shop.number(0, 0.02)
    for t in np.linspace(shop.number(0.2, 0.4), 0.97, count):
        shop.beam(back.at(S, t) + np.outer(arch * (1 - S**2), (0, 0, 1)), height, 0.014, frame, side=(0, 0, 1))


def _slats(shop, back, frame, accent):
    rail(shop, back, 0.97, shop.number(0.05, 0.1), 0.022, frame, shop.pick(1.0, 1.06))
    low = shop.number(0.1, 0.3)
    rail(shop, back, low, 0.035, 0.018, frame)
    count = shop.count(3, 7)
    width = back.width / count * shop.number(0.3, 0.6)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(low, 0.97, 7)), width, 0.01, frame)


def _spindles(shop, back, frame, accent):
    rail(shop, back, 0.98, shop.number(0.04, 0.09), 0.022, frame, shop.pick(1.0, 1.08))
    count = shop.count(5, 9)
    swell = 1 + shop.number(0, 0.7) * np.sin(np.pi * T)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.rod(back.at(s * (0.85 + 0.15 * T), T), 0.007 * swell, frame, sides=7)


def _panel(shop, back, frame, accent):
    low = shop.number(0.2, 0.6)
    grid = back.at(S[:, None] * shop.number(0.97, 1.05), np.linspace(low, 1, 7))
    shop.board(grid, shop.number(0.012, 0.022), frame)


def _pad(shop, back, frame, accent):
    low = shop.number(0.12, 0.45)
    reach = shop.number(0.9, 1.04)
    if reach < 1:
        rail(shop, back, 0.985, 0.035, 0.025, frame)
        rail(shop, back, low, 0.03, 0.022, frame)
    stuffed(
        shop,
        back,
        accent,
        low,
        1.0 if reach > 1 else 0.96,
        reach,
        shop.number(0.035, 0.07),
        shop.pick(0, 0, 0, 4, 6),
    )


def _splat(shop, back, frame, accent):
    rail(shop, back, 0.97, shop.number(0.05, 0.08), 0.025, frame, shop.pick(1.0, 1.1))
    rail(shop, back, 0.06, 0.035, 0.02, frame)
    t = np.linspace(0.06, 0.97, 21)
    half = shop.number(0.14, 0.24) * (
        1 + shop.number(0.2, 0.6) * np.sin(2 * np.pi * (t - shop.number(0, 1)) * shop.pick(1, 1.5))
    )
    parts = shop.pick(1, 2, 3)
    if parts == 1:
        shop.board(back.at(np.linspace(-1, 1, 5) * half[:, None], t[:, None]), 0.014, frame)
    else:
        for s in np.linspace(-1, 1, parts + 1):  # a pierced splat: ribs that follow the vase
            shop.beam(back.at(s * half, t), 0.018, 0.014, frame)


def _cross(shop, back, frame, accent):
    rail(shop, back, 0.97, 0.05, 0.022, frame)
    rail(shop, back, 0.12, 0.035, 0.02, frame)
    bow = shop.number(0, 0.25)
    t = np.linspace(0.12, 0.95, 11)
    s = np.linspace(-1, 1, 11)
    for sign in (-1, 1):
        shop.beam(back.at(sign * s * (1 - bow * np.sin(np.pi * (t - 0.12) / 0.83)), t), 0.026, 0.014, frame)


def _lattice(shop, back, frame, accent):
    rail(shop, back, 0.97, 0.05, 0.022, frame)
    rail(shop, back, 0.15, 0.035, 0.02, frame)
    across, up = shop.count(2, 4), shop.count(1, 3)
    for s in np.linspace(-1, 1, across + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(0.15, 0.97, 5)), 0.014, 0.012, frame)
    for t in np.linspace(0.15, 0.97, up + 2)[1:-1]:
        rail(shop, back, t, 0.014, 0.012, frame)


def _hoop(shop, back, frame, accent):
    """Set an oval medallion on the posts, open, stuffed or caned."""
    a = np.linspace(0, 2 * np.pi, 37)
    wide, tall, middle = shop.number(0.85, 1.0), shop.number(0.3, 0.42), 0.56
    shop.rod(back.at(wide * np.cos(a), middle + tall * np.sin(a)), shop.number(0.012, 0.02), frame, sides=8)
    kind = shop.pick("open", "stuffed", "stuffed", "bars")
    if kind == "bars":
        for s in np.linspace(-0.6, 0.6, 4) * wide:
            reach = tall * np.sqrt(1 - (s / wide) ** 2)
            shop.rod(back.at(s, middle + reach * np.linspace(-1, 1, 5)), 0.007, frame, sides=7)
    elif kind == "stuffed":
        radius = np.linspace(0, 1, 6)[:, None] * 0.94
        disc = back.at(wide * radius * np.cos(a[:-1]), middle + tall * radius * np.sin(a[:-1]))
        bulge = 0.045 * (1 - radius**2)[..., None] * (0, 1, 0)
        shop.add(_double(disc + bulge + (0, 0.006, 0), disc - (0, 0.012, 0)), accent)


def _woven(shop, back, frame, accent):
    rail(shop, back, 0.97, 0.045, 0.022, frame)
    low = shop.number(0.1, 0.3)
    rail(shop, back, low, 0.035, 0.02, frame)
    shop.board(back.at(S[:, None] * 0.97, np.linspace(low, 0.97, 7)), 0.008, accent)


def stuffed(shop, back: Back, material, low: float, high: float, reach: float, thickness: float, channels: int = 0):
    """Upholster a part of the back.

    Args:
        shop: The workshop.
        back: Where it is.
        material: The cover.
        low: t at its lower edge.
        high: t at its upper edge.
        reach: s at its right edge.
        thickness: Metres.
        channels: Sewn channels from bottom to top; none at 0.
    """

    def place(points):
        s, t = points[..., 0] * reach, low + (high - low) * (1 - points[..., 1]) / 2
        return back.at(s, t) + points[..., 2:] * (0, 1, 0.1)

    size = (2.0, 2.0, thickness)
    shop.cushion(size, material, place, crown=0.3, round_=shop.number(5, 9), channels=channels, stretch=back.width / 2)


def _double(front, rear):
    """Join two discs given as circles from the centre outwards into one closed skin."""
    rings = np.concatenate([front[1:], rear[:0:-1]])
    return loft(rings, caps=np.stack([front[0], rear[0]]))


INFILLS = {
    "ladder": _ladder,
    "slats": _slats,
    "spindles": _spindles,
    "panel": _panel,
    "pad": _pad,
    "splat": _splat,
    "cross": _cross,
    "lattice": _lattice,
    "hoop": _hoop,
    "woven": _woven,
}
