"""The line that each pixel draws in the (u, v) plane."""

import cv2
import numpy as np
import pytest

from flowlab.classical.constancy import backward_warp, constraint, derivatives


def wave(dx=0.0, dy=0.0, length=12.0, size=(40, 48)):
    """A smooth pattern that has moved by (dx, dy), and its derivatives, in closed form."""
    y, x = np.mgrid[: size[0], : size[1]]
    k = 2 * np.pi / length
    a, b = k * (x - dx), k * (y - dy) / 2
    value = 0.5 + 0.2 * np.sin(a) + 0.2 * np.cos(b)
    return tuple(part.astype(np.float32) for part in (value, 0.2 * k * np.cos(a), -0.1 * k * np.sin(b)))


INNER = np.s_[4:-4, 4:-4]


def test_derivatives_are_those_of_a_wave_to_within_one_percent():
    value, right, down = wave()
    for found, true in zip(derivatives(value), (right, down), strict=True):
        assert np.abs(found - true)[INNER].max() < 0.01 * np.abs(true).max()


def test_fetching_is_bilinear_sampling_at_x_plus_w():
    rng = np.random.default_rng(0)
    I2 = rng.random((9, 11), dtype=np.float32)
    w = rng.uniform(-4, 4, (9, 11, 2)).astype(np.float32)
    back, inside = backward_warp(I2, w)
    for y in range(9):
        for x in range(11):
            tx, ty = x + w[y, x, 0], y + w[y, x, 1]
            assert inside[y, x] == (0 <= tx <= 10 and 0 <= ty <= 8)
            x0, y0 = int(np.floor(tx)), int(np.floor(ty))
            expected = sum(
                (1 - abs(tx - i)) * (1 - abs(ty - j)) * I2[np.clip(j, 0, 8), np.clip(i, 0, 10)]
                for i in (x0, x0 + 1)
                for j in (y0, y0 + 1)
            )
            # OpenCV before 5 keeps positions to 1/32 px.
            assert abs(back[y, x] - expected) < 1 / 16


@pytest.mark.parametrize("step", [(0.5, 0.0), (0.0, -0.4), (0.3, 0.5)])
def test_the_true_step_lies_on_each_pixels_line(step):
    Ix, Iy, It = constraint(wave()[0], wave(*step)[0])
    away = np.abs(Ix * step[0] + Iy * step[1] + It) / np.hypot(Ix, Iy).max()
    assert away[INNER].max() < 0.01  # px


def test_near_a_flow_the_line_is_that_of_what_is_missing():
    w = np.full((40, 48, 2), (5.0, -3.0), np.float32)
    Ix, Iy, It = constraint(wave()[0], wave(5.4, -2.7)[0], w)
    away = np.abs(Ix * 0.4 + Iy * 0.3 + It) / np.hypot(Ix, Iy).max()
    # Bilinear values between pixels are a little too flat: a hundredth of a brightness step here.
    assert away[8:-8, 8:-8].max() < 0.06  # px


def test_a_pixel_that_leaves_the_picture_constrains_nothing():
    noise = np.random.default_rng(0).random((20, 30), dtype=np.float32)
    w = np.zeros((20, 30, 2), np.float32)
    w[..., 0] = 10
    line = np.abs(np.stack(constraint(noise, np.roll(noise, 3, axis=0), w)))
    assert (line[:, :, 20:] == 0).all()
    assert line[:, :, :20].min(axis=(1, 2)).max() < line[:, :, :20].max()
    assert (line[2, :, :20] > 0).mean() > 0.99


def test_opencv_agrees_on_where_a_shifted_photograph_lies():
    noise = cv2.GaussianBlur(np.random.default_rng(1).random((30, 40), dtype=np.float32), (0, 0), 2)
    w = np.full((30, 40, 2), (4, -2), np.float32)
    back, inside = backward_warp(np.roll(noise, (-2, 4), axis=(0, 1)), w)
    np.testing.assert_allclose(back[inside], noise[inside], atol=1e-6)
