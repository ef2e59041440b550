"""The four kinds of layer that both networks are made of, and what a network returns.

Each keeps the place that it has in the published state dicts: ``conv1.0`` is a convolution and ``conv1.1`` its batch
normalisation where there is one, ``deconv5.0`` a transposed convolution, and the predictions are bare layers.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn

from flowlab.models import fused

SLOPE = 0.1  # of every LeakyReLU (FlowNet's prototxt)


class FlowOutput(NamedTuple):
    """What a network returns, the same in training and in evaluation.

    Attributes:
        flow: (B, 2, H, W), on the grid of the images that came in, in pixels of it: u to the right, v down.
        pyramid: Five predictions, finest first, of an image of Hp x Wp pixels, which are H x W rounded up to
            multiples of 64: (B, 2, Hp / s, Wp / s) for s = 4, 8, 16, 32, 64. Each is in pixels of its own grid, so
            what the first one calls 1 is 4 pixels of the image; times s, all are in pixels of the image.
    """

    flow: Tensor
    pyramid: tuple[Tensor, ...]


class Activated(nn.Sequential):
    """A convolution, perhaps its batch normalisation, and LeakyReLU: in inference on a CPU the two in one."""

    def forward(self, x: Tensor) -> Tensor:
        """Compute all of it."""
        if len(self) == 2 and not (self[1]._forward_hooks or self[1]._forward_pre_hooks) and fused.applies(self[0], x):
            return fused.convolved(self[0], x, SLOPE)
        return super().forward(x)


class Conv(nn.Conv2d):
    """PyTorch's convolution, quicker in inference on a CPU."""

    def forward(self, x: Tensor) -> Tensor:
        """Convolve."""
        return fused.convolved(self, x) if fused.applies(self, x) else super().forward(x)


class ConvTranspose(nn.ConvTranspose2d):
    """PyTorch's transposed convolution, quicker in inference on a CPU."""

    def forward(self, x: Tensor) -> Tensor:
        """Spread each input over 4 x 4 outputs."""
        return fused.convolved(self, x) if fused.applies(self, x) else super().forward(x)


def conv(inputs: int, outputs: int, kernel_size: int, stride: int = 1, *, batch_norm: bool = False) -> Activated:
    """Make a convolution with LeakyReLU that divides height and width by the stride.

    Example:
        >>> import torch
        >>> conv(6, 64, kernel_size=7, stride=2)(torch.zeros(1, 6, 64, 128)).shape
        torch.Size([1, 64, 32, 64])
    """
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel_size, stride, padding=kernel_size // 2, bias=not batch_norm)
    ]
    if batch_norm:
        layers.append(nn.BatchNorm2d(outputs))
    return Activated(*layers, nn.LeakyReLU(SLOPE, inplace=True))


def deconv(inputs: int, outputs: int, *, bias: bool = False) -> Activated:
    """Make the paper's upconvolution, a transposed convolution with LeakyReLU that doubles height and width.

    Example:
        >>> import torch
        >>> deconv(1024, 512)(torch.zeros(1, 1024, 5, 7)).shape
        torch.Size([1, 512, 10, 14])
    """
    return Activated(
        nn.ConvTranspose2d(inputs, outputs, kernel_size=4, stride=2, padding=1, bias=bias),
        nn.LeakyReLU(SLOPE, inplace=True),
    )


def predict_flow(inputs: int, *, bias: bool = True) -> Conv:
    """Make the layer that reads a flow (two channels, no activation) from features."""
    return Conv(inputs, 2, kernel_size=3, padding=1, bias=bias)


def upsample_flow(*, bias: bool = False) -> ConvTranspose:
    """Make the learned upsampling that carries a coarse flow to twice the height and width."""
    return ConvTranspose(2, 2, kernel_size=4, stride=2, padding=1, bias=bias)


def initialise(network: nn.Module) -> None:
    """Draw all weights as He et al. do for LeakyReLU (ICCV 2015, equation 15), and set biases to zero."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.kaiming_normal_(module.weight, SLOPE)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
