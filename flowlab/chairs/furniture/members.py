"""Members that many chairs share: legs, stretchers, arms and outlines of seats.

Metres; a chair looks along +y, its legs stand at the corners in the order of ``corners``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.curves import line, spline
from flowlab.chairs.furniture.material import Material
from flowlab.chairs.furniture.workshop import Workshop

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
