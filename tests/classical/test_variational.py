"""The '+v': it brings a rough flow nearer to the truth, and stops smoothing where pictures have boundaries."""

import cv2
import numpy as np
import pytest

from flowlab.classical import refine, run
from flowlab.classical.constancy import grey_uint8
from flowlab.classical.variational import _sizes, boundaries
from flowlab.datasets.samples import motorcycle, moving_photograph
from tests.classical.test_lucas_kanade import MOTIONS, in_both_frames


def rough(flow, seed=0):
    """The truth as a small network might see it: off by about a pixel, in blotches of 32 px."""
    H, W = flow.shape[:2]
    noise = np.random.default_rng(seed).normal(0, 1, (H // 32 + 2, W // 32 + 2, 2)).astype(np.float32)
    return flow + cv2.resize(noise, (W, H), interpolation=cv2.INTER_CUBIC)


def error(found, pair, margin=8):
    return np.linalg.norm(found - pair.flow, axis=-1)[in_both_frames(pair.flow, margin) & pair.valid].mean()


@pytest.mark.parametrize("motion", MOTIONS)
@pytest.mark.parametrize("name", ["chelsea", "coffee"])
def test_a_rough_flow_of_a_photograph_is_refined_to_a_fraction_of_a_pixel(name, motion):
    pair = moving_photograph(name, size=(144, 208), **MOTIONS[motion])
    start = rough(pair.flow)
    assert error(start, pair) > 0.7
    assert error(refine(pair.img1, pair.img2, start), pair) < 0.25


def test_it_helps_a_fast_method_on_a_real_pair():
    bike = motorcycle(reduce=0.5)
    start = run("dis-ultrafast", bike.img1, bike.img2)
    before, after = (
        np.linalg.norm(w - bike.flow, axis=-1)[bike.valid].mean() for w in (start, refine(*bike[1:3], start))
    )
    assert after < 0.9 * before


def test_a_single_step_without_boundaries_is_opencvs():
    pair = moving_photograph("coffee", translation=(2.0, 1.0), size=(96, 128))
    start = rough(pair.flow)
    solver = cv2.VariationalRefinement_create()
    solver.setAlpha(7.0)
    solver.setFixedPointIterations(2)
    expected = solver.calc(grey_uint8(pair.img1), grey_uint8(pair.img2), start.copy())
    found = refine(pair.img1, pair.img2, start, alpha=7.0, boundary=0, steps=1, final=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_at_a_boundary_the_answer_leans_to_the_one_with_a_fifth_of_the_smoothness():
    pair = moving_photograph("coffee", translation=(2.0, 1.0), size=(96, 128))
    start, once = rough(pair.flow), {"steps": 1, "final": 0}
    smooth, stiff = (refine(pair.img1, pair.img2, start, alpha=a, boundary=0, **once) for a in (20, 4))
    found = refine(pair.img1, pair.img2, start, alpha=20, boundary=9.0, kappa=0.5, **once)
    share = np.exp(-9.0 * np.sqrt(boundaries(grey_uint8(pair.img1))))[..., None]
    np.testing.assert_allclose(found, share * smooth + (1 - share) * stiff, atol=1e-4)
    assert 0.1 < share.mean() < 0.9


def test_the_strength_of_a_boundary_is_the_slope_of_the_blurred_picture():
    grey = np.random.default_rng(0).integers(0, 256, (20, 30), dtype=np.uint8)
    blurred = cv2.GaussianBlur(np.float32(grey) / 255, (0, 0), 1.0)
    found = boundaries(grey)
    for y, x in ((5, 5), (10, 21), (14, 9)):
        here = blurred[y - 1 : y + 2, x - 1 : x + 2]
        right = (here[:, 2] - here[:, 0]) @ [1, 2, 1] / 8
        down = [1, 2, 1] @ (here[2] - here[0]) / 8
        assert found[y, x] == pytest.approx(np.hypot(right, down), abs=1e-6)


def test_with_boundaries_the_flow_of_a_real_pair_is_nearer_to_the_truth_also_where_it_jumps():
    bike = motorcycle(reduce=0.5)
    most, least = (np.where(bike.valid, bike.flow[..., 0], beyond) for beyond in (-99, 99))
    square = np.ones((7, 7), np.uint8)
    jumps = bike.valid & (cv2.dilate(most, square) - cv2.erode(least, square) > 4)
    assert 0.02 < jumps.mean() < 0.3
    start = cv2.GaussianBlur(bike.flow, (0, 0), 4)  # as a network draws it, without sharp edges
    with_them, without = (
        np.linalg.norm(refine(*bike[1:3], start, boundary=b) - bike.flow, axis=-1) for b in (5.0, 0.0)
    )
    assert with_them[bike.valid].mean() < 0.96 * without[bike.valid].mean()
    assert with_them[jumps].mean() < without[jumps].mean() - 0.05


def test_it_climbs_from_a_quarter_to_the_whole_and_stays_there_for_the_final_steps():
    sizes = list(_sizes((384, 512), 20, 5))
    assert len(sizes) == 25
    assert sizes[0] == (96, 128)
    assert sizes[19:] == [(384, 512)] * 6
    grow = np.array(sizes[1:20]) / np.array(sizes[:19])
    np.testing.assert_allclose(grow, 4 ** (1 / 19), rtol=0.01)


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3), (9, 9), (40, 50)])
def test_pictures_of_any_size_give_a_finite_flow_and_flat_ones_leave_it(size):
    img1, img2 = np.random.default_rng(0).integers(0, 256, (2, *size), dtype=np.uint8)
    still = np.zeros((*size, 2), np.float32)
    found = refine(img1, img2, still)
    assert found.shape == (*size, 2)
    assert found.dtype == np.float32
    assert np.isfinite(found).all()
    moving = np.full((*size, 2), (1.5, -0.5), np.float32)
    flat = np.full(size, 90, np.uint8)
    np.testing.assert_allclose(refine(flat, flat, moving), moving, atol=1e-4)


PLAIN = np.zeros((9, 8), np.uint8)
STILL = np.zeros((9, 8, 2), np.float32)


@pytest.mark.parametrize(
    ("flow", "wrong", "said"),
    [
        (STILL[:8], {}, r"flow has shape \(8, 8, 2\), the images are 9 x 8: expected \(9, 8, 2\)"),
        (STILL + np.nan, {}, "flow has pixels that are NaN or infinite"),
        (STILL, {"alpha": 0}, "alpha and kappa must be above 0 and boundary at least 0, got 0, 0.8 and 5.0"),
        (STILL, {"boundary": -1}, "boundary at least 0, got 20.0, 0.8 and -1"),
        (STILL, {"steps": 0}, "steps must be at least 1 and final at least 0, got 0 and 5"),
        (STILL, {"final": -1}, "got 20 and -1"),
    ],
)
def test_what_does_not_fit_is_refused(flow, wrong, said):
    with pytest.raises(ValueError, match=said):
        refine(PLAIN, PLAIN, flow, **wrong)


def test_pictures_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="img1 is 9 x 8, img2 8 x 8"):
        refine(PLAIN, PLAIN[:8], STILL)
