"""What lies beyond Flying Chairs: what a camera does to frames, and shadows. Neither touches flow nor layers."""

from dataclasses import fields, replace

import cv2
import numpy as np
import pytest

from flowlab.chairs import VARIED, CameraConfig, ChairsConfig, Layer, composite, make_pair
from flowlab.chairs.camera import DARKEST, shoot, with_shadows
from flowlab.chairs.motion import similarity

from .conftest import SIZE, SMALL
from .test_pair import look_up

PERFECT = CameraConfig(haze=0, blur=0, exposure=0, tint=0, noise=0, compression=0)
STILL = np.eye(2, 3)


def frames(seed=0):
    rng = np.random.default_rng(seed)
    return tuple(cv2.resize(rng.integers(0, 256, (15, 20, 3), dtype=np.uint8), (80, 60)) for _ in range(2))


def taken(config, seed=0, shots=None):
    return shoot(np.random.default_rng(seed), shots or frames(), replace(PERFECT, **config), 1.0)


def test_a_perfect_camera_changes_nothing():
    for before, after in zip(frames(), taken({}), strict=True):
        np.testing.assert_array_equal(after, before)


def test_haze_takes_contrast_from_both_frames_alike():
    lost = [
        [after.std() / before.std() for before, after in zip(frames(), taken({"haze": 1}, seed), strict=True)]
        for seed in range(20)
    ]
    first, second = np.array(lost).T
    np.testing.assert_allclose(first, second, atol=0.03)  # a few pixels clip
    assert 0.35 < first.min() < 0.6
    assert 0.8 < first.max() < 1


def test_blur_takes_detail_and_leaves_the_mean():
    speckled = np.random.default_rng(0).integers(0, 256, (60, 80, 3), dtype=np.uint8)
    for seed in range(10):
        for after in taken({"blur": 1}, seed, (speckled, speckled)):
            detail = [np.abs(cv2.Laplacian(frame, cv2.CV_32F)).mean() for frame in (speckled, after)]
            assert detail[1] < 0.95 * detail[0]
            assert after.mean() == pytest.approx(speckled.mean(), abs=1)


def test_noise_has_the_deviation_that_was_asked_for_and_is_new_in_each_frame():
    white, black = (np.full((200, 200, 3), level, np.uint8) for level in (200, 50))
    seen = []
    for seed in range(12):
        first, second = taken({"noise": 1, "noise_most": 0.04}, seed, (white, black))
        a, b = first - 200.0, second - 50.0
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.02
        # Variance grows with brightness: 0.5 + 0.5 * level.
        assert a.std() / b.std() == pytest.approx(np.sqrt((0.5 + 100 / 255) / (0.5 + 25 / 255)), rel=0.1)
        seen.append(a.std() / 255)
    assert max(seen) < 0.04 < 1.3 * max(seen)


def test_exposure_spreads_from_frame_to_frame_as_it_says():
    grey = np.full((4, 4, 3), 120, np.uint8)
    ratios = []
    for seed in range(400):
        first, second = taken({"exposure": 0.05}, seed, (grey, grey))
        ratios.append(np.log(second.mean() / first.mean()))
    assert np.std(ratios) == pytest.approx(0.05, rel=0.12)


def test_compression_leaves_what_jpeg_leaves():
    shot = taken({"compression": 1, "quality": (40, 40)})
    for before, after in zip(frames(), shot, strict=True):
        expected = cv2.imdecode(cv2.imencode(".jpg", before, [cv2.IMWRITE_JPEG_QUALITY, 40])[1], cv2.IMREAD_COLOR)
        np.testing.assert_array_equal(after, expected)


@pytest.mark.parametrize("name", ["haze", "haze_most", "blur", "noise", "noise_most", "compression"])
def test_shares_outside_are_refused(name):
    with pytest.raises(ValueError, match=f"{name} must be between 0 and 1, got 1.5"):
        CameraConfig(**{name: 1.5})


@pytest.mark.parametrize("quality", [(0, 50), (60, 50), (50, 101)])
def test_impossible_qualities_are_refused(quality):
    with pytest.raises(ValueError, match="quality must be"):
        CameraConfig(quality=quality)


