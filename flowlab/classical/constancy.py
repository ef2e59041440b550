"""Brightness constancy, the one equation that all classical methods share, made linear.

``I2(x + w) = I1(x)`` holds at the true flow but cannot be solved for w. Its first-order expansion is one line
``Ix u + Iy v + It = 0`` in the (u, v) plane for each pixel, and a line is not yet a point: what a method adds to it
is what tells Lucas-Kanade from Horn-Schunck.
"""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Bool, Float

Plane = Float[np.ndarray, "H W"]
Flow = Float[np.ndarray, "H W 2"]

# Differences over 1 and 2 px combined so that their errors of third order cancel.
DERIVATIVE = np.array([1, -8, 0, 8, -1], np.float32) / 12
ONE = np.ones(1, np.float32)


def derivatives(I: Plane) -> tuple[Plane, Plane]:
    """Return the derivatives to the right and down, in brightness per pixel.

    Args:
        I: Brightness, float32. Outside, the edge repeats.

    Example:
        >>> ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
        >>> Ix, Iy = derivatives(ramp)
        >>> round(float(Ix[4, 4]), 5), float(Iy[4, 4])
        (1.0, 0.0)
    """
    Ix = cv2.sepFilter2D(I, -1, DERIVATIVE, ONE, borderType=cv2.BORDER_REPLICATE)
    Iy = cv2.sepFilter2D(I, -1, ONE, DERIVATIVE, borderType=cv2.BORDER_REPLICATE)
    return Ix, Iy


def fetch(I2: Plane, w: Flow) -> tuple[Plane, Bool[np.ndarray, "H W"]]:
    """Return ``I2(x + w(x))``, bilinear, with its edge repeated outside, and where nothing had to be repeated."""
    H, W = I2.shape
    x = w[..., 0] + np.arange(W, dtype=np.float32)
    y = w[..., 1] + np.arange(H, dtype=np.float32)[:, None]
    inside = (x >= 0) & (y >= 0) & (x <= W - 1) & (y <= H - 1)
    return cv2.remap(I2, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), inside


def constraint(I1: Plane, I2: Plane, w: Flow | None = None) -> tuple[Plane, Plane, Plane]:
    """Return Ix, Iy, It: what is missing from ``w`` lies, at each pixel, on the line ``Ix du + Iy dv + It = 0``.

    Args:
        I1: Frame 1, float32.
        I2: Frame 2, of the same size.
        w: The flow so far, in pixels; without it, no motion.

    Returns:
        It is frame 2, brought back by ``w``, minus frame 1. Ix and Iy are the means of both pictures' derivatives,
        so that errors of first order cancel. Where ``w`` leaves the picture all three are 0: no constraint.

    Example:
        >>> I1 = np.tile(np.arange(9, dtype=np.float32), (9, 1))
        >>> Ix, Iy, It = constraint(I1, I1 - 1)  # a ramp that has moved one pixel to the right
        >>> -float(It[4, 4] / Ix[4, 4])
        1.0
    """
    back, inside = (I2, None) if w is None else fetch(I2, w)
    (ax, ay), (bx, by) = derivatives(I1), derivatives(back)
    line = (ax + bx) / 2, (ay + by) / 2, back - I1
    return line if inside is None else tuple(np.where(inside, part, np.float32(0)) for part in line)
