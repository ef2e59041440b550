"""The launcher: what it compiles, where and on which stream it launches, and what it says where it cannot.

CuPy and the GPU are played by a module that writes down what it is asked; test_gpu.py asks the real ones.
"""

from __future__ import annotations

import sys
import types
from contextlib import contextmanager

import pytest
import torch

from flowlab.costvolume import Geometry, cuda, matmul, op
from flowlab.kernels import launch


class Runtime:
    class CUDARuntimeError(Exception):
        pass

    def __init__(self, count: int | Exception) -> None:
        self.count = count

    def getDeviceCount(self) -> int:
        if isinstance(self.count, Exception):
            raise self.count
        return self.count


class Played:
    """Plays a stream of torch."""

    __cuda_stream__ = torch.cuda.Stream.__cuda_stream__

    def __init__(self, pointer: int) -> None:
        self.cuda_stream = pointer


def _warns(*arguments: int) -> None:
    raise DeprecationWarning("ExternalStream is deprecated")


class Cupy(types.ModuleType):
    """Plays CuPy: knows the device and stream that are current, and keeps compilations and launches."""

    def __init__(self, count: int | Exception = 2, version: int = 14) -> None:
        super().__init__("cupy")
        self.device, self.stream, self.compiled, self.launched = 0, None, [], []
        # 14 takes whatever has __cuda_stream__, and warns of ExternalStream, which would stop a test; 13 has only that.
        new = types.SimpleNamespace(from_external=lambda other: self._as("stream", other.__cuda_stream__()[1]))
        old = lambda pointer, device: self._as("stream", pointer)  # noqa: E731
        self.cuda = types.SimpleNamespace(
            Device=lambda index: self._as("device", index),
            Stream=new if version >= 14 else types.SimpleNamespace(),
            ExternalStream=old if version < 14 else _warns,
            runtime=Runtime(count),
        )
        self.cuda.runtime.CUDARuntimeError = Runtime.CUDARuntimeError

    @contextmanager
    def _as(self, name, value):
        before = getattr(self, name)
        setattr(self, name, value)
        yield
        setattr(self, name, before)

    def RawModule(self, code, options, name_expressions):
        self.compiled.append((self.device, name_expressions[0], options))

        def function(expression):
            assert expression in name_expressions

            def kernel(grid, block, args, shared_mem):
                self.launched.append((expression, self.device, self.stream, grid, block, args, shared_mem))

            return kernel

        assert code in (launch.source("correlation.cu"), launch.PROBE)
        return types.SimpleNamespace(compile=self.compile, get_function=function)

    def compile(self):
        """Find no fault."""


class OnGpu(torch.Tensor):
    """A tensor that says that it is on a GPU."""

    index = 0

    @property
    def device(self) -> torch.device:
        return torch.device("cuda", self.index)


def on_gpu(index: int, *shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    tensor = torch.zeros(shape, dtype=dtype).as_subclass(type("OnGpu", (OnGpu,), {"index": index}))
    assert tensor.device.type == "cuda"
    return tensor


@pytest.fixture(params=[13, 14], ids=["CuPy 13", "CuPy 14"])
def cupy(monkeypatch, request):
    played = Cupy(version=request.param)
    monkeypatch.setitem(sys.modules, "cupy", played)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: Played(played.now))
    played.now = 0
    for cached in (launch.functions, launch.compiled):
        cached.cache_clear()
    yield played
    for cached in (launch.functions, launch.compiled):
        cached.cache_clear()


