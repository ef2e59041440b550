"""Flow of any two images by a network: any kind of array, any size, in tiles if memory is short."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from itertools import product
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.field import resize_flow
from flowlab.field.arrays import Flow, Image, rgb_batch, same_kind
from flowlab.models.flownet import Network
from flowlab.models.weights import load_model, shipped

OVERLAP = 256  # pixels: FlowNetC looks 160 far, and near a tile's edge it lacks half of that
# Of memory, per pixel of a pair, for FlowNetC at full width in float32: 240 at 2160 x 3840.
BYTES_PER_PIXEL = 300
MEMORY = 6e9
Size = tuple[int, int]
Estimate = Callable[[Tensor, Tensor], Tensor]


def predict(
    model: nn.Module | str,
    img1: Image,
    img2: Image,
    *,
    scale: float = 1.0,
    tile: Size | None = None,
    overlap: int = OVERLAP,
    memory: float | None = None,
    dtype: torch.dtype | None = None,
) -> Flow:
    """Estimate the optical flow from `img1` to `img2` with a network.

    Args:
        model: A FlowNetS, a FlowNetC or another module that takes two batches of RGB in [0, 1] and returns a flow
            (B, 2, H, W), a list of flows of which the last one is taken, or an object with ``.flow``; or the name of
            a network that comes with flowlab. Runs on the network's own device, in evaluation mode.
        img1: An image, (H, W), (H, W, C) or (B, H, W, C) as a NumPy array, (H, W), (C, H, W) or (B, C, H, W) as a
            tensor; uint8, or floats in [0, 1]; grey (C = 1), RGB, or RGB with transparency (C = 4), on white.
        img2: The same, of the same kind and size.
        scale: Enlarge both images before, and resize the flow back after: the paper uses 1.25 for FlowNetC.
        tile: Height and width of tiles in pixels; None for whole images, unless they do not fit into `memory`. The
            network sees less context in a tile, so the flow changes, most where motions are longer than the overlap:
            for flownets-small on a generated pair of 1080 x 1920, tiles of 832 x 1088 changed it by 0.8 px in the
            mean and tiles of 448 x 512 by 1.7 px, with 0.6 and 0.4 of the memory; the error, 6.0 px, did not grow
            (bench/inference.py --tiles). There is no seam: overlapping tiles are blended.
        overlap: Pixels that neighbouring tiles share.
        memory: Bytes that one pass may use; None for 6 GB on a CPU, and 80 % of the free memory on
            a GPU. Batches are cut into passes that fit, and images into tiles.
        dtype: torch.bfloat16 computes in half precision, up to twice as fast if the processor
            supports it, with an error of about 1 % of the flow. None for float32.

    Returns:
        The flow in pixels, float32, of the same kind and on the same device: (H, W, 2) or (B, H, W, 2) NumPy,
        (2, H, W) or (B, 2, H, W) torch.

    Raises:
        TypeError: If the images are not arrays, or of two kinds.
        ValueError: If they are not images, differ in size, or a number is out of its range.

    Example:
        >>> predict("flownets-small", *torch.rand(2, 3, 50, 70)).shape
        torch.Size([2, 50, 70])
    """
    model = _shipped(model) if isinstance(model, str) else model
    a, layout = rgb_batch(img1, "img1")
    b, other = rgb_batch(img2, "img2")
    same_kind(layout.numpy, other.numpy, ("img1", "img2"))
    if a.shape != b.shape:
        raise ValueError(f"img1 and img2 must be of one size, got {tuple(img1.shape)} and {tuple(img2.shape)}")
    was_training = model.training
    model.eval()
    try:
        with torch.inference_mode():
            flow = estimated(model, a, b, scale, tile, overlap, memory, dtype)
    finally:
        model.train(was_training)
    return layout.give_image(flow.to(a.device, copy=True))  # a copy: it may take part in a training


@cache
def _shipped(name: str) -> nn.Module:
    if name not in shipped():
        raise ValueError(f"no network {name!r} comes with flowlab; choose one of {', '.join(shipped())}, or load_model")
    return load_model(name)


def estimated(
    model: nn.Module,
    a: Tensor,
    b: Tensor,
    scale: float,
    tile: Size | None,
    overlap: int,
    memory: float | None,
    dtype: torch.dtype | None,
) -> Float[Tensor, "B 2 H W"]:
    """Estimate the flow of a batch in passes and tiles that fit into memory; as `predict`."""
    if not 0.01 <= scale <= 100:
        raise ValueError(f"scale must be from 0.01 to 100, got {scale}; 1.25 enlarges by 25 %")
    whole = a.shape[-2:]
    H, W = (max(1, round(scale * side)) for side in whole)
    if scale != 1:
        a, b = (F.interpolate(image, size=(H, W), mode="bilinear", align_corners=False) for image in (a, b))
    weight = next(model.parameters(), torch.empty(0))
    device = weight.device
    layout = torch.channels_last if isinstance(model, Network) else torch.preserve_format  # another may call view

    def estimate(a: Tensor, b: Tensor) -> Tensor:
        """Run the network, in its own precision and on its own device."""
        with torch.autocast(device.type, dtype=dtype, enabled=dtype is not None):
            out = model(*(image.to(device, weight.dtype, memory_format=layout) for image in (a, b)))
        return flows_of(out, a)[-1].float()

    if memory is None:
        memory = 0.8 * free_memory(device) if device.type == "cuda" else MEMORY
    pixels = memory / BYTES_PER_PIXEL
    if tile is None and pixels < H * W:
        tile = size_for((H, W), pixels, overlap)
    at_once = 1 if tile else max(1, int(pixels // (H * W)))
    run = partial(tiled, estimate, tile=tile, overlap=overlap) if tile else estimate
    flow = torch.cat([run(*pair) for pair in zip(a.split(at_once), b.split(at_once), strict=True)])
    return flow if scale == 1 else resize_flow(flow, whole)


def flows_of(output: Any, images: Tensor) -> list[Tensor]:
    """Return the flows that a network returned, the result last; a TypeError or ValueError says what came instead."""
    output = getattr(output, "flow", output)
    flows = [*output] if isinstance(output, list | tuple) else [output]
    if not flows or not all(isinstance(flow, Tensor) for flow in flows):
        keys = f" with {', '.join(map(repr, output))}" if isinstance(output, dict) else ""
        needed = "a flow (B, 2, H, W), a list of flows, the best one last, or an object with .flow"
        raise TypeError(f"the network returned a {type(output).__name__}{keys}; needed is {needed}")
    whole = (len(images), 2, *images.shape[-2:])
    if flows[-1].shape != whole or any(flow.shape[:-2] != whole[:2] for flow in flows):
        shapes = ", ".join(str(tuple(flow.shape)) for flow in flows)
        advice = "flowlab.resize_flow enlarges a coarse flow; for sides of a multiple, pad and crop"
        raise ValueError(f"the network returned {shapes}; needed is {whole}, in a list the last; {advice}")
    return [flow.to(torch.promote_types(flow.dtype, torch.float32)) for flow in flows]


def free_memory(device: torch.device) -> int:
    """Count a GPU's free bytes, with those that PyTorch keeps for its next tensors, after a training for example."""
    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return torch.cuda.mem_get_info(device)[0] + kept


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Return the first pixels of the tiles along one axis, evenly spaced.

    Example:
        >>> starts(1000, tile=400, overlap=100)
        [0, 300, 600]
        >>> starts(300, tile=400, overlap=100)
        [0]
    """
    if length <= tile:
        return [0]
    count = -(-(length - overlap) // (tile - overlap))
    return [round(i * (length - tile) / (count - 1)) for i in range(count)]


def size_for(size: Size, pixels: float, overlap: int = OVERLAP) -> Size:
    """Choose the size of tiles of at most so many pixels; sides shorter than the image are multiples of 64."""
    H, W = size
    side = int(pixels**0.5) // 64 * 64
    height = H if side >= H else max(side, 64)
    width = W if pixels // height >= W else int(pixels // height) // 64 * 64
    if width == W and height < H:
        height = min(H, int(pixels // W) // 64 * 64)
    for tile, length in ((height, H), (width, W)):
        if tile < min(length, 2 * overlap):
            raise ValueError(
                f"tiles of {pixels:.3g} pixels for an image of {H} x {W} would be {height} x {width}, and overlap by "
                f"{overlap}; allow more memory, or a smaller overlap"
            )
    return height, width


def tiled(
    estimate: Estimate, img1: Tensor, img2: Tensor, tile: Size, overlap: int = OVERLAP
) -> Float[Tensor, "B 2 H W"]:
    """Estimate the flow tile by tile.

    Tiles are blended by `ramp`. One larger than the image is cut to it; one no larger than the overlap is a ValueError.
    """
    H, W = img1.shape[-2:]
    tile = min(tile[0], H), min(tile[1], W)
    if any(t < length and t <= overlap for t, length in zip(tile, (H, W), strict=True)):
        raise ValueError(f"tiles of {tile[0]} x {tile[1]} must be larger than their overlap of {overlap} pixels")
    total = weights = None
    for y, x in product(starts(H, tile[0], overlap), starts(W, tile[1], overlap)):
        rows, columns = slice(y, y + tile[0]), slice(x, x + tile[1])
        flow = estimate(img1[..., rows, columns], img2[..., rows, columns])
        if total is None:
            total, weights = flow.new_zeros(len(img1), 2, H, W), flow.new_zeros(H, W)
        weight = ramp(rows, H, overlap, flow)[:, None] * ramp(columns, W, overlap, flow)
        total[..., rows, columns] += weight * flow
        weights[rows, columns] += weight
    return total / weights


def ramp(part: slice, length: int, overlap: int, like: Tensor) -> Tensor:
    """Return the weights of a tile along one axis: 1 inside, falling linearly over an overlap."""
    position = torch.arange(part.stop - part.start, device=like.device, dtype=like.dtype)
    weight = torch.ones_like(position)
    if part.start > 0:
        weight = torch.minimum(weight, (position + 1) / (overlap + 1))
    if part.stop < length:
        weight = torch.minimum(weight, (position.flip(0) + 1) / (overlap + 1))
    return weight
