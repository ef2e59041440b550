"""What the tests of the kernels share, on the CPU header and, with the same numbers, on a GPU."""

from __future__ import annotations

import pytest
import torch

from flowlab.costvolume import Geometry, cuda
from flowlab.kernels.launch import LaunchConfig
from flowlab_course.cuda_on_cpu.compile import why_not
from tests.kernels.geometries import GRID

needs_gcc = pytest.mark.skipif(bool(why_not()), reason=why_not() or "g++ is there")

DTYPES = (torch.float32, torch.float16, torch.bfloat16, torch.float64)
# Relative and absolute, of results whose inputs are about 1: the rounding of the dtype itself, once.
TOLERANCE = {
    torch.float64: (1e-12, 1e-12),
    torch.float32: (1e-5, 1e-5),
    torch.float16: (2e-3, 1e-3),
    torch.bfloat16: (1e-2, 8e-3),
}


def numbers(case: str) -> tuple[Geometry, tuple[int, int, int, int]]:
    settings, shape = GRID[case]
    return Geometry(*settings), shape


def config_of(
    kernel: str, shape: tuple[int, ...], geometry: Geometry, dtype: torch.dtype = torch.float32
) -> LaunchConfig:
    if kernel == "corr":
        return cuda.forward_config(shape, geometry, dtype)
    return cuda.gradient_config(kernel, shape, geometry, dtype)


def tensors(shape: tuple[int, ...], geometry: Geometry, dtype: torch.dtype) -> tuple[torch.Tensor, ...]:
    """Make two maps and a gradient of the output, the same at each call."""
    generator = torch.Generator().manual_seed(len(shape) + sum(shape))
    g_shape = (shape[0], geometry.side**2, *geometry.output_size(*shape[2:]))
    return tuple(torch.randn(s, generator=generator, dtype=torch.float64).to(dtype) for s in (shape, shape, g_shape))


def close(result: torch.Tensor, expected: torch.Tensor, dtype: torch.dtype) -> None:
    rtol, atol = TOLERANCE[dtype]
    torch.testing.assert_close(result.double(), expected.double(), rtol=rtol, atol=atol)
