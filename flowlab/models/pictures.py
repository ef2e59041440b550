"""What people call a picture, as a network takes it: NumPy or torch, integers or floats, grey or with transparency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Float, Shaped
from torch import Tensor

if TYPE_CHECKING:  # one name for both says that a call takes and gives one kind
    from flowlab.field._kind import Kind as Flow
    from flowlab.field._kind import Kind as Picture
else:
    Picture = Shaped[np.ndarray, "..."] | Shaped[Tensor, "..."]
    Flow = Float[np.ndarray, "*B H W 2"] | Float[Tensor, "*B 2 H W"]

_SHAPES = {
    True: "(H, W), (H, W, C) or (B, H, W, C) as a NumPy array, with C = 1, 3 or 4",
    False: "(H, W), (C, H, W) or (B, C, H, W) as a tensor, with C = 1, 3 or 4",
}


@dataclass(frozen=True)
class Kind:
    """How the caller gave the pictures, so that the flow is given back alike."""

    numpy: bool
    batched: bool
    device: torch.device

    def give(self, flow: Float[Tensor, "B 2 H W"]) -> Flow:
        """Return flows as the caller's kind: NumPy has channels last; no batch if none came."""
        flow = flow.to(self.device)
        flow = flow if self.batched else flow[0]
        return flow.movedim(-3, -1).contiguous().numpy() if self.numpy else flow


def rgb_batch(picture: Picture, name: str) -> tuple[Float[Tensor, "B 3 H W"], Kind]:
    """See a picture or a batch of them as RGB in [0, 1].

    Args:
        picture: Integers from 0 to their type's largest, or floats in [0, 1]. Grey is repeated on three channels;
            transparent parts stand on white.
        name: For messages.

    Raises:
        TypeError: If it is no array, or of bool or complex numbers.
        ValueError: If its shape is no picture's, it is empty, or floats are far outside of [0, 1].
    """
    numpy = isinstance(picture, np.ndarray)
    if not numpy and not isinstance(picture, Tensor):
        raise TypeError(f"{name} must be a NumPy array or a torch tensor, got {type(picture).__name__}")
    pixels = _tensor(picture) if numpy else picture
    shape = tuple(picture.shape)
    if pixels.ndim == 2:
        pixels = pixels[..., None] if numpy else pixels[None]
    if pixels.ndim not in (3, 4) or pixels.shape[-1 if numpy else -3] not in (1, 3, 4):
        raise ValueError(f"{name} must be {_SHAPES[numpy]}, got shape {shape}")
    if 0 in shape:
        raise ValueError(f"{name} is empty: shape {shape}; height, width and batch must be at least 1")
    kind = Kind(numpy, pixels.ndim == 4, pixels.device)
    pixels = pixels.movedim(-1, -3) if numpy else pixels
    return _rgb(_unit(pixels if kind.batched else pixels[None], name)), kind


def _tensor(array: np.ndarray) -> Tensor:
    # torch takes no read-only memory, no negative strides and no foreign byte order: those are copied.
    shareable = array.flags.writeable and array.dtype.isnative and all(stride >= 0 for stride in array.strides)
    return torch.from_numpy(array if shareable else array.astype(array.dtype.newbyteorder("=")))


def _unit(pixels: Tensor, name: str) -> Tensor:
    """Bring values to [0, 1], in at least float32."""
    if pixels.dtype == torch.bool or pixels.is_complex():
        raise TypeError(f"{name} is {pixels.dtype}; expected uint8, or floats in [0, 1]")
    if not pixels.is_floating_point():
        return pixels.float() / torch.iinfo(pixels.dtype).max
    low, high = pixels.min().item(), pixels.max().item()
    if not -1 <= low <= high <= 2:  # noise and filters may lead out a little
        raise ValueError(
            f"{name} has floats from {low:.4g} to {high:.4g}; expected values in [0, 1]. Divide by 255, or give uint8"
        )
    return pixels.to(torch.promote_types(pixels.dtype, torch.float32))


def _rgb(pixels: Tensor) -> Tensor:
    """Make three channels of one, three or four."""
    if pixels.shape[1] == 4:
        color, alpha = pixels[:, :3], pixels[:, 3:]
        return color * alpha + (1 - alpha)
    return pixels.expand(-1, 3, -1, -1)
