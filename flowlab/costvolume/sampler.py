"""The correlation with the arguments of spatial-correlation-sampler and mmcv, for their users.

    out[n, ph, pw, y, x] = sum over c, j, i of
        input1[n, c, y * stride - padding + j * dilation,                            x alike]
      * input2[n, c, y * stride - padding + j * dilation + (ph - rp) * dilation_patch, x alike]

with j, i = 0 ... kernel_size - 1 and rp = floor((patch_size - 1) / 2); zeros outside, and no division. In flowlab's
arguments: patch_size = 2 floor(d / s2) + 1, stride = s1, padding = p - d, dilation_patch = s2. mmcv's Correlation takes
the same arguments, except that its max_displacement is floor(patch_size / 2).
"""

from __future__ import annotations

import operator
from collections.abc import Iterable
from contextlib import nullcontext
from functools import reduce
from math import gcd
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from flowlab.costvolume.op import autocast_dtype, corr

Pair = int | tuple[int, int]


class AxisSettings(NamedTuple):
    """The six settings of one axis, in the order of the arguments."""

    kernel_size: int
    patch_size: int
    stride: int
    padding: int
    dilation: int
    dilation_patch: int

    @property
    def before(self) -> int:
        """Displacements to the left of zero, or above."""
        return (self.patch_size - 1) // 2

    @property
    def after(self) -> int:
        """Displacements to the right of zero, or below."""
        return self.patch_size - 1 - self.before

    @property
    def extent(self) -> int:
        """Pixels from a patch's first to its last."""
        return self.dilation * (self.kernel_size - 1) + 1

    @property
    def summed(self) -> bool:
        """Whether the operator can sum this axis of a patch itself; else it gives the products of single pixels."""
        return self.kernel_size % 2 == 1 and self.extent == self.kernel_size

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        """The operator's five numbers for this axis."""
        k, step = (self.kernel_size, self.stride) if self.summed else (1, gcd(self.stride, self.dilation))
        max_displacement = self.after * self.dilation_patch
        return k, max_displacement, step, self.dilation_patch, max_displacement + self.padding


