"""Horn-Schunck against closed-form motion, plain loops and a direct solver."""

import numpy as np
import pytest

from flowlab.classical import horn_schunck, run
from flowlab.classical.constancy import constraint, grey_float
from flowlab.classical.horn_schunck import CONTRAST, JUMP, charbonnier, relax
from flowlab.datasets.samples import motorcycle, moving_photograph
from tests.classical.test_lucas_kanade import MOTIONS, in_both_frames

NEIGHBOURS = ((-1, 0), (1, 0), (0, -1), (0, 1))


def a_line(size=(7, 9), seed=0):
    """Some Ix, Iy, It, and a flow to begin with."""
    rng = np.random.default_rng(seed)
    Ix, Iy, It = rng.normal(0, 0.1, (3, *size)).astype(np.float32)
    return Ix, Iy, It, rng.normal(0, 1, (*size, 2)).astype(np.float32)


def by_loops(w, Ix, Iy, It, alpha, iterations):
    """The paper's iteration, pixel by pixel, with the mean of four neighbours."""
    H, W = Ix.shape
    for _ in range(iterations):
        new = np.empty_like(w)
        for y in range(H):
            for x in range(W):
                mean = sum(w[np.clip(y + j, 0, H - 1), np.clip(x + i, 0, W - 1)] for j, i in NEIGHBOURS) / 4
                off = Ix[y, x] * mean[0] + Iy[y, x] * mean[1] + It[y, x]
                scale = off / (alpha**2 + Ix[y, x] ** 2 + Iy[y, x] ** 2)
                new[y, x] = mean[0] - Ix[y, x] * scale, mean[1] - Iy[y, x] * scale
        w = new
    return w


def minimiser(Ix, Iy, It, alpha, data, beside, below):
    """The flow at which the weighted energy has no slope, by a direct solver."""
    H, W = Ix.shape
    A, b = np.zeros((H * W * 2, H * W * 2)), np.zeros(H * W * 2)
    place = np.arange(H * W).reshape(H, W)
    for y in range(H):
        for x in range(W):
            p = 2 * place[y, x]
            gradient = np.array([Ix[y, x], Iy[y, x]], float)
            A[p : p + 2, p : p + 2] += data[y, x] * np.outer(gradient, gradient)
            b[p : p + 2] -= data[y, x] * gradient * It[y, x]
            for j, i, weight in ((0, 1, beside), (1, 0, below)):
                if y + j < H and x + i < W:
                    q, link = 2 * place[y + j, x + i], alpha**2 / 4 * weight[y, x]
                    for c in (0, 1):
                        A[p + c, p + c] += link
                        A[q + c, q + c] += link
                        A[p + c, q + c] -= link
                        A[q + c, p + c] -= link
    return np.linalg.solve(A, b).reshape(H, W, 2)


