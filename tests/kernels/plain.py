"""Runs the kernels with NumPy alone: for AddressSanitizer's process, where torch has no place, and for planted bugs.

python -m tests.kernels.plain CONFIGS            runs all of the grid, in the build "address"
python -m tests.kernels.plain CONFIGS "BUG"      runs it with that bug

CONFIGS is a JSON file of launches, which test_bugs.py writes: a launch configuration is made with torch's dtypes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from flowlab_course.cuda_on_cpu.trace import Program
from tests.kernels.bugs import BUGS, SOURCE
from tests.kernels.geometries import GRID

KERNELS = ("corr", "corr_grad_a", "corr_grad_b")


def arrays(case: str, kernel: str, launch: dict[str, Any]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two inputs and an empty result, each in a block of memory of its own."""
    maps, out, rng = GRID[case][1], launch["output"], np.random.default_rng(0)
    shapes = (maps, maps, out) if kernel == "corr" else (out, maps, maps)
    x, y = (rng.standard_normal(s).astype(np.float32) for s in shapes[:2])
    return x, y, np.full(shapes[2], np.nan, np.float32)


def run(source: str, case: str, kernel: str, launch: dict[str, Any], build: str, order: str = "up") -> np.ndarray:
    """Compile a text and run one kernel of it on one case."""
    program = Program(source, [launch["expression"]], build, "correlation.cu")
    given = arrays(case, kernel, launch)
    program.run(
        launch["expression"],
        (launch["blocks"],),
        launch["block"],
        (*given, *launch["numbers"]),
        shared=launch["shared"],
        order=order,
    )
    return given[2]


def main(configs: str, bug: str = "") -> None:
    launches = json.loads(Path(configs).read_text(encoding="utf-8"))
    if bug:
        planted = next(b for b in BUGS if b.name == bug)
        for case in GRID:
            run(planted.source, case, planted.kernel, launches[case][planted.kernel], "address")
        return
    for case in GRID:
        for kernel in KERNELS:
            run(SOURCE, case, kernel, launches[case][kernel], "address")
    print(f"{len(GRID)} geometries, {len(KERNELS)} kernels")


if __name__ == "__main__":
    main(*sys.argv[1:])
