"""Flat shapes: boxes, polygons, ellipses, and combs, which are nothing but thin parts; cut-outs of painted pictures."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.texture import background
from flowlab.chairs.texture.canvas import cut

SAMPLES = 4  # along each side of a pixel


def draw(rng: np.random.Generator, shape: str, pixels: int) -> UInt8[ndarray, "H W 4"]:
    """Draw a shape with a texture.

    Args:
        rng: Random generator.
        shape: "box", "polygon", "ellipse", "comb" or "cutout".
        pixels: Longer side of the picture, with one empty pixel at each edge.

    Returns:
        Red, green, blue times alpha, and alpha.

    Raises:
        ValueError: If there is no such shape.

    Example:
        >>> draw(np.random.default_rng(0), "box", 40).max(axis=(0, 1))[3]
        np.uint8(255)
    """
    height = pixels
    width = max(round(pixels * rng.uniform(0.5, 1.0)), 8)
    if shape == "comb":
        outlines = _comb(rng)
    elif shape == "cutout":
        outlines = [_blob(rng)]
    elif shape == "box":
        outlines = [np.array([(0, 0), (1, 0), (1, 1), (0, 1)])]
    elif shape in ("polygon", "ellipse"):
        corners = int(rng.integers(5, 10)) if shape == "polygon" else 64
        a = 2 * np.pi * (np.arange(corners) + (0.7 * rng.random(corners) if shape == "polygon" else 0)) / corners
        reach = rng.uniform(0.5, 1.0, corners) if shape == "polygon" else np.ones(corners)
        points = reach[:, None] * np.stack([np.cos(a), np.sin(a)], axis=1)
        low, high = points.min(axis=0), points.max(axis=0)
        outlines = [(points - low) / (high - low)]
    else:
        raise ValueError(f"shape must be box, polygon, ellipse, comb or cutout, got {shape!r}")
    mask = np.zeros((height * SAMPLES, width * SAMPLES), np.uint8)
    inner = np.array([width - 2, height - 2]) * SAMPLES
    holes = _holes(rng) if shape == "cutout" else []
    for outline, value in [*((outline, 255) for outline in outlines), *((hole, 0) for hole in holes)]:
        cv2.fillPoly(mask, [np.rint((outline * (inner - 1) + SAMPLES) * 16).astype(np.int32)], value, shift=4)
    alpha = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    if shape == "cutout":
        colour = background(rng, (height, width)) * (alpha / 255)
    else:
        mix = np.clip(0.5 + 0.35 * cut(rng, str(rng.choice(("natural", "rough", "relief"))), (height, width)), 0, 1)
        first, second = rng.random((2, 3))
        colour = (first + (second - first) * mix[..., None]) * alpha
    return np.concatenate([np.rint(colour).astype(np.uint8), alpha], axis=2)


def _comb(rng: np.random.Generator) -> list[ndarray]:
    """Lay thin bars side by side, held together by two others."""
    bars, width = int(rng.integers(3, 9)), rng.uniform(0.015, 0.04)
    at = (np.arange(bars) + 0.5) / bars
    tall = [(x - width / 2, 0.0, x + width / 2, 1.0) for x in at]
    wide = [(at[0], y - width / 2, at[-1], y + width / 2) for y in rng.uniform(0.1, 0.9, 2)]
    return [np.array([(a, b), (c, b), (c, d), (a, d)]) for a, b, c, d in tall + wide]


def _blob(rng: np.random.Generator) -> ndarray:
    """Draw an outline with bays and capes: a circle whose radius is a sum of waves, smooth or crooked."""
    corners = int(rng.choice((96, 96, 9, 14)))
    a = 2 * np.pi * np.arange(corners) / corners
    waves = np.arange(1, 8)
    height = rng.normal(0, 0.45, 7) / waves ** rng.uniform(0.5, 1.5)
    reach = np.exp((height[:, None] * np.cos(waves[:, None] * a + rng.uniform(0, 2 * np.pi, (7, 1)))).sum(axis=0))
    points = reach[:, None] * np.stack([np.cos(a), np.sin(a)], axis=1)
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - low) / (high - low)


def _holes(rng: np.random.Generator) -> list[ndarray]:
    """Draw up to three holes, most of the time none."""
    count = int(rng.choice((0, 0, 0, 1, 2, 3)))
    return [rng.uniform(0.2, 0.8, 2) + rng.uniform(0.05, 0.2) * (_blob(rng) - 0.5) * 2 for _ in range(count)]
