"""The loops are equation 1: by hand, by Caffe's padded spelling, and by finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings

from flowlab.costvolume import Geometry, correlation, reference
from tests.costvolume.oracle import caffe, cases


def test_five_pixels_by_hand():
    a = torch.tensor([[[[1.0, 2.0, 3.0, 4.0, 5.0]]]])
    b = torch.tensor([[[[10.0, 20.0, 30.0, 40.0, 50.0]]]])
    out = reference.corr(a, b, Geometry(1, max_displacement=1, stride1=1, stride2=1, pad_size=1))
    assert out.shape == (1, 9, 1, 5)
    assert out[0, 3, 0].tolist() == [0, 20, 60, 120, 200]  # (dy, dx) = (0, -1): a[x] * b[x - 1]
    assert out[0, 4, 0].tolist() == [10, 40, 90, 160, 250]
    assert out[0, 5, 0].tolist() == [20, 60, 120, 200, 0]
    assert not out[0, [0, 1, 2, 6, 7, 8]].any()  # the rows above and below are outside


@pytest.mark.parametrize("backend", ["reference", "cpu"])
def test_ones_under_a_3_by_3_patch_give_one_in_the_centre(backend):
    ones = torch.ones(1, 7, 3, 3)
    out = correlation(ones, ones, 3, max_displacement=2, stride1=1, stride2=1, pad_size=3, backend=backend)
    assert out.shape == (1, 25, 3, 3)
    torch.testing.assert_close(out[0, 12, 1, 1], torch.tensor(1.0))
    torch.testing.assert_close(out[0, 12, 0, 0], torch.tensor(4 / 9))  # at a corner 4 of 9 pixels are in the image
    torch.testing.assert_close(out[0, 13, 1, 1], torch.tensor(6 / 9))  # one to the right, 3 of 9 meet zeros


@settings(max_examples=60)
@given(cases(largest=7))
def test_equals_caffes_layer(case):
    geometry, shape = case
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, *shape))
    k, d, s1, s2, p = (getattr(geometry, name) for name in geometry.__dataclass_fields__)
    out = reference.corr(torch.from_numpy(a), torch.from_numpy(b), geometry)
    np.testing.assert_allclose(out.numpy(), caffe(a, b, k, d, s1, s2, p), rtol=0, atol=1e-12)


@pytest.mark.parametrize("k", [1, 3])
def test_gradients_are_the_slopes_of_the_correlation(k, generator):
    geometry = Geometry(k, 2, 2, 1, 2)
    a, b, step = torch.randn(3, 1, 2, 5, 4, generator=generator, dtype=torch.float64)
    g = torch.randn(reference.corr(a, b, geometry).shape, generator=generator, dtype=torch.float64)
    # The correlation is linear in each map, so a difference is exact for a step of any length.
    by_a = (g * (reference.corr(a + step, b, geometry) - reference.corr(a, b, geometry))).sum()
    by_b = (g * (reference.corr(a, b + step, geometry) - reference.corr(a, b, geometry))).sum()
    torch.testing.assert_close((reference.corr_grad_a(g, b, geometry) * step).sum(), by_a)
    torch.testing.assert_close((reference.corr_grad_b(g, a, geometry) * step).sum(), by_b)


def test_half_precision_is_summed_exactly_and_rounded_once():
    a = torch.full((1, 4096, 1, 1), 1.0, dtype=torch.float16)
    assert reference.corr(a, a, Geometry(1, 0, 1, 1, 0)).item() == 1.0
