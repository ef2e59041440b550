"""Lucas-Kanade: all pixels of a window share one motion, the least-squares solution of their lines (IJCAI 1981)."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import Flow, Plane, check_pair, constraint, derivatives, grey_float
from flowlab.classical.pyramid import coarse_to_fine

# Added to both eigenvalues, in (brightness per px)^2: about the rounding error of 8-bit images.
DAMPING = 1e-5


class LucasKanade(NamedTuple):
    """The result of Lucas-Kanade.

    Attributes:
        flow: (H, W, 2) float32 in pixels.
        confidence: (H, W) float32, the smaller eigenvalue of frame 1's *structure tensor* (see ``solve_window``),
            in (brightness per px)^2, brightness 0 to 1: 0 where the window is flat or has one straight edge only.
    """

    flow: Float[np.ndarray, "H W 2"]
    confidence: Float[np.ndarray, "H W"]


def lucas_kanade(
    img1: np.ndarray, img2: np.ndarray, *, sigma: float = 4.0, levels: int | None = None, iterations: int = 5
) -> LucasKanade:
    """Estimate the flow from ``img1`` to ``img2`` by local least squares, iterated, coarse to fine.

    Args:
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        sigma: Standard deviation of the Gaussian window in pixels, the same at every level. Before
            each warp the flow is averaged over that window.
        levels: Levels of the pyramid; None chooses by the size of the image, 1 is the image alone.
        iterations: Warps at each level.

    Returns:
        The flow, ``I1(x) = I2(x + flow(x))``, and its confidence. Where a window has no texture,
        the flow comes from coarser levels; where no level has texture, the flow is 0.

    Raises:
        TypeError: If the dtype of an image is not supported.
        ValueError: If the images do not fit, or a parameter is not positive.

    References:
        Lucas and Kanade, "An iterative image registration technique", IJCAI 1981; the pyramid:
        Bouguet, "Pyramidal implementation of the Lucas Kanade feature tracker", Intel 2000.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> flow, confidence = lucas_kanade(smooth, np.roll(smooth, 2, axis=1))
        >>> np.abs(np.median(flow, axis=(0, 1))).round(1).tolist(), bool((confidence >= 0).all())
        ([2.0, 0.0], True)
    """
    if iterations < 1:
        raise ValueError(f"iterations must be at least 1, got {iterations}")

    def step(I1: Plane, I2: Plane, w: Flow) -> Flow:
        """Improve the flow of one level of the pyramid, ``iterations`` times."""
        for _ in range(iterations):
            # A window holds one motion: errors of a variation within it would grow with the warps.
            w = _window(w, sigma, edge=cv2.BORDER_REPLICATE)
            w = w + solve_window(*constraint(I1, I2, w), sigma=sigma)
        return w

    I1, I2 = (grey_float(img) for img in check_pair(img1, img2))
    flow = coarse_to_fine(I1, I2, step, levels=levels)
    # The smaller eigenvalue of the structure tensor; rounding may give -1e-9.
    Ix, Iy = derivatives(I1)
    xx, xy, yy = (_window(product, sigma) for product in (Ix * Ix, Ix * Iy, Iy * Iy))
    return LucasKanade(flow, np.maximum((xx + yy) / 2 - np.hypot((xx - yy) / 2, xy), 0))


def solve_window(Ix: Plane, Iy: Plane, It: Plane, *, sigma: float) -> Flow:
    """Solve each window for the (u, v) that fits its pixels' lines ``Ix u + Iy v + It = 0`` best in least squares.

    The lines are those of ``constraint``; ``sigma`` is the window's standard deviation in pixels.

    Returns:
        (H, W, 2) float32 in pixels: the solution of ``T (u, v) = -(sum Ix It, sum Iy It)`` with the structure
        tensor T, damped: where an eigenvalue of T is nearly 0, the flow along its eigenvector is 0.
    """
    xx, xy, yy, xt, yt = (_window(product, sigma) for product in (Ix * Ix, Ix * Iy, Iy * Iy, Ix * It, Iy * It))
    xx, yy = xx + DAMPING, yy + DAMPING
    determinant = xx * yy - xy * xy
    return np.stack([xy * yt - yy * xt, xy * xt - xx * yt], axis=-1) / determinant[..., None]


def _window(values: np.ndarray, sigma: float, edge: int = cv2.BORDER_CONSTANT) -> np.ndarray:
    if not sigma > 0:
        raise ValueError(f"sigma must be above 0 px, got {sigma}")
    side = 2 * round(3 * sigma) + 1  # the Gaussian is negligible beyond three deviations
    return cv2.GaussianBlur(values, (side, side), sigma, borderType=edge)
