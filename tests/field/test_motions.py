"""Closed-form motions take each pixel where the formula says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlab.field import similarity_flow, similarity_matrix


def test_positive_degrees_turn_clockwise_on_the_screen():
    flow = similarity_flow((3, 3), degrees=90)
    np.testing.assert_allclose(flow[1, 2], [-1, 1], atol=1e-6)  # right of the centre: goes below it
    np.testing.assert_allclose(flow[0, 1], [1, 1], atol=1e-6)  # above the centre: goes right of it


@given(
    degrees=st.floats(-180, 180),
    scale=st.floats(0.1, 5),
    cx=st.floats(-20, 20),
    cy=st.floats(-20, 20),
    t=st.floats(-9, 9),
)
def test_a_similarity_equals_its_formula_pixel_by_pixel(degrees, scale, cx, cy, t):
    flow = similarity_flow((3, 4), degrees, scale, (t, -t), (cx, cy))
    cos, sin = scale * math.cos(math.radians(degrees)), scale * math.sin(math.radians(degrees))
    for y in range(3):
        for x in range(4):
            to_x = cx + cos * (x - cx) - sin * (y - cy) + t
            to_y = cy + sin * (x - cx) + cos * (y - cy) - t
            np.testing.assert_allclose(flow[y, x], [to_x - x, to_y - y], atol=2e-5)


def test_without_a_centre_the_middle_of_the_image_stays():
    flow = similarity_flow((5, 9), degrees=33, scale=1.7)
    np.testing.assert_allclose(flow[2, 4], 0, atol=1e-6)
    even = similarity_flow((4, 4), scale=2.0)
    np.testing.assert_allclose(even[0, 0] + even[3, 3], 0, atol=1e-6)


def test_the_inverse_matrix_is_the_way_back():
    matrix = similarity_matrix(degrees=25, scale=0.8, translation=(3, 4), centre=(2, 1))
    back = similarity_matrix(degrees=-25, scale=1 / 0.8, translation=(0, 0), centre=(2, 1)) @ similarity_matrix(
        translation=(-3, -4)
    )
    np.testing.assert_allclose(np.linalg.inv(matrix), back, atol=1e-12)


REFUSED = {
    "size": (lambda: similarity_flow((0, 3)), r"both at least 1, got \(0, 3\)"),
    "three sides": (lambda: similarity_flow((2, 3, 4)), r"got \(2, 3, 4\)"),
    "scale": (lambda: similarity_flow((2, 3), scale=0), "scale must be positive, got 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_motion_is_refused(case, as_users_run_it):
    call, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        call()
