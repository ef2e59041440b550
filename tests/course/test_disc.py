"""The disc of chapter 04, whose texture moves with it."""

import numpy as np
import pytest

from flowlab_course.chapters.ch04.disc import moving_disc


def test_a_disc_takes_its_texture_along_and_the_ground_stays():
    pair = moving_disc(8, 20, seed=3)
    on = pair.flow[..., 0] > 0
    assert on.sum() == sum((x * x + y * y) <= 64 for y in range(-8, 9) for x in range(-8, 9))
    assert (pair.flow[on] == (20, 0)).all()
    assert not pair.flow[~on].any()
    rows, columns = np.nonzero(on)
    np.testing.assert_array_equal(pair.img2[rows, columns + 20], pair.img1[rows, columns])
    arrived = np.zeros_like(on)
    arrived[rows, columns + 20] = True
    np.testing.assert_array_equal(pair.img2[~on & ~arrived], pair.img1[~on & ~arrived])
    assert (pair.img2[on & ~arrived] != pair.img1[on & ~arrived]).mean() > 0.9
    assert pair.img1[on].std() > 20
    assert (moving_disc(8, 20, seed=4).img1 != pair.img1).any()


def test_a_brighter_disc_differs_from_the_plain_one_by_its_brightness_alone():
    plain, bright = (moving_disc(8, 20, contrast=0.5, brighter=more) for more in (0, 102))
    for frame, left in (("img1", 86), ("img2", 106)):
        on = np.hypot(*np.ogrid[-64:64, -left : 192 - left]) <= 8
        more = getattr(bright, frame).astype(int) - getattr(plain, frame)
        assert (more[on] == 102).all()
        assert not more[~on].any()
    assert plain.img1.max() <= 128


def test_a_disc_too_bright_for_its_contrast_is_refused_with_the_limit():
    with pytest.raises(ValueError, match="brighter must be 0 to 127"):
        moving_disc(8, 20, contrast=0.5, brighter=128)


@pytest.mark.parametrize("wrong", [(0, 5), (5, 0), (64, 5), (20, 152)])
def test_a_disc_that_does_not_fit_is_refused_with_the_sizes_that_would(wrong):
    with pytest.raises(ValueError, match=rf"radius {wrong[0]} that moves by {wrong[1]} px does not fit into 128 x 192"):
        moving_disc(*wrong)
