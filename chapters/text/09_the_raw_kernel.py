# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 09 · The raw kernel
#
# > At the end of this chapter you have written the correlation layer and its gradient in CUDA, you can say which thread reads which number, and tell a right kernel from a lucky one.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Turn loops into threads, and compute each thread's index.
# 2. Share numbers through a tile, and put the barriers where they belong.
# 3. Count the reads of a kernel, and say what limits its speed.
#
# **Time**: about 150 minutes to read and do; a laptop runs all cells in 30 seconds. Stop before *What the barrier is for* or *Registers* (75 minutes), if you like. Exercise 9.5 is extra.
#
# **Needs**: chapter 08; to be able to read C. No GPU: your CPU runs the same kernels, on Linux with a C++ compiler: `sudo apt install g++`, or `pip install ziglang` (its first kernel takes minutes). On Windows, use WSL (`wsl --install`).
#
# **Symbols**: `a`, `b` the two feature maps, $C \times H \times W$; `out` the scores; $r$ the largest displacement in steps; $D = 2r + 1$; `g` the gradient of the scores.

# %% tags=["nbval-ignore-output"]
# %matplotlib inline
import numpy as np
import torch

import flowlab
import flowlab_course as course
from flowlab.costvolume import Geometry, cuda
from flowlab_course.chapters.ch09 import diagrams, figures, hardware, lab, widgets
from flowlab_course.page.gpu import measured_on_a_gpu

device = course.begin("09").device
print(lab.where())

# %% [markdown]
# ## From loops to threads
#
# All rounds of a loop could run at the same time if they are independent. On a GPU you write a **kernel**, the code of *one* round, and launch it in thousands of **threads**. Threads come in **blocks**, blocks in a **grid**. A thread reads its own place from `threadIdx` and `blockIdx`, which have up to three coordinates.
#
# CuPy compiles a kernel's text and launches it:

# %%
TWICE = """
// extern "C": the kernel keeps its plain name, by which CuPy finds it
extern "C" __global__ void twice(const float* x, float* y, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = 2 * x[i];  // the last block sticks out
}
"""
cupy = hardware.cupy_here()  # CuPy; without a GPU, the same names on the CPU
kernel = cupy.RawKernel(TWICE, "twice")
x, y = cupy.arange(40, dtype=cupy.float32), cupy.zeros(40, cupy.float32)
kernel((2,), (32,), (x, y, cupy.int32(40)))  # 2 blocks of 32; an int of 32 bits
course.claim(
    "The kernel doubles all 40 numbers.",
    np.array_equal(cupy.asnumpy(y), 2 * np.arange(40)),
)

# %% [markdown]
# ### Exercise 9.1: a map
#
# FlowNet's activation is *leaky ReLU*: a positive number stays, any other is multiplied by 0.1. Write the lines of this kernel. Blocks have 32 threads, and as many blocks as cover `n` are launched.
#
# ```
# __global__ void leaky(const float* x, float* y, int n) {
#     // your lines
# }
# ```
#
# `run(lines)` runs the kernel on the CPU with every access watched, and returns `y`. In messages your first line is line 2. `printf` works, and an endless loop is stopped. The check also counts reads: each number once.

# %% tags=["exercise-9.1"]
def leaky_relu(run):
    """Run your kernel on x; returns y."""
    lines = """
    // yours, in C
    """
    return ...


# %%
course.check("9.1", leaky_relu)

# %% [markdown]
# ### Exercise 9.2: the naive correlation
#
# The correlation takes five nested loops: over two displacements, rows, columns and channels. The first four are independent, so let a thread compute one score, and keep the loop over channels. The score is the mean over the channels of `a[c, y, x] * b[c, y + dy, x + dx]`. Numbers outside of `b` count as 0, and each score is written.
#
# `x` counts columns, in blocks of 32 threads; `blockIdx.y` is the row, and `blockIdx.z` the channel of the output, $(d_y + r) D + (d_x + r)$. To a kernel an array is one long row of numbers: element $(c, y, x)$ lies at `(c * H + y) * W + x`, because the last axis runs fastest.
#
# ```
# __global__ void naive(const float* a, const float* b, float* out,
#                       int C, int H, int W, int r) {
#     // your lines
# }
# ```

