"""Wrong kernels for exercises 9.1, 9.2 and 9.4 that readers write: flowlab_course.exercises.mistakes reads them."""

MISTAKES = {
    "9.1": """
no guard: The last block sticks out: it has threads without a number, and they should return before they read. The
places count from 0, so i = n is outside already.
    if (i >= n) return; =>
    or
    i >= n => i > n
block forgotten: Each of your blocks begins at element 0 again. The index has to go on from block to block:
blockIdx.x times the block's length is missing in it.
    blockIdx.x * blockDim.x + threadIdx.x => threadIdx.x
one element for several threads: Several threads of a block write to one element. Each has one of its own, which both
blockIdx.x and threadIdx.x choose: as in `twice`, above.
    blockIdx.x * blockDim.x + threadIdx.x => blockIdx.x * threadIdx.x
    or
    const int i = blockIdx.x * blockDim.x + threadIdx.x; => for (int i = 0; i < n; ++i) {
    if (i >= n) return; =>
    value > 0 ? value : 0.1f * value; => value > 0 ? value : 0.1f * value; }
    or
    y[i] = value => *y = value
grid for block: You multiply by the number of blocks. A block begins where all earlier blocks end, and each of them has
blockDim.x threads.
    blockDim.x => gridDim.x
block and thread changed places: blockIdx.x and threadIdx.x have changed places: neighbouring threads should have
neighbouring elements.
    blockIdx.x * blockDim.x + threadIdx.x => threadIdx.x * blockDim.x + blockIdx.x
negative numbers lost: Negative numbers become 0 in yours. They should be a tenth of themselves. In C, 1 / 10 is a
quotient of integers, and 0: write 0.1f.
    0.1f * value => 0
    or
    0.1f * value => (1 / 10) * value
other way round: You take a tenth of the positive numbers. They stay as they are, and the negative ones get smaller.
    value > 0 => value < 0
every number scaled: You multiply each number by 0.1, also the positive ones: they should stay.
    value > 0 ? value : 0.1f * value => 0.1f * value
one branch not written: You write one kind of numbers only. The other places of y hold no result then: each thread
writes its own, whatever its sign.
    y[i] = value > 0 ? value : 0.1f * value; => if (value > 0) y[i] = value;
    or
    y[i] = value > 0 ? value : 0.1f * value; => if (value < 0) y[i] = 0.1f * value;
read twice: Your text names x[i] more than once, and the watch counts each. Read it into a variable, which becomes a
register.
    y[i] = value > 0 ? value : 0.1f * value; => y[i] = x[i] > 0 ? x[i] : 0.1f * x[i];
    or
    y[i] = value > 0 ? value : 0.1f * value; => y[i] = value > 0 ? value : 0.1f * x[i];
another slope: A negative number is multiplied by 0.1 in FlowNet; 0.01 is the slope in other networks.
    0.1f => 0.01f
one thread: One thread does the work of all. Give each thread one element, its own.
    const int i = blockIdx.x * blockDim.x + threadIdx.x; => if (blockIdx.x + threadIdx.x) return;
    if (i >= n) return; => for (int i = 0; i < n; ++i) {
    value > 0 ? value : 0.1f * value; => value > 0 ? value : 0.1f * value; }
last one left out: The last number has no result in yours: index n - 1 lies inside.
    i >= n => i >= n - 1
one further: Indices count from 0, and yours begin at 1: the first number has no result.
    + threadIdx.x => + threadIdx.x + 1
integers: An int cuts off the fraction of a number. Take a float.
    const float value => const int value
sign lost: Your negative numbers change their sign. They should be a tenth of themselves: 0.1, not -0.1.
    0.1f * value => -0.1f * value
ten times: Your negative numbers are ten times as large. They should be a tenth.
    0.1f * value => 10 * value
another number read: Your thread writes one element and reads another: both have the index i.
    value = x[i] => value = x[threadIdx.x]
last block sent away: Your condition sends the whole last block away. In it, only threads with i >= n have no number.
    i >= n => blockIdx.x * blockDim.x + 32 > n
lines returned: You return the text. Hand it to `run`, and return what `run` returns.
    run(lines) => lines
""",
    "9.2": """
no guard: The last block sticks out of the row: its threads with x >= W have no score. They should return.
    if (x >= W) return; =>
not centred: The displacements count from -r to r: r has to be taken off both quotient and remainder of blockIdx.z.
    blockIdx.z / D - r, dx = blockIdx.z % D - r => blockIdx.z / D, dx = blockIdx.z % D
dy and dx changed places: dy and dx have changed places: dx runs fastest in blockIdx.z, so it is the remainder.
    blockIdx.z / D - r, dx = blockIdx.z % D - r => blockIdx.z % D - r, dx = blockIdx.z / D - r
other way: Your displacement has the opposite sign: at dx = 1 the partner in b lies one column to the right.
    y2 = y + dy, x2 = x + dx => y2 = y - dy, x2 = x - dx
borders not checked: Some partners lie outside of b, and your kernel reads there. Check the row and the column of the
partner on both sides, from 0 and up to H or W, before the loop over c.
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W) =>
    or
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W) => if (y2 < H && x2 < W)
rows not checked: Your kernel reads above row 0 of b. The partner's row has to be at least 0, and below H.
    y2 >= 0 && y2 < H && =>
    or
    y2 >= 0 && =>
last row not checked: Your kernel reads below the last row of b: the partner's row has to be less than H.
    y2 < H && =>
    or
    y2 < H => y2 <= H
columns not checked: Left of column 0 the address is that of the row above: another pixel, or no pixel at all. The
partner's column has to be at least 0, and below W.
    && x2 >= 0 && x2 < W =>
    or
    x2 >= 0 && =>
last column not checked: Behind the last column the address is that of the next row: another pixel, or no pixel at all.
The partner's column has to be less than W.
    && x2 < W =>
    or
    x2 < W => x2 <= W
zero not written: Where the partner is outside, your kernel writes nothing. The score there is 0: write it.
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W) => if (y2 < 0 || y2 >= H || x2 < 0 || x2 >= W) return;
a sum: These are sums over the channels. The layer takes their mean: divide by C.
    sum / C => sum
sum of integers: Your sum is an int, so each addition cuts off the fraction. Take a float.
    float sum => int sum
rows and columns changed places: The row's length is W, not H: element (c, y, x) lies at (c * H + y) * W + x.
    a[(c * H + y) * W + x] => a[(c * W + x) * H + y]
    b[(c * H + y2) * W + x2] => b[(c * W + x2) * H + y2]
channels last: You read the maps as if the channels were the last axis. They are the first: (c, y, x).
    a[(c * H + y) * W + x] => a[(y * W + x) * C + c]
    b[(c * H + y2) * W + x2] => b[(y2 * W + x2) * C + c]
two displacements, one place: Two blocks write to one score. Block blockIdx.z has one displacement, and writes its own
scores alone, at (blockIdx.z * H + y) * W + x.
    (blockIdx.z * H + y) * W + x => y * W + x
    or
    const int dy = blockIdx.z / D - r, dx = blockIdx.z % D - r; =>
    const int y2 = y + dy, x2 = x + dx; => for (int m = 0; m < D * D; ++m) {
    float sum = 0; => const int y2 = y + m / D - r, x2 = x + m % D - r; float sum = 0;
    out[(blockIdx.z * H + y) * W + x] = sum / C; => out[(m * H + y) * W + x] = sum / C; }
no first value: Your sum has no first value, and NaN stands for whatever the memory held: on a GPU it may happen to be
0. Begin it at 0.
    float sum = 0 => float sum
divided twice: You divide by C twice: the mean is the sum over the channels divided by C, once.
    x2]; => x2] / C;
b not displaced: You multiply each pixel of a with the pixel of b at the same place. Its partner is displaced by
(dy, dx).
    b[(c * H + y2) * W + x2] => b[(c * H + y) * W + x]
row not centred: dy counts from -r to r: r has to be taken off blockIdx.z / D as well.
    blockIdx.z / D - r => blockIdx.z / D
column not centred: dx counts from -r to r: r has to be taken off blockIdx.z % D as well.
    blockIdx.z % D - r => blockIdx.z % D
block forgotten: Threads of two blocks write to one score: x goes on from block to block, so blockIdx.x belongs in it.
    blockIdx.x * blockDim.x + threadIdx.x => threadIdx.x
mean by integers: In C, 1 / C is a quotient of integers, and 0 from C = 2 on. Divide the sum itself by C.
    sum / C => sum * (1 / C)
one channel: You multiply one channel. A score adds the products of all C channels: a loop over c is left in each
thread.
    c < C => c < 1
added to out: You add to out, where no zero was put before. Add in a variable, which begins at 0, and write it once.
    = sum / C => += sum / C
window: The window has D = 2 * r + 1 displacements an axis: r to each side, and 0.
    2 * r + 1 => 2 * r
    or
    2 * r + 1 => r
wrapped: Your kernel goes on at the opposite border. A partner outside of b counts as 0.
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W) =>
    b[(c * H + y2) * W + x2] => b[(c * H + (y2 + H) % H) * W + (x2 + W) % W]
clamped: You take the nearest pixel inside for a partner that lies outside. Such a partner counts as 0.
    if (y2 >= 0 && y2 < H && x2 >= 0 && x2 < W) =>
    b[(c * H + y2) * W + x2] => b[(c * H + max(0, min(H - 1, y2))) * W + max(0, min(W - 1, x2))]
a displaced: You displace a as well: a is read at (y, x), and only b at (y + dy, x + dx).
    a[(c * H + y) * W + x] => a[(c * H + y2) * W + x2]
maps changed places: The maps have changed places: the displaced one is b.
    a[(c * H + y) * W + x] * b[(c * H + y2) * W + x2] => b[(c * H + y) * W + x] * a[(c * H + y2) * W + x2]
divided by the window: You divide by the number of displacements. The mean is over the channels: divide by C alone.
    sum / C => sum / (D * D)
    or
    sum / C => sum / (C * D * D)
rows the other way: dy has the opposite sign in yours: at dy = 1 the partner in b lies one row below.
    y2 = y + dy => y2 = y - dy
columns the other way: dx has the opposite sign in yours: at dx = 1 the partner in b lies one column to the right.
    x2 = x + dx => x2 = x - dx
row 0 or column 0 left out: Row 0 and column 0 lie inside of b: the partner's indices are to be at least 0, >= 0.
    y2 >= 0 && y2 < H && x2 >= 0 => y2 > 0 && y2 < H && x2 > 0
    or
    y2 >= 0 => y2 > 0
    or
    x2 >= 0 => x2 > 0
axes of out: out has the axes displacement, row, column: a score lies at (blockIdx.z * H + y) * W + x.
    (blockIdx.z * H + y) * W + x => (y * W + x) * D * D + blockIdx.z
    or
    (blockIdx.z * H + y) * W + x => (blockIdx.z * W + x) * H + y
several rows, one place: Blocks with different blockIdx.y write to one score. Each writes its own row alone,
y = blockIdx.y, at (blockIdx.z * H + y) * W + x.
    (blockIdx.z * H + y) * W + x => blockIdx.z * W + x
brackets of the index: Brackets are missing in the index of an element: (c * H + y) * W + x. A channel is H * W numbers
long.
    a[(c * H + y) * W + x] => a[c * H + y * W + x]
    b[(c * H + y2) * W + x2] => b[c * H + y2 * W + x2]
height and width: H and W have changed places: element (c, y, x) lies at (c * H + y) * W + x.
    a[(c * H + y) * W + x] => a[(c * W + y) * H + x]
    b[(c * H + y2) * W + x2] => b[(c * W + y2) * H + x2]
one channel too many: Your loop takes one channel too many: they count from 0 to C - 1.
    c < C => c <= C
first channel left out: Your loop leaves the first channel out: channels count from 0.
    int c = 0 => int c = 1
not added: You set the sum anew in each channel. It adds all channels up: +=.
    sum += => sum =
root of C: You divide by the root of C. The mean is the sum divided by C.
    sum / C => sum / sqrtf(C)
differences: You take differences. A score multiplies the two numbers.
    a[(c * H + y) * W + x] * b[(c * H + y2) * W + x2] => fabsf(a[(c * H + y) * W + x] - b[(c * H + y2) * W + x2])
r added: r has to be taken off: blockIdx.z / D counts from 0, and dy from -r.
    blockIdx.z / D - r, dx = blockIdx.z % D - r => blockIdx.z / D + r, dx = blockIdx.z % D + r
lines returned: You return the text. Hand it to `run`, and return what `run` returns.
    run(lines) => lines
""",
    "9.4": """
ends not fetched: The row is longer than the block has threads, and yours fetches one number for each thread: the rest
was never written. Let a thread fetch every 32nd number.
    for (int i = t; i < 32 + 2 * r * s; i += 32) { => for (int i = t; i == t; ++i) {
stride forgotten in the length: Your row is too short: the displacements reach r * s columns to each side, not r.
    32 + 2 * r * s => 32 + 2 * r
stride forgotten at the beginning: Your row begins r columns before the block. The displacements reach r * s columns to
the left.
    + i - r * s => + i - r
stride forgotten in use: You use neighbouring places of the row. Displacements are s columns apart: m * s.
    t + m * s => t + m
first barrier forgotten: A thread uses the row before the other threads have filled it: a barrier belongs between
filling and using.
    __syncthreads();  // the row is filled =>
second barrier forgotten: A fast thread fills the row for the next channel while a slow one still uses it: a barrier
belongs at the end of your lines, too.
    __syncthreads();  // the row is used =>
barrier in the loop: A barrier inside the loop that fetches is reached once more by some threads than by others,
because some fetch one number more. Put it behind the loop.
    b[c * W + x2] : 0; => b[c * W + x2] : 0; __syncthreads();
    __syncthreads();  // the row is filled =>
barrier in a branch: A barrier in an if is reached only by the threads that take the branch. In the last block some have
x >= W: they have to reach it, too.
    __syncthreads();  // the row is filled => if (x < W) __syncthreads();
early leavers: In the last block some threads have x >= W. They, too, have a part of the row to fetch, and both barriers
to reach with the others: no return or continue for them.
    for (int i = t; => if (x >= W) return; for (int i = t;
borders not checked: The row reaches beyond both ends of b. Check the column that a number comes from, from 0 and up to
W, and put 0 where it is outside.
    0 <= x2 && x2 < W ? b[c * W + x2] : 0 => b[c * W + x2]
zero not written: A place of the row was never written. The row's ends reach r * s columns beyond the block; where they
lie outside of b they are 0, and that has to be written, too: shared memory holds no zeros by itself.
    row[i] = 0 <= x2 && x2 < W ? b[c * W + x2] : 0 => if (0 <= x2 && x2 < W) row[i] = b[c * W + x2]
    or
    for (int i = t; i < 32 + 2 * r * s; i += 32) { => { const int i = t + r * s;
each thread all of it: Several of your threads write to one place of the row. A thread begins at its own place t and
goes on by 32.
    int i = t; i < 32 + 2 * r * s; i += 32 => int i = 0; i < 32 + 2 * r * s; ++i
    or
    i += 32 => ++i
block forgotten: Your row begins at the same column in each block. It should begin r * s columns before the block's own
first column.
    blockIdx.x * 32 + i - r * s => i - r * s
channel forgotten: You fetch the first channel's row each time: element (c, x2) of b lies at c * W + x2.
    b[c * W + x2] => b[x2]
one barrier too many: A barrier right behind another one waits for nothing. Two do: between filling and using, and
between using and the next filling.
    __syncthreads();  // the row is filled => __syncthreads(); __syncthreads();
    or
    for (int i = t; => __syncthreads(); for (int i = t;
one thread: One thread fetches the whole row, and 31 wait. Thread t fetches row[t], row[t + 32], and so on.
    i = t; i < 32 + 2 * r * s; i += 32 => i = 0; t == 0 && i < 32 + 2 * r * s; ++i
not added: You set sum[m] anew in each channel. The score adds all channels up: +=.
    sum[m] += => sum[m] =
divided twice: You divide by C, and the line below the loop does so again.
    sum[m] += mine => sum[m] += mine / C
stride forgotten everywhere: Your displacements are one column apart. They are s columns apart, in the length of the
row, in its beginning and in its use.
    32 + 2 * r * s => 32 + 2 * r
    + i - r * s => + i - r
    t + m * s => t + m
past the row: You read b from global memory for each product. Fill the row, and take the partners from there.
    mine * row[t + m * s] => mine * (0 <= x + m * s - r * s && x + m * s - r * s < W ? b[c * W + x + m * s - r * s] : 0)
the number of a not checked: Threads with x >= W have no number of a: yours read another channel's, or beyond the end.
    x < W ? a[c * W + x] : 0 => a[c * W + x]
row too short: Your row is too short: 32 columns, and r * s more at each side.
    32 + 2 * r * s => 32 + r * s
    or
    32 + 2 * r * s => 32 + D
centred twice: The row begins r * s columns before the block, so sum[0] takes row[t]: m * s is the place, and m - r
takes the middle off twice.
    t + m * s => t + (m - r) * s
shifted: Your scores are those of displacements further right: sum[0] belongs to the displacement -r * s, and row[0] to
the column r * s before the block.
    + i - r * s => + i
    or
    + i - r * s => + i + r * s
x for the block: x counts the thread as well. The row begins r * s before the block's own first column, blockIdx.x * 32.
    blockIdx.x * 32 + i - r * s => x + i - r * s
x in the row: The row is counted from its own beginning: a thread's place in it goes by t, not by x.
    t + m * s => x + m * s
one place for all: All your threads use the same places of the row. Each has its own: t + m * s.
    t + m * s => m * s
thread times s: The displacement is s columns a step, the thread one column: t + m * s.
    t + m * s => t * s + m
first channel of a: You multiply with a's first channel each time: element (c, x) of a lies at c * W + x.
    a[c * W + x] => a[x]
a for each product: You read a once for each product. Read it once for each channel, into a variable.
    const float mine = x < W ? a[c * W + x] : 0; =>
    mine * row => (x < W ? a[c * W + x] : 0) * row
right end not checked: The row reaches beyond the right end of b: a column has to be less than W.
    0 <= x2 && x2 < W => 0 <= x2
clamped: You take the nearest column of b for one that lies outside. Put 0 there.
    0 <= x2 && x2 < W ? b[c * W + x2] : 0 => b[c * W + max(0, min(W - 1, x2))]
wrapped: Your row goes on at the opposite end of b. What lies outside is 0.
    0 <= x2 && x2 < W ? b[c * W + x2] : 0 => b[c * W + (x2 + W) % W]
maps changed places: The maps have changed places: the row is one of b, and each thread has its own number of a.
    b[c * W + x2] => a[c * W + x2]
    a[c * W + x] => b[c * W + x]
ahead of the others: In the last block, threads with x >= W go on to the next channel while the others still use the
row: the second barrier is for all threads.
    __syncthreads();  // the row is filled => __syncthreads(); if (x >= W) continue;
barrier for each product: A barrier in the loop over m is passed D times. One behind the loop is enough.
    sum[m] += mine * row[t + m * s]; => { sum[m] += mine * row[t + m * s]; __syncthreads(); }
    __syncthreads();  // the row is used =>
writes out: You write out in your lines, where threads with x >= W have no place. The line below the loop writes it:
leave only sum.
    sum[m] += mine * row[t + m * s]; => { sum[m] += mine * row[t + m * s]; out[m * W + x] = sum[m]; }
channels twice: The loop over c is there already: with a second one in your lines every channel is added C times.
    for (int i = t; => for (int c = 0; c < C; ++c) { for (int i = t;
    __syncthreads();  // the row is used => __syncthreads(); }
the middle place for all: You multiply by the same place of the row for every m. The sums differ in their partner:
t + m * s.
    t + m * s => t + r * s
filled at steps of s: You leave columns of b out when you fill the row. It holds neighbouring columns; its use takes
steps of s.
    blockIdx.x * 32 + i - r * s => (blockIdx.x * 32 + i - r) * s
channels last: You read the maps as if the channels were the last axis. They are the first: c * W + x.
    b[c * W + x2] => b[x2 * C + c]
    a[c * W + x] => a[x * C + c]
all of the row: The array row has room for 64 numbers, and a block needs 32 + 2 * r * s of them.
    32 + 2 * r * s => 64
lines returned: You return the text. Hand it to `run`, and return what `run` returns.
    run(lines) => lines
""",
}
