"""How far off a flow is: end-point error, angular error, outliers, and their means over a data set.

Every function takes NumPy (H, W, 2) or (B, H, W, 2), or torch (B, 2, H, W) or (2, H, W), and counts only what
``valid`` says. Sums are in float64. A batch is one set of pixels: the mean runs over all of them; for the mean
over images as well, use ``FlowMetrics``.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from flowlab.field.arrays import UNKNOWN_ABOVE, FloatMap, Flow, Layout, Mask, Number, flow_pair, mask_batch

# Names and limits (px of true motion, from - up to but not including) of the speed bands, as Sintel has them.
SPEED_BANDS = {"s0_10": (0.0, 10.0), "s10_40": (10.0, 40.0), "s40_plus": (40.0, math.inf)}


def epe_map(pred: Flow, target: Flow) -> FloatMap:
    """Measure the end-point error ``|pred - target|`` of each pixel.

    Args:
        pred: Estimated flow, pixels.
        target: True flow, the same shape and kind.

    Returns:
        Pixels, (H, W) or (B, H, W), in the inputs' dtype; differentiable, also where the error is 0.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> import numpy as np
        >>> epe_map(np.full((1, 1, 2), (3.0, 4.0)), np.zeros((1, 1, 2))).tolist()
        [[5.0]]
    """
    a, b, layout = flow_pair(pred, target, ("pred", "target"))
    return layout.give_map(endpoint_error(a, b))


def angular_error_map(pred: Flow, target: Flow) -> FloatMap:
    """Measure the angle between (u, v, 1) of both flows, for each pixel.

    Args:
        pred: Estimated flow, pixels.
        target: True flow, the same shape and kind.

    Returns:
        Degrees, (H, W) or (B, H, W), float64.

    Raises:
        ValueError: If the shapes differ.

    Source:
        Barron, Fleet and Beauchemin, "Performance of optical flow techniques", IJCV 1994.

    Example:
        >>> import numpy as np
        >>> round(float(angular_error_map(np.ones((1, 1, 2)), np.zeros((1, 1, 2)))[0, 0]), 3)
        54.736
    """
    a, b, layout = flow_pair(pred, target, ("pred", "target"))
    return layout.give_map(angle(a.double(), b.double()))


def epe(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return the mean end-point error (EPE).

    Args:
        pred: Estimated flow, pixels.
        target: True flow, the same shape and kind.
        valid: Which pixels count, (H, W) or (B, H, W); all of them if not given.

    Returns:
        Pixels, as a Python float; NaN if no pixel is valid: there is nothing to take a mean of. For a loss,
        which needs gradients, take ``epe_map(...).mean()``.

    Raises:
        TypeError: If the kinds differ, or ``valid`` is not bool.
        ValueError: If shapes differ, or a valid pixel of either flow is NaN, infinite or unknown (over 1e9).

    Example:
        >>> import numpy as np
        >>> epe(np.full((2, 2, 2), (3.0, 4.0)), np.zeros((2, 2, 2)))
        5.0
    """
    a, b, mask = checked_pair(pred, target, valid)
    return _mean(endpoint_error(a, b), mask)


