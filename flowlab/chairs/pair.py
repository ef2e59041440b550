"""Pair number ``index`` of the data set ``seed``: the same bytes in any order and on any worker."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from flowlab.chairs._number import Number
from flowlab.chairs.camera import shoot
from flowlab.chairs.config import REFERENCE, VERSION, ChairsConfig, unit_of
from flowlab.chairs.matrices import enlargement, similarity, tangent
from flowlab.chairs.motion import background_motion, chair_motions
from flowlab.chairs.scene import Layer, Sample, composite
from flowlab.chairs.shadows import with_shadows
from flowlab.chairs.sprites import BANK, per_class, sprite_key
from flowlab.chairs.texture import background, develop
from flowlab.chairs.texture.photographs import photograph

SHUTTER = (0.1, 0.8)  # how long it is open where there is motion blur, as a part of the time between frames
APRON = 40.0  # the background reaches this far beyond the frame, pixels of a 512 x 384 image


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
        ValueError: If a number cannot be.

    Example:
        >>> pair = make_pair(seed=0, index=3, size=(48, 64))
        >>> pair.img1.shape, pair.flow.shape, str(pair.occlusion.dtype)
        ((48, 64, 3), (48, 64, 2), 'bool')
    """
    config = config or ChairsConfig()
    H, W = size
    if seed < 0 or index < 0:
        raise ValueError(f"seed and index must be at least 0, got {seed} and {index}")
    if min(size) < 16:
        raise ValueError(f"size must be at least 16 x 16, got {H} x {W}")
    unit = unit_of(size)
    # Streams of chance: how many numbers the background takes does not move the chairs.
    scene, scenery, light = (np.random.default_rng([VERSION, seed, index, n]) for n in range(3))
    move = background_motion(scene, config.motion, size, unit)
    layers = _chairs(scene, seed, size, unit, move, config)
    edge = int(np.ceil(APRON * unit))
    canvas = (H + 2 * edge, W + 2 * edge)
    if config.photographs and scenery.random() < config.photograph_share:
        texture = develop(scenery, photograph(scenery, canvas, config.photographs))
    else:
        texture = background(scenery, canvas)
    # Between the pixels, so that frame 1 is sampled like frame 2.
    pose = similarity(np.zeros(2), shift=-edge + scene.uniform(-0.5, 0.5, 2))
    if light.random() < config.shadows:
        layers = with_shadows(light, layers, unit)
    shutter = light.uniform(*SHUTTER) if light.random() < config.shutter else 0.0
    pair = composite(texture, pose, move, layers, size, shutter=shutter)
    if config.camera is None:
        return pair
    first, second = shoot(light, (pair.img1, pair.img2), config.camera, unit)
    return pair._replace(img1=first, img2=second)


def _chairs(
    rng: np.random.Generator,
    seed: int,
    size: tuple[int, int],
    unit: Number,
    move: Float[ndarray, "R 3"],
    config: ChairsConfig,
) -> list[Layer]:
    """Place the chairs, the farthest first, and leave out those that no frame shows."""
    H, W = size
    count = int(rng.integers(config.chairs[0], config.chairs[1] + 1))
    sizes = np.clip(rng.normal(config.size_mean, config.size_spread, count), *config.size_range)
    beyond = config.margin
    centres = rng.uniform(-beyond, 1 + beyond, (count, 2)) * (W, H) - 0.5
    if len(move) == 3:  # what is beyond the edge moves as the edge does: further out is the horizon
        move = tangent(move, np.clip(centres, 0, (W - 1, H - 1)))
    motions = chair_motions(rng, config.motion, move, centres, unit)
    numbers = rng.integers(0, per_class(config), count)
    shapes = rng.integers(0, len(config.shapes), count)
    drawn = sizes * unit
    layers = []
    for n in np.flatnonzero(_in_sight(centres, drawn, motions, size)):
        key = sprite_key(seed, sizes[n], config.shapes[shapes[n]], int(numbers[n]), unit, config.thin_parts)
        sprite = BANK.get(key)
        scale, (x, y) = drawn[n] / (key.pixels - 2), centres[n]
        h, w = sprite.shape[:2]
        pose = np.array([[scale, 0, x - scale * (w - 1) / 2], [0, scale, y - scale * (h - 1) / 2]])
        layers.append(Layer(sprite, pose, motions[n]))
    return layers


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
