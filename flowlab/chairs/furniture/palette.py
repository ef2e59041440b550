"""Which woods, metals, cloths and leathers a chair comes in."""

from __future__ import annotations

import colorsys

import numpy as np

from flowlab.chairs.furniture.material import Material
from flowlab.chairs.furniture.workshop import Workshop

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


def wood(shop: Workshop) -> Material:
    """Choose a wood, now and then a painted one."""
    if shop.chance(0.2):
        return Material("plain", _near(shop, PAINTS), specular=shop.number(0.1, 0.4), gloss=30)
    return Material(
        "wood",
        _near(shop, WOODS),
        contrast=shop.number(0.3, 0.9),
        extent=shop.number(0.7, 1.4),
        specular=shop.number(0.05, 0.4),
        gloss=shop.number(15, 60),
    )


def metal(shop: Workshop) -> Material:
    """Choose chrome, steel, brass or a powder coat."""
    colour, mirror = shop.pick(*METALS)
    return Material("plain", colour, specular=0.5, gloss=50, mirror=mirror)


def chrome() -> Material:
    """Take plain chrome."""
    return Material("plain", *METALS[0][:1], specular=0.7, gloss=60, mirror=METALS[0][1])


def plastic(shop: Workshop) -> Material:
    """Choose a moulded plastic, often white, black or loud."""
    colour = _near(shop, PAINTS) if shop.chance(0.7) else _vivid(shop)
    return Material("plain", colour, specular=shop.number(0.2, 0.5), gloss=shop.number(25, 70))


def leather(shop: Workshop) -> Material:
    """Choose a hide."""
    return Material("leather", _near(shop, HIDES), contrast=0.25, specular=shop.number(0.15, 0.35), gloss=14)


def cloth(shop: Workshop) -> Material:
    """Choose a cloth: mostly plain weave, otherwise printed."""
    colour = _muted(shop)
    if shop.chance(0.55):
        return Material("tweed", colour, contrast=shop.number(0.15, 0.5), specular=0.03, gloss=5)
    light = tuple(0.35 * c + 0.65 * w for c, w in zip(colour, (0.95, 0.92, 0.85), strict=True))
    second = light if shop.chance(0.7) else _muted(shop)
    pattern = shop.pick("stripes", "checks", "dots", "flowers", "quilt")
    return Material(pattern, colour, second, shop.number(0.5, 1.0), shop.number(0.5, 1.4), 0.04, 6.0)


def cover(shop: Workshop) -> Material:
    """Choose what a seat is covered with."""
    return leather(shop) if shop.chance(0.35) else cloth(shop)


def cane(shop: Workshop) -> Material:
    """Choose a wickerwork."""
    return Material("wicker", _near(shop, WOODS[:3]), contrast=0.8, extent=shop.number(0.6, 1.3), specular=0.05)


def _near(shop: Workshop, colours: tuple) -> tuple[float, float, float]:
    """Pick a colour and vary it, brightness more than hue."""
    shift = shop.rng.normal(0, 0.02, 3) + shop.rng.normal(0, 0.05)
    return tuple(float(c) for c in np.clip(np.asarray(shop.pick(*colours)) + shift, 0.03, 0.97))


def _muted(shop: Workshop) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb(_hue(shop), shop.rng.beta(1.5, 3.0), shop.number(0.12, 0.92))


def _vivid(shop: Workshop) -> tuple[float, float, float]:
    return colorsys.hsv_to_rgb(_hue(shop), shop.number(0.5, 0.95), shop.number(0.4, 0.95))


def _hue(shop: Workshop) -> float:
    """Draw a hue; reds, oranges, browns and blues sell better than greens and purples."""
    return shop.number(0, 1) if shop.chance(0.3) else float(shop.rng.normal(shop.pick(0.03, 0.09, 0.6), 0.035)) % 1
