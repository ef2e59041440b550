"""The paper's '+v': variational refinement of a flow, from a quarter of the size to full size."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import Flow, Grey, check_flow, check_pair, grey_uint8
from flowlab.field import resize_flow

COARSEST = 0.25  # of the image's size: that of a network's finest prediction
AT_BOUNDARIES = 0.2  # of alpha, where a boundary is strongest
LEAST = 4  # px: the smallest side for OpenCV's solver
BLUR = 1.0  # px, Gaussian, before gradients are taken for boundaries


def refine(
    img1: np.ndarray,
    img2: np.ndarray,
    flow: Float[np.ndarray, "H W 2"],
    *,
    alpha: float = 20.0,
    boundary: float = 5.0,
    kappa: float = 0.8,
    steps: int = 20,
    final: int = 5,
) -> Float[np.ndarray, "H W 2"]:
    """Refine a flow variationally: brightness and gradient constancy, smooth except at boundaries.

    The paper's '+v' is the last stage of Brox and Malik's method, without their matches: it starts from the network's
    flow at a quarter of the size, goes up to full size in 20 steps, and takes 5 more there. It sharpens edges and adds
    subpixel accuracy; it cannot correct motion that is wrong by more than a few pixels of a quarter-size image.

    Args:
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        flow: The initial flow, (H, W, 2) in pixels.
        alpha: Weight of smoothness, in OpenCV's units.
        boundary: Smoothness is weighted by ``exp(-boundary * b ** kappa)``, with b the image
            gradient (0 to 1) per pixel; the paper's lambda. 0 weights all alike, in half the time.
        kappa: See ``boundary``.
        steps: Number of sizes from a quarter to full size, each solved once.
        final: Number of further solutions at full size.

    Returns:
        (H, W, 2) float32 in pixels.

    Raises:
        TypeError: If the dtype of an image is not supported.
        ValueError: If images and flow do not fit, it is not finite, or a number is out of range.

    References:
        Dosovitskiy et al., "FlowNet", ICCV 2015, section 3; Brox and Malik, "Large displacement optical flow", PAMI
        2011. The solver is OpenCV's VariationalRefinement, which has one weight of smoothness for the whole image:
        it runs twice, with alpha and a fifth of it, and the results are blended by the boundaries.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> rough = np.full((64, 64, 2), (1.0, 0.5), np.float32)  # in truth 2 px to the right
        >>> np.abs(np.median(refine(smooth, np.roll(smooth, 2, axis=1), rough), axis=(0, 1))).round(1).tolist()
        [2.0, 0.0]
    """
    greys = [grey_uint8(img) for img in check_pair(img1, img2)]
    flow = check_flow(flow, greys[0].shape)
    if not alpha > 0 or not boundary >= 0 or not kappa > 0:
        got = f"got {alpha}, {kappa} and {boundary}"
        raise ValueError(f"alpha and kappa must be above 0 and boundary at least 0, {got}")
    for size in _sizes(greys[0].shape, steps, final):
        a, b = (cv2.resize(grey, size[::-1], interpolation=cv2.INTER_AREA) for grey in greys)
        start = resize_flow(flow, size)
        flow = _solve(a, b, start, alpha)
        if boundary:  # solve twice: where there is a strong boundary, little smoothness is left
            share = np.exp(-boundary * boundaries(a) ** kappa)[..., None]
            flow = share * flow + (1 - share) * _solve(a, b, start, AT_BOUNDARIES * alpha)
    return np.ascontiguousarray(flow, np.float32)


def boundaries(grey: Grey) -> Float[np.ndarray, "H W"]:
    """Return the strength of the boundary at each pixel: the image gradient, in brightness (0 to 1) per pixel."""
    blurred = cv2.GaussianBlur(np.float32(grey) / 255, (0, 0), BLUR, borderType=cv2.BORDER_REPLICATE)
    gradients = (
        cv2.Sobel(blurred, -1, *axis, scale=1 / 8, borderType=cv2.BORDER_REPLICATE) for axis in ((1, 0), (0, 1))
    )
    return np.hypot(*gradients)


def _sizes(size: tuple[int, int], steps: int, final: int) -> Iterator[tuple[int, int]]:
    if steps < 1 or final < 0:
        raise ValueError(f"steps must be at least 1 and final at least 0, got {steps} and {final}")
    H, W = size
    for scale in np.geomspace(COARSEST, 1.0, steps) if steps > 1 else (1.0,):
        yield max(1, round(H * scale)), max(1, round(W * scale))
    yield from [size] * final


def _solve(a: Grey, b: Grey, flow: Flow, alpha: float) -> Flow:
    """Run OpenCV's solver from ``flow``; very small images are padded by their edges."""
    H, W = a.shape
    edge = (0, max(0, LEAST - H), 0, max(0, LEAST - W))
    a, b, start = (cv2.copyMakeBorder(array, *edge, cv2.BORDER_REPLICATE) for array in (a, b, flow))
    solver = cv2.VariationalRefinement_create()
    solver.setAlpha(float(alpha))
    solver.setFixedPointIterations(2)  # of the robust weights; each step warps the image anew
    return solver.calc(a, b, np.ascontiguousarray(start))[:H, :W]
