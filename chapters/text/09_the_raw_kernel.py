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
# > At the end of this chapter you can write the correlation layer and its gradients in CUDA, say which thread reads what, and tell a kernel that is right from one that is lucky.

# %% [markdown]
# ## Before you start
#
# **Objectives**
#
# 1. Turn loops into threads, and compute each thread's index.
# 2. Share numbers through a tile, and put the barriers where they belong.
# 3. Count what a kernel reads, and say what limits its speed.
#
# **Time**: about 70 minutes to read and do; a laptop runs all cells in 30 seconds.
#
# **Needs**: chapter 08; to be able to read C. No GPU: the same text runs on your CPU, thread for thread, if g++ is there. Readers in a hurry can skip to chapter 10.
#
# **Symbols**: `a`, `b` the two feature maps, $C \times H \times W$; `out` the scores; $r$ the largest displacement in steps; $D = 2r + 1$; `g` the gradient of the scores.

# %%
# %matplotlib inline
import torch

import flowlab
import flowlab_course as course
from flowlab.costvolume import Geometry
from flowlab_course.chapters.ch09 import diagrams, figures, lab, widgets
from flowlab_course.page.gpu import measured_on_a_gpu

device = course.begin("09").device

# %% tags=["nbval-ignore-output"]
print(lab.where())

# %% [markdown]
# ## From loops to threads
#
# Chapter 08 had five nested loops: over rows, columns, two displacements and channels. The first four are independent: every score could be computed at the same time. A GPU takes that literally. You write what happens for *one* score, a **thread**, and launch a million of them.
#
# Threads come in **blocks**, blocks in a **grid**. A thread finds out who it is from `threadIdx` and `blockIdx`, three coordinates each. Here `x` counts columns, in blocks of 32; `blockIdx.y` is the row, and `blockIdx.z` the channel of the output.

# %%
FIRST = """
__global__ void first(const float* a, const float* b, float* out, int C, int H, int W, int r) {
    const int D = 2 * r + 1;
    const int x = blockIdx.x * blockDim.x + threadIdx.x;
    const int y = blockIdx.y, dy = blockIdx.z / D - r, dx = blockIdx.z % D - r;
    if (x >= W) return;  // the last block sticks out
    float sum = 0;
    if (0 <= y + dy && y + dy < H && 0 <= x + dx && x + dx < W)
        for (int c = 0; c < C; ++c)
            sum += a[(c * H + y) * W + x] * b[(c * H + y + dy) * W + x + dx];
    out[(blockIdx.z * H + y) * W + x] = sum / C;
}
"""

# %% [markdown]
# An array is one long row of numbers to a kernel. Element $(c, y, x)$ stands at `(c * H + y) * W + x`: the last axis runs fastest. Neighbouring threads have neighbouring `x`, so 32 of them read 32 numbers that lie side by side, which the memory delivers in one go.

# %%
C, H, W, r = 4, 8, 60, 4
D = 2 * r + 1
a, b = lab.inputs(C, H, W, device=device, seed=1), lab.inputs(C, H, W, device=device, seed=2)
layer = Geometry(kernel_size=1, max_displacement=r, stride1=1, stride2=1, pad_size=r)
expected = flowlab.correlation(a[None], b[None], 1, r, 1, 1, r)[0]

out = torch.zeros_like(expected)
grid, block = (2, H, D * D), (32,)  # two blocks of 32 cover 60 columns
first = lab.run(FIRST, "first", grid, block, (a, b, out, C, H, W, r), record="all")
course.claim("A thread for each number gives exactly the layer's numbers.", torch.equal(out, expected))

# %% [markdown]
# On a GPU, CuPy compiles this text and launches it. Without one it was compiled by g++, and threads take turns. Either way, every access was written down.
#
# ## What does it read?
#
# Arithmetic is cheap on a GPU, and memory is far away. So before asking how long a kernel takes, ask how much it reads. First a guess.

