"""The workshop where a chair is put together: rods, beams, boards, plates and cushions.

Each is a closed surface lofted through M rings of K points: a rod is a row of circles, a board of
flat loops, a cushion a row of squircles. A ring or a point that is given twice makes a crease. Coordinates
are metres, z up from the floor; a chair looks along +y, x is its width. A mesh has F triangles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material, MaterialChoices

Points = Sequence | ndarray  # (N, 3), metres
THICK = 0.05  # m; no rod, beam or board is thinner where thin parts are switched off


class Mesh(NamedTuple):
    """Triangles, each with its own three corners, all facing outwards."""

    points: Float[ndarray, "F 3 3"]  # corner, xyz
    normals: Float[ndarray, "F 3 3"]
    uv: Float[ndarray, "F 3 2"]  # metres on the surface, u along the grain
    material: Int[ndarray, " F"]


def loft(rings: Float[ndarray, "M K 3"], *, uv=None, caps=None) -> Mesh:
    """Stretch a closed skin over rings, each of which closes onto its first point.

    ``uv`` are (M, K, 2) surface coordinates in metres; without them u follows the rings and v goes round. The first
    and the last ring shrink to ``caps``, (2, K, 3); without them, to their centres.
    """
    if caps is None:
        caps = np.repeat(rings[[0, -1]].mean(axis=1, keepdims=True), rings.shape[1], axis=1)
    # First and last ring twice: a crease between side and cap.
    grid = np.concatenate([caps[:1], rings[:1], rings, rings[-1:], caps[1:]])
    if uv is None:
        uv = _lengths(grid)
    else:
        uv = np.concatenate([uv[:1], uv[:1], uv, uv[-1:], uv[-1:]])
        uv = np.concatenate([uv, uv[:, :1]], axis=1)
    return _skin(np.concatenate([grid, grid[:, :1]], axis=1), uv)


def _lengths(grid: Float[ndarray, "M K 3"]) -> Float[ndarray, "M K1 2"]:
    """Measure u along the rings' centres and v round each ring."""
    spine = np.linalg.norm(np.diff(grid.mean(axis=1), axis=0), axis=1)
    u = np.concatenate([[0], np.cumsum(spine)])
    v = np.linalg.norm(np.roll(grid, -1, axis=1) - grid, axis=2).cumsum(axis=1)
    v = np.concatenate([0 * v[:, :1], v], axis=1)
    return np.stack(np.broadcast_arrays(u[:, None], v), axis=2)


def _skin(grid: Float[ndarray, "M K1 3"], uv: Float[ndarray, "M K1 2"]) -> Mesh:
    """Triangulate a grid whose last column repeats the first; smooth its normals."""
    M, K = grid.shape[0], grid.shape[1] - 1
    i, j = (index.ravel() for index in np.mgrid[: M - 1, :K])
    a, b, c, d = ((i + di) * (K + 1) + j + dj for di, dj in ((0, 0), (0, 1), (1, 1), (1, 0)))
    corners = np.stack([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])  # (2, F / 2, 3)
    points = grid.reshape(-1, 3)[corners]
    face = np.cross(points[:, :, 1] - points[:, :, 0], points[:, :, 2] - points[:, :, 0])  # 2 areas long
    # One sixth of the sum is the enclosed volume: negative says that the faces look inwards.
    if np.einsum("tfk,tfk->", points[:, :, 0] - grid.mean(axis=(0, 1)), face) < 0:
        corners, points, face = corners[..., [0, 2, 1]], points[:, :, [0, 2, 1]], -face
    # A point's normal is the mean of those of the triangles around it, weighted by area.
    first, second = face.reshape(2, M - 1, K, 3)
    total = np.zeros((M, K + 1, 3))
    total[:-1, :-1] += first + second
    total[1:, 1:] += first + second
    total[:-1, 1:] += first
    total[1:, :-1] += second
    total[:, 0] += total[:, -1]  # the seam is one line on the surface
    total[:, -1] = total[:, 0]
    normals = _unit(total).reshape(-1, 3)[corners].reshape(-1, 3, 3)
    solid = np.linalg.norm(face, axis=2).ravel() > 1e-10
    uv = uv.reshape(-1, 2)[corners].reshape(-1, 3, 2)
    parts = points.reshape(-1, 3, 3), normals, uv
    return Mesh(*(part[solid] for part in parts), np.zeros(int(solid.sum()), int))


