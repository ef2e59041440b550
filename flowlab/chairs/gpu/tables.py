"""From plans to the tables that chairs.cu reads: a batch at a time, without a loop over layers.

The head of chairs.cu describes the tables and their fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, UInt8
from numpy import ndarray
from torch import Tensor

from flowlab.chairs.camera import with_shadows
from flowlab.chairs.motion import compose, enlargement, invert
from flowlab.chairs.pair import Plan, draw_plan, draw_shutter, number_of_background
from flowlab.chairs.scene import FLAT, HALF, INSTANTS, LEAST, SMALLEST, Layer, unit_of
from flowlab.chairs.sprites import Atlas, pack_levels

SHOT = np.dtype([("first", "i4"), ("count", "i4")])
VIEW = np.dtype([("inverse", "f4", 9), ("background", "i4"), ("first", "i4"), ("count", "i4")])
_INTEGERS = ("left", "top", "right", "bottom", "height", "width", "number", "is_shadow")
PLACED = np.dtype([("inverse", "f4", 6), *((name, "i4") for name in _INTEGERS), ("offset", "i8")])
COURSE = np.dtype([("third", "f8", 3), ("first", "i4"), ("tilted", "i4")])
MOVE = np.dtype(("f4", 6))
ALIGNED = 64  # bytes at which each table begins


class Planned(NamedTuple):
    """A pair for the GPU.

    Attributes:
        plan: The pair's random parameters; behind each sprite its shadow, if there are any, with numbers from the
            atlas' end on.
        background: Its number.
        shutter: Exposure as a part of the time between frames.
        shadows: The sprites of its shadows, which no other pair has.
    """

    plan: Plan
    background: int
    shutter: float
    shadows: list[UInt8[ndarray, "h w 4"]]


class Tables(NamedTuple):
    """What a launch reads, in one piece.

    Attributes:
        data: Shots, views, placed layers, courses, moves and shadows, one after the other.
        starts: Where each of the six begins, and where the last one ends.
        pairs: How many.
    """

    data: UInt8[ndarray, " bytes"] | UInt8[Tensor, " bytes"]
    starts: tuple[int, ...]
    pairs: int


def plan_pair(atlas: Atlas, index: int) -> Planned:
    """Draw the random parameters of a pair, as ``make_pair`` does.

    Example:
        >>> from flowlab.chairs import ChairsConfig
        >>> planned = plan_pair(Atlas(0, (48, 64), ChairsConfig(bank=5, shapes=("box",), backgrounds=2)), 3)
        >>> planned.background in (0, 1), planned.shutter
        (True, 0.0)
    """
    config = atlas.config
    plan = draw_plan(atlas, index)
    background = number_of_background(plan, config)
    shadows = []
    if plan.photometric_rng.random() < config.shadows:
        plan, shadows = _with_shadows(plan, atlas)
    return Planned(plan, background, draw_shutter(plan.photometric_rng, config), shadows)


def _with_shadows(plan: Plan, atlas: Atlas) -> tuple[Plan, list[ndarray]]:
    """Put the shadows of the CPU's generator behind the sprites."""
    placed = zip(plan.sprites, plan.poses, plan.motions, strict=True)
    layers = with_shadows(
        plan.photometric_rng, [Layer(atlas.sprite(n), p, m) for n, p, m in placed], unit_of(atlas.size)
    )
    if not layers:
        return plan, []
    sprites = np.stack([len(atlas) + np.arange(len(plan.sprites)), plan.sprites], axis=1).ravel()
    poses, motions = np.stack([layer.pose for layer in layers]), np.stack([layer.motion for layer in layers])
    return plan._replace(sprites=sprites, poses=poses, motions=motions), [layer.sprite for layer in layers[::2]]