# %% tags=["exercise-9.2"]
def naive_correlation(run):
    """Run your kernel on a and b; returns the scores, (D * D, H, W)."""
    lines = """
    // yours, in C
    """
    return ...


# %%
course.check("9.2", naive_correlation)

# %% [markdown]
# ## What does it read?
#
# Our solution of 9.2:

# %%
FIRST = """
__global__ void first(const float* a, const float* b, float* out,
                      int C, int H, int W, int r) {
    const int D = 2 * r + 1;
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y, dy = blockIdx.z / D - r, dx = blockIdx.z % D - r;
    if (x >= W) return;
    float sum = 0;
    if (0 <= y + dy && y + dy < H && 0 <= x + dx && x + dx < W)
        for (int c = 0; c < C; ++c)
            sum += a[(c * H + y) * W + x] * b[(c * H + y + dy) * W + x + dx];
    out[(blockIdx.z * H + y) * W + x] = sum / C;
}
"""
C, H, W, r = 4, 8, 60, 4
D = 2 * r + 1
a, b = (lab.inputs(C, H, W, device=device, seed=seed) for seed in (1, 2))
layer = Geometry(kernel_size=1, max_displacement=r, stride1=1, stride2=1, pad_size=r)
expected = flowlab.correlation(a[None], b[None], 1, r, 1, 1, r)[0]
out = torch.zeros_like(expected)
grid, block = (2, H, D * D), (32,)  # two blocks of 32 cover 60 columns
first = lab.run(FIRST, "first", grid, block, (a, b, out, C, H, W, r), record="all")
same = torch.equal(out, expected)
course.claim("A thread for each score gives exactly the layer's numbers.", same)

# %% [markdown]
# (These maps hold multiples of 1/4, so sums are exact in any order. Other numbers would differ by rounding.)
#
# `lab.run` launches a kernel as above, and notes every access. How much does a kernel read?

# %%
guess = course.predict_first(
    "reads of b",
    "How often, per channel, does the first kernel read a place in the middle of b "
    "from global memory, with r = 2?",
    unit="times",
)

# %%
small = (a, b, torch.zeros(5 * 5, H, W, device=device), C, H, W, 2)
near = lab.run(FIRST, "first", (2, H, 5 * 5), block, small, record="all")
in_the_middle = int(near.touched[1].reshape(C, H, W)[0, 4, 30])
course.answer(
    guess,
    in_the_middle,
    "Each of the D x D displacements brings another place of a to it.",
)
products = out.numel() * C
print(lab.per_product(first, products), "for each product")
course.claim(
    "It is D * D times.",
    in_the_middle == 5 * 5,
)

# %% [markdown]
# A product needs two numbers, and this kernel reads both from **global memory**, the card's own (where both are inside). A GPU's caches (L1 and L2) answer many of these *requests*, but each takes an instruction.
#
# ## A tile
#
# Threads of one block have a memory in common: **shared memory**, small and as near as a cache. Let a block fetch a row of `b` once, and every thread take its $D$ partners from there. A thread now computes $D$ scores, and keeps its number of `a` in a *register*, a place of its own.

# %% jupyter={"source_hidden": true}
# Draw the blocks of the grid, and the tile of one block.
course.figure("blocks and tiles", diagrams.tiles((2, H, D), 32, (C, H, W), r))

# %%
TILED = """
__global__ void tiled(const float* a, const float* b, float* out,
                      int C, int H, int W, int r) {
    __shared__ float row[32 + 2 * 4];  // of b: what 32 places meet, for r up to 4
    const int D = 2 * r + 1, t = threadIdx.x, x = blockIdx.x * 32 + t;
    const int y = blockIdx.y, dy = blockIdx.z - r;
    float sum[9] = {};
    for (int c = 0; c < C; ++c) {
        for (int i = t; i < 32 + 2 * r; i += 32) {
            const int x2 = blockIdx.x * 32 + i - r;
            const bool inside = 0 <= y + dy && y + dy < H && 0 <= x2 && x2 < W;
            row[i] = inside ? b[(c * H + y + dy) * W + x2] : 0;
        }
        __syncthreads();  // the row is complete
        const float mine = x < W ? a[(c * H + y) * W + x] : 0;
        for (int dx = 0; dx < D; ++dx) sum[dx] += mine * row[t + dx];
        __syncthreads();  // all threads have read it
    }
    for (int dx = 0; dx < D && x < W; ++dx)
        out[((blockIdx.z * D + dx) * H + y) * W + x] = sum[dx] / C;
}
"""

