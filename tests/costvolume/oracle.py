"""The correlation once more, written from Caffe's layer: explicit zeros around both maps, one number at a time."""

from __future__ import annotations

import math

import numpy as np
import torch
from hypothesis import strategies as st
from torch.nn import functional as F

from flowlab.costvolume.geometry import AxesGeometry, Geometry


def caffe(a: np.ndarray, b: np.ndarray, k: int, d: int, s1: int, s2: int, p: int) -> np.ndarray:
    """Correlate (B, C, H, W) maps as Caffe's correlation layer does."""
    B, C, H, W = a.shape
    pad = [(0, 0), (0, 0), (p, p), (p, p)]
    bottom1, bottom2 = np.pad(a.astype(np.float64), pad), np.pad(b.astype(np.float64), pad)
    border = d + (k - 1) // 2
    top_height = math.ceil((H + 2 * p - 2 * border) / s1)
    top_width = math.ceil((W + 2 * p - 2 * border) / s1)
    displacements = [s2 * i for i in range(-(d // s2), d // s2 + 1)]
    top = np.zeros((B, len(displacements) ** 2, top_height, top_width))
    for y in range(top_height):
        for x in range(top_width):
            patch1 = bottom1[:, :, y * s1 + d :, x * s1 + d :][:, :, :k, :k]
            for channel, (s2p, s2o) in enumerate((v, u) for v in displacements for u in displacements):
                patch2 = bottom2[:, :, y * s1 + d + s2p :, x * s1 + d + s2o :][:, :, :k, :k]
                top[:, channel, y, x] = (patch1 * patch2).sum((1, 2, 3)) / (k * k * C)
    return top


def plain(a, b, kernel_size, max_displacement, stride1, stride2, pad_size):
    """Correlate in PyTorch's own operators, which have every kind of derivative: one displacement at a time."""
    K, d, s1, p = kernel_size, max_displacement, stride1, pad_size
    Ho, Wo = ((side + 2 * p - 2 * (d + K // 2) + s1 - 1) // s1 for side in a.shape[-2:])
    near, far = F.pad(a, (p,) * 4), F.pad(b, (p,) * 4)
    rows, columns = (slice(d, d + (n - 1) * s1 + K) for n in (Ho, Wo))
    out = []
    for dy in range(-(d // stride2) * stride2, d + 1, stride2):
        for dx in range(-(d // stride2) * stride2, d + 1, stride2):
            moved = far[..., rows.start + dy : rows.stop + dy, columns.start + dx : columns.stop + dx]
            out.append(F.avg_pool2d((near[..., rows, columns] * moved).mean(1, keepdim=True), K, s1))
    return torch.cat(out, 1)


@st.composite
def two_axes(draw: st.DrawFn) -> tuple[Geometry, tuple[int, int, int, int]]:
    """Draw a geometry with other numbers from row to row than from column to column."""
    columns, (B, C, _, W) = draw(cases())
    rows, (_, _, H, _) = draw(cases())
    return AxesGeometry(*columns.numbers, rows), (B, C, H, W)


@st.composite
def cases(draw: st.DrawFn, largest: int = 9) -> tuple[Geometry, tuple[int, int, int, int]]:
    """Draw a geometry and a shape that it has an output for; small, so that loops can follow."""
    k = draw(st.sampled_from([1, 1, 3, 5]))
    d, p = draw(st.integers(0, 5)), draw(st.integers(0, 8))
    geometry = Geometry(k, d, draw(st.integers(1, 4)), draw(st.integers(1, 4)), p)
    least = max(1, 2 * (d + k // 2 - p) + 1)  # a map of this side has one row of output
    side = st.integers(least, max(least, largest))
    return geometry, (draw(st.integers(0, 2)), draw(st.integers(1, 3)), draw(side), draw(side))
