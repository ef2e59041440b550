"""Colours of skies, plants, soils and walls, and how they vary."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

SKIES = (
    ((0.25, 0.45, 0.80), (0.70, 0.82, 0.93)),  # a clear day: above, at the horizon
    ((0.45, 0.58, 0.75), (0.86, 0.88, 0.88)),
    ((0.62, 0.66, 0.70), (0.82, 0.83, 0.83)),  # overcast
    ((0.30, 0.32, 0.50), (0.95, 0.62, 0.40)),  # dusk
    ((0.18, 0.22, 0.38), (0.65, 0.50, 0.50)),
)
GREENS = ((0.25, 0.35, 0.14), (0.36, 0.42, 0.18), (0.16, 0.26, 0.12), (0.45, 0.44, 0.22), (0.30, 0.28, 0.12))
EARTHS = ((0.50, 0.42, 0.33), (0.38, 0.32, 0.27), (0.62, 0.55, 0.45), (0.42, 0.30, 0.22), (0.33, 0.33, 0.34))
WALLS = (
    (0.62, 0.58, 0.52),
    (0.45, 0.43, 0.42),
    (0.72, 0.70, 0.66),
    (0.55, 0.34, 0.26),
    (0.66, 0.54, 0.38),
    (0.30, 0.34, 0.40),
    (0.24, 0.22, 0.22),
    (0.80, 0.78, 0.74),
)
WHITE = np.ones(3)


def near(rng: np.random.Generator, colours, spread: float = 0.03) -> Float[ndarray, 3]:
    """Pick one of the colours and vary it, brightness twice as much as hue."""
    colour = np.asarray(colours[int(rng.integers(len(colours)))])
    colour = colour + rng.normal(0, spread, 3) + rng.normal(0, 2 * spread)
    return np.minimum(np.maximum(colour, 0.01), 0.99)  # np.clip takes ten times as long for three numbers


def shades(rng: np.random.Generator, colours, count: int, spread: float = 0.03) -> Float[ndarray, "N 3"]:
    """Do what ``near`` does, many times at once."""
    chosen = np.asarray(colours)[rng.integers(0, len(colours), count)]
    return np.clip(chosen + rng.normal(0, spread, (count, 3)) + rng.normal(0, 2 * spread, (count, 1)), 0.01, 0.99)
