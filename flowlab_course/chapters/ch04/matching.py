"""Flow by matching blocks, and how much of a disc that leaps it finds."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float

import flowlab
from flowlab.classical.constancy import grey_uint8
from flowlab_course.chapters.ch04.disc import moving_disc

STEP, REACH, SIZE = 24, 32, (64, 128)  # px: the leap, how far is searched, the frames


def match_blocks(img1: np.ndarray, img2: np.ndarray, reach: int, radius: int) -> Float[np.ndarray, "H W 2"]:
    """Return for each pixel the displacement, in whole pixels, whose block differs least by absolute differences.

    Args:
        img1: Frame 1, uint8, (H, W) or (H, W, 3).
        img2: Frame 2, the same. Outside of it its edge repeats.
        reach: Largest displacement in each direction, px.
        radius: A block has 2 radius + 1 pixels along each side.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)
        >>> match_blocks(noise, np.roll(noise, 3, axis=1), reach=4, radius=2)[10, 12].tolist()
        [3.0, 0.0]
    """
    I1, I2 = grey_uint8(img1), grey_uint8(img2)
    (H, W), side, span = I1.shape, 2 * radius + 1, 2 * reach + 1
    wide = cv2.copyMakeBorder(I2, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    least, best = np.full((H, W), np.inf, np.float32), np.zeros((H, W), int)
    for number in range(span**2):
        y, x = divmod(number, span)
        error = cv2.boxFilter(cv2.absdiff(I1, wide[y : y + H, x : x + W]), cv2.CV_32F, (side, side))
        np.copyto(best, number, where=error < least)
        np.minimum(least, error, out=least)
    return (np.stack([best % span, best // span], axis=-1) - reach).astype(np.float32)


def share_found(radius: int, block: int, noise: float, seeds: int = 3) -> Float[np.ndarray, " N"]:
    """Return for each disc the share of its pixels that blocks of this radius match to 1 px, at a step of 24 px.

    ``noise`` is the standard deviation of the noise in both frames, in grey levels.
    """
    found = []
    for seed in range(seeds):
        pair, rng = moving_disc(radius, STEP, seed=seed, size=SIZE), np.random.default_rng(seed)
        noisy = (img[..., 0] + rng.normal(0, noise, SIZE) for img in (pair.img1, pair.img2))
        flow = match_blocks(*(img.clip(0, 255).round().astype(np.uint8) for img in noisy), REACH, block)
        found.append(flowlab.epe_map(flow, pair.flow)[pair.flow[..., 0] > 0] < 1)
    return np.array([disc.mean() for disc in found])
