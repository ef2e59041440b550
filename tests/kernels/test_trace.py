"""The tracer runs what a GPU would run, says what a thread did wrong, and keeps what it has compiled."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import numpy as np
import pytest
import torch

from flowlab_course.cuda_on_cpu import compile as gcc
from flowlab_course.cuda_on_cpu.trace import SHARED, KernelError, Program
from tests.kernels.grid import needs_gcc

REVERSE = """
__global__ void reverse(const float* x, float* y, int n) {
    __shared__ float tile[64];
    const int t = threadIdx.x;
    tile[t] = x[blockIdx.x * 64 + t];
    __syncthreads();
    y[blockIdx.x * 64 + t] = tile[63 - t];
}
"""


def reverse(**options):
    x, y = np.arange(128, dtype=np.float32), np.zeros(128, np.float32)
    trace = Program(options.pop("source", REVERSE), ["reverse"], options.pop("build", "as written")).run(
        "reverse", (2,), (64,), (x, y, 128), **options
    )
    return y, trace


def raised(source: str, kernel: str, *args, grid=(1,), block=(8,), shared=0, build="as written") -> KernelError:
    with pytest.raises(KernelError) as error:
        Program(textwrap.dedent(source), [kernel], build).run(kernel, grid, block, args, shared=shared)
    return error.value


@needs_gcc
@pytest.mark.parametrize("build", ["as written", "watched", "fast"])
@pytest.mark.parametrize("order", ["up", "down", "rotated"])
def test_threads_meet_at_a_barrier_in_every_order(build, order):
    y, _ = reverse(build=build, order=order)
    assert y.tolist() == [*range(63, -1, -1), *range(127, 63, -1)]


@needs_gcc
def test_a_trace_holds_every_access_of_one_block():
    _, trace = reverse(record=1)
    assert trace.counts == {"global reads": 128, "global writes": 128, "shared reads": 128, "shared writes": 128}
    read = trace.of(0, writes=False)
    assert read["thread"].tolist() == list(range(64))
    assert (read["offset"] // 4).tolist() == list(range(64, 128))
    assert (read["bytes"] == 4).all()
    assert (trace.of(SHARED, writes=True)["interval"] == 0).all()
    taken = trace.of(SHARED, writes=False)
    assert (taken["interval"] == 1).all()
    assert (taken["offset"] // 4).tolist() == list(range(63, -1, -1))


@needs_gcc
def test_a_missing_barrier_is_a_race_with_the_line_that_makes_it():
    source = REVERSE.replace("    __syncthreads();\n", "    tile[63 - t] = 0;\n")
    with pytest.raises(KernelError) as error:
        reverse(source=source)
    assert (error.value.kind, error.value.line) == ("shared race", 5)
    said = (
        "line 5: thread (32, 0, 0) of block (0, 0, 0) writes byte 128 of shared memory, which thread (31, 0, 0) touches"
    )
    assert str(error.value).startswith(said)


@needs_gcc
def test_shared_memory_that_nobody_wrote_is_not_to_be_read():
    source = REVERSE.replace("    tile[t] = x[blockIdx.x * 64 + t];\n", "")
    with pytest.raises(KernelError, match="which no thread has written yet; is a __syncthreads") as error:
        reverse(source=source)
    assert (error.value.kind, error.value.line) == ("unwritten", 6)


@needs_gcc
def test_shared_memory_is_poisoned_before_each_block():
    source = REVERSE.replace("    tile[t] = x[blockIdx.x * 64 + t];\n", "    if (blockIdx.x == 0) tile[t] = 1;\n")
    y, _ = reverse(source=source, build="fast")
    assert (y[:64] == 1).all()
    assert np.isnan(y[64:]).all()


@needs_gcc
@pytest.mark.parametrize("index", ["n", "-1", "n + 100000", "n - 1 + 1000000 * n"])
def test_an_access_outside_of_an_array_is_stopped_before_it_happens(index):
    x = np.zeros(8, np.float32)
    source = f"""
    __global__ void go(float* x, int n) {{
        if (threadIdx.x == 3)
            x[{index}] = 1;
    }}"""
    error = raised(source, "go", x, 8)
    assert (error.kind, error.line) == ("outside", 4)
    assert "thread (3, 0, 0) of block (0, 0, 0) writes outside of all arrays" in str(error)
    assert not x.any()


@needs_gcc
def test_two_blocks_that_write_to_one_place_race_and_atomics_do_not():
    source = """
    __global__ void plain(float* x) { x[0] = x[0] + 1; }
    __global__ void atomic(float* x) { atomicAdd(x, 1.0f); }"""
    x = np.zeros(1, np.float32)
    assert raised(source, "plain", x, grid=(2,), block=(1,)).kind == "global race"
    assert raised(source, "plain", x, grid=(1,), block=(2,)).kind == "global race"
    Program(textwrap.dedent(source), ["plain", "atomic"]).run("atomic", (5,), (4,), (x,))
    assert x[0] == 20


@needs_gcc
def test_an_atomic_outside_of_its_array_is_stopped():
    assert (
        raised("__global__ void go(float* x) { atomicAdd(x + 8, 1.0f); }", "go", np.zeros(8, np.float32)).kind
        == "outside"
    )


@needs_gcc
def test_a_barrier_in_a_branch_is_reported_with_a_thread_on_each_side():
    source = """
    __global__ void go(float* x) { if (threadIdx.x < 5) __syncthreads(); }"""
    error = raised(source, "go", np.zeros(8, np.float32), build="fast")
    assert error.kind == "divergent barrier"
    assert "thread (0, 0, 0) waits at a __syncthreads() that thread (5, 0, 0) of block (0, 0, 0) does not reach" in str(
        error
    )


@needs_gcc
def test_threads_that_wait_at_two_barriers_do_not_meet():
    source = """
    __global__ void go(float* x) {
        if (threadIdx.x < 5)
            __syncthreads();
        else
            __syncthreads();
    }"""
    error = raised(source, "go", np.zeros(8, np.float32))
    assert (error.kind, error.line) == ("divergent barrier", 4)
    assert "line 4: thread (0, 0, 0) waits at a __syncthreads() that thread (5, 0, 0)" in str(error)


@needs_gcc
def test_a_warp_waits_for_its_own_lanes_only():
    source = """
    __global__ void go(float* x) {
        __shared__ float s[64];
        s[threadIdx.x] = threadIdx.x;
        if (threadIdx.x >= 32) return;
        __syncwarp();
        x[threadIdx.x] = s[31 - threadIdx.x];
    }"""
    x = np.zeros(32, np.float32)
    Program(textwrap.dedent(source), ["go"], "fast").run("go", (1,), (64,), (x,))
    assert x.tolist() == list(range(31, -1, -1))


@needs_gcc
def test_three_axes_dynamic_shared_memory_and_numbers_of_every_kind():
    source = """
    __global__ void go(double* x, int i, long long l, float f, double d, unsigned char u) {
        extern __shared__ double own[];
        const int t = (threadIdx.z * blockDim.y + threadIdx.y) * blockDim.x + threadIdx.x;
        own[t] = double(i) + l + f + d + u;
        const int block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
        x[block * 24 + t] = own[t] + t + 100 * block;
    }"""
    x = np.zeros(6 * 24)
    args = (x, 1, 2**40, np.float32(0.5), np.float64(0.25), np.uint8(3))
    Program(textwrap.dedent(source), ["go"]).run("go", (1, 2, 3), (2, 3, 4), args, shared=24 * 8)
    np.testing.assert_array_equal(x.reshape(6, 24), 2**40 + 4.75 + np.arange(24) + 100 * np.arange(6)[:, None])


CONVERT = """
#include <cuda_fp16.h>
#include <cuda_bf16.h>
__global__ void half_of(const float* x, __half* h, float* back, int n) {
    for (int i = 0; i < n; ++i) { h[i] = __float2half(x[i]); back[i] = __half2float(h[i]); }
}
__global__ void bfloat_of(const float* x, __nv_bfloat16* h, float* back, int n) {
    for (int i = 0; i < n; ++i) { h[i] = __float2bfloat16(x[i]); back[i] = __bfloat162float(h[i]); }
}
"""


@needs_gcc
@pytest.mark.parametrize(("kernel", "dtype"), [("half_of", torch.float16), ("bfloat_of", torch.bfloat16)])
def test_half_and_bfloat16_are_rounded_as_torch_does(kernel, dtype):
    every = torch.arange(-(2**15), 2**15, dtype=torch.int32).to(torch.int16).view(dtype)  # each of the 65,536
    exact = every.float()
    around = [exact, torch.nextafter(exact, exact + 1e9), (exact + exact.roll(1)) / 2, torch.randn(5000) * 1e-4]
    x = torch.cat(around).contiguous()
    h, back = torch.zeros(len(x), dtype=dtype), torch.zeros(len(x))
    Program(CONVERT, ["half_of", "bfloat_of"], "fast").run(kernel, (1,), (1,), (x, h, back, len(x)))
    torch.testing.assert_close(h, x.to(dtype), rtol=0, atol=0, equal_nan=True)
    torch.testing.assert_close(back, x.to(dtype).float(), rtol=0, atol=0, equal_nan=True)


@needs_gcc
def test_what_no_kernel_takes_is_refused_in_words():
    program = Program(REVERSE, ["reverse"])
    x, y = np.zeros(128, np.float32), np.zeros(128, np.float32)
    with pytest.raises(TypeError, match=r"a Python float does not say; use np.float32\(1.5\)"):
        program.run("reverse", (2,), (64,), (x, y, 1.5))
    with pytest.raises(TypeError, match="integers and NumPy scalars, got str"):
        program.run("reverse", (2,), (64,), (x, y, "n"))
    with pytest.raises(ValueError, match="array 1 is not contiguous"):
        program.run("reverse", (2,), (64,), (x, np.zeros(256, np.float32)[::2], 1))
    with pytest.raises(ValueError, match="array 0 is on meta"):
        program.run("reverse", (2,), (64,), (torch.zeros(128, device="meta"), y, 1))
    with pytest.raises(ValueError, match="block must be one to three numbers from 1, with a product up to 1024, got"):
        program.run("reverse", (2,), (64, 17), (x, y, 1))
    with pytest.raises(ValueError, match="no kernel 'turn' in this program; it has reverse"):
        program.run("turn", (2,), (64,), (x, y, 1))


@needs_gcc
def test_a_text_that_is_no_cuda_is_refused_with_its_line():
    with pytest.raises(SyntaxError, match=r"(?s)g\+\+ does not understand the kernel:\nmine.cu:2:.*nothing") as error:
        Program("__global__ void go(float* x) {\n  x[0] = nothing;\n}", ["go"], name="mine.cu")
    assert "x[0] = nothing;" in str(error.value)


@needs_gcc
def test_an_array_that_may_not_be_written_stays_as_it_is():
    x, y = np.arange(128, dtype=np.float32), np.zeros(128, np.float32)
    x.flags.writeable = False
    Program(REVERSE, ["reverse"]).run("reverse", (2,), (64,), (x, y, 128))
    assert y[0] == 63


COMPILE = """
import sys
from flowlab_course.cuda_on_cpu.compile import compile_for_cpu
print(compile_for_cpu(sys.argv[1], ["go"], "watched"))
"""


@needs_gcc
def test_several_processes_compile_the_same_text_into_one_file(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    source = "__global__ void go(int* x) { x[0] = 7; }"
    command = [sys.executable, "-c", COMPILE, source]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {process.communicate()[0].strip() for process in started}
    assert len(said) == 1
    assert not list((tmp_path / "cuda_on_cpu").glob(".building-*"))
    assert sorted(p.suffix for p in (tmp_path / "cuda_on_cpu").iterdir()) == [".o", ".so"]
    x = np.zeros(1, np.int32)
    Program(source, ["go"], "watched").run("go", (1,), (1,), (x,))
    assert x[0] == 7


@needs_gcc
@pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")
def test_code_is_not_loaded_from_a_folder_that_others_can_write_to(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    (tmp_path / "cuda_on_cpu").mkdir(mode=0o777)
    (tmp_path / "cuda_on_cpu").chmod(0o777)  # whatever the umask
    with pytest.raises(PermissionError, match="other users can write to this folder"):
        gcc.compile_for_cpu(REVERSE, ["reverse"], "fast")
    assert list((tmp_path / "cuda_on_cpu").iterdir()) == []


@needs_gcc
def test_a_text_is_compiled_once(tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    first = gcc.compile_for_cpu(REVERSE, ["reverse"], "fast")
    monkeypatch.setattr(gcc, "_call", lambda command: pytest.fail("compiled again"))
    assert gcc.compile_for_cpu(REVERSE, ["reverse"], "fast") == first


def test_where_kernels_are_kept_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    assert gcc.cache_folder() == tmp_path / "cuda_on_cpu"
    monkeypatch.delenv("FLOWLAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    assert gcc.cache_folder() == tmp_path / "own" / "flowlab" / "cuda_on_cpu"


@pytest.mark.parametrize(
    ("platform", "compiler", "said"),
    [
        ("win32", "g++", "takes Linux and g\\+\\+, this is .*; on Windows use WSL \\(wsl --install\\)"),
        ("darwin", "g++", "takes Linux and g\\+\\+, this is"),
        ("linux", (), "takes g\\+\\+, which is not installed \\(apt install g\\+\\+, or pip install ziglang\\)"),
    ],
)
def test_elsewhere_one_message_says_what_it_takes(platform, compiler, said, monkeypatch):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(gcc, "_compiler", lambda: compiler)
    with pytest.raises(RuntimeError, match=said):
        gcc.compile_for_cpu(REVERSE, ["reverse"], "fast")


@pytest.mark.parametrize(
    ("found", "zig", "command"),
    [
        ("/usr/bin/g++", object(), ("/usr/bin/g++",)),
        (None, object(), (sys.executable, "-m", "ziglang", "c++")),
        (None, None, ()),
    ],
    ids=["g++", "ziglang alone", "neither"],
)
def test_clang_out_of_ziglang_is_taken_where_there_is_no_gcc(found, zig, command, monkeypatch):
    monkeypatch.setattr(gcc.shutil, "which", lambda name: found)
    monkeypatch.setattr(gcc, "find_spec", lambda name: zig)
    assert gcc._compiler.__wrapped__() == command
