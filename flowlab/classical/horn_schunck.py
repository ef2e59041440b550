"""Horn-Schunck: neighbours move alike, everywhere at once (Artificial Intelligence 17, 1981)."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import constraint
from flowlab.classical.pictures import check_pair, grey_float
from flowlab.classical.pyramid import Flow, Plane, coarse_to_fine

NEIGHBOURS = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], np.float32) / 4
RADIUS = 0.995  # taken for the spectral radius of one iteration; any value below 1 converges
REWEIGHTINGS = 3  # times that the robust weights are computed anew within a warp
CONTRAST = 0.02  # brightness: a misfit beyond it (5 grey levels) counts less and less
JUMP = 0.05  # px per px: a difference of neighbours beyond it counts less and less

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
    """Estimate the flow that fits both pictures and is smooth, coarse to fine, with warping.

    It minimises the sum over pixels of ``(Ix u + Iy v + It)^2`` and, over pairs of neighbours, of ``alpha^2 / 4``
    times the squared difference of their flows.

    Args:
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        alpha: Weight of smoothness, in brightness (0 to 1) per pixel: where the picture's slope is below it,
            neighbours decide; where it is above, the picture does.
        levels: Of the pyramid; None for as many as the picture holds, 1 for none but the picture itself.
        warps: How often at each level frame 2 is brought back and the equations are set up again.
        iterations: Of the solver, in each warp.
        median: Side of the window of a median over the flow after each warp, 3 or 5; 0 for the method as it was
            published. It removes outliers and keeps edges.
        robust: Take Charbonnier's penalty ``2 e^2 (sqrt(1 + s^2 / e^2) - 1)`` in the place of both squares:
            occlusions and edges of motion cost less. Twice the time.

    Returns:
        (H, W, 2) float32 in pixels, ``I1(x) = I2(x + flow(x))``.

    Raises:
        ValueError: If the pictures do not fit, or a parameter is out of its range.

    References:
        Horn and Schunck, "Determining optical flow", AI 17, 1981. Warping: Brox et al., ECCV 2004. The median:
        Sun, Roth and Black, "Secrets of optical flow estimation and their principles", CVPR 2010.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> flow = horn_schunck(smooth, np.roll(smooth, 2, axis=1))
        >>> np.abs(np.median(flow, axis=(0, 1))).round(1).tolist()
        [2.0, 0.0]
    """
    if not alpha > 0:
        raise ValueError(f"alpha must be above 0, got {alpha}; small values follow the picture, large ones smooth")
    if warps < 1 or iterations < 1:
        raise ValueError(f"warps and iterations must be at least 1, got {warps} and {iterations}")
    if median not in (0, 3, 5):
        raise ValueError(f"median must be 0, 3 or 5 px, got {median}")
    rounds = REWEIGHTINGS if robust else 1

    def step(I1: Plane, I2: Plane, w: Flow) -> Flow:
        for _ in range(warps):
            Ix, Iy, It = constraint(I1, I2, w)
            line = Ix, Iy, It - Ix * w[..., 0] - Iy * w[..., 1]  # for all of the flow: that is what must be smooth
            for _ in range(rounds):
                weights = charbonnier(w, *line) if robust else None
                w = relax(w, *line, alpha=alpha, iterations=-(-iterations // rounds), weights=weights)
            if median:
                w = np.stack([cv2.medianBlur(np.ascontiguousarray(w[..., i]), median) for i in (0, 1)], axis=-1)
        return w

    I1, I2 = (grey_float(img) for img in check_pair(img1, img2))
    return coarse_to_fine(I1, I2, step, levels=levels)[-1]


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

    Args:
        w: The flow to begin with, in pixels.
        Ix: Derivative to the right, of every pixel.
        Iy: Derivative down.
        It: Difference in time.
        alpha: Weight of smoothness.
        iterations: How often each pixel looks at its four neighbours.
        weights: From ``charbonnier``; all 1 without it.
        radius: 0 is the paper's iteration. Above, each result is carried on in the direction in which it moved
            (Chebyshev's semi-iteration, Golub and Varga 1961), which spreads motion farther with each iteration
            and ends at the same flow.

    Returns:
        (H, W, 2) float32. Outside the picture the edge repeats: the flow is free to be anything there.
    """
    misfit, share = (np.float32(1), None) if weights is None else (weights[0], _shares(weights))
    stiffness = alpha**2 if share is None else alpha**2 * share[1]
    scale = misfit / (stiffness + misfit * (Ix * Ix + Iy * Iy))
    kx, ky = Ix * scale, Iy * scale
    now, before, omega = w, w, 1.0
    for i in range(iterations):
        mean = _mean(now) if share is None else _weighted_mean(now, share[0])
        off = Ix * mean[..., 0] + Iy * mean[..., 1] + It  # how far the mean is from the pixel's line
        mean[..., 0] -= kx * off
        mean[..., 1] -= ky * off
        if i:
            omega = 2 / (2 - radius**2) if i == 1 else 4 / (4 - radius**2 * omega)
            mean = before + np.float32(omega) * (mean - before)
        now, before = mean, now
    return now


def charbonnier(w: Flow, Ix: Plane, Iy: Plane, It: Plane) -> Weights:
    """Return weights, 1 where a pixel fits its line or its neighbour, and less the less it does.

    The derivative of Charbonnier's penalty is that of a square times ``1 / sqrt(1 + s^2 / e^2)``: with these weights
    held fixed for a while, the equations stay linear.
    """
    off = Ix * w[..., 0] + Iy * w[..., 1] + It
    right, down = np.zeros_like(w), np.zeros_like(w)
    right[:, :-1], down[:-1] = np.diff(w, axis=1), np.diff(w, axis=0)
    jump = 1 / np.sqrt(1 + ((right**2).sum(-1) + (down**2).sum(-1)) / JUMP**2)
    beside, below = jump.copy(), jump.copy()
    beside[:, :-1] = (jump[:, :-1] + jump[:, 1:]) / 2
    below[:-1] = (jump[:-1] + jump[1:]) / 2
    return 1 / np.sqrt(1 + (off / CONTRAST) ** 2), beside, below


def _mean(w: Flow) -> Flow:
    return cv2.filter2D(w, -1, NEIGHBOURS, borderType=cv2.BORDER_REPLICATE)


def _shares(weights: Weights) -> tuple[list[Plane], Plane]:
    """Return the share of each neighbour (left, right, up, down) in a pixel's mean, and a quarter of their sum."""
    _, beside, below = weights
    left = np.concatenate([beside[:, :1], beside[:, :-1]], axis=1)
    up = np.concatenate([below[:1], below[:-1]])
    total = left + beside + up + below
    return [link / total for link in (left, beside, up, below)], total / 4


def _weighted_mean(w: Flow, shares: list[Plane]) -> Flow:
    edged = cv2.copyMakeBorder(w, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    neighbours = edged[1:-1, :-2], edged[1:-1, 2:], edged[:-2, 1:-1], edged[2:, 1:-1]
    mean = np.empty_like(w)
    for i in (0, 1):
        mean[..., i] = sum(share * n[..., i] for share, n in zip(shares, neighbours, strict=True))
    return mean
