"""Exercises of chapter 09: four kernels, which the tracer runs, and a count."""

from __future__ import annotations

import numpy as np

from flowlab_course.chapters.ch09 import lab
from flowlab_course.chapters.ch09.mistakes import MISTAKES
from flowlab_course.chapters.ch09.mistakes_of_kernels import MISTAKES as MISTAKES_OF_KERNELS
from flowlab_course.chapters.ch09.solutions import (
    gathered_gradient,
    leaky_relu,
    naive_correlation,
    reads_of_a_block,
    row_of_the_tile,
)
from flowlab_course.chapters.ch09.yours import Kernel, Yours
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise

LEAKY = Kernel("leaky", ("x", "y"), "__global__ void leaky(const float* x, float* y, int n) {")
NAIVE = Kernel(
    "naive",
    ("a", "b", "out"),
    "__global__ void naive(const float* a, const float* b, float* out, int C, int H, int W, int r) {",
)
ROW = Kernel(
    "one_row",
    ("a", "b", "out"),
    "__global__ void one_row(const float* a, const float* b, float* out, int C, int W, int r, int s) {"
    " __shared__ float row[64]; float sum[9] = {};"
    " const int D = 2 * r + 1, t = threadIdx.x, x = blockIdx.x * 32 + t;"
    " for (int c = 0; c < C; ++c) {",
    "}\n for (int m = 0; m < D && x < W; ++m) out[m * W + x] = sum[m] / C;\n}",
)
GATHER = Kernel(
    "gather",
    ("g", "a", "grad"),
    "__global__ void gather(const float* g, const float* a, float* grad, int C, int H, int W, int r) {",
)


