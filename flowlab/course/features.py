"""Simple features to correlate, between raw pixels and what a network learns."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional


def patches(image: Float[Tensor, "1 C H W"], size: int = 7) -> Float[Tensor, "1 F H W"]:
    """Describe each pixel by the patch around it, made blind to brightness and contrast.

    Args:
        image: Any scale.
        size: Side of the patch in pixels, odd; the border repeats.

    Returns:
        F = C * size * size channels; each channel of a patch has its mean taken off, and the whole has length 1. A
        patch without any contrast is 0.
    """
    _, C, H, W = image.shape
    columns = functional.unfold(_extended(image, size), size).view(1, C, size * size, H, W)
    columns = columns - columns.mean(dim=2, keepdim=True)
    return unit_length(columns.reshape(1, -1, H, W))


def random_features(
    image: Float[Tensor, "1 C H W"], count: int = 64, size: int = 7, seed: int = 0
) -> Float[Tensor, "1 F H W"]:
    """Describe each pixel by the answers of random filters: one convolution layer that was never trained.

    Args:
        image: Any scale.
        count: How many filters, F.
        size: Side of a filter in pixels, odd; the border repeats.
        seed: Of the filters.

    Returns:
        The answers after a LeakyReLU of slope 0.1, scaled to length 1 at each pixel.
    """
    generator = torch.Generator().manual_seed(seed)
    weight = torch.randn(count, image.shape[1], size, size, generator=generator)
    weight = weight - weight.mean(dim=(2, 3), keepdim=True)  # an even area excites no filter
    return unit_length(functional.leaky_relu(functional.conv2d(_extended(image, size), weight), 0.1))


def unit_length(features: Float[Tensor, "B F H W"]) -> Float[Tensor, "B F H W"]:
    """Scale the vector at each pixel to length 1, so that a product of two is the cosine of their angle."""
    return features / features.norm(dim=1, keepdim=True).clamp(min=1e-3)  # a vector near 0 stays near 0


def _extended(image: Float[Tensor, "1 C H W"], size: int) -> Float[Tensor, "1 C H2 W2"]:
    return functional.pad(image, (size // 2,) * 4, mode="replicate")
