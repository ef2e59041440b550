"""Forward splatting: push frame 1's pixels along the flow, to see what frame 2 would look like."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from flowlab.field.arrays import FloatMap, Flow, Image, flow_batch, image_batch
from flowlab.field.warp import positions


def splat(img1: Image, flow: Flow) -> tuple[Image, FloatMap]:
    """Push each pixel of frame 1 to ``x + flow(x)``, sharing it among the four pixels around.

    Where several pixels land on one they are averaged, near and far alike, since a flow says nothing about
    depth. The weight counts how many landed: below about one half, frame 2 shows something that frame 1 did
    not. Splat with the backward flow, and the weight tells the same of frame 1: occlusion by counting.

    Args:
        img1: Frame 1, floating point: (B, C, H, W), (C, H, W) or (H, W, C), or without channels.
        flow: Pixels, of the same kind and size. Where it is NaN nothing is pushed.

    Returns:
        (frame 2's estimate, like ``img1``, 0 where nothing landed; weight, (H, W) or (B, H, W)).

    Raises:
        TypeError: If ``img1`` is not of floating point, or of the other library than the flow.
        ValueError: If sizes differ.

    Example:
        >>> import numpy as np
        >>> right = np.zeros((1, 3, 2), np.float32)
        >>> right[..., 0] = 1.0
        >>> image, weight = splat(np.array([[10.0, 20.0, 30.0]], np.float32), right)
        >>> image.tolist(), weight.tolist()
        ([[0.0, 10.0, 20.0]], [[0.0, 1.0, 1.0]])
    """
    offsets, layout = flow_batch(flow)
    image, no_channels = image_batch(img1, layout, "img1")
    if not image.is_floating_point():
        raise TypeError(f"img1 must be of floating point, got {img1.dtype}; divide uint8 by 255 first")
    ones = torch.ones_like(image[:, :1])
    total = _accumulate(torch.cat([image, ones], dim=1), offsets)
    sums, weight = total[:, :-1], total[:, -1]
    # A pixel that only a rounding error reached has no colour to show.
    mean = torch.where(weight[:, None] > 1e-6, sums / weight[:, None].clamp(min=1e-6), 0)
    pushed = layout.give_image(mean.to(image.dtype), no_channels=no_channels)
    return pushed, layout.give_map(weight.to(image.dtype))


def _accumulate(values: Float[Tensor, "B C H W"], offsets: Float[Tensor, "B 2 H W"]) -> Float[Tensor, "B C H W"]:
    """Add ``values`` up where they land, with bilinear weights."""
    x, y = positions(offsets)
    B, C, H, W = values.shape
    x0, y0 = x.detach().floor(), y.detach().floor()
    total = x.new_zeros(B, C, H * W)
    for xi, yi in ((x0, y0), (x0 + 1, y0), (x0, y0 + 1), (x0 + 1, y0 + 1)):
        lands = (xi >= 0) & (xi < W) & (yi >= 0) & (yi < H)  # False for NaN
        weight = torch.where(lands, (1 - (x - xi).abs()) * (1 - (y - yi).abs()), 0)
        column, row = (torch.where(lands, i, 0).long() for i in (xi, yi))
        index = row * W + column  # (B, H, W), in integers: float32 counts only 2^24 pixels
        share = (values * weight[:, None]).reshape(B, C, H * W)
        total = total.scatter_add(2, index.reshape(B, 1, H * W).expand(B, C, -1), share.to(total.dtype))
    return total.view(B, C, H, W)
