"""Wrong answers to exercise 9.3 that readers give; those to the kernels are in mistakes_of_kernels.py."""

MISTAKES = {
    "9.3": """
every product: That is the first kernel: two reads for each product. Here a number is fetched once and shared.
    C * (columns + columns + D - 1) => 2 * C * columns * D
ends forgotten: The row of b is longer than the block: its first and last threads look beyond both ends.
    C * (columns + columns + D - 1) => 2 * C * columns
one too many: One too many: D places to one side of a thread include its own.
    D - 1 => D
one channel: This is for one channel; the loop over c runs C times.
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
}
