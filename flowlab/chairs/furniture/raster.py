"""A z-buffer in NumPy: which triangle is nearest at each sample of the picture.

Triangles become rows, rows become samples, and one maximum per sample decides. No loop over
triangles: a chair of 4,000 of them takes some tens of milliseconds.

Shapes: F triangles, R rows, S samples; x to the right and y down, sample centres at whole numbers.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

EMPTY = -1
_FACE_BITS = 20
_DEPTH_STEPS = 1 << 40


def rasterise(
    corners: Float[ndarray, "F 3 2"], nearness: Float[ndarray, "F 3"], size: tuple[int, int]
) -> tuple[Int[ndarray, "H W"], Float[ndarray, "H W"]]:
    """Find the nearest triangle at every sample.

    Args:
        corners: Corners on the picture; either order.
        nearness: What decides at each corner, above 0 and linear on the picture: in perspective 1 / distance.
        size: Height and width.

    Returns:
        The number of the triangle, EMPTY where there is none, and its nearness there, 0 where there
        is none. A later triangle wins a tie.

    Raises:
        ValueError: If there are 2**20 triangles or more.

    Example:
        >>> triangle = np.array([[[0, 0], [3, 0], [0, 3]]], float)
        >>> rasterise(triangle, np.ones((1, 3)), (3, 3))[0].tolist()
        [[0, 0, 0], [0, 0, 0], [0, 0, -1]]
    """
    H, W = size
    if len(corners) >= 1 << _FACE_BITS:
        raise ValueError(f"at most {(1 << _FACE_BITS) - 1} triangles fit into the z-buffer, got {len(corners)}")
    a, b, c = _edges(corners)
    nearest = nearness.max()
    plane = _depth_plane(corners, nearness / nearest)

    # Rows: every line of samples that a triangle touches.
    top = np.clip(np.ceil(corners[..., 1].min(axis=1)), 0, H).astype(np.int64)
    bottom = np.clip(np.floor(corners[..., 1].max(axis=1)), -1, H - 1).astype(np.int64)
    face, step = _expand(np.maximum(bottom - top + 1, 0))
    y = top[face] + step

    # Spans: a x + b y + c >= 0 inside, for each of the three edges.
    a, rest = a[face], b[face] * y[:, None] + c[face]
    with np.errstate(divide="ignore", invalid="ignore"):
        x = -rest / a
    left = np.where(a > 0, x, -np.inf).max(axis=1)
    right = np.where(a < 0, x, np.inf).min(axis=1)
    blocked = ((a == 0) & (rest < 0)).any(axis=1)
    first = np.clip(np.ceil(left), 0, W).astype(np.int64)
    last = np.clip(np.floor(right), -1, W - 1).astype(np.int64)
    row, step = _expand(np.where(blocked, 0, np.maximum(last - first + 1, 0)))

    # Samples: depth and number in one integer, so that one maximum settles both.
    at_start = plane[face, 0] * first + plane[face, 1] * y + plane[face, 2]
    depth = at_start[row] + plane[face, 0][row] * step
    key = (np.clip(depth, 0, 1) * (_DEPTH_STEPS - 1)).astype(np.int64) << _FACE_BITS
    key += face[row] + 1
    buffer = np.zeros(H * W, np.int64)
    np.maximum.at(buffer, (y * W + first)[row] + step, key)
    number = (buffer & ((1 << _FACE_BITS) - 1)) - 1
    depth = (buffer >> _FACE_BITS) * (nearest / (_DEPTH_STEPS - 1))
    return number.reshape(H, W), depth.reshape(H, W)


def _edges(corners: Float[ndarray, "F 3 2"]) -> tuple[ndarray, ndarray, ndarray]:
    """Write each edge as a x + b y + c, positive inside."""
    p, q = corners, np.roll(corners, -1, axis=1)
    a, b = p[..., 1] - q[..., 1], q[..., 0] - p[..., 0]
    c = -(a * p[..., 0] + b * p[..., 1])
    opposite = np.roll(corners, -2, axis=1)
    inside = a * opposite[..., 0] + b * opposite[..., 1] + c
    sign = np.where(inside < 0, -1.0, 1.0)
    return a * sign, b * sign, c * sign


def _depth_plane(corners: Float[ndarray, "F 3 2"], nearness: Float[ndarray, "F 3"]) -> Float[ndarray, "F 3"]:
    """Fit nearness = p x + q y + r to each triangle."""
    e1, e2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    d1, d2 = nearness[:, 1] - nearness[:, 0], nearness[:, 2] - nearness[:, 0]
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    area = np.where(np.abs(area) < 1e-9, np.inf, area)  # seen edge on: flat in depth
    p = (d1 * e2[:, 1] - d2 * e1[:, 1]) / area
    q = (d2 * e1[:, 0] - d1 * e2[:, 0]) / area
    return np.stack([p, q, nearness[:, 0] - p * corners[:, 0, 0] - q * corners[:, 0, 1]], axis=1)


def _expand(counts: Int[ndarray, " R"]) -> tuple[Int[ndarray, " S"], Int[ndarray, " S"]]:
    """Repeat each number counts[n] times and count 0, 1, 2 ... within each."""
    owner = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - start[owner]
