"""Horn-Schunck: one smooth flow for the whole image (Artificial Intelligence 17, 1981)."""

from __future__ import annotations

from functools import partial

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import Flow, Plane, check_pair, constraint, grey_float
from flowlab.classical.pyramid import coarse_to_fine

NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
RADIUS = 0.995  # estimate of the spectral radius of one iteration; any value below 1 converges
REWEIGHTINGS = 3  # how often the robust weights are computed within a warp
CONTRAST = 0.02  # scale of the robust data term, in brightness (5 grey levels)
JUMP = 0.05  # scale of the robust smoothness term, in px per px

Weights = tuple[Plane, Plane, Plane]  # of the misfit, of the link to the right, of the link down


def horn_schunck(
    img1: np.ndarray,
    img2: np.ndarray,
    *,
    alpha: float = 0.07,
    levels: int | None = None,
    warps: int = 5,
    iterations: int = 30,
    median: int = 5,
    robust: bool = False,
) -> Float[np.ndarray, "H W 2"]:
    """Estimate the smooth flow that fits both images, coarse to fine, with warping.

    It minimises the sum over pixels of ``(Ix u + Iy v + It)^2`` and, over pairs of neighbours, of
    ``alpha^2 / 4`` times the squared difference of their flows.

    Args:
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        alpha: Weight of smoothness, in brightness (0 to 1) per pixel: the smoothness term dominates
            where the image gradient is below it, the data term where it is above.
        levels: Levels of the pyramid; None chooses by the size of the image, 1 is the image alone.
        warps: Warps at each level; after each, the equations are linearised again.
        iterations: Iterations of the solver in each warp.
        median: Window of a median filter on the flow after each warp, 3 or 5 px; 0 for none. It
            removes outliers and keeps edges. The paper has no median, no pyramid and no warps.
        robust: Use Charbonnier's penalty ``2 e^2 (sqrt(1 + s^2 / e^2) - 1)`` instead of both
            squares: occlusions and motion boundaries cost less. Takes twice the time.

    Returns:
        (H, W, 2) float32 in pixels, ``I1(x) = I2(x + flow(x))``.

    Raises:
        TypeError: If the dtype of an image is not supported.
        ValueError: If the images do not fit, or a parameter is out of its range.

    References:
        Horn and Schunck, "Determining optical flow", AI 17, 1981. Warping: Brox et al., ECCV 2004. Median:
        Sun, Roth and Black, "Secrets of optical flow estimation and their principles", CVPR 2010.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> flow = horn_schunck(smooth, np.roll(smooth, 2, axis=1))
        >>> np.abs(np.median(flow, axis=(0, 1))).round(1).tolist()
        [2.0, 0.0]
    """
    if not alpha > 0:
        raise ValueError(f"alpha must be above 0, got {alpha}; a larger one smooths more")
    if warps < 1 or iterations < 1:
        raise ValueError(f"warps and iterations must be at least 1, got {warps} and {iterations}")
    if median not in (0, 3, 5):
        raise ValueError(f"median must be 0, 3 or 5 px, got {median}")
    step = partial(warp_and_relax, alpha=alpha, warps=warps, iterations=iterations, median=median, robust=robust)
    I1, I2 = (grey_float(img) for img in check_pair(img1, img2))
    return coarse_to_fine(I1, I2, step, levels=levels)


