"""Sprites and backgrounds of a seed by number: made when first asked for, and kept."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray
from tqdm import tqdm

from flowlab.chairs.config import VERSION, ChairsConfig
from flowlab.chairs.furniture import picture
from flowlab.chairs.scene import REFERENCE, edge_of, unit_of
from flowlab.chairs.shapes import draw
from flowlab.chairs.texture import background, develop, photograph

# Sizes fall into classes. Each has sprites of its own, drawn at its largest size: so a sprite is
# hardly enlarged, and not shrunk to less than 0.6.
CLASSES = (82.0, 136.0, 224.0, 372.0, 640.0)  # pixels of a 512 x 384 image
MEMORY = 1 << 30  # bytes of sprites that stay; 1,000 of them at 512 x 384 take about 0.4 GB


class SpriteKey(NamedTuple):
    """All that a sprite depends on."""

    seed: int  # of the data set; every seed has its own chairs
    shape: str  # "chair", or a name from ``shapes``
    size_class: int  # index into CLASSES
    number: int  # which one of its class
    pixels: int  # longer side of the picture
    thin: bool  # whether thin parts are allowed


def make_sprite(key: SpriteKey) -> UInt8[ndarray, "H W 4"]:
    """Make a sprite from its key alone: RGB times alpha, and alpha, both sides even; read only."""
    shape = int.from_bytes(key.shape.encode(), "little")
    rng = np.random.default_rng([VERSION, key.seed, shape, key.size_class, key.number])
    if key.shape == "chair":
        sprite = picture(rng, key.pixels, thin=key.thin)
    else:
        sprite = draw(rng, key.shape, key.pixels)
    # Even sides, so that a halved sprite lies exactly on the whole one.
    sprite = np.pad(sprite, ((0, sprite.shape[0] % 2), (0, sprite.shape[1] % 2), (0, 0)))
    sprite.setflags(write=False)
    return sprite


KEPT: dict[SpriteKey, ndarray] = {}  # the sprites in memory, those that were used last at the end


def kept_sprite(key: SpriteKey) -> UInt8[ndarray, "H W 4"]:
    """Make a sprite, or return it from memory, where the last ones stay, up to MEMORY bytes.

    Threads may call this at once: at worst two of them make the same sprite.
    """
    sprite = KEPT.pop(key, None)
    if sprite is None:
        sprite = make_sprite(key)
        for oldest in list(KEPT):
            if sprite.nbytes + sum(other.nbytes for other in list(KEPT.values())) <= MEMORY:
                break
            KEPT.pop(oldest, None)
    KEPT[key] = sprite
    return sprite


class SpriteStore:
    """All sprites and backgrounds of a seed by number, for frames of a size; each is made when it is asked for."""

    def __init__(self, seed: int, size: tuple[int, int], config: ChairsConfig):
        self.seed, self.size, self.config = seed, tuple(size), config
        self.each = max(config.bank // len(CLASSES), 1)  # sprites of each shape in a size class
        self.shapes = tuple(dict.fromkeys(config.shapes))
        self._shape = np.array([self.shapes.index(shape) for shape in config.shapes])
        longest = [max(int(np.ceil(longest * unit_of(self.size))), 8) for longest in CLASSES]
        self.pixels = np.array(longest)  # longer sides, by class

    def __len__(self) -> int:
        return len(self.shapes) * len(CLASSES) * self.each

    def find(
        self, shapes: Int[ndarray, " N"], sizes: Float[ndarray, " N"], numbers: Int[ndarray, " N"]
    ) -> tuple[Int[ndarray, " N"], Int[ndarray, " N"]]:
        """Find sprites and size classes by shape, longer side, and number within shape and class.

        Shapes are indices into ``config.shapes``, sizes pixels of a 512 x 384 image.
        """
        classes = np.minimum(np.searchsorted(CLASSES, sizes), len(CLASSES) - 1)
        return (self._shape[shapes] * len(CLASSES) + classes) * self.each + numbers, classes

    def key(self, sprite: int | np.integer) -> SpriteKey:
        """Return what a sprite depends on, by its number."""
        rest, number = divmod(int(sprite), self.each)
        shape, size_class = divmod(rest, len(CLASSES))
        pixels = int(self.pixels[size_class])
        return SpriteKey(self.seed, self.shapes[shape], size_class, number, pixels, self.config.thin_parts)

    def sprite(self, number: int | np.integer) -> UInt8[ndarray, "h w 4"]:
        """Return a sprite, RGB times alpha and alpha; read only."""
        return kept_sprite(self.key(number))

    def sides(self, sprites: Int[ndarray, " N"]) -> Int[ndarray, "N 2"]:
        """Return heights and widths of sprites."""
        return np.array([self.sprite(number).shape[:2] for number in sprites], int).reshape(-1, 2)

    def background(self, number: int) -> UInt8[ndarray, "h w 3"]:
        """Return a numbered background; read only."""
        return _kept_background(self.seed, number, self.size, self.config)


def paint_background(rng: np.random.Generator, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Paint a background for frames of a size, or cut it out of a photograph."""
    canvas = size[0] + 2 * edge_of(size), size[1] + 2 * edge_of(size)
    if config.photographs and rng.random() < config.photograph_share:
        return develop(rng, photograph(rng, canvas, config.photographs))
    return background(rng, canvas)


def make_background(seed: int, number: int, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Make a numbered background from its number alone; read only."""
    texture = paint_background(np.random.default_rng([VERSION, seed, number, 3]), size, config)
    texture.setflags(write=False)
    return texture


_kept_background = lru_cache(maxsize=64)(make_background)


def warm_up(
    seed: int, size: tuple[int, int] = REFERENCE, config: ChairsConfig | None = None, *, progress: bool = False
) -> None:
    """Make all sprites of a seed now, rather than one by one when pairs first ask for them.

    That takes about a minute at 512 x 384. It pays before a ``DataLoader`` forks its workers, which
    then share the sprites, and before something is timed. The arguments are those of ``make_pair``.
    """
    store = SpriteStore(seed, size, config or ChairsConfig())
    for number in tqdm(range(len(store)), unit="sprite", disable=not progress):
        store.sprite(number)
