"""The four kinds of layer of both networks, and their fast path for inference on a CPU.

Each has the place that it has in the published state dicts: ``conv1.0`` is a convolution and ``conv1.1`` its batch
normalisation if there is one, ``deconv5.0`` a transposed convolution, and the predictions are bare layers.

The fast path fuses a convolution with its activation. PyTorch reorders a convolution's weights for
oneDNN at every call, and LeakyReLU reads and writes all features once more. Without gradients
neither is needed: under ``torch.inference_mode()`` the operators that torch.compile's CPU back end
would choose are called directly. They are not part of PyTorch's public interface, so `works` tries
them first; where they are missing or compute something else, the plain layers are used.
"""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, nn

from flowlab._disk import UsageError

SLOPE = 0.1  # of every LeakyReLU (FlowNet's prototxt)


class Activated(nn.Sequential):
    """A convolution, its batch normalisation if there is one, and LeakyReLU; fused in inference on a CPU."""

    def forward(self, x: Tensor) -> Tensor:
        """Apply the layers."""
        if len(self) == 2 and not (self[1]._forward_hooks or self[1]._forward_pre_hooks) and applies(self[0], x):
            return convolved(self[0], x)
        return super().forward(x)


def conv(inputs: int, outputs: int, kernel_size: int, stride: int = 1, *, batch_norm: bool = False) -> Activated:
    """Make a convolution with LeakyReLU that divides height and width by the stride.

    Example:
        >>> conv(6, 64, kernel_size=7, stride=2)(torch.zeros(1, 6, 64, 128)).shape
        torch.Size([1, 64, 32, 64])
    """
    padding = kernel_size // 2
    layer = nn.Conv2d(inputs, outputs, kernel_size, stride, padding, bias=not batch_norm)
    between = [nn.BatchNorm2d(outputs)] if batch_norm else []
    return Activated(layer, *between, nn.LeakyReLU(SLOPE, inplace=True))


def deconv(inputs: int, outputs: int, *, bias: bool = False) -> Activated:
    """Make the paper's upconvolution, a transposed convolution with LeakyReLU that doubles height and width.

    Example:
        >>> deconv(1024, 512)(torch.zeros(1, 1024, 5, 7)).shape
        torch.Size([1, 512, 10, 14])
    """
    layer = nn.ConvTranspose2d(inputs, outputs, kernel_size=4, stride=2, padding=1, bias=bias)
    return Activated(layer, nn.LeakyReLU(SLOPE, inplace=True))


def predict_flow(inputs: int, *, bias: bool = True) -> nn.Conv2d:
    """Make the layer that predicts a flow (two channels, no activation) from features."""
    return nn.Conv2d(inputs, 2, kernel_size=3, padding=1, bias=bias)


def initialise(network: nn.Module) -> None:
    """Draw weights as He et al. do for LeakyReLU (ICCV 2015, equation 15), and set biases to zero."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.kaiming_normal_(module.weight, SLOPE)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


Layer = nn.Conv2d | nn.ConvTranspose2d

# Reordered weights and what they were made from, by layer and dtype; a layer's copy needs none.
_REORDERED: WeakKeyDictionary[Layer, dict[torch.dtype, tuple[tuple[int, int], Tensor]]] = WeakKeyDictionary()


def applies(layer: Layer, x: Tensor) -> bool:
    """Whether `convolved` may replace the layer for this input."""
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


def convolved(layer: Layer, x: Tensor) -> Tensor:
    """Convolve x, (B, C, H, W), with the layer, and apply LeakyReLU."""
    operators, dtype = torch.ops.mkldnn, working_dtype(x)
    settings = [list(layer.padding), list(layer.stride), list(layer.dilation), layer.groups]
    if isinstance(layer, nn.ConvTranspose2d):
        run = operators._convolution_transpose_pointwise
        reorder = operators._reorder_convolution_transpose_weight
        settings.insert(1, list(layer.output_padding))
    else:
        run = operators._convolution_pointwise
        reorder = operators._reorder_convolution_weight
    made_from = layer.weight.data_ptr(), layer.weight._version
    kept = _REORDERED.setdefault(layer, {})
    if dtype not in kept or kept[dtype][0] != made_from:
        kept[dtype] = made_from, reorder(layer.weight.detach().to(dtype), *settings)
    bias = None if layer.bias is None else layer.bias.to(dtype)
    return run(x.to(dtype), kept[dtype][1], bias, *settings, "leaky_relu", [SLOPE], "")


def working_dtype(x: Tensor) -> torch.dtype:
    """Return the dtype of a convolution of x, under autocast or not."""
    if torch.is_autocast_enabled("cpu") and x.dtype != torch.float64:
        return torch.get_autocast_dtype("cpu")
    return x.dtype


@lru_cache
def works(dtype: torch.dtype) -> bool:
    """Whether the operators exist and agree with PyTorch's public ones, on a small example."""
    if dtype not in (torch.float32, torch.bfloat16) or not torch.backends.mkldnn.is_available():
        return False
    with torch.inference_mode(False), torch.no_grad(), torch.autocast("cpu", enabled=False):
        x = torch.linspace(-1, 1, 2 * 3 * 6 * 6, dtype=dtype).view(2, 3, 6, 6)
        for kind in (nn.Conv2d, nn.ConvTranspose2d):
            layer = kind(3, 2, kernel_size=4, stride=2, padding=1, dtype=dtype)
            expected = nn.functional.leaky_relu(layer(x), SLOPE)
            try:
                torch.testing.assert_close(convolved(layer, x), expected, rtol=0.05, atol=0.05)
            except (AssertionError, AttributeError, RuntimeError):
                return False
    return True


def usable_device(name: torch.device | str) -> torch.device:
    """Return a device; "auto" is the GPU if there is one. A UsageError if it is not there."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    gpus = torch.cuda.device_count()
    try:
        device = torch.device(name)
        if device.type != "cuda":
            torch.zeros(1, device=device).item()  # "meta" has no numbers
        elif (device.index or 0) >= gpus:
            raise RuntimeError
    except (RuntimeError, AssertionError, NotImplementedError):
        raise UsageError(f"there is no device {name}: PyTorch sees {gpus or 'no'} GPU; try auto or cpu") from None
    return device


def half_precision(device: torch.device) -> torch.dtype:
    """Return bfloat16, or float16 for a GPU that computes nothing in bfloat16, such as a T4."""
    lacks = device.type == "cuda" and torch.cuda.get_device_capability(device) < (8, 0)
    return torch.float16 if lacks else torch.bfloat16