# %%
guess = course.predict_first("reads of b", "How often, per channel, is a place in the middle of b read from global memory?", unit="times")

# %%
reads_of_b = first.touched[1].reshape(C, H, W)
in_the_middle = int(reads_of_b[0, 4, 30])
course.answer(guess, in_the_middle, "Each of the D x D displacements brings another place of a to it; rows at the border have fewer partners.")
products = out.numel() * C
print(lab.per_product(first, products), "for each product")
course.claim("It is fewer than D * D only because rows of a are missing above and below.", in_the_middle == H * D < D * D)

# %% [markdown]
# Two reads for a product are the worst that a kernel can do (it is a little less here, since nothing is read outside of the maps). All those reads ask for the same few numbers again and again.
#
# ## A tile
#
# Threads of one block have a memory in common: **shared memory**, small and as near as a cache. So let a block fetch a row of `b` once, together, and let every thread take its $D$ partners from there. A thread now computes $D$ scores, and keeps its number of `a` in a register.

# %%
TILED = """
__global__ void tiled(const float* a, const float* b, float* out, int C, int H, int W, int r) {
    __shared__ float row[32 + 2 * 4];  // of b: what 32 places meet, for r up to 4
    const int D = 2 * r + 1, t = threadIdx.x, x = blockIdx.x * 32 + t, y = blockIdx.y, dy = blockIdx.z - r;
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
        __syncthreads();  // nobody reads it any more
    }
    for (int dx = 0; dx < D && x < W; ++dx)
        out[((blockIdx.z * D + dx) * H + y) * W + x] = sum[dx] / C;
}
"""

# %%
out.zero_()
tiled = lab.run(TILED, "tiled", (2, H, D), block, (a, b, out, C, H, W, r), record="all")
print(lab.per_product(tiled, products))
course.figure("blocks and tiles", diagrams.tiles((2, H, D), 32, (C, H, W), r))
course.claim("The tiled kernel gives the same numbers.", torch.equal(out, expected))
course.claim("It reads less than a fifth as much from global memory.", 5 * tiled.counts["global reads"] < first.counts["global reads"])

# %% [markdown]
# ## What the barrier is for
#
# `__syncthreads()` is a **barrier**: no thread of the block goes on before all have arrived. Here is one block, 32 threads from bottom to top, each doing its accesses from left to right.

# %%
one_block = lab.run(TILED, "tiled", (2, H, D), block, (a, b, out, C, H, W, r), record=70, name="tiled")
course.show(
    figures.phases(one_block, until=3),
    alt="Accesses of 32 threads in four stretches between barriers: first they read global and write shared memory, then they read shared memory, and so on.",
    see="fetch, barrier, use, barrier, fetch again. Eight threads come by twice, for the row is 40 numbers long; four of those lie left of the picture, and are zero without being read.",
)

# %% [markdown]
# What if the first barrier is forgotten? The threads on your CPU take turns, in an order that can be chosen; on a GPU the order is nobody's choice. Guess, then look.

# %%
order_guess = course.predict_first(
    "no barrier",
    "Without the first barrier, in three orders of the threads, the scores are",
    options=["right in all three", "wrong in the same places", "wrong, each time differently"],
)

# %%
FORGOTTEN = TILED.replace("        __syncthreads();  // the row is complete\n", "")
wrong = {}
for order in ("up", "down", "rotated"):
    scores = torch.zeros(expected.shape)  # on the CPU: on a GPU the order is not to be chosen
    args = (a.cpu(), b.cpu(), scores, C, H, W, r)
    lab.run(FORGOTTEN, "tiled", (2, H, D), block, args, order=order, watch=False)
    wrong[order] = float((scores != expected.cpu()).float().mean())
