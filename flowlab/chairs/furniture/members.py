"""What many chairs share: bent curves, legs, stretchers, rails, arms, and backs with all that stands in them.

Metres; a chair looks along +y, its legs stand at the corners in the order of ``corners``. Curves are polylines (N, 3).
A back is a bent surface between two posts; its members are placed by s, from -1 on the left to 1 on the right, and t,
from 0 at the seat to 1 at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material
from flowlab.chairs.furniture.workshop import Workshop, loft, squircle, xyz

Points = Sequence | ndarray  # (N, 3), metres
LEGS = ("square", "round", "turned", "sabre", "cabriole")
MIRROR = np.array([(-1, 1, 1), (1, 1, 1)])  # what is drawn for the right side, for the left one first
UP = (0, 0, 1)
S = np.linspace(-1, 1, 13)
T = np.linspace(0, 1, 9)


def spline(points: Points, count: int = 16) -> Float[ndarray, "N 3"]:
    """Lead a smooth curve of ``count`` points through all given points, at least two (Catmull and Rom, 1974).

    Example:
        >>> spline([(0, 0, 0), (1, 0, 1), (2, 0, 0)], 5)[2].tolist()
        [1.0, 0.0, 1.0]
    """
    p = np.asarray(points, float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])  # a tangent for either end
    t = np.linspace(0, len(p) - 3, count)
    i = np.minimum(t.astype(int), len(p) - 4)
    t = (t - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def bend(points: Points, radius: float, steps: int = 5) -> Float[ndarray, "N 3"]:
    """Round the inner corners of a polyline, as a tube is bent, each in some steps.

    A bend begins at ``radius`` metres from its corner, but takes at most 0.45 of either side.

    Example:
        >>> tube = bend([(0, 0, 0), (1, 0, 0), (1, 1, 0)], 0.2, steps=2)
        >>> len(tube), float(tube[1, 0])
        (5, 0.8)
    """
    p = np.asarray(points, float)
    out = [p[:1]]
    t = np.linspace(0, 1, steps + 1)[:, None]
    for before, corner, after in zip(p[:-2], p[1:-1], p[2:], strict=True):
        back, ahead = before - corner, after - corner
        reach = np.array([np.linalg.norm(back), np.linalg.norm(ahead)])
        near, far = corner + np.stack([back, ahead]) * (np.minimum(radius, 0.45 * reach) / reach)[:, None]
        out.append((1 - t) ** 2 * near + 2 * t * (1 - t) * corner + t**2 * far)  # a Bezier through the corner
    return np.concatenate([*out, p[-1:]])


def corners(width: float, depth: float) -> Float[ndarray, "4 2"]:
    """Find the corners of a seat: front right, front left, rear left, rear right.

    Example:
        >>> corners(0.4, 0.2)[0].tolist()
        [0.2, 0.1]
    """
    x, y = width / 2, depth / 2
    return np.array([(x, y), (-x, y), (-x, -y), (x, -y)])


def level(spots: Float[ndarray, "N 2"], height: float) -> Float[ndarray, "N 3"]:
    """Put points seen from above at one height."""
    return np.column_stack([spots, np.full(len(spots), height)])


def feet(spots: Float[ndarray, "4 2"], splay: float | tuple = 1.0, back: float = 0.0) -> Float[ndarray, "4 3"]:
    """Set four feet on the floor: moved outwards by a factor, the two rear ones also back by some metres."""
    at = level(spots * splay, 0)
    at[2:, 1] -= back
    return at


def outline(width: float, depth: float, *, squareness: float = 6.0, rear: float = 1.0) -> Float[ndarray, "K 2"]:
    """Draw a seat from above: a squircle of 40 corners, whose width at the rear is a part of that at the front.

    A squareness of 2 makes an ellipse, of 20 nearly a rectangle.

    Example:
        >>> outline(0.4, 0.4, squareness=2).max(axis=0).round(3).tolist()
        [0.2, 0.2]
    """
    x, y = squircle(np.linspace(0, 2 * np.pi, 40, endpoint=False), 2 / squareness)
    return np.stack([x * width / 2 * (1 + (rear - 1) * (1 - y) / 2), y * depth / 2], axis=1)


def legs(shop: Workshop, tops: Points, feet: Points, style: str, size: float, material: Material) -> None:
    """Make legs that are all alike, ``size`` wide at the top.

    Raises:
        ValueError: If the style is none of LEGS.
    """
    if style not in LEGS:
        raise ValueError(f"style must be one of {', '.join(LEGS)}, got {style!r}")
    turned = _turning(shop, 41)
    for top, foot in zip(np.asarray(tops, float), np.asarray(feet, float), strict=True):
        out = np.append(np.sign(foot[:2]) * 0.7, 0)  # away from the middle of the chair
        if style == "square":
            shop.beam([top, foot], size * np.array([1, 0.6]), size * np.array([1, 0.6]), material)
        elif style == "round":
            shop.rod([top, foot], size / 2 * np.array([1, 0.85, 0.55]), material)
        elif style == "turned":
            shop.rod([top, foot], size / 2 * turned, material, sides=12)
        elif style == "sabre":
            path = spline([top, top * 0.5 + foot * 0.5 - out * 0.035, foot + out * 0.03], 9)
            shop.beam(path, size * np.linspace(1, 0.55, 9), size * np.linspace(1, 0.6, 9), material)
        else:  # a knee, an ankle and a pad, as on chairs of the 18th century
            knee, ankle = top * 0.75 + foot * 0.25 + out * 0.045, top * 0.2 + foot * 0.8 - out * 0.012
            t = np.linspace(0, 1, 15)
            radius = 0.45 + 0.95 * np.exp(-((t - 0.15) ** 2) / 0.045) + 0.5 * np.exp(-((t - 1) ** 2) / 0.003)
            shop.rod(spline([top, knee, ankle, foot + out * 0.025], 15), size / 2 * radius, material)


def _turning(shop: Workshop, count: int) -> Float[ndarray, " N"]:
    """Draw the radii of turned wood as parts of the largest, about 0.4 to 1: a vase, beads and grooves."""
    t = np.linspace(0, 1, count)
    radius = 0.55 + 0.25 * np.cos(2 * np.pi * (t - shop.number(0, 0.6)) * shop.pick(1, 1.5))
    for _ in range(shop.count(2, 4)):
        at, width = shop.number(0.12, 0.9), shop.number(0.015, 0.035)
        radius += shop.pick(-0.22, 0.3, 0.4) * np.exp(-(((t - at) / width) ** 2))
    square = t < 0.1  # the block that takes the rails
    return np.clip(np.where(square, 1.0, radius), 0.3, 1.1)


def stretchers(shop: Workshop, feet, tops, size: float, material: Material, style: str) -> None:
    """Tie four legs together, in the order of ``corners``; the style is "box", "h", "x" or "none"."""
    if style == "none":
        return
    high = shop.number(0.25, 0.5)
    at, lower = feet + (tops - feet) * high, feet + (tops - feet) * (high * 0.75)
    pairs = {
        "box": [((at if n % 2 else lower)[n], (at if n % 2 else lower)[(n + 1) % 4]) for n in range(4)],
        "h": [(at[0], at[3]), (at[1], at[2]), ((at[0] + at[3]) / 2, (at[1] + at[2]) / 2)],
        "x": [(at[0], at[2]), (at[1], at[3])],
    }
    for pair in pairs[style]:
        shop.rod(pair, size / 2 * np.array([0.8, 1.1, 0.8]), material, sides=8)


def crossbar(shop: Workshop, x: float, y: float, z: float, height, depth, material: Material, side=UP) -> None:
    """Lay a straight bar across the chair, from -x to x."""
    shop.beam([(-x, y, z), (x, y, z)], height, depth, material, side=side)


def around(points: Points):
    """Pair each point with the next one, the last with the first."""
    return zip(points, np.roll(points, -1, axis=0), strict=True)


def apron(shop: Workshop, width: float, depth: float, top: float, height: float, material: Material) -> None:
    """Frame a seat from below with four rails."""
    for pair in around(level(corners(width, depth), top - height / 2)):
        shop.beam(pair, height, 0.02, material, side=UP)


def arm(shop: Workshop, rear, front, post, style: str, size: float, material: Material) -> None:
    """Make an arm rest that is "flat", "round" or a "scroll", ``size`` wide, from the back to a post's upper end."""
    rear, front, post = (np.asarray(p, float) for p in (rear, front, post))
    out = np.array([np.sign(front[0]), 0, 0])
    path = spline([rear, rear * 0.45 + front * 0.55 + out * 0.02 + (0, 0, 0.01), front], 9)
    if style == "flat":
        shop.beam(path, size * np.linspace(0.8, 1.3, 9), 0.022, material)
        shop.beam([post, front - (0, 0.03, 0)], 0.032, 0.032, material)
    elif style == "round":
        shop.rod(path, size * 0.36, material)
        shop.rod([post, front], size * np.array([0.4, 0.28, 0.34]), material)
    else:
        scroll = front + np.array([(0, 0.035, -0.015), (0, 0.03, -0.05), (0, 0.005, -0.045)])
        shop.rod(spline([*path[::2], *scroll], 22), size * 0.36, material)
        bulge = (front + post) / 2 - (0, 0.05, 0)
        shop.rod(spline([post, bulge, front - (0, 0.02, 0.02)], 9), size * 0.33, material)


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
        return xyz(x, y, self.low + (self.high - self.low) * t + self.crest * bow * t**3)


