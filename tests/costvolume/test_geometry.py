"""The geometry says how large the output is, and refuses what has no meaning."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlab.costvolume import Geometry
from tests.costvolume.oracle import caffe, cases


def test_flownetc_compares_441_displacements_and_keeps_the_size():
    flownetc = Geometry()
    assert (flownetc.radius, flownetc.side**2, flownetc.output_size(48, 64)) == (10, 441, (48, 64))


@given(cases())
def test_output_size_is_caffes(case):
    geometry, shape = case
    numbers = (geometry.kernel_size, geometry.max_displacement, geometry.stride1, geometry.stride2, geometry.pad_size)
    zeros = np.zeros((0, *shape[1:]))
    top = caffe(zeros, zeros, *numbers)
    assert (geometry.side**2, *geometry.output_size(*shape[2:])) == top.shape[1:]


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ({"kernel_size": 4}, "kernel_size must be odd, so that a patch has a centre, got 4; use 3 or 5"),
        ({"kernel_size": 0}, "kernel_size must be at least 1, got 0"),
        ({"max_displacement": -1}, "max_displacement must be at least 0, got -1"),
        ({"stride1": 0}, "stride1 must be at least 1, got 0"),
        ({"stride2": 0}, "stride2 must be at least 1, got 0"),
        ({"pad_size": -2}, "pad_size must be at least 0, got -2"),
    ],
)
def test_a_number_out_of_range_is_refused_by_name(numbers, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        Geometry(**numbers)


@pytest.mark.parametrize("value", [2.0, True, "2"])
def test_a_number_that_counts_no_pixels_is_refused(value, as_users_run_it):
    with pytest.raises(TypeError, match="stride2 counts pixels and must be an int, got " + re.escape(repr(value))):
        Geometry(stride2=value)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 3), st.integers(1, 4), st.sampled_from([1, 3, 5]))
def test_an_empty_output_is_refused_with_the_padding_that_would_do(height, width, p, s1, k):
    geometry = Geometry(k, 12, s1, 2, p)
    with pytest.raises(ValueError, match="has no output") as refusal:
        geometry.output_size(height, width)
    enough = int(re.search(r"use pad_size=(\d+)", str(refusal.value))[1])
    assert min(Geometry(k, 12, s1, 2, enough).output_size(height, width)) > 0
    with pytest.raises(ValueError, match="has no output"):
        Geometry(k, 12, s1, 2, enough - 1).output_size(height, width)
