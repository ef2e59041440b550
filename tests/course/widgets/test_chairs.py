"""The chairs' widgets: what stands where it was put, and what hides what."""

import numpy as np
import pytest

from flowlab.chairs.furniture import picture
from flowlab_course.chapters.ch05 import widgets as chairs
from flowlab_course.widgets import canvas, fields

H, W = chairs.SIZE


def in_frame_1(x, y):
    """The cursor over pixel (x, y) of the upper left picture."""
    return [x / (2 * W + canvas.GAP + fields.WHEEL_ROOM), (y + canvas.TITLE) / (2 * (H + canvas.TITLE) + canvas.GAP)]


def test_the_dressed_chair_is_the_generators():
    kind = next(iter(chairs.KINDS))
    chair = chairs.dress(kind, 7, 3, chairs.AS_IT_CAME, True)
    expected = picture(np.random.default_rng(3), chairs.SIDE, kind=kind, view=7)
    np.testing.assert_array_equal(chair.rgba, expected)
    rgb = chairs.draw_chair(chair).rgb
    assert (rgb[canvas.TITLE, 2] == 255).all()  # a corner of the picture: white, no chair


@pytest.mark.parametrize("material", list(chairs.MATERIALS)[1:])
def test_a_material_changes_the_colours_and_nothing_else(material):
    plain, dressed = (chairs.dress("dining", 7, 3, name, True).rgba for name in (chairs.AS_IT_CAME, material))
    np.testing.assert_array_equal(plain[..., 3], dressed[..., 3])
    assert np.abs(plain[..., :3].astype(int) - dressed[..., :3])[plain[..., 3] == 255].mean() > 8
    assert material in chairs.draw_chair(chairs.dress("dining", 7, 3, material, True)).alt


@pytest.mark.parametrize(("x", "y"), [(120.0, 100.0), (60.0, 130.0)])
def test_the_front_chair_goes_where_the_cursor_is(x, y):
    m = chairs.move(in_frame_1(x, y), 0, 0, chairs.OCCLUDED)
    assert m.shift == pytest.approx((x - 0.3 * W, y - 0.5 * H), abs=1e-6)
    front = m.sample.layers == 2
    np.testing.assert_allclose(m.sample.flow[front], np.broadcast_to(m.shift, (front.sum(), 2)), atol=1e-3)
    assert not m.sample.flow[m.sample.layers < 2].any()


def test_the_ground_carries_everything_but_the_pinned_chair():
    m = chairs.move(in_frame_1(120, 100), 0, 15, chairs.LAYERS)
    rest = m.sample.layers < 2
    np.testing.assert_allclose(m.sample.flow[rest], np.broadcast_to((15.0, 0.0), (rest.sum(), 2)), atol=1e-3)
    front = m.sample.layers == 2
    np.testing.assert_allclose(m.sample.flow[front], np.broadcast_to(m.shift, (front.sum(), 2)), atol=1e-3)


def test_a_chair_that_stays_hides_nothing():
    assert not chairs.move(in_frame_1(0.3 * W, 0.5 * H), 0, 0, chairs.OCCLUDED).sample.occlusion.any()


def test_every_picture_of_the_four_can_be_pointed_at():
    here = chairs.move(in_frame_1(100, 90), 0, 0, chairs.OCCLUDED).shift
    right = in_frame_1(100 + W + canvas.GAP, 90)
    below = in_frame_1(100, 90 + H + canvas.TITLE + canvas.GAP)
    for cursor in (right, below):
        assert chairs.move(cursor, 0, 0, chairs.OCCLUDED).shift == pytest.approx(here, abs=1e-6)
