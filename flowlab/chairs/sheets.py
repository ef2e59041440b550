"""Contact sheets: many chairs, or many pairs with their flow, on one picture."""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs._number import Number
from flowlab.chairs.config import VERSION, ChairsConfig
from flowlab.chairs.furniture import KINDS, picture
from flowlab.chairs.pair import make_pair
from flowlab.field.color import flow_to_image


def sheet_of_chairs(
    seed: int = 0, count: int = 48, *, columns: int = 8, cell: int = 160, kind: str | None = None
) -> UInt8[ndarray, "H W 3"]:
    """Show chairs before a grey wall.

    Args:
        seed: Another seed, other chairs.
        count: How many.
        columns: How many in a row.
        cell: Side of each picture, pixels.
        kind: One of ``furniture.KINDS``; all kinds in turn when left out.

    Returns:
        The sheet, RGB.

    Example:
        >>> sheet_of_chairs(count=3, columns=2, cell=40).shape
        (80, 80, 3)
    """
    kinds = [kind] if kind else list(KINDS)
    shade = np.linspace(165, 220, cell)[:, None, None]
    cells = []
    for n in range(count):
        rng = np.random.default_rng([VERSION, seed, n])
        sprite = picture(rng, cell - 8, kind=kinds[n % len(kinds)])
        h, w = sprite.shape[:2]
        y, x = (cell - h) // 2, (cell - w) // 2
        wall = np.repeat(np.repeat(shade, cell, axis=1), 3, axis=2)
        part = wall[y : y + h, x : x + w]
        part *= 1 - sprite[..., 3:] / 255
        part += sprite[..., :3]
        cells.append(np.rint(np.clip(wall, 0, 255)).astype(np.uint8))
    return _tiles(cells, columns)


def sheet_of_pairs(
    seed: int = 0,
    count: int = 24,
    *,
    columns: int = 3,
    size: tuple[int, int] = (192, 256),
    config: ChairsConfig | None = None,
    max_flow: Number = 40.0,
) -> UInt8[ndarray, "H W 3"]:
    """Show pairs: frame 1, frame 2 and the flow in Middlebury's colours, side by side.

    Args:
        seed: Seed of the pairs.
        count: How many, from pair 0 on.
        columns: Pairs in a row.
        size: Height and width of a frame.
        config: What is in a pair; by default Flying Chairs.
        max_flow: Length with full colour, pixels of a 512 x 384 image.

    Returns:
        The sheet, RGB.

    Example:
        >>> sheet_of_pairs(count=2, columns=1, size=(24, 32)).shape
        (48, 96, 3)
    """
    cells = []
    for index in range(count):
        pair = make_pair(seed, index, size, config)
        colours = flow_to_image(pair.flow, max_flow=max_flow * size[1] / 512)
        cells.append(np.concatenate([pair.img1, pair.img2, colours], axis=1))
    return _tiles(cells, columns)


def _tiles(cells: list[ndarray], columns: int) -> UInt8[ndarray, "H W 3"]:
    """Lay pictures of one size out in rows, the rest of the last row white."""
    cells = cells + [np.full_like(cells[0], 255)] * (-len(cells) % columns)
    return np.concatenate([np.concatenate(cells[n : n + columns], axis=1) for n in range(0, len(cells), columns)])
