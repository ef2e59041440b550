"""Blocks and tiles of the correlation kernel: the grid, one block, and who reads what."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
