"""What chairs are made of: colours, patterns, how a surface takes the light, and which of them are drawn."""

from __future__ import annotations

import colorsys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray

TILE = 256  # texels along either side of a pattern


@dataclass(frozen=True)
class Material:
    """A surface.

    Attributes:
        pattern: One of PATTERNS.
        colour: Red, green and blue in [0, 1].
        second: The pattern's other colour; without one, the first one darkened by ``contrast``.
        contrast: How far the pattern goes towards the second colour, 0 to 1.
        extent: Stretches the pattern.
        specular: Strength of highlights.
        gloss: Exponent of highlights: 5 is cloth, 80 is lacquer.
        mirror: How much of the surroundings it reflects, 0 to 1; chrome has 0.8.

    Example:
        >>> Material("wood", (0.5, 0.3, 0.2)).contrast
        0.5
    """

    pattern: str
    colour: tuple[float, float, float]
    second: tuple[float, float, float] | None = None
    contrast: float = 0.5
    extent: float = 1.0
    specular: float = 0.2
    gloss: float = 20.0
    mirror: float = 0.0


def albedo(material: Material, uv: Float[ndarray, "P 2"], metres: float = 0.0) -> Float[ndarray, "P 3"]:
    """Look a material's colour up at points of its surface.

    Args:
        material: The material.
        uv: Surface coordinates, metres.
        metres: Side of the square over which the pattern is averaged.

    Returns:
        Colours in [0, 1].

    Raises:
        KeyError: If the material names no known pattern.

    Example:
        >>> albedo(Material("plain", (0.5, 0.25, 1.0)), np.zeros((1, 2), np.float32)).tolist()
        [[0.5, 0.25, 1.0]]
    """
    colour = np.asarray(material.colour, np.float32)
    paint, extent = PATTERNS[material.pattern]
    if paint is None:
        return np.broadcast_to(colour, (len(uv), 3))
    extent = np.asarray(extent, np.float32) * material.extent
    level = int(np.clip(np.log2(max(metres * TILE / extent.min(), 1)) + 0.5, 0, 7))
    mix = _lookup(_averaged(paint, level), uv / extent)[:, None] * material.contrast
    second = colour * 0.35 if material.second is None else np.asarray(material.second, np.float32)
    return colour + (second - colour) * mix


@cache
def _averaged(paint: Callable, level: int) -> Float[ndarray, "T T"]:
    """Average a tile over squares of 2**level texels."""
    if level == 0:
        return paint()
    side = TILE >> level
    return cv2.resize(_averaged(paint, 0), (side, side), interpolation=cv2.INTER_AREA)


def _lookup(tile: Float[ndarray, "T T"], at: Float[ndarray, "P 2"]) -> Float[ndarray, " P"]:
    """Interpolate a tile that repeats at every whole number."""
    side = len(tile)
    at = at * side
    corner = np.floor(at)
    (u, v), (i, j) = (at - corner).T.astype(np.float32), corner.T.astype(np.int32) & (side - 1)
    right, below = (i + 1) & (side - 1), (j + 1) & (side - 1)
    upper = tile[j, i] * (1 - u) + tile[j, right] * u
    return upper * (1 - v) + (tile[below, i] * (1 - u) + tile[below, right] * u) * v


def _noise(stretch: tuple[float, float], power: float, seed: int) -> Float[ndarray, "T T"]:
    """Draw tileable noise whose amplitude falls with frequency, stretched along u and v; 0 mean, 1 std."""
    rng = np.random.default_rng([2015, seed])  # patterns belong to the program, not to a data set
    frequency = np.fft.fftfreq(TILE) * TILE
    radius = np.hypot(frequency[None, :] * stretch[0], frequency[:, None] * stretch[1])
    radius[0, 0] = np.inf
    spectrum = np.fft.fft2(rng.standard_normal((TILE, TILE))) * radius**-power
    noise = np.fft.ifft2(spectrum).real
    return (noise / noise.std()).astype(np.float32)


def _squash(field: ndarray, low: float, high: float) -> Float[ndarray, "T T"]:
    return np.clip((field - low) / (high - low), 0, 1).astype(np.float32)


U = ((np.arange(TILE) + 0.5) / TILE)[None, :]  # a row and a column: where texels are, as parts of the tile
V = U.T


def _wood() -> Float[ndarray, "T T"]:
    rings = np.sin(2 * np.pi * (6 * V + 0.35 * _noise((2.0, 0.4), 1.6, 0)))
    return _squash(0.45 * rings + 0.5 * _noise((6.0, 0.15), 1.0, 1), -1.6, 1.8)


def _leather() -> Float[ndarray, "T T"]:
    return _squash(_noise((1, 1), 1.1, 2) + 0.5 * _noise((1, 1), 0.2, 3), -2.5, 2.5)


def _tweed() -> Float[ndarray, "T T"]:
    weave = np.sign(np.sin(2 * np.pi * 16 * U) * np.sin(2 * np.pi * 16 * V))
    return _squash(0.35 * weave + 0.6 * _noise((1, 1), 0.3, 4), -1.6, 1.6)


def _wicker() -> Float[ndarray, "T T"]:
    over = np.where((np.floor(16 * U) + np.floor(16 * V)) % 2 > 0, np.sin(np.pi * 16 * V), np.sin(np.pi * 16 * U))
    return _squash(-np.abs(over) + 0.15 * _noise((1, 1), 1.0, 5), -1.0, 0.1)