def random_back(shop: Workshop, width: float, depth: float, seat: float) -> Back:
    """Draw a back for a seat of some width, depth and height."""
    width = width * shop.number(0.85, 0.97)
    top, high, lean = width * shop.number(0.85, 1.1), seat + shop.number(0.32, 0.62), shop.number(0.03, 0.12)
    sweep, hollow = shop.number(0, 0.05), shop.number(0, 0.05)
    crest = shop.number(0, 0.05) if shop.chance(0.5) else 0.0
    return Back(width, top, seat, high, -depth / 2 + 0.02, lean, sweep, hollow, crest)


def posts(shop: Workshop, back: Back, size: float, material: Material, *, round_: bool = False, start: float = 0.0):
    """Make the two posts, from t = start up."""
    for s in (-1, 1):
        path = back.at(s, np.linspace(start, 1, 9))
        if round_:
            shop.rod(path, size * 0.5 * np.linspace(1, 0.75, 9), material)
        else:
            shop.beam(path, size * 0.8, size * np.linspace(1, 0.7, 9), material)


def rail(shop, back: Back, t: float, height: float, thickness: float, material: Material, reach: float = 1.0) -> None:
    """Make a rail across the back; ``reach`` above 1 lets it extend beyond the posts."""
    shop.beam(back.at(S * reach, t), height, thickness, material, side=UP)


