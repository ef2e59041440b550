"""Fusion of flows: at each pixel the candidate that explains frame 1 best and comes back to its start."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Float

from flowlab.classical.constancy import Flow, Plane, backward_warp, check_pair, derivatives, grey_float
from flowlab.field.arrays import refuse_masked
from flowlab.field.occlusion import consistency

GRADIENT = 12.0  # weight of the differences of gradients, per pixel, against those of brightness
LARGEST = 0.5  # a difference beyond this one counts no more: a hidden pixel must not decide for its neighbours
OUTSIDE = 0.1  # the cost of a target outside frame 2, where nothing can be compared
RETURN = 0.1  # the cost of a forward-backward error of 1 px, for a short motion; at most twice that
RELATIVE = 0.1  # of a motion's length: the tolerance of the forward-backward error grows by it
SIGMA = 4.0  # px, Gaussian, over which the costs are averaged


def fuse(
    img1: np.ndarray,
    img2: np.ndarray,
    candidates: Sequence[Sequence[Float[np.ndarray, "H W 2"]]],
) -> Float[np.ndarray, "H W 2"]:
    """Choose at each pixel one of several flows, by the images and by forward-backward consistency.

    The cost of a candidate at a pixel is the difference of brightness and of its gradients between frame 1 and
    frame 2 at the target, plus the forward-backward error, both truncated, averaged by a Gaussian of 4 px. The
    candidate of the least cost is taken, without a term of smoothness between pixels.

    Args:
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        candidates: Each a flow from frame 1 to 2 and the same method's flow from frame 2 to 1, (H, W, 2) in pixels.
            Of equal costs the first one wins.

    Returns:
        (H, W, 2) float32 in pixels.

    Raises:
        TypeError: If the dtype of an image is not supported.
        ValueError: If there is no candidate, or images and flows differ in size.

    References:
        Flows of several methods were fused by Lempitsky, Roth and Rother, "FusionFlow", CVPR 2008, there by
        minimising an energy; this choice without smoothness is simpler.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        >>> still, right = (np.full((64, 64, 2), (u, 0), np.float32) for u in (0, 2))
        >>> fused = fuse(noise, np.roll(noise, 2, axis=1), [(still, still), (right, -right)])
        >>> fused[32, 32].tolist()
        [2.0, 0.0]
    """
    img1, img2 = check_pair(img1, img2)
    if not candidates:
        raise ValueError("candidates is empty; give at least one pair of a flow and its backward flow")
    for flow in (flow for pair in candidates for flow in pair):
        refuse_masked(flow, "a candidate")
    flows = [np.ascontiguousarray(flow, np.float32) for flow, _ in candidates]
    shape = (*img1.shape[:2], 2)
    for flow, (_, back) in zip(flows, candidates, strict=True):
        if flow.shape != shape or np.shape(back) != shape:
            raise ValueError(f"candidates must be flows of shape {shape}, got {flow.shape} and {np.shape(back)}")
    frame1, frame2 = _described(img1), _described(img2)
    costs = [_cost(frame1, frame2, flow, back) for flow, (_, back) in zip(flows, candidates, strict=True)]
    chosen = np.argmin(costs, axis=0)
    return np.take_along_axis(np.stack(flows), chosen[None, ..., None], axis=0)[0]


def _described(img: np.ndarray) -> list[Plane]:
    """Return what is compared: brightness in [0, 1] and its weighted derivatives, slightly blurred."""
    grey = cv2.GaussianBlur(grey_float(img), (0, 0), 0.7, borderType=cv2.BORDER_REPLICATE)
    return [grey, *(GRADIENT * slope for slope in derivatives(grey))]


def _cost(frame1: list[Plane], frame2: list[Plane], flow: Flow, back: Flow) -> Plane:
    """Return the averaged cost of a candidate at each pixel."""
    warped = [backward_warp(plane, flow) for plane in frame2]
    squares = sum(np.square(a - b) for a, (b, _) in zip(frame1, warped, strict=True))
    cost = np.where(warped[0][1], np.minimum(np.sqrt(squares), LARGEST), OUTSIDE)
    error = consistency(flow, np.ascontiguousarray(back, np.float32))  # infinite where the target is outside
    tolerance = 1 + RELATIVE * np.hypot(flow[..., 0], flow[..., 1])
    cost = cost + RETURN * np.minimum(error / tolerance, 2)
    return cv2.GaussianBlur(cost.astype(np.float32), (0, 0), SIGMA, borderType=cv2.BORDER_REPLICATE)
