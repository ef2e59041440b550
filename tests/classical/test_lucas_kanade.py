"""Lucas-Kanade against closed-form motion, plain loops and NumPy's eigenvalues."""

import numpy as np
import pytest

from flowlab.classical import lucas_kanade
from flowlab.classical.constancy import constraint, derivatives, grey_float
from flowlab.classical.lucas_kanade import DAMPING, solve_window
from flowlab.datasets.samples import moving_photograph


def weights(sigma, y, x, size):
    """A Gaussian around (x, y), cut off at three deviations and at the picture's edge; 1 in sum if it had none."""
    reach = round(3 * sigma)
    side = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2))
    side /= side.sum()
    out = np.zeros(size)
    for j in range(-reach, reach + 1):
        for i in range(-reach, reach + 1):
            if 0 <= y + j < size[0] and 0 <= x + i < size[1]:
                out[y + j, x + i] = side[j + reach] * side[i + reach]
    return out


POINTS = [(0, 0), (10, 12), (23, 31), (5, 30)]


def a_pair():
    pair = moving_photograph("chelsea", translation=(0.4, -0.3), size=(24, 32))
    return grey_float(pair.img1), grey_float(pair.img2)


def test_confidence_is_the_smaller_eigenvalue_of_the_weighted_sum_of_products():
    I, _ = a_pair()
    Ix, Iy = derivatives(I)
    confidence = lucas_kanade(I, I, sigma=2.0).confidence
    for y, x in POINTS:
        g = weights(2.0, y, x, I.shape)
        tensor = [[(g * Ix * Ix).sum(), (g * Ix * Iy).sum()], [(g * Ix * Iy).sum(), (g * Iy * Iy).sum()]]
        np.testing.assert_allclose(confidence[y, x], np.linalg.eigvalsh(tensor)[0], rtol=1e-3, atol=1e-9)


def test_a_window_is_solved_by_least_squares():
    line = Ix, Iy, It = constraint(*a_pair())
    flow = solve_window(*line, sigma=2.0)
    for y, x in POINTS:
        g = np.sqrt(weights(2.0, y, x, Ix.shape)).ravel()
        # Two more rows, sqrt(damping) (u, v) = 0, are what damping means.
        A = np.vstack([np.stack([g * Ix.ravel(), g * Iy.ravel()], axis=1), np.sqrt(DAMPING) * np.eye(2)])
        b = np.append(-g * It.ravel(), [0, 0])
        np.testing.assert_allclose(flow[y, x], np.linalg.lstsq(A, b)[0], rtol=1e-3, atol=1e-4)


def test_one_level_and_one_iteration_are_one_solution():
    I1, I2 = a_pair()
    from flowlab.classical.pyramid import coarse_to_fine

    expected = coarse_to_fine(I1, I2, lambda a, b, w: solve_window(*constraint(a, b), sigma=3.0), levels=1)
    np.testing.assert_array_equal(lucas_kanade(I1, I2, sigma=3.0, levels=1, iterations=1).flow, expected)


def test_confidence_is_high_at_a_corner_and_none_along_an_edge_or_on_nothing():
    I = np.zeros((60, 60), np.uint8)
    I[30:, 30:] = 255
    confidence = lucas_kanade(I, I, sigma=2.0).confidence
    corner, along, flat = confidence[30, 30], confidence[50, 30], confidence[10, 10]
    assert corner > 1e-3
    assert along < 1e-3 * corner
    assert flat == 0


MOTIONS = {
    "half a pixel": {"translation": (0.5, -0.3)},
    "a few pixels": {"translation": (3.3, -2.6)},
    "eleven pixels": {"translation": (9.4, 6.2)},
    "a turn by 5 degrees": {"degrees": 5.0},
    "a turn by -10 degrees": {"degrees": -10.0},
    "nearer by a tenth": {"scale": 1.1},
    "away by an eighth": {"scale": 0.88},
}


def in_both_frames(flow, margin):
    """Pixels that lie this far from every edge, before and after the motion."""
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    places = ((x, y), (x + flow[..., 0], y + flow[..., 1]))
    return np.all([(p >= margin) & (p <= n - 1 - margin) for a, b in places for p, n in ((a, W), (b, H))], axis=0)


@pytest.mark.parametrize("name", ["astronaut", "chelsea", "coffee"])
@pytest.mark.parametrize("motion", MOTIONS)
def test_a_photograph_under_a_known_motion_is_followed_to_a_tenth_of_a_pixel(name, motion):
    pair = moving_photograph(name, size=(144, 208), **MOTIONS[motion])
    flow = lucas_kanade(pair.img1, pair.img2).flow
    error = np.linalg.norm(flow - pair.flow, axis=-1)[in_both_frames(pair.flow, 8)]
    assert np.median(error) < 0.1
    assert error.mean() < 0.12


def plaid(dx, length=16.0, size=96):
    y, x = np.mgrid[:size, :size].astype(np.float32)
    return 0.5 + 0.2 * np.sin(2 * np.pi * (x - dx) / length) + 0.2 * np.sin(2 * np.pi * y / length)


@pytest.mark.parametrize("length", [12.0, 16.0, 24.0])
def test_without_a_pyramid_a_wave_is_followed_for_a_third_of_its_length_and_lost_beyond_a_half(length):
    def found(dx):
        flow = lucas_kanade(plaid(0, length), plaid(dx, length), levels=1, iterations=30).flow
        return np.median(flow[24:72, 24:72, 0])

    assert abs(found(length / 3) - length / 3) < 0.05
    assert abs(found(0.6 * length) - 0.6 * length) > 1


def test_a_pyramid_brings_a_large_motion_within_reach():
    pair = moving_photograph("coffee", translation=(14.0, -9.0))
    error = {levels: np.linalg.norm(lucas_kanade(pair.img1, pair.img2, levels=levels).flow - pair.flow, axis=-1)
             for levels in (1, 5)}  # fmt: skip
    assert np.median(error[1]) > 3
    assert np.median(error[5]) < 0.15


@pytest.mark.parametrize("size", [(40, 50), (1, 50), (1, 1)])
@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("kind", [np.uint8, np.float32, np.float64])
def test_where_nothing_can_be_known_nothing_moves(size, channels, kind):
    dark, bright = (
        np.full((*size, *channels), value, kind) for value in ((90, 200) if kind is np.uint8 else (0.3, 0.8))
    )
    flow, confidence = lucas_kanade(dark, dark)
    assert (flow == 0).all()
    assert (confidence == 0).all()
    assert np.abs(lucas_kanade(dark, bright).flow).max() < 1e-3  # a lamp that goes on is no motion either


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3), (9, 9)])
def test_pictures_of_any_size_give_a_finite_flow(size):
    img1, img2 = np.random.default_rng(0).integers(0, 256, (2, *size), dtype=np.uint8)
    flow, confidence = lucas_kanade(img1, img2)
    assert flow.shape == (*size, 2)
    assert flow.dtype == np.float32
    assert confidence.shape == size
    assert np.isfinite(flow).all()
    assert np.isfinite(confidence).all()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sigma": 0.0}, "sigma must be above 0 px, got 0.0"),
        ({"iterations": 0}, "iterations must be at least 1, got 0"),
    ],
)
def test_parameters_out_of_range_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        lucas_kanade(np.zeros((9, 9)), np.zeros((9, 9)), **wrong)
