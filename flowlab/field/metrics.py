"""Errors of a flow: end-point error, angular error, outliers, and their means over a data set.

Every function takes NumPy (H, W, 2) or (B, H, W, 2), or torch (B, 2, H, W) or (2, H, W), in pixels, and counts
only the valid pixels, and only those that ``numpy.ma`` does not mask. Sums are in float64. A batch
is one set of pixels: the mean is over all.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from flowlab.field.arrays import UNKNOWN_ABOVE, FloatMap, Flow, Mask, flow_pair, mask_batch, without_masked

Flows = Float[Tensor, "B 2 H W"]
Values = Float[Tensor, "B H W"]
Masks = Bool[Tensor, "B H W"]

# Sintel's speed bands: least length of the true motion in pixels, and the length it stays below.
SPEED_BANDS = {"s0_10": (0.0, 10.0), "s10_40": (10.0, 40.0), "s40_plus": (40.0, math.inf)}


def epe_map(pred: Flow, target: Flow) -> FloatMap:
    """Return the end-point error ``|pred - target|`` of each pixel; flows and errors as in ``epe``.

    Returns:
        Pixels, (H, W) or (B, H, W), in the inputs' dtype; differentiable, also where the error is 0.

    Example:
        >>> epe_map(torch.tensor([[[3.0]], [[4.0]]]), torch.zeros(2, 1, 1)).tolist()
        [[5.0]]
    """
    a, b, layout = flow_pair(pred, target, ("pred", "target"))
    return layout.give_map(endpoint_error(a, b))


def epe(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return the mean end-point error (EPE).

    Args:
        pred: Estimated flow, pixels.
        target: True flow, the same shape and kind.
        valid: The pixels that count, (H, W) or (B, H, W); all of them if not given.

    Returns:
        Pixels, as a Python float; NaN if no pixel is valid. For a loss, which needs gradients, use
        ``epe_map(...).mean()``.

    Raises:
        TypeError: If the kinds differ, a flow is not of floating point, or ``valid`` is not bool.
        ValueError: If shapes differ, or a valid pixel of either flow is NaN, infinite or unknown (over 1e9).

    Example:
        >>> epe(torch.tensor([[[3.0]], [[4.0]]]), torch.zeros(2, 1, 1))
        5.0
    """
    a, b, mask = checked_pair(pred, target, valid)
    return _mean(endpoint_error(a, b), mask)


