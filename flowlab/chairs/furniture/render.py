"""From a mesh to a sprite: perspective, a z-buffer, light, and the mean of a pixel's samples.

Shapes: F triangles, R rows, S samples, P points. x to the right, y down; sample centres are whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray

from flowlab.chairs.furniture.materials import Material, albedo
from flowlab.chairs.furniture.workshop import Mesh

AZIMUTHS = 31
ELEVATIONS = (20.0, 30.0)  # degrees; 2 x 31 = 62 views, as many as in the paper's data
VIEWS = AZIMUTHS * len(ELEVATIONS)
DISTANCE = 3.2  # of the camera, in diameters of the object


def render(
    mesh: Mesh,
    materials: list[Material],
    view: int,
    pixels: int,
    *,
    light: Light | None = None,
    samples: int = 3,
) -> UInt8[ndarray, "H W 4"]:
    """Take a picture of a mesh, cut to its outline with one empty pixel on each side.

    Args:
        mesh: Triangles facing outwards.
        materials: What ``mesh.material`` points to.
        view: 0 to 61; view // 31 is the elevation, view % 31 the azimuth.
        pixels: Longer side of the picture.
        light: The light.
        samples: Samples along each side of a pixel.

    Returns:
        Red, green, blue times alpha, and alpha.

    Raises:
        ValueError: If the view is not one of 62, or the picture is smaller than 8 pixels.
    """
    if not 0 <= view < VIEWS:
        raise ValueError(f"view must be one of 0 to {VIEWS - 1}, got {view}")
    if pixels < 8:
        raise ValueError(f"a sprite needs at least 8 pixels, got {pixels}")
    light = light or Light()
    turned, normals = _turn(mesh.points, view), _turn(mesh.normals, view)
    corners, nearness, (H, W) = _project(turned, pixels, samples)
    lamp = Lamp(turned, light)
    edge = corners[:, 1:] - corners[:, :1]
    front = edge[:, 0, 0] * edge[:, 1, 1] - edge[:, 0, 1] * edge[:, 1, 0] < 0  # y points down
    corners, nearness = corners[front], nearness[front]
    number, _ = rasterise(corners, nearness, (H, W))

    face, x, y, share = _fragments(number, samples)
    parts = np.concatenate([turned[front], normals[front], mesh.uv[front]], axis=2)
    surface = _interpolate(corners, nearness, parts, face, x, y)
    colour = np.empty((len(face), 3), np.float32)
    made_of = mesh.material[front][face]
    metres = np.linalg.norm(np.ptp(mesh.points, axis=(0, 1))) / pixels
    for n, material in enumerate(materials):
        here = np.flatnonzero(made_of == n)
        colour[here] = shade(material, lamp, *np.split(surface[here], [3, 6], axis=1), metres)
    pixel = (y // samples) * (W // samples) + x // samples
    # The sum of the shares of each pixel is the colour times alpha.
    weights = (*(np.clip(colour, 0, 1).T * share), share)
    total = [np.bincount(pixel, weight, H * W // samples**2) for weight in weights]
    return np.rint(np.stack(total, axis=1) * 255).astype(np.uint8).reshape(H // samples, W // samples, 4)


def _turn(vectors: Float[ndarray, "F 3 3"], view: int) -> Float[ndarray, "F 3 3"]:
    """Turn to camera axes: right, up, towards the viewer."""
    azimuth = 2 * np.pi * (view % AZIMUTHS) / AZIMUTHS
    elevation = np.deg2rad(ELEVATIONS[view // AZIMUTHS])
    ca, sa, ce, se = np.cos(azimuth), np.sin(azimuth), np.cos(elevation), np.sin(elevation)
    # The chair looks along +y: at azimuth 0 the camera stands before it.
    matrix = np.array([[-ca, sa, 0], [-sa * se, -ca * se, ce], [sa * ce, ca * ce, se]])
    return vectors @ matrix.T


def _project(points: Float[ndarray, "F 3 3"], pixels: int, samples: int):
    """Project in perspective and fit the outline into the picture."""
    low, high = points.min(axis=(0, 1)), points.max(axis=(0, 1))
    middle = points - (low + high) / 2
    eye = DISTANCE * np.linalg.norm(high - low)
    nearness = 1 / (eye - middle[..., 2])
    flat = middle[..., :2] * nearness[..., None] * (1, -1)
    low, high = flat.min(axis=(0, 1)), flat.max(axis=(0, 1))
    scale = (pixels - 2) / (high - low).max()
    width, height = np.ceil((high - low) * scale - 1e-9).astype(int) + 2
    corners = ((flat - (low + high) / 2) * scale + (width / 2, height / 2)) * samples - 0.5
    return corners, nearness, (int(height) * samples, int(width) * samples)


def _interpolate(corners, nearness, parts: Float[ndarray, "F 3 C"], face, x, y) -> Float[ndarray, "P C"]:
    """Carry values from the corners of triangles to samples inside, with perspective.

    A value divided by the distance is linear on the picture, and so is 1 / distance.
    """
    values = np.concatenate([parts, np.ones((*parts.shape[:2], 1))], axis=2) * nearness[..., None]
    planes = (values[:, 0], *_slopes(corners, values), corners[:, 0])
    value, right, down, origin = (plane.astype(np.float32)[face] for plane in planes)
    value += right * (x - origin[:, 0])[:, None].astype(np.float32)
    value += down * (y - origin[:, 1])[:, None].astype(np.float32)
    return value[:, :-1] / value[:, -1:]


def _slopes(corners: Float[ndarray, "F 3 2"], values: Float[ndarray, "F 3 C"]) -> tuple[ndarray, ndarray]:
    """Return the slopes of values at triangles' corners to the right and down, (F, C) each."""
    e1, e2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    d1, d2 = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    area = e1[:, :1] * e2[:, 1:] - e1[:, 1:] * e2[:, :1]
    area = np.where(np.abs(area) < 1e-9, np.inf, area)  # seen edge on: flat
    return (d1 * e2[:, 1:] - d2 * e1[:, 1:]) / area, (d2 * e1[:, :1] - d1 * e2[:, :1]) / area