def stuffed(shop, back: Back, material, low: float, high: float, reach: float, thickness: float, channels: int = 0):
    """Upholster a back from t = ``low`` to ``high`` and s = -``reach`` to ``reach``, sewn in channels where not 0."""

    def place(points):
        s, t = points[..., 0] * reach, low + (high - low) * (1 - points[..., 1]) / 2
        return back.at(s, t) + points[..., 2:] * (0, 1, 0.1)

    size, round_ = (2.0, 2.0, thickness), shop.number(5, 9)
    shop.cushion(size, material, place=place, crown=0.3, round_=round_, channels=channels, stretch=back.width / 2)


def ladder(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Stack rails, straight or arched."""
    count, height = shop.count(2, 5), shop.number(0.03, 0.06)
    arch = shop.number(0, 0.02)
    for t in np.linspace(shop.number(0.2, 0.4), 0.97, count):
        shop.beam(back.at(S, t) + np.outer(arch * (1 - S**2), UP), height, 0.014, frame, side=UP)


def slats(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand flat slats between two rails."""
    rail(shop, back, 0.97, shop.number(0.05, 0.1), 0.022, frame, shop.pick(1.0, 1.06))
    low = shop.number(0.1, 0.3)
    rail(shop, back, low, 0.035, 0.018, frame)
    count = shop.count(3, 7)
    width = back.width / count * shop.number(0.3, 0.6)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(low, 0.97, 7)), width, 0.01, frame)


