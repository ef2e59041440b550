"""What chairs are made of: colours, patterns, how a surface takes the light, and which of them are drawn."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.texture.canvas import Choices, power_noise

TILE = 256  # texels along either side of a pattern


@dataclass(frozen=True)
class Material:
    """A surface: its pattern and its colours, RGB from 0 to 1, and how it takes the light."""

    pattern: str  # one of PATTERNS
    colour: tuple[float, float, float]
    second: tuple[float, float, float] | None = None  # of the pattern; None for a darker first one
    contrast: float = 0.5  # how far the pattern goes towards the second colour, 0 to 1
    extent: float = 1.0  # the pattern's scale
    specular: float = 0.2  # strength of highlights
    gloss: float = 20.0  # exponent of highlights: 5 is cloth, 80 is lacquer
    mirror: float = 0.0  # how much of the surroundings it reflects, 0 to 1; chrome has 0.8


def albedo(material: Material, uv: Float[ndarray, "P 2"], metres: float = 0.0) -> Float[ndarray, "P 3"]:
    """Look up a material's colours, 0 to 1, at points of its surface.

    ``uv`` are surface coordinates in metres. The pattern is averaged over squares of ``metres``.
    """
    colour = np.asarray(material.colour, np.float32)
    extent = np.asarray(PATTERNS[material.pattern], np.float32) * material.extent
    if material.pattern == "plain":
        return np.broadcast_to(colour, (len(uv), 3))
    level = int(np.clip(np.log2(max(metres * TILE / extent.min(), 1)) + 0.5, 0, 7))
    mix = _lookup(_tile(material.pattern, level), uv / extent)[:, None] * material.contrast
    second = colour * 0.35 if material.second is None else np.asarray(material.second, np.float32)
    return colour + (second - colour) * mix


@cache
def _tile(pattern: str, level: int) -> Float[ndarray, "T T"]:
    """Return a pattern's tile, averaged over squares of 2**level texels."""
    side = TILE >> level
    return cv2.resize(_tile(pattern, 0), (side, side), interpolation=cv2.INTER_AREA) if level else _paint(pattern)


def _lookup(tile: Float[ndarray, "T T"], at: Float[ndarray, "P 2"]) -> Float[ndarray, " P"]:
    """Interpolate a tile that repeats at every whole number."""
    side = len(tile)
    at = at * side
    corner = np.floor(at)
    (u, v), (i, j) = (at - corner).T.astype(np.float32), corner.T.astype(np.int32) & (side - 1)
    right, below = (i + 1) & (side - 1), (j + 1) & (side - 1)
    upper = tile[j, i] * (1 - u) + tile[j, right] * u
    return upper * (1 - v) + (tile[below, i] * (1 - u) + tile[below, right] * u) * v


def _noise(exponent: float, seed: int, stretch: float = 1.0) -> Float[ndarray, "T T"]:
    """Draw ``power_noise`` for a tile from a seed that is the same for all data sets."""
    return power_noise(np.random.default_rng([2015, seed]), TILE, exponent, stretch)


def _paint(pattern: str) -> Float[ndarray, "T T"]:
    """Paint a pattern's tile: where it has the material's second colour, 0 to 1."""

    def _squash(field, low, high):
        return np.clip((field - low) / (high - low), 0, 1)

    u = ((np.arange(TILE) + 0.5) / TILE)[None, :]  # where texels are, as parts of the tile: a row
    v = u.T  # and a column
    match pattern:
        case "wood":
            rings = np.sin(2 * np.pi * (6 * v + 0.35 * _noise(1.6, 0, 5.0)))
            tile = _squash(0.45 * rings + 0.5 * _noise(1.0, 1, 40.0), -1.6, 1.8)
        case "leather":
            tile = _squash(_noise(1.1, 2) + 0.5 * _noise(0.2, 3), -2.5, 2.5)
        case "tweed":
            weave = np.sign(np.sin(2 * np.pi * 16 * u) * np.sin(2 * np.pi * 16 * v))
            tile = _squash(0.35 * weave + 0.6 * _noise(0.3, 4), -1.6, 1.6)
        case "wicker":
            across = (np.floor(16 * u) + np.floor(16 * v)) % 2 > 0
            over = np.where(across, np.sin(np.pi * 16 * v), np.sin(np.pi * 16 * u))
            tile = _squash(-np.abs(over) + 0.15 * _noise(1.0, 5), -1.0, 0.1)
        case "stripes":
            t = np.broadcast_to((u * 4) % 1, (TILE, TILE))
            tile = (t < 0.4) | ((t > 0.55) & (t < 0.62))
        case "checks":
            tile = ((u * 4) % 1 < 0.5) * 0.5 + ((v * 4) % 1 < 0.5) * 0.5
        case "dots":
            row = np.floor(v * 6)
            tile = np.hypot((u * 6 + 0.5 * row) % 1 - 0.5, (v * 6) % 1 - 0.5) < 0.28
        case "flowers":
            tile = _squash(np.abs(_noise(1.3, 6)), 0.35, 0.6)
        case "quilt":
            seams = [np.exp(-((np.minimum(t, 1 - t) / 0.08) ** 2)) for t in ((4 * (u + v)) % 1, (4 * (u - v)) % 1)]
            tile = _squash(seams[0] + seams[1], 0, 1.6)
    return tile.astype(np.float32)


