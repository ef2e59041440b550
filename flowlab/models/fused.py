"""Convolutions for inference on a CPU: the activation inside the loop, the weights laid out for it once.

PyTorch lays a convolution's weights out anew for oneDNN at every call, and LeakyReLU reads and writes all features
once more. With nothing to differentiate neither is needed: under ``torch.inference_mode()`` the operators that
torch.compile's CPU back end would choose are called directly. They are not part of PyTorch's public interface, so
`works` tries them first, and where they are missing or compute something else the plain layers do the work.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

Layer = nn.Conv2d | nn.ConvTranspose2d

# The laid out weights and what they were made from, by layer and dtype; outside of layers, which are copied as ever.
_LAID_OUT: WeakKeyDictionary[Layer, dict[torch.dtype, tuple[tuple[int, int], Tensor]]] = WeakKeyDictionary()


def applies(layer: Layer, x: Tensor) -> bool:
    """Say whether `convolved` may take the place of the layer for this input."""
    return (
        not torch.compiler.is_compiling()
        and torch.is_inference_mode_enabled()
        and x.device.type == "cpu"
        and x.numel() > 0
        and layer.weight.device == x.device
        and not layer.weight.is_inference()  # such a tensor does not count its changes
        and not (layer._forward_hooks or layer._forward_pre_hooks)
        and not torch.overrides.has_torch_function_unary(x)
        and works(working_dtype(x))
    )


def convolved(layer: Layer, x: Tensor, slope: float | None = None) -> Tensor:
    """Convolve x, (B, C, H, W), with the layer, and apply LeakyReLU where there is a slope."""
    dtype = working_dtype(x)
    weight = laid_out(layer, dtype)
    bias = None if layer.bias is None else layer.bias.to(dtype)
    activation = ("none", [], "") if slope is None else ("leaky_relu", [slope], "")
    padding, rest = list(layer.padding), (list(layer.stride), list(layer.dilation), layer.groups)
    if isinstance(layer, nn.ConvTranspose2d):
        run = torch.ops.mkldnn._convolution_transpose_pointwise
        return run(x.to(dtype), weight, bias, padding, list(layer.output_padding), *rest, *activation)
    return torch.ops.mkldnn._convolution_pointwise(x.to(dtype), weight, bias, padding, *rest, *activation)


def laid_out(layer: Layer, dtype: torch.dtype) -> Tensor:
    """Return the layer's weight as oneDNN wants it, made anew when the weight has changed."""
    made_from = layer.weight.data_ptr(), layer.weight._version
    kept = _LAID_OUT.setdefault(layer, {})
    if dtype in kept and kept[dtype][0] == made_from:
        return kept[dtype][1]
    numbers = list(layer.padding), list(layer.stride), list(layer.dilation), layer.groups
    weight = layer.weight.detach().to(dtype)
    if isinstance(layer, nn.ConvTranspose2d):
        reorder = torch.ops.mkldnn._reorder_convolution_transpose_weight
        weight = reorder(weight, numbers[0], list(layer.output_padding), *numbers[1:])
    else:
        weight = torch.ops.mkldnn._reorder_convolution_weight(weight, *numbers)
    kept[dtype] = made_from, weight
    return weight


def working_dtype(x: Tensor) -> torch.dtype:
    """The type that a convolution of x has, under autocast or not."""
    if torch.is_autocast_enabled("cpu") and x.dtype != torch.float64:
        return torch.get_autocast_dtype("cpu")
    return x.dtype


@lru_cache
def works(dtype: torch.dtype) -> bool:
    """Try the operators on a few numbers, and compare with PyTorch's public ones."""
    if dtype not in (torch.float32, torch.bfloat16) or not torch.backends.mkldnn.is_available():
        return False
    with torch.inference_mode(False), torch.no_grad(), torch.autocast("cpu", enabled=False):
        x = torch.linspace(-1, 1, 2 * 3 * 6 * 6, dtype=dtype).view(2, 3, 6, 6)
        for kind in (nn.Conv2d, nn.ConvTranspose2d):
            layer = kind(3, 2, kernel_size=4, stride=2, padding=1, dtype=dtype)
            expected = nn.functional.leaky_relu(layer(x), 0.1)
            try:
                out = convolved(layer, x, 0.1)
            except (AttributeError, RuntimeError):
                return False
            if out.shape != expected.shape or not torch.allclose(out, expected, rtol=0.05, atol=0.05):
                return False
    return True
