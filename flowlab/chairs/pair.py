"""Pair number ``index`` of the data set ``seed``: the same bytes in any order and on any worker."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.camera import shoot
from flowlab.chairs.config import REFERENCE, VERSION, ChairsConfig, unit_of
from flowlab.chairs.plan import canvas_of, draw_plan
from flowlab.chairs.scene import Layer, Sample, composite
from flowlab.chairs.shadows import with_shadows
from flowlab.chairs.sprites import BANK, Catalogue
from flowlab.chairs.texture import background, develop
from flowlab.chairs.texture.photographs import photograph

SHUTTER = (0.1, 0.8)  # how long it is open where there is motion blur, as a part of the time between frames
KEPT = 64  # backgrounds of a bank that stay in memory


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
    catalogue = Catalogue(seed, size, config)
    drawn = {}

    def sides(numbers):
        drawn.update((n, BANK.get(catalogue.key(n))) for n in numbers.tolist())
        return np.array([drawn[n].shape[:2] for n in numbers.tolist()], int).reshape(-1, 2)

    plan = draw_plan(seed, index, size, config, catalogue, sides)
    layers = [Layer(drawn[int(n)], p, m) for n, p, m in zip(plan.sprites, plan.poses, plan.motions, strict=True)]
    if config.backgrounds:
        texture = from_bank(seed, number_of_background(plan.scenery, config), tuple(size), config)
    else:
        texture = paint(plan.scenery, size, config)
    if plan.light.random() < config.shadows:
        layers = with_shadows(plan.light, layers, unit_of(size))
    shutter = draw_shutter(plan.light, config)
    pair = composite(texture, plan.pose, plan.motion, layers, size, shutter=shutter)
    if config.camera is None:
        return pair
    first, second = shoot(plan.light, (pair.img1, pair.img2), config.camera, unit_of(size))
    return pair._replace(img1=first, img2=second)


def draw_shutter(light: np.random.Generator, config: ChairsConfig) -> float:
    """Draw how long the shutter is open; 0 for no time."""
    return light.uniform(*SHUTTER) if light.random() < config.shutter else 0.0


def paint(scenery: np.random.Generator, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Paint a background for frames of a size, or cut one out of a photograph."""
    canvas = canvas_of(size)
    if config.photographs and scenery.random() < config.photograph_share:
        return develop(scenery, photograph(scenery, canvas, config.photographs))
    return background(scenery, canvas)


def number_of_background(scenery: np.random.Generator, config: ChairsConfig) -> int:
    """Draw which background of the bank a pair has."""
    return int(scenery.integers(config.backgrounds))


@lru_cache(maxsize=KEPT)
def from_bank(seed: int, number: int, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Make a background of the bank from its number alone, or remember it; read only."""
    texture = paint(np.random.default_rng([VERSION, seed, number, 3]), size, config)
    texture.setflags(write=False)
    return texture
