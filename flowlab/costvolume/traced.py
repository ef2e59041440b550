"""Correlation and its derivatives by the raw CUDA kernels, run on the CPU thread for thread: for tests and lessons.

It is no backend of `flowlab.correlation`: cpu.py is a thousand times faster. It needs g++ on Linux.
"""

from __future__ import annotations

from functools import partial

from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import FunctionCtx, once_differentiable

from flowlab.costvolume import raw
from flowlab.costvolume.geometry import Geometry
from flowlab.kernels import trace

corr = partial(raw.corr, run=trace.run)
corr_grad_a = partial(raw.corr_grad_a, run=trace.run)
corr_grad_b = partial(raw.corr_grad_b, run=trace.run)


def correlation(a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
    """Correlate as `flowlab.correlation`, differentiable once, by the kernels that a GPU would run.

    Args:
        a: Features of the first image, (B, C, H, W), on the CPU.
        b: Features of the second image.
        geometry: The layer's numbers.

    Returns:
        (B, D * D, Ho, Wo).

    Raises:
        RuntimeError: Where there is no g++.

    Example:
        >>> import torch
        >>> from flowlab.kernels import host
        >>> ones = torch.ones(1, 8, 4, 5)
        >>> out = correlation(ones, ones, Geometry(1, 1, 1, 1, 1)) if not host.why_not() else ones.new_ones(1, 9, 4, 5)
        >>> out.shape, float(out[0, 4].min())
        (torch.Size([1, 9, 4, 5]), 1.0)
    """
    return _Traced.apply(a, b, geometry)


class _Traced(Function):
    @staticmethod
    def forward(ctx: FunctionCtx, a: Tensor, b: Tensor, geometry: Geometry) -> Tensor:
        ctx.save_for_backward(a, b)
        ctx.geometry = geometry
        return corr(a, b, geometry)

    @staticmethod
    @once_differentiable
    def backward(ctx: FunctionCtx, g: Tensor) -> tuple[Tensor, Tensor, None]:
        a, b = ctx.saved_tensors
        return corr_grad_a(g, b, ctx.geometry), corr_grad_b(g, a, ctx.geometry), None
