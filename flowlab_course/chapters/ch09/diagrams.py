"""Blocks and tiles of the correlation kernel: the grid, one block, and who reads what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flowlab_course.chapters.ch09.lab import ITEM, SHARED, Run
from flowlab_course.page.diagram import SMALL, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL = 12  # px of the drawing for each number of a tile
LEFT = 364  # of the widest row
THREAD = 9  # the one that is followed


def tiles(grid: tuple[int, int, int], threads: int, shape: tuple[int, int, int], r: int) -> Figure:
    """Draw the tiled kernel of the chapter.

    Args:
        grid: Blocks along x, y and z.
        threads: Threads of a block, each for one column.
        shape: (C, H, W) of the maps.
        r: The largest displacement.
    """
    sheet = Sheet(404)
    _grid(sheet, grid, threads, shape)
    _block(sheet, threads, r)
    return sheet.fig


def _grid(sheet: Sheet, grid: tuple[int, int, int], threads: int, shape: tuple[int, int, int]) -> None:
    """Draw the blocks over the rows and columns of the output."""
    _, H, W = shape
    sheet.text(8, 16, "the grid of blocks", bold=True, align="left")
    blocks = grid[0] * grid[1] * grid[2]
    sheet.text(8, 38, f"{grid[0]} × {grid[1]} × {grid[2]} = {blocks} blocks", size=SMALL, align="left")
    x, y, row, scale = 46, 124, 17, 3.2
    sheet.volume(x, y, scale * threads * grid[0], row * H, 52)
    for block in range(grid[0]):
        for line in range(H):
            chosen = (block, line) == (0, H // 2)
            kind = "result" if chosen else "ink"
            sheet.box(x + scale * threads * block, y + row * line, scale * threads, row, kind=kind)
    end = x + scale * W
    sheet.line((end, y - 6), (end, y + row * H + 6), kind="second", dashed=True)
    sheet.text(end + 6, y + row * H + 42, f"column {W}: here the\nmaps end", kind="second", size=SMALL, align="right")
    sheet.text(x - 8, y + row / 2, "y = 0", size=SMALL, align="right")
    sheet.text(x - 8, y + row * (H - 0.5), f"{H - 1}", size=SMALL, align="right")
    sheet.text(x + scale * threads / 2, y + row * H + 14, f"{threads} columns", size=SMALL)
    sheet.text(x + 40, 74, f"z: {grid[2]} displacements dy", size=SMALL, align="left")
    sheet.text(8, 338, "blockIdx.x: which columns", size=SMALL, align="left")
    sheet.text(8, 358, "blockIdx.y: which row of a", size=SMALL, align="left")
    sheet.text(8, 378, "blockIdx.z: which dy", size=SMALL, align="left")


def _block(sheet: Sheet, threads: int, r: int) -> None:
    """Draw one block: what it fetches, what it keeps, and what one thread uses."""
    tile, D = threads + 2 * r, 2 * r + 1
    sheet.text(LEFT, 16, f"one block: {threads} threads", kind="result", bold=True, align="left")
    rows = {"global\nmemory": 73, "shared\nmemory": 123, "threads": 207, "global \nmemory": 263, "registers": 341}
    for name, y in rows.items():
        sheet.text(LEFT - 12, y, name, size=SMALL, align="right")
    text = f"row y + dy of b: {threads} + 2 × {r} = {tile} numbers, fetched once by all threads together"
    sheet.text(LEFT, 48, text, kind="second", size=SMALL, align="left")
    whole, middle = range(tile), range(r, r + threads)
    for y, cells, kind in (
        (66, whole, "second"),
        (116, whole, "second"),
        (200, middle, "plain"),
        (256, middle, "first"),
    ):
        for i in cells:
            sheet.box(_x(i) - CELL / 2, y, CELL, 14, kind=kind)
    for i in range(1, tile, 3):
        sheet.arrow((_x(i), 81), (_x(i), 115), kind="second", width=0.9)
    for i in range(D):
        sheet.box(_x(THREAD + i) - CELL / 2, 116, CELL, 14, kind="result")
        sheet.line((_x(THREAD + i), 131), (_x(THREAD + r), 199), kind="result", width=0.9)
    sheet.box(_x(THREAD + r) - CELL / 2, 200, CELL, 14, kind="result")
    sheet.box(_x(THREAD + r) - CELL / 2, 256, CELL, 14, kind="result")
    sheet.arrow((_x(THREAD + r), 255), (_x(THREAD + r), 216), kind="first")
    sheet.text(_x(21), 150, f"thread t reads row[t] to row[t + {D - 1}]", kind="result", size=SMALL, align="left")
    sheet.text(_x(21), 234, "and its own number of a", kind="first", size=SMALL, align="left")
    sheet.text(LEFT, 286, f"row y of a: {threads} numbers", kind="first", size=SMALL, align="left")
    for i in range(D):
        sheet.box(LEFT + 26 * i, 328, 26, 26, f"{i}", kind="result")
    text = f"sum[0] to sum[{D - 1}] of a thread, over all channels:\n{D} scores of the output"
    sheet.text(LEFT, 372, text, size=SMALL, align="left")


def _x(i: int) -> float:
    """The middle of a tile's cell."""
    return LEFT + CELL * (i + 0.5)


