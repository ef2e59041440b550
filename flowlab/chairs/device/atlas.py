"""All pictures of a seed in one piece of memory: sprites, each also halved and halved again, and backgrounds.

They are made once, by several processes where there are cores, and are then copied to the GPU as they lie here.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
from jaxtyping import Int, UInt8
from numpy import ndarray
from tqdm import tqdm

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.pair import from_bank
from flowlab.chairs.scene import SMALLEST, halved
from flowlab.chairs.sprites import BANK, Catalogue, make_sprite

BACKGROUNDS = 1000  # where the config paints one for each pair: about as many photographs as the paper's data has
PIECE = 20  # pictures that a process makes at a time


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


def _make_all(seed: int, size, config: ChairsConfig, jobs: list[tuple[str, int]], workers: int, progress: bool) -> list:
    """Make pictures here, or in other processes, in order."""
    with tqdm(total=len(jobs), unit="picture", disable=not progress) as bar:
        if workers < 2:
            made, catalogue = [], Catalogue(seed, size, config)
            for job in jobs:
                kind, number = job  # sprites from the bank: the CPU's generator may have them, or want them next
                made.append(BANK.get(catalogue.key(number)) if kind == "sprite" else _make(seed, size, config, job))
                bar.update()
            return made
        pieces = [jobs[n : n + PIECE] for n in range(0, len(jobs), PIECE)]
        with ThreadPoolExecutor(workers) as threads:
            shares = [pieces[w::workers] for w in range(workers)]
            done = list(threads.map(lambda share: _elsewhere((seed, size, config), share, bar), shares))
    return [picture for n in range(len(pieces)) for picture in done[n % workers][n // workers]]


def _elsewhere(world: tuple, pieces: list[list], bar: tqdm) -> list[list[ndarray]]:
    """Have pieces made by a program of its own: it needs no guard around the user's script, and forks no GPU."""
    path = os.pathsep.join(part for part in sys.path if part)
    process = subprocess.Popen(
        [sys.executable, "-c", "from flowlab.chairs.device.atlas import serve; serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
    )
    try:
        pickle.dump((world, pieces), process.stdin)
        process.stdin.close()
        made = []
        for piece in pieces:
            made.append(pickle.load(process.stdout))
            bar.update(len(piece))
        return made
    except EOFError:
        raise RuntimeError(f"a process that makes sprites and backgrounds ended with {process.wait()}") from None
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def serve() -> None:
    """Be the other process: read what is wanted, write the pictures."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints must not come in between
    cv2.setNumThreads(1)
    world, pieces = pickle.load(sys.stdin.buffer)
    for piece in pieces:
        pickle.dump([_make(*world, job) for job in piece], out, protocol=5)
        out.flush()
