"""Three operators that PyTorch knows by name: the correlation and its two derivatives.

T(a, b, g) = <g, corr(a, b)> is linear in each of its arguments, so corr, corr_grad_a and corr_grad_b are one
another's derivatives. With all three registered, gradients of any order exist, each as fast as the correlation, and
torch.compile, torch.export, autocast and vmap treat them as PyTorch's own.

What computes them is a module with three functions of the same names, which take two tensors and a Geometry:
reference.py, cpu.py, and cuda.py where there is one. `kernels` chooses. (Annotations are plain and not postponed
here: torch.library reads the operators' schemas from them.)
"""

from functools import partial
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.library import CustomOpDef, Library, custom_op

from flowlab.costvolume import cpu, cuda, reference
from flowlab.costvolume.geometry import Geometry
from flowlab.kernels import launch

BACKENDS = ("auto", "reference", "cpu", "cuda")
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


@custom_op("flowlab::corr", mutates_args=())
def corr(
    a: Tensor,
    b: Tensor,
    kernel_size: int,
    max_displacement: int,
    stride1: int,
    stride2: int,
    pad_size: int,
    backend: str,
) -> Tensor:
    """Correlate two maps, (B, C, H, W) each -> (B, D * D, Ho, Wo)."""
    check_maps(a, b)
    geometry = Geometry(kernel_size, max_displacement, stride1, stride2, pad_size)
    return kernels(backend, a.device).corr(a, b, geometry)


