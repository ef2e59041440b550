"""Backward warping of images by a flow, and resizing and composing flows.

``I1(x) = I2(x + flow(x))``: each pixel of frame 1 is sampled in frame 2 at the end of its flow vector. The result
has no holes; pixels occluded in frame 2 are wrong (``flowlab.field.occlusion`` finds them).
"""

from __future__ import annotations

from typing import Literal

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.field.arrays import Flow, Image, Mask, Resized, flow_batch, flow_pair, image_batch

Padding = Literal["zeros", "border", "reflection"]
Mode = Literal["bilinear", "nearest"]
_SIGNED = {torch.uint16: torch.int16, torch.uint32: torch.int32, torch.uint64: torch.int64}


def warp(img2: Image, flow: Flow, *, mode: Mode = "bilinear", padding: Padding = "zeros") -> Image:
    """Reconstruct frame 1 by sampling frame 2 at ``x + flow(x)``.

    Args:
        img2: Frame 2: a tensor (B, C, H, W), (C, H, W) or without C, or a NumPy array (H, W, C), (H, W) or a batch
            of these; any scale. Floating point keeps its dtype, integers (uint8) are rounded.
        flow: Pixels, on frame 1's grid: (B, 2, H, W) or (H, W, 2), of the same kind and size as ``img2``.
        mode: "bilinear", or "nearest" for labels and masks: it copies values of any dtype, also bool.
        padding: The values outside frame 2: "zeros" (blended in over the last pixel by bilinear sampling), "border"
            (the nearest edge pixel) or "reflection" (about the edge pixels' centres).

    Returns:
        The estimate of frame 1, of the kind, shape and dtype of ``img2``. Shifts by whole pixels
        are exact. Where the flow is NaN it is 0. Differentiable with respect to both, "nearest" to
        ``img2`` alone.

    Raises:
        TypeError: If the kinds differ, the flow is not of floating point, or ``mode`` is "bilinear" for bool.
        ValueError: If sizes differ, ``mode`` or ``padding`` is unknown, or integers are too large.

    Example:
        >>> img2 = torch.tensor([[10.0, 20.0, 30.0]])
        >>> right = torch.stack([torch.ones(1, 3), torch.zeros(1, 3)])
        >>> warp(img2, right).tolist()
        [[20.0, 30.0, 0.0]]
    """
    offsets, layout = flow_batch(flow)
    image, no_channels = image_batch(img2, layout, "img2")
    if image.dtype == torch.bool and mode == "bilinear":
        raise TypeError('img2 is bool; give mode="nearest", or floats: warp(mask.float(), flow) > 0.5')
    values = sample(image, offsets, mode=mode, padding=padding)
    if not image.is_floating_point() and mode == "bilinear":
        if image.itemsize == 8 and (image.double().abs() >= 2**53).any():
            raise ValueError('img2 has integers from 2^53 on, too many bits; give mode="nearest"')
        limits = torch.iinfo(image.dtype)
        values = values.round().clamp(limits.min, limits.max)
    return layout.give_image(values.to(image.dtype), no_channels=no_channels)


def inside(flow: Flow) -> Mask:
    """Return which pixels of frame 1 have their target inside frame 2; a warp pads the others.

    Args:
        flow: Pixels, (H, W, 2) or (B, 2, H, W).

    Returns:
        Bool (H, W) or (B, H, W): ``0 <= x + u <= W - 1`` and the same for y; False for NaN.

    Example:
        >>> right = torch.stack([torch.ones(1, 3), torch.zeros(1, 3)])
        >>> inside(right).tolist()
        [[True, True, False]]
    """
    offsets, layout = flow_batch(flow)
    return layout.give_map(in_frame(*positions(offsets)))


def resize_flow(
    flow: Flow, size: tuple[int, int], *, mode: Literal["bilinear", "area", "nearest"] = "bilinear"
) -> Resized:
    """Resize a flow: its grid, and in proportion its values, which are in pixels.

    Args:
        flow: Pixels, (H, W, 2) or (B, 2, H, W).
        size: New (height, width).
        mode: "bilinear" between pixel centres; "area", the mean over a new pixel's area, for
            shrinking; "nearest" for sparse ground truth, whose zeros must not be blended in.

    Returns:
        The flow on the new grid, u times new width / old width, v times new height / old height.

    Raises:
        ValueError: If ``size`` is not positive or ``mode`` unknown.

    Example:
        >>> half_as_wide = resize_flow(torch.full((2, 2, 4), 8.0), (2, 2))
        >>> half_as_wide[:, 0, 0].tolist()
        [4.0, 8.0]
    """
    if min(size) < 1:
        raise ValueError(f"size must be (height, width), both at least 1, got {tuple(size)}")
    if mode not in ("bilinear", "area", "nearest"):
        raise ValueError(f"mode must be 'bilinear', 'area' or 'nearest', got {mode!r}")
    offsets, layout = flow_batch(flow)
    height, width = offsets.shape[-2:]
    resized = F.interpolate(
        offsets,
        size=tuple(size),
        mode="nearest-exact" if mode == "nearest" else mode,  # "nearest" is off by half a pixel
        align_corners=False if mode == "bilinear" else None,
    )
    scale = resized.new_tensor([size[1] / width, size[0] / height])
    return layout.give_image(resized * scale.view(1, 2, 1, 1))


