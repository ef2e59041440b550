"""The bank of sprites: pictures of chairs and simple shapes, made when first asked for and kept."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy import ndarray
from tqdm import tqdm

from flowlab.chairs._number import Number
from flowlab.chairs.config import REFERENCE, VERSION, ChairsConfig, unit_of
from flowlab.chairs.furniture import picture
from flowlab.chairs.shapes import draw

# Sizes fall into classes, each with sprites of its own, drawn at the largest size of the class: so a
# sprite is never enlarged by much, nor shrunk to less than 0.6.
CLASSES = (82.0, 136.0, 224.0, 372.0, 640.0)  # pixels of a 512 x 384 image
MEMORY = 1 << 30  # bytes; the bank of 1,000 at 512 x 384 takes about 0.4 GB


@dataclass(frozen=True)
class SpriteKey:
    """What is on a picture.

    Attributes:
        seed: Seed of the data set; every seed has its own chairs.
        shape: "chair", or a name from ``shapes``.
        size_class: Index into CLASSES.
        number: Which one of its class.
        pixels: Longer side of the picture.
        thin: Whether thin parts are allowed.
    """

    seed: int
    shape: str
    size_class: int
    number: int
    pixels: int
    thin: bool


class SpriteBank:
    """Keep the sprites that were used last, up to some amount of memory. Threads may share it.

    Args:
        memory: Bytes.

    Example:
        >>> bank = SpriteBank(1 << 20)
        >>> key = SpriteKey(0, "box", 0, 0, 40, True)
        >>> bank.get(key) is bank.get(key)
        True
    """

    def __init__(self, memory: int = MEMORY):
        self.memory = memory
        self.used = 0
        self._kept: OrderedDict[SpriteKey, ndarray] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: SpriteKey) -> UInt8[ndarray, "H W 4"]:
        """Give a sprite, RGB times alpha and alpha, both sides even; read only."""
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
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self.used = 0


BANK = SpriteBank()  # one for the process
if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=BANK.renew_lock)


def sprite_key(seed: int, size: Number, shape: str, number: int, unit: Number, thin: bool) -> SpriteKey:
    """Name the sprite that shows something at a size.

    Args:
        seed: Seed of the data set.
        size: Longer side, pixels of a 512 x 384 image.
        shape: "chair", or a name from ``shapes``.
        number: Which one of its size class.
        unit: Pixels for each pixel of a 512 x 384 image.
        thin: Whether thin parts are allowed.

    Returns:
        The key.

    Example:
        >>> sprite_key(0, 100, "chair", 7, 0.5, True).pixels
        68
    """
    size_class = min(int(np.searchsorted(CLASSES, size)), len(CLASSES) - 1)
    return SpriteKey(seed, shape, size_class, number, _pixels(CLASSES[size_class], unit), thin)


def _pixels(longest: float, unit: Number) -> int:
    return max(int(np.ceil(longest * unit)), 8)


def per_class(config: ChairsConfig) -> int:
    """Say how many sprites of each shape a size class has."""
    return max(config.bank // len(CLASSES), 1)


class Catalogue:
    """All sprites that the pairs of a seed may show, numbered through.

    Args:
        seed: Seed of the pairs.
        size: Height and width of the frames.
        config: What is in a pair.

    Example:
        >>> catalogue = Catalogue(0, (48, 64), ChairsConfig(bank=10, shapes=("box", "comb", "box")))
        >>> len(catalogue), catalogue.key(12).shape, catalogue.key(12).size_class, catalogue.key(12).number
        (20, 'comb', 1, 0)
    """

    def __init__(self, seed: int, size: tuple[int, int], config: ChairsConfig):
        self.seed, self.thin, self.each = seed, config.thin_parts, per_class(config)
        self.shapes = tuple(dict.fromkeys(config.shapes))
        self._shape = np.array([self.shapes.index(shape) for shape in config.shapes])
        self.pixels = np.array([_pixels(longest, unit_of(size)) for longest in CLASSES])  # longer sides, by class

    def __len__(self) -> int:
        return len(self.shapes) * len(CLASSES) * self.each

    def find(
        self, shapes: Int[ndarray, " N"], sizes: Float[ndarray, " N"], numbers: Int[ndarray, " N"]
    ) -> tuple[Int[ndarray, " N"], Int[ndarray, " N"]]:
        """Number the sprites that show something at a size.

        Args:
            shapes: Places in ``config.shapes``.
            sizes: Longer sides, pixels of a 512 x 384 image.
            numbers: Which one of its shape and class.

        Returns:
            The sprites, and their size classes.
        """
        classes = np.minimum(np.searchsorted(CLASSES, sizes), len(CLASSES) - 1)
        return (self._shape[shapes] * len(CLASSES) + classes) * self.each + numbers, classes

    def key(self, sprite: int) -> SpriteKey:
        """Name a sprite by its number."""
        rest, number = divmod(int(sprite), self.each)
        shape, size_class = divmod(rest, len(CLASSES))
        return SpriteKey(self.seed, self.shapes[shape], size_class, number, int(self.pixels[size_class]), self.thin)


def warm_up(
    seed: int, size: tuple[int, int] = REFERENCE, config: ChairsConfig | None = None, *, progress: bool = False
) -> None:
    """Make all sprites of a seed now, rather than one by one when pairs first ask for them.

    That is some minute's work at 512 x 384. Worth it before a ``DataLoader`` forks its workers, which then share
    them, and before something is timed.

    Args:
        seed: Seed of the pairs.
        size: Height and width of the frames.
        config: What is in a pair; by default Flying Chairs.
        progress: Show a bar.

    Example:
        >>> warm_up(0, (48, 64), ChairsConfig(bank=5, shapes=("box",)))
    """
    config = config or ChairsConfig()
    unit = unit_of(size)
    every = [(shape, longest, n) for shape in config.shapes for longest in CLASSES for n in range(per_class(config))]
    for shape, longest, number in tqdm(every, unit="sprite", disable=not progress):
        BANK.get(sprite_key(seed, longest, shape, number, unit, config.thin_parts))


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