# %%
out.zero_()
tiled = lab.run(TILED, "tiled", (2, H, D), block, (a, b, out, C, H, W, r), record="all")
print(lab.per_product(tiled, products))
course.claim("The tiled kernel gives the same numbers.", torch.equal(out, expected))
course.claim(
    "It reads less than a fifth as much from global memory.",
    tiled.counts["global reads"] < first.counts["global reads"] / 5,
)

# %% [markdown]
# ### Exercise 9.3: predict the reads
#
# How many numbers does one block of `tiled` read from global memory, both maps together, if it is `columns` threads wide, far from all borders, with $D$ displacements along x and $C$ channels?

# %% tags=["exercise-9.3"]
def reads_of_a_block(columns, D, C):
    """Numbers that a block of `tiled` reads from global memory."""
    return ...


# %%
course.check("9.3", reads_of_a_block)

# %% [markdown]
# ## What the barrier is for
#
# `__syncthreads()` is a **barrier**: no thread of the block goes on before all have arrived. Here is one block: 32 threads from bottom to top, accesses from left to right.

# %%
args = (a, b, out, C, H, W, r)
one_block = lab.run(TILED, "tiled", (2, H, D), block, args, record=70, name="tiled")
course.figure("between barriers", figures.phases(one_block, until=3))
shared = one_block.accesses[one_block.accesses["array"] == lab.SHARED]
written = [set(shared["writes"][shared["interval"] == i]) for i in range(4)]
course.claim(
    "Between two barriers the threads only write shared memory, or only read it.",
    written == [{True}, {False}, {True}, {False}],
)

# %% [markdown]
# What if the first barrier is forgotten? On your CPU you choose the order of the threads. A GPU guarantees none.

# %%
order_guess = course.predict_first(
    "no barrier",
    "Without the first barrier, in three orders of the threads, the scores are",
    options=[
        "right in all three",
        "wrong in the same places",
        "wrong, each time differently",
    ],
)

# %%
FORGOTTEN = TILED.replace("        __syncthreads();  // the row is complete\n", "")
wrong = {}
for order in ("up", "down", "rotated"):
    scores = torch.zeros(expected.shape)  # on the CPU, where the order can be chosen
    args = (a.cpu(), b.cpu(), scores, C, H, W, r)
    lab.run(FORGOTTEN, "tiled", (2, H, D), block, args, order=order, watch=False)
    wrong[order] = float((scores != expected.cpu()).float().mean())
course.answer(
    order_guess,
    "wrong, each time differently",
    "A thread that runs early reads numbers that are not there yet. "
    "How many these are depends on the order.",
)
print({order: f"{share:.0%} wrong" for order, share in wrong.items()})
course.claim(
    "Three orders give three different shares of wrong scores, and none is zero.",
    len(set(wrong.values())) == 3 and min(wrong.values()) > 0,
)

# %% [markdown]
# So watch the accesses. A thread reads a number that was not written yet; or two threads touch one place with no barrier between, and one of them writes (a *race*). For one input such a fault is there in *every* order. (A variable without a first value is NaN here in the first block. In later ones it may be 0, unseen.)
#
# The other classic fault is a *divergent barrier*: only some threads of the block reach it. CUDA calls the outcome undefined: the card may hang, or go on with wrong numbers.

