"""Flow of images that do not fit into memory: of overlapping tiles, and blended where they overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from jaxtyping import Float
from torch import Tensor

OVERLAP = 256  # pixels: FlowNetC looks 160 far, and near a tile's edge it sees half of what it needs
Size = tuple[int, int]
Estimate = Callable[[Tensor, Tensor], Tensor]


def starts(length: int, tile: int, overlap: int) -> list[int]:
    """Place tiles along one axis, evenly, from the first pixel to the last.

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
    """Choose tiles of at most so many pixels, with sides that 64 divides where they do not span the image.

    Raises:
        ValueError: If so few pixels leave nothing but overlap.
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

    Each tile's flow counts fully in its middle and less and less towards the edges that it shares with others.

    Args:
        estimate: Takes two batches of images of one tile, returns their flow.
        img1: (B, C, H, W).
        img2: The same.
        tile: Height and width of a tile, in pixels; larger than the image for one tile along that side.
        overlap: Pixels that neighbours share at least.

    Raises:
        ValueError: If a tile is not larger than its overlap.
    """
    H, W = img1.shape[-2:]
    tile = min(tile[0], H), min(tile[1], W)
    if any(t < length and t <= overlap for t, length in zip(tile, (H, W), strict=True)):
        raise ValueError(f"tiles of {tile[0]} x {tile[1]} must be larger than their overlap of {overlap} pixels")
    total = weights = None
    for rows, columns in places((H, W), tile, overlap):
        flow = estimate(img1[..., rows, columns], img2[..., rows, columns])
        if total is None:
            total, weights = flow.new_zeros(len(img1), 2, H, W), flow.new_zeros(H, W)
        weight = ramp(rows, H, overlap, flow)[:, None] * ramp(columns, W, overlap, flow)
        total[..., rows, columns] += weight * flow
        weights[rows, columns] += weight
    return total / weights


def places(size: Size, tile: Size, overlap: int) -> Iterator[tuple[slice, slice]]:
    """Go through the tiles of an image."""
    rows, columns = (starts(length, side, overlap) for length, side in zip(size, tile, strict=True))
    for y in rows:
        for x in columns:
            yield slice(y, y + tile[0]), slice(x, x + tile[1])


def ramp(part: slice, length: int, overlap: int, like: Tensor) -> Tensor:
    """Weigh the pixels of a tile along one axis: 1 inside, falling linearly over the overlap to the next tile."""
    position = torch.arange(part.stop - part.start, device=like.device, dtype=like.dtype)
    weight = torch.ones_like(position)
    if part.start > 0:
        weight = torch.minimum(weight, (position + 1) / (overlap + 1))
    if part.stop < length:
        weight = torch.minimum(weight, (position.flip(0) + 1) / (overlap + 1))
    return weight
