"""Chapter 09's runs, traced; its exercises' numbers against the tracer's counts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import flowlab
from flowlab.costvolume import Geometry, cuda
from flowlab.kernels.launch import source
from flowlab_course.chapters.ch09 import exercises as ch09
from flowlab_course.chapters.ch09 import lab
from flowlab_course.cuda_on_cpu import compile as gcc
from flowlab_course.cuda_on_cpu.trace import Program, SharedRaceError
from tests.kernels.grid import needs_gcc

DOUBLE = """
__global__ void twice(const float* x, float* y, int n) {
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < n) y[i] = 2 * x[i];
}
"""


def twice(n: int = 40, **options) -> tuple[torch.Tensor, lab.Run]:
    y = torch.zeros(n)
    return y, lab.run(DOUBLE, "twice", (2,), (32,), (lab.inputs(n), y, n), **options)


@needs_gcc
def test_a_run_changes_its_tensors_and_counts_what_was_moved():
    y, run = twice(record="all")
    assert torch.equal(y, 2 * lab.inputs(40))
    assert run.counts == {"global reads": 40, "global writes": 40, "shared reads": 0, "shared writes": 0}
    assert (run.touched[0] == 1).all()
    assert not run.touched[1].any()


@needs_gcc
def test_one_block_is_kept_access_by_access():
    _, run = twice(record=1)
    assert run.accesses["thread"].tolist() == np.repeat(np.arange(8), 2).tolist()
    assert set(run.accesses["offset"] // 4) == set(range(32, 40))


@needs_gcc
def test_counts_are_numbers_where_four_are_read_at_once():
    a = lab.inputs(1, 2, 4, 32)
    out, run = lab.run_package("corr", a, a, Geometry(1, 0, 1, 1, 0), record="all")
    torch.testing.assert_close(out, flowlab.correlation(a, a, 1, 0, 1, 1, 0))
    assert (run.touched[0] == 4).all()  # a's four rows, once for each row of b that they meet
    assert run.counts["global reads"] == int(run.touched[0].sum() + run.touched[1].sum())


@needs_gcc
def test_a_run_with_a_name_is_found_by_it(monkeypatch):
    monkeypatch.setattr(lab, "_named", {})
    with pytest.raises(RuntimeError, match="'twice' has not run yet: run the cells above"):
        lab.recorded("twice")
    _, run = twice(record=1, name="twice")
    assert lab.recorded("twice") is run


def test_without_a_compiler_nothing_is_shown_as_if_it_had_run(monkeypatch):
    monkeypatch.setattr(gcc, "why_not", lambda: "it takes g++ (on Debian: apt install g++)")
    for ask in (lab.where, twice, lambda: lab.gradients_hold(Geometry(3, 1, 1, 1, 2))):
        with pytest.raises(RuntimeError, match=r"apt install g\+\+\); until then, read on: the outputs saved"):
            ask()


@needs_gcc
@pytest.mark.parametrize("case", ch09._reads_cases(), ids=lambda case: case.note)
def test_a_tiled_block_reads_what_the_exercise_says(case):
    columns, D, C = case.args
    C_small, r = min(C, 8), (D - 1) // 2
    source = ch09.TILED.format(index="((blockIdx.z * D + dx) * H + y) * W + x").replace("32", str(columns))
    source = source.replace("row[40]", "row[80]")
    H, W = D + 2, 3 * columns
    a, b = lab.inputs(C_small, H, W), lab.inputs(C_small, H, W, seed=1)
    middle = 1 + 3 * (r + H * r)  # the middle tile of a middle row at dy = 0
    args = (a, b, torch.zeros(D * D, H, W), C_small, H, W, r)
    run = lab.run(source, "tiled", (3, H, D), (columns,), args, record=middle)
    reads = (run.accesses["writes"] == 0) & (run.accesses["array"] >= 0)
    assert reads.sum() * C == case.expected * C_small


@needs_gcc
@pytest.mark.parametrize(("rows", "displacements"), [(6, 11), (7, 7), (1, 9), (8, 3)])
def test_a_tile_reads_what_the_exercise_and_the_widget_say(rows, displacements, monkeypatch):
    from flowlab_course.chapters.ch09.widgets import tiles as kernel_tiles

    monkeypatch.setattr(cuda, "ROWS", rows)
    monkeypatch.setattr(cuda, "DISPLACEMENTS", displacements)
    text = source("correlation.cu").replace("ROWS = 6", f"ROWS = {rows}")
    text = text.replace("DISPLACEMENTS = 11", f"DISPLACEMENTS = {displacements}")
    geometry = Geometry(1, 4, 1, 1, 0)  # no padding: all rows of b are there
    a, b = lab.inputs(1, 4, 8 + 2 * rows, 40), lab.inputs(1, 4, 8 + 2 * rows, 40, seed=1)
    config = cuda.forward_config(a.shape, geometry, a.dtype)
    out = torch.zeros(1, 81, *geometry.output_size(*a.shape[2:]))
    program, args = Program(text, [config.expression], "as written"), (a, b, out, *config.numbers)
    run = program.run(config.expression, (config.blocks,), config.block, args, shared=config.shared)
    torch.testing.assert_close(out, flowlab.correlation(a, b, 1, 4, 1, 1, 0))
    D, products = 9, out.numel() * 4
    reads = (D + rows - 1) * -(-D // displacements) * (rows + displacements) / (rows * D * D)
    assert run.bytes["shared reads"] / 4 / products == pytest.approx(reads)
    window = next(iter(kernel_tiles.WINDOWS))
    assert kernel_tiles.compute(rows, displacements, window).reads == pytest.approx(reads)


@needs_gcc
def test_the_barriers_exercise_names_the_fault():
    with pytest.raises(SharedRaceError, match="line 6: thread"):
        ch09.RunBarriers(64)([6])
    with pytest.raises(ValueError, match="lines are 1 to 13, got 14"):
        ch09.RunBarriers(64)([14])
    with pytest.raises(TypeError, match="run takes the index as a text in C"):
        ch09.RunIndex(1, 2, 3, 1)(5)