# %%
HALF = """
__global__ void half(const float* x, float* y) {
    __shared__ float tile[32];
    const int t = threadIdx.x;
    if (t < 16) __syncthreads();  // half of the threads
    tile[t] = x[t];
    __syncthreads();  // all of them
    y[t] = tile[31 - t];
}
"""
EARLY = TILED.replace("    float sum[9]", "    if (x >= W) return;\n    float sum[9]")
UNFETCHED = TILED.replace("i = t; i < 32", "i = t; x < W && i < 32")
x, y = lab.inputs(32), torch.zeros(32)
half = lab.fault(HALF, "half", (1,), block, (x, y))
course.claim("The watch names the divergent barrier.", half == "divergent barrier")
wrong_ones = {"forgotten": FORGOTTEN, "early": EARLY, "unfetched": UNFETCHED}
found = lab.faults(wrong_ones, "tiled", (2, H, D), block, args)
course.claim("It finds each, in all three orders.", all(map(all, found.values())))
a64, b64 = (lab.inputs(C, H, 64, seed=seed) for seed in (1, 2))  # two full blocks
args64 = (a64, b64, torch.zeros(D * D, H, 64), C, H, 64, r)
missed = lab.faults(wrong_ones, "tiled", (2, H, D), block, args64)
course.claim(
    "With 64 columns, two full blocks, it finds no fault in early and unfetched.",
    missed["early"] == missed["unfetched"] == ["", "", ""],
)

# %% [markdown]
# In `early`, threads beyond the border leave at once, as in `first`. The watch calls that divergent, too. A GPU does not hang there: its barrier waits only for threads that have not exited. But the threads that left had a part of the row to fetch. In `unfetched` they stay and fetch nothing: the watch finds that others read this part.
#
# The watch sees only what this input makes the threads do: with 64 columns no thread is beyond the border. So choose sizes that do not fit the block.

# %% [markdown]
# ### Exercise 9.4: a row of the tile
#
# FlowNetC compares pixels that are two columns apart. Let displacements be `s` columns apart: a thread adds `a[c, x] * b[c, x + (m - r) * s]` to `sum[m]` (`sum` has no index below 0). Maps have one image row, $C \times W$. Write the body of the loop: fill `row`, use it, and put the barriers. The grid covers `W`.
#
# ```
# __global__ void one_row(const float* a, const float* b, float* out,
#                         int C, int W, int r, int s) {
#     __shared__ float row[64];
#     float sum[9] = {};
#     const int D = 2 * r + 1, t = threadIdx.x, x = blockIdx.x * 32 + t;
#     for (int c = 0; c < C; ++c) {
#         // your lines
#     }
#     for (int m = 0; m < D && x < W; ++m) out[m * W + x] = sum[m] / C;
# }
# ```

# %% tags=["exercise-9.4"]
def row_of_the_tile(run):
    """Run the loop with your lines in it; returns the scores, (D, W)."""
    lines = """
    // yours, in C
    """
    return ...


# %%
course.check("9.4", row_of_the_tile)

# %% [markdown]
# ## Registers
#
# The tiled kernel still reads one number from shared memory for each product. In one clock an *SM* (streaming multiprocessor: it runs blocks, and has the shared memory) reads 32 numbers from there, and could do two to four times as many products: 64 on an A100, 128 on an H200. A thread that holds $R$ numbers of `a` and $M$ numbers of `b` computes $R \cdot M$ products from $R + M$ reads: an *outer product* (Goto and van de Geijn, 2008, on CPUs; Volkov and Demmel, 2008, on GPUs).
#
# Row $y$ meets row $y + d_y$, and row $y + 1$ meets the same one with $d_y - 1$. So the package's own kernel gives each thread 6 rows of `a` and 11 places of a row of `b`. The next cell prints its heart: `left` takes 6 numbers of `a`, `right` one of `b`, each of four channels (`Four`). `sum[k][m]` stays in a register. `#pragma unroll` writes a loop out, because registers have no index (`unroll 1` forbids writing it out).