def _unit(vectors: Float[ndarray, "... 3"]) -> Float[ndarray, "... 3"]:
    """Scale vectors to length 1."""
    return vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)


def spline(points: Points, count: int = 16) -> Float[ndarray, "N 3"]:
    """Lead a smooth curve of ``count`` points through given points (Catmull and Rom, 1974)."""
    p = np.asarray(points, float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])  # a tangent for either end
    t = np.linspace(0, len(p) - 3, count)
    i = np.minimum(t.astype(int), len(p) - 4)
    t = (t - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def bend(points: Points, radius: float, steps: int = 5) -> Float[ndarray, "N 3"]:
    """Round the inner corners of a polyline from ``radius`` metres, at most 0.45 of a side, before each."""
    p = np.asarray(points, float)
    out = [p[:1]]
    t = np.linspace(0, 1, steps + 1)[:, None]
    for before, corner, after in zip(p[:-2], p[1:-1], p[2:], strict=True):
        back, ahead = before - corner, after - corner
        reach = np.array([np.linalg.norm(back), np.linalg.norm(ahead)])
        near, far = corner + np.stack([back, ahead]) * (np.minimum(radius, 0.45 * reach) / reach)[:, None]
        out.append((1 - t) ** 2 * near + 2 * t * (1 - t) * corner + t**2 * far)  # a Bezier curve
    return np.concatenate([*out, p[-1:]])


def corners(width: float, depth: float) -> Float[ndarray, "4 2"]:
    """Find the corners of a seat: front right, front left, rear left, rear right."""
    return np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)]) * (width / 2, depth / 2)


def level(spots: Float[ndarray, "N 2"], height: float) -> Float[ndarray, "N 3"]:
    """Put points seen from above at one height."""
    return np.column_stack([spots, np.full(len(spots), height)])


def feet(spots: Float[ndarray, "4 2"], splay: float | tuple = 1.0, back: float = 0.0) -> Float[ndarray, "4 3"]:
    """Set four feet on the floor: moved outwards by a factor, the two rear ones also back by some metres."""
    at = level(spots * splay, 0)
    at[2:, 1] -= back
    return at


def outline(width: float, depth: float, *, squareness: float = 6.0, rear: float = 1.0) -> Float[ndarray, "K 2"]:
    """Draw a seat from above: a squircle of 40 corners, ``rear`` times as wide at the rear as at the front.

    A squareness of 2 makes an ellipse, of 20 nearly a rectangle.
    """
    x, y = squircle(np.linspace(0, 2 * np.pi, 40, endpoint=False), 2 / squareness)
    return np.stack([x * width / 2 * (1 + (rear - 1) * (1 - y) / 2), y * depth / 2], axis=1)


def around(points: Points):
    """Pair each point with the next one, the last with the first."""
    return zip(points, np.roll(points, -1, axis=0), strict=True)


def squircle(angles: Float[ndarray, " K"], power: float) -> tuple[Float[ndarray, " K"], Float[ndarray, " K"]]:
    """Find x, y on a squircle: cosine and sine to a power, 1 for a circle, near 0 for a square."""
    x, y = (np.sign(f) * np.abs(f) ** power for f in (np.cos(angles), np.sin(angles)))
    return x, y


def xyz(x, y, z) -> Float[ndarray, "... 3"]:
    """Make points from coordinates that broadcast."""
    return np.stack(np.broadcast_arrays(x, y, z), axis=-1)


