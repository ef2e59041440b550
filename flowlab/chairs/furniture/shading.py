"""How light falls: a lamp with shadows (Lambert), a glow, highlights (Blinn, 1977), and mirrors.

Camera axes: x to the right, y up, z towards the viewer. Shapes: F triangles, P points, S texels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.furniture.material import Material, albedo
from flowlab.chairs.furniture.raster import rasterise

TEXELS = 224  # side of the shadow map
# A point looks at four texels around it, so that shadows have soft edges.
LOOKS = np.array([(-0.4, -0.8), (0.8, -0.4), (-0.8, 0.4), (0.4, 0.8)], np.float32)


@dataclass(frozen=True)
class Light:
    """One lamp and a glow from everywhere, fixed to the camera.

    Attributes:
        direction: Towards the lamp: right, up, towards the viewer.
        lamp: Brightness of the lamp.
        glow: Brightness of the glow.
    """

    direction: tuple[float, float, float] = (-0.5, 0.8, 0.6)
    lamp: float = 0.75
    glow: float = 0.4


class Lamp:
    """The lamp above one object, and what it sees of it: where it sees something else, there is shadow.

    Args:
        points: The object's triangles.
        light: Where the lamp is, and how bright.

    Example:
        >>> low = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]], float)
        >>> lamp = Lamp(np.concatenate([low, low + [0, 0, 1]]), Light(direction=(0, 0, 1)))
        >>> lamp.reaches(np.array([[0.3, 0.3, 0], [0.3, 0.3, 1]], np.float32)).tolist()
        [0.0, 1.0]
    """

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
        """Say how much of the lamp each point sees, 0 to 1."""
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
    """Light points of a surface.

    Args:
        material: What the surface is.
        lamp: The light.
        point: Positions, camera axes.
        normal: Directions of the surface, any length.
        uv: Surface coordinates, metres.
        metres: Side of a pixel on the surface; patterns are averaged over it.

    Returns:
        Red, green and blue, not yet cut to [0, 1].

    Example:
        >>> flat = np.array([[[0, 0, 0], [1, 0, 0], [0, 1, 0]]], float)
        >>> lamp = Lamp(flat, Light(direction=(0, 0, 1), lamp=0.5, glow=0.0))
        >>> at, up = np.full((1, 3), 0.2, np.float32) * (1, 1, 0), np.array([[0, 0, 1]], np.float32)
        >>> shade(Material("plain", (1, 1, 1), specular=0), lamp, at, up, up[:, :2])[0].tolist()
        [0.5, 0.5, 0.5]
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
