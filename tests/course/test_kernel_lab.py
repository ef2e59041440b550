"""Chapter 09's runs, traced; its exercises' numbers against the tracer's counts."""

from __future__ import annotations

import ast
import os
import re
import signal
import time

import numpy as np
import pytest
import torch

import flowlab
from flowlab.costvolume import Geometry, cuda
from flowlab.kernels.launch import source
from flowlab_course.build import read_text
from flowlab_course.chapters.ch09 import exercises as ch09
from flowlab_course.chapters.ch09 import hardware, lab
from flowlab_course.chapters.ch09.child import Ended, apart
from flowlab_course.chapters.ch09.solutions import leaky_relu, row_of_the_tile
from flowlab_course.chapters.ch09.yours import KernelFaultError
from flowlab_course.cuda_on_cpu import compile as gcc
from flowlab_course.cuda_on_cpu.trace import Program
from flowlab_course.exercises import grade
from tests.chapters.paths import CHAPTERS
from tests.course.mutants import passes
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
    source = kernel_of_the_chapter("TILED").replace("32", str(columns)).replace("row[", "row[40 + ")
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


def test_the_limit_of_a_tile_is_what_takes_more_clocks_of_an_sm():
    from flowlab_course.chapters.ch09.widgets import tiles as kernel_tiles

    limits = []
    for window in kernel_tiles.WINDOWS:
        for rows, displacements in np.ndindex(8, 16):
            tile = kernel_tiles.compute(rows + 1, displacements + 1, window)
            products = (rows + 1) * (displacements + 1)
            clocks = {"arithmetic": products / 128, "shared memory": (rows + displacements + 2) / 32}
            assert clocks[tile.limit] == max(clocks.values())
            limits.append(tile.limit)
    assert set(limits) == {"arithmetic", "shared memory"}
    assert kernel_tiles.compute(8, 16, window).limit == "arithmetic"


@needs_gcc
def test_faults_are_looked_for_in_three_orders(capsys):
    x, y = lab.inputs(8), torch.zeros(8)
    assert lab.faults({"nine": DOUBLE}, "twice", (1,), (32,), (x, y, 9)) == {"nine": 3 * ["outside"]}
    assert lab.faults({"eight": DOUBLE}, "twice", (1,), (32,), (x, y, 8)) == {"eight": ["", "", ""]}
    assert "eight: no fault" in capsys.readouterr().out


@needs_gcc
def test_a_fault_names_the_readers_line_and_the_array():
    (run,) = ch09._map_cases()[0].args
    with pytest.raises(KernelFaultError) as caught:
        run("""
    const int i = blockIdx.x * blockDim.x + threadIdx.x;
    y[i] = x[i];
    """)
    assert f"{caught.value}".startswith("outside, line 3: thread (8, 0, 0) of block (1, 0, 0) reads outside")
    assert "x at element 40, which has 40" in f"{caught.value}"
    assert "line" not in str(caught.value)  # so that the same fault on another line is the same mistake
    with pytest.raises(SyntaxError, match=r"g\+\+ does not understand"):
        run("y[threadIdx.x] = ;")
    with pytest.raises(TypeError, match="run takes your lines as a text in C"):
        run(5)


@needs_gcc
def test_what_is_right_and_reads_or_waits_too_much_is_told():
    (run,) = ch09._map_cases()[0].args
    twice = leaky_relu(lambda lines: lines.replace("value > 0 ?", "x[i] > 0 ?"))
    with pytest.raises(KernelFaultError, match=r"too many reads, .* reads 80 from global memory; 40 are enough"):
        run(twice)
    (run,) = ch09._row_cases()[0].args
    late = row_of_the_tile(lambda lines: lines + "__syncthreads();")
    with pytest.raises(KernelFaultError, match=r"too many barriers, .* passes 9 barriers; 6 are enough"):
        run(late)


LUCKY = [("9.2", "sum = 0", "sum", "no first value"), ("9.5", "sum = 0", "sum", "no first value")]
ENDS = [
    ("9.2", "++c", "c += 0", "no end, your kernel was stopped after 3 seconds"),
    ("9.1", "y[i] =", "while (true) {} y[i] =", "no end"),
    ("9.2", "blockIdx.z / D", "blockIdx.z / (r - r)", "division by zero"),
    ("9.1", "y[i] =", "float* z; z[i] = 0; y[i] =", "crash"),
    ("9.2", "blockIdx.z / D", "blockIdx.z // D", r"comment, `//` begins a comment in C, .* z // D - r"),
    ("9.1", "blockIdx.x *", "if (t == 0) blockIdx.x *", "does not understand"),
]
ALSO_RIGHT = [
    ("9.1", "value > 0 ? value : 0.1f * value", "max(value, 0.1 * value)"),
    ("9.1", "= x[i];", "= __ldg(x + i);"),
    ("9.4", "__syncthreads()", "__syncwarp()"),
    ("9.2", "sum / C;\n    ", "sum / C; // the mean"),
]


def changed(id_, old, new):
    """Return the exercise, and the answer that hands in the changed lines of its solution."""
    exercise = next(e for e in ch09.EXERCISES if e.id == id_)
    lines = exercise.solution(lambda lines: lines)
    assert old in lines
    return exercise, lambda run: run(lines.replace(old, new))


@needs_gcc
@pytest.mark.parametrize(("id_", "old", "new"), ALSO_RIGHT)
def test_what_a_gpu_takes_is_taken(id_, old, new):
    exercise, answer = changed(id_, old, new)
    assert passes(exercise, exercise.cases(), answer)


@needs_gcc
@pytest.mark.parametrize(("id_", "old", "new", "name"), LUCKY)
def test_a_sum_without_a_first_value_is_not_praised(id_, old, new, name):
    result = grade(*changed(id_, old, new))
    assert (result.status, result.mistake) == ("wrong", name)


