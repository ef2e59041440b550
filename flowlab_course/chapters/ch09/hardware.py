"""What the hardware makes of a kernel: the sectors and banks of a warp's reads, and CuPy's call on any machine."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from flowlab_course.chapters.ch09 import lab

WARP, BANKS, SECTOR, NUMBER = 32, 32, 32, 4  # threads, banks of shared memory; bytes of a sector and of a number


class RawKernel:
    """The two calls of `cupy.RawKernel` that the chapter makes, on this CPU, with every access watched.

    Args:
        code: CUDA C++.
        name: The kernel's name.
    """

    def __init__(self, code: str, name: str) -> None:
        self.code, self.name = code, name

    def __call__(self, grid: tuple[int, ...], block: tuple[int, ...], args: tuple[Any, ...]) -> None:
        """Run the kernel; NumPy arrays among the arguments are changed in place."""
        lab.traced(lab.watched(self.code, self.name), self.name, grid, block, args)


def cupy_here() -> Any:
    """Return CuPy where there is a GPU; elsewhere the names of it that chapter 09 uses, on NumPy and the CPU."""
    from flowlab_course.page.profile import profile

    if profile().name == "gpu":
        import cupy

        return cupy
    return SimpleNamespace(
        RawKernel=RawKernel, arange=np.arange, zeros=np.zeros, float32=np.float32, int32=np.int32, asnumpy=np.asarray
    )


def sectors(run: lab.Run, array: int) -> int:
    """Count the sectors of 32 bytes that one read of a warp takes from an array, at its most."""
    return max(len(set(offsets // SECTOR)) for offsets in _reads_of_warps(run.accesses, array))


def bank_passes(run: lab.Run) -> int:
    """Count in how many passes shared memory serves one read of a warp, at its most: the places in its fullest bank."""
    places = (np.unique(offsets // NUMBER) for offsets in _reads_of_warps(run.accesses, lab.SHARED))
    return max(int(np.bincount(place % BANKS).max()) for place in places)


def _reads_of_warps(accesses: np.ndarray, array: int) -> list[np.ndarray]:
    """Return the offsets of each read that the threads of a warp make together: the n-th of each thread."""
    reads = accesses[(accesses["array"] == array) & (accesses["writes"] == 0)]
    seen: dict[int, int] = {}
    together: dict[tuple[int, int], list[int]] = {}
    for thread, offset in zip(reads["thread"].tolist(), reads["offset"].tolist(), strict=True):
        seen[thread] = seen.get(thread, -1) + 1
        together.setdefault((thread // WARP, seen[thread]), []).append(offset)
    return [np.array(offsets) for offsets in together.values()]


def excerpt(begin: str, lines: int) -> str:
    """Return some lines of the package's correlation.cu, from the first that holds `begin` on.

    Raises:
        ValueError: If no line holds it.

    Example:
        >>> excerpt("constexpr int ROWS", 1)
        'constexpr int ROWS = 6;            // forward: rows of a, times'
    """
    from flowlab.kernels.launch import source

    text = source("correlation.cu").splitlines()
    first = next((number for number, line in enumerate(text) if begin in line), None)
    if first is None:
        raise ValueError(f"correlation.cu has no line with {begin!r}")
    chosen = text[first : first + lines]
    indent = len(chosen[0]) - len(chosen[0].lstrip())
    return "\n".join(line if line.startswith("#") else line[indent:] for line in chosen)