@custom_op("flowlab::corr_grad_a", mutates_args=())
def corr_grad_a(
    g: Tensor,
    b: Tensor,
    kernel_size: int,
    max_displacement: int,
    stride1: int,
    stride2: int,
    pad_size: int,
    backend: str,
) -> Tensor:
    """Differentiate <g, corr(a, b)> by a: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    geometry = Geometry(kernel_size, max_displacement, stride1, stride2, pad_size)
    return kernels(backend, b.device).corr_grad_a(g, b, geometry)


@custom_op("flowlab::corr_grad_b", mutates_args=())
def corr_grad_b(
    g: Tensor,
    a: Tensor,
    kernel_size: int,
    max_displacement: int,
    stride1: int,
    stride2: int,
    pad_size: int,
    backend: str,
) -> Tensor:
    """Differentiate <g, corr(a, b)> by b: (B, D * D, Ho, Wo), (B, C, H, W) -> (B, C, H, W)."""
    geometry = Geometry(kernel_size, max_displacement, stride1, stride2, pad_size)
    return kernels(backend, a.device).corr_grad_b(g, a, geometry)


def kernels(backend: str, device: torch.device) -> ModuleType:
    """Choose the module that computes.

    Args:
        backend: One of BACKENDS. "auto" takes the CUDA kernels where tensors and kernels are there, and the
            matrix products of cpu.py, which run on any device, everywhere else.
        device: Where the tensors are.

    Raises:
        ValueError: If there is no such backend, or it cannot take tensors on `device`.
        RuntimeError: If the CUDA kernels were asked for and cannot be loaded.
    """
    check_backend(backend)
    if backend == "cuda" and device.type != "cuda":
        raise ValueError(f'backend "cuda" takes tensors on a CUDA device, these are on {device}; use "auto"')
    if device.type == "cuda" and backend in ("auto", "cuda"):
        if not (missing := launch.why_not()):
            return cuda
        if backend == "cuda":
            raise RuntimeError(f'the CUDA kernels cannot be loaded ({missing}); backend="auto" does without them')
    return reference if backend == "reference" else cpu


def check_backend(backend: str) -> None:
    """Refuse a name that is none of BACKENDS with a ValueError."""
    if backend not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {backend!r}")


def check_maps(a: Tensor, b: Tensor) -> None:
    """Refuse maps that cannot be correlated, in words.

    Raises:
        ValueError: If shapes or devices differ, or there is no channel.
        TypeError: If the dtypes differ or are not floating.
    """
    if a.ndim != 4 or a.shape != b.shape:
        shapes = f"{tuple(a.shape)} and {tuple(b.shape)}"
        raise ValueError(f"the two maps must have one shape (B, C, H, W), got {shapes}")
    if a.shape[1] == 0:
        raise ValueError(f"the maps must have at least one channel to compare, got {tuple(a.shape)}")
    if a.dtype != b.dtype or a.dtype not in DTYPES:
        names = ", ".join(str(dtype).removeprefix("torch.") for dtype in DTYPES)
        raise TypeError(f"the two maps must have one dtype of {names}, got {a.dtype} and {b.dtype}")
    if a.device != b.device:
        raise ValueError(f"the two maps must be on one device, got {a.device} and {b.device}")


def _corr_shape(a: Tensor, b: Tensor, *settings: Any) -> Tensor:
    check_maps(a, b)
    check_backend(settings[-1])
    geometry = Geometry(*settings[:-1])
    return a.new_empty(a.shape[0], geometry.side**2, *geometry.output_size(*a.shape[-2:]))


def _map_shape(g: Tensor, other: Tensor, *settings: Any) -> Tensor:
    return other.new_empty(other.shape)


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
    ctx.save_for_backward(*inputs[:2])
    ctx.settings = inputs[2:]


# Each takes the gradient h that comes in, puts it where the operator's result stands in T, and differentiates T by the
# two arguments that the operator took, as far as anybody asks.


def _backward_corr(ctx: Any, h: Tensor) -> tuple[Any, ...]:  # T(a, b, h)
    (a, b), need, settings = ctx.saved_tensors, ctx.needs_input_grad, ctx.settings
    by_a = corr_grad_a(h, b, *settings) if need[0] else None
    by_b = corr_grad_b(h, a, *settings) if need[1] else None
    return by_a, by_b, *(None for _ in settings)


def _backward_corr_grad_a(ctx: Any, h: Tensor) -> tuple[Any, ...]:  # T(h, b, g)
    (g, b), need, settings = ctx.saved_tensors, ctx.needs_input_grad, ctx.settings
    by_g = corr(h, b, *settings) if need[0] else None
    by_b = corr_grad_b(g, h, *settings) if need[1] else None
    return by_g, by_b, *(None for _ in settings)


def _backward_corr_grad_b(ctx: Any, h: Tensor) -> tuple[Any, ...]:  # T(a, h, g)
    (g, a), need, settings = ctx.saved_tensors, ctx.needs_input_grad, ctx.settings
    by_g = corr(a, h, *settings) if need[0] else None
    by_a = corr_grad_a(g, h, *settings) if need[1] else None
    return by_g, by_a, *(None for _ in settings)


def _fold(op: CustomOpDef, info: Any, in_dims: tuple[int | None, ...], x: Tensor, y: Tensor, *settings: Any) -> Any:
    """Vmap: one more batch axis is a longer batch."""
    size = info.batch_size
    x, y = (
        t.expand(size, *t.shape) if dim is None else t.movedim(dim, 0)
        for t, dim in zip((x, y), in_dims[:2], strict=True)
    )
    return op(x.flatten(0, 1), y.flatten(0, 1), *settings).unflatten(0, x.shape[:2]), 0


def _autocast(op: CustomOpDef, device_type: str, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
    """Autocast: in the low precision, as for a matrix product; the sums are kept in float32 all the same."""
    dtype = torch.get_autocast_dtype(device_type)
    x, y = (t if t.dtype == torch.float64 else t.to(dtype) for t in (x, y))
    with torch.autocast(device_type, enabled=False):
        return op(x, y, *settings)


_LIBRARY = Library("flowlab", "FRAGMENT")  # kept: what it registers goes when it goes


def _register() -> None:
    """Tell PyTorch all of this, for each of the three."""
    for op, shape, backward in (
        (corr, _corr_shape, _backward_corr),
        (corr_grad_a, _map_shape, _backward_corr_grad_a),
        (corr_grad_b, _map_shape, _backward_corr_grad_b),
    ):
        op.register_fake(shape)
        op.register_autograd(backward, setup_context=_keep)
        op.register_vmap(partial(_fold, op))
        for device_type, key in (("cpu", "AutocastCPU"), ("cuda", "AutocastCUDA")):
            _LIBRARY.impl(op._qualname.split("::")[1], partial(_autocast, op, device_type), key)


_register()