# %%
course.figure("outer product", diagrams.outer_product(rows=6, places=11))
print(hardware.excerpt("__syncthreads();  // the new tile", 15), end="\n\n")
result, package = lab.run_package("corr", a[None], b[None], layer, record="all")
print("first ", lab.per_product(first, products))
print("tiled ", lab.per_product(tiled, products))
print("package", lab.per_product(package, products))
course.claim(
    "The package's kernel gives the same numbers.",
    torch.equal(result[0], expected),
)
course.claim(
    "It reads less than half as much from shared memory.",
    package.counts["shared reads"] < tiled.counts["shared reads"] / 2,
)
three = {"first": first, "tiled": tiled, "correlation.cu": package}
course.figure("how often b is read", figures.often_read(three, (C, H, W)))
course.claim(
    "With each step a place of b is read less often, in the mean.",
    first.touched[1].mean() > tiled.touched[1].mean() > package.touched[1].mean(),
)

# %% [markdown]
# Pick a kernel and a thread. Blue marks what one block reads, orange squares what your thread reads. In `tiled` and `correlation.cu`, a number of `b` that a thread fetches is used mostly by other threads.
#
# Then choose a tile. A larger one reads less for each product that it computes, and needs more registers. But what the window does not fill is computed in vain: 21 displacements nearly fill two groups of 11.

# %%
args = (a, b, out, C, H, W, r)
lab.run(FIRST, "first", grid, block, args, record=486, name="first")
lab.run_package("corr", a[None], b[None], layer, record=12, name="corr")
widgets.who_reads_what()

# %%
widgets.choose_a_tile()
reads = (6 + 11) / (6 * 11)  # of a thread's tile, for each product that it computes
read, written = 2584.0, 636.5  # MiB of shared memory, by bench/correlation_traffic.py
with_writes = reads * (1 + written / read)  # those that fill the tile
served = 32 / 128  # numbers for each product, in one clock of an SM
print(f"{reads:.3f} reads, with writes {with_writes:.2f}; an H200 serves {served}")
course.claim(
    "Reads alone take 3 % more than is served, with the writes over a quarter more: "
    "shared memory is the limit there, before arithmetic.",
    1.02 < reads / served < 1.04 and with_writes / served > 1.25,
)

# %% [markdown]
# ## What the hardware counts
#
# Threads run in *warps* of 32 neighbours, mostly but (since Volta) not surely in step. The blocks of `FORGOTTEN` are one warp each, so it may be right on a card, by luck. The hardware serves a warp's accesses together. Global memory comes in *sectors* of 32 bytes: if neighbouring threads read neighbouring numbers (*coalesced access*), a sector is used in full. Shared memory has 32 *banks*: place $i$ lies in bank $i$ mod 32, and two places of one bank are read one after the other (a *bank conflict*).

# %%
STEPS = """
__global__ void steps(const float* x, float* y, int step) {
    y[threadIdx.x] = x[threadIdx.x * step];
}
"""
COLUMN = """
__global__ void column(float* y, int pitch) {
    __shared__ float tile[32 * 33];
    for (int i = 0; i < 32; ++i) tile[i * pitch + threadIdx.x] = i;
    __syncthreads();
    y[threadIdx.x] = tile[threadIdx.x * pitch];
}
"""
x, y = torch.ones(1024), torch.zeros(32)
by_step, by_pitch = {}, {}
for step in (1, 2, 8):
    by_step[step] = lab.run(STEPS, "steps", (1,), block, (x, y, step), record=0)
for pitch in (32, 33):
    by_pitch[pitch] = lab.run(COLUMN, "column", (1,), block, (y, pitch), record=0)
course.figure("sectors and banks", diagrams.sectors_and_banks(by_step, by_pitch))
sectors = {step: hardware.sectors(run, array=0) for step, run in by_step.items()}
passes = {pitch: hardware.bank_passes(run) for pitch, run in by_pitch.items()}
print("sectors, by step:", sectors, "passes, by pitch:", passes)
course.claim("Step 8: 8 times the sectors of step 1.", sectors[8] == 8 * sectors[1])
course.claim("Pitch 33 turns 32 passes into one.", passes == {32: 32, 33: 1})