def spindles(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand round spindles under a rail."""
    rail(shop, back, 0.98, shop.number(0.04, 0.09), 0.022, frame, shop.pick(1.0, 1.08))
    count = shop.count(5, 9)
    swell = 1 + shop.number(0, 0.7) * np.sin(np.pi * T)
    for s in np.linspace(-1, 1, count + 2)[1:-1]:
        shop.rod(back.at(s * (0.85 + 0.15 * T), T), 0.007 * swell, frame, sides=7)


def panel(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Close it with a bent board."""
    low, reach = shop.number(0.2, 0.6), shop.number(0.97, 1.05)
    shop.board(back.at(S[:, None] * reach, np.linspace(low, 1, 7)), shop.number(0.012, 0.022), frame)


def pad(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Upholster it, between rails where the pad is narrower."""
    low, reach = shop.number(0.12, 0.45), shop.number(0.9, 1.04)
    if reach < 1:
        rail(shop, back, 0.985, 0.035, 0.025, frame)
        rail(shop, back, low, 0.03, 0.022, frame)
    high = 1.0 if reach > 1 else 0.96
    stuffed(shop, back, accent, low, high, reach, shop.number(0.035, 0.07), shop.pick(0, 0, 0, 4, 6))


def splat(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Stand a vase in the middle, in one piece or pierced."""
    rail(shop, back, 0.97, shop.number(0.05, 0.08), 0.025, frame, shop.pick(1.0, 1.1))
    rail(shop, back, 0.06, 0.035, 0.02, frame)
    t = np.linspace(0.06, 0.97, 21)
    half, swing = shop.number(0.14, 0.24), shop.number(0.2, 0.6)
    half = half * (1 + swing * np.sin(2 * np.pi * (t - shop.number(0, 1)) * shop.pick(1, 1.5)))
    parts = shop.pick(1, 2, 3)
    if parts == 1:
        shop.board(back.at(np.linspace(-1, 1, 5) * half[:, None], t[:, None]), 0.014, frame)
    else:
        for s in np.linspace(-1, 1, parts + 1):  # a pierced splat: ribs that follow the vase
            shop.beam(back.at(s * half, t), 0.018, 0.014, frame)


def cross(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Cross two bars, straight or bowed."""
    rail(shop, back, 0.97, 0.05, 0.022, frame)
    rail(shop, back, 0.12, 0.035, 0.02, frame)
    bow = shop.number(0, 0.25)
    t, s = np.linspace(0.12, 0.95, 11), np.linspace(-1, 1, 11)
    for sign in (-1, 1):
        shop.beam(back.at(sign * s * (1 - bow * np.sin(np.pi * (t - 0.12) / 0.83)), t), 0.026, 0.014, frame)


def lattice(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Cross thin bars and rails."""
    rail(shop, back, 0.97, 0.05, 0.022, frame)
    rail(shop, back, 0.15, 0.035, 0.02, frame)
    across, up = shop.count(2, 4), shop.count(1, 3)
    for s in np.linspace(-1, 1, across + 2)[1:-1]:
        shop.beam(back.at(s, np.linspace(0.15, 0.97, 5)), 0.014, 0.012, frame)
    for t in np.linspace(0.15, 0.97, up + 2)[1:-1]:
        rail(shop, back, t, 0.014, 0.012, frame)


def hoop(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
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


def woven(shop: Workshop, back: Back, frame: Material, accent: Material) -> None:
    """Weave it between two rails."""
    rail(shop, back, 0.97, 0.045, 0.022, frame)
    low = shop.number(0.1, 0.3)
    rail(shop, back, low, 0.035, 0.02, frame)
    shop.board(back.at(S[:, None] * 0.97, np.linspace(low, 0.97, 7)), 0.008, accent)


# What fills a back between its posts, from wooden members of a frame's material and panels and pads of an accent's.
INFILLS = {fill.__name__: fill for fill in (ladder, slats, spindles, panel, pad, splat, cross, lattice, hoop, woven)}
