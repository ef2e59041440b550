"""One primitive for everything: a closed surface lofted through rings of points.

A rod is a row of circles, a board a row of flat loops, a cushion a row of squircles. A ring or a
column that is given twice makes a crease, because the two copies share no face with area.

Shapes: M rings, K points in a ring, F triangles. Metres, z up.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray


class Mesh(NamedTuple):
    """Triangles, each with its own three corners, all facing outwards."""

    points: Float[ndarray, "F 3 3"]  # corner, xyz
    normals: Float[ndarray, "F 3 3"]
    uv: Float[ndarray, "F 3 2"]  # metres on the surface, u along the grain
    material: Int[ndarray, " F"]


def loft(
    rings: Float[ndarray, "M K 3"],
    *,
    uv: Float[ndarray, "M K 2"] | None = None,
    caps: Float[ndarray, "2 K 3"] | None = None,
    material: int = 0,
) -> Mesh:
    """Stretch a closed skin over rings.

    Args:
        rings: Rings in order; each closes onto its first point.
        uv: Surface coordinates in metres; without them u follows the rings and v goes round.
        caps: What the first and the last ring shrink to; without them, their centres.
        material: Number of the material.

    Returns:
        The mesh, turned inside out where the order of the points asked for it.

    Raises:
        ValueError: If there are fewer than 2 rings or 3 points in a ring.

    Example:
        >>> square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
        >>> loft(np.stack([square, square + [0, 0, 1]])).points.shape
        (16, 3, 3)
    """
    M, K, _ = rings.shape
    if M < 2 or K < 3:
        raise ValueError(f"a loft needs at least 2 rings of at least 3 points, got {M} of {K}")
    if caps is None:
        caps = np.repeat(rings[[0, -1]].mean(axis=1, keepdims=True), K, axis=1)
    # First and last ring twice: a crease between side and cap.
    grid = np.concatenate([caps[:1], rings[:1], rings, rings[-1:], caps[1:]])
    if uv is None:
        uv = _lengths(grid)
    else:
        uv = np.concatenate([uv[:1], uv[:1], uv, uv[-1:], uv[-1:]])
    return _skin(np.concatenate([grid, grid[:, :1]], axis=1), uv, material)


def merge(meshes: list[Mesh]) -> Mesh:
    """Put meshes together into one.

    Args:
        meshes: At least one.

    Returns:
        All their triangles in order.

    Example:
        >>> square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], float)
        >>> box = loft(np.stack([square, square + [0, 0, 1]]))
        >>> len(merge([box, box]).points)
        32
    """
    return Mesh(*(np.concatenate(part) for part in zip(*meshes, strict=True)))


def _lengths(grid: Float[ndarray, "M K 3"]) -> Float[ndarray, "M K1 2"]:
    """Measure u along the rings' centres and v round each ring."""
    spine = np.linalg.norm(np.diff(grid.mean(axis=1), axis=0), axis=1)
    u = np.concatenate([[0], np.cumsum(spine)])
    v = np.linalg.norm(np.roll(grid, -1, axis=1) - grid, axis=2).cumsum(axis=1)
    v = np.concatenate([0 * v[:, :1], v], axis=1)
    return np.stack(np.broadcast_arrays(u[:, None], v), axis=2)


def _skin(grid: Float[ndarray, "M K1 3"], uv: Float[ndarray, "M K 2"], material: int) -> Mesh:
    """Triangulate a grid whose last column repeats the first; smooth its normals."""
    M, K = grid.shape[0], grid.shape[1] - 1
    if uv.shape[1] == K:
        uv = np.concatenate([uv, uv[:, :1]], axis=1)
    i, j = (index.ravel() for index in np.mgrid[: M - 1, :K])
    a, b, c, d = ((i + di) * (K + 1) + j + dj for di, dj in ((0, 0), (0, 1), (1, 1), (1, 0)))
    corners = np.stack([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])  # (2, F / 2, 3)
    points = grid.reshape(-1, 3)[corners]
    face = np.cross(points[:, :, 1] - points[:, :, 0], points[:, :, 2] - points[:, :, 0])  # 2 areas long
    # One sixth of the sum is the enclosed volume: negative says that the faces look inwards.
    if np.einsum("tfk,tfk->", points[:, :, 0] - grid.mean(axis=(0, 1)), face) < 0:
        corners, points, face = corners[..., [0, 2, 1]], points[:, :, [0, 2, 1]], -face
    normals = _smooth(face.reshape(2, M - 1, K, 3)).reshape(-1, 3)[corners].reshape(-1, 3, 3)
    solid = np.linalg.norm(face, axis=2).ravel() > 1e-10
    uv = uv.reshape(-1, 2)[corners].reshape(-1, 3, 2)
    parts = points.reshape(-1, 3, 3), normals, uv
    return Mesh(*(part[solid] for part in parts), np.full(int(solid.sum()), material))


def _smooth(face: Float[ndarray, "2 Mm K 3"]) -> Float[ndarray, "M K1 3"]:
    """Average the normals of the triangles around each point, large triangles counting more."""
    first, second = face
    total = np.zeros((face.shape[1] + 1, face.shape[2] + 1, 3))
    total[:-1, :-1] += first + second
    total[1:, 1:] += first + second
    total[:-1, 1:] += first
    total[1:, :-1] += second
    total[:, 0] += total[:, -1]  # the seam is one line on the surface
    total[:, -1] = total[:, 0]
    return total / np.maximum(np.linalg.norm(total, axis=2, keepdims=True), 1e-12)
