"""correlation.cu, executed on the CPU, equals the loops: every geometry, every dtype, every order of the threads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from flowlab.costvolume import Geometry, cuda, matmul, reference
from flowlab.costvolume.geometry import AxesGeometry
from flowlab.kernels.launch import source
from flowlab_course.cuda_on_cpu import flowlab_kernels, trace
from tests.costvolume.oracle import caffe, cases
from tests.kernels.geometries import GRID
from tests.kernels.grid import DTYPES, TOLERANCE, close, config_of, needs_gcc, numbers, tensors

pytestmark = needs_gcc
ORDERS = tuple(trace.ORDERS)


def watched(order: str = "up"):
    return partial(flowlab_kernels.run, build="watched", order=order)


def by_caffe(a: torch.Tensor, b: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    return torch.from_numpy(caffe(a.double().numpy(), b.double().numpy(), *geometry.numbers))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", GRID)
def test_equals_the_loops(case, dtype):
    geometry, shape = numbers(case)
    a, b, g = tensors(shape, geometry, dtype)
    for order in ORDERS if dtype == torch.float32 else ORDERS[:1]:
        run = watched(order)
        close(cuda.corr(a, b, geometry, run), by_caffe(a, b, geometry), dtype)
        wide = (x.double() for x in (g, b, g, a))
        close(cuda.corr_grad_a(g, b, geometry, run), reference.corr_grad_a(next(wide), next(wide), geometry), dtype)
        close(cuda.corr_grad_b(g, a, geometry, run), reference.corr_grad_b(next(wide), next(wide), geometry), dtype)


@settings(max_examples=60)
@given(cases())
def test_equals_the_loops_wherever_there_is_an_output(case):
    geometry, shape = case
    a, b, g = tensors(shape, geometry, torch.float64)
    run = watched("rotated")
    close(cuda.corr(a, b, geometry, run), by_caffe(a, b, geometry), a.dtype)
    close(cuda.corr_grad_a(g, b, geometry, run), reference.corr_grad_a(g, b, geometry), a.dtype)
    close(cuda.corr_grad_b(g, a, geometry, run), reference.corr_grad_b(g, a, geometry), a.dtype)


def test_equals_the_cpu_operator_with_flownetcs_numbers():
    geometry, shape = Geometry(), (2, 64, 12, 64)
    a, b, g = tensors(shape, geometry, torch.float32)
    for name, x, y in (("corr", a, b), ("corr_grad_a", g, b), ("corr_grad_b", g, a)):
        close(getattr(flowlab_kernels, name)(x, y, geometry), getattr(matmul, name)(x, y, geometry), a.dtype)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_summed_in_float_and_rounded_once(dtype):
    ones = torch.ones(1, 4096, 1, 2, dtype=dtype)
    geometry = Geometry(1, 0, 1, 1, 0)
    assert (
        flowlab_kernels.corr(ones, ones, geometry).eq(1).all()
    )  # summed in its own type it would stop at 2048, or at 256
    # A thousand steps of 2^-12, each below half a step of the result.
    small = torch.full((1, 1024, 1, 1), 2.0**-12, dtype=dtype)
    assert flowlab_kernels.corr(small, torch.ones_like(small), geometry).item() == 2.0**-12


@pytest.mark.parametrize("case", ["the smallest", "patches of 3 x 3", "rows that begin at multiples of four"])
def test_places_in_64_bits_give_the_same(case):
    geometry, shape = numbers(case)
    a, b, g = tensors(shape, geometry, torch.float32)

    def wide(config, given):
        assert config.template.endswith(", int>")
        flowlab_kernels.run(
            replace(config, template=config.template.replace("int", "long long")), given, build="watched"
        )

    for function, x, y in ((cuda.corr, a, b), (cuda.corr_grad_a, g, b), (cuda.corr_grad_b, g, a)):
        assert torch.equal(function(x, y, geometry, wide), function(x, y, geometry, watched()))


@pytest.mark.parametrize("shape", [(1, 256, 48, 64), (3, 64, 96, 128), (200_000, 256, 48, 64)])
def test_places_are_counted_in_64_bits_where_32_overflow(shape):
    largest = max(np.prod(shape), shape[0] * 441 * shape[2] * shape[3])
    index = "long long" if largest >= 2**31 else "int"
    assert cuda.template_of(shape, Geometry(), torch.float32) == f"<float, 1, {index}>"


def test_all_blocks_write_all_of_the_result_and_nothing_else():
    geometry, shape = numbers("strides with one")
    a, b, _ = tensors(shape, geometry, torch.float32)
    out = torch.full((shape[0], geometry.side**2, *geometry.output_size(*shape[2:])), float("nan"))
    counts = flowlab_kernels.run(config_of("corr", shape, geometry), (a, b, out), build="watched").counts
    assert counts["global writes"] == out.numel()
    assert not out.isnan().any()


def test_a_view_and_a_gradient_of_another_dtype_are_taken():
    geometry, shape = numbers("patches of 3 x 3")
    a, b, g = tensors(shape, geometry, torch.float32)
    mirrored = a.transpose(2, 3).contiguous().transpose(2, 3)
    assert torch.equal(flowlab_kernels.corr(mirrored, b, geometry), flowlab_kernels.corr(a, b, geometry))
    close(flowlab_kernels.corr_grad_a(g.double(), b, geometry), reference.corr_grad_a(g, b, geometry), a.dtype)


def test_other_numbers_along_rows_are_left_to_the_matrix_products():
    def refuse(*_):
        raise AssertionError("the kernels know one set of numbers")

    geometry, (a, b) = AxesGeometry(1, 3, 1, 1, 3, Geometry(3, 0, 1, 1, 1)), torch.randn(2, 1, 3, 5, 8)
    out = cuda.corr(a, b, geometry, refuse)
    assert torch.equal(out, matmul.corr(a, b, geometry))
    for name, other in (("corr_grad_a", b), ("corr_grad_b", a)):
        grad = cuda.gradient(name, out, other, geometry, refuse)
        assert torch.equal(grad, getattr(matmul, name)(out, other, geometry))


def test_an_empty_batch_launches_nothing():
    empty = torch.empty(0, 3, 5, 6)
    geometry = Geometry(1, 1, 1, 1, 1)

    def refuse(*_):
        raise AssertionError("there is nothing to compute")

    assert cuda.corr(empty, empty, geometry, refuse).shape == (0, 9, 5, 6)
    assert cuda.corr_grad_a(torch.empty(0, 9, 5, 6), empty, geometry, refuse).shape == empty.shape


@pytest.mark.parametrize(("k", "s1"), [(1, 1), (3, 2)])
def test_the_kernels_are_each_others_derivatives(k, s1):
    geometry = Geometry(k, 2, s1, 1, 2)
    a, b = (x.requires_grad_() for x in tensors((1, 2, 5, 4), geometry, torch.float64)[:2])
    assert torch.autograd.gradcheck(lambda a, b: flowlab_kernels.correlation(a, b, geometry), (a, b))


def test_the_launch_configuration_and_the_kernel_have_one_tile():
    text = source("correlation.cu")
    for name in ("COLUMNS", "ROWS", "DISPLACEMENTS", "WEIGHTS", "CHANNELS"):
        assert f"constexpr int {name} = {getattr(cuda, name)};" in text


@settings(max_examples=200)
@given(cases(largest=200))
def test_every_launch_fits_the_card(case):
    geometry, shape = case
    for dtype in TOLERANCE:
        for kernel in ("corr", "corr_grad_a", "corr_grad_b"):
            config = config_of(kernel, shape, geometry, dtype)
            assert config.shared <= cuda.SHARED_LIMIT
            assert config.block[0] * config.block[1] <= 128  # as __launch_bounds__ promises


def test_a_step_that_no_tile_spans_is_refused_in_words():
    geometry = Geometry(1, 2000, 1, 2000, 2000)
    assert not cuda.fits(geometry, torch.float32)
    with pytest.raises(ValueError, match="stride2=2000 fits into the 49152 bytes of shared memory"):
        cuda.forward_config((1, 1, 4, 4), geometry, torch.float32)
