"""Exercises of chapter 09: an index, two barriers, a count, a choice. The first two are run by the tracer."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import torch

from flowlab_course.chapters.ch09 import lab as kernel_lab
from flowlab_course.chapters.ch09.mistakes import MISTAKES
from flowlab_course.chapters.ch09.solutions import best_tile, index_of_a_score, reads_of_a_block, where_barriers_belong
from flowlab_course.cuda_on_cpu.trace import DivergentBarrierError
from flowlab_course.exercises.mistakes import read_mistakes
from flowlab_course.exercises.spec import NOT_NEGATIVE, Case, Exercise

TILED = """
__global__ void tiled(const float* a, const float* b, float* out, int C, int H, int W, int r) {{
    __shared__ float row[40];
    const int D = 2 * r + 1, t = threadIdx.x, x = blockIdx.x * 32 + t, y = blockIdx.y, dy = blockIdx.z - r;
    float sum[9] = {{}};
    for (int c = 0; c < C; ++c) {{
        for (int i = t; i < 32 + 2 * r; i += 32) {{
            const int x2 = blockIdx.x * 32 + i - r;
            const bool inside = 0 <= y + dy && y + dy < H && 0 <= x2 && x2 < W;
            row[i] = inside ? b[(c * H + y + dy) * W + x2] : 0;
        }}
        __syncthreads();
        const float mine = x < W ? a[(c * H + y) * W + x] : 0;
        for (int dx = 0; dx < D; ++dx) sum[dx] += mine * row[t + dx];
        __syncthreads();
    }}
    for (int dx = 0; dx < D && x < W; ++dx) out[{index}] = sum[dx] / C;
}}
"""


PAIRS = """__global__ void pairs(const float* x, float* y, int n) {
    __shared__ float tile[32];
    const int t = threadIdx.x;
    float sum = 0;
    for (int first = 0; first < n; first += 32) {
        tile[t] = x[first + t];
        sum += tile[t];
        if (t < 31) {
            sum += tile[t + 1];
        }
    }
    y[t] = sum;
}"""


class RunIndex:
    """What exercise 9.1 hands out: runs `tiled` with an index that the learner wrote."""

    def __init__(self, C: int, H: int, W: int, r: int) -> None:
        self.sizes = (C, H, W, r)
        self.a, self.b = (kernel_lab.inputs(C, H, W, seed=seed) for seed in (5, 6))

    def __call__(self, index: object) -> np.ndarray:
        """Return the scores, (D * D, H, W)."""
        if not isinstance(index, str):
            raise TypeError(f'run takes the index as a text in C, such as "x", got {type(index).__name__}')
        _, H, W, r = self.sizes
        D = 2 * r + 1
        out = torch.zeros(D * D, H, W)
        kernel_lab.run(
            TILED.format(index=index), "tiled", (-(-W // 32), H, D), (32,), (self.a, self.b, out, *self.sizes)
        )
        return out.numpy()

    def expected(self) -> np.ndarray:
        """The scores by equation 1, in NumPy."""
        C, H, W, r = self.sizes
        D = 2 * r + 1
        padded = np.pad(self.b.numpy(), ((0, 0), (r, r), (r, r)))
        shifts = [padded[:, dy : dy + H, dx : dx + W] for dy in range(D) for dx in range(D)]
        return np.stack([(self.a.numpy() * shifted).sum(0) / C for shifted in shifts])


def _index_cases():
    sizes = [(2, 4, 33, 1), (3, 3, 7, 2)]
    cases = []
    for C, H, W, r in sizes:
        run = RunIndex(C, H, W, r)
        cases.append(Case((run,), run.expected(), f"maps of {C} x {H} x {W} with r = {r}"))
    return cases


class RunBarriers:
    """What exercise 9.2 hands out: runs `pairs` with barriers after the lines that the learner lists."""

    def __init__(self, n: int) -> None:
        self.n, self.x = n, kernel_lab.inputs(n, seed=n)

    def __call__(self, lines: Sequence[int]) -> tuple[np.ndarray, int]:
        """Return the sums, (32,), and how many barriers each thread passes."""
        text = PAIRS.splitlines()
        wrong = [line for line in lines if not 1 <= line <= len(text)]
        if wrong:
            raise ValueError(f"the kernel's lines are 1 to {len(text)}, got {wrong[0]}")
        with_barriers = [line + " __syncthreads();" * list(lines).count(number) for number, line in enumerate(text, 1)]
        y = torch.zeros(32)
        branch = [line for line in lines if line in (8, 9)]
        if branch:  # the tracer may come upon a race first, and name that
            raise DivergentBarrierError(
                "the barrier after this line is inside the if: thread 31 never reaches it", branch[0]
            )
        kernel_lab.run("\n".join(with_barriers), "pairs", (1,), (32,), (self.x, y, self.n))
        return y.numpy(), sum(self.n // 32 if 5 <= line <= 10 else 1 for line in lines)

    def expected(self) -> tuple[np.ndarray, int]:
        """The sums in NumPy; two barriers for each 32 numbers."""
        x = self.x.numpy().reshape(-1, 32)
        right = np.concatenate([x[:, 1:], np.zeros((len(x), 1), x.dtype)], axis=1)
        return (x + right).sum(0), 2 * len(x)


def _barrier_cases():
    cases = []
    for n in (64, 128):
        run = RunBarriers(n)
        cases.append(Case((run,), run.expected(), f"{n} numbers"))
    return cases


def _reads_cases():
    # As the tracer counts them: tests/course/test_kernel_lab.py runs the kernel.
    return [
        Case((32, 9, 4), 288, "32 threads, D = 9, 4 channels"),
        Case((32, 5, 1), 68, "32 threads, D = 5, one channel"),
        Case((64, 9, 256), 34_816, "64 threads, D = 9, 256 channels"),
    ]


def _least(tiles, D):
    """The tile by the definition, read by read."""
    found = []
    for rows, displacements in tiles:
        reads = 0
        for _ in range(D + rows - 1):
            for _ in range(0, D, displacements):
                reads += rows + displacements
        found.append(Fraction(reads, rows * D * D))
    return tiles[found.index(min(found))]


def _tile_cases():
    sevens = [  # these tell slips apart that agree on the others
        ([(9, 6), (4, 3), (5, 13), (3, 2), (4, 7), (9, 7), (5, 4)], 21),
        ([(5, 14), (8, 9), (8, 4), (10, 12), (1, 14), (5, 6), (7, 10)], 5),
    ]
    # Counted by hand, reads / products: for D = 9 there are rows * 81 products.
    # (4, 11): 12 rows of b, 1 group, 15 reads: 180 / 324 = 0.56    (7, 7): 15, 2, 14: 420 / 567 = 0.74
    # (1, 9): 9, 1, 10: 90 / 81 = 1.11                              (8, 3): 16, 3, 11: 528 / 648 = 0.81
    # For D = 21, rows * 441: (4, 11): 24, 2, 15: 720 / 1764 = 0.41 (7, 7): 27, 3, 14: 1134 / 3087 = 0.37
    # (8, 10): 28, 3, 18: 1512 / 3528 = 0.43                        (3, 21): 23, 1, 24: 552 / 1323 = 0.42
    # For D = 3, rows * 9: (8, 8): 10, 1, 16: 160 / 72 = 2.22       (2, 3): 4, 1, 5: 20 / 18 = 1.11
    # (4, 3): 6, 1, 7: 42 / 36 = 1.17                               (1, 3): 3, 1, 4: 12 / 9 = 1.33
    # (6, 2): 8, 2, 8: 128 / 54 = 2.37
    # For D = 11, rows * 121: (1, 11): 11, 1, 12: 132 / 121 = 1.09 (6, 2): 16, 6, 8: 768 / 726 = 1.06
    return [
        Case(([(1, 9), (4, 11), (8, 3), (7, 7)], 9), (4, 11), "D = 9, tiles (1, 9), (4, 11), (8, 3), (7, 7)"),
        Case(([(4, 11), (8, 10), (3, 21), (7, 7)], 21), (7, 7), "D = 21, tiles (4, 11), (8, 10), (3, 21), (7, 7)"),
        Case(([(1, 11), (6, 2)], 11), (6, 2), "D = 11, tiles (1, 11), (6, 2)"),
        Case(
            ([(6, 2), (8, 8), (1, 3), (4, 3), (2, 3)], 3), (2, 3), "D = 3, tiles (6, 2), (8, 8), (1, 3), (4, 3), (2, 3)"
        ),
        *(Case((tiles, D), _least(tiles, D), f"D = {D}, tiles {str(tiles)[1:-1]}") for tiles, D in sevens),
    ]


EXERCISES = [
    Exercise(
        id="9.1",
        title="the index arithmetic",
        hints=(
            "Which of the axes runs slowest in memory, and which fastest?",
            "Begin with the outermost axis, multiply by the length of the next, add its index, and so on.",
            (
                'The axes are blockIdx.z (of D), dx (of D), y (of H), x (of W). Return run("...") with the formula '
                "between the quotes."
            ),
        ),
        solution=index_of_a_score,
        cases=_index_cases,
        mistakes=read_mistakes(index_of_a_score, MISTAKES["9.1"]),
    ),
    Exercise(
        id="9.2",
        title="the missing barriers",
        hints=(
            "Which line writes to shared memory? Which lines read what other threads wrote?",
            "One barrier lies between writing the tile and reading a neighbour's number.",
            "The loop comes round: the tile is written again while a slow thread may still be reading the old one.",
        ),
        solution=where_barriers_belong,
        cases=_barrier_cases,
        mistakes=read_mistakes(where_barriers_belong, MISTAKES["9.2"]),
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
        title="choose the tile",
        hints=(
            "How many rows of b does a tile meet that has `rows` rows of a?",
            (
                "Write down the reads of one tile: rows of b, times groups, times (rows + displacements). Groups are "
                "D / displacements, rounded up."
            ),
            (
                "-(-D // displacements) rounds up. min(tiles, key=...) returns the tile whose key is smallest; the "
                "key is reads over rows * D * D."
            ),
        ),
        solution=best_tile,
        cases=_tile_cases,
        mistakes=read_mistakes(best_tile, MISTAKES["9.4"]),
        atol=0.0,
        rtol=0.0,
    ),
]
