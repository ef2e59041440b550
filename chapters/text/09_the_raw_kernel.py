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
# Threads come in **blocks**, blocks in a **grid**. A thread reads its own place from `threadIdx` and `blockIdx`, three coordinates each. Here `x` counts columns, in blocks of 32; `blockIdx.y` is the row, and `blockIdx.z` the channel of the output.

# %%
FIRST = """
__global__ void first(const float* a, const float* b, float* out,
                      int C, int H, int W, int r) {
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
# An array is one long row of numbers to a kernel. Element $(c, y, x)$ stands at `(c * H + y) * W + x`: the last axis runs fastest. Neighbouring threads have neighbouring `x`, so 32 of them read 32 numbers that lie side by side. The memory delivers these together (*coalesced access*).

# %%
C, H, W, r = 4, 8, 60, 4
D = 2 * r + 1
a, b = (lab.inputs(C, H, W, device=device, seed=seed) for seed in (1, 2))
layer = Geometry(kernel_size=1, max_displacement=r, stride1=1, stride2=1, pad_size=r)
expected = flowlab.correlation(a[None], b[None], 1, r, 1, 1, r)[0]

out = torch.zeros_like(expected)
grid, block = (2, H, D * D), (32,)  # two blocks of 32 cover 60 columns
first = lab.run(FIRST, "first", grid, block, (a, b, out, C, H, W, r), record="all")
course.claim(
    "A thread for each number gives exactly the layer's numbers.",
    torch.equal(out, expected),
)

# %% [markdown]
# On a GPU, CuPy compiles this text and launches it. Without one it was compiled by g++, and threads take turns. Either way, every access was written down.
#
# ## What does it read?
#
# Arithmetic is cheap on a GPU, and memory is far away. So before asking how long a kernel takes, ask how much it reads. First a guess.

# %%
guess = course.predict_first(
    "reads of b",
    "How often, per channel, does the first kernel read a place in the middle of b "
    "from global memory?",
    unit="times",
)

# %%
reads_of_b = first.touched[1].reshape(C, H, W)
in_the_middle = int(reads_of_b[0, 4, 30])
course.answer(
    guess,
    in_the_middle,
    "Each of the D x D displacements would bring another place of a to it, "
    "but a has only H rows.",
)
products = out.numel() * C
print(lab.per_product(first, products), "for each product")
course.claim(
    "It is H * D times, and H is smaller than D.",
    in_the_middle == H * D and H < D,
)

# %% [markdown]
# Two reads for a product are the worst that a kernel can do (here it is 1.391 in the mean, because nothing is read outside of the maps). All these reads ask for the same few numbers again and again.
#
# ## A tile
#
# Threads of one block have a memory in common: **shared memory**, small and as near as a cache. So let a block fetch a row of `b` once, together, and let every thread take its $D$ partners from there. A thread now computes $D$ scores, and keeps its number of `a` in a register.

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
# ### Exercise 9.1: the index arithmetic
#
# A thread of `tiled` holds `sum[dx]`. Give the index in C, with the names of that kernel, at which it belongs in `out`, whose axes are (dy, dx, y, x). As in the kernel, dy is counted from 0 in `blockIdx.z`. You get `run`, which puts your answer into the kernel, runs it with every access watched, and returns what it wrote. Return what `run` returns: `return run("your index")`.

# %% tags=["exercise-9.1"]
def index_of_a_score(run):
    """Run the kernel `tiled` with your index, a text in C."""
    return ...


# %%
course.check("9.1", index_of_a_score)

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
# `__syncthreads()` is a **barrier**: no thread of the block goes on before all have arrived. Here is one block, 32 threads from bottom to top, each doing its accesses from left to right.

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
# What if the first barrier is forgotten? The threads on your CPU take turns, in an order that can be chosen; on a GPU it cannot. Guess, then look.

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
# A kernel that is wrong in one order of a hundred passes many tests. So do not look at results only: watch the accesses. A thread reads a number that was not written yet; or two threads touch one place with no barrier between, and one of them writes (a *data race*). Such a fault is there in *every* order.

# %%
try:
    lab.run(FORGOTTEN, "tiled", (2, H, D), block, args)
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim(
    "The watch finds a read of a number that was not written yet.",
    found == "unwritten",
)

# %% [markdown]
# The other classic fault is a barrier that only some threads reach. The rest never arrive, and a GPU hangs, or goes on with wrong numbers. In `first`, threads beyond the border left at once, and that was fine. Do the same in `tiled`:

# %%
LEAVING = TILED.replace("    float sum[9]", "    if (x >= W) return;\n    float sum[9]")
try:
    lab.run(LEAVING, "tiled", (2, H, D), block, args)
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim(
    "The watch finds a barrier that some threads never reach.",
    found == "divergent barrier",
)

# %% [markdown]
# ### Exercise 9.2: the missing barriers
#
# This kernel adds up, for each thread, its own number and its right neighbour's, 32 numbers at a time. Its barriers are lost. After which lines do they belong? Use as few as possible. As in exercise 9.1, return what `run` returns: `return run([...])`.
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
# ## Registers
#
# The tiled kernel still reads one number from shared memory for each product. That is too slow as well: in one clock, an SM (a GPU's core, with its own shared memory) reads 32 numbers from there and could do four times as many products. The way out is older than GPUs. A thread that holds $R$ numbers of `a` and $M$ numbers of `b` computes $R \cdot M$ products from $R + M$ reads: an **outer product**.
#
# Which rows of `a` can share numbers of `b`? Row $y$ meets row $y + d_y$, and row $y + 1$ meets the same one with $d_y - 1$. So `flowlab/kernels/correlation.cu`, the package's own kernel, gives each thread 6 rows of `a` and 11 places of a row of `b`. Open it: its comments say why each step is as it is, and you know all of its parts now.

# %%
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

# %%
three = {"first": first, "tiled": tiled, "correlation.cu": package}
course.figure("how often b is read", figures.often_read(three, (C, H, W)))
course.claim(
    "With each step a place of b is read less often, in the mean.",
    first.touched[1].mean() > tiled.touched[1].mean() > package.touched[1].mean(),
)

# %% [markdown]
# Who reads what, thread by thread? Pick a kernel and a thread. Blue is what one block reads, and the orange squares are what your thread reads.

# %%
args = (a, b, out, C, H, W, r)
lab.run(FIRST, "first", grid, block, args, record=486, name="first")
lab.run_package("corr", a[None], b[None], layer, record=12, name="corr")
widgets.who_reads_what()

# %% [markdown]
# What to look for: a thread of the first kernel reads the two places of its own products, and shares nothing. A thread of the other two fetches, from global memory, numbers that mostly other threads will use; those that it uses itself it takes from shared memory. In the package's kernel every fourth thread fetches here, 16 numbers each, because it is made for many more channels than these 4.
#
# Larger tiles read less. They also need more registers, which are few, and they compute some products that are not asked for. Try it.

# %%
widgets.choose_a_tile()

# %% [markdown]
# ## Two gradients
#
# Training needs the derivative of $T = \sum g \cdot \text{corr}(a, b)$ by `a` and by `b`. The obvious kernel goes through the same products, and *scatters*: each adds its part to the pixel of `b` that it used.

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

# %%
g = lab.inputs(*expected.shape, device=device, seed=3)
args = (g, a, torch.zeros_like(b), C, H, W, r)
try:
    lab.run(SCATTER, "scatter", (2, H), block, args)
except lab.KernelError as error:
    print(f"{error.kind}: {error}")
    found = error.kind
course.claim(
    "The watch finds two threads that touch one pixel.",
    found == "global race",
)

# %% [markdown]
# `+=` is three steps: read, add, write. If two threads do it at the same time, one of the two sums is lost. *Atomic additions* would cure that, but they are slow, and they add in another order, and so with another rounding, at each run. Better turn the loops round: a thread *owns* a pixel of the gradient and **gathers** what belongs there. For `b`, with the displacement turned round:
#
# $$\frac{\partial T}{\partial b_{c,y,x}} = \frac{1}{C} \sum_{d_y, d_x} g_{(-d_y, -d_x),\; y + d_y,\; x + d_x} \; a_{c,\; y + d_y,\; x + d_x}$$
#
# It is the same sum, with one thread for each result, and so without a race. The package's two gradient kernels are one text with two ways to look up `g`.

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
# Two limits cannot be beaten: the arithmetic of a card, and its memory. Which one counts depends on how many operations (FLOP) a kernel does for each byte it moves. FlowNetC's layer has plenty: if every number moved once,

# %%
c8, h8, w8, channels = 256, 48, 64, 441
flop = 2 * h8 * w8 * channels * c8
moved = 4 * (2 * c8 * h8 * w8 + channels * h8 * w8)
print(f"{flop / 1e9:.2f} GFLOP on {moved / 1e6:.1f} MB:", end=" ")
print(f"{flop / moved:.0f} FLOP for each byte")


def flop_per_byte(run):
    """As counted: two operations for each product, four bytes for each number."""
    numbers = run.counts["global reads"] + run.counts["global writes"]
    return 2 * products / (4 * numbers)


points = {
    "first, as counted": flop_per_byte(first),
    "tiled, as counted": flop_per_byte(tiled),
    "FlowNetC's layer, each number once": flop / moved,
}

measured = figures.measured_on_this_card()
course.figure("roofline", figures.roofline(points, measured))

# %% jupyter={"source_hidden": true} tags=["nbval-ignore-output"]
# What was measured on a GPU, and the claims of the roofline.
unit = "times the limit of arithmetic or memory"
print(measured_on_a_gpu("correlation_cuda", "worst over the limit", unit=unit))
ridge = {name: flops / bandwidth for name, (flops, bandwidth) in figures.CARDS.items()}
flops, bandwidth = figures.CARDS["H200"]
arithmetic, memory = 1e-6 * flop / flops, 1e-6 * moved / bandwidth
print(f"H200, as published: arithmetic {arithmetic:.1f} us, memory {memory:.1f} us")
course.claim(
    "On all four cards the first kernel is bound by memory.",
    points["first, as counted"] < min(ridge.values()),
)
course.claim(
    "The layer itself is bound by arithmetic on all four.",
    flop / moved > max(ridge.values()),
)

# %% [markdown]
# That is what all the sharing was for: to move a kernel to the right, until arithmetic is the limit and not memory. `bench/correlation_cuda.py` measures how near the package comes on your card.
#
# ## Recap
#
# - A thread computes its index from `blockIdx` and `threadIdx`; neighbours should read neighbours.
# - A tile in shared memory turns many reads of one number into one; a barrier stands after it is filled and before it is filled again.
# - An outer product in registers does the same for shared memory.
# - A gradient gathers, so that no two threads write to one place.
# - Results can be right by luck. A watch on the accesses finds the fault in every order.

# %% [markdown]
# ## Quiz

# %%
course.quiz("09")

# %% [markdown]
# ## Exercises

# %% [markdown]
# ### Exercise 9.4: choose the tile
#
# A thread holds `rows` numbers of a and `displacements` of b. Its block goes through $D$ + `rows` − 1 rows of b, and in each through as many groups of `displacements` as cover $D$. From `tiles`, a list of (rows, displacements), return the one that reads least from shared memory for each product that the layer asks for: there are `rows` · $D$ · $D$ of those.

# %% tags=["exercise-9.4"]
def best_tile(tiles, D):
    """The tile with the fewest shared reads for each product that is asked for."""
    return ...


# %%
course.check("9.4", best_tile)

# %% [markdown]
# ### Open task: the other barrier
#
# No checker here: this one is for a conversation. `FORGOTTEN` left out the first barrier of `tiled`. Leave out the second one instead, in a text of your own, and keep the first. Before you run anything, say for each order of the threads ("up", "down", "rotated") which threads will read a wrong number, and what the watch will report. Then run it with `watch=False` in all three orders, and once watched. Run it again on maps with one channel (`a[:1]`, `b[:1]`, `C` = 1). Why is that different? Would two tiles that are used in turn need fewer barriers?

# %% [markdown]
# ## Further reading
#
# - [CUDA C++ Programming Guide](https://docs.nvidia.com/cuda/cuda-c-programming-guide/), NVIDIA. Read the chapter on shared memory, and find in its matrix product the two barriers of this chapter.
# - [GPU-Puzzles](https://github.com/srush/GPU-Puzzles), Sasha Rush. Solve three of them, and compare the counts under each puzzle with yours here.
# - [Roofline: An Insightful Visual Performance Model](https://doi.org/10.1145/1498765.1498785), Williams, Waterman and Patterson, 2009. Look at how the same figure tells three machines apart.

# %%
course.end()
