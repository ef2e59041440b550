"""Counts what a traced kernel asks of a GPU's memories: warp by warp, in the units in which they deliver.

    trace = program.run("scale", grid=(2,), block=(32,), args=(x, out, 64), record="all")
    count(trace)[0, False].units       # 32-byte sectors that reads of array 0 ask for

A GPU's 32 neighbouring threads, a warp, take an instruction together. Global memory then delivers every SECTOR of 32
bytes that one of them touches. Shared memory has 32 banks, of 4 bytes each, and gives one word of each bank to
whoever wants it in a WAVEFRONT: two words of one bank take two. Of 16 bytes a thread, 8 threads are served at a time,
of 8 bytes, 16. (CUDA C++ Programming Guide, "Device Memory Accesses" and "Shared Memory".) A bound of the time that
is made of these counts is a lower one: no cache, no wait and no index arithmetic is in it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flowlab_course.cuda_on_cpu.trace import SHARED, Trace

WARP, SECTOR, BANKS, WORD, WIDEST = 32, 32, 32, 4, 16  # threads; bytes; banks; bytes of a bank; bytes a thread at once


class Asked(NamedTuple):
    """What one kind of access asks for.

    Attributes:
        instructions: Of warps.
        bytes: That their threads take or give.
        units: Sectors of global memory, or wavefronts of shared memory.
    """

    instructions: int = 0
    bytes: int = 0
    units: int = 0


Traffic = dict[tuple[int, bool], Asked]  # by array, or SHARED, and whether it is written


def count(trace: Trace) -> Traffic:
    """Count what the recorded blocks of a trace ask for.

    Args:
        trace: Of the build "as written", with blocks recorded.

    Returns:
        By (array, writes), the arrays as the trace numbers them.
    """
    accesses, instruction = _in_pieces(trace.accesses, instructions(trace))
    kinds = {(int(array), bool(writes)) for array, writes in np.unique(accesses[["array", "writes"]]).tolist()}
    asked = {}
    for array, writes in sorted(kinds):
        mine = (accesses["array"] == array) & (accesses["writes"] == writes)
        units = _wavefronts if array == SHARED else _sectors
        some, numbers = accesses[mine], instruction[mine]
        asked[array, writes] = Asked(len(np.unique(numbers)), int(some["bytes"].sum()), units(some, numbers))
    return asked


def instructions(trace: Trace) -> np.ndarray:
    """Number the warps' instructions: accesses of one number are made together.

    Threads of a warp that came different ways are put together as a GPU does it: those deepest in calls go first,
    then those whose code stands first, and whoever is further waits. (A thread that leaves out a whole round of a loop
    is put with the others' next round.)

    Returns:
        For each access a number, the same for all threads of a warp that make it in one instruction.
    """
    accesses, places = trace.accesses, trace.places
    numbers = np.empty(len(accesses), np.int64)
    lane, warp = accesses["thread"] % WARP, accesses["thread"] // WARP
    stretch = np.lexsort((lane, accesses["interval"], warp, places["block"]))  # keeps each thread's own order
    keys = np.stack([places["block"], warp, accesses["interval"]], 1)[stretch]
    first, begin = 0, 0
    for end in [*(np.flatnonzero((keys[1:] != keys[:-1]).any(1)) + 1), len(keys)] if len(keys) else ():
        chosen = stretch[begin:end]
        numbers[chosen] = first + _together(lane[chosen], places["depth"][chosen], places["code"][chosen])
        first, begin = numbers[chosen].max() + 1, end
    return numbers


def _together(lane: np.ndarray, depth: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Number the instructions of one warp between two barriers; accesses come lane by lane."""
    cuts = np.flatnonzero(np.diff(lane)) + 1
    begins, ends = np.array([0, *cuts]), np.array([*cuts, len(lane)])
    order = np.stack([-depth.astype(np.int64), code.astype(np.int64)], 1)  # who goes first
    lengths = ends - begins
    if (lengths == lengths[0]).all() and (order.reshape(len(begins), -1, 2) == order[: lengths[0]]).all():
        return np.tile(np.arange(lengths[0]), len(begins))  # nobody went another way
    ranks = np.unique(order, axis=0, return_inverse=True)[1].reshape(-1)
    numbers, at, number = np.empty(len(lane), np.int64), begins.copy(), 0
    while (at < ends).any():
        waiting = np.where(at < ends, ranks[np.minimum(at, len(ranks) - 1)], ranks.max() + 1)
        go = waiting == waiting.min()
        numbers[at[go]] = number
        at, number = at + go, number + 1
    return numbers


def _in_pieces(accesses: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Cut accesses of more than 16 bytes, which take several instructions."""
    times = np.maximum(1, -(-accesses["bytes"] // WIDEST))
    if (times == 1).all():
        return accesses, numbers
    piece = np.concatenate([np.arange(n) for n in times])
    cut, most = np.repeat(accesses, times), times.max()
    cut["offset"] += WIDEST * piece
    cut["bytes"] = np.minimum(WIDEST, cut["bytes"] - WIDEST * piece)
    return cut, np.repeat(numbers, times) * most + piece


def _spread(accesses: np.ndarray, unit: int, *columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """Repeat each access for each unit of memory that it touches; return the units' numbers, then the columns'."""
    first, last = accesses["offset"] // unit, (accesses["offset"] + accesses["bytes"] - 1) // unit
    widths = last - first + 1
    steps = np.arange(widths.sum()) - np.repeat(np.cumsum(widths) - widths, widths)
    return np.repeat(first, widths) + steps, *(np.repeat(column, widths) for column in columns)


def _sectors(accesses: np.ndarray, numbers: np.ndarray) -> int:
    sector, number = _spread(accesses, SECTOR, numbers)
    return len(np.unique(number * (sector.max() + 1) + sector))


def _wavefronts(accesses: np.ndarray, numbers: np.ndarray) -> int:
    served = WARP * WORD // np.clip(accesses["bytes"], WORD, WIDEST)  # threads at a time
    phase = numbers * BANKS + accesses["thread"] % WARP // served
    word, phase = _spread(accesses, WORD, phase)
    different = np.unique(phase * (word.max() + 1) + word)  # whoever wants the same word gets it at once
    phase, bank = different // (word.max() + 1), different % (word.max() + 1) % BANKS
    in_bank, words = np.unique(phase * BANKS + bank, return_counts=True)
    phases, where = np.unique(in_bank // BANKS, return_inverse=True)
    most = np.zeros(len(phases), np.int64)
    np.maximum.at(most, where, words)
    return int(most.sum())