def angular_error(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return the mean angle between (u, v, 1) of both flows, in degrees; arguments and refusals as in ``epe``.

    Example:
        >>> import numpy as np
        >>> round(angular_error(np.ones((2, 2, 2)), np.zeros((2, 2, 2))), 3)
        54.736
    """
    a, b, mask = checked_pair(pred, target, valid)
    return _mean(angle(a, b), mask)


def fl_all(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return KITTI's Fl-all: the percentage of pixels off by more than 3 px and more than 5 % of the true length.

    Arguments and refusals as in ``epe``. Exactly 3 px, or exactly 5 %, is no outlier.

    Source:
        Menze and Geiger, "Object scene flow for autonomous vehicles", CVPR 2015, section 5.

    Example:
        >>> import numpy as np
        >>> fl_all(np.full((1, 2, 2), (3.0, 4.0)), np.zeros((1, 2, 2)))
        100.0
    """
    a, b, mask = checked_pair(pred, target, valid)
    return 100.0 * _mean(is_outlier(endpoint_error(a, b), b).double(), mask)


def outlier_rate(pred: Flow, target: Flow, valid: Mask | None = None, *, threshold: Number = 3.0) -> float:
    """Return the percentage of pixels off by more than ``threshold`` px; otherwise as ``epe``.

    Example:
        >>> import numpy as np
        >>> outlier_rate(np.full((1, 2, 2), (3.0, 4.0)), np.zeros((1, 2, 2)), threshold=5)
        0.0
    """
    a, b, mask = checked_pair(pred, target, valid)
    return 100.0 * _mean((endpoint_error(a, b) > threshold).double(), mask)


def epe_by_speed(pred: Flow, target: Flow, valid: Mask | None = None) -> dict[str, float]:
    """Return the mean end-point error for slow, middling and fast pixels: s0-10, s10-40 and s40+ px.

    A band holds its lower limit and not its upper one; the true flow decides. NaN for a band without pixels.
    Arguments and refusals as in ``epe``.

    Example:
        >>> import numpy as np
        >>> epe_by_speed(np.zeros((1, 1, 2)), np.full((1, 1, 2), (3.0, 4.0)))
        {'s0_10': 5.0, 's10_40': nan, 's40_plus': nan}
    """
    a, b, mask = checked_pair(pred, target, valid)
    error, speed = endpoint_error(a, b), torch.linalg.vector_norm(b, dim=1)
    return {name: _mean(error, mask & in_band(speed, *band)) for name, band in SPEED_BANDS.items()}


def checked_pair(
    pred: Flow, target: Flow, valid: Mask | None
) -> tuple[Float[Tensor, "B 2 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"]]:
    """Return both flows in float64 and the mask; refuse numbers that no mean survives."""
    a, b, layout = flow_pair(pred, target, ("pred", "target"))
    mask = _mask(valid, layout, a)
    for name, flow in (("pred", a), ("target", b)):
        # A NaN fails the comparison too.
        unusable = int((mask & ~(flow.abs() <= UNKNOWN_ABOVE).all(dim=1)).sum())
        if unusable:
            raise ValueError(
                f"{name} is NaN, infinite or unknown (over {UNKNOWN_ABOVE:g}) at {unusable} of {int(mask.sum())} valid "
                f"pixels, shape {layout.shape}" + ("; valid= says which pixels count" if valid is None else "")
            )
    return a.detach().double(), b.detach().double(), mask


def _mask(valid: Mask | None, layout: Layout, a: Tensor) -> Bool[Tensor, "B H W"]:
    if valid is None:
        return torch.ones(a[:, 0].shape, dtype=torch.bool, device=a.device)
    return mask_batch(valid, layout)


def _mean(values: Float[Tensor, "B H W"], mask: Bool[Tensor, "B H W"]) -> float:
    return values[mask].mean().item()  # the mean of nothing is NaN


def endpoint_error(a: Float[Tensor, "B 2 H W"], b: Float[Tensor, "B 2 H W"]) -> Float[Tensor, "B H W"]:
    """Pixels between two vectors; its gradient is 0, not NaN, where they are equal."""
    return torch.linalg.vector_norm(a - b, dim=1)


def angle(a: Float[Tensor, "B 2 H W"], b: Float[Tensor, "B 2 H W"]) -> Float[Tensor, "B H W"]:
    """Degrees, by atan2(|cross|, dot): the arc cosine of a dot product loses all digits near 0 and 180."""
    (u, v), (p, q) = a.unbind(1), b.unbind(1)
    cross = torch.stack([v - q, p - u, u * q - v * p], dim=1)
    dot = u * p + v * q + 1.0
    return torch.rad2deg(torch.atan2(torch.linalg.vector_norm(cross, dim=1), dot))


def is_outlier(error: Float[Tensor, "B H W"], target: Float[Tensor, "B 2 H W"]) -> Bool[Tensor, "B H W"]:
    """Say where an error is KITTI's outlier."""
    # 20 * error > speed, not error > 0.05 * speed: 0.05 is no binary fraction, and exactly 5 % must not count.
    return (error > 3.0) & (20.0 * error > torch.linalg.vector_norm(target, dim=1))


def in_band(speed: Float[Tensor, "B H W"], low: float, high: float) -> Bool[Tensor, "B H W"]:
    """Say where a speed lies in a band, its lower limit included."""
    return (speed >= low) & (speed < high)
