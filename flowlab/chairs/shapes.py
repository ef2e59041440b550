"""Flat shapes: boxes, polygons, ellipses, combs of thin bars, and cut-outs of painted pictures."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.texture import background
from flowlab.chairs.texture.canvas import cut

SAMPLES = 4  # along each side of a pixel


def draw(rng: np.random.Generator, shape: str, pixels: int) -> UInt8[ndarray, "H W 4"]:
    """Draw a shape with a texture: "box", "polygon", "ellipse", "comb" or "cutout".

    The picture is RGB times alpha, and alpha. ``pixels`` is its height, with one empty pixel at each edge.
    """
    height, width = pixels, max(round(pixels * rng.uniform(0.5, 1.0)), 8)
    mask = np.zeros((height * SAMPLES, width * SAMPLES), np.uint8)
    inner = np.array([width - 2, height - 2]) * SAMPLES
    for outline, value in _outlines(rng, shape):
        cv2.fillPoly(mask, [np.rint((outline * (inner - 1) + SAMPLES) * 16).astype(np.int32)], value, shift=4)
    alpha = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    if shape == "cutout":
        colour = background(rng, (height, width)) * (alpha / 255)
    else:
        kind = str(rng.choice(("natural", "rough", "relief")))
        mix = np.clip(0.5 + 0.35 * cut(rng, kind, (height, width)), 0, 1)
        first, second = rng.random((2, 3))
        colour = (first + (second - first) * mix[..., None]) * alpha
    return np.concatenate([np.rint(colour).astype(np.uint8), alpha], axis=2)


def _outlines(rng: np.random.Generator, shape: str) -> list[tuple[ndarray, int]]:
    """Draw the polygons of a shape in the unit square, each with 255, or 0 for a hole."""
    if shape == "comb":  # thin bars side by side, held together by two others
        bars, width = int(rng.integers(3, 9)), rng.uniform(0.015, 0.04)
        at = (np.arange(bars) + 0.5) / bars
        tall = [(x - width / 2, 0.0, x + width / 2, 1.0) for x in at]
        wide = [(at[0], y - width / 2, at[-1], y + width / 2) for y in rng.uniform(0.1, 0.9, 2)]
        return [(np.array([(a, b), (c, b), (c, d), (a, d)]), 255) for a, b, c, d in tall + wide]
    if shape == "cutout":
        polygons = [(_blob(rng), 255)]
        for _ in range(int(rng.choice((0, 0, 0, 1, 2, 3)))):
            centre, radius = rng.uniform(0.2, 0.8, 2), rng.uniform(0.05, 0.2)
            polygons.append((centre + radius * (_blob(rng) - 0.5) * 2, 0))
        return polygons
    if shape == "box":
        return [(np.array([(0, 0), (1, 0), (1, 1), (0, 1)]), 255)]
    if shape == "ellipse":
        return [(_star(2 * np.pi * np.arange(64) / 64, np.ones(64)), 255)]
    if shape == "polygon":
        corners = int(rng.integers(5, 10))
        a = 2 * np.pi * (np.arange(corners) + 0.7 * rng.random(corners)) / corners
        return [(_star(a, rng.uniform(0.5, 1.0, corners)), 255)]
    raise ValueError(f"shape must be box, polygon, ellipse, comb or cutout, got {shape!r}")


def _blob(rng: np.random.Generator) -> ndarray:
    """Draw an outline with bays and capes: a circle whose radius is a sum of waves."""
    corners = int(rng.choice((96, 96, 9, 14)))
    a = 2 * np.pi * np.arange(corners) / corners
    waves = np.arange(1, 8)
    height = rng.normal(0, 0.45, 7) / waves ** rng.uniform(0.5, 1.5)
    phases = rng.uniform(0, 2 * np.pi, (7, 1))
    return _star(a, np.exp((height[:, None] * np.cos(waves[:, None] * a + phases)).sum(axis=0)))


def _star(angles: ndarray, radii: ndarray) -> ndarray:
    """Return the corners of a polygon by angle and radius, fitted into the unit square."""
    points = radii[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    low, high = points.min(axis=0), points.max(axis=0)
    return (points - low) / (high - low)