def outer_product(rows: int, places: int) -> Figure:
    """Draw the sums of one thread between the numbers of a and b that it holds."""
    sheet, left, top, w, h = Sheet(92 + 30 * rows), 300, 70, 38, 30
    sheet.text(left + places * w / 2, 14, f"{places} numbers of b: places of one row", kind="second", size=SMALL)
    sheet.text(
        left - 78,
        top + rows * h / 2,
        f"{rows} numbers of a:\nthe same column of\n{rows} rows",
        kind="first",
        size=SMALL,
        align="right",
    )
    chosen = (2, 7)
    for m in range(places):
        kind = "result" if m == chosen[1] else "second"
        sheet.box(left + m * w, top - 40, w - 4, h - 4, f"b{m}", kind=kind)
    for k in range(rows):
        sheet.box(left - 56, top + k * h, w - 4, h - 4, f"a{k}", kind="result" if k == chosen[0] else "first")
        for m in range(places):
            text = f"a{k}·b{m}" if (k, m) == chosen else ""
            sheet.box(left + m * w, top + k * h, w - 4, h - 4, text, kind="result" if text else "plain")
    below = f"sum[k][m], in registers: {rows} × {places} = {rows * places} products from {rows} + {places} reads"
    sheet.text(left + places * w / 2, top + rows * h + 12, below, size=SMALL)
    return sheet.fig


def sectors_and_banks(by_step: Mapping[int, Run], by_pitch: Mapping[int, Run]) -> Figure:
    """Draw which numbers a warp reads, in sectors of global memory, and in banks of shared memory.

    Args:
        by_step: Step between neighbouring threads to a run that read array 0 once.
        by_pitch: Pitch of a tile to a run that read one of its columns.
    """
    sheet, cell = Sheet(282), 6
    sheet.text(8, 14, "global memory: the first 64 numbers, in sectors of 8", bold=True, align="left", size=SMALL)
    for line, (step, run) in enumerate(by_step.items()):
        read, y = _places(run, 0), 66 + 72 * line
        used = len({place // 8 for place in read})
        sheet.text(8, y - 22, f"step {step}: the warp's 32 reads take {used} sectors", align="left", size=SMALL)
        for place in range(64):
            kind = "second" if place in read else "plain"
            sheet.box(8 + place * cell + 3 * (place // 8), y, cell, 22, kind=kind)
    for number, (pitch, run) in enumerate(by_pitch.items()):
        left, read = 450 + 212 * number, _places(run, SHARED)
        sheet.text(left, 14, f"shared memory, pitch {pitch}", bold=True, align="left", size=SMALL)
        sheet.text(left, 34, "across: banks 0 to 31", align="left", size=SMALL)
        sheet.polygon([(left, 48), (left + 32 * cell, 48), (left + 32 * cell, 48 + 32 * cell), (left, 48 + 32 * cell)])
        for place in sorted(read):
            sheet.box(left + place % 32 * cell, 48 + place // 32 * cell, cell, cell, kind="second")
        most = max(sum(place % 32 == bank for place in read) for bank in range(32))
        passes = "1 pass" if most == 1 else f"{most} passes"
        sheet.text(left, 258, f"the fullest bank: {passes}", align="left", size=SMALL)
    return sheet.fig


def _places(run: Run, array: int) -> set[int]:
    """Return the numbers of an array that a run read, counted from its beginning."""
    reads = run.accesses[(run.accesses["array"] == array) & (run.accesses["writes"] == 0)]
    return set((reads["offset"] // ITEM).tolist())
