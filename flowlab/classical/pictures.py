"""What every classical method takes: two pictures, in any of the usual forms, checked once and here."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float, UInt8

OVERSHOOT = 0.5  # a resampled picture may leave [0, 1] a little; one in 0 to 255 leaves it by far
LUMA = np.array([[0.299, 0.587, 0.114]], np.float32)  # ITU-R BT.601, as in OpenCV's grey


def checked(name: str, img: np.ndarray) -> np.ndarray:
    """Return ``img`` as an array, (H, W, 3) or (H, W), uint8 or float.

    Args:
        name: How to call it in a message.
        img: RGB or grey; uint8, or float in [0, 1].

    Raises:
        ValueError: If the shape or the dtype is another, or a value is not finite or far outside of [0, 1].
    """
    img = np.asarray(img)
    if not (img.ndim == 2 or (img.ndim == 3 and img.shape[2] == 3)) or img.size == 0:
        raise ValueError(f"{name} must be (H, W, 3) RGB or (H, W) grey, got shape {img.shape}")
    if np.issubdtype(img.dtype, np.floating):
        if not np.isfinite(img).all():
            raise ValueError(f"{name} has NaN or infinite values")
        if img.min() < -OVERSHOOT or img.max() > 1 + OVERSHOOT:
            raise ValueError(
                f"{name} is float with values from {img.min():g} to {img.max():g}; they must lie in [0, 1]: "
                "divide by 255, or give it as uint8"
            )
    elif img.dtype != np.uint8:
        raise ValueError(f"{name} must be uint8, or float in [0, 1], got {img.dtype}")
    return img


def check_pair(img1: np.ndarray, img2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Check both frames, and that they have one size.

    Raises:
        ValueError: If a frame is no picture, or their heights or widths differ.
    """
    img1, img2 = checked("img1", img1), checked("img2", img2)
    if img1.shape[:2] != img2.shape[:2]:
        raise ValueError(f"img1 is {img1.shape[0]} x {img1.shape[1]}, img2 {img2.shape[0]} x {img2.shape[1]}")
    return img1, img2


def grey_float(img: np.ndarray) -> Float[np.ndarray, "H W"]:
    """Return a checked picture in grey, float32 in [0, 1], without rounding.

    Example:
        >>> grey_float(np.full((1, 1, 3), 255, np.uint8)).round(6).tolist()
        [[1.0]]
    """
    scale = 1 / 255 if img.dtype == np.uint8 else 1.0
    img = np.ascontiguousarray(img, np.float32)
    return (cv2.transform(img, LUMA) if img.ndim == 3 else img) * np.float32(scale)


def grey_uint8(img: np.ndarray) -> UInt8[np.ndarray, "H W"]:
    """Return a checked picture in grey, uint8: what OpenCV's methods take. Floats are clipped to [0, 1]."""
    if img.dtype != np.uint8:
        img = (255 * img.clip(0, 1)).round().astype(np.uint8)
    return img if img.ndim == 2 else cv2.cvtColor(img, cv2.COLOR_RGB2GRAY)
