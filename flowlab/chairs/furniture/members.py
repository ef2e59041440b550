"""Curves, and what many chairs share: legs, stretchers, arms and outlines of seats.

Metres; a chair looks along +y, its legs stand at the corners in the order of ``corners``. Curves are polylines (N, 3).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material
from flowlab.chairs.furniture.workshop import Workshop

Point = tuple | list | ndarray  # of 3 coordinates, metres


def line(start: Point, end: Point, count: int = 2) -> Float[ndarray, "N 3"]:
    """Divide the straight line from start to end.

    Args:
        start: First point, metres.
        end: Last point, metres.
        count: Number of points.

    Returns:
        The points, both ends among them.

    Example:
        >>> line((0, 0, 0), (0, 0, 1), 3)[:, 2].tolist()
        [0.0, 0.5, 1.0]
    """
    return np.linspace(np.asarray(start, float), np.asarray(end, float), count)


def spline(points: Sequence | ndarray, count: int = 16) -> Float[ndarray, "N 3"]:
    """Lead a smooth curve through all points (Catmull and Rom, 1974).

    Args:
        points: At least two points, metres.
        count: Number of points of the curve.

    Returns:
        The curve; it begins and ends at the first and the last point.

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


def bend(points: Sequence | ndarray, radius: float, steps: int = 5) -> Float[ndarray, "N 3"]:
    """Round the inner corners of a polyline, as a tube is bent.

    Args:
        points: The corners, metres.
        radius: Distance from a corner at which the bend begins, metres; at most 0.45 of either side.
        steps: Segments in each bend.

    Returns:
        The bent line.

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


def ring(centre: Point, radius: float, count: int = 25) -> Float[ndarray, "N 3"]:
    """Draw a level circle that ends where it begins.

    Args:
        centre: Its centre, metres.
        radius: Its radius, metres.
        count: Number of points, the first again as the last.

    Returns:
        The circle.

    Example:
        >>> ring((0, 0, 0.4), 0.2, 5)[1].round(3).tolist()
        [0.0, 0.2, 0.4]
    """
    a = np.linspace(0, 2 * np.pi, count)
    return np.asarray(centre, float) + radius * np.stack([np.cos(a), np.sin(a), 0 * a], axis=1)


Points = Sequence | ndarray  # (N, 3), metres
LEGS = ("square", "round", "turned", "sabre", "cabriole")


def corners(width: float, depth: float) -> list[tuple[float, float]]:
    """Name the corners of a seat: front right, front left, rear left, rear right.

    Example:
        >>> corners(0.4, 0.2)[0]
        (0.2, 0.1)
    """
    x, y = width / 2, depth / 2
    return [(x, y), (-x, y), (-x, -y), (x, -y)]


def outline(width: float, depth: float, *, squareness: float = 6.0, rear: float = 1.0) -> Float[ndarray, "K 2"]:
    """Draw a seat from above: a squircle, narrower at the rear.

    Args:
        width: Extent in x, metres.
        depth: Extent in y, metres.
        squareness: 2 is an ellipse, 20 nearly a rectangle.
        rear: Width at the rear as a part of that at the front.

    Returns:
        40 corners.

    Example:
        >>> outline(0.4, 0.4, squareness=2).max(axis=0).round(3).tolist()
        [0.2, 0.2]
    """
    a = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    x, y = (np.sign(f) * np.abs(f) ** (2 / squareness) for f in (np.cos(a), np.sin(a)))
    return np.stack([x * width / 2 * (1 + (rear - 1) * (1 - y) / 2), y * depth / 2], axis=1)


def legs(shop: Workshop, tops: Points, feet: Points, style: str, size: float, material: Material) -> None:
    """Make legs that are all alike.

    Args:
        shop: The workshop.
        tops: Upper ends, metres.
        feet: Lower ends.
        style: One of LEGS.
        size: Width at the top.
        material: Their material.

    Raises:
        ValueError: If the style is none of LEGS.
    """
    if style not in LEGS:
        raise ValueError(f"style must be one of {', '.join(LEGS)}, got {style!r}")
    turned = turning(shop, 41)
    for top, foot in zip(np.asarray(tops, float), np.asarray(feet, float), strict=True):
        out = np.append(np.sign(foot[:2]) * 0.7, 0)  # away from the middle of the chair
        if style == "square":
            shop.beam(line(top, foot), size * np.array([1, 0.6]), size * np.array([1, 0.6]), material)
        elif style == "round":
            shop.rod(line(top, foot, 3), size / 2 * np.array([1, 0.85, 0.55]), material)
        elif style == "turned":
            shop.rod(line(top, foot, 41), size / 2 * turned, material, sides=12)
        elif style == "sabre":
            path = spline([top, top * 0.5 + foot * 0.5 - out * 0.035, foot + out * 0.03], 9)
            shop.beam(path, size * np.linspace(1, 0.55, 9), size * np.linspace(1, 0.6, 9), material)
        else:
            _cabriole(shop, top, foot, out, size, material)


def _cabriole(shop: Workshop, top, foot, out, size: float, material: Material) -> None:
    """Make a leg with a knee, an ankle and a pad, as on chairs of the 18th century."""
    knee, ankle = top * 0.75 + foot * 0.25 + out * 0.045, top * 0.2 + foot * 0.8 - out * 0.012
    t = np.linspace(0, 1, 15)
    radius = 0.45 + 0.95 * np.exp(-((t - 0.15) ** 2) / 0.045) + 0.5 * np.exp(-((t - 1) ** 2) / 0.003)
    shop.rod(spline([top, knee, ankle, foot + out * 0.025], 15), size / 2 * radius, material)


def turning(shop: Workshop, count: int) -> Float[ndarray, " N"]:
    """Draw the outline of turned wood: a vase, beads and grooves, about 0.4 to 1.

    Args:
        shop: The workshop.
        count: Number of stations along the axis.

    Returns:
        Radii as parts of the largest.
    """
    t = np.linspace(0, 1, count)
    radius = 0.55 + 0.25 * np.cos(2 * np.pi * (t - shop.number(0, 0.6)) * shop.pick(1, 1.5))
    for _ in range(shop.count(2, 4)):
        at, width = shop.number(0.12, 0.9), shop.number(0.015, 0.035)
        radius += shop.pick(-0.22, 0.3, 0.4) * np.exp(-(((t - at) / width) ** 2))
    square = t < 0.1  # the block that takes the rails
    return np.clip(np.where(square, 1.0, radius), 0.3, 1.1)


def stretchers(shop: Workshop, feet: Points, tops: Points, size: float, material: Material, style: str) -> None:
    """Tie the legs together.

    Args:
        shop: The workshop.
        feet: Lower ends of four legs in the order of ``corners``.
        tops: Their upper ends.
        size: Thickness.
        material: Their material.
        style: "box", "h", "x" or "none".
    """
    if style == "none":
        return
    feet, tops = np.asarray(feet, float), np.asarray(tops, float)
    high = shop.number(0.25, 0.5)

    def bar(a, b):
        shop.rod(line(a, b, 3), size / 2 * np.array([0.8, 1.1, 0.8]), material, sides=8)

    at = feet + (tops - feet) * high
    if style == "box":
        lower = feet + (tops - feet) * (high * 0.75)
        for n in range(4):
            points = at if n % 2 else lower
            bar(points[n], points[(n + 1) % 4])
    elif style == "h":
        bar(at[0], at[3])
        bar(at[1], at[2])
        bar((at[0] + at[3]) / 2, (at[1] + at[2]) / 2)
    elif style == "x":
        bar(at[0], at[2])
        bar(at[1], at[3])


def apron(shop: Workshop, width: float, depth: float, top: float, height: float, material: Material) -> None:
    """Frame a seat from below with four rails."""
    c = corners(width, depth)
    for n in range(4):
        (x0, y0), (x1, y1) = c[n], c[(n + 1) % 4]
        z = top - height / 2
        shop.beam(line((x0, y0, z), (x1, y1, z)), height, 0.02, material, side=(0, 0, 1))


def arm(shop: Workshop, rear, front, post, style: str, size: float, material: Material) -> None:
    """Make an arm rest from the back to a post.

    Args:
        shop: The workshop.
        rear: Where it meets the back.
        front: Its front end.
        post: Lower end of the post under its front end.
        style: "flat", "round" or "scroll".
        size: Width of the rest.
        material: Its material.
    """
    rear, front, post = (np.asarray(p, float) for p in (rear, front, post))
    out = np.array([np.sign(front[0]), 0, 0])
    path = spline([rear, rear * 0.45 + front * 0.55 + out * 0.02 + (0, 0, 0.01), front], 9)
    if style == "flat":
        shop.beam(path, size * np.linspace(0.8, 1.3, 9), 0.022, material)
        shop.beam(line(post, front - (0, 0.03, 0)), 0.032, 0.032, material)
    elif style == "round":
        shop.rod(path, size * 0.36, material)
        shop.rod(line(post, front, 3), size * np.array([0.4, 0.28, 0.34]), material)
    else:
        scroll = front + np.array([(0, 0.035, -0.015), (0, 0.03, -0.05), (0, 0.005, -0.045)])
        curl = spline([*path[::2], *scroll], 22)
        shop.rod(curl, size * 0.36, material)
        bulge = (front + post) / 2 - (0, 0.05, 0)
        shop.rod(spline([post, bulge, front - (0, 0.02, 0.02)], 9), size * 0.33, material)
