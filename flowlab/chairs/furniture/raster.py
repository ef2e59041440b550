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
    y0, y1, y2 = corners[..., 1].T
    top = np.clip(np.ceil(np.minimum(np.minimum(y0, y1), y2)), 0, H).astype(np.int64)
    bottom = np.clip(np.floor(np.maximum(np.maximum(y0, y1), y2)), -1, H - 1).astype(np.int64)
    face, step = _expand(np.maximum(bottom - top + 1, 0))
    y = top[face] + step

    # Spans: a x + b y + c >= 0 inside, for each of the three edges.
    left, right = np.full(len(face), -np.inf), np.full(len(face), np.inf)
    blocked = np.zeros(len(face), bool)
    for edge in range(3):
        slope, rest = a[edge, face], -(b[edge, face] * y + c[edge, face])
        with np.errstate(divide="ignore", invalid="ignore"):
            x = rest / slope
        np.maximum(left, x, out=left, where=slope > 0)
        np.minimum(right, x, out=right, where=slope < 0)
        blocked |= (slope == 0) & (rest > 0)
    first = np.clip(np.ceil(left), 0, W).astype(np.int64)
    last = np.clip(np.floor(right), -1, W - 1).astype(np.int64)
    row, step = _expand(np.where(blocked, 0, np.maximum(last - first + 1, 0)))

    # Samples: depth and number in one integer, so that one maximum settles both.
    across, down, offset = plane
    across = across[face]
    depth = (across * first + down[face] * y + offset[face])[row] + across[row] * step
    key = (np.clip(depth, 0, 1) * (_DEPTH_STEPS - 1)).astype(np.int64) << _FACE_BITS
    key += face[row] + 1
    buffer = np.zeros(H * W, np.int64)
    np.maximum.at(buffer, (y * W + first)[row] + step, key)
    number = (buffer & ((1 << _FACE_BITS) - 1)) - 1
    depth = (buffer >> _FACE_BITS) * (nearest / (_DEPTH_STEPS - 1))
    return number.reshape(H, W), depth.reshape(H, W)


def _edges(corners: Float[ndarray, "F 3 2"]) -> tuple[ndarray, ndarray, ndarray]:
    """Write each edge as a x + b y + c, positive inside; (3, F) each."""
    x, y = corners.transpose(2, 1, 0)  # (3, F) each
    ahead = [1, 2, 0]
    a, b = y - y[ahead], x[ahead] - x
    c = -(a * x + b * y)
    opposite = [2, 0, 1]
    inside = a * x[opposite] + b * y[opposite] + c
    sign = np.where(inside < 0, -1.0, 1.0)
    return a * sign, b * sign, c * sign


def _depth_plane(
    corners: Float[ndarray, "F 3 2"], nearness: Float[ndarray, "F 3"]
) -> tuple[Float[ndarray, " F"], Float[ndarray, " F"], Float[ndarray, " F"]]:
    """Fit nearness = p x + q y + r to each triangle."""
    e1, e2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    d1, d2 = nearness[:, 1] - nearness[:, 0], nearness[:, 2] - nearness[:, 0]
    area = e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0]
    area = np.where(np.abs(area) < 1e-9, np.inf, area)  # seen edge on: flat in depth
    p = (d1 * e2[:, 1] - d2 * e1[:, 1]) / area
    q = (d2 * e1[:, 0] - d1 * e2[:, 0]) / area
    return p, q, nearness[:, 0] - p * corners[:, 0, 0] - q * corners[:, 0, 1]


def _expand(counts: Int[ndarray, " R"]) -> tuple[Int[ndarray, " S"], Int[ndarray, " S"]]:
    """Repeat each number counts[n] times and count 0, 1, 2 ... within each."""
    owner = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - start[owner]
