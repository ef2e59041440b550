"""Three operators that PyTorch knows by name: the correlation and its two derivatives.

T(a, b, g) = <g, corr(a, b)> is linear in each of its arguments. So each operator takes two of the three and is the
derivative of T by the third:

    corr(a, b) by g        corr_grad_a(g, b) by a        corr_grad_b(g, a) by b

The operators are one another's derivatives: gradients of any order exist, each as fast as the correlation, and
torch.compile, torch.export, autocast and vmap treat the operators as PyTorch's own.

A backend is a module with three functions of these names, which take two tensors and a Geometry: reference.py,
matmul.py and cuda.py.
"""

from __future__ import annotations

from functools import lru_cache, partial
from types import ModuleType
from typing import Any

import torch
from torch import Tensor
from torch.library import Library, custom_op

from flowlab.costvolume import cuda, matmul, reference
from flowlab.costvolume.geometry import Geometry
from flowlab.kernels import launch

BACKENDS = ("auto", "reference", "cpu", "cuda")
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
SETTINGS = "int kernel_size, int max_displacement, int stride1, int stride2, int pad_size, str backend"
# Each operator's two arguments, and the one that it is the derivative by.
OPERATORS = {"corr": ("a", "b", "g"), "corr_grad_a": ("g", "b", "a"), "corr_grad_b": ("g", "a", "b")}
NAMES = {by: name for name, (_, _, by) in OPERATORS.items()}

_geometry = lru_cache(maxsize=256, typed=True)(Geometry)


def kernels(backend: str, device: torch.device) -> ModuleType:
    """Choose the module that computes.

    Args:
        backend: One of BACKENDS. "auto" takes the CUDA kernels where tensors and kernels are there, and the matrix
            products of matmul.py, which run on any device, everywhere else.
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
    return reference if backend == "reference" else matmul


def check_backend(backend: str) -> None:
    """Refuse a name that is none of BACKENDS with a ValueError."""
    if backend not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {backend!r}")


def check_maps(a: Tensor, b: Tensor) -> None:
    """Refuse maps that cannot be correlated.

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


_LIBRARY = Library("flowlab", "FRAGMENT")  # kept: what it registers is removed with it


class _Operator:
    """One of the three operators, with all that PyTorch asks of an operator."""

    def __init__(self, name: str) -> None:
        self.name = name
        first, second, _ = OPERATORS[name]
        schema = f"(Tensor {first}, Tensor {second}, {SETTINGS}) -> Tensor"
        self.call = custom_op(f"flowlab::{name}", self.compute, mutates_args=(), schema=schema)
        self.call.register_fake(self.fake)
        self.call.register_autograd(self.backward, setup_context=self.keep)
        self.call.register_vmap(self.vmap)
        for device_type, key in (("cpu", "AutocastCPU"), ("cuda", "AutocastCUDA")):
            _LIBRARY.impl(name, partial(self.autocast, device_type), key)

    def compute(self, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Call the backend's function."""
        *numbers, backend = settings
        if self.name == "corr":
            check_maps(x, y)
        return getattr(kernels(backend, y.device), self.name)(x, y, _geometry(*numbers))

    def fake(self, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Return an empty result of the right shape, for tensors without data."""
        if self.name != "corr":
            return y.new_empty(y.shape)
        check_maps(x, y)
        check_backend(settings[-1])
        geometry = Geometry(*settings[:-1])
        return x.new_empty(x.shape[0], geometry.side**2, *geometry.output_size(*x.shape[-2:]))

    def keep(self, ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep for `backward` what it needs."""
        ctx.save_for_backward(*inputs[:2])
        ctx.settings = inputs[2:]

    def backward(self, ctx: Any, incoming: Tensor) -> tuple[Any, ...]:
        """Differentiate T by the two arguments: in T, the incoming gradient takes the place of the result."""
        known = dict(zip(OPERATORS[self.name], (*ctx.saved_tensors, incoming), strict=True))
        gradients: list[Tensor | None] = []
        for argument, needed in zip(OPERATORS[self.name][:2], ctx.needs_input_grad[:2], strict=True):
            name = NAMES[argument]
            first, second, _ = OPERATORS[name]
            gradients.append(_OPERATORS[name].call(known[first], known[second], *ctx.settings) if needed else None)
        return *gradients, *(None for _ in ctx.settings)

    def vmap(self, info: Any, in_dims: tuple[int | None, ...], x: Tensor, y: Tensor, *settings: Any) -> Any:
        """Make one longer batch of one more batch axis."""
        size = info.batch_size
        x, y = (
            t.expand(size, *t.shape) if dim is None else t.movedim(dim, 0)
            for t, dim in zip((x, y), in_dims[:2], strict=True)
        )
        return self.call(x.flatten(0, 1), y.flatten(0, 1), *settings).unflatten(0, x.shape[:2]), 0

    def autocast(self, device_type: str, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Compute in the low precision, as a matrix product does; the sums are kept in float32 all the same."""
        dtype = torch.get_autocast_dtype(device_type)
        x, y = (t if t.dtype == torch.float64 else t.to(dtype) for t in (x, y))
        with torch.autocast(device_type, enabled=False):
            return self.call(x, y, *settings)


_OPERATORS = {name: _Operator(name) for name in OPERATORS}
corr, corr_grad_a, corr_grad_b = (operator.call for operator in _OPERATORS.values())
