"""What an eye without red or green cones sees, and how far apart two colours look: CIELAB, from the definitions."""

from __future__ import annotations

import numpy as np

# Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency", IEEE TVCG
# 2009, severity 1, on linear RGB.
MACHADO = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
# Vienot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats", Color
# Research and Application 1999: linear RGB to cones and back, one cone's answer replaced.
CONES = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
VIENOT = {
    "protanopia": [[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]],
    "deuteranopia": [[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]],
}

SIMULATIONS = {
    "normal": np.eye(3),
    **{f"{name}, Machado 2009": np.array(matrix) for name, matrix in MACHADO.items()},
    **{f"{name}, Vienot 1999": np.linalg.inv(CONES) @ np.array(m) @ CONES for name, m in VIENOT.items()},
}

# sRGB's primaries and white (IEC 61966-2-1).
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(rgb: np.ndarray) -> np.ndarray:
    c = rgb / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def lab(light: np.ndarray) -> np.ndarray:
    """CIELAB of linear RGB."""
    relative = light @ TO_XYZ.T / TO_XYZ.sum(axis=1)
    f = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def seen(rgb: np.ndarray, simulation: str) -> np.ndarray:
    """CIELAB of sRGB colours (N, 3) as that eye sees them."""
    return lab(np.clip(linear(np.asarray(rgb, float)) @ SIMULATIONS[simulation].T, 0, 1))


def distances(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Delta E (CIE 1976) between each of ``a`` and each of ``b``."""
    return np.linalg.norm(a[:, None] - b[None], axis=-1)
