"""The kernels on a GPU: the same grid against the CPU operator, streams, graphs, devices, compilations, autocast."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import flowlab
from flowlab.costvolume import Geometry, matmul, op
from flowlab.kernels import launch
from tests.kernels.geometries import GRID
from tests.kernels.grid import DTYPES, close, numbers, tensors

pytestmark = pytest.mark.gpu
ROOT = Path(__file__).resolve().parents[2]
two_gpus = pytest.mark.skipif(
    torch.cuda.device_count() < 2, reason=f"needs two CUDA devices, torch sees {torch.cuda.device_count()}"
)
sanitizer = pytest.mark.skipif(
    shutil.which("compute-sanitizer") is None, reason="compute-sanitizer, of the CUDA toolkit, is not on the path"
)


@pytest.fixture(autouse=True)
def _kernels_are_there() -> None:
    """A GPU without the kernels is a failure here, not a skip: this part of the suite is about nothing else."""
    assert launch.why_not() == ""


def settings(geometry: Geometry) -> dict[str, int]:
    return {name: getattr(geometry, name) for name in geometry.__dataclass_fields__}


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", GRID)
def test_equals_the_cpu_operator(case, dtype):
    geometry, shape = numbers(case)
    a, b, g = tensors(shape, geometry, dtype)
    kernels = op.kernels("cuda", torch.device("cuda", 0))
    for name, x, y in (("corr", a, b), ("corr_grad_a", g, b), ("corr_grad_b", g, a)):
        ours = getattr(kernels, name)(x.cuda(), y.cuda(), geometry)
        assert ours.dtype == dtype
        close(ours.cpu(), getattr(matmul, name)(x.double(), y.double(), geometry), dtype)


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("batch", [1, 8])
def test_flownetcs_layer_at_full_size(batch, dtype):
    a, b, g = tensors((batch, 256, 48, 64), Geometry(), dtype)
    kernels = op.kernels("cuda", torch.device("cuda", 0))
    for name, x, y in (("corr", a, b), ("corr_grad_a", g, b), ("corr_grad_b", g, a)):
        ours = getattr(kernels, name)(x.cuda(), y.cuda(), Geometry())
        close(ours.cpu(), getattr(matmul, name)(x.double().cuda(), y.double().cuda(), Geometry()).cpu(), dtype)


def test_gradients_of_first_and_second_order():
    geometry = Geometry(3, 2, 2, 1, 2)
    a, b = (x.cuda().requires_grad_() for x in tensors((1, 2, 5, 4), geometry, torch.float64)[:2])

    def layer(a, b):
        return flowlab.correlation(a, b, **settings(geometry), backend="cuda")

    assert torch.autograd.gradcheck(layer, (a, b))
    assert torch.autograd.gradgradcheck(layer, (a, b))


def test_two_runs_give_the_same_bits():
    a, b, g = (x.cuda() for x in tensors((2, 64, 24, 32), Geometry(), torch.float32))
    kernels = op.kernels("cuda", a.device)
    for name, x, y in (("corr", a, b), ("corr_grad_a", g, b), ("corr_grad_b", g, a)):
        assert torch.equal(getattr(kernels, name)(x, y, Geometry()), getattr(kernels, name)(x, y, Geometry()))


def busy(a: torch.Tensor) -> torch.Tensor:
    """Take a while on the current stream, and give `a` back times two."""
    torch.cuda._sleep(200_000_000)  # about a tenth of a second
    return a * 2


def test_runs_on_the_side_stream_that_is_current():
    geometry, shape = numbers("PWC-Net's window")
    a, b, _ = (x.cuda() for x in tensors(shape, geometry, torch.float32))
    expected = flowlab.correlation(2 * a, b, **settings(geometry), backend="cpu")
    torch.cuda.synchronize()  # what is asked of the default stream below is about what comes from here on
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        out = flowlab.correlation(busy(a), b, **settings(geometry), backend="cuda")  # right only behind `busy`
        done = torch.cuda.Event()
        done.record()
    assert torch.cuda.default_stream().query()  # nothing was put there
    done.synchronize()
    close(out.cpu(), expected.cpu(), torch.float32)


def test_is_captured_in_a_cuda_graph_with_its_gradients():
    geometry, shape = numbers("patches of 3 x 3")
    a, b, g = (x.cuda() for x in tensors(shape, geometry, torch.float32))
    a, b = a.requires_grad_(), b.requires_grad_()

    def step():
        out = flowlab.correlation(a, b, **settings(geometry), backend="cuda")
        return (out, *torch.autograd.grad(out, (a, b), g))

    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        step()  # compile, before the capture
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        captured = step()
    with torch.no_grad():
        a.copy_(torch.randn_like(a))
        b.copy_(torch.randn_like(b))
    graph.replay()
    for ours, expected in zip(captured, step(), strict=True):
        torch.testing.assert_close(ours, expected)


@two_gpus
def test_runs_on_the_second_device_whatever_is_current():
    geometry, shape = numbers("FlowNetC's window on a small map")
    a, b, _ = tensors(shape, geometry, torch.float32)
    torch.cuda.set_device(0)
    out = flowlab.correlation(a.cuda(1), b.cuda(1), **settings(geometry), backend="cuda")
    assert out.device == torch.device("cuda", 1)
    assert torch.cuda.current_device() == 0
    close(out.cpu(), matmul.corr(a.double(), b.double(), geometry), torch.float32)


def test_a_hundred_shapes_compile_a_handful_of_times():
    launch.functions.cache_clear()
    for i in range(100):
        geometry = Geometry(1 + 2 * (i % 2), 1 + i % 9, 1 + i % 2, 1 + i % 3, 12)
        a = torch.randn(1 + i % 3, 1 + i % 17, 3 + i % 40, 4 + i % 37, device="cuda")
        flowlab.correlation(a, a, **settings(geometry), backend="cuda")
    assert launch.functions.cache_info().misses == 2  # patches of 1 and of 3


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_autocast_computes_in_low_precision_with_long_sums(dtype):
    ones = torch.ones(1, 4096, 2, 2, device="cuda", requires_grad=True)
    with torch.autocast("cuda", dtype):
        out = flowlab.correlation(ones, ones.detach().to(dtype), 1, 0, 1, 1, 0, backend="cuda")
    assert out.dtype == dtype
    assert out.eq(1).all()
    out.sum().backward()
    assert ones.grad.dtype == torch.float32


def test_arrays_beyond_2_to_the_31_elements():
    free, _ = torch.cuda.mem_get_info()
    if free < 24 * 2**30:
        pytest.skip(f"needs 24 GiB of free GPU memory, there are {free // 2**30}")
    a = torch.zeros(13_000, 3, 16, 16, device="cuda", dtype=torch.float16)
    a[-1] = 1
    out = flowlab.correlation(a, a, 1, 13, 1, 1, 13, backend="cuda")  # 27 x 27 channels
    assert out.numel() > 2**31
    assert out[-1, 364].eq(1).all()
    assert not out[:-1].any()


@sanitizer
@pytest.mark.parametrize("tool", ["memcheck", "racecheck", "initcheck", "synccheck"])
def test_compute_sanitizer_finds_nothing(tool):
    done = subprocess.run(
        ["compute-sanitizer", "--tool", tool, "--error-exitcode", "9", sys.executable, "-m", "tests.kernels.on_gpu"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FLOWLAB_TYPECHECK": "0", "PYTORCH_NO_CUDA_MEMORY_CACHING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert f"{len(GRID)} geometries, 3 kernels" in done.stdout
