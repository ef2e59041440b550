"""The correlation layer of FlowNetC, as a function and as a module."""

from __future__ import annotations

from dataclasses import asdict

from jaxtyping import Float
from torch import Tensor, nn

from flowlab.costvolume.geometry import Geometry
from flowlab.costvolume.op import check_backend, corr


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
        pad_size: Width of the zeros around both maps, in pixels; with pad_size = max_displacement + floor(K / 2) and
            stride1 = 1 the output is as large as the maps.
        backend: "auto", "reference" (loops), "cpu" (matrix products) or "cuda".

    Returns:
        Ho = ceil((H + 2 pad_size - 2 (max_displacement + floor(K / 2))) / stride1) rows, columns alike, in the dtype
        of the maps. Sums are at least float32. It can be differentiated any number of times.

    Raises:
        ValueError: If the maps do not fit each other, a number is out of range, no output is left, or the backend
            cannot take the maps.
        TypeError: If the dtype is not one of the four.
        RuntimeError: If backend "cuda" is asked for and cannot be loaded.

    Source:
        Fischer et al., FlowNet: Learning Optical Flow with Convolutional Networks, 2015, equation 1, with the
        geometry and the normalisation of its Caffe layer.

    Example:
        >>> import torch
        >>> ramp = torch.arange(12.0).view(1, 1, 3, 4)
        >>> correlation(ramp, ramp, max_displacement=1, stride2=1, pad_size=1)[0, :, 1, 1].tolist()
        [0.0, 5.0, 10.0, 20.0, 25.0, 30.0, 40.0, 45.0, 50.0]
    """
    return corr(a, b, kernel_size, max_displacement, stride1, stride2, pad_size, backend)


class Correlation(nn.Module):
    """The correlation of two feature maps as a layer; it has no weights.

    Args:
        kernel_size: As for `correlation`, and so are the others.
        max_displacement: Largest displacement in pixels.
        stride1: Step between patches, in pixels.
        stride2: Step between displacements, in pixels.
        pad_size: Width of the zeros around both maps, in pixels.
        backend: "auto", "reference", "cpu" or "cuda".

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
        self.numbers = self.geometry.numbers
        check_backend(backend)
        self.backend = backend

    def forward(self, a: Float[Tensor, "B C H W"], b: Float[Tensor, "B C H W"]) -> Float[Tensor, "B DD Ho Wo"]:
        """Correlate `a` with `b`."""
        return corr(a, b, *self.numbers, self.backend)

    def extra_repr(self) -> str:
        """Show the settings where the model is printed."""
        settings = {**asdict(self.geometry), "backend": self.backend}
        return ", ".join(f"{name}={value!r}" for name, value in settings.items())