@pytest.mark.parametrize("iterations", [1, 4])
def test_without_carrying_on_an_iteration_is_the_papers(iterations):
    Ix, Iy, It, w = a_line()
    expected = by_loops(w, Ix, Iy, It, 0.2, iterations)
    found = relax(w, Ix, Iy, It, alpha=0.2, iterations=iterations, radius=0.0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_carried_on_it_ends_at_the_minimum_of_the_energy():
    Ix, Iy, It, w = a_line()
    one = np.ones_like(Ix)
    found = relax(w, Ix, Iy, It, alpha=0.1, iterations=400)
    np.testing.assert_allclose(found, minimiser(Ix, Iy, It, 0.1, one, one, one), atol=2e-3)


def test_weighted_it_ends_at_the_minimum_of_the_weighted_energy():
    Ix, Iy, It, w = a_line()
    weights = tuple(np.random.default_rng(1).uniform(0.1, 1, (3, *Ix.shape)).astype(np.float32))
    found = relax(w, Ix, Iy, It, alpha=0.1, iterations=400, weights=weights)
    np.testing.assert_allclose(found, minimiser(Ix, Iy, It, 0.1, *weights), atol=2e-3)


def test_carrying_on_gets_farther_in_as_many_iterations():
    Ix, Iy, It, w = a_line((24, 32))
    end = relax(w, Ix, Iy, It, alpha=0.5, iterations=3000)
    left = [np.abs(relax(w, Ix, Iy, It, alpha=0.5, iterations=60, radius=r) - end).max() for r in (0.0, 0.98)]
    assert left[1] < left[0] / 4


def test_robust_weights_are_the_slope_of_charbonniers_penalty():
    def slope(s, e, step=1e-4):
        return np.diff([2 * e**2 * (np.sqrt(1 + t**2 / e**2) - 1) for t in (s - step, s + step)])[0] / (2 * step)

    w = np.zeros((1, 3, 2), np.float32)
    w[0, 2] = (0.3, 0.4)  # a jump of 0.5 px between the second pixel and the third
    It = np.array([[0.0, 0.05, -0.2]], np.float32)
    zero = np.zeros_like(It)
    data, beside, _ = charbonnier(w, zero, zero, It)
    np.testing.assert_allclose(data[0, 1:], [slope(s, CONTRAST) / (2 * s) for s in (0.05, 0.2)], rtol=1e-3)
    assert data[0, 0] == 1
    at_the_jump = slope(0.5, JUMP) / (2 * 0.5)
    np.testing.assert_allclose(beside[0, :2], [(1 + at_the_jump) / 2, (at_the_jump + 1) / 2], rtol=1e-3)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("motion", MOTIONS)
def test_a_photograph_under_a_known_motion_is_followed_to_a_fraction_of_a_pixel(motion, robust):
    for name in ("astronaut", "chelsea", "coffee"):
        pair = moving_photograph(name, size=(144, 208), **MOTIONS[motion])
        flow = horn_schunck(pair.img1, pair.img2, robust=robust)
        error = np.linalg.norm(flow - pair.flow, axis=-1)[in_both_frames(pair.flow, 8)]
        assert np.median(error) < 0.15, name
        assert error.mean() < 0.25, name


def test_as_published_it_needs_more_smoothness_and_is_still_within_a_fraction_of_a_pixel():
    pair = moving_photograph("chelsea", translation=(3.3, -2.6), size=(144, 208))
    flow = horn_schunck(pair.img1, pair.img2, alpha=0.1, median=0)
    error = np.linalg.norm(flow - pair.flow, axis=-1)[in_both_frames(pair.flow, 8)]
    assert error.mean() < 0.15


def test_on_a_real_pair_it_is_within_twice_the_error_of_farneback_and_far_from_zero_flow():
    bike = motorcycle(reduce=0.5)

    def epe(flow):
        return np.linalg.norm(flow - bike.flow, axis=-1)[bike.valid].mean()

    ours = epe(run("horn-schunck", bike.img1, bike.img2))
    assert ours < 2 * epe(run("farneback", bike.img1, bike.img2))
    assert ours < 0.2 * epe(np.zeros_like(bike.flow))
    assert epe(horn_schunck(bike.img1, bike.img2, robust=True)) < ours


def test_the_smoother_the_flatter():
    pair = moving_photograph("coffee", degrees=5.0, size=(96, 128))
    I1, I2 = grey_float(pair.img1), grey_float(pair.img2)
    zero = np.zeros((96, 128, 2), np.float32)

    def roughness(alpha):
        flow = relax(zero, *constraint(I1, I2), alpha=alpha, iterations=200)
        return np.abs(np.diff(flow, axis=0)).mean() + np.abs(np.diff(flow, axis=1)).mean()

    assert roughness(0.02) > 2 * roughness(0.1) > 4 * roughness(0.5)


@pytest.mark.parametrize("robust", [False, True])
@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3), (9, 9), (40, 50)])
def test_pictures_of_any_size_give_a_finite_flow_and_flat_ones_none(size, robust):
    img1, img2 = np.random.default_rng(0).integers(0, 256, (2, *size), dtype=np.uint8)
    flow = horn_schunck(img1, img2, robust=robust)
    assert flow.shape == (*size, 2)
    assert flow.dtype == np.float32
    assert np.isfinite(flow).all()
    flat, bright = np.full(size, 0.4, np.float32), np.full((*size, 3), 0.9, np.float32)
    assert (horn_schunck(flat, flat, robust=robust) == 0).all()
    assert np.abs(horn_schunck(flat, bright, robust=robust)).max() < 1e-3  # a lamp that goes on is no motion


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"alpha": 0.0}, "alpha must be above 0, got 0.0"),
        ({"warps": 0}, "must be at least 1, got 0 and 30"),
        ({"median": 4}, "median must be 0, 3 or 5 px, got 4"),
        ({"levels": 0}, "levels must be at least 1"),
    ],
)
def test_parameters_out_of_range_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        horn_schunck(np.zeros((9, 9)), np.zeros((9, 9)), **wrong)