# %%
tile_of_all = 256 * (6 * 32 + 32 + 40) * 4  # 6 rows of a, one of b, 256 channels
flownetc = Geometry(1, 20, 1, 2, 20)  # on one pair
whole = cuda.forward_config((1, 256, 48, 64), flownetc, torch.float32)
print(f"all channels: {tile_of_all:,} bytes; 16 at a time: {whole.shared:,}")
by_registers = 65_536 // (128 * 64)  # correlation.cu: up to 128, and 64 threads
cards = {"H200": (228, 64), "A100": (164, 64), "RTX 4090": (100, 48)}  # KiB, warps
occupancy = {}
for card, (KiB, warps) in cards.items():
    by_memory = KiB * 1024 // (whole.shared + 1024)  # CUDA keeps 1 KiB for each block
    blocks = min(by_registers, by_memory)
    occupancy[card] = 2 * blocks / warps  # a block of 64 threads is 2 warps
    print(f"{card}: {by_registers} blocks by registers,", end=" ")
    print(f"{by_memory} by shared memory: {2 * blocks} of {warps} warps")
print("blocks of the whole layer:", whole.blocks)
course.claim(
    "At most a quarter of an H200's warps are there, and a sixth of an RTX 4090's.",
    (occupancy["H200"], occupancy["RTX 4090"]) == (1 / 4, 1 / 6),
)
course.claim("All channels exceed an SM of an H200.", tile_of_all > 228 * 1024)

# %% [markdown]
# A tile of all 256 channels would be more than an SM has, so the package takes 16 at a time. An SM's registers and its shared memory limit how many blocks it holds, and so its *occupancy*, the share of the possible warps: at most a quarter on an H200. FlowNetC's layer on one pair has only about 3 blocks for each of its 132 SMs: 6 warps. While one warp waits for memory, others run. With few warps, each thread needs work of its own meanwhile (Volkov, *Better Performance at Lower Occupancy*, 2010): here, 66 independent sums.
#
# ## Two gradients
#
# Training needs the derivative of $T = \sum g \cdot \text{corr}(a, b)$ by `a` and by `b`. The obvious kernel *scatters*: each product adds its part to the pixel of `b` that it used.

# %%
SCATTER = """
__global__ void scatter(const float* g, const float* a, float* grad,
                        int C, int H, int W, int r) {
    const int D = 2 * r + 1;
    const int x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    if (x >= W) return;
    for (int m = 0; m < D * D; ++m) {
        const int y2 = y + m / D - r, x2 = x + m % D - r;
        if (y2 < 0 || y2 >= H || x2 < 0 || x2 >= W) continue;
        for (int c = 0; c < C; ++c)
            grad[(c * H + y2) * W + x2] +=
                g[(m * H + y) * W + x] * a[(c * H + y) * W + x] / C;
    }
}
"""
g = lab.inputs(*expected.shape, device=device, seed=3)
args = (g, a, torch.zeros_like(b), C, H, W, r)
course.claim(
    "The watch finds two threads that touch one pixel.",
    lab.fault(SCATTER, "scatter", (2, H), block, args) == "global race",
)

# %% [markdown]
# `+=` is three steps: read, add, write. If two threads do it at the same time, one of the two sums is lost. *Atomic additions* would cure that, but those to one place wait for each other, and add in another order, so with another rounding, at each run. Better turn the loops round: a thread *owns* a pixel of the gradient and *gathers* what belongs there (Stratton and others, 2012: *scatter-to-gather*). Pixel $(y, x)$ of $b$ met $(y - d_y, x - d_x)$ of $a$:
#
# $$\frac{\partial T}{\partial b_{c,y,x}} = \frac{1}{C} \sum_{d_y, d_x} g_{(d_y, d_x),\; y - d_y,\; x - d_x} \; a_{c,\; y - d_y,\; x - d_x}$$
#
# No two threads write to one place.

# %%
b_leaf = b[None].clone().requires_grad_()
flowlab.correlation(a[None], b_leaf, 1, r, 1, 1, r, backend="cpu").backward(g[None])
gathered, _ = lab.run_package("corr_grad_b", g[None], a[None], layer)
course.claim(
    "Gathering gives the gradient that PyTorch gets from matrix products.",
    torch.allclose(gathered, b_leaf.grad, atol=1e-4),
)