def _stripes() -> Float[ndarray, "T T"]:
    t = (U * 4) % 1
    return np.repeat(((t < 0.4) | ((t > 0.55) & (t < 0.62))).astype(np.float32), TILE, axis=0)


def _checks() -> Float[ndarray, "T T"]:
    return (((U * 4) % 1 < 0.5) * 0.5 + ((V * 4) % 1 < 0.5) * 0.5).astype(np.float32)


def _dots() -> Float[ndarray, "T T"]:
    row = np.floor(V * 6)
    return (np.hypot((U * 6 + 0.5 * row) % 1 - 0.5, (V * 6) % 1 - 0.5) < 0.28).astype(np.float32)


def _flowers() -> Float[ndarray, "T T"]:
    return _squash(np.abs(_noise((1, 1), 1.3, 6)), 0.35, 0.6)


def _quilt() -> Float[ndarray, "T T"]:
    seams = [np.exp(-((np.minimum(t, 1 - t) / 0.08) ** 2)) for t in ((4 * (U + V)) % 1, (4 * (U - V)) % 1)]
    return _squash(seams[0] + seams[1], 0, 1.6)


# Name: the painter of a tile, and the tile's extent along u and v in metres.
PATTERNS = {
    "plain": (None, (1.0, 1.0)),
    "wood": (_wood, (1.0, 0.25)),
    "leather": (_leather, (0.5, 0.5)),
    "tweed": (_tweed, (0.12, 0.12)),
    "wicker": (_wicker, (0.3, 0.3)),
    "stripes": (_stripes, (0.32, 0.32)),
    "checks": (_checks, (0.3, 0.3)),
    "dots": (_dots, (0.3, 0.3)),
    "flowers": (_flowers, (0.5, 0.5)),
    "quilt": (_quilt, (0.36, 0.36)),
}


class Choices:
    """Random choices while a chair is built.

    Args:
        rng: Random generator.

    Example:
        >>> Choices(np.random.default_rng(0)).pick("oak", "pine")
        'pine'
    """

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def number(self, low: float, high: float) -> float:
        """Draw a uniform number."""
        return float(self.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """Draw a whole number, both ends possible."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        """Toss a biased coin."""
        return bool(self.rng.random() < probability)

    def pick(self, *options):
        """Choose one of the options."""
        return options[int(self.rng.integers(len(options)))]


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


def wood(shop: Choices) -> Material:
    """Choose a wood, now and then a painted one."""
    if shop.chance(0.2):
        return Material("plain", _near(shop, PAINTS), specular=shop.number(0.1, 0.4), gloss=30)
    colour, contrast, extent = _near(shop, WOODS), shop.number(0.3, 0.9), shop.number(0.7, 1.4)
    return Material("wood", colour, None, contrast, extent, shop.number(0.05, 0.4), shop.number(15, 60))


def metal(shop: Choices) -> Material:
    """Choose chrome, steel, brass or a powder coat."""
    colour, mirror = shop.pick(*METALS)
    return Material("plain", colour, specular=0.5, gloss=50, mirror=mirror)


def plastic(shop: Choices) -> Material:
    """Choose a moulded plastic, often white, black or loud."""
    colour = _near(shop, PAINTS) if shop.chance(0.7) else _vivid(shop)
    return Material("plain", colour, specular=shop.number(0.2, 0.5), gloss=shop.number(25, 70))


def leather(shop: Choices) -> Material:
    """Choose a hide."""
    return Material("leather", _near(shop, HIDES), contrast=0.25, specular=shop.number(0.15, 0.35), gloss=14)


def cloth(shop: Choices) -> Material:
    """Choose a cloth: mostly plain weave, otherwise printed."""
    colour = _muted(shop)
    if shop.chance(0.55):
        return Material("tweed", colour, contrast=shop.number(0.15, 0.5), specular=0.03, gloss=5)
    light = tuple(0.35 * c + 0.65 * w for c, w in zip(colour, (0.95, 0.92, 0.85), strict=True))
    second = light if shop.chance(0.7) else _muted(shop)
    pattern = shop.pick("stripes", "checks", "dots", "flowers", "quilt")
    return Material(pattern, colour, second, shop.number(0.5, 1.0), shop.number(0.5, 1.4), 0.04, 6.0)


def cover(shop: Choices) -> Material:
    """Choose what a seat is covered with."""
    return leather(shop) if shop.chance(0.35) else cloth(shop)


def cane(shop: Choices) -> Material:
    """Choose a wickerwork."""
    return Material("wicker", _near(shop, WOODS[:3]), contrast=0.8, extent=shop.number(0.6, 1.3), specular=0.05)


def _near(shop: Choices, colours: tuple) -> tuple[float, float, float]:
    """Pick a colour and vary it, brightness more than hue."""
    shift = shop.rng.normal(0, 0.02, 3) + shop.rng.normal(0, 0.05)
    return tuple(float(c) for c in np.clip(np.asarray(shop.pick(*colours)) + shift, 0.03, 0.97))


def _muted(shop: Choices) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb(_hue(shop), shop.rng.beta(1.5, 3.0), shop.number(0.12, 0.92))


def _vivid(shop: Choices) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb(_hue(shop), shop.number(0.5, 0.95), shop.number(0.4, 0.95))


def _hue(shop: Choices) -> float:
    """Draw a hue; reds, oranges, browns and blues sell better than greens and purples."""
    return shop.number(0, 1) if shop.chance(0.3) else float(shop.rng.normal(shop.pick(0.03, 0.09, 0.6), 0.035)) % 1
