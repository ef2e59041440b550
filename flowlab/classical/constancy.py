"""Brightness constancy, the equation of all classical methods, made linear; and grey images.

``I2(x + w) = I1(x)`` holds at the true flow but cannot be solved for w. Its first-order expansion
is one line ``Ix u + Iy v + It = 0`` in the (u, v) plane for each pixel. One line does not determine
a point: the methods differ in what they add to it.
"""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from flowlab.field.arrays import check_image, filled, rgb_batch

Plane = Float[np.ndarray, "H W"]
Flow = Float[np.ndarray, "H W 2"]
Grey = UInt8[np.ndarray, "H W"]

LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)  # ITU-R BT.601, as in OpenCV's grey

# Differences over 1 and 2 px combined so that their errors of third order cancel.
DERIVATIVE = np.array([1, -8, 0, 8, -1], np.float32) / 12
ONE = np.ones(1, np.float32)


def check_pair(img1: np.ndarray, img2: np.ndarray) -> list[np.ndarray]:
    """Return both frames as (H, W, 3) or (H, W), uint8 or float; refuse what is not a pair of images of one size."""
    pair = []
    for name, img in (("img1", np.asanyarray(img1)), ("img2", np.asanyarray(img2))):
        if check_image(img, name).batched:
            raise ValueError(f"{name} must be (H, W, 3) RGB or (H, W) grey, got a batch of shape {img.shape}")
        if img.dtype == np.uint16 or img.shape[2:] in ((1,), (4,)):
            img = rgb_batch(img, name)[0][0].movedim(0, -1).numpy()
        pair.append(np.asarray(img))
    (h, w), (H, W) = (img.shape[:2] for img in pair)
    if (h, w) != (H, W):
        raise ValueError(f"img1 is {h} x {w}, img2 {H} x {W}")
    return pair


def check_flow(flow: np.ndarray, size: tuple[int, int], name: str = "flow") -> Flow:
    """Return a flow for images of this size, as float32; refuse one that is not, or not finite."""
    flow = np.asarray(filled(flow))
    if flow.shape != (*size, 2):
        raise ValueError(f"{name} has shape {flow.shape}, the images are {size[0]} x {size[1]}: expected {(*size, 2)}")
    if not np.isfinite(flow).all():
        raise ValueError(f"{name} has pixels that are NaN or infinite; give them a value, for example 0")
    return np.ascontiguousarray(flow, np.float32)


def grey_float(img: np.ndarray) -> Plane:
    """Convert a checked image to grey, float32 in [0, 1], without rounding.

    Example:
        >>> grey_float(np.full((1, 1, 3), 255, np.uint8)).round(6).tolist()
        [[1.0]]
    """
    scale = 1 / 255 if img.dtype == np.uint8 else 1.0
    img = np.ascontiguousarray(img, np.float32)
    return (cv2.transform(img, LUMA) if img.ndim == 3 else img) * np.float32(scale)


def grey_uint8(img: np.ndarray) -> Grey:
    """Convert a checked image to grey uint8, for OpenCV's methods. Floats are clipped to [0, 1]."""
    if img.dtype != np.uint8:
        img = (255 * img.clip(0, 1)).round().astype(np.uint8)
    return img if img.ndim == 2 else cv2.cvtColor(img, cv2.COLOR_RGB2GRAY)


def derivatives(I: Plane) -> tuple[Plane, Plane]:
    """Return the derivatives to the right and down, in brightness per pixel; the edge is repeated.

    Example:
        >>> ramp = np.tile(np.arange(8, dtype=np.float32), (8, 1))
        >>> Ix, Iy = derivatives(ramp)
        >>> round(float(Ix[4, 4]), 5), float(Iy[4, 4])
        (1.0, 0.0)
    """
    Ix = cv2.sepFilter2D(I, -1, DERIVATIVE, ONE, borderType=cv2.BORDER_REPLICATE)
    Iy = cv2.sepFilter2D(I, -1, ONE, DERIVATIVE, borderType=cv2.BORDER_REPLICATE)
    return Ix, Iy


def backward_warp(I2: Plane, w: Flow) -> tuple[Plane, Bool[np.ndarray, "H W"]]:
    """Return ``I2(x + w(x))``, bilinear, with the edge repeated outside, and a mask of the pixels inside frame 2."""
    H, W = I2.shape
    x = w[..., 0] + np.arange(W, dtype=np.float32)
    y = w[..., 1] + np.arange(H, dtype=np.float32)[:, None]
    inside = (x >= 0) & (y >= 0) & (x <= W - 1) & (y <= H - 1)
    return cv2.remap(I2, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), inside


def constraint(I1: Plane, I2: Plane, w: Flow | None = None) -> tuple[Plane, Plane, Plane]:
    """Return Ix, Iy, It: at each pixel the increment of ``w`` lies on the line ``Ix du + Iy dv + It = 0``.

    ``w`` is the flow so far, in pixels; without it, no motion. ``It`` is frame 2, warped back by
    ``w``, minus frame 1. ``Ix`` and ``Iy`` are the means of both images' derivatives, so that
    errors of first order cancel. Where ``w`` leaves the image all three are 0: no constraint.

    Example:
        >>> I1 = np.tile(np.arange(9, dtype=np.float32), (9, 1))
        >>> Ix, Iy, It = constraint(I1, I1 - 1)  # a ramp that has moved one pixel to the right
        >>> -float(It[4, 4] / Ix[4, 4])
        1.0
    """
    warped, inside = (I2, None) if w is None else backward_warp(I2, w)
    (ax, ay), (bx, by) = derivatives(I1), derivatives(warped)
    line = (ax + bx) / 2, (ay + by) / 2, warped - I1
    return line if inside is None else tuple(np.where(inside, part, np.float32(0)) for part in line)