# Name: the extent of a pattern's tile along u and v, metres.
PATTERNS = {
    "plain": (1.0, 1.0),
    "wood": (1.0, 0.25),
    "leather": (0.5, 0.5),
    "tweed": (0.12, 0.12),
    "wicker": (0.3, 0.3),
    "stripes": (0.32, 0.32),
    "checks": (0.3, 0.3),
    "dots": (0.3, 0.3),
    "flowers": (0.5, 0.5),
    "quilt": (0.36, 0.36),
}

WOODS = (
    (0.80, 0.62, 0.40),  # pine
    (0.66, 0.46, 0.27),  # oak
    (0.52, 0.31, 0.17),  # cherry
    (0.36, 0.22, 0.13),  # walnut
    (0.30, 0.12, 0.08),  # mahogany
    (0.88, 0.76, 0.58),  # birch
    (0.12, 0.09, 0.08),  # stained black
)
PAINTS = (
    (0.92, 0.91, 0.88),
    (0.08, 0.08, 0.09),
    (0.55, 0.12, 0.10),
    (0.20, 0.36, 0.50),
    (0.38, 0.50, 0.36),
    (0.85, 0.70, 0.25),
    (0.50, 0.52, 0.54),
)
METALS = (
    ((0.95, 0.96, 1.0), 0.85),  # chrome
    ((0.95, 0.96, 1.0), 0.85),
    ((0.75, 0.76, 0.78), 0.55),  # brushed steel
    ((0.80, 0.62, 0.30), 0.6),  # brass
    ((0.07, 0.07, 0.08), 0.12),  # black powder coat
    ((0.90, 0.90, 0.88), 0.1),  # white powder coat
)
HIDES = (
    (0.32, 0.17, 0.09),
    (0.10, 0.08, 0.08),
    (0.55, 0.30, 0.15),
    (0.45, 0.08, 0.07),
    (0.85, 0.80, 0.70),
    (0.88, 0.88, 0.87),
)
CHROME = Material("plain", METALS[0][0], specular=0.7, gloss=60, mirror=METALS[0][1])


class MaterialChoices(Choices):
    """Random choices of numbers and of materials."""

    def wood(self) -> Material:
        """Choose a wood, now and then a painted one."""
        if self.chance(0.2):
            return Material("plain", self._near(PAINTS), specular=self.number(0.1, 0.4), gloss=30)
        colour, contrast, extent = self._near(WOODS), self.number(0.3, 0.9), self.number(0.7, 1.4)
        return Material("wood", colour, None, contrast, extent, self.number(0.05, 0.4), self.number(15, 60))

    def metal(self) -> Material:
        """Choose chrome, steel, brass or a powder coat."""
        colour, mirror = self.pick(*METALS)
        return Material("plain", colour, specular=0.5, gloss=50, mirror=mirror)

    def plastic(self) -> Material:
        """Choose a moulded plastic, often white, black or loud."""
        if self.chance(0.7):
            colour = self._near(PAINTS)
        else:
            colour = colorsys.hsv_to_rgb(self._hue(), self.number(0.5, 0.95), self.number(0.4, 0.95))
        return Material("plain", colour, specular=self.number(0.2, 0.5), gloss=self.number(25, 70))

    def leather(self) -> Material:
        """Choose a hide."""
        return Material("leather", self._near(HIDES), contrast=0.25, specular=self.number(0.15, 0.35), gloss=14)

    def cloth(self) -> Material:
        """Choose a cloth: mostly plain weave, otherwise printed."""
        colour = self._muted()
        if self.chance(0.55):
            return Material("tweed", colour, contrast=self.number(0.15, 0.5), specular=0.03, gloss=5)
        light = tuple(0.35 * c + 0.65 * w for c, w in zip(colour, (0.95, 0.92, 0.85), strict=True))
        second = light if self.chance(0.7) else self._muted()
        pattern = self.pick("stripes", "checks", "dots", "flowers", "quilt")
        return Material(pattern, colour, second, self.number(0.5, 1.0), self.number(0.5, 1.4), 0.04, 6.0)

    def cover(self) -> Material:
        """Choose what a seat is covered with."""
        return self.leather() if self.chance(0.35) else self.cloth()

    def cane(self) -> Material:
        """Choose a wickerwork."""
        return Material("wicker", self._near(WOODS[:3]), contrast=0.8, extent=self.number(0.6, 1.3), specular=0.05)

    def _near(self, colours: tuple) -> tuple[float, float, float]:
        """Pick a colour and vary it, brightness more than hue."""
        shift = self.rng.normal(0, 0.02, 3) + self.rng.normal(0, 0.05)
        return tuple(float(c) for c in np.clip(np.asarray(self.pick(*colours)) + shift, 0.03, 0.97))

    def _muted(self) -> tuple[float, float, float]:
        return colorsys.hsv_to_rgb(self._hue(), self.rng.beta(1.5, 3.0), self.number(0.12, 0.92))

    def _hue(self) -> float:
        """Draw a hue; reds, oranges, browns and blues come more often than greens and purples."""
        return self.number(0, 1) if self.chance(0.3) else float(self.rng.normal(self.pick(0.03, 0.09, 0.6), 0.035)) % 1
