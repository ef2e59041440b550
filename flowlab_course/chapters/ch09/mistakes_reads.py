"""Wrong answers to exercises 9.3 and 9.4, which count reads, and what to tell those who give them."""

from __future__ import annotations

from collections.abc import Callable

from flowlab_course.chapters.ch09.solutions import best_tile
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "9.3",
    "every product",
    "That is the first kernel: two reads for each product. Here a number is fetched once and shared.",
)
def _every_product(columns, D, C):
    return 2 * C * columns * D


@mistake(
    "9.3", "ends forgotten", "The row of b is longer than the block: its first and last threads look beyond both ends."
)
def _without_the_ends(columns, D, C):
    return 2 * C * columns


@mistake("9.3", "one too many", "One too many: D places to one side of a thread include its own.")
def _one_too_many(columns, D, C):
    return C * (columns + columns + D)


@mistake("9.3", "one channel", "This is for one channel; the loop over c comes by C times.")
def _one_channel(columns, D, C):
    return columns + columns + D - 1


@mistake("9.3", "only b", "That is b alone. Each thread also reads its number of a.")
def _only_b(columns, D, C):
    return C * (columns + D - 1)


@mistake("9.3", "only a", "That is a alone. The block fetches a row of b for each channel, too.")
def _only_a(columns, D, C):
    return C * columns


@mistake(
    "9.3",
    "two too many",
    "The row of b is too long by two: besides its own D - 1 places lie around a thread's, on both sides together.",
)
def _two_too_many(columns, D, C):
    return C * (columns + columns + D + 1)


@mistake(
    "9.3",
    "D at each end",
    "You add D numbers at each end. A thread looks (D - 1) / 2 beyond its own place, to each side.",
)
def _d_at_each_end(columns, D, C):
    return C * (columns + columns + 2 * D)


@mistake(
    "9.3",
    "D - 1 twice",
    "D - 1 too many a channel: only the row of b is longer than the block, by D - 1 at both ends together.",
)
def _too_wide_ends(columns, D, C):
    return C * (columns + columns + 2 * (D - 1))


