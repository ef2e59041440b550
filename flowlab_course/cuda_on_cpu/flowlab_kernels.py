"""flowlab's own kernels, run on the CPU: in place of kernels.launch.run, for tests and chapter 09.

The kernels are the source files that a GPU runs. They are about a thousand times slower here than the matrix products
of flowlab.costvolume. Running them takes g++ on Linux.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import FunctionCtx, once_differentiable

from flowlab.costvolume import Geometry, cuda
from flowlab.kernels.launch import KERNELS, LaunchConfig, source
from flowlab_course.cuda_on_cpu.trace import Program, Trace


@lru_cache(maxsize=64)
def program(file: str, template: str, build: str) -> Program:
    """Compile one of flowlab's kernel files with one set of template arguments."""
    return Program(source(file), [kernel + template for kernel in KERNELS[file]], build, file)


def run(config: LaunchConfig, tensors: Sequence[Any], *, build: str = "fast", order: str = "up") -> Trace:
    """Run one of flowlab's kernels on CPU tensors, as kernels.launch.run does on a GPU's."""
    return program(config.file, config.template, build).run(
        config.expression,
        (config.blocks,),
        config.block,
        (*tensors, *config.numbers),
        shared=config.shared,
        order=order,
    )


corr = partial(cuda.corr, run=run)
corr_grad_a = partial(cuda.corr_grad_a, run=run)
corr_grad_b = partial(cuda.corr_grad_b, run=run)


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
        >>> from flowlab_course.cuda_on_cpu.compile import why_not
        >>> ones = torch.ones(1, 8, 4, 5)
        >>> out = correlation(ones, ones, Geometry(1, 1, 1, 1, 1)) if not why_not() else ones.new_ones(1, 9, 4, 5)
        >>> out.shape, float(out[0, 4].min())
        (torch.Size([1, 9, 4, 5]), 1.0)
    """
    return _Correlation.apply(a, b, geometry)


class _Correlation(Function):
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
