"""The augmentation explorer: its flow is true when it is recomputed, and not when it is merely looked up."""

import cv2
import numpy as np
import pytest

from flowlab_course.chapters.ch06 import widgets as disguise
from flowlab_course.widgets import canvas


def at(degrees=0, zoom=1.0, right=0, second=0, flip=False, way=disguise.RECOMPUTED):
    return disguise.compute(degrees, zoom, right, second, flip, way)


def test_untouched_it_is_the_middle_of_the_pair():
    d, pair = at(), disguise.scene()
    np.testing.assert_array_equal(d.frames[0], pair.img1[24:120, 32:160])
    np.testing.assert_array_equal(d.frames[1], pair.img2[24:120, 32:160])
    np.testing.assert_allclose(d.flow, pair.flow[24:120, 32:160], atol=1e-3)


def test_to_the_right_is_that_many_pixels_of_the_frame_at_any_zoom():
    for zoom in (1.0, 2.0):
        view = at(zoom=zoom, right=20).views[0]
        middle = view @ [(disguise.CROP[1] - 1) / 2, (disguise.CROP[0] - 1) / 2, 1]
        assert middle[:2] == pytest.approx([95.5 + 20, 71.5])


@pytest.mark.parametrize("change", [{"degrees": 25}, {"zoom": 1.6}, {"flip": True}, {"second": 10}])
def test_a_recomputed_flow_fits_and_one_that_was_looked_up_does_not(change):
    change = {"zoom": 1.5} | change
    true, false = at(**change), at(**change, way=disguise.LOOKED_UP)
    assert true.error[true.shown].mean() < 3
    assert false.error[false.shown].mean() > 2 * true.error[true.shown].mean()


def test_a_crop_that_leaves_the_frame_is_said_to():
    inside, outside = at(zoom=1.5), at(zoom=0.8, degrees=40)
    assert inside.inside
    assert not outside.inside
    assert "draws again" in disguise.draw(outside).text
    assert "lie inside" in disguise.draw(inside).text


def test_the_outline_stands_where_the_crop_looks():
    d = at(degrees=20, zoom=1.5)
    picture = disguise.draw(d).rgb[canvas.TITLE : canvas.TITLE + disguise.SHOWN[0], : disguise.SHOWN[1]]
    plain = cv2.resize(disguise.scene().img1, disguise.SHOWN[::-1], interpolation=cv2.INTER_LINEAR)
    changed = np.abs(picture.astype(int) - plain).max(-1) > 40
    corner = (d.views[0] @ [0, 0, 1])[:2] * disguise.SHOWN[0] / disguise.FRAME[0]
    y, x = np.mgrid[: disguise.SHOWN[0], : disguise.SHOWN[1]]
    assert changed[np.hypot(x - corner[0], y - corner[1]) < 6].mean() > 0.2
    assert not changed[np.hypot(x - 128, y - 96) < 20].any()  # the middle of the crop
