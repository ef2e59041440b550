"""Flow of any two pictures by a network: one call, whatever their kind and size."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.field import resize_flow
from flowlab.field.arrays import Flow, Image, rgb_batch, same_kind
from flowlab.models.tiles import OVERLAP, Size, size_for, tiled

# Of memory, for a pixel of a pair in a FlowNetC at full width and float32: 240 measured at 2160 x 3840.
BYTES_PER_PIXEL = 300
MEMORY = 6e9


def predict(
    model: nn.Module,
    img1: Image,
    img2: Image,
    *,
    scale: float | int = 1.0,
    tile: Size | None = None,
    overlap: int = OVERLAP,
    memory: float | int | None = None,
    dtype: torch.dtype | None = None,
) -> Flow:
    """Estimate where the pixels of `img1` are in `img2`.

    Args:
        model: A FlowNetS, a FlowNetC or another module that takes two batches of RGB in [0, 1] and returns a flow
            (B, 2, H, W) or something with ``.flow``. It computes where it is, in evaluation mode.
        img1: A picture, (H, W), (H, W, C) or (B, H, W, C) as a NumPy array, (H, W), (C, H, W) or (B, C, H, W) as a
            tensor; uint8, or floats in [0, 1]; grey (C = 1), RGB, or RGB with transparency (C = 4), on white.
        img2: The same, of the same kind and size.
        scale: Enlarge both pictures before, and bring the flow back after: the paper takes 1.25 for FlowNetC.
        tile: Height and width of tiles in pixels; None for none, unless a picture does not fit into `memory`. A tile
            shows the network less around it, so the flow changes, most where motions reach beyond the overlap: for
            flownets-small on a generated pair of 1080 x 1920, tiles of 832 x 1088 by 0.8 px in the mean and those of
            448 x 512 by 1.7, with 0.6 and 0.4 of the memory; the error, 6.0 px, did not grow (bench/inference.py
            --tiles). There is no seam: where tiles overlap, one fades into the other.
        overlap: Pixels that neighbouring tiles share.
        memory: Bytes that one pass may take; None for 6 GB on a CPU, and 80 % of what is free on a GPU. Batches are
            cut into passes that fit, and pictures into tiles.
        dtype: torch.bfloat16 computes in half the bits, up to twice as fast where the processor has them, for an
            error of about a hundredth of the flow. None for float32.

    Returns:
        The flow in pixels, float32, of the same kind and on the same device: (H, W, 2) or (B, H, W, 2) NumPy,
        (2, H, W) or (B, 2, H, W) torch.

    Raises:
        TypeError: If the pictures are no arrays, or of two kinds.
        ValueError: If they are no pictures, differ in size, or a number is out of its range.

    Example:
        >>> import numpy as np
        >>> from flowlab.models import FlowNetS
        >>> frames = np.random.default_rng(0).integers(0, 255, (2, 50, 70, 3), np.uint8)
        >>> predict(FlowNetS(width=0.125), *frames).shape
        (50, 70, 2)
    """
    if not scale > 0:
        raise ValueError(f"scale must be above 0, got {scale}; 1.25 enlarges both sides by a quarter")
    a, layout = rgb_batch(img1, "img1")
    b, other = rgb_batch(img2, "img2")
    same_kind(layout.numpy, other.numpy, ("img1", "img2"))
    if a.shape != b.shape:
        raise ValueError(f"img1 and img2 must be of one size, got {tuple(img1.shape)} and {tuple(img2.shape)}")
    weight = next(model.parameters(), torch.empty(0))
    run = partial(_passes, partial(_flow, model, weight, dtype), tile, overlap, memory, weight.device)
    with _evaluating(model), torch.inference_mode():
        flow = _scaled(run, a, b, scale)
    return layout.give_image((flow.clone() if flow.is_inference() else flow).to(a.device))


def _scaled(run: Callable[[Tensor, Tensor], Tensor], a: Tensor, b: Tensor, scale: float | int) -> Tensor:
    if scale == 1:
        return run(a, b)
    H, W = a.shape[-2:]
    size = max(1, round(scale * H)), max(1, round(scale * W))
    large = (F.interpolate(image, size=size, mode="bilinear", align_corners=False) for image in (a, b))
    return resize_flow(run(*large), (H, W))


def _passes(
    flow: Callable[[Tensor, Tensor], Tensor],
    tile: Size | None,
    overlap: int,
    memory: float | int | None,
    device: torch.device,
    a: Tensor,
    b: Tensor,
) -> Tensor:
    """Cut a batch into passes and a picture into tiles that fit, and run them."""
    B, _, H, W = a.shape
    budget = (memory if memory is not None else free_memory(device)) / BYTES_PER_PIXEL
    if tile is None and budget < H * W:
        tile = size_for((H, W), budget, overlap)
    at_once = 1 if tile else max(1, int(budget // (H * W)))
    estimate = flow if tile is None else partial(tiled, flow, tile=tile, overlap=overlap)
    return torch.cat([estimate(a[i : i + at_once], b[i : i + at_once]) for i in range(0, B, at_once)])


def _flow(model: nn.Module, weight: Tensor, dtype: torch.dtype | None, a: Tensor, b: Tensor) -> Tensor:
    """Run the network where it is, in its own precision or in `dtype`."""
    a, b = (image.to(weight.device, weight.dtype) for image in (a, b))
    with torch.autocast(weight.device.type, dtype=dtype, enabled=dtype is not None):
        out = model(a, b)
    return getattr(out, "flow", out).float()


def free_memory(device: torch.device) -> float:
    """Bytes that a pass may take on a device."""
    if device.type == "cuda":
        return 0.8 * torch.cuda.mem_get_info(device)[0]
    return MEMORY


@contextmanager
def _evaluating(model: nn.Module) -> Iterator[None]:
    was_training = model.training
    model.eval()
    try:
        yield
    finally:
        model.train(was_training)
