"""What the counter says of kernels whose sectors, wavefronts and instructions can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from flowlab.costvolume import Geometry
from flowlab_course.cuda_on_cpu import flowlab_kernels
from flowlab_course.cuda_on_cpu.trace import SHARED, Program
from tests.kernels import traffic
from tests.kernels.grid import config_of, needs_gcc
from tests.kernels.traffic import Asked

pytestmark = needs_gcc

T = np.arange(32)

# Each thread reads where a table says: one number of global memory, then one, two and four of shared memory.
READS = """
struct alignas(16) Four { float at[4]; };
template <typename V> __global__ void shared(const int* at, float* y) {
    extern __shared__ float4 tile[];
    float* const s = reinterpret_cast<float*>(tile);
    const int t = threadIdx.x;
    for (int i = t; i < 4096; i += 32) s[i] = 1;
    __syncthreads();
    const V mine = *reinterpret_cast<V*>(s + at[t]);
    y[t] = sizeof(mine);
}
__global__ void from_global(const int* at, float* y, const float* x) { y[threadIdx.x] = x[at[threadIdx.x]]; }
"""
READ = ("shared<float>", "shared<double>", "shared<Four>", "from_global")


def reading(kernel: str, at: np.ndarray) -> traffic.Traffic:
    x, y = np.zeros(4096, np.float32), np.zeros(32, np.float32)
    args = (at.astype(np.int32), y, x) if kernel == "from_global" else (at.astype(np.int32), y)
    return traffic.count(Program(READS, READ).run(kernel, (1,), (32,), args, shared=16384, record="all"))


@pytest.mark.parametrize(
    ("at", "sectors"),
    [
        (T, 4),  # 128 bytes in a row
        (T + 1, 5),  # which begin in the middle of a sector
        (2 * T, 8),
        (8 * T, 32),  # a sector for each
        (0 * T, 1),
        (31 - T, 4),
        (T % 2 * 64, 2),
    ],
)
def test_a_warp_reads_the_sectors_that_it_touches(at, sectors):
    assert reading("from_global", at)[2, False] == Asked(1, 128, sectors)


@pytest.mark.parametrize(
    ("at", "wavefronts"),
    [
        (T, 1),
        (T + 1, 1),
        (2 * T, 2),
        (4 * T, 4),
        (32 * T, 32),  # all in one bank
        (33 * T, 1),  # which is why one pads
        (3 * T, 1),
        (0 * T, 1),  # one word, for all
        (T // 2, 1),
        (T % 4 * 32, 4),  # four words of one bank, each for eight threads
    ],
)
def test_a_wavefront_gives_one_word_of_each_bank(at, wavefronts):
    assert reading("shared<float>", at)[SHARED, False] == Asked(1, 128, wavefronts)


@pytest.mark.parametrize(
    ("at", "wavefronts"),
    [
        (4 * T, 4),  # 512 bytes in a row
        (8 * T, 8),  # of 8 threads, two meet in each bank
        (20 * T, 4),  # an odd number of fours between neighbours: none meet
        (36 * T, 4),
        (32 * T, 32),
        (0 * T, 4),  # eight threads at a time, all of the same four words
    ],
)
def test_four_numbers_a_thread_are_given_to_eight_threads_at_a_time(at, wavefronts):
    assert reading("shared<Four>", at)[SHARED, False] == Asked(1, 512, wavefronts)


@pytest.mark.parametrize(("at", "wavefronts"), [(2 * T, 2), (4 * T, 4), (0 * T, 2), (34 * T, 2)])
def test_two_numbers_a_thread_are_given_to_sixteen(at, wavefronts):
    assert reading("shared<double>", at)[SHARED, False] == Asked(1, 256, wavefronts)


KERNEL = """
__global__ void go(float* x, float* y) {
    const int t = threadIdx.x;
    BODY
}
"""


def counted(body: str, threads: int = 32, grid: int = 1, record: str | None = "all") -> traffic.Traffic:
    x, y = np.zeros(4096, np.float32), np.zeros(4096, np.float32)
    program = Program(KERNEL.replace("BODY", body), ["go"])
    return traffic.count(program.run("go", (grid,), (threads,), (x, y), record=record))


def test_four_numbers_of_eight_bytes_take_two_instructions():
    asked = counted("struct alignas(32) F { double at[4]; }; F v = reinterpret_cast<F*>(x)[t]; y[t] = v.at[0];")
    assert asked[0, False] == Asked(2, 1024, 64)  # of each 32 bytes half at a time: the sector is asked for twice


def test_warps_and_blocks_add_up():
    assert counted("y[blockIdx.x * 64 + t] = 1;", threads=64, grid=3)[1, True] == Asked(6, 6 * 128, 6 * 4)


@pytest.mark.parametrize(
    ("body", "instructions"),
    [
        ("if (t < 16) y[t] = x[t]; y[t + 64] = 1;", 2),  # those who had nothing to do wait for the others
        ("if (t % 2) y[t] = 1; else y[t] = 2;", 2),
        ("for (int i = 0; i <= t / 8; ++i) y[32 * i + t] = 1;", 4),  # as often as the longest
        ("for (int i = 0; i < 3; ++i) { if (t > i) y[32 * i + t] = 1; y[128 + 32 * i + t] = 2; }", 6),
        ("if (t == 0) return; y[t] = 1;", 1),
    ],
)
def test_threads_that_go_different_ways_meet_again(body, instructions):
    asked = counted(body)[1, True]
    assert asked.instructions == instructions


def test_threads_wait_for_those_who_are_in_a_function():
    source = """
    __device__ float one(const float* p) { return *p; }
    __global__ void go(const float* x, float* y) {
        const int t = threadIdx.x;
        float v = 0;
        if (t < 8) v = one(x + t);
        y[t] = v;
    }"""
    x, y = np.zeros(32, np.float32), np.zeros(32, np.float32)
    asked = traffic.count(Program(source, ["go"]).run("go", (1,), (32,), (x, y), record="all"))
    assert asked == {(0, False): Asked(1, 32, 1), (1, True): Asked(1, 128, 4)}


def test_what_was_not_recorded_asks_for_nothing():
    assert counted("y[t] = 1;", record=None) == {}


@pytest.mark.parametrize("kernel", ["corr", "corr_grad_a", "corr_grad_b"])
def test_in_flowlabs_kernels_no_neighbours_meet_in_a_bank(kernel):
    geometry, maps = Geometry(1, 4, 1, 2, 4), (1, 64, 9, 40)
    out = (1, geometry.side**2, 9, 40)
    shapes = (maps, maps, out) if kernel == "corr" else (out, maps, maps)
    config, program = config_of(kernel, maps, geometry), flowlab_kernels.program
    args = (*(np.zeros(s, np.float32) for s in shapes), *config.numbers)
    run = program(config.file, config.template, "as written").run
    trace = run(config.expression, (config.blocks,), config.block, args, shared=config.shared, record="all")
    asked = traffic.count(trace)
    for writes in (False, True):
        assert asked[SHARED, writes].units <= 4 * asked[SHARED, writes].instructions  # of 16 bytes a thread
    assert asked[SHARED, False].bytes == 512 * asked[SHARED, False].instructions
    result = asked[2, True]
    assert result.units * traffic.SECTOR == result.bytes  # the rows begin at multiples of a sector
