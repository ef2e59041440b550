"""Arrows begin at their pixel and end where it goes; what is unknown or still has none."""

import numpy as np
import pytest

from flowlab.field import draw_arrows


def drawn(flow, **options):
    grey = np.full((*flow.shape[:2], 3), 128, np.uint8)
    return (draw_arrows(grey, flow, **options) != grey).any(axis=2)


def field(u, v, size=(64, 96)):
    flow = np.zeros((*size, 2), np.float32)
    flow[...] = u, v
    return flow


@pytest.mark.parametrize(("u", "v"), [(30, 0), (0, 20), (-25, -10)])
def test_an_arrow_lies_between_its_pixel_and_where_that_goes(u, v):
    y, x = np.nonzero(drawn(field(u, v), step=96))  # one arrow, at (48, 48)
    ends = np.array([[48, 48], [48 + u, 48 + v]])
    np.testing.assert_allclose([x.min(), x.max()], [ends[:, 0].min(), ends[:, 0].max()], atol=8)  # a head is as wide
    np.testing.assert_allclose([y.min(), y.max()], [ends[:, 1].min(), ends[:, 1].max()], atol=8)  # a head is as wide


def test_still_unknown_and_masked_pixels_have_no_arrow():
    assert not drawn(field(0.4, 0.4)).any()
    assert not drawn(field(np.nan, 0)).any()
    assert not drawn(field(1e10, 0)).any()
    assert drawn(field(20, 0)).any()
    assert not drawn(field(20, 0), valid=np.zeros((64, 96), bool)).any()


def test_the_picture_that_came_stays_as_it_was():
    image = np.full((64, 96, 3), 128, np.uint8)
    draw_arrows(image, field(20, 0))
    assert (image == 128).all()


def test_two_sizes_are_refused():
    with pytest.raises(ValueError, match=r"one height and width, got \(4, 4, 3\) and \(4, 5, 2\)"):
        draw_arrows(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 2), np.float32))
    assert drawn(field(1e8, 0), step=96).any()  # far out, cut short
