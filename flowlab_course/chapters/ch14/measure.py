"""Small helpers of chapter 14: an image as DIS takes it, and the interval of a mean."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

import flowlab


def picture(image: Tensor) -> np.ndarray:
    """Return an image (1, 3, H, W) in [0, 1] as (H, W, 3) uint8."""
    return (255 * image[0].permute(1, 2, 0)).round().byte().numpy()


def dis(img1: Tensor, img2: Tensor) -> Tensor:
    """Return the flow (1, 2, H, W) of DIS between two such images."""
    flow = flowlab.classical.run("dis", picture(img1), picture(img2))
    return torch.from_numpy(flow).permute(2, 0, 1)[None]


def interval(values: np.ndarray, draws: int = 2000) -> tuple[float, float, float]:
    """Return the mean of some pairs' values, and the ends of its 95 % interval by a bootstrap over the pairs.

    Example:
        >>> interval(np.full(8, 2.0))
        (2.0, 2.0, 2.0)
    """
    rng = np.random.default_rng(0)
    which = rng.integers(0, len(values), (draws, len(values)))
    low, high = np.percentile(values[which].mean(axis=1), [2.5, 97.5])
    return float(values.mean()), float(low), float(high)
