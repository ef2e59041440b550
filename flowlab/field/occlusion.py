"""Occlusion: pixels of one frame that the other lacks, by the backward flow or by splatting."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from flowlab.field.arrays import FloatMap, Flow, Image, Layout, Mask, Number, flow_batch, flow_pair, image_batch
from flowlab.field.warp import in_frame, positions, sample


def consistency(flow: Flow, backward_flow: Flow) -> FloatMap:
    """Return the forward-backward error: the distance of each pixel from itself after both flows.

    Args:
        flow: Frame 1 to 2, pixels, (H, W, 2) or (B, 2, H, W).
        backward_flow: Frame 2 to 1, on frame 2's grid, the same shape.

    Returns:
        ``|flow(x) + backward_flow(x + flow(x))|`` in pixels, (H, W) or (B, H, W). Infinite where
        the pixel leaves the frame, where there is no backward flow.

    Raises:
        ValueError: If the shapes differ.

    Example:
        >>> there = torch.stack([torch.ones(1, 3), torch.zeros(1, 3)])
        >>> consistency(there, -there).tolist()
        [[0.0, 0.0, inf]]
    """
    f, back, outside, layout = _with_backward_at_target(flow, backward_flow)
    distance = torch.linalg.vector_norm(f + back, dim=1)
    if layout.masked:
        outside &= ~f.isnan().any(dim=1)  # to be masked, not infinite
    return layout.give_map(distance.masked_fill(outside, torch.inf))


def occlusion(flow: Flow, backward_flow: Flow, alpha1: Number = 0.01, alpha2: Number = 0.5) -> Mask:
    """Return the pixels of frame 1 that frame 2 does not show: hidden there, or outside the frame.

    A pixel is occluded where its way there and back ends farther away than a tolerance, which grows
    with the flows: ``|f + b|^2 > alpha1 (|f|^2 + |b|^2) + alpha2``, with ``b`` the backward flow at
    ``x + f(x)``. For the occlusion of frame 2, exchange the two flows.

    Args:
        flow: Frame 1 to 2, as in ``consistency``.
        backward_flow: Frame 2 to 1.
        alpha1: Relative tolerance, a share of the squared lengths.
        alpha2: Absolute tolerance in squared pixels.

    Returns:
        Bool (H, W) or (B, H, W), True where occluded or outside frame 2, or where a flow is NaN at
        the pixel or beside its target.

    Raises:
        ValueError: If the shapes differ.

    Source:
        Sundaram, Brox and Keutzer, "Dense point trajectories by GPU-accelerated large displacement
        optical flow", ECCV 2010, section 3.

    Example:
        >>> there = torch.stack([torch.ones(1, 3), torch.zeros(1, 3)])
        >>> occlusion(there, -there).tolist()
        [[False, False, True]]
    """
    f, back, outside, layout = _with_backward_at_target(flow, backward_flow)
    error = (f + back).square().sum(dim=1)
    if alpha1 < 0 or alpha2 < 0:
        raise ValueError(f"alpha1 and alpha2 must not be negative, got {alpha1} and {alpha2}")
    tolerance = alpha1 * (f.square().sum(dim=1) + back.square().sum(dim=1)) + alpha2
    return layout.give_map(outside | ~(error <= tolerance))  # so NaN counts as occluded


def _with_backward_at_target(
    flow: Flow, backward_flow: Flow
) -> tuple[Float[Tensor, "B 2 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"], Layout]:
    """Return the flow, the backward flow at each pixel's target, and which targets are outside the frame."""
    f, b, layout = flow_pair(flow, backward_flow, ("flow", "backward_flow"))
    back = sample(b, f, padding="border")
    return f.to(back.dtype), back, ~in_frame(*positions(f)), layout


def splat(img1: Image, flow: Flow) -> tuple[Image, FloatMap]:
    """Forward splatting: move each pixel of frame 1 to ``x + flow(x)``, shared among four pixels.

    Several pixels with one target are averaged, near and far alike, since a flow has no depth. The weight is
    the number of pixels at a target: below about one half, frame 2 shows what frame 1 does not.
    With the backward flow, the weight is low where frame 1 is occluded in frame 2.

    Args:
        img1: Frame 1, floating point: (B, C, H, W), (C, H, W) or (H, W, C), or without channels.
        flow: Pixels, of the same kind and size. Pixels whose flow is NaN are left out.

    Returns:
        (estimate of frame 2, like ``img1``, 0 where the weight is 0; weight, (H, W) or (B, H, W)).

    Raises:
        TypeError: If ``img1`` is not of floating point, or of the other library than the flow.
        ValueError: If sizes differ.

    Example:
        >>> right = torch.stack([torch.ones(1, 3), torch.zeros(1, 3)])
        >>> image, weight = splat(torch.tensor([[10.0, 20.0, 30.0]]), right)
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
    # A smaller weight is a rounding error, and its pixel has no colour.
    mean = torch.where(weight[:, None] > 1e-6, sums / weight[:, None].clamp(min=1e-6), 0)
    pushed = layout.give_image(mean.to(image.dtype), no_channels=no_channels)
    return pushed, layout.give_map(weight.to(image.dtype))


def _accumulate(values: Float[Tensor, "B C H W"], offsets: Float[Tensor, "B 2 H W"]) -> Float[Tensor, "B C H W"]:
    """Sum ``values`` at their targets, with bilinear weights."""
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
