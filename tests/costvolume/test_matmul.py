"""The matrix products compute what the loops do: any geometry, layout and dtype, cut into tiles of any size."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlab.costvolume import Geometry, matmul, reference
from tests.costvolume.oracle import cases, two_axes

FLOWNETC = Geometry()


def close(actual: torch.Tensor, expected: torch.Tensor, atol: float = 1e-12) -> None:
    assert actual.is_contiguous()
    torch.testing.assert_close(actual, expected, rtol=0, atol=atol)


def three_of(module, a, b, g, geometry):
    return module.corr(a, b, geometry), module.corr_grad_a(g, b, geometry), module.corr_grad_b(g, a, geometry)


def check(geometry: Geometry, shape: tuple[int, ...]) -> None:
    generator = torch.Generator().manual_seed(0)
    a, b = torch.randn(2, *shape, generator=generator, dtype=torch.float64)
    size = (shape[0], geometry.channels, *geometry.output_size(*shape[2:]))
    g = torch.randn(size, generator=generator, dtype=torch.float64)
    for ours, loops in zip(three_of(matmul, a, b, g, geometry), three_of(reference, a, b, g, geometry), strict=True):
        close(ours, loops)


@settings(max_examples=150)
@given(st.one_of(cases(), two_axes()), st.sampled_from([(4, 32, 1 << 20), (2, 3, 1), (1, 1, 64), (3, 2, 500)]))
def test_every_geometry_equals_the_loops_however_it_is_tiled(case, size):
    with patch.multiple(matmul, ROWS=size[0], COLUMNS=size[1], PRODUCT_ELEMENTS=size[2]):
        check(*case)


@pytest.mark.parametrize(
    ("geometry", "shape"),
    [
        pytest.param(Geometry(1, 4, 1, 2, 4), (2, 2, 6, 70), id="several tiles of columns"),
        pytest.param(Geometry(1, 2, 3, 2, 2), (1, 2, 31, 5), id="several blocks of rows, slope 3"),
        pytest.param(Geometry(1, 9, 1, 3, 9), (1, 2, 3, 4), id="a map smaller than the displacements"),
        pytest.param(Geometry(1, 2, 1, 1, 9), (1, 2, 4, 3), id="positions far in the padding"),
        pytest.param(Geometry(1, 2, 7, 1, 6), (1, 2, 2, 2), id="positions that step over the map"),
        pytest.param(Geometry(3, 2, 4, 2, 1), (1, 2, 12, 9), id="patches with gaps between them"),
        pytest.param(Geometry(1, 0, 1, 1, 0), (2, 3, 4, 5), id="no displacement at all"),
        pytest.param(Geometry(1, 5, 5, 7, 5), (1, 1, 11, 13), id="more stride than displacement"),
    ],
)
def test_corners_of_the_geometry(geometry, shape):
    check(geometry, shape)


@pytest.mark.parametrize("channels", [1, 31, 32, 33])
def test_any_number_of_channels(channels):
    check(Geometry(1, 2, 1, 2, 2), (1, channels, 5, 6))


@pytest.mark.parametrize("size", [(48, 64), (47, 65)])
def test_flownetc_at_full_size(size):
    H, W = size
    a, b = np.random.default_rng(0).integers(-8, 9, (2, 1, 4, H, W)).astype(np.float64)
    out = matmul.corr(torch.from_numpy(a), torch.from_numpy(b), FLOWNETC).numpy()
    far = np.pad(b, [(0, 0), (0, 0), (20, 20), (20, 20)])
    for channel in range(441):
        y, x = 2 * (channel // 21), 2 * (channel % 21)
        expected = (a * far[:, :, y : y + H, x : x + W]).mean(1)
        np.testing.assert_array_equal(out[:, channel], expected)  # small integers: no rounding anywhere


def layouts(x: torch.Tensor) -> dict[str, torch.Tensor]:
    """The same values, laid out in memory in other ways."""
    B, C, H, W = x.shape
    gaps = x.new_full((B, 2 * C, H + 3, 3 * W), float("nan"))
    gaps[:, ::2, 2:-1, ::3] = x
    return {
        "channels last": x.to(memory_format=torch.channels_last),
        "transposed": x.mT.contiguous().mT,
        "with gaps": gaps[:, ::2, 2:-1, ::3],
        "batch last": x.permute(1, 2, 3, 0).contiguous().permute(3, 0, 1, 2),
    }


@pytest.mark.parametrize("geometry", [Geometry(1, 4, 1, 2, 4), Geometry(3, 2, 2, 1, 3)], ids=["k=1", "k=3"])
def test_any_layout_of_maps_and_gradients(geometry, generator):
    a, b = torch.randn(2, 2, 3, 7, 8, generator=generator, dtype=torch.float64)
    g = torch.randn(matmul.corr(a, b, geometry).shape, generator=generator, dtype=torch.float64)
    expected = three_of(reference, a, b, g, geometry)
    for name in layouts(a):
        moved = (layouts(x)[name] for x in (a, b, g))
        for ours, loops in zip(three_of(matmul, *moved, geometry), expected, strict=True):
            close(ours, loops)


def test_expanded_tensors_are_read_in_place(generator):
    geometry = Geometry(1, 2, 1, 1, 2)
    a = torch.randn(1, 1, 5, 6, generator=generator, dtype=torch.float64).expand(2, 3, 5, 6)
    b = torch.randn(2, 3, 5, 1, generator=generator, dtype=torch.float64).expand(2, 3, 5, 6)
    g = torch.ones((), dtype=torch.float64).expand(2, 25, 5, 6)
    whole = (x.clone(memory_format=torch.contiguous_format) for x in (a, b, g))
    for ours, loops in zip(three_of(matmul, a, b, g, geometry), three_of(reference, *whole, geometry), strict=True):
        close(ours, loops)


# Half a unit in the last place of the result, which is rounded once. The sums themselves are at least float32, and
# C products, each within 2^-24, add up to an error below C * 2^-24 of the mean of their absolute values.
ROUNDING = {torch.float16: 2.0**-11, torch.bfloat16: 2.0**-8, torch.float32: 2.0**-24, torch.float64: 2.0**-53}


@pytest.mark.parametrize("dtype", ROUNDING, ids=str)
@pytest.mark.parametrize("k", [1, 3])
def test_each_dtype_is_as_near_to_float64_as_it_can_be(dtype, k, generator):
    geometry = Geometry(k, 4, 1, 2, 4)
    a, b = torch.randn(2, 1, 96, 9, 10, generator=generator).to(dtype)
    g = torch.randn(matmul.corr(a, b, geometry).shape, generator=generator).to(dtype)
    terms = k * k * max(a.shape[1], g.shape[1])  # in the longest sum
    sums = 2.0**-24 if dtype != torch.float64 else 2.0**-53
    exact = three_of(reference, a.double(), b.double(), g.double(), geometry)
    sizes = three_of(reference, a.double().abs(), b.double().abs(), g.double().abs(), geometry)
    for ours, true, size in zip(three_of(matmul, a, b, g, geometry), exact, sizes, strict=True):
        assert ours.dtype == dtype
        tiny = torch.finfo(dtype).smallest_normal
        bound = ROUNDING[dtype] * true.abs() + terms * sums * size + tiny
        assert ((ours.double() - true).abs() <= bound).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_low_precision_does_not_lose_count(dtype):
    ones = torch.ones(1, 4096, 3, 3, dtype=dtype)  # a sum kept in half stops at 2048, in bfloat16 at 256
    out = matmul.corr(ones, ones, Geometry(1, 0, 1, 1, 0))
    assert out.eq(1).all()


@pytest.mark.parametrize(
    "geometry", [Geometry(1, 6, 1, 2, 6), Geometry(1, 4, 1, 3, 7), Geometry(1, 3, 2, 4, 5)], ids=str
)
@pytest.mark.parametrize("size", [(6, 40), (5, 41)])
def test_zeros_outside_the_image_are_not_multiplied(geometry, size):
    a = torch.full((1, 1, *size), float("inf"))
    out = matmul.corr(a, a, geometry)
    inside = reference.corr(torch.ones_like(a), torch.ones_like(a), geometry) > 0
    assert out[inside].eq(float("inf")).all()
    assert out[~inside].eq(0).all()  # and not 0 * inf, which is no number


def test_a_nan_stays_with_its_pixel_going_forward(generator):
    a, b = torch.randn(2, 1, 2, 6, 7, generator=generator)
    a[0, 0, 2, 3] = float("nan")
    out = matmul.corr(a, b, Geometry(1, 2, 1, 1, 2))
    touched = out.isnan().any(1)[0]
    assert touched.nonzero().tolist() == [[2, 3]]
