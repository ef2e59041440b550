"""Runs the kernels with NumPy alone: for AddressSanitizer's process, where torch has no place, and for planted bugs.

python -m tests.kernels.plain            runs all of the grid, in the build "address"
python -m tests.kernels.plain "BUG"      runs it with that bug
"""

from __future__ import annotations

import sys

import numpy as np

from flowlab.kernels import plan
from flowlab.kernels.source import text
from flowlab.kernels.trace import Program
from tests.kernels.bugs import BUGS
from tests.kernels.geometries import GRID

KERNELS = ("corr", "corr_grad_a", "corr_grad_b")


def problem(case: str, dtype: str = "float32") -> plan.Problem:
    (k, d, s1, s2, p), shape = GRID[case]
    output = tuple(-(-(size + 2 * p - 2 * (d + k // 2)) // s1) for size in shape[2:])
    return plan.Problem(shape, output, k, d, s1, s2, p, dtype)


def arrays(case: str, kernel: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two inputs and an empty result, each in a block of memory of its own."""
    this, rng = problem(case), np.random.default_rng(0)
    out = (this.shape[0], this.side**2, *this.output)
    shapes = (this.shape, this.shape, out) if kernel == "corr" else (out, this.shape, this.shape)
    x, y = (rng.standard_normal(s).astype(np.float32) for s in shapes[:2])
    return x, y, np.full(shapes[2], np.nan, np.float32)


def run(source: str, case: str, kernel: str, build: str, order: str = "up") -> np.ndarray:
    """Compile a text and run one kernel of it on one case."""
    this = problem(case)
    launch = plan.forward(this) if kernel == "corr" else plan.gradient(this, kernel[-1])
    expressions = this.instance.expressions
    program = Program(source, [expressions[kernel]], build, "correlation.cu")
    given = arrays(case, kernel)
    program.run(
        expressions[kernel],
        (launch.blocks,),
        launch.block,
        (*given, *launch.numbers),
        shared=launch.shared,
        order=order,
    )
    return given[2]


def main(bug: str = "") -> None:
    if bug:
        planted = next(b for b in BUGS if b.name == bug)
        for case in GRID:
            run(planted.source, case, planted.kernel, "address")
        return
    for case in GRID:
        for kernel in KERNELS:
            run(text("correlation.cu"), case, kernel, "address")
    print(f"{len(GRID)} geometries, {len(KERNELS)} kernels")


if __name__ == "__main__":
    main(*sys.argv[1:])
