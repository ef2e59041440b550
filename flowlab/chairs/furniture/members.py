"""What many chairs share: legs, stretchers, rails, arms, and backs with all that stands in them.

A back is a bent surface between two posts; its members are placed by s, from -1 on the left to 1 on
the right, and t, from 0 at the seat to 1 at the top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material
from flowlab.chairs.furniture.workshop import Points, Workshop, around, corners, level, loft, spline, xyz

LEGS = ("square", "round", "turned", "sabre", "cabriole")
MIRROR = np.array([(-1, 1, 1), (1, 1, 1)])  # times points on the right: on the left, the right
UP = (0, 0, 1)
S = np.linspace(-1, 1, 13)
T = np.linspace(0, 1, 9)


@dataclass(frozen=True)
class Back:
    """The bent surface of a back. Metres."""

    width: float  # between the posts at the seat
    top: float  # between the posts at the top
    low: float  # height of the seat
    high: float  # height of the top
    rear: float  # y at the seat
    lean: float  # how far the top is behind the seat
    sweep: float = 0.0  # how much more it curves backwards towards the top
    hollow: float = 0.0  # how far the middle is behind the posts
    crest: float = 0.0  # how far the top rail rises in the middle

    def at(self, s, t) -> Float[ndarray, "... 3"]:
        """Find points of the surface by s and t, which broadcast."""
        s, t = np.broadcast_arrays(np.asarray(s, float), np.asarray(t, float))
        bow = 1 - s**2
        x = s * (self.width + (self.top - self.width) * t) / 2
        y = self.rear - self.lean * t - self.sweep * t**2 - self.hollow * bow * np.clip(2 * t, 0, 1)
        return xyz(x, y, self.low + (self.high - self.low) * t + self.crest * bow * t**3)


class ChairWorkshop(Workshop):
    """A workshop that also makes the parts that many chairs have."""

    def random_back(self, width: float, depth: float, seat: float) -> Back:
        """Draw a back for a seat of some width, depth and height."""
        width = width * self.number(0.85, 0.97)
        top, high = width * self.number(0.85, 1.1), seat + self.number(0.32, 0.62)
        lean = self.number(0.03, 0.12)
        sweep, hollow = self.number(0, 0.05), self.number(0, 0.05)
        crest = self.number(0, 0.05) if self.chance(0.5) else 0.0
        return Back(width, top, seat, high, -depth / 2 + 0.02, lean, sweep, hollow, crest)

    def legs(self, tops: Points, feet: Points, style: str, size: float, material: Material) -> None:
        """Make legs of one of LEGS that are all alike, ``size`` wide at the top."""
        turned = self._turning()
        for top, foot in zip(np.asarray(tops, float), np.asarray(feet, float), strict=True):
            out = np.append(np.sign(foot[:2]) * 0.7, 0)  # away from the middle of the chair
            if style == "square":
                self.beam([top, foot], size * np.array([1, 0.6]), size * np.array([1, 0.6]), material)
            elif style == "round":
                self.rod([top, foot], size / 2 * np.array([1, 0.85, 0.55]), material)
            elif style == "turned":
                self.rod([top, foot], size / 2 * turned, material, sides=12)
            elif style == "sabre":
                path = spline([top, top * 0.5 + foot * 0.5 - out * 0.035, foot + out * 0.03], 9)
                self.beam(path, size * np.linspace(1, 0.55, 9), size * np.linspace(1, 0.6, 9), material)
            else:  # a knee, an ankle and a pad, as on chairs of the 18th century
                knee, ankle = top * 0.75 + foot * 0.25 + out * 0.045, top * 0.2 + foot * 0.8 - out * 0.012
                t = np.linspace(0, 1, 15)
                radius = 0.45 + 0.95 * np.exp(-((t - 0.15) ** 2) / 0.045) + 0.5 * np.exp(-((t - 1) ** 2) / 0.003)
                self.rod(spline([top, knee, ankle, foot + out * 0.025], 15), size / 2 * radius, material)

    def _turning(self) -> Float[ndarray, " N"]:
        """Draw radii of turned wood as parts of the largest: a vase, beads and grooves."""
        t = np.linspace(0, 1, 41)
        radius = 0.55 + 0.25 * np.cos(2 * np.pi * (t - self.number(0, 0.6)) * self.pick(1, 1.5))
        for _ in range(self.count(2, 4)):
            at, width = self.number(0.12, 0.9), self.number(0.015, 0.035)
            radius += self.pick(-0.22, 0.3, 0.4) * np.exp(-(((t - at) / width) ** 2))
        square = t < 0.1  # the block that takes the rails
        return np.clip(np.where(square, 1.0, radius), 0.3, 1.1)

    def stretchers(self, feet, tops, size: float, material: Material, style: str) -> None:
        """Tie legs, in the order of ``corners``, as a "box", an "h", an "x" or not ("none")."""
        if style == "none":
            return
        high = self.number(0.25, 0.5)
        at, lower = feet + (tops - feet) * high, feet + (tops - feet) * (high * 0.75)
        pairs = {
            "box": [((at if n % 2 else lower)[n], (at if n % 2 else lower)[(n + 1) % 4]) for n in range(4)],
            "h": [(at[0], at[3]), (at[1], at[2]), ((at[0] + at[3]) / 2, (at[1] + at[2]) / 2)],
            "x": [(at[0], at[2]), (at[1], at[3])],
        }
        for pair in pairs[style]:
            self.rod(pair, size / 2 * np.array([0.8, 1.1, 0.8]), material, sides=8)

    def apron(self, width: float, depth: float, top: float, height: float, material: Material) -> None:
        """Frame a seat from below with four rails."""
        for pair in around(level(corners(width, depth), top - height / 2)):
            self.beam(pair, height, 0.02, material, side=UP)

    def crossbar(self, x: float, y: float, z: float, height, depth, material, side=UP) -> None:
        """Lay a straight bar across the chair, from -x to x."""
        self.beam([(-x, y, z), (x, y, z)], height, depth, material, side=side)

    def arm(self, rear, front, post, style: str, size: float, material: Material) -> None:
        """Make an arm rest from the back to a post's upper end: "flat", "round" or a "scroll"."""
        rear, front, post = (np.asarray(p, float) for p in (rear, front, post))
        out = np.array([np.sign(front[0]), 0, 0])
        path = spline([rear, rear * 0.45 + front * 0.55 + out * 0.02 + (0, 0, 0.01), front], 9)
        if style == "flat":
            self.beam(path, size * np.linspace(0.8, 1.3, 9), 0.022, material)
            self.beam([post, front - (0, 0.03, 0)], 0.032, 0.032, material)
        elif style == "round":
            self.rod(path, size * 0.36, material)
            self.rod([post, front], size * np.array([0.4, 0.28, 0.34]), material)
        else:
            scroll = front + np.array([(0, 0.035, -0.015), (0, 0.03, -0.05), (0, 0.005, -0.045)])
            self.rod(spline([*path[::2], *scroll], 22), size * 0.36, material)
            bulge = (front + post) / 2 - (0, 0.05, 0)
            self.rod(spline([post, bulge, front - (0, 0.02, 0.02)], 9), size * 0.33, material)

    def posts(self, back: Back, size: float, material: Material, *, round_: bool = False, start: float = 0.0):
        """Make the two posts, from t = start up."""
        for s in (-1, 1):
            path = back.at(s, np.linspace(start, 1, 9))
            if round_:
                self.rod(path, size * 0.5 * np.linspace(1, 0.75, 9), material)
            else:
                self.beam(path, size * 0.8, size * np.linspace(1, 0.7, 9), material)

    def rail(self, back: Back, t: float, height: float, depth: float, material, reach: float = 1.0) -> None:
        """Make a rail across the back; ``reach`` above 1 lets it extend beyond the posts."""
        self.beam(back.at(S * reach, t), height, depth, material, side=UP)

    def stuffed(self, back: Back, material, low, high, reach, thickness: float, channels: int = 0):
        """Upholster a back from t = ``low`` to ``high`` and s = -``reach`` to ``reach``."""

        def _place(points):
            s, t = points[..., 0] * reach, low + (high - low) * (1 - points[..., 1]) / 2
            return back.at(s, t) + points[..., 2:] * (0, 1, 0.1)

        size, round_ = (2.0, 2.0, thickness), self.number(5, 9)
        self.cushion(size, material, place=_place, crown=0.3, round_=round_, channels=channels, stretch=back.width / 2)