class Workshop(MaterialChoices):
    """Collect parts and finish them as one mesh with its materials.

    A path is (N, 3) points. A straight one needs only its two ends: it is divided where a size has
    more values. ``thin`` allows parts thinner than THICK.
    """

    def __init__(self, rng: np.random.Generator, *, thin: bool = True):
        super().__init__(rng)
        self.thin = thin
        self._meshes: list[Mesh] = []
        self._materials: dict[Material, int] = {}  # numbers in order of appearance

    def rod(self, path, radius, material: Material, *, sides: int = 10) -> None:
        """Sweep a circle along a path; its radius is one number or N, its section has some number of sides."""
        path, (radius,) = self._sweep(path, 2 * np.asarray(radius, float))
        across, up = _frames(path)
        a = np.linspace(0, 2 * np.pi, sides, endpoint=False)[:, None]
        circle = np.cos(a) * across[:, None] + np.sin(a) * up[:, None]  # (N, sides, 3)
        self.add(loft(path[:, None] + radius * circle), material)

    def beam(self, path, width, depth, material: Material, *, side=(1.0, 0.0, 0.0)) -> None:
        """Sweep a rectangle along a path; each of its sizes is one number or N.

        Its width is measured along ``side``, made square to the path, its depth across both.
        """
        path, half = self._sweep(path, width, depth)
        across, up = _frames(path, side)
        # Each corner twice, for sharp edges.
        x, y = (np.array(c, float)[:, None] for c in ([1, 1, -1, -1, -1, -1, 1, 1], [-1, 1, 1, 1, 1, -1, -1, -1]))
        self.add(loft(path[:, None] + half[0] * x * across[:, None] + half[1] * y * up[:, None]), material)

    def _sweep(self, path, *sizes) -> tuple[Float[ndarray, "N 3"], list[Float[ndarray, "N 1 1"]]]:
        """Divide a straight path where a size asks for it; halve the sizes, none too thin."""
        path, count = np.asarray(path, float), max(np.size(size) for size in sizes)
        if len(path) == 2 < count:
            path = np.linspace(path[0], path[1], count)
        half = [np.broadcast_to(np.asarray(size, float), len(path))[:, None, None] / 2 for size in sizes]
        return path, half if self.thin else [np.maximum(h, THICK / 2) for h in half]

    def board(self, surface: Float[ndarray, "M N 3"], thickness: float, material: Material) -> None:
        """Thicken a surface to both sides, with sharp edges; the grain follows the first axis."""
        if not self.thin:
            thickness = max(thickness, THICK)
        normal = _unit(np.cross(np.gradient(surface, axis=0), np.gradient(surface, axis=1)))

        def _around(top, bottom):  # each edge twice, for a crease
            top, bottom = (np.pad(rows, ((0, 0), (1, 1), (0, 0)), mode="edge") for rows in (top, bottom))
            return np.concatenate([top, bottom[:, ::-1]], axis=1)

        ends, half = surface[[0, -1]], normal * thickness / 2
        self.add(loft(_around(surface + half, surface - half), caps=_around(ends, ends)), material)

    def plate(
        self,
        outline: Float[ndarray, "K 2"],
        height: float,
        thickness: float,
        material: Material,
        *,
        dish: float = 0.0,
        soft: float = 0.2,
        bend: Callable | None = None,
    ) -> None:
        """Cut a level plate with rounded edges, such as a wooden seat.

        ``outline`` are its corners seen from above, ``height`` is that of its upper face, and ``dish`` the depth of
        the hollow in the middle, below zero a dome. ``soft`` is the radius of the edge as a part of the thickness,
        at most 0.5. ``bend`` moves the finished points, (..., 3) to (..., 3).
        """
        edge = thickness * soft
        centre = outline.mean(axis=0)
        reach = np.linalg.norm(outline - centre, axis=1).mean()
        t = np.linspace(0, np.pi / 2, 4)
        inset, lower = edge * (1 - np.sin(t)), edge * (1 - np.cos(t))  # a quarter circle
        inner = np.array([0.03, 0.3, 0.55, 0.8])
        scale = np.concatenate([1 - inset / reach, (1 - inset / reach)[::-1], (inner * (1 - edge / reach))[::-1]])
        hollow = np.concatenate([np.zeros(8), -dish * np.cos(inner[::-1] * np.pi / 2) ** 1.5])
        z = np.concatenate([-thickness + lower, -lower[::-1], np.zeros(4)]) + hollow
        xy = centre + scale[:, None, None] * (outline - centre)
        rings = xyz(xy[..., 0], xy[..., 1], (height + z)[:, None])
        self.add(loft(rings if bend is None else bend(rings), uv=xy), material)

    def cushion(
        self,
        size: tuple[float, float, float],
        material: Material,
        at: tuple | Float[ndarray, " 3"] = (0.0, 0.0, 0.0),
        *,
        tilt: float = 0.0,
        turn: float = 0.0,
        place: Callable | None = None,
        crown: float = 0.15,
        round_: float = 5.0,
        channels: int = 0,
        stretch: float = 1.0,
    ) -> None:
        """Stuff a cushion: a box with soft edges and a crown.

        Its middle goes to ``at``, after a ``tilt`` in degrees about x, where -90 makes its upper side look ahead, and
        then a ``turn`` about z, seen from above against the clock. In place of these three ``place`` maps points
        about the origin to the chair, (..., 3) to (..., 3). ``crown`` is the rise of the middle as a part of the
        height, and ``round_`` the exponent of the outline: 2 is an ellipsoid, 10 nearly a box. ``channels`` are sewn
        along x. ``stretch`` is metres on the surface per unit of ``size``, the extent in x, y, z.
        """
        w, d, h = (s / 2 for s in size)
        t = np.sin(np.linspace(-1, 1, 15) * np.pi / 2)[:, None]
        shrink = (1 - np.abs(t) ** round_) ** (1 / round_)
        x, z = squircle(np.linspace(0, 2 * np.pi, 40, endpoint=False), 2 / round_)
        x, z = x * (0.3 + 0.7 * shrink) * w, z * shrink * h
        dome = (1 - (x / w) ** 2) * (1 - t**2)
        z = z + np.where(z > 0, 2 * h * crown * dome, 0)
        if channels:
            z = z * (1 - 0.18 * np.abs(np.cos(np.pi * channels * (x / w + 1) / 2)) ** 8)
        rings = xyz(x, t * d, z)
        uv = np.stack(np.broadcast_arrays(t * d, np.where(np.abs(z) > 0.9 * h, x, x + z)), axis=2)
        rings = place(rings) if place else rings @ _rotation(tilt, turn).T + np.asarray(at, float)
        self.add(loft(rings, uv=uv * stretch), material)

    def add(self, mesh: Mesh, material: Material) -> None:
        """Take a finished part in; its grain starts at a random place of the texture."""
        number = self._materials.setdefault(material, len(self._materials))
        uv, numbers = mesh.uv + self.rng.random(2) * 3, np.full(len(mesh.points), number)
        self._meshes.append(mesh._replace(uv=uv, material=numbers))

    def finish(self) -> tuple[Mesh, list[Material]]:
        """Join all parts, at least one, in one mesh."""
        return Mesh(*(np.concatenate(part) for part in zip(*self._meshes, strict=True))), list(self._materials)


def _rotation(tilt: float, turn: float) -> Float[ndarray, "3 3"]:
    """Rotate about x, then about z, in degrees."""
    a, b = np.deg2rad(tilt), np.deg2rad(turn)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return about_z @ about_x


def _frames(path: Float[ndarray, "N 3"], side=None) -> tuple[Float[ndarray, "N 3"], Float[ndarray, "N 3"]]:
    """Find two directions square to the path and to each other at each of its points."""
    step = _unit(np.diff(path, axis=0))
    along = _unit(np.concatenate([step[:1], step[:-1] + step[1:], step[-1:]]))
    if side is None:
        # The first direction is carried along the path, so that the section does not spin.
        start = np.eye(3)[np.abs(along[0]).argmin()]
        across = np.empty_like(along)
        for n, tangent in enumerate(along):
            start = start - tangent * (start @ tangent)
            start = start / max(np.linalg.norm(start), 1e-12)
            across[n] = start
    else:
        side = np.broadcast_to(np.asarray(side, float), along.shape)
        across = _unit(side - along * np.einsum("nk,nk->n", side, along)[:, None])
    return across, np.cross(along, across)
