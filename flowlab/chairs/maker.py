"""A process that makes pairs for this one: it has an interpreter of its own, so nobody waits for its lock."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import weakref
from contextlib import suppress
from typing import BinaryIO, NamedTuple

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.pair import make_pair

MADE, FAILED = b"\1", b"\0"
# How far behind the training it stands in the queue for a core. Without it, a training whose threads take all cores
# loses three quarters of its speed: where one thread gives way, the others wait for it (bench/chairs_pool.py).
PATIENCE = 10


class Shown(NamedTuple):
    """What a training needs of a pair: a good half of the bytes."""

    img1: UInt8[ndarray, "H W 3"]
    img2: UInt8[ndarray, "H W 3"]
    flow: Float[ndarray, "H W 2"]


class Maker:
    """Make pairs in another process, which starts with the first one and ends with this object.

    It is a program of its own rather than a child of ``multiprocessing``: so it needs no guard around the user's
    script, inherits nothing, and works in notebooks. It takes some seconds to start.

    Args:
        seed: Seed of the pairs.
        size: Height and width.
        config: What is in a pair.

    Example:
        >>> maker = Maker(0, (24, 32), ChairsConfig(bank=5))
        >>> bool((maker(3).flow == make_pair(0, 3, (24, 32), ChairsConfig(bank=5)).flow).all())
        True
        >>> maker.end()
    """

    def __init__(self, seed: int, size: tuple[int, int], config: ChairsConfig):
        self.job = seed, tuple(size), config
        self._process: subprocess.Popen | None = None
        self._told: list[bool] = []  # something in it says that the process was told to end
        self.end = lambda: None

    def __call__(self, index: int) -> Shown:
        """Make a pair.

        Raises:
            RuntimeError: If the pair cannot be made; ``make_pair`` says why.
            InterruptedError: If it was told to end.
            OSError: If the process cannot start, or has ended by itself.
        """
        process = self._running()
        process.stdin.write(b"%d\n" % index)
        process.stdin.flush()
        said = process.stdout.read(1)
        if said == FAILED:
            raise RuntimeError(f"pair {index} could not be made")
        (H, W), kinds = self.job[1], ((3, np.uint8), (3, np.uint8), (2, np.float32))
        parts = [np.empty((H, W, channels), dtype) for channels, dtype in kinds]
        if said != MADE or any(process.stdout.readinto(memoryview(p).cast("B")) != p.nbytes for p in parts):
            if self._told:
                raise InterruptedError("the process that makes pairs was told to end")
            raise BrokenPipeError(f"the process that makes pairs has ended with code {process.wait()}")
        return Shown(*parts)

    def _running(self) -> subprocess.Popen:
        if self._process is None:
            path = os.pathsep.join(part for part in sys.path if part)
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from flowlab.chairs.maker import serve; serve()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1"},
                start_new_session=True,  # Ctrl-C is for the training; this one ends when its input does
            )
            self.end = weakref.finalize(self, _end, self._process, os.getpid(), self._told)
            pickle.dump(self.job, self._process.stdin)
        return self._process


def _end(process: subprocess.Popen, owner: int, told: list[bool]) -> None:
    """Stop the process, unless this is a fork that only has a copy of its handle."""
    if os.getpid() != owner:
        return
    told.append(True)
    process.kill()  # it holds nothing that could be lost
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with suppress(OSError):  # what was still to be written has no reader
            pipe.close()


def serve() -> None:
    """Be the other process: read numbers of pairs, write pairs, end when the input does."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever prints must not come in between
    cv2.setNumThreads(1)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(PATIENCE)
    answer(sys.stdin.buffer, out)


def answer(numbers: BinaryIO, out: BinaryIO) -> None:
    """Answer each number with a pair, or with FAILED."""
    seed, size, config = pickle.load(numbers)
    for line in numbers:
        try:
            pair = make_pair(seed, int(line), size, config)
        except Exception:  # noqa: BLE001  who asks for the pair makes it again and meets the error there
            out.write(FAILED)
        else:
            for part in (MADE, *(np.ascontiguousarray(a) for a in (pair.img1, pair.img2, pair.flow))):
                out.write(part)
        out.flush()
