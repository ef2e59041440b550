"""Backgrounds with the statistics of photographs, and photographs where the user has some."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.scene import canvas_of
from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.painters import city, country, front, leaves, mountains, surface
from flowlab.chairs.texture.photographs import photograph

__all__ = ["FAMILIES", "background", "paint_background"]


# Name: painter, weight, and the noises it works with. The original backgrounds are photographs of
# cities (321), landscapes (129) and mountains (514).
FAMILIES = {
    "mountains": (mountains, 3.0, ("relief", "foliage", "clouds")),
    "country": (country, 2.0, ("foliage", "strata", "clouds")),
    "city": (city, 3.0, ("rough", "natural", "clouds")),
    "leaves": (leaves, 2.0, ("natural", "rough", "foliage")),
    "surface": (surface, 1.0, ("relief", "foliage", "blades")),
    "front": (front, 1.5, ("rough", "natural", "clouds")),
}


def background(rng: np.random.Generator, size: tuple[int, int], family: str | None = None) -> UInt8[ndarray, "H W 3"]:
    """Paint a background.

    Args:
        rng: The source of chance.
        size: Height and width, pixels.
        family: One of FAMILIES; drawn by weight when left out.

    Returns:
        The picture, RGB.

    Raises:
        ValueError: If there is no such family.

    Example:
        >>> background(np.random.default_rng(0), (48, 64)).shape
        (48, 64, 3)
    """
    if family is None:
        weights = np.array([weight for _, weight, _ in FAMILIES.values()])
        family = list(FAMILIES)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    elif family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    painter, _, noises = FAMILIES[family]
    canvas = Canvas(rng, size, noises)
    painter(canvas)
    blur = rng.gamma(2, 1.2) if rng.random() < 0.1 else rng.uniform(0.5, 0.8)
    return develop(rng, canvas.finish(blur * max(size[1] / 600, 0.6)))


def paint_background(rng: np.random.Generator, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Paint the background for frames of a size, or cut it out of a photograph, as the config says."""
    canvas = canvas_of(size)
    if config.photographs and rng.random() < config.photograph_share:
        return develop(rng, photograph(rng, canvas, config.photographs))
    return background(rng, canvas)


def develop(rng: np.random.Generator, picture: UInt8[ndarray, "H W 3"]) -> UInt8[ndarray, "H W 3"]:
    """Vary exposure, contrast and white balance, as cameras do.

    Args:
        rng: The source of chance.
        picture: RGB.

    Returns:
        A new picture.

    Example:
        >>> develop(np.random.default_rng(0), np.full((2, 2, 3), 128, np.uint8)).shape
        (2, 2, 3)
    """
    t = np.arange(256)[:, None] / 255
    curve = t ** np.exp(rng.normal(-0.05, 0.18)) * np.exp(rng.normal(0, 0.1)) * np.exp(rng.normal(0, 0.05, 3))
    curve = 0.5 + (curve - 0.5) * np.exp(rng.normal(0, 0.1))
    return cv2.LUT(picture, np.rint(np.clip(curve, 0, 1) * 255).astype(np.uint8)[:, None])
