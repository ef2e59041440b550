"""Wrong answers to the exercises of chapter 09 that readers give: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "9.1": """
x and y swapped: x and y have changed places: x runs fastest, so it is added last and multiplied by nothing.
    ((blockIdx.z * D + dx) * H + y) * W + x => ((blockIdx.z * D + dx) * W + x) * H + y
dx outer: dx and dy have changed places: dy, which is blockIdx.z, is the outer one of the two.
    blockIdx.z * D + dx => dx * D + blockIdx.z
rows forgotten: Two threads write to one place: an index must differ wherever dy, dx, y or x does, and rows y count,
too.
    (blockIdx.z * D + dx) * H + y => blockIdx.z * D + dx
displacement for its number: Some of your places lie outside of out, which has D * D * H * W numbers. dy can be
negative, and is no number of a row of the window: that counts from 0 to D - 1.
    blockIdx.z => dy
thread for column: Right where one block holds a whole row. In the next block t begins at 0 again, and x goes on.
    + x => + t
dx forgotten: A thread's sums all go to one place: dx is missing, an axis of its own.
    (blockIdx.z * D + dx) => blockIdx.z
channels last: You put the displacements last, as the fastest axes. In out they come first: (dy, dx, y, x).
    ((blockIdx.z * D + dx) * H + y) * W + x => (y * W + x) * D * D + blockIdx.z * D + dx
y before dx: y and dx have changed places: the axes are (dy, dx, y, x).
    (blockIdx.z * D + dx) * H + y => (blockIdx.z * H + y) * D + dx
order reversed: The order is reversed: x runs fastest and dy slowest.
    ((blockIdx.z * D + dx) * H + y) * W + x => ((x * H + y) * D + dx) * D + blockIdx.z
no brackets around the row: Brackets are missing: everything before x, y among it, is multiplied by W.
    ((blockIdx.z * D + dx) * H + y) * W => (blockIdx.z * D + dx) * H + y * W
r added: You add r. In this kernel dx and blockIdx.z count from 0 to D - 1 already.
    + dx) => + dx + r)
    or
    blockIdx.z * D => (blockIdx.z + r) * D
fixed numbers: The chapter's sizes stand in your index. Other maps have others: use D, H and W.
    ((blockIdx.z * D + dx) * H + y) * W => ((blockIdx.z * 9 + dx) * 8 + y) * 60
""",
    "9.2": """
the second one forgotten: The loop comes round: a fast thread overwrites the tile while a slow one still reads it. A
barrier after line 11 is outside the loop: too late for that.
    6, 10 => 6
    or
    6, 10 => 7
inside the branch: One of your barriers is inside the if, where thread 31 never comes by: put it behind the branch.
    , 10 => , 8
the first one forgotten: A thread reads its neighbour's number before the neighbour has written it: a barrier belongs
in between.
    6, 10 => 10
one too many: The sums are right. Your second result counts the barriers that a thread passes: one more in each round
than needed. Two do: between writing and reading the tile, and between reading it and the next round's writing.
    , 10 => , 7, 10
one too many, outside: The sums are right. A barrier outside of the loop is one more than needed.
    6, 10 => 4, 6, 10
too many, in the loop and outside: The sums are right. Your second result counts the barriers that a thread passes: one
more in each round than needed, and one outside of the loop.
    , 10 => , 7, 10, 11
no list: run takes one list of lines: put square brackets around them, run([...]).
    [6, 10] => 6, 10
    or
    [6, 10] => 6
lines returned: You return the lines. Hand them to `run`, and return what it returns.
    return [6, 10]
    or
    return [6]
    or
    return [7, 10]
    or
    return [5, 6]
    or
    return [6, 7, 10]
""",
    "9.3": """
every product: That is the first kernel: two reads for each product. Here a number is fetched once and shared.
    C * (columns + columns + D - 1) => 2 * C * columns * D
ends forgotten: The row of b is longer than the block: its first and last threads look beyond both ends.
    C * (columns + columns + D - 1) => 2 * C * columns
one too many: One too many: D places to one side of a thread include its own.
    D - 1 => D
one channel: This is for one channel; the loop over c comes by C times.
    C * (columns + columns + D - 1) => columns + columns + D - 1
only b: That is b alone. Each thread also reads its number of a.
    columns + D => D
only a: That is a alone. The block fetches a row of b for each channel, too.
    (columns + columns + D - 1) => columns
two too many: The row of b is too long by two: besides its own D - 1 places lie around a thread's, on both sides
together.
    - 1 => + 1
D at each end: You add D numbers at each end. A thread looks (D - 1) / 2 beyond its own place, to each side.
    D - 1 => 2 * D
D - 1 twice: D - 1 too many a channel: only the row of b is longer than the block, by D - 1 at both ends together.
    D - 1 => 2 * (D - 1)
one end: You add the numbers of one end: the row of b is longer at the other end as well.
    D - 1 => (D - 1) // 2
all dy: A block works on one dy, blockIdx.z. The other rows of the window are the other blocks'.
    (columns + columns + D - 1) => D * (columns + columns + D - 1)
    or
    + columns + D - 1 => + D * (columns + D - 1)