@mistake("9.3", "one end", "You add the numbers of one end: the row of b is longer at the other end as well.")
def _one_end(columns, D, C):
    return C * (columns + columns + (D - 1) // 2)


@mistake("9.3", "all dy", "A block works on one dy, blockIdx.z. The other rows of the window are the other blocks'.")
def _all_dy(columns, D, C):
    return C * D * (columns + columns + D - 1)


@mistake("9.3", "a once", "A thread's number of a is another one in each channel: it is read C times, like b.")
def _a_once(columns, D, C):
    return columns + C * (columns + D - 1)


@mistake(
    "9.3",
    "row by each thread",
    "In yours each thread reads the row of b by itself. The block reads it once, and shares it.",
)
def _row_by_each_thread(columns, D, C):
    return C * (columns + columns * (columns + D - 1))


@mistake(
    "9.3",
    "a for each product",
    "`mine` is read once a channel, before the loop over dx: not once for each product.",
)
def _a_for_each_product(columns, D, C):
    return C * (columns * D + columns + D - 1)


@mistake(
    "9.3",
    "b for each product",
    "In the loop over dx, b comes from shared memory. From global memory its row is read once a channel.",
)
def _b_for_each_product(columns, D, C):
    return C * (columns + columns * D)


@mistake("9.3", "written, too", "You count what is written as well. Only what is read from global memory is asked for.")
def _written_too(columns, D, C):
    return C * (columns + columns + D - 1) + columns * D


@mistake("9.3", "for one thread", "You divide by the threads. The question is about the whole block.")
def _for_one_thread(columns, D, C):
    return C * (columns + columns + D - 1) / columns


@mistake("9.3", "32 threads", "Right for 32 threads only: a block has `columns` of them.")
def _32_threads(columns, D, C):
    return C * (32 + 32 + D - 1)


@mistake("9.3", "b once", "The row of b is another one in each channel: both maps are read C times.")
def _b_once(columns, D, C):
    return C * columns + columns + D - 1


def _chosen(tiles: list[tuple[int, int]], cost: Callable[[int, int], float]) -> tuple[int, int]:
    return min(tiles, key=lambda tile: cost(*tile))


@mistake("9.4", "nothing wasted", "You count every product of the tile. Only some are asked for: rows * D * D in all.")
def _nothing_wasted(tiles, D):
    return _chosen(tiles, lambda rows, displacements: (rows + displacements) / (rows * displacements))


@mistake("9.4", "the largest", "That is the largest tile. It may compute many products that nobody asked for.")
def _largest(tiles, D):
    return _chosen(tiles, lambda rows, displacements: -rows * displacements)


@mistake(
    "9.4",
    "the rows' waste forgotten",
    "More rows meet more rows of b, and each asks for D of them only: D + rows - 1 in all.",
)
def _rows_waste_nothing(tiles, D):
    return _chosen(tiles, lambda rows, displacements: -(-D // displacements) * (rows + displacements) / rows)


@mistake(
    "9.4",
    "the groups' waste forgotten",
    "The last group may be filled in part, and is read all the same: round D / displacements up.",
)
def _groups_waste_nothing(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * (R + M) / (R * M))


@mistake("9.4", "the most", "That is the tile that reads most: take the smallest.")
def _most(tiles, D):
    return _chosen(tiles, lambda R, M: -(D + R - 1) * -(-D // M) * (R + M) / R)


@mistake(
    "9.4",
    "one row too many",
    "A tile of R rows meets D + R - 1 rows of b: the first row meets D, each further one brings one more.",
)
def _one_row_too_many(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R) * -(-D // M) * (R + M) / R)


@mistake(
    "9.4",
    "rows taken off",
    "Your tile meets D - rows + 1 rows of b. More rows of a meet more rows of b, not fewer.",
)
def _rows_taken_off(tiles, D):
    return _chosen(tiles, lambda R, M: (D - R + 1) * -(-D // M) * (R + M) / R)


@mistake(
    "9.4",
    "its own rows only",
    "You miscount the rows of b: a tile meets D for its first row, and one more for each further one.",
)
def _own_rows_only(tiles, D):
    return _chosen(tiles, lambda R, M: -(-D // M) * (R + M))


@mistake(
    "9.4",
    "rounded down",
    "You round the groups down. The last one may be filled in part: it is read all the same.",
)
def _rounded_down(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * (D // M) * (R + M) / R)


@mistake(
    "9.4",
    "rounded",
    "You round the groups to the nearest number. The last one may be filled in part: it is read all the same.",
)
def _rounded(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * round(D / M) * (R + M) / R)


@mistake("9.4", "one group too many", "D // M + 1 is one group too many wherever D is a multiple of the displacements.")
def _one_group_too_many(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * (D // M + 1) * (R + M) / R)


@mistake(
    "9.4",
    "not for each product",
    "You compare reads. A tile with more rows also gives more products: divide by rows * D * D.",
)
def _not_divided(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * -(-D // M) * (R + M))


@mistake(
    "9.4",
    "product for sum",
    "A thread reads rows and displacements, one after the other: their sum. The product is what it computes.",
)
def _product_for_sum(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * -(-D // M) * M)


@mistake("9.4", "divided by the tile", "You divide by rows * displacements. Asked for are rows * D * D products.")
def _by_the_tile(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * -(-D // M) * (R + M) / (R * M))


@mistake(
    "9.4",
    "rows for displacements",
    "Rows and displacements have changed places: each tile is (rows, displacements).",
)
def _changed_places(tiles, D):
    return _chosen(tiles, lambda R, M: (D + M - 1) * -(-D // R) * (R + M) / M)


@mistake(
    "9.4",
    "reads of a group forgotten",
    "Each group of each row costs rows + displacements reads: they are missing.",
)
def _groups_only(tiles, D):
    return _chosen(tiles, lambda R, M: (D + R - 1) * -(-D // M) / R)


@mistake(
    "9.4",
    "the smallest tile",
    "That is the tile with the fewest products. It reads them often: compare reads for each product.",
)
def _smallest(tiles, D):
    return _chosen(tiles, lambda R, M: R * M)


@mistake("9.4", "displacements first", "The right tile, but its two numbers have changed places: rows come first.")
def _displacements_first(tiles, D):
    return best_tile(tiles, D)[::-1]


@mistake("9.4", "its place", "That is the place of the tile in the list. Return the tile itself.")
def _its_place(tiles, D):
    return tiles.index(best_tile(tiles, D))


@mistake("9.4", "the first", "You return the first tile, whatever it reads.")
def _first(tiles, D):
    return tiles[0]
