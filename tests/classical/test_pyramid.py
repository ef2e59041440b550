"""Coarse to fine: what each level holds, and what goes from one to the next."""

import numpy as np
import pytest

from flowlab.classical.pyramid import COARSEST, coarse_to_fine, depth, pyramid


@pytest.mark.parametrize("size", [(192, 256), (20, 500), (21, 21), (500, 19), (1, 1), (9, 9)])
def test_the_coarsest_level_is_the_last_that_is_large_enough(size):
    coarsest = pyramid(np.zeros(size, np.float32), depth(size))[-1]
    assert min(coarsest.shape) >= min(COARSEST, min(size))
    assert (min(coarsest.shape) + 1) // 2 < COARSEST


def test_a_level_keeps_what_is_coarse_and_loses_what_is_fine():
    _, x = np.mgrid[:64, :64].astype(np.float32)
    coarse, fine = np.sin(2 * np.pi * x / 32), np.sin(2 * np.pi * x / 2.5)
    kept, lost = (pyramid(pattern, 2)[1] for pattern in (coarse, fine))
    centres = 2 * np.arange(32) + 0.5  # of the small pixels, on the large grid
    np.testing.assert_allclose(kept[16, 4:-4], np.sin(2 * np.pi * centres / 32)[4:-4], atol=0.05)
    assert np.abs(lost[:, 4:-4]).max() < 0.1


def test_a_flow_grows_with_its_picture_from_level_to_level():
    size, seen = (45, 70), []

    def step(I1, I2, w):
        seen.append((I1.shape, w.mean(axis=(0, 1)).round(3).tolist()))
        return w + np.float32(1)

    flow = coarse_to_fine(np.zeros(size, np.float32), np.zeros(size, np.float32), step, levels=3)
    assert [shape for shape, _ in seen] == [(12, 18), (23, 35), (45, 70)]
    second = [35 / 18, 23 / 12]
    np.testing.assert_allclose([w for _, w in seen[:2]], [[0, 0], second], atol=1e-3)
    np.testing.assert_allclose(seen[2][1], [(second[0] + 1) * 2, (second[1] + 1) * 45 / 23], atol=2e-3)
    np.testing.assert_array_equal(flow.shape, (45, 70, 2))
    np.testing.assert_allclose(flow.mean(axis=(0, 1)) - 1, seen[2][1], atol=1e-3)


def test_a_pyramid_without_levels_is_refused():
    with pytest.raises(ValueError, match="levels must be at least 1, the image itself, got 0"):
        pyramid(np.zeros((8, 8), np.float32), 0)