def warp_and_relax(
    I1: Plane, I2: Plane, w: Flow, *, alpha: float, warps: int, iterations: int, median: int, robust: bool
) -> Flow:
    """Improve a flow at one level of the pyramid: linearise at each warp, and solve."""
    rounds = REWEIGHTINGS if robust else 1
    for _ in range(warps):
        Ix, Iy, It = constraint(I1, I2, w)
        line = Ix, Iy, It - Ix * w[..., 0] - Iy * w[..., 1]  # of the flow, not of its increment
        for _ in range(rounds):
            weights = charbonnier(w, *line) if robust else None
            w = relax(w, *line, alpha=alpha, iterations=-(-iterations // rounds), weights=weights)
        if median:
            w = np.stack([cv2.medianBlur(np.ascontiguousarray(w[..., i]), median) for i in (0, 1)], axis=-1)
    return w


def relax(
    w: Flow,
    Ix: Plane,
    Iy: Plane,
    It: Plane,
    *,
    alpha: float,
    iterations: int,
    weights: Weights | None = None,
    radius: float = RADIUS,
) -> Flow:
    """Iterate ``(u, v) = mean - (Ix, Iy) (Ix mean_u + Iy mean_v + It) / (alpha^2 + Ix^2 + Iy^2)``.

    ``w`` is the flow to begin with, in pixels; ``Ix``, ``Iy`` and ``It`` are ``constraint``'s,
    ``weights`` are ``charbonnier``'s, or all 1. ``radius=0`` is Jacobi's iteration, as in the
    paper, but with the mean of four neighbours, not eight. A larger value extrapolates each step
    (Chebyshev's semi-iteration, Golub and Varga 1961): motion spreads farther in as many
    iterations, and they converge to the same flow.

    Returns:
        (H, W, 2) float32. The edge repeats outside: the boundary condition is free (Neumann).
    """
    misfit, share = (np.float32(1), None) if weights is None else (weights[0], _shares(weights))
    stiffness = alpha**2 if share is None else alpha**2 * share[1]
    scale = misfit / (stiffness + misfit * (Ix * Ix + Iy * Iy))
    kx, ky = Ix * scale, Iy * scale
    now, before, omega = w, w, 1.0
    for i in range(iterations):
        if share is None:
            mean = cv2.filter2D(now, -1, NEIGHBOURS, borderType=cv2.BORDER_REPLICATE)
        else:
            edged = cv2.copyMakeBorder(now, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
            around = edged[1:-1, :-2], edged[1:-1, 2:], edged[:-2, 1:-1], edged[2:, 1:-1]
            mean = np.empty_like(now)
            for c in (0, 1):
                mean[..., c] = sum(s * n[..., c] for s, n in zip(share[0], around, strict=True))
        off = Ix * mean[..., 0] + Iy * mean[..., 1] + It  # distance of the mean from the line
        mean[..., 0] -= kx * off
        mean[..., 1] -= ky * off
        if i:
            omega = 2 / (2 - radius**2) if i == 1 else 4 / (4 - radius**2 * omega)
            mean = before + np.float32(omega) * (mean - before)
        now, before = mean, now
    return now


def charbonnier(w: Flow, Ix: Plane, Iy: Plane, It: Plane) -> Weights:
    """Return weights, 1 where a pixel fits its line and its neighbours, smaller where it does not.

    The derivative of Charbonnier's penalty is that of a square times ``1 / sqrt(1 + s^2 / e^2)``:
    while these weights are fixed, the equations are linear.
    """
    off = Ix * w[..., 0] + Iy * w[..., 1] + It
    right, down = np.zeros_like(w), np.zeros_like(w)
    right[:, :-1], down[:-1] = np.diff(w, axis=1), np.diff(w, axis=0)
    jump = 1 / np.sqrt(1 + ((right**2).sum(-1) + (down**2).sum(-1)) / JUMP**2)
    beside, below = jump.copy(), jump.copy()
    beside[:, :-1] = (jump[:, :-1] + jump[:, 1:]) / 2
    below[:-1] = (jump[:-1] + jump[1:]) / 2
    return 1 / np.sqrt(1 + (off / CONTRAST) ** 2), beside, below


def _shares(weights: Weights) -> tuple[list[Plane], Plane]:
    """Return the share of each neighbour (left, right, up, down) in a pixel's mean, and a quarter of their sum."""
    _, beside, below = weights
    left = np.concatenate([beside[:, :1], beside[:, :-1]], axis=1)
    up = np.concatenate([below[:1], below[:-1]])
    total = left + beside + up + below
    return [link / total for link in (left, beside, up, below)], total / 4