def compose(flow_ab: Flow, flow_bc: Flow) -> Flow:
    """Compose two flows: from frame a to b and from b to c gives a to c.

    Args:
        flow_ab: From a to b, pixels, on a's grid, (H, W, 2) or (B, 2, H, W).
        flow_bc: From b to c, on b's grid, the same shape.

    Returns:
        ``flow_ab(x) + flow_bc(x + flow_ab(x))`` on a's grid. Pixels that leave frame b take the
        motion of its nearest edge pixel; ``inside(flow_ab)`` is False there.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> one, two = torch.full((2, 3, 3), 1.0), torch.full((2, 3, 3), 2.0)
        >>> compose(one, two)[:, 1, 1].tolist()
        [3.0, 3.0]
    """
    ab, bc, layout = flow_pair(flow_ab, flow_bc, ("flow_ab", "flow_bc"))
    return layout.give_image(ab + sample(bc, ab, padding="border").to(ab.dtype))


def positions(offsets: Float[Tensor, "B 2 H W"]) -> tuple[Float[Tensor, "B H W"], Float[Tensor, "B H W"]]:
    """Return x + u and y + v in pixels, at least in float32: half lacks the number 2049."""
    offsets = offsets.to(torch.promote_types(offsets.dtype, torch.float32))
    H, W = offsets.shape[-2:]
    x = torch.arange(W, dtype=offsets.dtype, device=offsets.device)
    y = torch.arange(H, dtype=offsets.dtype, device=offsets.device)
    return offsets[:, 0] + x, offsets[:, 1] + y[:, None]


def in_frame(x: Float[Tensor, "B H W"], y: Float[Tensor, "B H W"]) -> Bool[Tensor, "B H W"]:
    """Return which positions lie between the outermost pixels' centres; False for NaN."""
    H, W = x.shape[-2:]
    return (x >= 0) & (x <= W - 1) & (y >= 0) & (y <= H - 1)


def sample(
    image: Shaped[Tensor, "B C H W"],
    offsets: Float[Tensor, "B 2 H W"],
    *,
    mode: Mode = "bilinear",
    padding: Padding = "zeros",
) -> Shaped[Tensor, "B C H W"]:
    """Sample ``image`` at ``x + offsets(x)``: ``warp`` for tensors; float32 or 64 if bilinear."""
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"mode must be 'bilinear' or 'nearest', got {mode!r}")
    if padding not in ("zeros", "border", "reflection"):
        raise ValueError(f"padding must be 'zeros', 'border' or 'reflection', got {padding!r}")
    x, y = positions(offsets)
    H, W = image.shape[-2:]
    if mode == "nearest":
        return _nearest(image, _pad_position(x, W, padding), _pad_position(y, H, padding))
    # A uint8 image takes the positions' type; integers of 4 and 8 bytes need float64.
    wide = not image.is_floating_point() and image.itemsize > 2
    kind = torch.float64 if wide else torch.promote_types(x.dtype, image.dtype)
    # grid_sample takes positions from -1 to 1, and conversions round: shifts by whole pixels would
    # blend in a little of the neighbours, and a side of one pixel would divide by zero. With sides
    # of 2^k + 1 conversions are exact (times powers of two), so zeros pad the image to such sides.
    height, width = (2 ** max(side - 2, 0).bit_length() + 1 for side in (H, W))
    image = F.pad(image.to(kind), (0, width - W, 0, height - H))
    x = _pad_position(x.to(kind), W, padding) * (2 / (width - 1)) - 1
    y = _pad_position(y.to(kind), H, padding) * (2 / (height - 1)) - 1
    grid = torch.stack([x, y], dim=-1)  # (B, H, W, 2)
    return F.grid_sample(image, grid, mode=mode, padding_mode="zeros", align_corners=True)


def _nearest(image: Shaped[Tensor, "B C H W"], x: Float[Tensor, "B H W"], y: Float[Tensor, "B H W"]) -> Tensor:
    """Copy the pixel nearest to each position, of any dtype; 0 outside."""
    B, C, H, W = image.shape
    column, row = x.detach().round().long(), y.detach().round().long()
    outside = (column < 0) | (column >= W) | (row < 0) | (row >= H)
    index = torch.where(outside, 0, row * W + column).reshape(B, 1, H * W).expand(B, C, -1)
    signed = _SIGNED.get(image.dtype)  # gather has no unsigned integers of more than a byte
    values = image.reshape(B, C, H * W)
    values = values if signed is None else values.view(signed)
    values = values.gather(2, index).view(B, C, H, W).masked_fill(outside[:, None], 0)
    return values if signed is None else values.view(image.dtype)


def _pad_position(x: Float[Tensor, "B H W"], side: int, padding: Padding) -> Float[Tensor, "B H W"]:
    """Map positions outside of 0..side-1 as ``padding`` requires; zeros begin one pixel outside."""
    if padding == "zeros":
        x = x.clamp(-1, side)  # farther out is zero as well, and huge numbers would overflow
    elif padding == "border" or side == 1:
        x = x.clamp(0, side - 1)
    else:
        x = x.remainder(2 * (side - 1))
        x = torch.minimum(x, 2 * (side - 1) - x)
    return x.nan_to_num(nan=-1.0)