def spatial_correlation_sample(
    input1: Float[Tensor, "B C H W"],
    input2: Float[Tensor, "B C H W"],
    kernel_size: Pair = 1,
    patch_size: Pair = 1,
    stride: Pair = 1,
    padding: Pair = 0,
    dilation: Pair = 1,
    dilation_patch: Pair = 1,
) -> Float[Tensor, "B pH pW Ho Wo"]:
    """Correlate as spatial-correlation-sampler does; a setting may be a pair (vertical, horizontal).

    Args:
        input1: Features of the first image.
        input2: Features of the second image, same shape and dtype.
        kernel_size: Side of the compared patches in pixels; even ones too.
        patch_size: Number of displacements; of an even number, the additional one is at the right or the bottom.
        stride: Step between patches, in pixels.
        padding: Width of the zeros around both maps, in pixels.
        dilation: Distance of a patch's pixels from each other.
        dilation_patch: Step between displacements, in pixels.

    Returns:
        floor((H + 2 padding - dilation (kernel_size - 1) - 1) / stride) + 1 rows for each
        displacement, columns likewise. Not divided: `kernel_size**2 * C` times our correlation.

    Raises:
        ValueError: If a setting is out of range, or no output is left.

    Example:
        >>> import torch
        >>> ones = torch.ones(1, 8, 4, 5)
        >>> spatial_correlation_sample(ones, ones, patch_size=3)[0, 1, :, 0, 0].tolist()
        [0.0, 8.0, 8.0]
    """
    y, x = axes_of(kernel_size, patch_size, stride, padding, dilation, dilation_patch)
    C, H, W = input1.shape[-3:]
    Ho, Wo = ((n + 2 * axis.padding - axis.extent) // axis.stride + 1 for n, axis in ((H, y), (W, x)))
    if Ho <= 0 or Wo <= 0:
        raise ValueError(
            f"patches of {y.extent} x {x.extent} pixels do not fit into {H} x {W} maps with padding "
            f"{y.padding} and {x.padding}; use a larger padding or a smaller kernel_size"
        )
    autocast = autocast_dtype(input1)
    dtype = input1.dtype if autocast is None or input1.dtype == torch.float64 else autocast
    if dtype in (torch.float16, torch.bfloat16) and (autocast or input1.dtype == input2.dtype):
        input1, input2 = (t.to(dtype).float() for t in (input1, input2))  # sums are float32, rounded once
    with torch.autocast(input1.device.type, enabled=False) if autocast else nullcontext():
        out = corr(input1, input2, *x.numbers, "auto", None if y.numbers == x.numbers else y.numbers)
    out = out.mul_(y.numbers[0] * x.numbers[0] * C).unflatten(1, (2 * y.after + 1, 2 * x.after + 1))
    out = out[:, y.after - y.before :, x.after - x.before :]  # (B, pH, pW, Ho or more, Wo or more)
    for dim, axis, count in ((3, y, Ho), (4, x, Wo)):
        if not axis.summed:  # the products of pixels are summed here
            step = gcd(axis.stride, axis.dilation)  # between the positions of `out`
            windows = out.unfold(dim, (axis.extent - 1) // step + 1, axis.stride // step).narrow(dim, 0, count)
            out = reduce(torch.add, windows[..., :: axis.dilation // step].unbind(-1))
    return out.to(dtype)


def axes_of(*settings: Pair) -> tuple[AxisSettings, AxisSettings]:
    """Sort the arguments by axis, vertical first; refuse what is neither a number nor a pair, or out of range."""
    both = []
    for name, value in zip(AxisSettings._fields, settings, strict=True):
        least = 0 if name == "padding" else 1
        try:
            pair = tuple(operator.index(n) for n in (value if isinstance(value, Iterable) else (value, value)))
        except TypeError:
            pair = ()
        if len(pair) != 2 or min(pair) < least:
            raise ValueError(f"{name} must be one or two integers of at least {least}, got {value!r}")
        both.append(pair)
    y, x = zip(*both, strict=True)
    return AxisSettings(*y), AxisSettings(*x)


class SpatialCorrelationSampler(nn.Module):
    """`spatial_correlation_sample` as a layer, with the same arguments.

    Raises:
        ValueError: If a setting is out of range.

    Example:
        >>> import torch
        >>> layer = SpatialCorrelationSampler(patch_size=9, padding=0)
        >>> layer(torch.zeros(1, 4, 6, 7), torch.zeros(1, 4, 6, 7)).shape
        torch.Size([1, 9, 9, 6, 7])
    """

    def __init__(
        self,
        kernel_size: Pair = 1,
        patch_size: Pair = 1,
        stride: Pair = 1,
        padding: Pair = 0,
        dilation: Pair = 1,
        dilation_patch: Pair = 1,
    ) -> None:
        super().__init__()
        self.kernel_size, self.patch_size, self.stride = kernel_size, patch_size, stride
        self.padding, self.dilation, self.dilation_patch = padding, dilation, dilation_patch
        axes_of(*self.settings)

    @property
    def settings(self) -> tuple[Pair, ...]:
        """The six settings, in the order of the arguments; each is an attribute, too."""
        return tuple(getattr(self, name) for name in AxisSettings._fields)

    def forward(
        self, input1: Float[Tensor, "B C H W"], input2: Float[Tensor, "B C H W"]
    ) -> Float[Tensor, "B pH pW Ho Wo"]:
        """Correlate `input1` with `input2`."""
        return spatial_correlation_sample(input1, input2, *self.settings)

    def extra_repr(self) -> str:
        """Show the settings where the model is printed."""
        return ", ".join(f"{name}={value}" for name, value in zip(AxisSettings._fields, self.settings, strict=True))
