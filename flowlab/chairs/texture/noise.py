"""Noise with the spectrum of photographs: amplitude falls as 1 / frequency (Field, 1987)."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from jaxtyping import Float
from numpy import ndarray

SIDE = 1024  # texels along a tile

# Name: the exponent of the fall, and how much longer than high its grains are.
KINDS = {
    "smooth": (2.0, 1.0),
    "clouds": (1.6, 1.8),
    "natural": (1.1, 1.0),
    "rough": (0.75, 1.0),
    "strata": (1.1, 5.0),
    "blades": (0.9, 0.25),
}


def power_noise(rng: np.random.Generator, side: int, exponent: float, stretch: float = 1.0) -> Float[ndarray, "S S"]:
    """Draw noise that repeats without a seam.

    Args:
        rng: The source of chance.
        side: Texels along each side.
        exponent: Amplitude falls as frequency to the power of minus this.
        stretch: How much longer than high its grains are.

    Returns:
        Noise with mean 0 and standard deviation 1.

    Example:
        >>> noise = power_noise(np.random.default_rng(0), 64, 1.0)
        >>> round(abs(float(noise.mean())), 6), round(float(noise.std()), 3)
        (0.0, 1.0)
    """
    x = np.fft.rfftfreq(side) * side * stretch**0.5
    y = np.fft.fftfreq(side)[:, None] * side / stretch**0.5
    radius = np.hypot(x, y)
    radius[0, 0] = np.inf  # no mean
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((side, side))) * radius**-exponent, s=(side, side))
    return (noise / noise.std()).astype(np.float32)


@cache
def tile(kind: str) -> Float[ndarray, "S S"]:
    """Give one of the program's own tiles, made at its first use (some 100 ms) and kept (4 MB).

    Args:
        kind: One of KINDS, or "relief" or "foliage".

    Returns:
        A tile that repeats without a seam; about 0 in the mean, most values within -2 and 2.

    Raises:
        KeyError: If there is no such kind.

    Example:
        >>> tile("natural").shape
        (1024, 1024)
    """
    if kind == "relief":  # a landscape lit from one side: rock, scree, plaster, crumpled cloth
        height = 0.35 * tile("natural") + 6 * np.roll(tile("smooth"), 97, axis=0)
        height = cv2.GaussianBlur(np.pad(height, 8, mode="wrap"), (0, 0), 1.2)[8:-8, 8:-8]
        slope = np.roll(height, 1, axis=1) - height + 0.5 * (np.roll(height, 1, axis=0) - height)
        return np.tanh(1.2 * slope / slope.std()) * 1.3
    if kind == "foliage":  # small blotches with edges in larger ones: leaves, scree, shadows in grass
        return (np.tanh(1.5 * tile("rough")) + 0.6 * np.roll(tile("natural"), 311, axis=1)).astype(np.float32)
    exponent, stretch = KINDS[kind]
    rng = np.random.default_rng([2015, list(KINDS).index(kind)])  # tiles belong to the program
    return power_noise(rng, SIDE, exponent, stretch)


def cut(rng: np.random.Generator, kind: str, size: tuple[int, int]) -> Float[ndarray, "H W"]:
    """Cut a piece out of a tile at a random place, half of the time mirrored.

    Args:
        rng: The source of chance.
        kind: As in ``tile``.
        size: Height and width.

    Returns:
        The piece, a view where that is possible.

    Example:
        >>> cut(np.random.default_rng(0), "rough", (30, 40)).shape
        (30, 40)
    """
    source = tile(kind)
    y, x = rng.integers(0, SIDE, 2)
    y, x = (int(p * max(SIDE - n, 0) / SIDE) for p, n in zip((y, x), size, strict=True))
    piece = source[y : y + size[0], x : x + size[1]]
    if piece.shape != tuple(size):  # larger than a tile: go round
        rows, columns = np.arange(y, y + size[0]) % SIDE, np.arange(x, x + size[1]) % SIDE
        piece = source[rows[:, None], columns]
    return piece[:, ::-1] if rng.random() < 0.5 else piece
