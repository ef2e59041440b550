"""Correlation and its derivatives by the raw kernels of correlation.cu, whatever runs them.

The three functions of a backend (op.py), but for one more argument: `run`, which takes a planned launch and its
tensors. cuda.py gives them kernels.launch, and traced.py kernels.trace: the same text, on a GPU and on a CPU.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor

from flowlab.costvolume.geometry import Geometry
from flowlab.kernels import plan
from flowlab.kernels.plan import Launch, Problem

Run = Callable[[Launch, Sequence[Tensor]], object]


def corr(a: Tensor, b: Tensor, geometry: Geometry, run: Run) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo); reference.py has the formula."""
    problem = problem_of(a, geometry)
    out = a.new_empty(len(a), geometry.side**2, *problem.output)
    if out.numel():
        run(plan.forward(problem), (a.contiguous(), b.contiguous(), out))
    return out


def corr_grad_a(g: Tensor, b: Tensor, geometry: Geometry, run: Run) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    grad = b.new_empty(b.shape)
    if grad.numel():
        run(plan.gradient(problem_of(b, geometry), "a"), (g.to(b.dtype).contiguous(), b.contiguous(), grad))
    return grad


def corr_grad_b(g: Tensor, a: Tensor, geometry: Geometry, run: Run) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    grad = a.new_empty(a.shape)
    if grad.numel():
        run(plan.gradient(problem_of(a, geometry), "b"), (g.to(a.dtype).contiguous(), a.contiguous(), grad))
    return grad


def problem_of(x: Tensor, geometry: Geometry) -> Problem:
    """Say a correlation by its numbers; `x` is one of the maps."""
    g = geometry
    numbers = (g.kernel_size, g.max_displacement, g.stride1, g.stride2, g.pad_size)
    dtype = str(x.dtype).removeprefix("torch.")
    return Problem(tuple(x.shape), g.output_size(*x.shape[2:]), *numbers, dtype)