# PyTorch's own check, which changes each input a little and compares slopes,
# runs through the raw kernels as well; here with patches of 3 x 3 pixels.
course.claim(
    "Both gradient kernels agree with differences of the forward kernel.",
    lab.gradients_hold(Geometry(3, 1, 1, 1, 2)),
)

# %% [markdown]
# ## How fast can it be?
#
# A card's arithmetic and its memory limit a kernel. Which one holds depends on how many operations (FLOP) it does for each byte that it moves to or from the card's memory, its *arithmetic intensity*. The *roofline* draws it. We counted requests. What caches answer is not moved, so a kernel lies there or further right, if its warps use their sectors in full. Here are two layers, ours with 64 channels and FlowNetC's.

# %%
deep = [lab.inputs(64, H, W, device=device, seed=seed) for seed in (1, 2)]
args = (*deep, out, 64, H, W, r)  # with 4 channels, most of what moves are scores
three = {
    "first": lab.run(FIRST, "first", grid, block, args),
    "tiled": lab.run(TILED, "tiled", (2, H, D), block, args),
    "correlation.cu": lab.run_package("corr", deep[0][None], deep[1][None], layer)[1],
}
flop_of_small = 2 * out.numel() * 64
small_layer = {}
for name, run in three.items():
    bytes_asked_for = 4 * (run.counts["global reads"] + run.counts["global writes"])
    small_layer[f"{name}, by requests"] = flop_of_small / bytes_asked_for
small_layer["each number once"] = flop_of_small / (4 * (2 * 64 * H * W + out.numel()))
c8, h8, w8, channels = 256, 48, 64, 441
flop = 2 * h8 * w8 * channels * c8
moved = 4 * (2 * c8 * h8 * w8 + channels * h8 * w8)
print(f"FlowNetC's layer: {flop / 1e9:.2f} GFLOP on {moved / 1e6:.1f} MB")
# MiB of a, of b and of scores, counted for 8 pairs by bench/correlation_traffic.py
requested = (456.0 + 128.2 + 41.3) * 2**20 / 8
large_layer = {"correlation.cu, by requests": flop / requested}
large_layer["each number once"] = flop / moved
points = {"the small layer": small_layer, "FlowNetC's layer": large_layer}
measured = figures.measured_on_this_card()
course.figure("roofline", figures.roofline(points, measured))

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
# What was measured on a GPU, and the claims of the roofline.
unit = "times the limit of arithmetic or memory"
print(measured_on_a_gpu("correlation_cuda", "worst over the limit", unit=unit))
ridge = {name: flops / bandwidth for name, (flops, bandwidth) in figures.CARDS.items()}
print("where each roof begins:", {name: round(x, 1) for name, x in ridge.items()})
course.claim(
    "If no cache answered a request, memory would be the limit of all three kernels, "
    "and of FlowNetC's layer, on all five cards.",
    max(*list(small_layer.values())[:3], flop / requested) < min(ridge.values()),
)
course.claim(
    "If each number moves once, arithmetic is that layer's limit on four cards, "
    "and memory on an RTX 4090.",
    [name for name in ridge if flop / moved < ridge[name]] == ["RTX 4090"],
)

# %% [markdown]
# Sharing moves a kernel to the right, within a layer: tiles and registers by what it requests, caches from there at most to "each number once". These are counts and limits, no times.
#
# *Tensor cores* would raise the roof: their `mma` instruction for TF32 computes a tile of 16 × 8 sums. A row of `a` times a row of `b` is a matrix product, of which the layer needs a band: 21 displacements for each of 32 columns (the even ones, or the odd ones).

# %%
p, q = np.arange(32)[:, None], np.arange(32)
asked = abs(p - q) <= 10
tiles_met = asked.reshape(2, 16, 4, 8).any(axis=(1, 3)).sum()
computed = tiles_met * 16 * 8 / (32 * 21)  # for each product that `flop` counts
print(f"{tiles_met} of 8 tiles hold products of the band: {computed:.2f} for one")
limits = {}
for card, tf32 in (("H200", 494.5), ("A100", 156)):  # TFLOP/s, as published, not sparse
    fp32, bandwidth = figures.CARDS[card]
    memory = 1e-6 * moved / bandwidth  # each number once
    plain, with_tensor_cores = 1e-6 * flop / fp32, 1e-6 * computed * flop / tf32
    limits[card] = memory, plain, with_tensor_cores
    print(f"{card}: memory {memory:.1f} us; arithmetic {plain:.1f} us (fp32),", end=" ")
    print(f"{with_tensor_cores:.1f} us (TF32, tensor cores)")