def _fragments(number: Int[ndarray, "Hs Ws"], samples: int):
    """List the triangles in each pixel: number, place of one of its samples, share of the pixel.

    Only one sample per triangle and pixel is lit, which is five times faster than all.
    """
    Hs, Ws = number.shape
    blocks = number.reshape(Hs // samples, samples, Ws // samples, samples).swapaxes(1, 2).reshape(-1, samples**2)
    pixel = np.flatnonzero(blocks.max(axis=1) != EMPTY)
    packed = blocks[pixel] * samples**2 + np.arange(samples**2)  # which sample, in the low digits
    packed.sort(axis=1)
    face = packed // samples**2  # rounds down: EMPTY stays -1
    fresh = np.ones(face.shape, bool)
    fresh[:, 1:] = face[:, 1:] != face[:, :-1]
    start = np.flatnonzero(fresh)
    count = np.diff(start, append=face.size)
    chosen = packed.ravel()[start + count // 2]
    real = face.ravel()[start] != EMPTY
    start, count, chosen = start[real], count[real], chosen[real]
    row, column = np.divmod(pixel[start // samples**2], Ws // samples)
    dy, dx = np.divmod(chosen % samples**2, samples)
    return chosen // samples**2, column * samples + dx, row * samples + dy, count / samples**2


TEXELS = 224  # side of the shadow map
# A point looks at four texels around it, so that shadows have soft edges.
LOOKS = np.array([(-0.4, -0.8), (0.8, -0.4), (-0.8, 0.4), (0.4, 0.8)], np.float32)


@dataclass(frozen=True)
class Light:
    """One lamp and a glow from everywhere, fixed to the camera."""

    direction: tuple[float, float, float] = (-0.5, 0.8, 0.6)  # to the lamp: right, up, nearer
    lamp: float = 0.75  # brightness of the lamp
    glow: float = 0.4  # brightness of the glow


class Lamp:
    """The lamp above one object, and its shadow map: how near to the lamp the object is."""

    def __init__(self, points: Float[ndarray, "F 3 3"], light: Light):
        self.light = light
        towards = np.asarray(light.direction, float)
        towards = towards / np.linalg.norm(towards)
        across = np.cross((0.0, 1.0, 0.01), towards)
        across /= np.linalg.norm(across)
        axes = np.stack([across, np.cross(towards, across), towards])
        seen = points @ axes.T
        low = seen.min(axis=(0, 1))
        extent = np.maximum(seen.max(axis=(0, 1)) - low, 1e-6)
        scale = np.array([*2 * [(TEXELS - 1) / extent[:2].max()], 1 / extent[2]])
        seen = (seen - low) * scale
        _, nearness = rasterise(seen[..., :2], seen[..., 2] + 1e-3, (TEXELS, TEXELS))
        # A sample may lie two texels down a slope; what is nearer than that is the same surface.
        bias = 2.5 * scale[2] / scale[0] + 2e-3
        self.nearness = np.pad((nearness - 1e-3 - bias).astype(np.float32), 2, mode="edge")  # looks may reach out
        self.direction = towards.astype(np.float32)
        self._axes = (axes * scale[:, None]).T.astype(np.float32)
        self._low = (low * scale).astype(np.float32)

    def reaches(self, point: Float[ndarray, "P 3"]) -> Float[ndarray, " P"]:
        """Return which part of the lamp each point sees, 0 to 1."""
        local = point @ self._axes - self._low
        total = np.zeros(len(point), np.float32)
        x, y, near = np.ascontiguousarray(local.T)
        for right, down in LOOKS + np.float32(2.5):  # the pad, and to the nearest
            texel = (y + down).astype(np.int32) * (TEXELS + 4) + (x + right).astype(np.int32)
            total += self.nearness.take(texel, mode="clip") <= near
        return total / len(LOOKS)


def shade(
    material: Material,
    lamp: Lamp,
    point: Float[ndarray, "P 3"],
    normal: Float[ndarray, "P 3"],
    uv: Float[ndarray, "P 2"],
    metres: float = 0.0,
) -> Float[ndarray, "P 3"]:
    """Light points of a surface: red, green and blue, not yet cut to [0, 1].

    Points and normals, of any length, are in camera axes; ``uv`` and ``metres`` as in ``albedo``.
    """
    light = lamp.light
    x, y, z = (normal / np.sqrt(np.einsum("pk,pk->p", normal, normal))[:, None]).T
    dx, dy, dz = lamp.direction
    facing = np.maximum(x * dx + y * dy + z * dz, 0) * lamp.reaches(point)
    glow = light.glow * (0.8 + 0.35 * y + 0.15 * z)
    colour = albedo(material, uv, metres) * (glow + light.lamp * facing)[:, None]
    if material.mirror:
        side, up = 2 * z * x, 2 * z * y  # where the mirrored ray goes
        windows = 0.6 * np.exp(-((side + 0.45) ** 2) / 0.04) + 0.3 * np.exp(-((side - 0.7) ** 2) / 0.03)
        sky = 0.15 + 0.55 / (1 + np.exp(-7 * up)) + windows
        seen = material.mirror * sky[:, None] * np.asarray(material.colour, np.float32)
        colour = colour * (1 - material.mirror) + seen
    if material.specular:
        half = lamp.direction + np.array([0, 0, 1], np.float32)
        hx, hy, hz = half / np.linalg.norm(half)
        across = np.maximum(x * hx + y * hy + z * hz, 0)
        colour = colour + (material.specular * light.lamp * across**material.gloss * (facing > 0))[:, None]
    return colour


EMPTY = -1
_FACE_BITS = 20
_DEPTH_STEPS = 1 << 40


def rasterise(
    corners: Float[ndarray, "F 3 2"], nearness: Float[ndarray, "F 3"], size: tuple[int, int]
) -> tuple[Int[ndarray, "H W"], Float[ndarray, "H W"]]:
    """Find the nearest triangle at every sample, without a loop over triangles.

    Triangles become rows, rows become samples; the largest nearness wins: a number above 0 at each
    corner, linear on the picture, as 1 / distance is in perspective. A later triangle wins a tie.

    Returns:
        The number of the triangle and its nearness; EMPTY and 0 where there is none.
    """
    H, W = size
    if len(corners) >= 1 << _FACE_BITS:
        raise ValueError(f"at most {(1 << _FACE_BITS) - 1} triangles fit into the z-buffer, got {len(corners)}")
    nearest = nearness.max()
    depth = nearness / nearest
    across, down = (slope[:, 0] for slope in _slopes(corners, depth[..., None]))
    offset = depth[:, 0] - across * corners[:, 0, 0] - down * corners[:, 0, 1]

    # Rows: every line of samples that a triangle touches.
    top = np.clip(np.ceil(corners[..., 1].min(axis=1)), 0, H).astype(np.int64)
    bottom = np.clip(np.floor(corners[..., 1].max(axis=1)), -1, H - 1).astype(np.int64)
    face, step = expand(np.maximum(bottom - top + 1, 0))
    y = top[face] + step

    first, count = _spans(corners, face, y, W)
    row, step = expand(count)

    # Samples: depth and number in one integer, so that one maximum settles both.
    across = across[face]
    depth = (across * first + down[face] * y + offset[face])[row] + across[row] * step
    key = (np.clip(depth, 0, 1) * (_DEPTH_STEPS - 1)).astype(np.int64) << _FACE_BITS
    key += face[row] + 1
    buffer = np.zeros(H * W, np.int64)
    np.maximum.at(buffer, (y * W + first)[row] + step, key)
    number = (buffer & ((1 << _FACE_BITS) - 1)) - 1
    depth = (buffer >> _FACE_BITS) * (nearest / (_DEPTH_STEPS - 1))
    return number.reshape(H, W), depth.reshape(H, W)


def _spans(corners: Float[ndarray, "F 3 2"], face: Int[ndarray, " R"], y: Int[ndarray, " R"], W: int):
    """Find the first sample of each row that lies inside its triangle, and their number."""
    # a x + b y + c >= 0 inside, for each of the three edges; (3, F) each.
    u, v = corners.transpose(2, 1, 0)
    ahead, opposite = [1, 2, 0], [2, 0, 1]
    a, b = v - v[ahead], u[ahead] - u
    c = -(a * u + b * v)
    sign = np.where(a * u[opposite] + b * v[opposite] + c < 0, -1.0, 1.0)
    a, b, c = a * sign, b * sign, c * sign
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
    return first, np.where(blocked, 0, np.maximum(last - first + 1, 0))


def expand(counts: Int[ndarray, " R"]) -> tuple[Int[ndarray, " S"], Int[ndarray, " S"]]:
    """Repeat each number counts[n] times and count 0, 1, 2 ... within each."""
    owner = np.repeat(np.arange(len(counts)), counts)
    start = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - start[owner]
