"""Correlation and its derivatives by the CUDA kernels of correlation.cu, on the GPU of the tensors.

Here are the launch configurations: the blocks of a correlation, and the tile of a block in shared memory. For a
stride2 of hundreds of pixels no tile fits, and the kernels know one set of numbers for rows and columns. For other
correlations matmul.py computes on the same GPU.

The last argument of the three functions launches a kernel: ``kernels.launch.run`` on a GPU.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import gcd

import torch
from torch import Tensor

from flowlab.costvolume import matmul
from flowlab.costvolume.geometry import AxesGeometry, Geometry
from flowlab.kernels import launch
from flowlab.kernels.launch import LaunchConfig, Run

# The tiles of correlation.cu; a test compares them. The pitch of a column is channels | 4.
COLUMNS, ROWS, DISPLACEMENTS, WEIGHTS, CHANNELS = 32, 6, 11, 4, 16
MOST_GROUPS = 4  # of 32 threads, in a block
SHARED_LIMIT = 48 * 1024  # bytes of shared memory that a block has by default on every card
SHARED_WISH = 24 * 1024  # bytes with which an SM holds enough blocks to hide the latency of memory
# The name of each dtype in CUDA, and the bytes of the type in which its products are summed.
TYPES = {
    torch.float16: ("__half", 4),
    torch.bfloat16: ("__nv_bfloat16", 4),
    torch.float32: ("float", 4),
    torch.float64: ("double", 8),
}


def corr(a: Tensor, b: Tensor, geometry: Geometry, run: Run = launch.run) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); reference.py has the formula."""
    if isinstance(geometry, AxesGeometry) or not fits(geometry, a.dtype):
        return matmul.corr(a, b, geometry)
    out = a.new_empty(len(a), geometry.side**2, *geometry.output_size(*a.shape[2:]))
    if out.numel():
        run(forward_config(a.shape, geometry, a.dtype), (a.contiguous(), b.contiguous(), out))
    return out


def gradient(kernel: str, g: Tensor, other: Tensor, geometry: Geometry, run: Run = launch.run) -> Tensor:
    """Differentiate <g, corr(a, b)> by one map, given `g` and the other map, (B, C, H, W)."""
    if isinstance(geometry, AxesGeometry):
        return getattr(matmul, kernel)(g, other, geometry)
    grad = other.new_empty(other.shape)
    if grad.numel():
        config = gradient_config(kernel, other.shape, geometry, other.dtype)
        run(config, (g.to(other.dtype).contiguous(), other.contiguous(), grad))
    return grad


corr_grad_a, corr_grad_b = partial(gradient, "corr_grad_a"), partial(gradient, "corr_grad_b")