print({order: f"{share:.0%} wrong" for order, share in wrong.items()})
course.answer(order_guess, "wrong, each time differently", "Who runs early reads what is not there yet. From the top downwards, most of the row happens to be there.")
course.claim("One kernel, one input, three results.", len(set(wrong.values())) == 3 and min(wrong.values()) > 0)

# %% [markdown]
# A kernel that is wrong in one order of a hundred passes many a test. So do not look at results only: watch the accesses. If a thread reads what nobody wrote, or two threads touch one place with no barrier between, that is a fault in *every* order.

# %%
try:
    lab.run(FORGOTTEN, "tiled", (2, H, D), block, args)
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim("The watch finds the missing barrier, and its line.", found == "unwritten")

# %% [markdown]
# The other classic is a barrier that only some threads come by. The rest never arrive, and a GPU hangs, or goes on with rubbish. In `first`, threads beyond the border left at once, and that was fine. Do the same in `tiled`:

# %%
LEAVING = TILED.replace("    float sum[9]", "    if (x >= W) return;\n    float sum[9]")
try:
    lab.run(LEAVING, "tiled", (2, H, D), block, args)
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim("Where there is a barrier, no thread may leave early.", found == "divergent barrier")

# %% [markdown]
# ## Registers
#
# The tiled kernel still reads one number from shared memory for each product. That is too slow as well: in one clock, an SM (a GPU's core, with its own shared memory) reads 32 numbers from there and could do four times as many products. The way out is older than GPUs. Whoever holds $R$ numbers of `a` and $M$ numbers of `b` has $R \cdot M$ products for $R + M$ reads: an **outer product**.
#
# Which rows of `a` can share numbers of `b`? Row $y$ meets row $y + d_y$, and row $y + 1$ meets the same one with $d_y - 1$. So `flowlab/kernels/correlation.cu`, the package's own kernel, gives each thread 6 rows of `a` and 11 places of a row of `b`. Open it: half of its lines are comments, and you know all of its parts now.

# %%
result, package = lab.run_package("corr", a[None], b[None], layer, record="all")
print("first ", lab.per_product(first, products))
print("tiled ", lab.per_product(tiled, products))
print("package", lab.per_product(package, products))
course.claim("The package's kernel gives the same numbers.", torch.equal(result[0], expected))
course.claim("It reads less than half as much from shared memory.", 2 * package.counts["shared reads"] < tiled.counts["shared reads"])

# %%
course.show(
    figures.often_read({"first": first, "tiled": tiled, "correlation.cu": package}, (C, H, W)),
    alt="Three maps of b, coloured by how often a place is read: bright for the first kernel, dark for the tiled one, darker still for the package's.",
    see="each step makes the map darker. In the second map, brighter columns where the tiles of two blocks overlap.",
)

# %% [markdown]
# Who reads what, thread by thread? Pick a kernel and a thread. Blue is what one block reads, and the orange squares are what your thread reads.

# %%
lab.run(FIRST, "first", grid, block, (a, b, out, C, H, W, r), record=486, name="first")
lab.run_package("corr", a[None], b[None], layer, record=12, name="corr")
widgets.who_reads_what()

# %% [markdown]
# What to look for: a thread of the first kernel reads its own two places, and nobody shares. A thread of the other two fetches, from global memory, numbers that mostly others will use; its own it takes from shared memory. In the package's kernel every fourth thread fetches here, 16 numbers at once, for it is made for many more channels than these 4.
#
# Larger tiles read less. They also need more registers, which are few, and some of their products nobody asked for. Try it.

# %%
widgets.choose_a_tile()

# %% [markdown]
# ## Two gradients
#
# Training needs the derivative of $T = \sum g \cdot \text{corr}(a, b)$ by `a` and by `b`. The obvious kernel goes through the same products, and *scatters*: each adds its part to the pixel of `b` that it used.

