"""Solutions of the exercises of chapter 09."""

from __future__ import annotations


def index_of_a_score(run):
    """Run the kernel `tiled` with your index, a text in C."""
    return run("((blockIdx.z * D + dx) * H + y) * W + x")


def where_barriers_belong(run):
    """Run the kernel with a __syncthreads() after each of the lines that you list."""
    return run([6, 10])


def reads_of_a_block(columns, D, C):
    """Numbers that a block of `tiled` reads from global memory."""
    return C * (columns + columns + D - 1)


def best_tile(tiles, D):
    """The tile (rows, displacements) with the fewest shared reads for each product that is asked for."""

    def reads(tile):
        rows, displacements = tile
        groups = -(-D // displacements)
        return (D + rows - 1) * groups * (rows + displacements) / (rows * D * D)

    return min(tiles, key=reads)
