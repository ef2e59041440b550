"""Wrong answers to the exercises of chapter 09 that readers give, and what to tell them."""

from __future__ import annotations

from collections.abc import Callable

from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "9.1",
    "x and y swapped",
    "x and y have changed places: x runs fastest, so it is added last and multiplied by nothing.",
)
def _rows_and_columns_swapped(run):
    return run("((blockIdx.z * D + dx) * W + x) * H + y")


@mistake("9.1", "dx outer", "dx and dy have changed places: dy, which is blockIdx.z, is the outer one of the two.")
def _dx_outer(run):
    return run("((dx * D + blockIdx.z) * H + y) * W + x")


@mistake("9.1", "rows forgotten", "Threads of different rows y write to one place: y and its length H are missing.")
def _without_rows(run):
    return run("(blockIdx.z * D + dx) * W + x")


@mistake(
    "9.1",
    "displacement for its number",
    "dy is a displacement and can be negative. The channel counts from 0: that number is blockIdx.z.",
)
def _displacement_for_its_number(run):
    return run("((dy * D + dx) * H + y) * W + x")


@mistake(
    "9.2",
    "the second one forgotten",
    "The loop comes round: a fast thread overwrites the tile while a slow one still reads it.",
)
def _one_only(run):
    return run([6])


@mistake(
    "9.2",
    "inside the branch",
    "One of your barriers is inside the if, where thread 31 never comes by: put it behind the branch.",
)
def _inside_the_branch(run):
    return run([6, 8])


@mistake(
    "9.2",
    "the first one forgotten",
    "A thread reads its neighbour's number before the neighbour has written it: a barrier belongs in between.",
)
def _after_the_loop(run):
    return run([10])


@mistake(
    "9.2",
    "one too many",
    "The sums are right, with more barriers than needed: a thread may read its own number at any time.",
)
def _everywhere(run):
    return run([6, 7, 10])


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


def _chosen(tiles: list[tuple[int, int]], cost: Callable[[int, int], float]) -> tuple[int, int]:
    return min(tiles, key=lambda tile: cost(*tile))


@mistake("9.4", "nothing wasted", "You count every product of the tile. Only some are asked for: rows * D * D in all.")
def _nothing_wasted(tiles, D):
    return _chosen(tiles, lambda rows, displacements: (rows + displacements) / (rows * displacements))


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