# %%
SCATTER = """
__global__ void scatter(const float* g, const float* a, float* grad, int C, int H, int W, int r) {
    const int D = 2 * r + 1, x = blockIdx.x * blockDim.x + threadIdx.x, y = blockIdx.y;
    if (x >= W) return;
    for (int m = 0; m < D * D; ++m) {
        const int y2 = y + m / D - r, x2 = x + m % D - r;
        if (y2 < 0 || y2 >= H || x2 < 0 || x2 >= W) continue;
        for (int c = 0; c < C; ++c)
            grad[(c * H + y2) * W + x2] += g[(m * H + y) * W + x] * a[(c * H + y) * W + x] / C;
    }
}
"""
g = lab.inputs(*expected.shape, device=device, seed=3)
try:
    lab.run(SCATTER, "scatter", (2, H), block, (g, a, torch.zeros_like(b), C, H, W, r))
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim("Two threads add to one pixel.", found == "global race")

# %% [markdown]
# `+=` is three steps: read, add, write. If two threads do it at the same time, one of the two sums is lost. Atomic additions would cure that, slowly, and with another rounding at each run. Better turn the loops round: a thread *owns* a pixel of the gradient and **gathers** what belongs there. For `b`, with the displacement turned round:
#
# $$\frac{\partial T}{\partial b_{c,y,x}} = \frac{1}{C} \sum_{d_y, d_x} g_{(-d_y, -d_x),\; y + d_y,\; x + d_x} \; a_{c,\; y + d_y,\; x + d_x}$$
#
# The same sum, one thread for each result, no quarrel. The package's two gradient kernels are one text with two ways to look up `g`.

# %%
b_leaf = b[None].clone().requires_grad_()
flowlab.correlation(a[None], b_leaf, 1, r, 1, 1, r, backend="cpu").backward(g[None])
gathered, _ = lab.run_package("corr_grad_b", g[None], a[None], layer)
course.claim("Gathering gives the gradient that PyTorch gets from matrix products.", torch.allclose(gathered, b_leaf.grad, atol=1e-4))

# %% [markdown]
# And PyTorch's own check, which changes each input a little and compares slopes, runs through the raw kernels as well, here with patches of 3 × 3 pixels:

# %%
course.claim("Forward and both gradients fit each other.", lab.gradients_hold(Geometry(3, 1, 1, 1, 2)))

# %% [markdown]
# ## How fast can it be?
#
# Two limits cannot be beaten: the arithmetic of a card, and its memory. Which one counts depends on how many operations (FLOP) a kernel does for each byte it moves. FlowNetC's layer has plenty: if every number moved once,

# %%
c8, h8, w8, channels = 256, 48, 64, 441
flop = 2 * h8 * w8 * channels * c8
moved = 4 * (2 * c8 * h8 * w8 + channels * h8 * w8)
print(f"{flop / 1e9:.2f} GFLOP on {moved / 1e6:.1f} MB: {flop / moved:.0f} FLOP for each byte")
def flop_per_byte(run):
    """As counted: two operations for each product, four bytes for each number."""
    return 2 * products / (4 * (run.counts["global reads"] + run.counts["global writes"]))
points = {"first, as counted": flop_per_byte(first), "tiled, as counted": flop_per_byte(tiled), "FlowNetC's layer, each number once": flop / moved}

# %%
measured = figures.measured_on_this_card()
course.show(
    figures.roofline(points, measured),
    alt="A roofline: for four cards, lines that rise with FLOP per byte and turn flat at the card's peak; three vertical lines mark the kernels.",
    see="the lines are limits that the makers publish, not measurements. The first two kernels stand under the slope, where memory rules; the layer itself stands under the flat roof.",
)

# %% tags=["nbval-ignore-output"]
print(measured_on_a_gpu("correlation_cuda", "worst over the limit", unit="times the limit of arithmetic or memory"))
ridge = {card: flops / bandwidth for card, (flops, bandwidth) in figures.CARDS.items()}
h200 = figures.CARDS["H200"]
print(f"H200: {1e6 * flop / (h200[0] * 1e12):.1f} us of arithmetic, {1e6 * moved / (h200[1] * 1e12):.1f} us of memory, as published")
course.claim("On all four cards the first kernel is bound by memory.", points["first, as counted"] < min(ridge.values()))
course.claim("The layer itself is bound by arithmetic.", flop / moved > max(ridge.values()))

