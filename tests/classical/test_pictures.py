"""What the methods take, and what they refuse by name."""

import cv2
import numpy as np
import pytest

from flowlab.classical import horn_schunck, lucas_kanade
from flowlab.classical.pictures import check_pair, checked, grey_float, grey_uint8

COLOUR = np.random.default_rng(0).integers(0, 256, (7, 9, 3), dtype=np.uint8)


def test_grey_is_opencvs_grey_of_uint8_and_of_float():
    expected = cv2.cvtColor(COLOUR, cv2.COLOR_RGB2GRAY)
    for picture in (COLOUR, (COLOUR / 255).astype(np.float32), COLOUR / 255):
        np.testing.assert_allclose(grey_float(checked("img", picture)), expected / 255, atol=0.6 / 255)
        np.testing.assert_array_equal(grey_uint8(checked("img", picture)), expected)
    np.testing.assert_allclose(grey_float(expected), expected / 255, atol=1e-7)


def test_grey_takes_a_view_that_is_not_contiguous():
    np.testing.assert_array_equal(grey_float(COLOUR[:, ::-1]), grey_float(COLOUR)[:, ::-1])


@pytest.mark.parametrize(
    ("img1", "img2", "said"),
    [
        (np.zeros((9, 9), np.uint8), np.zeros((9, 8), np.uint8), "img1 is 9 x 9, img2 9 x 8"),
        (np.zeros((9, 9, 4), np.uint8), np.zeros((9, 9), np.uint8), r"img1 must be \(H, W, 3\) RGB"),
        (np.zeros((0, 9), np.uint8), np.zeros((9, 9), np.uint8), "img1 must be"),
        (np.zeros((9, 9)), np.full((9, 9), np.nan), "img2 has NaN"),
        (np.zeros((9, 9), np.int32), np.zeros((9, 9), np.uint8), "img1 must be uint8, or float"),
        (np.zeros((9, 9)), np.full((9, 9), 255.0), r"img2 is float with values from 255 to 255.*divide by 255"),
    ],
)
def test_pictures_that_do_not_fit_are_refused_by_name(img1, img2, said):
    for take in (check_pair, lucas_kanade, horn_schunck):
        with pytest.raises(ValueError, match=said):
            take(img1, img2)


def test_a_resampled_picture_may_leave_its_range_a_little():
    over = np.full((4, 4), 1.05)
    assert checked("img", over) is not None
    assert grey_uint8(over).max() == 255