def _blocks(W: int) -> int:
    return -(-W // 32)


def _map_cases():
    cases = []
    for n in (40, 64, 7):
        x = lab.inputs(n, seed=n)
        expected = np.where(x.numpy() > 0, x.numpy(), np.float32(0.1) * x.numpy())
        cases.append(Case((Yours(LEAKY, (_blocks(n),), (x,), (n,), expected, n),), expected, f"{n} numbers"))
    return cases


def _pairs(H: int, W: int, r: int):
    """Yield, for each displacement m, the slices of the first and of the second map that meet."""
    for dy in range(-r, r + 1):
        for dx in range(-r, r + 1):
            first = np.s_[max(0, -dy) : max(0, H - max(0, dy)), max(0, -dx) : max(0, W - max(0, dx))]
            second = np.s_[max(0, dy) : max(0, H + min(0, dy)), max(0, dx) : max(0, W + min(0, dx))]
            yield first, second


def _correlation_cases():
    cases = []
    for C, H, W, r in ((2, 4, 33, 1), (3, 3, 7, 2)):
        a, b = (lab.inputs(C, H, W, seed=seed) for seed in (5, 6))
        D = 2 * r + 1
        expected = np.zeros((D * D, H, W), np.float32)
        for m, (first, second) in enumerate(_pairs(H, W, r)):
            expected[m][first] = (a.numpy()[:, *first] * b.numpy()[:, *second]).sum(0, dtype=np.float32) / np.float32(C)
        run = Yours(NAIVE, (_blocks(W), H, D * D), (a, b), (C, H, W, r), expected, 2 * C * D * D * H * W)
        cases.append(Case((run,), expected, f"maps of {C} x {H} x {W} with r = {r}"))
    return cases


def _row_cases():
    cases = []
    for C, W, r, s in ((3, 60, 2, 2), (2, 33, 4, 2), (1, 40, 2, 3)):
        a, b = (lab.inputs(C, W, seed=seed) for seed in (7, 8))
        D, reach = 2 * r + 1, r * s
        padded = np.pad(b.numpy(), ((0, 0), (reach, reach)))
        shifted = [padded[:, m * s : m * s + W] for m in range(D)]
        expected = np.stack([(a.numpy() * one).sum(0, dtype=np.float32) / np.float32(C) for one in shifted])
        reads = _blocks(W) * C * (32 + 32 + 2 * reach)
        run = Yours(ROW, (_blocks(W),), (a, b), (C, W, r, s), expected, reads, barriers=2 * C)
        cases.append(Case((run,), expected, f"{C} channels of {W} columns with r = {r}, s = {s}"))
    return cases


def _gradient_cases():
    cases = []
    for C, H, W, r in ((2, 4, 33, 1), (3, 3, 7, 2)):
        D = 2 * r + 1
        g, a = lab.inputs(D * D, H, W, seed=9), lab.inputs(C, H, W, seed=10)
        expected = np.zeros((C, H, W), np.float32)
        for m, (first, second) in enumerate(_pairs(H, W, r)):
            expected[:, *second] += g.numpy()[m][first] * a.numpy()[:, *first]
        expected /= np.float32(C)
        run = Yours(GATHER, (_blocks(W), H, C), (g, a), (C, H, W, r), expected, 2 * C * D * D * H * W)
        cases.append(Case((run,), expected, f"maps of {C} x {H} x {W} with r = {r}"))
    return cases


def _reads_cases():
    # As the tracer counts them: tests/course/test_kernel_lab.py runs the kernel.
    return [
        Case((32, 9, 4), 288, "32 threads, D = 9, 4 channels"),
        Case((32, 5, 1), 68, "32 threads, D = 5, one channel"),
        Case((64, 9, 256), 34_816, "64 threads, D = 9, 256 channels"),
    ]


EXERCISES = [
    Exercise(
        id="9.1",
        title="a map",
        hints=(
            "Which number is a thread's own, and which threads have none?",
            "Its number is i = blockIdx.x * blockDim.x + threadIdx.x. From i = n on there is none: return.",
            (
                "Read x[i] once, into a variable: const float value = x[i]; Then y[i] = condition ? value : 0.1f * "
                "value; chooses between two values. The check counts reads."
            ),
        ),
        solution=leaky_relu,
        cases=_map_cases,
        mistakes=read_mistakes(leaky_relu, MISTAKES_OF_KERNELS["9.1"]),
    ),
    Exercise(
        id="9.2",
        title="the naive correlation",
        hints=(
            "Which four of the five loops does the grid replace, and which loop is left?",
            (
                "x comes from blockIdx.x and threadIdx.x, y is blockIdx.y, and blockIdx.z is (dy + r) * D + (dx + r): "
                "take it apart with / and %."
            ),
            (
                "Element (c, y, x) of a lies at (c * H + y) * W + x. Where (y + dy, x + dx) is outside of b, add "
                "nothing, but write the score: it is 0. Divide the sum by C."
            ),
        ),
        solution=naive_correlation,
        cases=_correlation_cases,
        mistakes=read_mistakes(naive_correlation, MISTAKES_OF_KERNELS["9.2"]),
    ),
    Exercise(
        id="9.3",
        title="predict the reads",
        hints=(
            "For one channel, how long is the row of b that the block fetches?",
            "The block's places are `columns` long, and it needs (D - 1) / 2 more at each end.",
            "Of a, each thread reads its own number, once a channel.",
        ),
        solution=reads_of_a_block,
        cases=_reads_cases,
        mistakes=read_mistakes(reads_of_a_block, MISTAKES["9.3"]),
        bounds=NOT_NEGATIVE,
        atol=0.0,
        rtol=0.0,
    ),
    Exercise(
        id="9.4",
        title="a row of the tile",
        hints=(
            "How many numbers of b do 32 neighbouring columns meet, if displacements reach r * s to each side?",
            (
                "Thread t fetches row[t], row[t + 32], ... A number of the row that lies outside of b is 0, and is "
                "written as well. Then all threads wait, use the row, and wait again."
            ),
            (
                "row[i] holds column blockIdx.x * 32 + i - r * s of b. So thread t meets row[t + m * s] at "
                "displacement m. Both barriers stand outside of every if and of the loop that fetches."
            ),
        ),
        solution=row_of_the_tile,
        cases=_row_cases,
        mistakes=read_mistakes(row_of_the_tile, MISTAKES_OF_KERNELS["9.4"]),
    ),
    Exercise(
        id="9.5",
        title="the gradient that gathers",
        hints=(
            "Which pixels of a were multiplied by this pixel of b, and at which displacement each?",
            (
                "At displacement m = (dy + r) * D + (dx + r), pixel (y1, x1) of a meets (y1 + dy, x1 + dx) of b. "
                "You know the place in b, so y1 = y - dy and x1 = x - dx."
            ),
            (
                "A loop over m adds g[m, y1, x1] * a[c, y1, x1] where (y1, x1) is inside. Keep the sum in a variable, "
                "and write it once, divided by C."
            ),
        ),
        solution=gathered_gradient,
        cases=_gradient_cases,
        mistakes=read_mistakes(gathered_gradient, MISTAKES["9.5"]),
    ),
]
