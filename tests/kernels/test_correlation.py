"""correlation.cu, executed on the CPU, equals the loops: every geometry, every dtype, every order of the threads."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from flowlab.costvolume import Geometry, cpu, raw, reference, traced
from flowlab.kernels import plan, trace
from flowlab.kernels.source import text
from tests.costvolume.oracle import caffe, cases
from tests.kernels.geometries import GRID
from tests.kernels.grid import DTYPES, TOLERANCE, close, needs_gcc, numbers, tensors

pytestmark = needs_gcc
ORDERS = tuple(trace.ORDERS)


def watched(order: str = "up"):
    return partial(trace.run, build="watched", order=order)


def by_caffe(a: torch.Tensor, b: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    settings = [getattr(geometry, name) for name in geometry.__dataclass_fields__]
    return torch.from_numpy(caffe(a.double().numpy(), b.double().numpy(), *settings))


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("case", GRID)
def test_equals_the_loops(case, dtype):
    geometry, shape = numbers(case)
    a, b, g = tensors(shape, geometry, dtype)
    for order in ORDERS if dtype == torch.float32 else ORDERS[:1]:
        run = watched(order)
        close(raw.corr(a, b, geometry, run), by_caffe(a, b, geometry), dtype)
        wide = (x.double() for x in (g, b, g, a))
        close(raw.corr_grad_a(g, b, geometry, run), reference.corr_grad_a(next(wide), next(wide), geometry), dtype)
        close(raw.corr_grad_b(g, a, geometry, run), reference.corr_grad_b(next(wide), next(wide), geometry), dtype)


@settings(max_examples=60)
@given(cases())
def test_equals_the_loops_wherever_there_is_an_output(case):
    geometry, shape = case
    a, b, g = tensors(shape, geometry, torch.float64)
    run = watched("rotated")
    close(raw.corr(a, b, geometry, run), by_caffe(a, b, geometry), a.dtype)
    close(raw.corr_grad_a(g, b, geometry, run), reference.corr_grad_a(g, b, geometry), a.dtype)
    close(raw.corr_grad_b(g, a, geometry, run), reference.corr_grad_b(g, a, geometry), a.dtype)


def test_equals_the_cpu_operator_with_flownetcs_numbers():
    geometry, shape = Geometry(), (2, 64, 12, 64)
    a, b, g = tensors(shape, geometry, torch.float32)
    for name, x, y in (("corr", a, b), ("corr_grad_a", g, b), ("corr_grad_b", g, a)):
        close(getattr(traced, name)(x, y, geometry), getattr(cpu, name)(x, y, geometry), a.dtype)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_precision_is_summed_in_float_and_rounded_once(dtype):
    ones = torch.ones(1, 4096, 1, 2, dtype=dtype)
    geometry = Geometry(1, 0, 1, 1, 0)
    assert traced.corr(ones, ones, geometry).eq(1).all()  # summed in its own type it would stop at 2048, or at 256
    # A thousand steps of 2^-12, each below half a step of the result.
    small = torch.full((1, 1024, 1, 1), 2.0**-12, dtype=dtype)
    assert traced.corr(small, torch.ones_like(small), geometry).item() == 2.0**-12


@pytest.mark.parametrize("case", ["the smallest", "patches of 3 x 3", "rows that begin at multiples of four"])
def test_places_in_64_bits_give_the_same(case):
    geometry, shape = numbers(case)
    a, b, g = tensors(shape, geometry, torch.float32)

    def run(launch, given):
        wide = launch.instance._replace(wide=True)
        program = trace.program(wide, "watched")
        args = (*given, *launch.numbers)
        program.run(wide.expressions[launch.kernel], (launch.blocks,), launch.block, args, shared=launch.shared)

    for function, x, y in ((raw.corr, a, b), (raw.corr_grad_a, g, b), (raw.corr_grad_b, g, a)):
        assert torch.equal(function(x, y, geometry, run), function(x, y, geometry, watched()))


@pytest.mark.parametrize("shape", [(1, 256, 48, 64), (3, 64, 96, 128), (200_000, 256, 48, 64)])
def test_places_are_counted_in_64_bits_where_32_overflow(shape):
    problem = raw.problem_of(torch.empty(shape, device="meta"), Geometry())
    largest = max(np.prod(shape), shape[0] * 441 * shape[2] * shape[3])
    assert problem.instance.wide == (largest >= 2**31)


def test_all_blocks_write_all_of_the_result_and_nothing_else():
    geometry, shape = numbers("strides with one")
    a, b, _ = tensors(shape, geometry, torch.float32)
    problem = raw.problem_of(a, geometry)
    out = torch.full((shape[0], geometry.side**2, *problem.output), float("nan"))
    counts = trace.run(plan.forward(problem), (a, b, out), build="watched").counts
    assert counts["global writes"] == out.numel()
    assert not out.isnan().any()


def test_a_view_and_a_gradient_of_another_dtype_are_taken():
    geometry, shape = numbers("patches of 3 x 3")
    a, b, g = tensors(shape, geometry, torch.float32)
    mirrored = a.transpose(2, 3).contiguous().transpose(2, 3)
    assert torch.equal(traced.corr(mirrored, b, geometry), traced.corr(a, b, geometry))
    close(traced.corr_grad_a(g.double(), b, geometry), reference.corr_grad_a(g, b, geometry), a.dtype)


def test_an_empty_batch_launches_nothing():
    empty = torch.empty(0, 3, 5, 6)
    geometry = Geometry(1, 1, 1, 1, 1)

    def refuse(*_):
        raise AssertionError("there is nothing to compute")

    assert raw.corr(empty, empty, geometry, refuse).shape == (0, 9, 5, 6)
    assert raw.corr_grad_a(torch.empty(0, 9, 5, 6), empty, geometry, refuse).shape == empty.shape


@pytest.mark.parametrize(("k", "s1"), [(1, 1), (3, 2)])
def test_the_kernels_are_each_others_derivatives(k, s1):
    geometry = Geometry(k, 2, s1, 1, 2)
    a, b = (x.requires_grad_() for x in tensors((1, 2, 5, 4), geometry, torch.float64)[:2])
    assert torch.autograd.gradcheck(lambda a, b: traced.correlation(a, b, geometry), (a, b))


def test_the_plan_and_the_kernel_have_one_tile():
    source = text("correlation.cu")
    for name in ("COLUMNS", "ROWS", "DISPLACEMENTS", "WEIGHTS", "CHANNELS"):
        assert f"constexpr int {name} = {getattr(plan, name)};" in source


@settings(max_examples=200)
@given(cases(largest=200))
def test_every_plan_fits_the_card(case):
    geometry, shape = case
    for dtype in TOLERANCE:
        problem = raw.problem_of(torch.empty(shape, dtype=dtype, device="meta"), geometry)
        for launch in (plan.forward(problem), plan.gradient(problem, "a"), plan.gradient(problem, "b")):
            assert launch.shared <= plan.SHARED_LIMIT
            assert launch.block[0] * launch.block[1] <= 128  # as __launch_bounds__ promises


def test_a_step_that_no_tile_spans_is_refused_in_words():
    problem = raw.problem_of(torch.empty(1, 1, 4, 4, device="meta"), Geometry(1, 2000, 1, 2000, 2000))
    assert not plan.fits(problem)
    with pytest.raises(ValueError, match="stride2=2000 fits into the 49152 bytes of shared memory"):
        plan.forward(problem)
