"""Wrong answers to exercises 9.3 and 9.5 that readers give; the other kernels are in mistakes_of_kernels.py."""

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
all of the window: You count all D * D displacements. A block has one dy, and its row of b serves every dx.
    columns + columns + D - 1 => columns + D * D
row twice: You count the row of b twice. A block fetches it once in each channel.
    columns + columns + D - 1 => columns + 2 * (columns + D - 1)
D for the reach: You take D for the reach to one side. D counts the whole window, the middle among it.
    columns + D - 1 => columns + 2 * D + 1
""",
    "9.5": """
no guard: The last block sticks out of the row: its threads with x >= W own no pixel. They should return.
    if (x >= W) return; =>
not turned round: You look for the pixel of a in the direction of the displacement. From the place in b back to the
place in a goes the opposite way: minus.
    y1 = y - (m / D - r), x1 = x - (m % D - r) => y1 = y + (m / D - r), x1 = x + (m % D - r)
rows not turned round: You turn the columns round, and not the rows: y1 takes the opposite sign, too.
    y1 = y - (m / D - r) => y1 = y + (m / D - r)
columns not turned round: You turn the rows round, and not the columns: x1 takes the opposite sign, too.
    x1 = x - (m % D - r) => x1 = x + (m % D - r)
dy and dx changed places: dy and dx have changed places: dx runs fastest in m, so it is the remainder.
    y1 = y - (m / D - r), x1 = x - (m % D - r) => y1 = y - (m % D - r), x1 = x - (m / D - r)
not centred: The displacements count from -r to r: r has to be taken off m / D and m % D.
    y - (m / D - r), x1 = x - (m % D - r) => y - m / D, x1 = x - m % D
g at the pixel of b: You look up g at the pixel of b. A score belongs to a pixel of a: read g at (y1, x1), too.
    g[(m * H + y1) * W + x1] => g[(m * H + y) * W + x]
a at the pixel of b: You look up a at the pixel of b. This pixel of b was multiplied by the pixel (y1, x1) of a.
    a[(c * H + y1) * W + x1] => a[(c * H + y) * W + x]
scattered: Your thread adds to a pixel that other threads add to as well: a race. A thread owns (c, y, x), and writes
there alone.
    sum += g[(m * H + y1) * W + x1] => grad[(c * H + y1) * W + x1] += g[(m * H + y) * W + x]
    a[(c * H + y1) * W + x1] => a[(c * H + y) * W + x]
borders not checked: Some of the pixels (y1, x1) lie outside of the maps, and your kernel reads there. Skip them.
    if (y1 < 0 || y1 >= H || x1 < 0 || x1 >= W) continue; =>
stopped at a border: You stop at the first pixel outside. The later displacements may lie inside: continue, not break.
    continue => break
a sum: 1 / C is missing: the scores were means over the channels, and so their derivative has it, too.
    sum / C => sum
no first value: Your sum has no first value, and NaN stands for whatever the memory held: on a GPU it may happen to be
0. Begin it at 0.
    float sum = 0 => float sum
sum of integers: Your sum is an int, so each addition cuts off the fraction. Take a float.
    float sum => int sum
by a: That is the derivative by a, with b for a: it stays at the pixel's own scores. For b, take g and a at (y - dy,
x - dx).
    y1 = y - (m / D - r), x1 = x - (m % D - r) => y1 = y + (m / D - r), x1 = x + (m % D - r)
    g[(m * H + y1) * W + x1] => g[(m * H + y) * W + x]
precedence: Brackets are missing: y - m / D - r takes r off, and y - (m / D - r) adds it.
    y - (m / D - r), x1 = x - (m % D - r) => y - m / D - r, x1 = x - m % D - r
clamped: You take the nearest pixel inside for one that lies outside. A pixel outside adds nothing: skip it.
    if (y1 < 0 || y1 >= H || x1 < 0 || x1 >= W) continue; =>
    y - (m / D - r) => max(0, min(H - 1, y - (m / D - r)))
    x - (m % D - r) => max(0, min(W - 1, x - (m % D - r)))
divided by the window: You divide by the displacements. The scores were means over the channels: divide by C.
    sum / C => sum / (D * D)
added to grad: You add to grad, where no zero was put before. Add in a variable, which begins at 0, and
write it once; gather: a thread writes its own pixel alone.
    = sum / C => += sum / C
one row of displacements: Your loop ends after D displacements. The window has D * D of them.
    m < D * D => m < D
first channel alone: You take a's first channel for each c: element (c, y1, x1) lies at (c * H + y1) * W + x1.
    a[(c * H + y1) * W + x1] => a[y1 * W + x1]
quotient forgotten: You take the remainder for both. dy is the quotient, m / D - r.
    y - (m / D - r) => y - (m % D - r)
summed over channels: You add all channels of a up. A gradient belongs to one channel, c.
    sum += g[(m * H => for (int k = 0; k < C; ++k) sum += g[(m * H
    a[(c * H + y1) * W + x1] => a[(k * H + y1) * W + x1]
window: The window has D = 2 * r + 1 displacements an axis: r to each side, and 0.
    2 * r + 1 => 2 * r
rows not checked: Some of the rows y1 lie outside of the maps: skip them, too.
    y1 < 0 || y1 >= H || =>
row 0 or column 0 left out: Row 0 and column 0 lie inside: only indices less than 0 are to be skipped.
    y1 < 0 || y1 >= H || x1 < 0 => y1 <= 0 || y1 >= H || x1 <= 0
axes of g: g has the axes displacement, row, column, like out: (m * H + y1) * W + x1.
    g[(m * H + y1) * W + x1] => g[(y1 * W + x1) * D * D + m]
channel for displacement: g has no channels. Its first axis is the displacement m.
    g[(m * H + y1) * W + x1] => g[(c * H + y1) * W + x1]
divided twice: You divide by C twice: once is enough.
    a[(c * H + y1) * W + x1]; => a[(c * H + y1) * W + x1] / C;
mean by integers: In C, 1 / C is a quotient of integers, and 0 from C = 2 on. Divide the sum itself by C.
    sum / C => sum * (1 / C)
block forgotten: Threads of two blocks write to one place: x goes on from block to block, so blockIdx.x belongs in it.
    blockIdx.x * blockDim.x + threadIdx.x => threadIdx.x
last displacement left out: Your loops end before the displacement r. dy and dx go from -r to r, with r.
    if (y1 < 0 || => if (m / D == D - 1 || m % D == D - 1 || y1 < 0 ||
dx alone: Your loop goes over dx alone. A pixel of b also met pixels of other rows of a: dy goes from -r to r, too.
    if (y1 < 0 || => if (m / D != r || y1 < 0 ||
not added: You set the sum anew at each displacement. It adds all of them up: +=.
    sum += => sum =
left at a border: Your thread returns at the first pixel outside, and writes nothing. Skip that pixel: continue.
    continue => return
own pixel for both: You take g and a at the pixel of b. Both belong to the pixel (y1, x1) of a that met it.
    g[(m * H + y1) * W + x1] * a[(c * H + y1) * W + x1] => g[(m * H + y) * W + x] * a[(c * H + y) * W + x]
wrapped: Your kernel goes on at the opposite border. A pixel outside adds nothing: skip it.
    if (y1 < 0 || y1 >= H || x1 < 0 || x1 >= W) continue; =>
    y - (m / D - r) => (y - (m / D - r) + H) % H
    x - (m % D - r) => (x - (m % D - r) + W) % W
lines returned: You return the text. Hand it to `run`, and return what `run` returns.
    run(lines) => lines
""",
}
