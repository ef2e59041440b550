"""Moves of the plane as matrices: (2, 3), acting on (x, y, 1), x to the right and y down."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs._number import Number


def similarity(
    centre: Float[ndarray, "... 2"],
    scale: Float[ndarray, ...] | Number = 1.0,
    degrees: Float[ndarray, ...] | Number = 0.0,
    shift: Float[ndarray, "... 2"] | tuple = (0.0, 0.0),
) -> Float[ndarray, "... 2 3"]:
    """Write "turn and scale about a centre, then shift" as a matrix.

    Args:
        centre: The point that stays where it is, but for the shift.
        scale: Enlargement.
        degrees: Angle from x towards y: with y down, clockwise for the viewer.
        shift: Translation.

    Returns:
        The matrix.

    Example:
        >>> (similarity(np.array([1.0, 0.0]), degrees=90) @ [2, 0, 1]).round(6).tolist()
        [1.0, 1.0]
    """
    centre, shift = np.asarray(centre, float), np.asarray(shift, float)
    angle = np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    x, y = centre[..., 0], centre[..., 1]
    matrix = np.empty((*np.broadcast_shapes(centre.shape[:-1], np.shape(c), shift.shape[:-1]), 2, 3))
    matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 0, 2] = c, -s, x - c * x + s * y + shift[..., 0]
    matrix[..., 1, 0], matrix[..., 1, 1], matrix[..., 1, 2] = s, c, y - s * x - c * y + shift[..., 1]
    return matrix


def compose(outer: Float[ndarray, "... 2 3"], inner: Float[ndarray, "... 2 3"]) -> Float[ndarray, "... 2 3"]:
    """Join two moves: first ``inner``, then ``outer``.

    Example:
        >>> right, double = similarity(np.zeros(2), shift=(1, 0)), similarity(np.zeros(2), 2.0)
        >>> (compose(double, right) @ [0, 0, 1]).tolist()
        [2.0, 0.0]
    """
    matrix = outer[..., :2] @ inner
    matrix[..., 2] += outer[..., 2]
    return matrix


def invert(matrix: Float[ndarray, "... 2 3"]) -> Float[ndarray, "... 2 3"]:
    """Undo a move.

    Example:
        >>> there = similarity(np.array([3.0, 4.0]), 1.1, 20, (5, 6))
        >>> np.allclose(compose(invert(there), there), [[1, 0, 0], [0, 1, 0]])
        True
    """
    a, b, x = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 0, 2]
    c, d, y = matrix[..., 1, 0], matrix[..., 1, 1], matrix[..., 1, 2]
    inverse = np.empty(matrix.shape)  # by hand: np.linalg.inv takes many times as long for one matrix
    inverse[..., 0, 0], inverse[..., 0, 1], inverse[..., 0, 2] = d, -b, b * y - d * x
    inverse[..., 1, 0], inverse[..., 1, 1], inverse[..., 1, 2] = -c, a, c * x - a * y
    return inverse / (a * d - b * c)[..., None, None]


def enlargement(matrix: Float[ndarray, "... 2 3"]) -> Float[ndarray, ...]:
    """Measure how much a move enlarges, along the direction that it enlarges most.

    Example:
        >>> float(enlargement(similarity(np.zeros(2), 1.5)))
        1.5
    """
    a, b, c, d = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 1, 0], matrix[..., 1, 1]
    return (np.hypot(a + d, c - b) + np.hypot(a - d, b + c)) / 2  # the larger singular value


def stretch(
    centre: Float[ndarray, "... 2"], factor: Float[ndarray, ...] | Number, degrees: Float[ndarray, ...] | Number
) -> Float[ndarray, "... 2 3"]:
    """Write "stretch along one direction, shrink as much across it" as a matrix: areas stay what they are.

    Args:
        centre: The point that stays where it is.
        factor: Enlargement along the direction.
        degrees: The direction, from x towards y.

    Returns:
        The matrix.

    Example:
        >>> (stretch(np.zeros(2), 2.0, 90) @ [4, 3, 1]).round(6).tolist()
        [2.0, 6.0]
    """
    centre, angle = np.asarray(centre, float), np.deg2rad(degrees)
    c, s, k = np.cos(angle), np.sin(angle), np.asarray(factor, float)
    matrix = np.empty((*np.broadcast_shapes(centre.shape[:-1], c.shape, k.shape), 2, 3))
    matrix[..., 0, 0], matrix[..., 1, 1] = k * c * c + s * s / k, k * s * s + c * c / k
    matrix[..., 0, 1] = matrix[..., 1, 0] = (k - 1 / k) * c * s
    matrix[..., 2] = centre - (matrix[..., :2] @ centre[..., None])[..., 0]
    return matrix


def tangent(motion: Float[ndarray, "3 3"], points: Float[ndarray, "N 2"]) -> Float[ndarray, "N 2 3"]:
    """Write what a homography does to the surroundings of points as affine moves.

    Example:
        >>> tangent(np.eye(3), np.zeros((1, 2)))[0].tolist()
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    x, y, w = motion @ np.column_stack([points, np.ones(len(points))]).T
    there = np.stack([x, y], axis=1) / w[:, None]
    matrix = np.empty((len(points), 2, 3))
    matrix[..., :2] = (motion[:2, :2] - there[..., None] * motion[2, :2]) / w[:, None, None]
    matrix[..., 2] = there - (matrix[..., :2] @ points[..., None])[..., 0]
    return matrix
