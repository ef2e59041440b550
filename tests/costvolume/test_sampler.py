"""The other spelling, against its own definition, one product at a time."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flowlab.costvolume import SpatialCorrelationSampler, correlation, matmul, spatial_correlation_sample

Pair = tuple[int, int]


def by_definition(
    a: np.ndarray, b: np.ndarray, kernel: Pair, patch: Pair, stride: Pair, padding: Pair, dilation: Pair, hop: Pair
) -> np.ndarray:
    B, C, *image = a.shape
    size = [(image[i] + 2 * padding[i] - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1 for i in (0, 1)]
    out = np.zeros((B, *patch, *size))
    for ph, pw, y, x, j, i in np.ndindex(*patch, *size, *kernel):
        y1, x1 = y * stride[0] - padding[0] + j * dilation[0], x * stride[1] - padding[1] + i * dilation[1]
        y2, x2 = y1 + (ph - (patch[0] - 1) // 2) * hop[0], x1 + (pw - (patch[1] - 1) // 2) * hop[1]
        if all(0 <= v < image[0] for v in (y1, y2)) and all(0 <= v < image[1] for v in (x1, x2)):
            for c in range(C):
                out[:, ph, pw, y, x] += a[:, c, y1, x1] * b[:, c, y2, x2]
    return out


def pair(low: int, high: int) -> st.SearchStrategy:
    number = st.integers(low, high)
    return st.one_of(number, st.tuples(number, number))


ARGUMENTS = st.tuples(pair(1, 3), pair(1, 4), pair(1, 3), pair(0, 2), pair(1, 2), pair(1, 2))


@settings(max_examples=60)
@given(ARGUMENTS, st.integers(2, 6), st.integers(2, 6))
def test_equals_the_documented_definition(arguments, H, W):
    pairs = [(value, value) if isinstance(value, int) else value for value in arguments]
    kernel, _, _, padding, dilation, _ = pairs
    fits = [n + 2 * p - d * (k - 1) >= 1 for n, k, p, d in zip((H, W), kernel, padding, dilation, strict=True)]
    assume(all(fits))
    a, b = np.random.default_rng(0).normal(size=(2, 2, 3, H, W))
    ours = spatial_correlation_sample(torch.from_numpy(a), torch.from_numpy(b), *arguments)
    np.testing.assert_allclose(ours.numpy(), by_definition(a, b, *pairs), rtol=0, atol=1e-12)


@pytest.mark.parametrize(("k", "d", "s1", "s2", "p"), [(1, 20, 1, 2, 20), (3, 4, 2, 1, 5), (1, 3, 1, 2, 3)])
def test_our_numbers_in_its_words(k, d, s1, s2, p, generator):
    a, b = torch.randn(2, 1, 5, 7, 8, generator=generator, dtype=torch.float64)
    radius = d // s2
    theirs = spatial_correlation_sample(a, b, k, 2 * radius + 1, s1, p - d, dilation_patch=s2)
    torch.testing.assert_close(theirs.flatten(1, 2), correlation(a, b, k, d, s1, s2, p) * k * k * 5)


@pytest.mark.parametrize("numbers", [{"patch_size": 3, "kernel_size": 3, "padding": 1}, {"patch_size": (2, 3)}])
def test_it_can_be_differentiated(numbers, generator):
    a, b = (torch.randn(1, 2, 4, 3, generator=generator, dtype=torch.float64).requires_grad_() for _ in "ab")
    assert torch.autograd.gradcheck(lambda a, b: spatial_correlation_sample(a, b, **numbers), (a, b))


@pytest.mark.parametrize("patch", [(1, 9), (9, 1), (3, 9)])
def test_no_displacement_is_computed_that_nobody_asked_for(patch, monkeypatch, generator):
    sizes, corr = [], matmul.corr
    monkeypatch.setattr(matmul, "corr", lambda *args: sizes.append((out := corr(*args)).shape) or out)
    a, b = torch.randn(2, 1, 2, 6, 12, generator=generator)
    out = spatial_correlation_sample(a, b, patch_size=patch, stride=(1, 2), dilation_patch=(2, 1))
    assert sizes == [(1, patch[0] * patch[1], 6, 6)]
    assert out.shape == (1, *patch, 6, 6)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize(
    "numbers", [{"kernel_size": 4}, {"kernel_size": 3, "dilation": 2}, {"kernel_size": 3}], ids=str
)
@pytest.mark.parametrize("autocast", [False, True], ids=["", "autocast"])
def test_sixteen_bits_are_summed_in_float32_and_rounded_once(numbers, dtype, autocast, generator):
    a, b = torch.randn(2, 1, 96, 9, 10, generator=generator).to(dtype)
    exact = spatial_correlation_sample(a.double(), b.double(), patch_size=3, padding=2, **numbers)
    maps = (a.float(), b.float()) if autocast else (a, b)
    with torch.autocast("cpu", dtype, enabled=autocast):
        ours = spatial_correlation_sample(*maps, patch_size=3, padding=2, **numbers)
    assert ours.dtype == dtype
    step = torch.finfo(dtype).eps * exact.abs().clamp(min=0.1)  # twice the rounding
    assert ((ours.double() - exact).abs() <= step).all()


def test_its_settings_are_attributes_and_may_be_numpys_integers(generator, as_users_run_it):
    a, b = torch.randn(2, 1, 2, 6, 5, generator=generator)
    layer = SpatialCorrelationSampler(np.int64(1), (np.int64(3), np.int32(5)), dilation_patch=np.int64(2))
    assert (layer.kernel_size, layer.patch_size, layer.stride) == (1, (3, 5), 1)
    assert (layer.padding, layer.dilation, layer.dilation_patch) == (0, 1, 2)
    assert torch.equal(layer(a, b), spatial_correlation_sample(a, b, patch_size=(3, 5), dilation_patch=2))
    layer.patch_size = 3
    assert layer(a, b).shape == (1, 3, 3, 6, 5)


def test_the_layer_is_the_function_with_the_numbers_that_it_shows(generator):
    a, b = torch.randn(2, 1, 2, 6, 5, generator=generator)
    layer = SpatialCorrelationSampler(patch_size=5, dilation_patch=(1, 2))
    assert torch.equal(layer(a, b), spatial_correlation_sample(a, b, patch_size=5, dilation_patch=(1, 2)))
    assert "patch_size=5" in repr(layer)
    assert "dilation_patch=(1, 2)" in repr(layer)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"kernel_size": 9}, "patches of 9 x 9 pixels do not fit into 4 x 5 maps with padding 0 and 0"),
        ({"stride": 0}, "stride must be one or two integers of at least 1, got 0"),
        ({"padding": (1, -1)}, "padding must be one or two integers of at least 0, got (1, -1)"),
        ({"patch_size": (1, 2, 3)}, "patch_size must be one or two integers of at least 1, got (1, 2, 3)"),
    ],
)
def test_numbers_without_meaning_are_refused_in_its_words(numbers, said, as_users_run_it):
    a = torch.zeros(1, 2, 4, 5)
    with pytest.raises(ValueError, match=re.escape(said)):
        spatial_correlation_sample(a, a, **numbers)


@pytest.mark.parametrize("axes", [3, 5])
def test_maps_of_another_number_of_axes_are_refused(axes, as_users_run_it):
    a = torch.zeros((4,) * axes)
    with pytest.raises(ValueError, match=r"one shape \(B, C, H, W\), got \(4, 4"):
        spatial_correlation_sample(a, a)
