"""Pictures stand side by side, each true to its pixels."""

import base64
import io
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

import flowlab_course as course
from flowlab_course.page.pictures import row_of_pictures

ALT = "Pictures of plain colours, side by side."
RED = np.full((40, 60, 3), (255, 0, 0), np.uint8)


def drawn(displayed):
    data = re.search(r"base64,([^\"]+)", displayed[-1]["text/html"])[1]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)


def share(image, colour):
    return (np.abs(image - colour).max(axis=-1) < 40).mean()


def test_pictures_share_the_row_by_their_widths(displayed):
    course.begin("01")
    blue = np.full((40, 30, 3), (0, 0, 255), np.uint8)
    course.pictures({"wide": RED, "narrow": blue}, alt=ALT, see="two colours.")
    image = drawn(displayed)
    assert share(image, (255, 0, 0)) > 0.4
    assert share(image, (255, 0, 0)) / share(image, (0, 0, 255)) == pytest.approx(2, rel=0.05)
    assert ALT in displayed[-1]["text/plain"]


def test_axes_are_in_pixels_of_each_picture_and_the_wheel_has_none():
    picture, flow = np.zeros((140, 260, 3), np.uint8), np.ones((140, 260, 2), np.float32)
    drawn_with = row_of_pictures({"one": picture, "two": flow}, axes=True)
    one, two, wheel = drawn_with.axes
    for ax in (one, two):
        assert (ax.get_xlabel(), ax.get_ylabel()) == ("x in px", "y in px")
        assert ax.get_xticks().tolist() == [0, 100, 200]
        assert ax.get_yticks().tolist() == [0, 100]
    assert (wheel.get_xlabel(), len(wheel.get_xticks())) == ("", 0)
    without = row_of_pictures({"one": picture})
    assert without.axes[0].get_xticks().tolist() == []
    plt.close("all")


def test_a_mask_is_black_and_white_whatever_its_values(displayed):
    course.begin("01")
    course.pictures({"all": np.ones((40, 60), bool)}, alt=ALT)
    assert share(drawn(displayed), (255, 255, 255)) > 0.9
    course.pictures({"none": np.zeros((40, 60), bool)}, alt=ALT)
    assert share(drawn(displayed), (0, 0, 0)) > 0.7


def test_two_maps_with_one_limit_can_be_compared(displayed):
    course.begin("01")
    low, high = np.full((40, 60), 10.0), np.full((40, 60), 20.0)
    low[0, 0] = high[0, 0] = 0.0
    course.pictures({"low": low, "high": high}, alt=ALT, limit=20)
    image = drawn(displayed)
    middle = image[image.shape[0] // 2]
    assert middle[len(middle) // 4].sum() < middle[3 * len(middle) // 4].sum() - 200


def test_a_flow_is_coloured_on_the_scale_that_the_wheel_beside_it_says(displayed):
    course.begin("01")
    flow = np.full((40, 60, 2), (5.0, 0.0), np.float32)
    flow[:, :30] = np.nan
    course.pictures({"a": flow, "b": 2 * flow}, alt=ALT)
    image = drawn(displayed)
    assert share(image, (255, 128, 128)) > 0.12, "5 px have half of the colour, since b has 10"
    assert share(image, (255, 0, 0)) > 0.12, "10 px is the longest, so b has the full colour"
    assert share(image, (128, 128, 128)) > 0.25, "NaN is grey"
    at_right = image[:, -100:]
    assert min(share(at_right, colour) for colour in ((255, 0, 0), (0, 255, 255), (255, 0, 255))) > 0.0005
    course.pictures({"a": flow}, alt=ALT, limit=5)
    assert share(drawn(displayed), (255, 0, 0)) > 0.2, "a limit is the length of a full colour"


def test_pictures_without_a_flow_have_no_wheel(displayed):
    course.begin("01")
    course.pictures({"a": RED}, alt=ALT)
    assert share(drawn(displayed), (0, 255, 255)) == 0


def test_arrows_are_drawn_over_their_picture(displayed):
    course.begin("01")
    flow = np.full((40, 60, 2), (4.0, 0.0), np.float32)
    course.pictures({"a": RED, "b": RED}, arrows={"b": flow}, alt=ALT)
    image = drawn(displayed)
    left, right = np.array_split(image[30:-10], 2, axis=1)
    assert share(left, (0, 0, 0)) < share(right, (0, 0, 0)) - 0.005


def test_arrows_that_fit_no_picture_are_refused():
    with pytest.raises(ValueError, match="for 'c' fit none of the pictures"):
        course.pictures({"a": RED}, arrows={"c": np.zeros((40, 60, 2), np.float32)}, alt=ALT)
    with pytest.raises(ValueError, match=r"arrows of shape \(9, 9, 2\)"):
        course.pictures({"a": RED}, arrows={"a": np.zeros((9, 9, 2), np.float32)}, alt=ALT)


def test_a_picture_with_the_wheels_title_is_refused_beside_a_flow():
    with pytest.raises(ValueError, match="'colours' is the title of the colour wheel"):
        course.pictures({"colours": RED, "flow": np.ones((40, 60, 2))}, alt=ALT)


def test_what_is_no_picture_is_refused_by_its_title():
    with pytest.raises(ValueError, match=r"'stack' must be a picture .* got shape \(4, 5, 4\)"):
        course.pictures({"stack": np.zeros((4, 5, 4))}, alt=ALT)
