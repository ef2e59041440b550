"""The layers of a network as a table: what they are, and the shape of what they give, for an image of a size."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import nn

from flowlab.models.flownet import Network


class Layer(NamedTuple):
    """A convolution or a transposed convolution, and the shape of its output."""

    kernel: int
    stride: int
    inputs: int
    outputs: int
    height: int
    width: int


def layers_of(network: Network, height: int = 384, width: int = 512) -> dict[str, Layer]:
    """Return the layers of FlowNetS or FlowNetC by name, in the order in which they run; nothing is computed.

    Example:
        >>> import flowlab
        >>> layers_of(flowlab.FlowNetS())["conv2"]
        Layer(kernel=5, stride=2, inputs=64, outputs=128, height=96, width=128)
    """
    found = {}

    def note(name: str, layer: nn.Module, output: torch.Tensor) -> None:
        sizes = layer.kernel_size[0], layer.stride[0], layer.in_channels, layer.out_channels
        found[name] = Layer(*sizes, *output.shape[-2:])

    with torch.device("meta"):  # shapes without memory
        plan = type(network)(width=network.config.width)
        for name, module in plan.named_modules():
            if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
                module.register_forward_hook(lambda m, _, out, name=name: note(name.partition(".")[0], m, out))
        plan(*torch.zeros(2, 1, 3, height, width))
    return found
