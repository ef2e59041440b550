"""Pairs made on the GPU, or on the CPU for tests and lessons, by chairs.cu.

The pictures of a seed are made once and lie in the GPU's memory (``Atlas``). For each batch the CPU
draws random parameters and packs them into tables, whose fields the head of chairs.cu describes.
Two launches then make the pixels (``Compositor``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float, Int, UInt8
from numpy import ndarray
from torch import Tensor
from tqdm import tqdm

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.furniture.render import expand
from flowlab.chairs.motion import compose, enlargement, invert
from flowlab.chairs.pair import Plan, draw_plan
from flowlab.chairs.processes import run_jobs
from flowlab.chairs.scene import HALF, LEAST, SMALLEST, halved
from flowlab.chairs.sprites import SpriteStore, kept_sprite, make_background, make_sprite
from flowlab.kernels import launch
from flowlab.kernels.launch import LaunchConfig, Run

BACKGROUNDS = 1000  # of an atlas, where the config says 0; the paper has 964 photographs
COLUMNS, ROWS = 32, 8  # of a block, as in chairs.cu; a test compares them
VIEW = np.dtype([("inverse", "f4", 6), ("background", "i4"), ("first", "i4"), ("count", "i4")])
_INTEGERS = ("left", "top", "right", "bottom", "height", "width", "number")
PLACED = np.dtype([("inverse", "f4", 6), *((name, "i4") for name in _INTEGERS), ("offset", "i8")], align=True)


class Atlas(SpriteStore):
    """All pictures of a seed in one piece of memory: sprites with their halves, and backgrounds.

    Where the config's ``backgrounds`` is 0 there are BACKGROUNDS of them. ``workers`` processes
    make the pictures; with fewer than 2 they are made here.

    Attributes:
        config: The same, with its number of backgrounds.
        level_sides: (N, L, 2) heights and widths of each sprite whole, halved, halved again ...; 0 behind.
        offsets: (N, L) places where they begin in ``sprites``.
        sprites: All their pixels: RGB times alpha, and alpha, in the four bytes of one number.
        backgrounds: (N, h, w), pixels of the same form.
    """

    def __init__(
        self, seed: int, size: tuple[int, int], config: ChairsConfig, *, workers: int = 0, progress: bool = False
    ):
        super().__init__(seed, size, config if config.backgrounds else replace(config, backgrounds=BACKGROUNDS))
        # Without workers the sprites also stay in memory for the CPU's generator.
        maker = make_sprite if workers > 1 else kept_sprite
        jobs = [partial(maker, self.key(number)) for number in range(len(self))]
        for number in range(self.config.backgrounds):
            jobs.append(partial(make_background, seed, number, self.size, self.config))
        made = run_jobs(jobs, workers)
        pictures = list(tqdm(made, total=len(jobs), unit="picture", disable=not progress))
        self.level_sides, self.offsets, self.sprites = pack_levels(pictures[: len(self)])
        textures = [cv2.cvtColor(texture, cv2.COLOR_RGB2RGBA) for texture in pictures[len(self) :]]
        self.backgrounds = np.stack([as_numbers(texture) for texture in textures])

    def sides(self, sprites: Int[ndarray, " N"]) -> Int[ndarray, "N 2"]:
        """Return heights and widths of sprites."""
        return self.level_sides[sprites, 0]

    def __getstate__(self) -> dict:
        """Leave the pictures behind where another process only places them."""
        return self.__dict__ | {"backgrounds": None, "sprites": None}


def pack_levels(
    sprites: Sequence[UInt8[ndarray, "_ _ 4"]],
) -> tuple[Int[ndarray, "N L 2"], Int[ndarray, "N L"], Int[ndarray, " P"]]:
    """Lay sprites, their halves, the halves of those ... (mipmaps) into one array.

    Returns:
        Height and width of each level, 0 if there is none; where it begins in the array; the array.
    """
    levels = [[sprite] for sprite in sprites]
    for mipmap in levels:
        while min(mipmap[-1].shape[:2]) >= SMALLEST:  # as far as the CPU's compositor may halve it
            mipmap.append(halved(mipmap[-1]))
    sides = np.zeros((len(levels), max(map(len, levels)), 2), np.int64)
    for number, mipmap in enumerate(levels):
        sides[number, : len(mipmap)] = [level.shape[:2] for level in mipmap]
    areas = sides.prod(axis=2)
    offsets = np.where(areas, (np.cumsum(areas) - areas.ravel()).reshape(areas.shape), 0)
    return sides, offsets, np.concatenate([as_numbers(level).ravel() for mipmap in levels for level in mipmap])


def as_numbers(picture: UInt8[ndarray, "h w 4"]) -> Int[ndarray, "h w"]:
    """View the four bytes of each pixel as one number of 32 bits."""
    return np.ascontiguousarray(picture).view(np.int32)[..., 0]


class Tables(NamedTuple):
    """What the launches of a batch read, as bytes."""

    views: UInt8[Tensor, " bytes"]
    placed: UInt8[Tensor, " bytes"]
    first_moves: UInt8[Tensor, " bytes"]  # number of the first move of each pair
    moves: UInt8[Tensor, " bytes"]


def pack(atlas: Atlas, plans: Sequence[Plan]) -> Tables:
    """Write the tables of a batch of pairs, whose plans were drawn with this atlas."""
    counts = np.array([len(plan.sprites) for plan in plans])
    sprites, poses, motions = (
        np.concatenate([getattr(plan, name) for plan in plans]) for name in ("sprites", "poses", "motions")
    )
    # A view is a frame of a pair: both of the first pair, both of the second, ...
    pose, motion = np.stack([plan.pose for plan in plans]), np.stack([plan.motion for plan in plans])
    views = np.zeros(2 * len(plans), VIEW)
    views["inverse"] = invert(np.stack([pose, compose(motion, pose)], axis=1)).reshape(-1, 6)
    views["background"] = np.repeat([plan.background for plan in plans], 2)

    # The layers of each view, those that it does not show left out.
    view_of, number = expand(np.repeat(counts, 2))
    layer = np.repeat(np.cumsum(counts) - counts, 2)[view_of] + number
    matrix = np.where((view_of % 2)[:, None, None], compose(motions, poses)[layer], poses[layer])
    placed, seen = _place(atlas, sprites[layer], matrix, number + 1)
    views["count"] = np.bincount(view_of[seen], minlength=len(views))
    views["first"] = np.cumsum(views["count"]) - views["count"]

    # The moves of each pair: of the background, then of its layers.
    moves = np.concatenate([part for plan in plans for part in (plan.motion[None], plan.motions)]) - np.eye(2, 3)
    first_moves = np.cumsum(counts + 1) - (counts + 1)
    tables = (views, placed, first_moves.astype(np.int32), moves.astype(np.float32))
    return Tables(*(torch.from_numpy(table.view(np.uint8).ravel()) for table in tables))


def _place(atlas: Atlas, sprite: Int[ndarray, " P"], matrix: Float[ndarray, "P 2 3"], number: Int[ndarray, " P"]):
    """Write the PLACED table of the sprites that the frame shows; return it and their mask."""
    level = np.zeros(len(sprite), int)
    while True:
        small = (enlargement(matrix) < LEAST) & (atlas.level_sides[sprite, level].min(axis=1) >= SMALLEST)
        if not small.any():
            break
        matrix[small] = compose(matrix[small], HALF)
        level[small] += 1
    sides = atlas.level_sides[sprite, level]
    low, high = _rectangle(matrix, sides, atlas.size)
    seen = (low < high).all(axis=1)
    inverse = invert(matrix[seen])
    inverse[..., 2] += (inverse[..., :2] @ low[seen][..., None])[..., 0]
    table = np.zeros(len(inverse), PLACED)
    table["inverse"] = inverse.reshape(-1, 6)
    table["left"], table["top"] = low[seen].T
    table["right"], table["bottom"] = high[seen].T
    table["height"], table["width"] = sides[seen].T
    table["number"] = number[seen]
    table["offset"] = atlas.offsets[sprite, level][seen]
    return table, seen


def _rectangle(matrix: Float[ndarray, "P 2 3"], sides: Int[ndarray, "P 2"], size: tuple[int, int]):
    """Find the rectangles (x, y) that sprites can touch, from -1 to w or h, as in scene.py."""
    ends = np.stack([np.full(sides.shape, -1.0), sides[:, ::-1].astype(float)])  # (low or high, P, x and y)
    reach = matrix[None, :, :, :2] * ends[:, :, None, :]  # (2, P, row, column)
    low = matrix[..., 2] + reach.min(axis=0).sum(axis=-1)
    high = matrix[..., 2] + reach.max(axis=0).sum(axis=-1)
    frame = np.array([size[1], size[0]])
    return np.maximum(np.floor(low), 0).astype(int), np.minimum(np.ceil(high) + 1, frame).astype(int)


class Made(NamedTuple):
    """A batch of pairs, with the flow from frame 1 to frame 2 and what frame 2 hides."""

    frames: UInt8[Tensor, "B 2 3 H W"]
    flow: Float[Tensor, "B 2 H W"]
    occlusion: Bool[Tensor, "B H W"]
    layers: UInt8[Tensor, "B 2 H W"]


class Compositor:
    """Make pairs on a device, whose memory holds all sprites and backgrounds of a seed.

    ``run`` launches a kernel; tests pass a function that runs it on the CPU.
    """

    def __init__(self, atlas: Atlas, device: torch.device, run: Run = launch.run):
        self.atlas, self.device, self._run = atlas, device, run
        self.sprites = torch.from_numpy(atlas.sprites).to(device)
        self.backgrounds = torch.from_numpy(atlas.backgrounds).to(device)

    def pairs(self, indices: Sequence[int]) -> Made:
        """Make the pairs of these numbers: those of ``make_pair`` with the atlas' config."""
        return self.make(pack(self.atlas, [draw_plan(self.atlas, index) for index in indices]))

    def make(self, tables: Tables) -> Made:
        """Launch the kernels for packed tables; return before the pairs are done."""
        B, (H, W) = len(tables.views) // (2 * VIEW.itemsize), self.atlas.size
        views, placed, first_moves, moves = (table.to(self.device, non_blocking=True) for table in tables)
        frames = torch.empty(B, 2, 3, H, W, dtype=torch.uint8, device=self.device)
        layers = torch.empty(B, 2, H, W, dtype=torch.uint8, device=self.device)
        flow = torch.empty(B, 2, H, W, device=self.device)
        occlusion = torch.empty(B, H, W, dtype=torch.bool, device=self.device)
        config = self._config("composite", 2 * B, *self.backgrounds.shape[1:])
        self._run(config, (self.sprites, self.backgrounds, views, placed, frames, layers))
        self._run(self._config("flow_and_occlusion", B), (layers, first_moves, moves, flow, occlusion))
        return Made(frames, flow, occlusion, layers)

    def _config(self, kernel: str, planes: int, *numbers: int) -> LaunchConfig:
        H, W = self.atlas.size
        blocks = planes * -(-H // ROWS) * -(-W // COLUMNS)
        return LaunchConfig("chairs.cu", kernel, "", blocks, (COLUMNS, ROWS), 0, (H, W, *numbers))