def planned(shape=(1, 2, 5, 6), k: int = 1, dtype: torch.dtype = torch.float32, d: int = 2):
    geometry = Geometry(k, d, 1, 1, d + k // 2)
    return cuda.forward_config(shape, geometry, dtype), (shape, shape, (shape[0], geometry.side**2, *shape[2:]))


def go(index: int = 0, **options) -> None:
    what, shapes = planned(**options)
    launch.run(what, [on_gpu(index, *shape, dtype=options.get("dtype", torch.float32)) for shape in shapes])


def test_a_kernel_runs_on_the_tensors_device_and_on_torchs_stream_of_the_moment(cupy):
    for index, stream in ((0, 0), (1, 77), (0, 99)):
        cupy.now = stream
        go(index)
    assert [(device, stream) for _, device, stream, *_ in cupy.launched] == [(0, 0), (1, 77), (0, 99)]


def test_a_launch_is_the_plan_with_the_tensors_addresses(cupy):
    what, shapes = planned()
    tensors = [on_gpu(0, *shape) for shape in shapes]
    launch.run(what, tensors)
    expression, _, _, grid, block, args, shared = cupy.launched[0]
    assert expression == "corr<float, 1, int>"
    assert (grid, block, shared) == ((what.blocks, 1, 1), (*what.block, 1), what.shared)
    assert args == (*(t.data_ptr() for t in tensors), *what.numbers)


def test_a_hundred_shapes_compile_once(cupy):
    for i in range(100):
        go(shape=(1 + i % 3, 1 + i % 7, 3 + i, 4 + i % 11), d=1 + i % 9)
    assert len(cupy.launched) == 100
    assert len(cupy.compiled) == 1


def test_dtype_patch_and_device_compile_anew(cupy):
    for _ in range(2):
        for index in (0, 1):
            for dtype in (torch.float32, torch.float16, torch.bfloat16, torch.float64):
                for k in (1, 3):
                    go(index, dtype=dtype, k=k)
    assert len(cupy.compiled) == 2 * 4 * 2
    assert {device for device, *_ in cupy.compiled} == {0, 1}


def test_headers_of_half_and_bfloat16_are_found_in_the_wheels(cupy):
    go()
    options = cupy.compiled[0][2]
    assert options[0] == "-std=c++17"
    for folder in launch.header_folders():
        assert f"-I{folder}" in options


@pytest.mark.parametrize(
    ("tensors", "said"),
    [
        ([on_gpu(0, 2), on_gpu(1, 2)], "must be on one CUDA device, got cuda:0, cuda:1"),
        ([torch.zeros(2)], "must be on one CUDA device, got cpu"),
        ([on_gpu(0, 2), on_gpu(0, 4)[::2]], r"tensor 1 is not contiguous, .*; call \.contiguous\(\)"),
    ],
    ids=["two devices", "the CPU", "a view"],
)
def test_tensors_that_no_kernel_can_take_are_refused(tensors, said, cupy):
    with pytest.raises(ValueError, match=said):
        launch.run(planned()[0], tensors)


def why_not(monkeypatch, cuda: bool, cupy: object) -> str:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setitem(sys.modules, "cupy", cupy)
    for cached in (launch.why_not, launch.compiled):
        cached.cache_clear()
    try:
        return launch.why_not()
    finally:
        for cached in (launch.why_not, launch.compiled):
            cached.cache_clear()


def test_what_is_missing_is_said_in_words(monkeypatch):
    assert why_not(monkeypatch, False, Cupy()).startswith("torch sees no CUDA device; the kernels need an NVIDIA GPU")
    said = why_not(monkeypatch, True, None)
    assert said.startswith("CuPy, which compiles and launches the kernels, cannot be imported")
    assert "pip install 'cupy-cuda13x[ctk]'" in said
    old = Runtime.CUDARuntimeError("driver version is insufficient")
    assert why_not(monkeypatch, True, Cupy(old)).startswith("CuPy finds no usable CUDA driver (driver version is")
    assert why_not(monkeypatch, True, Cupy(0)).startswith("torch sees a GPU and CuPy none")
    assert why_not(monkeypatch, True, Cupy()) == ""


class WithoutHeaders(Cupy):
    def compile(self):
        raise RuntimeError(
            'kernel.cu(1): catastrophic error: cannot open source file "cuda_bf16.h"\n\n1 error detected'
        )


def test_headers_that_are_missing_are_found_before_the_first_correlation(monkeypatch):
    said = why_not(monkeypatch, True, WithoutHeaders())
    assert said.startswith(
        'CuPy cannot compile a kernel (kernel.cu(1): catastrophic error: cannot open source file "cu'
    )
    assert said.endswith("pip install 'cupy-cuda13x[ctk]' (cupy-cuda12x for a driver of CUDA 12)")


def test_the_operator_finds_the_kernels_where_all_is_there_and_says_why_where_not(monkeypatch):
    card = torch.device("cuda", 0)
    monkeypatch.setattr(launch, "why_not", lambda: "no card in the slot")
    op.warn_once.cache_clear()
    with pytest.warns(RuntimeWarning, match=r"cannot be loaded: no card in the slot\. Without them .* is slower"):
        assert op.kernels("auto", card) is matmul
    assert op.kernels("auto", card) is matmul  # once: another warning would be an error
    with pytest.raises(RuntimeError, match=r"cannot be loaded \(no card in the slot\)"):
        op.kernels("cuda", card)
    monkeypatch.setattr(launch, "why_not", lambda: "")
    assert op.kernels("auto", card) is op.kernels("cuda", card) is cuda


def test_the_operators_backend_plans_and_launches(cupy):
    geometry, a = Geometry(1, 2, 1, 1, 2), on_gpu(0, 1, 2, 5, 6)
    g = on_gpu(0, 1, 25, 5, 6)
    assert cuda.corr(a, a, geometry).shape == (1, 25, 5, 6)
    assert cuda.corr_grad_a(g, a, geometry).shape == cuda.corr_grad_b(g, a, geometry).shape == a.shape
    names = [expression.partition("<")[0] for expression, *_ in cupy.launched]
    assert names == ["corr", "corr_grad_a", "corr_grad_b"]


def test_a_step_that_no_tile_spans_is_left_to_matrix_products(cupy):
    a = torch.randn(1, 2, 4, 4, generator=torch.Generator().manual_seed(0))
    geometry = Geometry(1, 2000, 1, 2000, 2000)
    torch.testing.assert_close(cuda.corr(a, a, geometry)[:, 4], (a * a).mean(1))
    assert not cupy.launched


def test_more_blocks_than_a_launch_has_are_refused_in_words():
    with pytest.raises(ValueError, match=r"corr would take .* blocks, and a launch has at most 2147483647; use a sm"):
        cuda.forward_config((10**8, 4, 48, 64), Geometry(), torch.float32)


def test_the_installed_cupy_takes_torchs_stream_without_a_warning():
    real = pytest.importorskip("cupy", reason="CuPy is not installed: its way to take a stream is not tried")
    assert launch._stream(real, Played(77), 0).ptr == 77
