"""The widgets of chapters 03 and 04 against what must be true at chosen values."""

import numpy as np
import pytest

from flowlab_course.chapters.ch03.widgets import aperture, pole, windows
from flowlab_course.chapters.ch04.widgets import levels, smoothing
from flowlab_course.widgets import fields


def through(x, y, radius=14):
    return aperture.compute(aperture.at(x, y), radius)


def least(seen):
    """The motion with the least misfit, (u, v)."""
    v, u = np.unravel_index(seen.misfit.argmin(), seen.misfit.shape)
    return int(u) - aperture.REACH, int(v) - aperture.REACH


def fits(seen, within=0.01):
    v, u = np.nonzero(seen.misfit < seen.misfit.min() + within)
    return u - aperture.REACH, v - aperture.REACH


@pytest.mark.parametrize("corner", [(190, 44), (70, 78)])
def test_at_a_corner_one_motion_fits_and_it_is_the_true_one(corner):
    seen = through(*corner)
    assert least(seen) == aperture.MOTION
    assert len(fits(seen)[0]) == 1
    assert "a corner" in seen.verdict


def test_along_an_edge_a_valley_fits_that_runs_along_it_through_the_true_motion():
    seen = through(125, 52)
    u, v = fits(seen)
    assert len(u) >= 6
    along = aperture.CORNERS[1] - aperture.CORNERS[0]
    normal = np.array([-along[1], along[0]]) / np.hypot(*along)
    off = (u - aperture.MOTION[0]) * normal[0] + (v - aperture.MOTION[1]) * normal[1]
    assert np.abs(off).max() < 0.6  # px: half a step of the map
    assert "an edge" in seen.verdict


def test_on_nothing_every_motion_fits():
    seen = through(140, 108)
    assert seen.misfit.max() < 1e-3
    assert "nothing" in seen.verdict


def test_a_larger_hole_on_the_edge_takes_in_the_corner():
    assert [through(175, 40, radius).verdict.split(":")[0] for radius in (6, 26)] == ["an edge", "a corner"]


def test_the_hole_stays_inside_the_scene_wherever_the_cursor_goes():
    for cursor in ([0.0, 0.0], [1.0, 1.0], [0.0, 1.0]):
        assert np.isfinite(aperture.compute(cursor, 26).misfit).all()


def test_a_turning_pole_and_a_sliding_paper_are_one_picture():
    first, second = pole.frame(3).astype(int), pole.frame(4).astype(int)
    inner = np.s_[40:-40, 60:90]
    turned = np.roll(first, int(pole.SPEED), axis=1)
    slid = np.roll(first, -int(pole.SPEED), axis=0)
    np.testing.assert_array_equal(second[inner], turned[inner])
    np.testing.assert_array_equal(second[inner], slid[inner])


def test_a_window_on_the_pole_sees_the_motion_across_the_stripes_and_at_its_side_the_one_along_the_side():
    flow = pole.found_flow(0)
    np.testing.assert_allclose(np.median(flow[70:100, 70:80], axis=(0, 1)), [1, -1], atol=0.1)
    np.testing.assert_allclose(np.median(flow[70:100, pole.LEFT : pole.LEFT + 2], axis=(0, 1)), [0, -2], atol=0.2)


def test_what_really_moves_is_the_readers_choice():
    turns, slides = (pole.compute(what, 0, pole.TRUE).flow for what in (pole.TURNS, pole.SLIDES))
    assert turns[85, 75].tolist() == [2, 0]
    assert slides[85, 75].tolist() == [0, -2]
    assert (turns[:, :10] == 0).all()


def mean_error(sigma, noise=0, light=windows.SAME):
    return windows.compute(sigma, noise, light).error.mean()


def test_under_noise_a_window_can_be_too_small_and_too_large():
    small, right, large = (mean_error(sigma, noise=10) for sigma in (1.0, 4.0, 12.0))
    assert small > 2 * right
    assert large > 1.1 * right


def test_a_large_window_errs_at_the_edge_of_the_disc():
    def at_the_edge(sigma):
        y, x = np.mgrid[: windows.SIZE[0], : windows.SIZE[1]]
        from_edge = np.abs(np.hypot(x - windows.CENTRE[0], y - windows.CENTRE[1]) - windows.RADIUS)
        return windows.compute(sigma, 0, windows.SAME).error[from_edge < 6].mean()

    assert at_the_edge(12.0) > 1.3 * at_the_edge(2.0)


@pytest.mark.parametrize("light", [windows.BRIGHTER, windows.SHADOW])
def test_a_change_of_light_is_taken_for_motion(light):
    assert mean_error(4.0, light=light) > 4 * mean_error(4.0)


def test_the_disc_and_the_ground_move_as_said():
    first, second, flow = windows.scene()
    assert flow[75, 95].tolist() == list(windows.DISC)
    assert flow[5, 5].tolist() == list(windows.GROUND)
    # Two pixels right and one up, in the middle of the disc.
    np.testing.assert_array_equal(second[60:80, 90:110], first[61:81, 88:108])


def test_motion_flows_from_the_squares_rim_to_its_middle():
    y, x = smoothing.SIZE[0] // 2, smoothing.SIZE[1] // 2
    middle = [smoothing.compute(smoothing.PLAIN, 0.1, n).flow[y, x, 0] for n in (0, 10, 100, 1000)]
    assert middle[0] == 0
    assert middle[1] < 0.05
    assert middle[1] < middle[2] < middle[3]
    assert middle[3] > 0.5


def test_too_much_smoothness_takes_the_ground_along():
    def ground(alpha):
        return np.abs(smoothing.compute(smoothing.PLAIN, alpha, 1000).flow[:12]).mean()

    assert ground(1.0) > 4 * ground(0.1)


@pytest.mark.parametrize("name", [levels.BIKE, levels.LEAP])
def test_each_level_of_the_pyramid_brings_the_flow_nearer_to_the_truth(name):
    errors = [levels.compute(name, level).epe for level in range(1, 6)]
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.4 * errors[0]


def test_the_ball_is_lost_at_every_level():
    assert min(levels.compute(levels.BALL, level).fastest for level in range(1, 6)) > 0.9 * levels.BALL_STEP


def test_a_level_says_how_small_it_is():
    coarsest, finest = (levels.compute(levels.LEAP, level) for level in (1, 5))
    assert (coarsest.reduction, finest.reduction) == (16, 1)
    assert coarsest.frame.shape == (10, 14)
    assert finest.longest == pytest.approx(np.hypot(22, 10), abs=1e-3)
    assert coarsest.longest == pytest.approx(np.hypot(22, 10) / 16, abs=1e-3)


def test_an_arrow_shows_direction_and_is_left_out_where_there_is_none():
    flow = np.zeros((48, 48, 2), np.float32)
    assert (fields.field_picture(flow, max_flow=1.0) == 255).all()
    flow[:, 24:, 0] = 10
    picture = fields.field_picture(flow, max_flow=10.0, spacing=24)
    assert (picture[:, :24] == 255).all()
    assert (picture[12, 36:44] == 0).all(axis=-1).any()


def test_heat_runs_from_dark_to_bright():
    brightness = fields.heat(np.array([[0.0, 1.0, 2.0, 9.0]]), 2.0).astype(int).sum(axis=2)[0]
    assert brightness[0] < 20 < brightness[1] < brightness[2]
    assert brightness[2] == brightness[3]
