"""What cannot be seen twice: forward-backward consistency and the occlusion that follows from it."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from flowlab.field.arrays import FloatMap, Flow, Mask, Number, flow_pair
from flowlab.field.warp import in_frame, positions, sample


def consistency(flow: Flow, backward_flow: Flow) -> FloatMap:
    """Measure how far from its start a pixel comes back after going forward and then backward.

    Args:
        flow: Frame 1 to 2, pixels, (H, W, 2) or (B, 2, H, W).
        backward_flow: Frame 2 to 1, on frame 2's grid, the same shape.

    Returns:
        ``|flow(x) + backward_flow(x + flow(x))|`` in pixels, (H, W) or (B, H, W). Infinite where the pixel
        leaves the frame: from there nothing leads back.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> import numpy as np
        >>> there = np.zeros((1, 3, 2), np.float32)
        >>> there[..., 0] = 1.0
        >>> consistency(there, -there).tolist()
        [[0.0, 0.0, inf]]
    """
    f, b, layout = flow_pair(flow, backward_flow, ("flow", "backward_flow"))
    back, outside = _way_back(f, b)
    distance = torch.linalg.vector_norm(f.to(back.dtype) + back, dim=1)
    return layout.give_map(distance.masked_fill(outside, torch.inf))


def occlusion(flow: Flow, backward_flow: Flow, alpha1: Number = 0.01, alpha2: Number = 0.5) -> Mask:
    """Find the pixels of frame 1 that frame 2 does not show: hidden there, or outside of it.

    A pixel is occluded where the way back misses the start by more than the flows' length excuses:
    ``|f + b|^2 > alpha1 (|f|^2 + |b|^2) + alpha2``, with ``b`` the backward flow at ``x + f(x)``. For the
    occlusion of frame 2, exchange the two flows.

    Args:
        flow: Frame 1 to 2, pixels, (H, W, 2) or (B, 2, H, W).
        backward_flow: Frame 2 to 1, on frame 2's grid, the same shape.
        alpha1: Share of the squared lengths that is forgiven.
        alpha2: Squared pixels that are always forgiven.

    Returns:
        Bool (H, W) or (B, H, W), True where occluded or outside frame 2, or where a flow is NaN at
        the pixel or next to where it lands.

    Raises:
        ValueError: If the shapes differ or a constant is negative.

    Source:
        Sundaram, Brox and Keutzer, "Dense point trajectories by GPU-accelerated large displacement optical
        flow", ECCV 2010, section 3.

    Example:
        >>> import numpy as np
        >>> there = np.zeros((1, 3, 2), np.float32)
        >>> there[..., 0] = 1.0
        >>> occlusion(there, -there).tolist()
        [[False, False, True]]
    """
    if alpha1 < 0 or alpha2 < 0:
        raise ValueError(f"alpha1 and alpha2 must not be negative, got {alpha1} and {alpha2}")
    f, b, layout = flow_pair(flow, backward_flow, ("flow", "backward_flow"))
    back, outside = _way_back(f, b)
    f = f.to(back.dtype)
    missed = (f + back).square().sum(dim=1)
    forgiven = alpha1 * (f.square().sum(dim=1) + back.square().sum(dim=1)) + alpha2
    return layout.give_map(outside | ~(missed <= forgiven))  # not "missed > forgiven": NaN is no way back


def _way_back(
    f: Float[Tensor, "B 2 H W"], b: Float[Tensor, "B 2 H W"]
) -> tuple[Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"]]:
    """Return the backward flow where each pixel lands, and which pixels land outside the frame."""
    return sample(b, f, padding="border"), ~in_frame(*positions(f))
