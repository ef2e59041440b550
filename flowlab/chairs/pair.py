"""Pair number ``index`` of the data set ``seed``: the same bytes in any order and on any worker."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from flowlab.chairs.config import VERSION, ChairsConfig
from flowlab.chairs.motion import background_motion, chair_motions, enlargement, similarity
from flowlab.chairs.scene import REFERENCE, Layer, Sample, composite, edge_of, unit_of
from flowlab.chairs.sprites import SpriteStore, paint_background


def make_pair(seed: int, index: int, size: tuple[int, int] = REFERENCE, config: ChairsConfig | None = None) -> Sample:
    """Make a pair.

    Args:
        seed: Seed of the data set, at least 0; every seed has its own chairs.
        index: Number of the pair, at least 0.
        size: Height and width, at least 16 each; lengths scale with the root of the area.
        config: What is in a pair; by default Flying Chairs.

    Returns:
        Both frames, flow and occlusion both ways, and the layers.

    Raises:
        ValueError: If a number is out of range.

    Example:
        >>> pair = make_pair(seed=0, index=3, size=(48, 64))
        >>> pair.img1.shape, pair.flow.shape, str(pair.occlusion.dtype)
        ((48, 64, 3), (48, 64, 2), 'bool')
    """
    config = config or ChairsConfig()
    store = SpriteStore(seed, size, config)
    plan = draw_plan(store, index)
    placed = zip(plan.sprites, plan.poses, plan.motions, strict=True)
    layers = [Layer(store.sprite(number), pose, motion) for number, pose, motion in placed]
    if plan.background is None:
        texture = paint_background(plan.background_rng, size, config)
    else:
        texture = store.background(plan.background)
    return composite(texture, plan.pose, plan.motion, layers, size)


class Plan(NamedTuple):
    """All random parameters of a pair, before anything is drawn."""

    pose: Float[ndarray, "2 3"]  # from the background's pixels to frame 1
    motion: Float[ndarray, "2 3"]  # of the background, from frame 1 to frame 2
    sprites: Int[ndarray, " N"]  # their numbers in the store, the farthest first
    poses: Float[ndarray, "N 2 3"]  # from each sprite's pixels to frame 1
    motions: Float[ndarray, "N 2 3"]  # of each, from frame 1 to frame 2
    background: int | None  # its number; None where each pair has its own
    background_rng: np.random.Generator  # for the background's picture, where it has no number


def draw_plan(store: SpriteStore, index: int) -> Plan:
    """Draw all random numbers of a pair but those of a background without number."""
    seed, size, config = store.seed, store.size, store.config
    if seed < 0 or index < 0:
        raise ValueError(f"seed and index must be at least 0, got {seed} and {index}")
    if min(size) < 16:
        raise ValueError(f"size must be at least 16 x 16, got {size[0]} x {size[1]}")
    # Two generators: how many numbers the background takes does not move the chairs.
    scene_rng, background_rng = (np.random.default_rng([VERSION, seed, index, n]) for n in range(2))
    motion = background_motion(scene_rng, config.motion, size, unit_of(size))
    flyers = _place(scene_rng, store, motion)
    # Between the pixels, so that frame 1 is sampled like frame 2.
    pose = similarity(np.zeros(2), shift=-edge_of(size) + scene_rng.uniform(-0.5, 0.5, 2))
    background = int(background_rng.integers(config.backgrounds)) if config.backgrounds else None
    return Plan(pose, motion, *flyers, background, background_rng)


def _place(rng: np.random.Generator, store: SpriteStore, move: Float[ndarray, "2 3"]):
    """Draw the sprites, poses and motions of the chairs that a frame shows, the farthest first."""
    unit, config = unit_of(store.size), store.config
    H, W = store.size
    count = int(rng.integers(config.chairs[0], config.chairs[1] + 1))
    sizes = np.clip(rng.normal(config.size_mean, config.size_spread, count), *config.size_range)
    centres = rng.uniform(-config.margin, 1 + config.margin, (count, 2)) * (W, H) - 0.5
    motions = chair_motions(rng, config.motion, move, centres, unit)
    numbers = rng.integers(0, store.each, count)
    shapes = rng.integers(0, len(config.shapes), count)
    drawn = sizes * unit
    seen = np.flatnonzero(_in_sight(centres, drawn, motions, store.size))
    sprites, classes = store.find(shapes[seen], sizes[seen], numbers[seen])
    poses = np.zeros((len(seen), 2, 3))
    scale = drawn[seen] / (store.pixels[classes] - 2)
    poses[:, 0, 0] = poses[:, 1, 1] = scale
    poses[:, :, 2] = centres[seen] - scale[:, None] * (store.sides(sprites)[:, ::-1] - 1) / 2
    return sprites, poses, motions[seen]


def _in_sight(centres: Float[ndarray, "N 2"], sizes, motions, frame: tuple[int, int]) -> Bool[ndarray, " N"]:
    """Find the sprites whose bounding circle touches the frame before or after the motion."""
    moved = (motions[..., :2] @ centres[..., None])[..., 0] + motions[..., 2]
    radius = sizes / np.sqrt(2) + 2
    seen = np.zeros(len(centres), bool)
    for points, reach in ((centres, radius), (moved, radius * enlargement(motions))):
        away = points - np.clip(points, 0, (frame[1] - 1, frame[0] - 1))
        seen |= np.hypot(*away.T) <= reach
    return seen