def ladder(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Stack rails, straight or arched."""
    count, height = shop.count(2, 5), shop.number(0.03, 0.06)
    arch = shop.number(0, 0.02)
    for t in np.linspace(shop.number(0.2, 0.4), 0.97, count):
        shop.beam(back.at(S, t) + np.outer(arch * (1 - S**2), UP), height, 0.014, frame, side=UP)


def slats(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand flat slats between two rails."""
    shop.rail(back, 0.97, shop.number(0.05, 0.1), 0.022, frame, shop.pick(1.0, 1.06))
    low = shop.number(0.1, 0.3)
    shop.rail(back, low, 0.035, 0.018, frame)
    count = shop.count(3, 7)
    width = back.width / count * shop.number(0.3, 0.6)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(low, 0.97, 7)), width, 0.01, frame)


def spindles(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand round spindles under a rail."""
    shop.rail(back, 0.98, shop.number(0.04, 0.09), 0.022, frame, shop.pick(1.0, 1.08))
    count = shop.count(5, 9)
    swell = 1 + shop.number(0, 0.7) * np.sin(np.pi * T)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.rod(back.at(s * (0.85 + 0.15 * T), T), 0.007 * swell, frame, sides=7)


def panel(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Close the back with a bent board."""
    low, reach = shop.number(0.2, 0.6), shop.number(0.97, 1.05)
    shop.board(back.at(S[:, None] * reach, np.linspace(low, 1, 7)), shop.number(0.012, 0.022), frame)


def pad(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Upholster the back, between rails where the pad is narrower than the back."""
    low, reach = shop.number(0.12, 0.45), shop.number(0.9, 1.04)
    if reach < 1:
        shop.rail(back, 0.985, 0.035, 0.025, frame)
        shop.rail(back, low, 0.03, 0.022, frame)
    high = 1.0 if reach > 1 else 0.96
    shop.stuffed(back, accent, low, high, reach, shop.number(0.035, 0.07), shop.pick(0, 0, 0, 4, 6))


def splat(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand a vase in the middle, in one piece or pierced."""
    shop.rail(back, 0.97, shop.number(0.05, 0.08), 0.025, frame, shop.pick(1.0, 1.1))
    shop.rail(back, 0.06, 0.035, 0.02, frame)
    t = np.linspace(0.06, 0.97, 21)
    half, swing = shop.number(0.14, 0.24), shop.number(0.2, 0.6)
    half = half * (1 + swing * np.sin(2 * np.pi * (t - shop.number(0, 1)) * shop.pick(1, 1.5)))
    parts = shop.pick(1, 2, 3)
    if parts == 1:
        shop.board(back.at(np.linspace(-1, 1, 5) * half[:, None], t[:, None]), 0.014, frame)
    else:
        for s in np.linspace(-1, 1, parts + 1):  # a pierced splat: ribs that follow the vase
            shop.beam(back.at(s * half, t), 0.018, 0.014, frame)


def cross(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Cross two bars, straight or bowed."""
    shop.rail(back, 0.97, 0.05, 0.022, frame)
    shop.rail(back, 0.12, 0.035, 0.02, frame)
    bow = shop.number(0, 0.25)
    t, s = np.linspace(0.12, 0.95, 11), np.linspace(-1, 1, 11)
    for sign in (-1, 1):
        shop.beam(back.at(sign * s * (1 - bow * np.sin(np.pi * (t - 0.12) / 0.83)), t), 0.026, 0.014, frame)


def lattice(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Cross thin bars and rails."""
    shop.rail(back, 0.97, 0.05, 0.022, frame)
    shop.rail(back, 0.15, 0.035, 0.02, frame)
    across, up = shop.count(2, 4), shop.count(1, 3)
    for s in np.linspace(-1, 1, across + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(0.15, 0.97, 5)), 0.014, 0.012, frame)
    for t in np.linspace(0.15, 0.97, up + 2)[1:-1]:
        shop.rail(back, t, 0.014, 0.012, frame)


def hoop(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Set an oval medallion on the posts, open, stuffed or barred."""
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
        front = disc + 0.045 * (1 - radius**2)[..., None] * (0, 1, 0) + (0, 0.006, 0)
        rear = disc - (0, 0.012, 0)
        shop.add(loft(np.concatenate([front[1:], rear[:0:-1]]), caps=np.stack([front[0], rear[0]])), accent)


def woven(shop: ChairWorkshop, back: Back, frame: Material, accent: Material) -> None:
    """Weave the back between two rails."""
    shop.rail(back, 0.97, 0.045, 0.022, frame)
    low = shop.number(0.1, 0.3)
    shop.rail(back, low, 0.035, 0.02, frame)
    shop.board(back.at(S[:, None] * 0.97, np.linspace(low, 0.97, 7)), 0.008, accent)


# What fills a back between its posts: members of the frame's material, pads of the accent's.
INFILLS = {fill.__name__: fill for fill in (ladder, slats, spindles, panel, pad, splat, cross, lattice, hoop, woven)}
