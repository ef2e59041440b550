"""The displacement explorer against the definition: its scores, its peak, its counts."""

import numpy as np
import pytest

from flowlab.costvolume import Geometry
from flowlab.course.widgets import canvas, displacement

NAME, KIND = "motorcycle, two cameras", displacement.KINDS[0]


def cursor_at(x, y):
    """The cursor over pixel (x, y) of frame 1."""
    H, W = displacement.pair(NAME).img1.shape[:2]
    wide, high = round(displacement.ZOOM * W), round(displacement.ZOOM * H)
    width = 2 * wide + displacement.MAP + 2 * canvas.GAP
    height = max(high, displacement.MAP) + canvas.TITLE
    return [(x + 0.5) * displacement.ZOOM / width, ((y + 0.5) * displacement.ZOOM + canvas.TITLE) / height]


def look(x, y, *, d=4, s2=1, K=1, s1=1, kind=KIND):
    return displacement.compute(cursor_at(x, y), NAME, kind, d, s2, K, s1)


@pytest.mark.parametrize(("d", "s2", "K"), [(3, 1, 1), (4, 2, 3), (5, 2, 1)])
@pytest.mark.parametrize(("x", "y"), [(60, 70), (1, 2)])
def test_the_scores_are_the_mean_products_of_the_two_patches(x, y, d, s2, K):
    s = look(x, y, d=d, s2=s2, K=K)
    assert s.point == (x, y)
    a, b = (np.pad(f[0].numpy(), ((0, 0), (20, 20), (20, 20))) for f in displacement.features(NAME, KIND))
    k, r = K // 2, d // s2
    patch = a[:, y + 20 - k : y + 21 + k, x + 20 - k : x + 21 + k]
    expected = np.zeros((2 * r + 1, 2 * r + 1))
    for row in range(2 * r + 1):
        for column in range(2 * r + 1):
            ty, tx = y + 20 + (row - r) * s2, x + 20 + (column - r) * s2
            expected[row, column] = (patch * b[:, ty - k : ty + k + 1, tx - k : tx + k + 1]).mean()
    np.testing.assert_allclose(s.scores, expected, atol=1e-6)
    row, column = np.unravel_index(expected.argmax(), expected.shape)
    assert s.peak == ((column - r) * s2, (row - r) * s2)


def test_flownetcs_settings_have_441_channels_and_the_products_that_the_formula_asks_for():
    s = look(60, 70, d=20, s2=2)
    H, W = displacement.pair(NAME).img1.shape[:2]
    assert s.channels == 441
    assert s.output == (H, W)
    assert s.products == H * W * 441 * 147


def test_stride1_keeps_to_its_grid_and_shrinks_the_output():
    s = look(61, 70, s1=8)
    assert s.point == (56, 64)
    H, W = displacement.pair(NAME).img1.shape[:2]
    assert s.output == (-(-H // 8), -(-W // 8))


def test_patches_find_the_wheel_and_plain_colours_do_not():
    frames = displacement.pair(NAME)
    x, y = 201, 117
    u, _ = frames.flow[y, x]
    assert abs(look(x, y, d=20, s2=1).peak[0] - u) < 1.5
    peak = look(x, y, d=20, s2=1, kind=displacement.KINDS[2]).peak
    assert np.hypot(peak[0] - u, peak[1]) > 5


def test_a_point_is_searched_like_the_whole_layer():
    a, b = displacement.features(NAME, KIND)
    piece = np.s_[:, :, 40:70, 50:90]
    from flowlab.costvolume import correlation

    whole = correlation(a[piece].contiguous(), b[piece].contiguous(), 3, 4, 1, 2, 5)[0]
    here = displacement.search(a[piece], b[piece], (7, 11), Geometry(3, 4, 1, 2, 5))
    np.testing.assert_allclose(here.ravel(), whole[:, 11, 7].numpy(), atol=1e-6)
