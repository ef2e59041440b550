"""From a mesh to a sprite: perspective, z-buffer, light, and the average of many samples per pixel."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray

from flowlab.chairs.furniture.loft import Mesh
from flowlab.chairs.furniture.material import Material
from flowlab.chairs.furniture.raster import EMPTY, rasterise
from flowlab.chairs.furniture.shading import Lamp, Light, shade

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
    """Take a picture of a mesh, cut to its outline.

    Args:
        mesh: Triangles facing outwards.
        materials: What ``mesh.material`` points to.
        view: 0 to 61; view // 31 is the elevation, view % 31 the azimuth.
        pixels: Longer side of the picture; one empty pixel on each side is part of it.
        light: The light.
        samples: Samples along each side of a pixel.

    Returns:
        Red, green, blue times alpha, and alpha.

    Raises:
        ValueError: If the view is not one of 62, or the picture is smaller than 8 pixels.

    Example:
        >>> from flowlab.chairs.furniture.workshop import Workshop
        >>> shop = Workshop(np.random.default_rng(0))
        >>> shop.rod([(0, 0, 0), (0, 0, 1)], 0.1, Material("plain", (1, 0, 0)))
        >>> render(*shop.finish(), view=0, pixels=40).shape
        (40, 10, 4)
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
    return _gather(np.clip(colour, 0, 1), share, pixel, (H // samples, W // samples))


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

    A value divided by the distance is linear on the picture; so is 1 / distance, which undoes the division.
    """
    values = np.concatenate([parts, np.ones((*parts.shape[:2], 1))], axis=2) * nearness[..., None]
    e1, e2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    d1, d2 = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    area = (e1[:, 0] * e2[:, 1] - e1[:, 1] * e2[:, 0])[:, None]
    right = (d1 * e2[:, 1:] - d2 * e1[:, 1:]) / area
    down = (d2 * e1[:, :1] - d1 * e2[:, :1]) / area
    plane = np.concatenate([values[:, 0], right, down, corners[:, 0]], axis=1).astype(np.float32)[face]
    C = values.shape[2]
    value = plane[:, :C]
    value += plane[:, C : 2 * C] * (x - plane[:, -2])[:, None].astype(np.float32)
    value += plane[:, 2 * C : 3 * C] * (y - plane[:, -1])[:, None].astype(np.float32)
    return value[:, :-1] / value[:, -1:]


def _fragments(number: Int[ndarray, "Hs Ws"], samples: int) -> tuple[ndarray, ndarray, ndarray, ndarray]:
    """List the triangles in each pixel: number, the place of one sample of it, its share of the pixel.

    All samples say what is visible, one for each triangle says in which colour: that is five times faster
    than to light every sample, and patterns are averaged beforehand.
    """
    Hs, Ws = number.shape
    blocks = number.reshape(Hs // samples, samples, Ws // samples, samples).transpose(0, 2, 1, 3)
    blocks = blocks.reshape(-1, samples**2)
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


def _gather(colour, share, pixel, size: tuple[int, int]) -> UInt8[ndarray, "H W 4"]:
    """Add up the shares of each pixel; what is outside adds nothing, so the colour is premultiplied."""
    total = [np.bincount(pixel, weight, size[0] * size[1]) for weight in (*(colour.T * share), share)]
    return np.rint(np.stack(total, axis=1) * 255).astype(np.uint8).reshape(*size, 4)
