"""Equation 1 of FlowNet in plain loops, to be read and to be tested against; far too slow for anything else.

    c(x1, x2) = sum over o in [-k, k] x [-k, k] of <f1(x1 + o), f2(x2 + o)>

for patches around x1 in the first map and around x2 = x1 + displacement in the second (FlowNet, section 3). The paper
has no factor in front; Caffe's layer divides by the number of products, K * K * C with K = 2k + 1, and so does this.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from flowlab.costvolume.geometry import Geometry

Place = tuple[int, int]


def meetings(H: int, W: int, geometry: Geometry) -> Iterator[tuple[int, Place, Place, Place]]:
    """Go through equation 1: which pixel of f1 meets which of f2, and where their product is added.

    Yield the channel of the displacement, dy outer and dx inner; the output's (y, x); the pixel x1 + o of f1; the
    pixel x2 + o of f2. Pixels outside the image are left out, for they are zero.

    Example:
        >>> three_in_a_row = Geometry(kernel_size=1, max_displacement=1, stride1=1, stride2=1, pad_size=1)
        >>> [(channel, x1, x2) for channel, (_, x), (_, x1), (_, x2) in meetings(1, 3, three_in_a_row) if x == 0]
        [(4, 0, 0), (5, 0, 1)]
    """
    y_axis, x_axis = geometry.axes
    for dy, dx, y, x in np.ndindex(y_axis.side, x_axis.side, *geometry.output_size(H, W)):
        for j, i in np.ndindex(y_axis.kernel_size, x_axis.kernel_size):  # o, from the patch's upper left corner
            y1, x1 = y * y_axis.stride1 + y_axis.start + j, x * x_axis.stride1 + x_axis.start + i
            y2, x2 = y1 + (dy - y_axis.radius) * y_axis.stride2, x1 + (dx - x_axis.radius) * x_axis.stride2
            if 0 <= min(y1, y2) <= max(y1, y2) < H and 0 <= min(x1, x2) <= max(x1, x2) < W:
                yield dy * x_axis.side + dx, (y, x), (y1, x1), (y2, x2)


def corr(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo)."""
    B, _, H, W = a.shape
    f1, f2 = as_float64(a), as_float64(b)
    c = np.zeros((B, geometry.channels, *geometry.output_size(H, W)))
    for channel, (y, x), (y1, x1), (y2, x2) in meetings(H, W, geometry):
        c[:, channel, y, x] += (f1[:, :, y1, x1] * f2[:, :, y2, x2]).sum(axis=1)
    return normalised(c, a, geometry)


def corr_grad_a(g: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    dc, f2 = as_float64(g), as_float64(b)
    df1 = np.zeros_like(f2)
    for channel, (y, x), (y1, x1), (y2, x2) in meetings(*b.shape[2:], geometry):
        df1[:, :, y1, x1] += dc[:, channel, y, x, None] * f2[:, :, y2, x2]
    return normalised(df1, b, geometry)


def corr_grad_b(g: Tensor, a: Tensor, geometry: Geometry) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    dc, f1 = as_float64(g), as_float64(a)
    df2 = np.zeros_like(f1)
    for channel, (y, x), (y1, x1), (y2, x2) in meetings(*a.shape[2:], geometry):
        df2[:, :, y2, x2] += dc[:, channel, y, x, None] * f1[:, :, y1, x1]
    return normalised(df2, a, geometry)


def as_float64(x: Tensor) -> np.ndarray:
    """Copy to NumPy, exact for every floating dtype."""
    return x.detach().to("cpu", torch.float64).numpy()


def normalised(x: np.ndarray, like: Tensor, geometry: Geometry) -> Tensor:
    """Divide by the number of products, K * K * C, and copy back, rounded once."""
    return torch.from_numpy(x / (geometry.patch * like.shape[1])).to(like)