def forward_config(shape: Sequence[int], geometry: Geometry, dtype: torch.dtype) -> LaunchConfig:
    """Configure `corr` for maps of this shape, (B, C, H, W), and dtype.

    The tile is the widest that fits, with as many channels as leave room for other blocks.

    Example:
        >>> config = forward_config((1, 256, 48, 64), Geometry(), torch.float32)
        >>> config.blocks, config.block, config.numbers[-4:]
        (416, (32, 2), (32, 16, 32, 76))
    """
    s1, s2, D = geometry.stride1, geometry.stride2, geometry.side
    B, C, H, W = shape
    Ho, Wo = geometry.output_size(H, W)
    size = TYPES[dtype][1]
    if not fits(geometry, dtype):
        raise ValueError(
            f"no tile with kernel_size={geometry.kernel_size} and stride2={s2} fits into the "
            f'{SHARED_LIMIT} bytes of shared memory that a block has; use a smaller stride2, or backend="cpu"'
        )
    groups, columns = min(MOST_GROUPS, ceil_div(D, DISPLACEMENTS)), COLUMNS
    while forward_tile(geometry, columns, groups, 4)[0] * size > SHARED_LIMIT:
        groups, columns = (groups, columns // 2) if columns > 4 or groups == 1 else (groups - 1, columns)
    channels = min(16, multiple_of_4(C))
    while channels > 4 and forward_tile(geometry, columns, groups, channels)[0] * size > SHARED_WISH:
        channels -= 4
    tile, a_columns, b_columns = forward_tile(geometry, columns, groups, channels)
    row_step, ratio = s2 // gcd(s1, s2), s1 // gcd(s1, s2)
    rows = min(row_step, Ho) * ceil_div(Ho, ROWS * row_step) * (D + (ROWS - 1) * ratio)
    blocks = B * rows * ceil_div(Wo, columns) * ceil_div(D, groups * DISPLACEMENTS)
    numbers = (*shape[1:], *geometry.numbers[1:], row_step, ratio, columns, channels, a_columns, b_columns)
    template = template_of(shape, geometry, dtype)
    return LaunchConfig("correlation.cu", "corr", template, blocks, (COLUMNS, groups), tile * size, numbers)


def fits(geometry: Geometry, dtype: torch.dtype) -> bool:
    """Whether the smallest forward tile fits into shared memory."""
    return forward_tile(geometry, columns=1, groups=1, channels=4)[0] * TYPES[dtype][1] <= SHARED_LIMIT


def gradient_config(kernel: str, shape: Sequence[int], geometry: Geometry, dtype: torch.dtype) -> LaunchConfig:
    """Configure `corr_grad_a` or `corr_grad_b` for maps of this shape, (B, C, H, W), and dtype."""
    s2, D = geometry.stride2, geometry.side
    B, C, H, W = shape
    size = TYPES[dtype][1]
    groups = min(MOST_GROUPS, ceil_div(C, CHANNELS))
    for chunk in range(D, 0, -1):  # displacements dx at a time
        slack = alignment_slack(-geometry.radius * s2, COLUMNS, chunk * s2 if chunk < D else 0)
        columns = multiple_of_4(slack + COLUMNS + (chunk - 1) * s2)
        shared = (columns * (groups * CHANNELS | 4) + chunk * WEIGHTS * COLUMNS) * size
        if shared <= SHARED_LIMIT:
            break
    rows = min(s2, H) * ceil_div(H, WEIGHTS * s2)
    blocks = B * rows * ceil_div(W, COLUMNS) * ceil_div(C, groups * CHANNELS)
    numbers = (*shape[1:], *geometry.numbers[1:], chunk, columns)
    template = template_of(shape, geometry, dtype)
    return LaunchConfig("correlation.cu", kernel, template, blocks, (COLUMNS, groups), shared, numbers)


def template_of(shape: Sequence[int], geometry: Geometry, dtype: torch.dtype) -> str:
    """Return the template arguments; indices have 64 bits for arrays of 2^31 elements or more."""
    B, C, H, W = shape
    Ho, Wo = geometry.output_size(H, W)
    wide = B * max(C * H * W, geometry.side**2 * Ho * Wo) >= 2**31
    return f"<{TYPES[dtype][0]}, {geometry.kernel_size}, {'long long' if wide else 'int'}>"


def forward_tile(geometry: Geometry, columns: int, groups: int, channels: int) -> tuple[int, int, int]:
    """Count the elements of a forward tile, and the columns of a row of a and of a row of b."""
    K, s1, s2 = geometry.kernel_size, geometry.stride1, geometry.stride2
    window = groups * DISPLACEMENTS
    a_slack = alignment_slack(geometry.start, columns * s1)
    b_first, b_step = geometry.start - geometry.radius * s2, window * s2 if window < geometry.side else 0
    b_slack = alignment_slack(b_first, columns * s1, b_step)
    a_columns = multiple_of_4(a_slack + (columns - 1) * s1 + K)
    b_columns = multiple_of_4(b_slack + (columns - 1) * s1 + (window - 1) * s2 + K)
    return (ROWS * a_columns + b_columns) * (channels | 4), a_columns, b_columns


def alignment_slack(first: int, *steps: int) -> int:
    """Count the columns, at most, from a multiple of four to `first` plus any of the steps."""
    common = gcd(4, *steps)
    return 4 - common + first % common


def ceil_div(a: int, b: int) -> int:
    """Divide and round up."""
    return -(-a // b)


def multiple_of_4(n: int) -> int:
    """Round up to a multiple of four."""
    return ceil_div(n, 4) * 4
