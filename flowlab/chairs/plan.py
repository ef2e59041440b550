"""What chance decides of a pair, before anything is drawn: which things, where, and how they move."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from flowlab.chairs._number import Number
from flowlab.chairs.config import VERSION, ChairsConfig, unit_of
from flowlab.chairs.matrices import enlargement, similarity, tangent
from flowlab.chairs.motion import background_motion, chair_motions
from flowlab.chairs.sprites import Catalogue

APRON = 40.0  # the background reaches this far beyond the frame, pixels of a 512 x 384 image


class Plan(NamedTuple):
    """A pair that is still to be drawn.

    Attributes:
        pose: From the background's pixels to frame 1.
        motion: Of the background, from frame 1 to frame 2: (2, 3), or (3, 3) with perspective.
        sprites: Numbers of the catalogue, the farthest first.
        poses: From each sprite's pixels to frame 1.
        motions: Of each, from frame 1 to frame 2.
        scenery: Chance for the background.
        light: Chance for what comes after: shadows, shutter, camera.
    """

    pose: Float[ndarray, "2 3"]
    motion: Float[ndarray, "R 3"]
    sprites: Int[ndarray, " N"]
    poses: Float[ndarray, "N 2 3"]
    motions: Float[ndarray, "N 2 3"]
    scenery: np.random.Generator
    light: np.random.Generator


Sides = Callable[[Int[ndarray, " N"]], Int[ndarray, "N 2"]]  # from numbers of sprites to their heights and widths


def draw_plan(
    seed: int, index: int, size: tuple[int, int], config: ChairsConfig, catalogue: Catalogue, sides: Sides
) -> Plan:
    """Draw everything but the background's picture and the light.

    Args:
        seed: Seed of the data set, at least 0.
        index: Number of the pair, at least 0.
        size: Height and width, at least 16 each.
        config: What is in a pair.
        catalogue: The seed's sprites.
        sides: Says how large they are.

    Raises:
        ValueError: If a number cannot be.

    Example:
        >>> config = ChairsConfig(bank=10, shapes=("box",))
        >>> plan = draw_plan(0, 3, (48, 64), config, Catalogue(0, (48, 64), config), lambda s: np.full((len(s), 2), 40))
        >>> len(plan.sprites) == len(plan.poses) == len(plan.motions)
        True
    """
    if seed < 0 or index < 0:
        raise ValueError(f"seed and index must be at least 0, got {seed} and {index}")
    if min(size) < 16:
        raise ValueError(f"size must be at least 16 x 16, got {size[0]} x {size[1]}")
    unit = unit_of(size)
    # Streams of chance: how many numbers the background takes does not move the chairs.
    scene, scenery, light = (np.random.default_rng([VERSION, seed, index, n]) for n in range(3))
    motion = background_motion(scene, config.motion, size, unit)
    flyers = _place(scene, size, unit, motion, config, catalogue, sides)
    # Between the pixels, so that frame 1 is sampled like frame 2.
    pose = similarity(np.zeros(2), shift=-edge_of(unit) + scene.uniform(-0.5, 0.5, 2))
    return Plan(pose, motion, *flyers, scenery, light)


def edge_of(unit: Number) -> int:
    """Say by how many pixels the background is wider than the frame, on each side."""
    return int(np.ceil(APRON * unit))


def canvas_of(size: tuple[int, int]) -> tuple[int, int]:
    """Say how large the background of a frame is.

    Example:
        >>> canvas_of((384, 512))
        (464, 592)
    """
    edge = edge_of(unit_of(size))
    return size[0] + 2 * edge, size[1] + 2 * edge


def _place(
    rng: np.random.Generator,
    size: tuple[int, int],
    unit: Number,
    move: Float[ndarray, "R 3"],
    config: ChairsConfig,
    catalogue: Catalogue,
    sides: Sides,
) -> tuple[ndarray, ndarray, ndarray]:
    """Place the chairs, the farthest first, and leave out those that no frame shows."""
    H, W = size
    count = int(rng.integers(config.chairs[0], config.chairs[1] + 1))
    sizes = np.clip(rng.normal(config.size_mean, config.size_spread, count), *config.size_range)
    beyond = config.margin
    centres = rng.uniform(-beyond, 1 + beyond, (count, 2)) * (W, H) - 0.5
    if len(move) == 3:  # what is beyond the edge moves as the edge does: further out is the horizon
        move = tangent(move, np.clip(centres, 0, (W - 1, H - 1)))
    motions = chair_motions(rng, config.motion, move, centres, unit)
    numbers = rng.integers(0, catalogue.each, count)
    shapes = rng.integers(0, len(config.shapes), count)
    drawn = sizes * unit
    seen = np.flatnonzero(_in_sight(centres, drawn, motions, size))
    sprites, classes = catalogue.find(shapes[seen], sizes[seen], numbers[seen])
    poses = np.zeros((len(seen), 2, 3))
    scale = drawn[seen] / (catalogue.pixels[classes] - 2)
    poses[:, 0, 0] = poses[:, 1, 1] = scale
    poses[:, :, 2] = centres[seen] - scale[:, None] * (sides(sprites)[:, ::-1] - 1) / 2
    return sprites, poses, motions[seen]


def _in_sight(
    centres: Float[ndarray, "N 2"],
    sizes: Float[ndarray, " N"],
    motions: Float[ndarray, "N 2 3"],
    frame: tuple[int, int],
) -> Bool[ndarray, " N"]:
    """Say whose circle, around a square of that size, touches the frame before or after the motion."""
    corner = np.array([frame[1], frame[0]]) - 1
    moved = (motions[..., :2] @ centres[..., None])[..., 0] + motions[..., 2]
    radius = sizes / np.sqrt(2) + 2
    reaches = []
    for points, reach in ((centres, radius), (moved, radius * enlargement(motions))):
        away = points - np.clip(points, 0, corner)
        reaches.append(np.hypot(*away.T) <= reach)
    return reaches[0] | reaches[1]
