"""Features to correlate that several chapters use: normalised patches of the image."""

from __future__ import annotations

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
    columns = functional.unfold(extended(image, size), size).view(1, C, size * size, H, W)
    columns = columns - columns.mean(dim=2, keepdim=True)
    return unit_length(columns.reshape(1, -1, H, W))


def unit_length(features: Float[Tensor, "B F H W"]) -> Float[Tensor, "B F H W"]:
    """Scale the vector at each pixel to length 1, so that a product of two is the cosine of their angle."""
    return features / features.norm(dim=1, keepdim=True).clamp(min=1e-3)  # a vector near 0 stays near 0


def extended(image: Float[Tensor, "1 C H W"], size: int) -> Float[Tensor, "1 C H2 W2"]:
    """Repeat the border, so that each pixel has a patch of this size around it."""
    return functional.pad(image, (size // 2,) * 4, mode="replicate")