def angular_error(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return the mean angle between (u, v, 1) of both flows, in degrees; arguments and errors as in ``epe``.

    Example:
        >>> round(angular_error(torch.ones(2, 4, 6), torch.zeros(2, 4, 6)), 3)
        54.736
    """
    a, b, mask = checked_pair(pred, target, valid)
    return _mean(angle(a, b), mask)


def fl_all(pred: Flow, target: Flow, valid: Mask | None = None) -> float:
    """Return KITTI's Fl-all: the percentage of pixels whose error is over 3 px and over 5 % of the true length.

    Exactly 3 px, or exactly 5 %, is no outlier. Arguments and errors as in ``epe``.

    Source:
        Menze and Geiger, "Object scene flow for autonomous vehicles", CVPR 2015, section 5.

    Example:
        >>> fl_all(torch.full((2, 4, 6), 3.0), torch.zeros(2, 4, 6))
        100.0
    """
    a, b, mask = checked_pair(pred, target, valid)
    return 100.0 * _mean(is_outlier(endpoint_error(a, b), b).double(), mask)


def checked_pair(pred: Flow, target: Flow, valid: Mask | None) -> tuple[Flows, Flows, Masks]:
    """Return both flows in float64, and the mask; refuse valid pixels without a usable flow."""
    a, b, layout = flow_pair(pred, target, ("pred", "target"))
    mask = torch.ones_like(a[:, 0], dtype=torch.bool) if valid is None else mask_batch(valid, layout)
    mask = without_masked(mask, pred, target)
    for name, flow in (("pred", a), ("target", b)):
        # NaN fails the comparison, too.
        unusable = int((mask & ~(flow.abs() <= UNKNOWN_ABOVE).all(dim=1)).sum())
        if unusable:
            raise ValueError(
                f"{name} is NaN, infinite or unknown (over {UNKNOWN_ABOVE:g}) at {unusable} of {int(mask.sum())} "
                f"valid pixels, shape {layout.shape}{'; give the valid pixels with valid=' if valid is None else ''}"
            )
    return a.detach().double(), b.detach().double(), mask


def _mean(values: Values, mask: Masks) -> float:
    return values[mask].mean().item()  # the mean of nothing is NaN


def endpoint_error(a: Flows, b: Flows) -> Values:
    """Return the end-point error in pixels; its gradient is 0, not NaN, where both are equal."""
    return torch.linalg.vector_norm(a - b, dim=1)


def angle(a: Flows, b: Flows) -> Values:
    """Return degrees, by atan2(|cross|, dot): an arc cosine loses all digits near 0 and 180."""
    (u, v), (p, q) = a.unbind(1), b.unbind(1)
    cross = torch.stack([v - q, p - u, u * q - v * p], dim=1)
    dot = u * p + v * q + 1.0
    return torch.rad2deg(torch.atan2(torch.linalg.vector_norm(cross, dim=1), dot))


def is_outlier(error: Values, target: Flows) -> Masks:
    """Return where an error is an outlier by KITTI's definition."""
    # Not error > 0.05 * speed: 0.05 is not a binary fraction, and exactly 5 % must not count.
    return (error > 3.0) & (20.0 * error > torch.linalg.vector_norm(target, dim=1))


class FlowMetrics:
    """All metrics of a data set, accumulated image by image in constant memory.

    ``compute()`` returns each metric twice, as publications do: ``epe_over_pixels`` weighs all valid pixels
    of the set alike, ``epe_over_images`` is the mean of the images' means, so that a sparse image counts as much
    as a dense one. That mean omits images without a valid pixel (in the speed band). ``outliers_3px`` is the
    percentage of errors over 3 px, ``epe_s10_40`` the EPE where the true motion is 10 to 40 px.

    Example:
        >>> metrics = FlowMetrics()
        >>> metrics.update(torch.tensor([[[3.0] * 3], [[4.0] * 3]]), torch.zeros(2, 1, 3))
        >>> metrics.update(torch.zeros(2, 1, 1), torch.zeros(2, 1, 1))
        >>> result = metrics.compute()
        >>> result["images"], result["pixels"], result["epe_over_pixels"], result["epe_over_images"]
        (2, 4, 3.75, 2.5)
    """

    NAMES = (
        "epe",
        "angular_error",
        "fl_all",
        *(f"outliers_{n}px" for n in (1, 3, 5)),
        *(f"epe_{s}" for s in SPEED_BANDS),
    )

    def __init__(self) -> None:
        self._images = 0
        # Per name, to add up over processes: sum and count of pixels, sum and count of image means.
        self.totals = torch.zeros(4, len(self.NAMES), dtype=torch.float64)

    def update(self, pred: Flow, target: Flow, valid: Mask | None = None) -> None:
        """Add one image, or each image of a batch; arguments and errors as in ``epe``."""
        a, b, mask = checked_pair(pred, target, valid)
        error, speed = endpoint_error(a, b), torch.linalg.vector_norm(b, dim=1)
        values = [error, angle(a, b), 100.0 * is_outlier(error, b).double()]  # in the order of NAMES
        values += [100.0 * (error > threshold).double() for threshold in (1, 3, 5)]
        masks = [mask] * len(values)
        masks += [mask & (speed >= low) & (speed < high) for low, high in SPEED_BANDS.values()]
        values += [error] * len(SPEED_BANDS)
        both = [(v.masked_fill(~m, 0).sum((1, 2)), m.sum((1, 2))) for v, m in zip(values, masks, strict=True)]
        sums, counts = (torch.stack(part, dim=1).double().cpu() for part in zip(*both, strict=True))  # (B, names)
        has_any = counts > 0
        means = torch.where(has_any, sums / counts.clamp(min=1), 0)
        self.totals += torch.stack([part.sum(dim=0) for part in (sums, counts, means, has_any.double())])
        self._images += len(sums)

    def compute(self) -> dict[str, float]:
        """Return each metric over pixels and over images by name, and both counts."""
        sums, counts, means, images = self.totals
        over_pixels, over_images = sums / counts, means / images  # 0 / 0 is NaN
        result: dict[str, float] = {"images": self._images, "pixels": int(counts[0])}
        for i, name in enumerate(self.NAMES):
            result[f"{name}_over_pixels"] = over_pixels[i].item()
            result[f"{name}_over_images"] = over_images[i].item()
        return result
