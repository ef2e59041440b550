"""Coarse to fine: a large motion is small in a small image, and its flow there initialises the next larger level."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import Flow, Plane
from flowlab.field import resize_flow

Step = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]  # (I1, I2, flow) of a level -> flow

COARSEST = 10  # px of the shorter side: smaller levels have too few pixels for a motion
NYQUIST = 0.7  # px, Gaussian: removes what would alias at half the size
NOISE = 0.5  # px, Gaussian: derivatives and bilinear values agree, detail is not blurred


def depth(size: tuple[int, int]) -> int:
    """Return the number of levels of the pyramid of an image of (height, width), the image counted.

    Example:
        >>> depth((192, 256)), depth((1, 50))
        (5, 1)
    """
    shorter, levels = min(size), 1
    while (shorter := (shorter + 1) // 2) >= COARSEST:
        levels += 1
    return levels


def pyramid(I: Plane, levels: int) -> list[Float[np.ndarray, "_ _"]]:
    """Return the image and its halves, finest first; an odd side of n becomes (n + 1) / 2.

    Example:
        >>> [level.shape for level in pyramid(np.zeros((20, 31), np.float32), 3)]
        [(20, 31), (10, 16), (5, 8)]
    """
    if levels < 1:
        raise ValueError(f"levels must be at least 1, the image itself, got {levels}")
    found = [I]
    for _ in range(levels - 1):
        H, W = found[-1].shape
        smooth = cv2.GaussianBlur(found[-1], (0, 0), NYQUIST, borderType=cv2.BORDER_REPLICATE)
        found.append(cv2.resize(smooth, ((W + 1) // 2, (H + 1) // 2), interpolation=cv2.INTER_AREA))
    return found


def coarse_to_fine(I1: Plane, I2: Plane, step: Step, *, levels: int | None = None) -> Flow:
    """Run a method from the coarsest level to the finest, on two grey float32 frames.

    ``step`` is called at each level with both frames and the flow so far, and returns a better one.
    Without ``levels`` their number is ``depth``'s; 1 is the images alone.
    """
    smooth = (cv2.GaussianBlur(I, (0, 0), NOISE, borderType=cv2.BORDER_REPLICATE) for I in (I1, I2))
    levels = depth(I1.shape) if levels is None else levels
    small1, small2 = (pyramid(I, levels)[::-1] for I in smooth)
    flow = np.zeros((*small1[0].shape, 2), np.float32)
    for a, b in zip(small1, small2, strict=True):
        flow = step(a, b, resize_flow(flow, a.shape))
    return flow