def pack(atlas: Atlas, pairs: Sequence[Planned]) -> Tables:
    """Write the tables of a batch.

    Args:
        atlas: Where the pictures lie.
        pairs: The batch.

    Example:
        >>> from flowlab.chairs import ChairsConfig
        >>> atlas = Atlas(0, (48, 64), ChairsConfig(bank=5, shapes=("box",), backgrounds=2))
        >>> pack(atlas, [plan_pair(atlas, 0), plan_pair(atlas, 1)]).pairs
        2
    """
    counts = np.array([len(p.plan.sprites) for p in pairs])
    layers = _Layers.of(atlas, pairs, counts)
    still = np.eye(3)
    poses = np.stack([_square(p.plan.pose) for p in pairs])
    motions = np.stack([_square(p.plan.motion) for p in pairs])

    # Views: of both frames of each pair, at 1 or INSTANTS moments.
    moments = np.array([INSTANTS if p.shutter else 1 for p in pairs])
    pair_of = np.repeat(np.arange(len(pairs)), 2 * moments)
    within = _count_up(2 * moments)
    frame_of, instant = np.divmod(within, moments[pair_of])
    shutter = np.array([p.shutter for p in pairs])
    times = frame_of + shutter[pair_of] * (instant / (INSTANTS - 1) - 0.5) * (moments[pair_of] > 1)
    views = np.zeros(len(times), VIEW)
    moved = still + times[:, None, None] * (motions[pair_of] - still)
    views["inverse"] = np.linalg.inv(moved @ poses[pair_of]).reshape(-1, 9)
    views["background"] = np.array([p.background for p in pairs])[pair_of]

    # Layers in each view, those that it does not show left out.
    view_of = np.repeat(np.arange(len(views)), counts[pair_of])
    first = np.cumsum(counts) - counts
    layer = first[pair_of][view_of] + _count_up(counts[pair_of])
    placed, seen = layers.placed(layer, times[view_of], atlas.size)
    views["count"] = np.bincount(view_of[seen], minlength=len(views))
    views["first"] = np.cumsum(views["count"]) - views["count"]

    shots = np.zeros(2 * len(pairs), SHOT)
    shots["count"] = np.repeat(moments, 2)
    shots["first"] = np.cumsum(shots["count"]) - shots["count"]
    return _joined([shots, views, placed, *_courses(motions, layers, counts), layers.pixels], len(pairs))


def _courses(motions: Float[ndarray, "B 3 3"], layers: _Layers, counts: Int[ndarray, " B"]) -> tuple[ndarray, ndarray]:
    """Write the motions of all layers in both directions of time."""
    backs = np.linalg.inv(motions)
    backs /= backs[:, 2:, 2:]
    courses = np.zeros((len(counts), 2), COURSE)
    courses["third"] = np.stack([motions[:, 2], backs[:, 2]], axis=1)
    courses["tilted"] = (courses["third"] != FLAT).any(axis=-1)
    first = np.cumsum(2 * (counts + 1)) - 2 * (counts + 1)
    courses["first"] = np.stack([first, first + counts + 1], axis=1)
    moves = np.zeros((2 * (counts + 1).sum(), 2, 3))
    moves[courses["first"]] = np.stack([motions[:, :2], backs[:, :2]], axis=1)
    place = np.repeat(first, counts) + 1 + _count_up(counts)
    moves[place] = layers.motions
    moves[place + np.repeat(counts + 1, counts)] = invert(layers.motions)
    return courses, (moves - np.eye(2, 3)).astype(np.float32)