memory, plain, with_tensor_cores = limits["H200"]
course.claim(
    "At their peak, an H200's tensor cores make memory the larger of the two limits.",
    with_tensor_cores < memory < plain,
)
course.claim(
    "On an A100, arithmetic would still be the larger one.",
    limits["A100"][0] < limits["A100"][2],
)

# %% [markdown]
# The band touches all 8 tiles, so half of the products more are computed than needed. Still, at its tensor cores' peak, an H200's limit would fall to memory's, a quarter of that of fp32. But TF32 keeps 10 bits of a number's fraction, fp32 23.
#
# ## Recap
#
# - A thread computes its index from `blockIdx` and `threadIdx`; neighbours should read neighbouring numbers.
# - A tile in shared memory turns many reads of one number into one; a barrier follows its filling, and another its use.
# - An outer product in registers does the same for shared memory.
# - A gradient gathers, so that no two threads write to one place.
# - Results can be right by luck. A watch on the accesses finds a race in any order, for the input that runs. On a GPU, `compute-sanitizer --tool racecheck` finds races in shared memory (not those of `scatter`, in global memory); `memcheck` finds accesses out of bounds.

# %% [markdown]
# ## Quiz

# %%
course.quiz("09")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 9.5: the gradient that gathers
#
# Write the gradient by `b`, a thread for each $(c, y, x)$: `blockIdx.z` is the channel, `blockIdx.y` the row, blocks of 32 threads cover the columns. `g` has the axes of `out`. The formula is in *Two gradients*.
#
# ```
# __global__ void gather(const float* g, const float* a, float* grad,
#                        int C, int H, int W, int r) {
#     // your lines
# }
# ```

# %% tags=["exercise-9.5"]
def gathered_gradient(run):
    """Run your kernel on g and a; returns the gradient by b, (C, H, W)."""
    lines = """
    // yours, in C
    """
    return ...


# %%
course.check("9.5", gathered_gradient)

# %% [markdown]
# ### Open task: the other barrier
#
# No checker here: this one is for a conversation. Leave out the second barrier of `tiled` instead of the first. Before you run it, say for each order of the threads ("up", "down", "rotated") which ones will read a wrong number, and what the watch will report. Then run it with `watch=False` in all three orders, and once watched. Use one channel (`a[:1]`, `b[:1]`, `C` = 1). Why is that different? Would two tiles, used in turn, need fewer barriers?

# %% [markdown]
# ## Terms
#
# - *kernel* (核函数): a function that many threads run.
# - *barrier* (同步屏障): no thread of a block passes it before all have arrived.
# - *race* (竞态条件): two threads touch one place, one writes, nothing orders them.
# - *warp* (线程束): 32 threads, served together.
# - *coalesced access* (合并访问): neighbouring threads read neighbouring numbers.
# - *bank conflict* (存储体冲突): a warp needs two places of one bank.
# - *occupancy* (占用率): an SM's warps, of those possible.
# - *arithmetic intensity* (算术强度): operations for each byte moved.

# %% [markdown]
# ## Further reading
#
# - [CUDA C++ Programming Guide](https://docs.nvidia.com/cuda/cuda-c-programming-guide/), NVIDIA. Find the two barriers in the matrix product of its chapter on shared memory.
# - [GPU-Puzzles](https://github.com/srush/GPU-Puzzles), Sasha Rush. Solve three, and compare the counts with yours here.
# - [Roofline: An Insightful Visual Performance Model](https://doi.org/10.1145/1498765.1498785), Williams, Waterman and Patterson, 2009. See how it tells four machines apart.

# %%
course.end()
