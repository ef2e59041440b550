"""Sprites and backgrounds of a seed by number: made when first asked for, and kept."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
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

# Sizes fall into classes, each with sprites of its own, drawn at the largest size of the class: so a
# sprite is never enlarged by much, nor shrunk to less than 0.6.
CLASSES = (82.0, 136.0, 224.0, 372.0, 640.0)  # pixels of a 512 x 384 image
MEMORY = 1 << 30  # bytes; the bank of 1,000 at 512 x 384 takes about 0.4 GB
KEPT = 64  # numbered backgrounds that stay in memory


class SpriteKey(NamedTuple):
    """All that a sprite depends on."""

    seed: int  # of the data set; every seed has its own chairs
    shape: str  # "chair", or a name from ``shapes``
    size_class: int  # index into CLASSES
    number: int  # which one of its class
    pixels: int  # longer side of the picture
    thin: bool  # whether thin parts are allowed


def make_sprite(key: SpriteKey) -> UInt8[ndarray, "H W 4"]:
    """Make a sprite from its key alone, so that it is the same in every process.

    Example:
        >>> make_sprite(SpriteKey(0, "ellipse", 1, 5, 64, True)).shape[2]
        4
    """
    shape = sum(ord(c) << (8 * n) for n, c in enumerate(key.shape))
    rng = np.random.default_rng([VERSION, key.seed, shape, key.size_class, key.number])
    if key.shape == "chair":
        sprite = picture(rng, key.pixels, thin=key.thin)
    else:
        sprite = draw(rng, key.shape, key.pixels)
    # Even sides, so that a halved sprite lies exactly on the whole one.
    sprite = np.pad(sprite, ((0, sprite.shape[0] % 2), (0, sprite.shape[1] % 2), (0, 0)))
    sprite.setflags(write=False)
    return sprite


class SpriteCache:
    """Keep the sprites that were used last, up to some amount of memory. Threads may share it.

    Args:
        memory: Bytes.

    Example:
        >>> cache = SpriteCache(1 << 20)
        >>> key = SpriteKey(0, "box", 0, 0, 40, True)
        >>> cache.get(key) is cache.get(key)
        True
    """

    def __init__(self, memory: int = MEMORY):
        self.memory = memory
        self.used = 0
        self._kept: OrderedDict[SpriteKey, ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: SpriteKey) -> UInt8[ndarray, "H W 4"]:
        """Return a sprite, RGB times alpha and alpha, both sides even; read only."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        sprite = make_sprite(key)  # outside the lock: it takes tens of milliseconds
        with self._lock:
            if key not in self._kept:
                self._kept[key] = sprite
                self.used += sprite.nbytes
            while self.used > self.memory and len(self._kept) > 1:
                self.used -= self._kept.popitem(last=False)[1].nbytes
            return self._kept.get(key, sprite)

    def __len__(self) -> int:
        return len(self._kept)

    def renew_lock(self) -> None:
        """Take a new lock, after a fork in the middle of another thread's work."""
        self._lock = threading.Lock()

    def clear(self) -> None:
        """Forget all sprites."""
        with self._lock:
            self._kept.clear()
            self.used = 0


CACHE = SpriteCache()  # one for the process
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=CACHE.renew_lock)


class SpriteStore:
    """All pictures that the pairs of a seed may show, numbered through; this one makes each when it is asked for.

    Args:
        seed: Seed of the pairs.
        size: Height and width of the frames.
        config: What is in a pair.

    Example:
        >>> store = SpriteStore(0, (48, 64), ChairsConfig(bank=10, shapes=("box", "comb", "box")))
        >>> len(store), store.key(12).shape, store.key(12).size_class, store.key(12).number
        (20, 'comb', 1, 0)
        >>> store.sides(np.array([12])).max(), store.key(12).pixels
        (np.int64(18), 17)
    """

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
        """Number the sprites that show something at a size.

        Args:
            shapes: Indices into ``config.shapes``.
            sizes: Longer sides, pixels of a 512 x 384 image.
            numbers: Which one of its shape and class.

        Returns:
            The sprites, and their size classes.
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
        return CACHE.get(self.key(number))

    def sides(self, sprites: Int[ndarray, " N"]) -> Int[ndarray, "N 2"]:
        """Return heights and widths of sprites."""
        return np.array([self.sprite(number).shape[:2] for number in sprites], int).reshape(-1, 2)

    def background(self, number: int) -> UInt8[ndarray, "h w 3"]:
        """Return a numbered background; read only."""
        return _background(self.seed, number, self.size, self.config)


def paint_background(rng: np.random.Generator, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Paint the background for frames of a size, or cut it out of a photograph, as the config says."""
    canvas = size[0] + 2 * edge_of(size), size[1] + 2 * edge_of(size)
    if config.photographs and rng.random() < config.photograph_share:
        return develop(rng, photograph(rng, canvas, config.photographs))
    return background(rng, canvas)


def make_background(seed: int, number: int, size: tuple[int, int], config: ChairsConfig) -> UInt8[ndarray, "h w 3"]:
    """Make a numbered background from its number alone; read only."""
    texture = paint_background(np.random.default_rng([VERSION, seed, number, 3]), size, config)
    texture.setflags(write=False)
    return texture


_background = lru_cache(maxsize=KEPT)(make_background)


def warm_up(
    seed: int, size: tuple[int, int] = REFERENCE, config: ChairsConfig | None = None, *, progress: bool = False
) -> None:
    """Make all sprites of a seed now, rather than one by one when pairs first ask for them.

    That takes about a minute at 512 x 384. It pays before a ``DataLoader`` forks its workers, which then share the
    sprites, and before something is timed.

    Args:
        seed: Seed of the pairs.
        size: Height and width of the frames.
        config: What is in a pair; by default Flying Chairs.
        progress: Show a bar.

    Example:
        >>> warm_up(0, (48, 64), ChairsConfig(bank=5, shapes=("box",)))
    """
    store = SpriteStore(seed, size, config or ChairsConfig())
    for number in tqdm(range(len(store)), unit="sprite", disable=not progress):
        store.sprite(number)
