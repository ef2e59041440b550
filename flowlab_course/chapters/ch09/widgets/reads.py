"""Which places of the two maps, and of shared memory, a thread of a block reads, and which its whole block reads."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import cv2
import ipywidgets
import numpy as np

from flowlab_course.chapters.ch09.lab import SHARED, recorded
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

SHAPE = (4, 8, 60)  # C, H, W of the maps that chapter 09 records
KERNELS = {"first: a thread for each number": "first", "tiled: a row of b shared": "tiled", "correlation.cu": "corr"}
CELL = 9  # px of one place
PAPER, BLOCK, MINE, LINE = (240, 240, 240), (140, 180, 220), (196, 78, 0), (255, 255, 255)


@dataclass(frozen=True)
class Reads:
    """What was read.

    Attributes:
        by_block: Name of a memory to how often the block read each place, (H, W); channels are summed.
        by_thread: The same for one thread.
        thread: Its number.
        kernel: The kernel's name.
    """

    by_block: dict[str, np.ndarray]
    by_thread: dict[str, np.ndarray]
    thread: int
    kernel: str


def compute(kernel: str, thread: int) -> Reads:
    """Sum the recorded reads of the kernel's block, and those of one of its threads."""
    accesses = recorded(KERNELS[kernel]).accesses
    reads = accesses[accesses["writes"] == 0]
    mine = reads[reads["thread"] == thread]
    sides = []
    for chosen in (reads, mine):
        seen = {name: _times(chosen, array, prod(SHAPE)).reshape(SHAPE).sum(0) for array, name in enumerate("ab")}
        if (words := _shared_words(accesses)) > 0:
            rows = -(-words // SHAPE[2])
            seen["shared memory"] = _times(chosen, SHARED, rows * SHAPE[2]).reshape(rows, SHAPE[2])
        sides.append(seen)
    return Reads(*sides, thread, kernel.partition(":")[0])


def _times(accesses: np.ndarray, array: int, elements: int) -> np.ndarray:
    chosen, times = accesses[accesses["array"] == array], np.zeros(elements, int)
    for k in range(int(chosen["bytes"].max(initial=0)) // 4):
        np.add.at(times, chosen["offset"][chosen["bytes"] > 4 * k] // 4 + k, 1)
    return times


def _shared_words(accesses: np.ndarray) -> int:
    shared = accesses[accesses["array"] == SHARED]
    return int((shared["offset"] + shared["bytes"]).max(initial=0)) // 4


def draw(r: Reads) -> Picture:
    """Draw each memory as a field of cells: grey unread, blue read by the block, orange where the thread reads."""
    parts = [canvas.titled(_cells(r.by_block[name], r.by_thread[name]), name) for name in r.by_block]
    width = max(part.shape[1] for part in parts)
    rgb = np.concatenate([np.pad(p, ((0, 6), (0, width - p.shape[1]), (0, 0)), constant_values=255) for p in parts])

    def total(seen: dict[str, np.ndarray]) -> tuple[int, int]:
        return int(seen["a"].sum() + seen["b"].sum()), int(seen.get("shared memory", np.zeros(1)).sum())

    (block_global, block_shared), (own_global, own_shared) = total(r.by_block), total(r.by_thread)
    text = (
        f"Thread {r.thread} reads {own_global} numbers from global memory and {own_shared} from shared memory; "
        f"its block reads {block_global} and {block_shared}."
    )
    alt = f"The maps a and b as rows of cells, with those that one block of {r.kernel} reads in blue. {text}"
    return Picture(rgb, alt, text)


def _cells(by_block: np.ndarray, by_thread: np.ndarray) -> np.ndarray:
    H, W = by_block.shape
    rgb = np.full((H * CELL + 1, W * CELL + 1, 3), LINE, np.uint8)
    for y, x in np.ndindex(H, W):
        top, left = y * CELL + 1, x * CELL + 1
        rgb[top : top + CELL - 1, left : left + CELL - 1] = BLOCK if by_block[y, x] else PAPER
        if by_thread[y, x]:
            cv2.rectangle(rgb, (left + 1, top + 1), (left + CELL - 3, top + CELL - 3), MINE, -1)
    return rgb


def who_reads_what() -> Explorer:
    """Return the widget: a kernel, and a thread of one of its blocks."""
    names = list(KERNELS)
    controls = {
        "kernel": ipywidgets.Dropdown(options=names, description="Kernel"),
        "thread": ipywidgets.IntSlider(value=5, min=0, max=31, description="Thread"),
    }
    film = [(name, {"kernel": name, "thread": 5}) for name in names]
    return Explorer(compute, draw, controls, title="Who reads what", film=film)