@needs_gcc
@pytest.mark.parametrize(("id_", "old", "new", "said"), ENDS)
def test_a_kernel_that_would_end_this_process_is_told(id_, old, new, said):
    exercise, answer = changed(id_, old, new)
    with pytest.raises((KernelFaultError, SyntaxError)) as caught:
        answer(*exercise.cases()[0].args)
    assert re.search(said, f"{caught.value}")


@needs_gcc
def test_an_endless_loop_does_not_hang_the_session():
    endless = DOUBLE.replace("{", "{ for (int k = 0; k < n; k += 0) y[0] = k;", 1)
    y = torch.ones(40)
    started = time.monotonic()
    for watch in (True, False):
        with pytest.raises(lab.Ended, match="was stopped after 1 seconds; does each of its loops"):
            lab.run(endless, "twice", (2,), (32,), (lab.inputs(40), y, 40), watch=watch, seconds=1)
    assert time.monotonic() - started < 60
    assert (y == 1).all()
    with pytest.raises(lab.Ended):
        lab.traced(Program(endless, ["twice"]), "twice", (1,), (32,), (np.ones(40, np.float32),) * 2 + (40,), 1)


@needs_gcc
def test_what_a_kernel_prints_is_shown(capfd):
    exercise, answer = changed("9.1", "y[i] =", 'if (i == 3) printf("here %d\\n", i); y[i] =')
    answer(*exercise.cases()[0].args)
    assert capfd.readouterr().out == "here 3\n"


def test_where_the_system_is_not_linux_a_kernel_runs_in_this_process(monkeypatch):
    assert apart(os.getpid, 3) != os.getpid()
    monkeypatch.setattr("flowlab_course.chapters.ch09.child.sys.platform", "darwin")
    assert apart(os.getpid, 3) == os.getpid()


def test_what_ends_a_child_leaves_this_process_alive():
    assert apart(lambda: np.arange(3).sum(), 3) == 3
    with pytest.raises(ZeroDivisionError):
        apart(lambda: 1 // 0, 3)
    for name, kind in ((signal.SIGSEGV, "crash"), (signal.SIGFPE, "division by zero"), (signal.SIGABRT, "no end")):
        with pytest.raises(Ended) as caught:
            apart(lambda name=name: os.kill(os.getpid(), name), 3)
        assert caught.value.kind == kind


SLIPS = {">=": ">", " < ": " <= ", "||": "&&", "&&": "||", " += sum": " = sum", "% D": "/ D", "- r": "+ r"}
RIGHT = {"9.4": ["r (int i = t; i <= 32 + 2 * r"]}  # it fetches one number more, which no thread uses


@needs_gcc
@pytest.mark.parametrize("exercise", [e for e in ch09.EXERCISES if e.id != "9.3"], ids=lambda exercise: exercise.id)
def test_a_slip_in_a_kernel_is_found(exercise):
    lines = exercise.solution(lambda lines: lines)
    passed, cases = [], exercise.cases()
    for old, new in SLIPS.items():
        for place in (found.start() for found in re.finditer(re.escape(old), lines)):
            slip = lines[:place] + new + lines[place + len(old) :]
            if passes(exercise, cases, lambda run, slip=slip: run(slip)):
                passed.append(slip[max(0, place - 15) : place + 15].strip())
    assert passed == RIGHT.get(exercise.id, [])


def kernel_of_the_chapter(name):
    """Return a kernel's text as the chapter's cell sets it."""
    for cell in read_text(CHAPTERS / "text" / "09_the_raw_kernel.py").cells:
        if cell.source.startswith(f"{name} = "):
            return ast.literal_eval(ast.parse(cell.source).body[0].value)
    raise AssertionError(f"no cell of chapter 09 begins with {name} =")


@needs_gcc
def test_sectors_and_banks_of_a_warp():
    kernel = """
    __global__ void k(const float* x, float* y, int step) {
        __shared__ float tile[512];
        for (int i = threadIdx.x; i < 512; i += 32) tile[i] = 0;
        __syncthreads();
        y[threadIdx.x] = x[threadIdx.x * step] + tile[threadIdx.x * step];
    }"""
    x, y = torch.ones(512), torch.zeros(32)
    for step, sectors, queue in ((0, 1, 1), (1, 4, 1), (2, 8, 2), (3, 12, 1), (8, 32, 8), (16, 32, 16)):
        run = lab.run(kernel, "k", (1,), (32,), (x, y, step), record=0)
        assert (hardware.sectors(run, 0), hardware.bank_passes(run)) == (sectors, queue)


@needs_gcc
def test_the_call_of_cupy_runs_on_the_cpu():
    cupy = hardware.cupy_here()
    x, y = cupy.arange(40, dtype=cupy.float32), cupy.zeros(40, cupy.float32)
    cupy.RawKernel(DOUBLE, "twice")((2,), (32,), (x, y, cupy.int32(39)))
    assert cupy.asnumpy(y).tolist() == [2 * i for i in range(39)] + [0]


@needs_gcc
def test_a_fault_is_printed_and_changes_nothing(capsys):
    y = torch.zeros(8)
    assert lab.fault(DOUBLE, "twice", (1,), (32,), (lab.inputs(8), y, 9)) == "outside"
    assert capsys.readouterr().out.startswith("twice: outside, line 4: thread (8, 0, 0)")
    assert not y.any()
    assert lab.fault(DOUBLE, "twice", (1,), (32,), (lab.inputs(8), y, 8)) == ""


def test_an_excerpt_must_be_there():
    with pytest.raises(ValueError, match=r"correlation\.cu has no line with 'no such'"):
        hardware.excerpt("no such", 3)
