"""The images that the methods take, and those that they refuse by name."""

import cv2
import numpy as np
import pytest

from flowlab.classical import horn_schunck, lucas_kanade
from flowlab.classical.constancy import check_pair, grey_float, grey_uint8


def checked_image(image):
    return check_pair(image, image)[0]


COLOUR = np.random.default_rng(0).integers(0, 256, (7, 9, 3), dtype=np.uint8)


def test_grey_is_opencvs_grey_of_uint8_and_of_float():
    expected = cv2.cvtColor(COLOUR, cv2.COLOR_RGB2GRAY)
    for image in (COLOUR, (COLOUR / 255).astype(np.float32), COLOUR / 255):
        np.testing.assert_allclose(grey_float(checked_image(image)), expected / 255, atol=0.6 / 255)
        np.testing.assert_array_equal(grey_uint8(checked_image(image)), expected)
    np.testing.assert_allclose(grey_float(expected), expected / 255, atol=1e-7)


def test_grey_takes_a_view_that_is_not_contiguous():
    np.testing.assert_array_equal(grey_float(COLOUR[:, ::-1]), grey_float(COLOUR)[:, ::-1])


def test_sixteen_bits_one_channel_and_alpha_are_images_too():
    grey = grey_float(COLOUR)
    np.testing.assert_allclose(grey_float(checked_image(COLOUR.astype(np.uint16) * 257)), grey, atol=1e-6)
    np.testing.assert_allclose(grey_float(checked_image(COLOUR[..., :1])), COLOUR[..., 0] / 255, atol=1e-6)
    opaque, clear = (np.dstack([COLOUR, np.full((7, 9), alpha, np.uint8)]) for alpha in (255, 0))
    np.testing.assert_allclose(grey_float(checked_image(opaque)), grey, atol=1e-6)
    np.testing.assert_allclose(grey_float(checked_image(clear)), 1, atol=1e-6)  # transparent parts stand on white


@pytest.mark.parametrize(
    ("img1", "img2", "error", "message"),
    [
        (np.zeros((9, 9), np.uint8), np.zeros((9, 8), np.uint8), ValueError, "img1 is 9 x 9, img2 9 x 8"),
        (np.zeros((9, 9, 2), np.uint8), np.zeros((9, 9), np.uint8), ValueError, r"img1 must be \(H, W\), \(H, W, C\)"),
        (np.zeros((1, 9, 9, 3)), np.zeros((9, 9)), ValueError, r"img1 must be .* got a batch of shape \(1, 9, 9, 3\)"),
        (np.zeros((0, 9), np.uint8), np.zeros((9, 9), np.uint8), ValueError, "img1 is empty"),
        (np.zeros((9, 9)), np.full((9, 9), np.nan), ValueError, "img2 has NaN"),
        (np.zeros((9, 9), np.int32), np.zeros((9, 9), np.uint8), TypeError, "img1 is int32; expected uint8"),
        (np.zeros((9, 9)), np.full((9, 9), 255.0), ValueError, "img2 has floats from 255 to 255.*Divide by 255"),
    ],
)
def test_images_that_do_not_fit_are_refused_by_name(img1, img2, error, message):
    for take in (check_pair, lucas_kanade, horn_schunck):
        with pytest.raises(error, match=message):
            take(img1, img2)


def test_a_resampled_image_may_leave_its_range_a_little():
    over = np.full((4, 4), 1.05)
    assert checked_image(over) is not None
    assert grey_uint8(over).max() == 255
