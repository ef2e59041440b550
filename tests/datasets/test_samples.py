"""The pairs that need no download: their flow is what it says, by formulas and by pictures of other libraries."""

import cv2
import numpy as np
import pytest
import skimage.data

from flowlab.datasets import samples


def test_a_photograph_is_scikit_images():
    np.testing.assert_array_equal(samples.photograph("chelsea"), skimage.data.chelsea())
    np.testing.assert_array_equal(samples.photograph("astronaut"), skimage.data.astronaut())


def test_an_unknown_photograph_is_refused_with_the_choice():
    with pytest.raises(ValueError, match="no photograph 'mona lisa'; choose one of astronaut"):
        samples.photograph("mona lisa")


def test_a_size_beyond_the_photograph_is_refused_with_both_sizes():
    with pytest.raises(ValueError, match="150 x 226, smaller than the size 192 x 256"):
        samples.moving_photograph("chelsea", size=(192, 256))


@pytest.mark.parametrize("name", ["coffee", "astronaut"])
@pytest.mark.parametrize(
    "motion",
    [
        {"translation": (5.0, -3.0)},
        {"degrees": 7.0},
        {"scale": 1.1},
        {"degrees": -5.0, "scale": 0.95, "translation": (8.5, 2.25)},
    ],
)
def test_frame_1_is_frame_2_looked_up_along_the_flow(name, motion):
    pair = samples.moving_photograph(name, size=(144, 200), **motion)
    y, x = np.mgrid[:144, :200].astype(np.float32)
    tx, ty = x + pair.flow[..., 0], y + pair.flow[..., 1]
    fetched = cv2.remap(pair.img2, tx, ty, cv2.INTER_LANCZOS4)
    well_inside = (tx > 4) & (tx < 195) & (ty > 4) & (ty < 139)
    difference = np.abs(fetched.astype(int) - pair.img1)[well_inside & pair.valid]
    assert np.median(difference) <= 1
    assert difference.mean() < 1.5


def test_a_rotation_moves_by_the_chord():
    flow = samples.moving_photograph("coffee", degrees=10.0, size=(101, 151)).flow
    assert np.abs(flow[50, 75]).max() < 1e-4
    # 50 px right of the centre, clockwise on the screen: down, and a little to the left.
    angle = np.radians(10)
    np.testing.assert_allclose(flow[50, 125], [50 * (np.cos(angle) - 1), 50 * np.sin(angle)], atol=1e-4)


def test_a_motion_that_looks_beyond_the_photograph_is_not_valid_there():
    pair = samples.moving_photograph("coffee", translation=(200.0, 0.0), size=(100, 200))
    assert not pair.valid[:, -1].any()
    assert pair.valid[:, 0].all()


def test_the_motorcycles_flow_is_minus_its_disparity():
    left, right, disparity = skimage.data.stereo_motorcycle()
    pair = samples.motorcycle()
    np.testing.assert_array_equal(pair.img1, left)
    np.testing.assert_array_equal(pair.img2, right)
    np.testing.assert_array_equal(pair.valid, np.isfinite(disparity))
    np.testing.assert_array_equal(pair.flow[pair.valid][:, 0], -disparity[pair.valid])
    assert not pair.flow[..., 1].any()
    assert not pair.flow[~pair.valid].any()


def test_the_motorcycles_truth_brings_the_right_picture_onto_the_left():
    pair = samples.motorcycle()
    y, x = np.mgrid[:500, :741].astype(np.float32)
    fetched = cv2.remap(pair.img2, x + pair.flow[..., 0], y, cv2.INTER_LINEAR)
    error, before = (np.median(np.abs(img.astype(int) - pair.img1)[pair.valid]) for img in (fetched, pair.img2))
    assert error < before / 2


def test_a_shrunken_motorcycle_moves_as_much_less():
    full, half = samples.motorcycle(), samples.motorcycle(reduce=0.5)
    assert half.img1.shape == (250, 370, 3)
    ratio = np.median(half.flow[half.valid][:, 0]) / np.median(full.flow[full.valid][:, 0])
    assert ratio == pytest.approx(370 / 741, rel=0.01)


def test_the_scoreboards_pairs_have_distinct_names_and_fitting_shapes():
    pairs = samples.scoreboard_pairs()
    assert len({pair.name for pair in pairs}) == len(pairs) == 5
    for pair in pairs:
        assert pair.img1.shape == pair.img2.shape == (*pair.flow.shape[:2], 3)
        assert pair.valid.shape == pair.flow.shape[:2]
        assert pair.valid.mean() > 0.85
