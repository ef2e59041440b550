"""The correlation layer of FlowNetC, and the three operators of it that PyTorch knows by name.

T(a, b, g) = <g, corr(a, b)> is linear in each of its arguments. So each operator takes two of the
three and is the derivative of T by the third:

    corr(a, b) by g        corr_grad_a(g, b) by a        corr_grad_b(g, a) by b

The operators are one another's derivatives: gradients of any order exist, each as fast as the correlation, in reverse
and in forward mode. torch.compile, torch.export, torch.func and autocast treat the operators as PyTorch's own.

A backend is a module with three functions of these names, which take two tensors and a Geometry: reference.py,
matmul.py and cuda.py.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict
from functools import cache, partial
from types import ModuleType
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.autograd import forward_ad
from torch.library import Library, custom_op

from flowlab.costvolume import cuda, matmul, reference
from flowlab.costvolume.geometry import Geometry, geometry_of
from flowlab.costvolume.onnx import decomposed_corr
from flowlab.kernels import launch

BACKENDS = ("auto", "reference", "cpu", "cuda")
DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
SETTINGS = "int kernel_size, int max_displacement, int stride1, int stride2, int pad_size, str backend"
SETTINGS += ", int[]? rows=None"  # the five numbers along rows, where they are others than along columns
AUTOCAST = {"cpu": "AutocastCPU", "cuda": "AutocastCUDA"}
# The operators, and the two arguments of each, by the third one, which it is the derivative by.
OPERATORS = {"g": ("corr", "a", "b"), "a": ("corr_grad_a", "g", "b"), "b": ("corr_grad_b", "g", "a")}


def kernels(backend: str, device: torch.device) -> ModuleType:
    """Choose the module that computes for tensors on a device.

    "auto" takes the CUDA kernels for tensors on a GPU where the kernels can be loaded, and
    everywhere else the matrix products of matmul.py, which run on any device; on a GPU it warns of that, once.
    """
    check_backend(backend)
    if backend == "cuda" and device.type != "cuda":
        raise ValueError(f'backend "cuda" takes tensors on a CUDA device, these are on {device}; use "auto"')
    if device.type == "cuda" and backend in ("auto", "cuda"):
        if not (missing := launch.why_not()):
            return cuda
        if backend == "cuda":
            raise RuntimeError(f'the CUDA kernels cannot be loaded ({missing}); backend="auto" does without them')
        warn_once(missing)
    return reference if backend == "reference" else matmul


@cache
def warn_once(missing: str) -> None:
    """Warn that "auto" does without the CUDA kernels on a GPU."""
    slower = "the correlation takes matrix products in hundreds of launches, which is slower"
    warnings.warn(f"the CUDA kernels cannot be loaded: {missing}. Without them {slower}", RuntimeWarning, stacklevel=3)


def check_backend(backend: str) -> None:
    """Refuse a name that is none of BACKENDS with a ValueError."""
    if backend not in BACKENDS:
        raise ValueError(f"backend must be one of {', '.join(BACKENDS)}, got {backend!r}")


def check_maps(a: Tensor, b: Tensor) -> None:
    """Refuse maps whose shapes, dtypes or devices differ, and maps without channels or of another dtype."""
    if a.ndim != 4 or a.shape != b.shape:
        raise ValueError(f"the two maps must have one shape (B, C, H, W), got {tuple(a.shape)} and {tuple(b.shape)}")
    if a.shape[1] == 0:
        raise ValueError(f"the maps must have at least one channel, got {tuple(a.shape)}")
    if a.dtype != b.dtype or a.dtype not in DTYPES:
        names = ", ".join(str(dtype).removeprefix("torch.") for dtype in DTYPES)
        raise TypeError(f"the two maps must have one dtype of {names}, got {a.dtype} and {b.dtype}")
    if a.device != b.device:
        raise ValueError(f"the two maps must be on one device, got {a.device} and {b.device}")


def autocast_dtype(x: Tensor) -> torch.dtype | None:
    """Return the dtype that autocast asks for on the tensor's device; None where it is off."""
    active = any(torch.is_autocast_enabled(kind) and x.device.type == kind for kind in AUTOCAST)
    return torch.get_autocast_dtype(x.device.type) if active else None


_LIBRARY = Library("flowlab", "FRAGMENT")  # kept: what it registers is removed with it


