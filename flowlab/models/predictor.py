"""Flow of any two images by a network: any kind of array, any size, in tiles if memory is short."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.field import resize_flow
from flowlab.field.arrays import Flow, Image, rgb_batch, same_kind

OVERLAP = 256  # pixels: FlowNetC looks 160 far, and near a tile's edge it sees half of what it needs
# Of memory, for a pixel of a pair in a FlowNetC at full width and float32: 240 measured at 2160 x 3840.
BYTES_PER_PIXEL = 300
MEMORY = 6e9
Size = tuple[int, int]
Estimate = Callable[[Tensor, Tensor], Tensor]


def predict(
    model: nn.Module,
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
            (B, 2, H, W) or an object with ``.flow``. Runs on the network's own device, in evaluation mode.
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
        memory: Bytes that one pass may use; None for 6 GB on a CPU, and 80 % of the free memory on a GPU. Batches are
            cut into passes that fit, and images into tiles.
        dtype: torch.bfloat16 computes in half precision, up to twice as fast if the processor supports it, with an
            error of about 1 % of the flow. None for float32.

    Returns:
        The flow in pixels, float32, of the same kind and on the same device: (H, W, 2) or (B, H, W, 2) NumPy,
        (2, H, W) or (B, 2, H, W) torch.

    Raises:
        TypeError: If the images are not arrays, or of two kinds.
        ValueError: If they are not images, differ in size, or a number is out of its range.

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

    def estimate(a: Tensor, b: Tensor) -> Tensor:
        a, b = (image.to(weight.device, weight.dtype) for image in (a, b))
        with torch.autocast(weight.device.type, dtype=dtype, enabled=dtype is not None):
            out = model(a, b)
        return getattr(out, "flow", out).float()

    H, W = a.shape[-2:]
    with _evaluating(model), torch.inference_mode():
        if scale != 1:
            size = max(1, round(scale * H)), max(1, round(scale * W))
            a, b = (F.interpolate(image, size=size, mode="bilinear", align_corners=False) for image in (a, b))
        budget = (memory if memory is not None else free_memory(weight.device)) / BYTES_PER_PIXEL
        flow = _in_passes(estimate, a, b, budget, tile, overlap)
        if scale != 1:
            flow = resize_flow(flow, (H, W))
    return layout.give_image((flow.clone() if flow.is_inference() else flow).to(a.device))


def _in_passes(estimate: Estimate, a: Tensor, b: Tensor, budget: float, tile: Size | None, overlap: int) -> Tensor:
    """Cut a batch into passes, and images into tiles, of at most ``budget`` pixels; estimate their flow."""
    B, _, H, W = a.shape
    if tile is None and budget < H * W:
        tile = size_for((H, W), budget, overlap)
    if tile is not None:
        return torch.cat([tiled(estimate, a[i : i + 1], b[i : i + 1], tile, overlap) for i in range(B)])
    at_once = max(1, int(budget // (H * W)))
    return torch.cat([estimate(a[i : i + at_once], b[i : i + at_once]) for i in range(0, B, at_once)])


def free_memory(device: torch.device) -> float:
    """Return the bytes that a pass may use on a device."""
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
    """Choose the size of tiles of at most so many pixels; sides shorter than the image are multiples of 64.

    Raises:
        ValueError: If tiles of so few pixels would be nothing but overlap.
    """
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

    Tiles are blended: the weight of a tile is 1 in its middle and falls towards the edges that it shares with others.

    Args:
        estimate: Takes two batches of images of one tile, returns their flow.
        img1: (B, C, H, W).
        img2: The same.
        tile: Height and width of a tile, in pixels; larger than the image for one tile along that side.
        overlap: Least number of pixels that neighbours share.

    Raises:
        ValueError: If a tile is not larger than its overlap.
    """
    H, W = img1.shape[-2:]
    tile = min(tile[0], H), min(tile[1], W)
    if any(t < length and t <= overlap for t, length in zip(tile, (H, W), strict=True)):
        raise ValueError(f"tiles of {tile[0]} x {tile[1]} must be larger than their overlap of {overlap} pixels")
    total = weights = None
    for rows, columns in tiles_of((H, W), tile, overlap):
        flow = estimate(img1[..., rows, columns], img2[..., rows, columns])
        if total is None:
            total, weights = flow.new_zeros(len(img1), 2, H, W), flow.new_zeros(H, W)
        weight = ramp(rows, H, overlap, flow)[:, None] * ramp(columns, W, overlap, flow)
        total[..., rows, columns] += weight * flow
        weights[rows, columns] += weight
    return total / weights


def tiles_of(size: Size, tile: Size, overlap: int) -> Iterator[tuple[slice, slice]]:
    """Yield the rows and columns of each tile of an image."""
    rows, columns = (starts(length, side, overlap) for length, side in zip(size, tile, strict=True))
    for y in rows:
        for x in columns:
            yield slice(y, y + tile[0]), slice(x, x + tile[1])


def ramp(part: slice, length: int, overlap: int, like: Tensor) -> Tensor:
    """Return the weights of a tile along one axis: 1 inside, falling linearly over the overlap to the next tile."""
    position = torch.arange(part.stop - part.start, device=like.device, dtype=like.dtype)
    weight = torch.ones_like(position)
    if part.start > 0:
        weight = torch.minimum(weight, (position + 1) / (overlap + 1))
    if part.stop < length:
        weight = torch.minimum(weight, (position.flip(0) + 1) / (overlap + 1))
    return weight