def test_neither_camera_nor_shadow_nor_shutter_touches_the_truth():
    for change in ({"camera": CameraConfig()}, {"shadows": 1.0}, {"shutter": 1.0}):
        for index in range(6):
            plain, seen = (make_pair(0, index, SIZE, config) for config in (SMALL, replace(SMALL, **change)))
            for name in ("flow", "backward_flow", "occlusion", "backward_occlusion"):
                np.testing.assert_array_equal(getattr(plain, name), getattr(seen, name), err_msg=str(change))
            assert not np.array_equal(plain.img1, seen.img1) or len(plain.motions) == 1


def test_a_shadow_darkens_what_is_behind_and_owns_no_pixel():
    wall = np.full((90, 120, 3), 200, np.uint8)
    red = Layer(np.full((30, 30, 4), (255, 0, 0, 255), np.uint8), similarity(np.zeros(2), 1.0, 0.0, (40, 30)), STILL)
    for seed in range(8):
        layers = with_shadows(np.random.default_rng(seed), [red], 1.0)
        pair, bare = (composite(wall, STILL, STILL, those, (90, 120)) for those in (layers, [red]))
        np.testing.assert_array_equal(pair.layers > 0, bare.layers > 0)
        behind = pair.layers == 0
        dark = (200.0 - pair.img1[behind].astype(float)).mean(axis=1) / 200
        assert 0 < dark.max() <= DARKEST + 0.01
        # The light that is missing, all in all, is at most that of a square as dark as the shadow.
        assert dark.sum() < 30 * 30 * DARKEST
        np.testing.assert_array_equal(pair.img1[35:55, 45:65], bare.img1[35:55, 45:65])


def test_a_shadow_lies_where_it_was_thrown():
    """Its centre of mass is the square's, moved by at most the furthest, for squares of any size."""
    wall = np.full((300, 300, 3), 255, np.uint8)
    light = []
    for side in (20, 60, 150):
        sprite = np.full((side, side, 4), 255, np.uint8)
        layer = Layer(sprite, similarity(np.zeros(2), 1.0, 0.0, (70, 70)), STILL)
        shadow, _ = with_shadows(np.random.default_rng(3), [layer], 1.0)
        seen = 255.0 - composite(wall, STILL, STILL, [shadow], (300, 300)).img1[..., 0]
        y, x = (np.indices(seen.shape) * seen).sum(axis=(1, 2)) / seen.sum()
        away = np.hypot(x - (69.5 + side / 2), y - (69.5 + side / 2))
        assert 3 * 0.9 < away < 30 * 1.05
        light.append(seen.sum() / side**2)
    np.testing.assert_allclose(light, light[-1], rtol=0.05)  # blurred or not, it takes as much light


@pytest.fixture(scope="module")
def varied():
    config = replace(VARIED, bank=20)
    return [make_pair(0, index, SIZE, config) for index in range(30)]


def test_varied_flow_explains_the_second_frame_but_for_light_and_noise(varied):
    errors, halves = [], []
    for pair in varied:
        for factor, into in ((1.0, errors), (0.5, halves)):
            error = np.abs(look_up(pair.img2, factor * pair.flow) - pair.img1) / 255
            into.append(np.median(error[~pair.occlusion]))
    assert np.median(errors) < 0.02
    assert np.mean(np.array(errors) < np.array(halves)) > 0.8


def test_varied_flow_agrees_both_ways(varied):
    for pair in varied:
        gap = np.linalg.norm(pair.flow + look_up(pair.backward_flow, pair.flow), axis=2)
        assert np.median(gap[~pair.occlusion]) < 0.05


def test_varied_pairs_have_everything_that_flying_chairs_does_not_have():
    perspective = [(make_pair(0, n, (24, 32), replace(VARIED, bank=5)).perspective[:2] != 0).any() for n in range(40)]
    assert 0.3 < np.mean(perspective) < 0.8  # each of two axes in 0.3 of the pairs
    assert {"cutout", "comb", "chair"} == set(VARIED.shapes)
    assert {f.name for f in fields(ChairsConfig) if getattr(VARIED, f.name) != f.default} >= {
        "shadows",
        "shutter",
        "camera",
    }
