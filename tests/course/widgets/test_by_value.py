"""Each widget's compute and draw against what must be true at chosen values."""

from datetime import UTC, datetime

import cv2
import numpy as np
import pytest

from flowlab.datasets.samples import moving_photograph, photograph
from flowlab_course.chapters.ch00 import widgets as yours
from flowlab_course.chapters.ch01.widgets import dots, wheel
from flowlab_course.chapters.ch02.widgets import paint, scrub

WIDTH, HEIGHT = 3 * wheel.SIDE + 2 * wheel.canvas.GAP, wheel.SIDE + wheel.canvas.TITLE


def on_the_wheel(dx, dy):
    """The cursor at (dx, dy) radii from the wheel's centre."""
    half = wheel.SIDE / 2
    return [(half + dx * half) / WIDTH, (wheel.canvas.TITLE + half + dy * half) / HEIGHT]


def test_the_wheels_centre_is_no_motion_and_white():
    vector = wheel.compute(on_the_wheel(0, 0), "middlebury")
    assert (vector.u, vector.v) == pytest.approx((0, 0), abs=1e-6)
    assert vector.rgb == (255, 255, 255)


def test_the_wheels_right_rim_is_the_longest_vector_to_the_right_and_red():
    vector = wheel.compute(on_the_wheel(1, 0), "middlebury")
    assert (vector.u, vector.v) == pytest.approx((60, 0), abs=1e-4)
    assert vector.rgb == (255, 0, 0)


def test_a_cursor_beyond_the_rim_keeps_its_direction_and_no_more_than_the_rims_length():
    vector = wheel.compute(on_the_wheel(3, 4), "middlebury")
    assert (vector.u, vector.v) == pytest.approx((36, 48), abs=1e-4)


def test_the_second_frame_is_the_first_moved_by_the_vector():
    before, after = (
        wheel.draw(wheel.Vector(float(u), float(v), (0, 0, 0), "middlebury")).rgb for u, v in ((0, 0), (20, -10))
    )
    left = 2 * (wheel.SIDE + wheel.canvas.GAP)
    # A patch of the face, far from the arrow, which starts at POINT and ends 20 px right of it.
    old = before[150:200, left + 20 : left + 70]
    new = after[140:190, left + 40 : left + 90]
    np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("shape", dots.SHAPES)
def test_one_frame_of_dots_hides_the_shape(shape):
    frame, mask = dots.dots_frame(shape, 3, 2) / 255, dots.shape_mask(shape)
    noise = 0.5 / np.sqrt(mask.sum())  # standard deviation of a mean of coins
    assert abs(frame[mask].mean() - 0.5) < 4 * noise
    # Neighbours agree as often across the border as anywhere: one time in two.
    across = mask[:, 1:] != mask[:, :-1]
    agree = (frame[:, 1:] == frame[:, :-1])[across]
    assert abs(agree.mean() - 0.5) < 4 * 0.5 / np.sqrt(agree.size)


@pytest.mark.parametrize("blur", [0, 3])
def test_dots_go_right_inside_and_left_outside(blur):
    first, second = (dots.dots_frame("disc", frame, 3, blur=blur) for frame in (0, 1))
    np.testing.assert_array_equal(second[90:110, 123:163], first[90:110, 120:160])
    np.testing.assert_array_equal(second[5:25, 97:147], first[5:25, 100:150])


@pytest.mark.parametrize(("speed", "least", "most"), [(2, 0.9, 1.0), (6, 0.0, 0.1)])
def test_the_dots_say_how_much_of_the_shape_was_found(speed, least, most):
    """At 6 px DIS loses the disc of this drawing: the words must not speak of a shape that the picture lacks."""
    shown = dots.compute("disc", 0, speed, "the flow to the next frame")
    y, x = np.mgrid[: shown.flow.shape[0], : shown.flow.shape[1]]
    disc = (x - 140) ** 2 + (y - 100) ** 2 <= 60**2
    share = (shown.flow[disc][:, 0] > 0).mean()
    assert least <= share <= most
    assert abs(shown.found - share) < 0.01
    assert f"{shown.found:.0%} of the shape" in dots.draw(shown).alt