# %% [markdown]
# That is what all the sharing was for: to move a kernel to the right, until arithmetic is the limit and not memory. `bench/correlation_cuda.py` measures how near the package comes on your card.
#
# ## Recap
#
# - A thread computes its index from `blockIdx` and `threadIdx`; neighbours should read neighbours.
# - A tile in shared memory turns many reads of one number into one; a barrier stands after it is filled and before it is filled again.
# - An outer product in registers does the same for shared memory.
# - A gradient gathers, so that no two threads write to one place.
# - Results can be right by luck. Watched accesses cannot.

# %% [markdown]
# ## Quiz

# %%
course.quiz("09")

# %% [markdown]
# ## Exercises
#
# In the first two you get `run`, which puts your answer into a kernel, runs it with every access watched, and returns what it wrote. Return what `run` returns.

# %% [markdown]
# ### Exercise 9.1: the index arithmetic
#
# A thread of `tiled` holds `sum[dx]`. Give the index in C, with the names of that kernel, at which it belongs in `out`, whose axes are (dy, dx, y, x). As in the kernel, dy is counted from 0 in `blockIdx.z`: `return run("your index")`.

# %% tags=["exercise-9.1"]
def index_of_a_score(run):
    """Run the kernel `tiled` with your index, a text in C."""
    return ...


# %%
course.check("9.1", index_of_a_score)

# %% [markdown]
# ### Exercise 9.2: the missing barriers
#
# This kernel adds up, for each thread, its own number and its right neighbour's, 32 numbers at a time. Its barriers are lost. After which lines do they belong? Use as few as possible: `return run([...])`.
#
# ```
#  1  __global__ void pairs(const float* x, float* y, int n) {
#  2      __shared__ float tile[32];
#  3      const int t = threadIdx.x;
#  4      float sum = 0;
#  5      for (int first = 0; first < n; first += 32) {
#  6          tile[t] = x[first + t];
#  7          sum += tile[t];
#  8          if (t < 31) {
#  9              sum += tile[t + 1];
# 10          }
# 11      }
# 12      y[t] = sum;
# 13  }
# ```

# %% tags=["exercise-9.2"]
def where_barriers_belong(run):
    """Run the kernel with a __syncthreads() after each of the lines that you list."""
    return ...


# %%
course.check("9.2", where_barriers_belong)

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
# ### Exercise 9.4: choose the tile
#
# A thread holds `rows` numbers of a and `displacements` of b. Its block goes through $D$ + `rows` − 1 rows of b, and in each through as many groups of `displacements` as cover $D$. From `tiles`, a list of (rows, displacements), return the one that reads least from shared memory for each product that the layer asks for: there are `rows` · $D$ · $D$ of those.

# %% tags=["exercise-9.4"]
def best_tile(tiles, D):
    """The tile (rows, displacements) with the fewest shared reads for each product that is asked for."""
    return ...


# %%
course.check("9.4", best_tile)

# %% [markdown]
# ## Further reading
#
# - [CUDA C++ Programming Guide](https://docs.nvidia.com/cuda/cuda-c-programming-guide/), NVIDIA. Read the chapter on shared memory, and find in its matrix product the two barriers of this chapter.
# - [GPU-Puzzles](https://github.com/srush/GPU-Puzzles), Sasha Rush. Solve three of them, and compare the counts under each puzzle with yours here.
# - [Roofline: An Insightful Visual Performance Model](https://doi.org/10.1145/1498765.1498785), Williams, Waterman and Patterson, 2009. Look at how the same figure tells three machines apart.

# %%
course.end()
