"""Curves that furniture is bent from: polylines in metres, (N, 3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy import ndarray

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