class _Operator:
    """One of the three operators, with all that PyTorch asks of an operator."""

    def __init__(self, by: str) -> None:
        self.by = by
        self.name, *self.arguments = OPERATORS[by]
        schema = f"(Tensor {self.arguments[0]}, Tensor {self.arguments[1]}, {SETTINGS}) -> Tensor"
        self.bare = custom_op(f"flowlab::{self.name}", self.compute, mutates_args=(), schema=schema)
        self.bare.register_fake(self.fake)
        self.bare.register_autograd(self.backward, setup_context=self.keep)
        self.bare.register_vmap(self.vmap)
        for device_type, key in AUTOCAST.items():
            _LIBRARY.impl(self.name, partial(self.autocast, device_type), key)

    def __call__(self, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Compute, with derivatives of every kind."""
        if not (torch._C._are_functorch_transforms_active() or forward_ad._current_level >= 0):
            return self.bare(x, y, *settings)
        if torch.compiler.is_compiling():  # neither operator could be differentiated forward
            return self.bare(x, y, *settings) if self.name != "corr" else decomposed_corr(x, y, geometry_of(settings))
        if autocast_dtype(y) is not None:  # here, so that the casts are differentiated, too
            return self.autocast(y.device.type, x, y, *settings)
        return _Differentiable.apply(x, y, self, *settings)

    def compute(self, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Call the backend's function."""
        if self.name == "corr":
            check_maps(x, y)
        return getattr(kernels(settings[5], y.device), self.name)(x, y, geometry_of(settings))

    def fake(self, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Return an empty result of the right shape, for tensors without data."""
        if self.name != "corr":
            return y.new_empty(y.shape)
        check_maps(x, y)
        check_backend(settings[5])
        geometry = geometry_of(settings)
        return x.new_empty(x.shape[0], geometry.channels, *geometry.output_size(*x.shape[-2:]))

    def keep(self, ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep for `backward` what it needs."""
        ctx.save_for_backward(*inputs[:2])
        ctx.settings = inputs[2:]

    def backward(self, ctx: Any, incoming: Tensor) -> tuple[Any, ...]:
        """Differentiate T by the two arguments; the incoming gradient is T's third."""
        known = dict(zip((*self.arguments, self.by), (*ctx.saved_tensors, incoming), strict=True))
        gradients: list[Tensor | None] = []
        for argument, needed in zip(self.arguments, ctx.needs_input_grad[:2], strict=True):
            operator = _OPERATORS[argument]
            tensors = (known[name] for name in operator.arguments)
            gradients.append(operator(*tensors, *ctx.settings) if needed else None)
        return *gradients, *(None for _ in ctx.needs_input_grad[2:])

    def vmap(self, info: Any, in_dims: tuple[int | None, ...], x: Tensor, y: Tensor, *settings: Any) -> Any:
        """Make one longer batch of one more batch axis."""
        x, y = (
            t.expand(info.batch_size, *t.shape) if dim is None else t.movedim(dim, 0)
            for t, dim in zip((x, y), in_dims[:2], strict=True)
        )
        return self(x.flatten(0, 1), y.flatten(0, 1), *settings).unflatten(0, x.shape[:2]), 0

    def autocast(self, device_type: str, x: Tensor, y: Tensor, *settings: Any) -> Tensor:
        """Compute in the low precision, as a matrix product does, with sums in float32."""
        dtype = torch.get_autocast_dtype(device_type)
        x, y = (t if t.dtype == torch.float64 else t.to(dtype) for t in (x, y))
        with torch.autocast(device_type, enabled=False):
            return self(x, y, *settings)


class _Differentiable(torch.autograd.Function):
    """An operator (the third argument) with what a custom_op lacks: forward mode, and derivatives by torch.func."""

    @staticmethod
    def forward(x: Tensor, y: Tensor, operator: _Operator, *settings: Any) -> Tensor:
        """Compute by the bare operator."""
        return operator.bare(x, y, *settings)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what both modes need."""
        x, y, ctx.operator, *settings = inputs
        ctx.operator.keep(ctx, (x, y, *settings), output)
        ctx.save_for_forward(x, y)
        ctx.set_materialize_grads(False)  # a zero tangent would cost a correlation

    @staticmethod
    def backward(ctx: Any, incoming: Tensor | None) -> tuple[Any, ...]:
        """Differentiate in reverse."""
        return ctx.operator.backward(ctx, incoming) if incoming is not None else (None,) * len(ctx.needs_input_grad)

    @staticmethod
    def jvp(ctx: Any, dx: Tensor | None, dy: Tensor | None, *_: None) -> Tensor | None:
        """Differentiate forward: the operator is linear in each of the two."""
        x, y = ctx.saved_tensors
        by_x, by_y = (ctx.operator(*pair, *ctx.settings) if None not in pair else None for pair in ((dx, y), (x, dy)))
        return by_x + by_y if by_x is not None and by_y is not None else by_y if by_x is None else by_x

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Tensor, y: Tensor, operator: _Operator, *settings: Any) -> Any:
        """Make one longer batch."""
        return operator.vmap(info, in_dims, x, y, *settings)


_OPERATORS = {by: _Operator(by) for by in OPERATORS}
corr, corr_grad_a, corr_grad_b = _OPERATORS.values()


def correlation(
    a: Float[Tensor, "B C H W"],
    b: Float[Tensor, "B C H W"],
    kernel_size: int = 1,
    max_displacement: int = 20,
    stride1: int = 1,
    stride2: int = 2,
    pad_size: int = 20,
    backend: str = "auto",
) -> Float[Tensor, "B DD Ho Wo"]:
    """Compare each patch of `a` with the patches of `b` around the same place.

    Channel (dy + r) * D + (dx + r), with r = floor(max_displacement / stride2) and D = 2r + 1, is the mean over a
    patch's K * K * C products of `a` at its place with `b` displaced by (dy * stride2, dx * stride2) pixels. The
    defaults are FlowNetC's: 21 x 21 = 441 channels, as large as the maps.

    Args:
        a: Features of the first image; float16, bfloat16, float32 or float64, any strides.
        b: Features of the second image, same shape and dtype.
        kernel_size: Side K of a patch in pixels, odd.
        max_displacement: Largest displacement d in pixels.
        stride1: Step between patches, in pixels.
        stride2: Step between displacements, in pixels.
        pad_size: Width of the zeros around both maps, in pixels; with pad_size = max_displacement +
            floor(K / 2) and stride1 = 1 the output is as large as the maps.
        backend: "auto", "reference" (loops), "cpu" (matrix products) or "cuda".

    Returns:
        Ho = ceil((H + 2 pad_size - 2 (max_displacement + floor(K / 2))) / stride1) rows, columns alike, in the dtype
        of the maps. Sums are at least float32. It can be differentiated any number of times.

    Raises:
        ValueError: If the maps do not fit each other, a number is out of range, no output is left,
            or the backend cannot take the maps.
        TypeError: If the dtype is not one of the four.
        RuntimeError: If backend "cuda" is asked for and cannot be loaded.

    Source:
        Fischer et al., FlowNet: Learning Optical Flow with Convolutional Networks, 2015, equation
        1, with the geometry and the normalisation of its Caffe layer.

    Example:
        >>> import torch
        >>> ramp = torch.arange(12.0).view(1, 1, 3, 4)
        >>> correlation(ramp, ramp, max_displacement=1, stride2=1, pad_size=1)[0, :, 1, 1].tolist()
        [0.0, 5.0, 10.0, 20.0, 25.0, 30.0, 40.0, 45.0, 50.0]
    """
    return corr(a, b, kernel_size, max_displacement, stride1, stride2, pad_size, backend)


class Correlation(nn.Module):
    """`correlation` as a layer, with the same settings; it has no weights.

    Raises:
        ValueError: If a number is out of range or there is no such backend.

    Example:
        >>> import torch
        >>> layer = Correlation(max_displacement=4, stride2=1, pad_size=4)
        >>> layer(torch.zeros(2, 32, 6, 8), torch.zeros(2, 32, 6, 8)).shape
        torch.Size([2, 81, 6, 8])
        >>> layer
        Correlation(kernel_size=1, max_displacement=4, stride1=1, stride2=1, pad_size=4, backend='auto')
    """

    def __init__(
        self,
        kernel_size: int = 1,
        max_displacement: int = 20,
        stride1: int = 1,
        stride2: int = 2,
        pad_size: int = 20,
        backend: str = "auto",
    ) -> None:
        super().__init__()
        self.geometry = Geometry(kernel_size, max_displacement, stride1, stride2, pad_size)
        check_backend(backend)
        self.backend = backend

    def forward(self, a: Float[Tensor, "B C H W"], b: Float[Tensor, "B C H W"]) -> Float[Tensor, "B DD Ho Wo"]:
        """Correlate `a` with `b`."""
        return corr(a, b, *self.geometry.numbers, self.backend)

    def extra_repr(self) -> str:
        """Show the settings where the model is printed."""
        settings = asdict(self.geometry) | {"backend": self.backend}
        return ", ".join(f"{name}={value!r}" for name, value in settings.items())
