"""All pictures of a seed in one piece of memory: sprites, each also halved and halved again, and backgrounds.

They are made once, by several processes where there are cores, and are then copied to the GPU as they lie here.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from jaxtyping import Int, UInt8
from numpy import ndarray
from tqdm import tqdm

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.pair import from_bank
from flowlab.chairs.processes import run_jobs
from flowlab.chairs.scene import SMALLEST, halved
from flowlab.chairs.sprites import BANK, Catalogue, make_sprite

BACKGROUNDS = 1000  # where the config paints one for each pair: about as many photographs as the paper's data has


class Atlas:
    """The pictures of a seed, and where each lies.

    Args:
        seed: Seed of the pairs.
        size: Height and width of the frames.
        config: What is in a pair. Where ``backgrounds`` is 0 there are BACKGROUNDS of them.
        workers: Processes that make the pictures; 0 makes them here.
        progress: Show a bar.

    Attributes:
        config: The same, with its number of backgrounds.
        catalogue: The sprites by number.
        sides: Height and width of each sprite, whole, halved, halved again ...; 0 where there is nothing left to halve.
        offsets: Where they begin in ``sprites``, in pixels.
        sprites: Red, green and blue times alpha, and alpha, in four bytes of one number.
        backgrounds: The same, for each one.

    Raises:
        ValueError: If the config asks for what a GPU does not make; the message names it.

    Example:
        >>> atlas = Atlas(0, (48, 64), ChairsConfig(bank=5, shapes=("box",), backgrounds=2))
        >>> atlas.backgrounds.shape, atlas.sides[0][:3].tolist()
        ((2, 58, 74), [[12, 8], [6, 4], [3, 2]])
    """

    def __init__(
        self, seed: int, size: tuple[int, int], config: ChairsConfig, *, workers: int = 0, progress: bool = False
    ):
        check(config)
        self.seed, self.size = seed, tuple(size)
        self.config = config if config.backgrounds else replace(config, backgrounds=BACKGROUNDS)
        self.catalogue = Catalogue(seed, size, config)
        jobs = [("sprite", n) for n in range(len(self.catalogue))]
        jobs += [("background", n) for n in range(self.config.backgrounds)]
        made = _make_all(seed, self.size, self.config, jobs, workers, progress)
        levels = [mips(sprite) for sprite in made[: len(self.catalogue)]]
        self.backgrounds = np.stack([as_numbers(with_alpha(b)) for b in made[len(self.catalogue) :]])
        self.sides = np.zeros((len(levels), max(map(len, levels)), 2), np.int64)
        self.offsets = np.zeros(self.sides.shape[:2], np.int64)
        parts, end = [], 0
        for n, pictures in enumerate(levels):
            for level, picture in enumerate(pictures):
                self.sides[n, level], self.offsets[n, level] = picture.shape[:2], end
                parts.append(as_numbers(picture).ravel())
                end += parts[-1].size
        self.sprites = np.concatenate(parts)

    def sides_of(self, numbers: Int[ndarray, " N"]) -> Int[ndarray, "N 2"]:
        """Say how large sprites are, height and width."""
        return self.sides[numbers, 0]

    def sprite(self, number: int | np.integer) -> UInt8[ndarray, "h w 4"]:
        """Give a sprite as a picture."""
        h, w = self.sides[number, 0]
        first = self.offsets[number, 0]
        return self.sprites[first : first + h * w].view(np.uint8).reshape(h, w, 4)

    def __getstate__(self) -> dict:
        """Leave the pictures behind where another process only places them: but shadows are made of sprites."""
        left = {"backgrounds": None} if self.config.shadows else {"backgrounds": None, "sprites": None}
        return self.__dict__ | left


def check(config: ChairsConfig) -> None:
    """Refuse what chairs.cu does not do.

    Raises:
        ValueError: With the name of it.

    Example:
        >>> check(ChairsConfig(shadows=0.5, shutter=0.5))
    """
    if config.camera is not None:
        raise ValueError(
            "chairs.camera (haze, focus, exposure, noise and compression) is made on the CPU only: make the pairs "
            "there, or give camera=None and let the augmentation change light and add noise on the GPU"
        )


def mips(sprite: UInt8[ndarray, "h w 4"]) -> list[UInt8[ndarray, "h2 w2 4"]]:
    """Give a sprite, its half, the half of that ..., as far as the CPU's compositor may halve it."""
    pictures = [sprite]
    while min(pictures[-1].shape[:2]) >= SMALLEST:
        pictures.append(halved(pictures[-1]))
    return pictures


def with_alpha(picture: UInt8[ndarray, "h w 3"]) -> UInt8[ndarray, "h w 4"]:
    """Fill pixels up to four bytes, which a GPU reads at once."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2RGBA)


def as_numbers(picture: UInt8[ndarray, "h w 4"]) -> ndarray:
    """See each pixel as one number of 32 bits, (h, w)."""
    return np.ascontiguousarray(picture).view(np.int32)[..., 0]


def _make(seed: int, size: tuple[int, int], config: ChairsConfig, job: tuple[str, int]) -> UInt8[ndarray, "h w c"]:
    kind, number = job
    if kind == "sprite":
        return make_sprite(Catalogue(seed, size, config).key(number))
    return from_bank.__wrapped__(seed, number, size, config)  # not to be remembered twice


def _make_here(seed: int, size: tuple[int, int], config: ChairsConfig, job: tuple[str, int]) -> UInt8[ndarray, "h w c"]:
    kind, number = job
    if kind == "sprite":  # from the bank: the CPU's generator may have it, or ask for it next
        return BANK.get(Catalogue(seed, size, config).key(number))
    return _make(seed, size, config, job)


def _make_all(seed: int, size, config: ChairsConfig, jobs: list[tuple[str, int]], workers: int, progress: bool) -> list:
    """Make pictures here, or in other processes, in order."""
    make = _make if workers > 1 else _make_here
    made = run_jobs(make, [(seed, size, config, job) for job in jobs], workers)
    return list(tqdm(made, total=len(jobs), unit="picture", disable=not progress))
