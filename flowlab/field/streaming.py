"""The metrics of a whole data set, counted picture by picture."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from flowlab.field.arrays import Flow, Mask
from flowlab.field.metrics import SPEED_BANDS, angle, checked_pair, endpoint_error, in_band, is_outlier


class FlowMetrics:
    """All metrics of a data set, picture by picture, in constant memory.

    ``compute()`` gives each metric twice, since publications differ: ``epe_over_pixels`` weighs every valid pixel
    of the set the same, ``epe_over_images`` is the mean of each image's mean, so that a sparse image counts as
    much as a dense one. Percentages and degrees as in the functions above. Images without a valid pixel (or
    without one in a speed band) do not enter that mean.

    Example:
        >>> import numpy as np
        >>> metrics = FlowMetrics()
        >>> metrics.update(np.full((1, 3, 2), (3.0, 4.0)), np.zeros((1, 3, 2)))
        >>> metrics.update(np.zeros((1, 1, 2)), np.zeros((1, 1, 2)))
        >>> result = metrics.compute()
        >>> result["images"], result["pixels"], result["epe_over_pixels"], result["epe_over_images"]
        (2, 4, 3.75, 2.5)
    """

    NAMES = (
        "epe",
        "angular_error",
        "fl_all",
        "outliers_1px",
        "outliers_3px",
        "outliers_5px",
        *(f"epe_{band}" for band in SPEED_BANDS),
    )

    def __init__(self) -> None:
        self._images = 0
        # One row each for NAMES: sum and count over pixels, sum of image means, images that had one.
        self._totals = torch.zeros(4, len(self.NAMES), dtype=torch.float64)

    def update(self, pred: Flow, target: Flow, valid: Mask | None = None) -> None:
        """Count one image, or each image of a batch; arguments and refusals as in ``epe``."""
        a, b, mask = checked_pair(pred, target, valid)
        sums, counts = (part.cpu() for part in _sums_per_image(a, b, mask))  # (B, names) each
        has_any = counts > 0
        means = torch.where(has_any, sums / counts.clamp(min=1), 0)
        self._totals += torch.stack([part.sum(dim=0) for part in (sums, counts, means, has_any.double())])
        self._images += len(sums)

    def merge(self, other: FlowMetrics) -> None:
        """Add what another process or part of the set has counted."""
        self._totals += other._totals
        self._images += other._images

    def compute(self) -> dict[str, float | int]:
        """Return every metric over pixels and over images by name, and the counts ``images`` and ``pixels``."""
        sums, counts, means, images = self._totals
        over_pixels, over_images = sums / counts, means / images  # 0 / 0 is NaN: nothing to take a mean of
        result: dict[str, float | int] = {"images": self._images, "pixels": int(counts[0])}
        for i, name in enumerate(self.NAMES):
            result[f"{name}_over_pixels"] = over_pixels[i].item()
            result[f"{name}_over_images"] = over_images[i].item()
        return result


def _sums_per_image(
    a: Float[Tensor, "B 2 H W"], b: Float[Tensor, "B 2 H W"], mask: Bool[Tensor, "B H W"]
) -> tuple[Float[Tensor, "B N"], Float[Tensor, "B N"]]:
    """Sum each metric over each image's pixels, and count these; in the order of ``FlowMetrics.NAMES``."""
    error, speed = endpoint_error(a, b), torch.linalg.vector_norm(b, dim=1)
    values = [error, angle(a, b), 100.0 * is_outlier(error, b).double()]
    values += [100.0 * (error > threshold).double() for threshold in (1, 3, 5)]
    masks = [mask] * len(values)
    for band in SPEED_BANDS.values():
        values.append(error)
        masks.append(mask & in_band(speed, *band))
    sums = [value.masked_fill(~m, 0).sum(dim=(1, 2)) for value, m in zip(values, masks, strict=True)]
    counts = [m.sum(dim=(1, 2)).double() for m in masks]
    return torch.stack(sums, dim=1), torch.stack(counts, dim=1)