def test_a_shape_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no shape 'star'; choose one of disc"):
        dots.shape_mask("star")


def test_a_step_of_a_drag_paints_itself_under_the_brush():
    flow = paint.painted_flow([[(50, 40), (56, 38)]], (80, 100), radius=10)
    assert flow[40, 50].tolist() == [6, -2]
    np.testing.assert_allclose(flow[40, 60], np.array([6, -2]) * np.exp(-0.5), rtol=1e-5)
    assert abs(flow[40, 90]).max() < 1e-3
    assert flow.dtype == np.float32


def test_a_drag_beyond_the_picture_paints_what_lies_inside():
    flow = paint.painted_flow([[(-5, 5), (5, 5), (300, 5)]], (20, 30), radius=4)
    assert np.isfinite(flow).all()
    assert flow[5, 0, 0] > 0


def test_fetching_brings_the_content_against_the_drag():
    painted = paint.compute([[[0.25, 0.5], [0.28, 0.5]]], 60, paint.BACKWARD)
    y, x = np.unravel_index(painted.flow[..., 0].argmax(), painted.flow.shape[:2])
    u = painted.flow[y, x, 0]
    assert u > 15
    target = x + u
    photo, left = paint.picture().astype(float), int(target)
    expected = (1 - (target - left)) * photo[y, left] + (target - left) * photo[y, left + 1]
    np.testing.assert_allclose(painted.moved[y, x], expected, atol=1)


def test_pushing_leaves_holes_and_fetching_none():
    drag = [[[0.15 + 0.02 * i, 0.5] for i in range(8)]]
    assert paint.compute(drag, 30, paint.FORWARD).holes > 0.02
    assert paint.compute(drag, 30, paint.BACKWARD).holes == 0
    assert paint.compute([], 30, paint.FORWARD).holes == 0


def test_a_scrub_begins_with_frame_2_and_ends_close_to_frame_1():
    pair = moving_photograph("astronaut", degrees=8.0, size=(96, 128))
    steps = [scrub.warped(pair, t) for t in (0.0, 0.5, 1.0)]
    np.testing.assert_array_equal(steps[0].image, pair.img2)
    assert steps[0].error > 10 * steps[2].error
    assert steps[1].error > steps[2].error


def test_uploaded_pictures_become_a_pair():
    widget = yours.flow_between_two_pictures(lambda method, a, b: np.zeros((*a.shape[:2], 2), np.float32), ["zero"])
    cat = photograph("chelsea")
    upload(widget, 0, cat)
    assert "yours" not in widget.pairs
    upload(widget, 1, cat)
    assert widget.controls["pair"].value == "yours"
    np.testing.assert_array_equal(widget.pairs["yours"][0], cat)


def test_a_large_upload_is_shrunk():
    assert yours.decode("big.png", png(np.zeros((600, 960, 3), np.uint8))).shape == (300, 480, 3)


def test_uploads_of_two_sizes_are_refused_with_both():
    widget = yours.flow_between_two_pictures(lambda method, a, b: np.zeros((*a.shape[:2], 2), np.float32), ["zero"])
    upload(widget, 0, np.zeros((30, 40, 3), np.uint8))
    with pytest.raises(ValueError, match="30 x 40 and 40 x 30"):
        upload(widget, 1, np.zeros((40, 30, 3), np.uint8))


@pytest.mark.parametrize("content", [b"", b"plain text, no picture"])
def test_an_upload_that_is_no_picture_is_named(content):
    with pytest.raises(ValueError, match=r"notes\.txt is not a picture"):
        yours.decode("notes.txt", content)


def png(rgb):
    return cv2.imencode(".png", rgb[..., ::-1])[1].tobytes()


def upload(widget, i, rgb):
    widget.uploads[i].value = (
        {
            "name": f"{i}.png",
            "type": "image/png",
            "size": 1,
            "content": memoryview(png(rgb)),
            "last_modified": datetime.now(UTC),
        },
    )
