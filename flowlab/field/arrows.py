"""A flow as arrows on a picture: what a colour wheel says in hues, for those who want to see where it goes."""

from __future__ import annotations

import math

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from flowlab.field.arrays import Number, known

_SUBPIXEL = 4  # cv2 draws at 1/16 px
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def draw_arrows(
    image: UInt8[np.ndarray, "H W 3"],
    flow: Float[np.ndarray, "h w 2"],
    *,
    step: int | None = None,
    scale: Number = 1.0,
    valid: Bool[np.ndarray, "h w"] | None = None,
) -> UInt8[np.ndarray, "H W 3"]:
    """Draw the flow as arrows on a copy of the picture, black with a white rim, so that they show anywhere.

    Args:
        image: RGB.
        flow: Pixels, of the same height and width.
        step: Distance between two arrows in pixels; None for about 25 along the longer side.
        scale: An arrow is this many times as long as its motion; 1 ends where the pixel goes.
        valid: Where False, no arrow is drawn. Nor is one where the flow is NaN or beyond 1e9, or where the arrow
            would be shorter than a pixel.

    Returns:
        A new picture. Each arrow is the flow of one pixel, no mean.

    Raises:
        ValueError: If the sizes differ, or ``step`` is below 1.

    Example:
        >>> grey, right = np.full((64, 64, 3), 128, np.uint8), np.zeros((64, 64, 2), np.float32)
        >>> right[..., 0] = 20
        >>> drawn = draw_arrows(grey, right, step=64)
        >>> int(drawn[32, 36:48].max()), int(grey.min())  # the shaft is dark; the picture that came stays as it was
        (23, 128)
    """
    H, W = image.shape[:2]
    if flow.shape[:2] != (H, W) or (valid is not None and valid.shape != (H, W)):
        shapes = f"{image.shape} and {flow.shape}" + (f" and {valid.shape}" if valid is not None else "")
        raise ValueError(f"picture, flow and valid must be of one height and width, got {shapes}")
    step = max(12, max(H, W) // 25) if step is None else step
    if step < 1:
        raise ValueError(f"step must be at least 1 px, got {step}")
    drawn = np.ascontiguousarray(image.copy())
    shown = known(flow) if valid is None else known(flow) & valid
    reach = 4 * max(H, W)  # farther out an arrow is no longer than seen, and cv2 counts in 32 bits
    for y in range(step // 2, H, step):
        for x in range(step // 2, W, step):
            u, v = (float(scale * c) for c in flow[y, x]) if shown[y, x] else (0.0, 0.0)
            length = math.hypot(u, v)
            if length >= 1:
                shorten = min(1.0, reach / length)
                _arrow(drawn, (x, y), (x + shorten * u, y + shorten * v))
    return drawn


def _arrow(rgb: np.ndarray, start: tuple[float | int, float | int], end: tuple[float, float]) -> None:
    p, q = (tuple(round(16 * c) for c in point) for point in (start, end))
    tip = min(0.4, 6.0 / max(math.dist(start, end), 1e-6))  # a head of 6 px at most
    for color, thickness in ((_WHITE, 3), (_BLACK, 1)):
        cv2.arrowedLine(rgb, p, q, color, thickness, cv2.LINE_AA, _SUBPIXEL, tip)