a once: A thread's number of a is another one in each channel: it is read C times, like b.
    C * (columns + columns + D - 1) => columns + C * (columns + D - 1)
row by each thread: In yours each thread reads the row of b by itself. The block reads it once, and shares it.
    + D - 1 => * (columns + D - 1)
a for each product: `mine` is read once a channel, before the loop over dx: not once for each product.
    + columns => * D + columns
b for each product: In the loop over dx, b comes from shared memory. From global memory its row is read once a
channel.
    + D - 1 => * D
written, too: You count what is written as well. Only what is read from global memory is asked for.
    (columns + columns + D - 1) => (columns + columns + D - 1) + columns * D
for one thread: You divide by the threads. The question is about the whole block.
    (columns + columns + D - 1) => (columns + columns + D - 1) / columns
32 threads: Right for 32 threads only: a block has `columns` of them.
    columns + columns => 32 + 32
b once: The row of b is another one in each channel: both maps are read C times.
    (columns + columns + D - 1) => columns + columns + D - 1
bytes: You count bytes. Numbers are asked for, of four bytes each: divide by 4.
    C * (columns => 4 * C * (columns
D for the reach: You take D for the reach to one side. D counts the whole window, the middle among it.
    columns + D - 1 => columns + 2 * D + 1
""",
    "9.4": """
nothing wasted: You count every product of the tile. Only some are asked for: rows * D * D in all.
    (D + rows - 1) * groups * (rows + displacements) / (rows * D * D) => (rows + displacements) / (rows * displacements)
the largest: That is the largest tile. It may compute many products that nobody asked for.
    (D + rows - 1) * groups * (rows + displacements) / (rows * D * D) => -rows * displacements
the rows' waste forgotten: More rows meet more rows of b, and each asks for D of them only: D + rows - 1 in all.
    (D + rows - 1) * groups => groups
the groups' waste forgotten: The last group may be filled in part, and is read all the same: round D / displacements
up.
    -(-D // displacements) => D / displacements
the most: That is the tile that reads most for each product: you take the largest, or your reads are negative.
    min(tiles => max(tiles
one row too many: A tile of R rows meets D + R - 1 rows of b: the first row meets D, each further one brings one more.
    D + rows - 1 => D + rows
rows taken off: Your tile meets D - rows + 1 rows of b. More rows of a meet more rows of b, not fewer.
    D + rows - 1 => D - rows + 1
its own rows only: You miscount the rows of b: a tile meets D for its first row, and one more for each further one.
    D + rows - 1 => rows
rounded down: You round the groups down. The last one may be filled in part: it is read all the same.
    -(-D // displacements) => D // displacements
rounded: You round the groups to the nearest number. The last one may be filled in part: it is read all the same.
    -(-D // displacements) => round(D / displacements)
one group too many: D // M + 1 is one group too many wherever D is a multiple of the displacements.
    -(-D // displacements) => D // displacements + 1
not for each product: You compare reads. A tile with more rows also gives more products: divide by rows * D * D.
    / (rows * D * D) =>
product for sum: A thread reads rows and displacements, one after the other: their sum. The product is what it
computes.
    rows + displacements => rows * displacements
divided by the tile: You divide by the tile's displacements, too. Asked for are rows * D * D products, however many
displacements a tile has.
    rows * D * D => rows * displacements
rows for displacements: Rows and displacements have changed places: each tile is (rows, displacements).
    rows, displacements = tile => displacements, rows = tile
reads of a group forgotten: Each group of each row costs rows + displacements reads: they are missing.
    * (rows + displacements) =>
the smallest tile: That is the tile with the fewest products. It reads them often: compare reads for each product.
    (D + rows - 1) * groups * (rows + displacements) / (rows * D * D) => rows * displacements
displacements first: The right tile, but its two numbers have changed places: rows come first.
    return best_tile(tiles, D)[::-1]
its place: That is the place of the tile in the list. Return the tile itself.
    return tiles.index(best_tile(tiles, D))
the first: You return the first tile, whatever it reads.
    return tiles[0]
reads returned: You return a number, the fewest reads. Return the tile that has them.
    def reads(rows, displacements):
        return (D + rows - 1) * -(-D // displacements) * (rows + displacements) / (rows * D * D)
    return min(reads(*tile) for tile in tiles)
rows read once: You read the numbers of a once for all groups. Each group reads them again.
    groups * (rows + displacements) => (rows + groups * displacements)
whole numbers: // cuts the reads for each product to a whole number, and tiles become equal. Divide by /.
    / (rows * D * D) => // (rows * D * D)
groups of rows: Your groups cover D + rows - 1. Those are the rows of b; the groups cover D displacements.
    -(-D // displacements) => -(-(D + rows - 1) // displacements)
no parentheses: Without parentheses the product comes first: D + rows - 1 * groups is D + rows - groups.
    (D + rows - 1) * => D + rows - 1 *
    or
    (D + rows - 1) * => D + rows - 1 *
    (rows * D * D) => rows
""",
}
