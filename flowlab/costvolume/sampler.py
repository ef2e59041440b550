"""The correlation with the arguments of spatial-correlation-sampler and mmcv, for their users.

    out[n, ph, pw, y, x] = sum over c, j, i of
        input1[n, c, y * stride - padding + j * dilation,                            x alike]
      * input2[n, c, y * stride - padding + j * dilation + (ph - rp) * dilation_patch, x alike]

with j, i = 0 ... kernel_size - 1 and rp = floor((patch_size - 1) / 2); zeros outside, and no division. In flowlab's
arguments: patch_size = 2 floor(d / s2) + 1, stride = s1, padding = p - d, dilation_patch = s2. mmcv's Correlation takes
the same arguments, except that its max_displacement is floor(patch_size / 2).
"""

from __future__ import annotations

from math import gcd
from typing import NamedTuple

from jaxtyping import Float
from torch import Tensor, nn

from flowlab.costvolume.op import correlation

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
    def extent(self) -> int:
        """Pixels from a patch's first to its last."""
        return self.dilation * (self.kernel_size - 1) + 1


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
    y, x = axes = axes_of(kernel_size, patch_size, stride, padding, dilation, dilation_patch)
    C, H, W = input1.shape[1:]
    Ho, Wo = ((n + 2 * axis.padding - axis.extent) // axis.stride + 1 for n, axis in ((H, y), (W, x)))
    if Ho <= 0 or Wo <= 0:
        raise ValueError(
            f"patches of {y.extent} x {x.extent} pixels do not fit into {H} x {W} maps with padding "
            f"{y.padding} and {x.padding}; use a larger padding or a smaller kernel_size"
        )
    stride2, border = gcd(y.dilation_patch, x.dilation_patch), max(y.padding, x.padding)
    max_displacement = max((axis.patch_size - 1 - axis.before) * axis.dilation_patch for axis in axes)
    # The operator sums odd, square, undilated patches; of others it gives single pixels' products.
    summed = (y.kernel_size, y.stride, y.padding, y.extent) == (x.kernel_size, x.stride, x.padding, x.extent)
    summed = summed and y.kernel_size % 2 == 1 and y.extent == y.kernel_size
    k, s1 = (y.kernel_size, y.stride) if summed else (1, 1)
    out = correlation(input1, input2, k, max_displacement, s1, stride2, max_displacement + border) * (k * k * C)
    radius, steps = max_displacement // stride2, [axis.dilation_patch // stride2 for axis in axes]
    rows, columns = (
        spaced(radius - axis.before * step, axis.patch_size, step) for axis, step in zip(axes, steps, strict=True)
    )
    out = out.unflatten(1, (2 * radius + 1, 2 * radius + 1))[:, rows, columns]  # (B, pH, pW, Ho or H, Wo or W)
    if summed:
        return out
    out = sum(out[..., spaced(border - y.padding + j * y.dilation, Ho, y.stride), :] for j in range(y.kernel_size))
    return sum(out[..., spaced(border - x.padding + i * x.dilation, Wo, x.stride)] for i in range(x.kernel_size))


def spaced(first: int, count: int, step: int) -> slice:
    """Index `count` elements, `step` apart."""
    return slice(first, first + (count - 1) * step + 1, step)


def axes_of(*settings: Pair) -> tuple[AxisSettings, AxisSettings]:
    """Sort the arguments by axis, vertical first; refuse what is neither a number nor a pair, or out of range."""
    both = []
    for name, value in zip(AxisSettings._fields, settings, strict=True):
        pair = (value, value) if isinstance(value, int) else tuple(value)
        least = 0 if name == "padding" else 1
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
        self.settings = (kernel_size, patch_size, stride, padding, dilation, dilation_patch)
        axes_of(*self.settings)

    def forward(
        self, input1: Float[Tensor, "B C H W"], input2: Float[Tensor, "B C H W"]
    ) -> Float[Tensor, "B pH pW Ho Wo"]:
        """Correlate `input1` with `input2`."""
        return spatial_correlation_sample(input1, input2, *self.settings)

    def extra_repr(self) -> str:
        """Show the settings where the model is printed."""
        return ", ".join(f"{name}={value}" for name, value in zip(AxisSettings._fields, self.settings, strict=True))