class _Layers(NamedTuple):
    """The layers of all pairs of a batch, with the pictures that it brings along."""

    sprites: Int[ndarray, " N"]
    numbers: Int[ndarray, " N"]  # within their pairs, from 1
    poses: Float[ndarray, "N 2 3"]
    motions: Float[ndarray, "N 2 3"]
    sides: Int[ndarray, "S L 2"]
    offsets: Int[ndarray, "S L"]
    pixels: Int[ndarray, " P"]  # of the shadows
    resident: int  # sprites from this number on are shadows

    @classmethod
    def of(cls, atlas: Atlas, pairs: Sequence[Planned], counts: Int[ndarray, " B"]) -> _Layers:
        shadows = [sprite for pair in pairs for sprite in pair.shadows]
        before = np.cumsum([0, *(len(pair.shadows) for pair in pairs)])  # shadows of the pairs before
        sprites = [p.plan.sprites + n * (p.plan.sprites >= len(atlas)) for p, n in zip(pairs, before, strict=False)]
        sides, offsets, pixels = atlas.level_sides, atlas.offsets, np.zeros(1, np.int32)
        if shadows:
            own_sides, own_offsets, pixels = pack_levels(shadows, most=sides.shape[1])
            sides, offsets = np.concatenate([sides, own_sides]), np.concatenate([offsets, own_offsets])
        return cls(
            np.concatenate(sprites),
            1 + _count_up(counts),
            np.concatenate([p.plan.poses for p in pairs]),
            np.concatenate([p.plan.motions for p in pairs]),
            sides,
            offsets,
            pixels,
            len(atlas),
        )

    def placed(
        self, layer: Int[ndarray, " P"], times: Float[ndarray, " P"], size: tuple[int, int]
    ) -> tuple[ndarray, Bool[ndarray, " P"]]:
        """Place layers at times; return those inside the frame, and the mask of these."""
        still = np.eye(2, 3)
        motion = still + times[:, None, None] * (self.motions[layer] - still)
        matrix, sprite = compose(motion, self.poses[layer]), self.sprites[layer]
        level = np.zeros(len(layer), int)
        while True:
            small = (enlargement(matrix) < LEAST) & (self.sides[sprite, level].min(axis=1) >= SMALLEST)
            if not small.any():
                break
            matrix[small] = compose(matrix[small], HALF)
            level[small] += 1
        sides = self.sides[sprite, level]
        low, high = _rectangle(matrix, sides, size)
        seen = (low < high).all(axis=1)
        matrix, sides, low, high, sprite, level = (a[seen] for a in (matrix, sides, low, high, sprite, level))
        inverse = invert(matrix)
        inverse[..., 2] += (inverse[..., :2] @ low[..., None])[..., 0]
        table = np.zeros(len(matrix), PLACED)
        table["inverse"] = inverse.reshape(-1, 6)
        table["left"], table["top"] = low.T
        table["right"], table["bottom"] = high.T
        table["height"], table["width"] = sides.T
        table["number"] = self.numbers[layer[seen]]
        table["is_shadow"] = sprite >= self.resident
        table["offset"] = self.offsets[sprite, level]
        return table, seen


def _rectangle(
    matrix: Float[ndarray, "P 2 3"], sides: Int[ndarray, "P 2"], size: tuple[int, int]
) -> tuple[Int[ndarray, "P 2"], Int[ndarray, "P 2"]]:
    """Find the rectangles (x, y) that sprites can touch: their corners lie at -1 and at w or h, as in scene.py."""
    ends = np.stack([np.full(sides.shape, -1.0), sides[:, ::-1].astype(float)])  # (2, P, 2): x and y, low and high
    reach = matrix[None, :, :, :2] * ends[:, :, None, :]  # (2, P, row, column)
    low = matrix[..., 2] + reach.min(axis=0).sum(axis=-1)
    high = matrix[..., 2] + reach.max(axis=0).sum(axis=-1)
    frame = np.array([size[1], size[0]])
    return np.maximum(np.floor(low), 0).astype(int), np.minimum(np.ceil(high) + 1, frame).astype(int)


def _square(matrix: Float[ndarray, "R 3"]) -> Float[ndarray, "3 3"]:
    return matrix if len(matrix) == 3 else np.vstack([matrix, FLAT])


def _count_up(counts: Int[ndarray, " N"]) -> Int[ndarray, " M"]:
    """Count 0, 1, 2 ... up to each number in turn."""
    return np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)


def _joined(tables: list[ndarray], pairs: int) -> Tables:
    """Lay tables into one piece, each at a multiple of ALIGNED."""
    sizes = [max(-(-table.nbytes // ALIGNED), 1) * ALIGNED for table in tables]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    data = np.zeros(starts[-1], np.uint8)
    for start, table in zip(starts, tables, strict=False):
        data[start : start + table.nbytes] = np.ascontiguousarray(table).view(np.uint8).ravel()
    return Tables(data, tuple(starts.tolist()), pairs)
