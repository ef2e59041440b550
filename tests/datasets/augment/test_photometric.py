"""Light is the same for every pixel of a value; noise is normal, and its own in each frame."""

import numpy as np
import pytest
import torch

from flowlab.datasets.augment import CAFFE, PAPER, AugmentConfig, Distribution, PhotometricConfig, Ramp, normal, uniform
from flowlab.datasets.augment.photometric import (
    draw_noise,
    draw_tables,
    normal_quantiles,
    photometric_table,
    transform_frame,
    transform_frames,
)


def test_a_table_is_colour_gamma_brightness_contrast_one_after_the_other():
    table = photometric_table(np.array([0.5, 1.0, 2.0]), gamma=1.3, brightness=0.1, contrast=0.6)
    for channel, factor in enumerate((0.5, 1.0, 2.0)):
        for level in (0, 1, 50, 127, 200, 255):
            value = min(level / 255 * factor, 1.0) ** 1.3
            value = (value + 0.1 - 0.5) * 0.6 + 0.5
            assert table[channel, level] == pytest.approx(min(max(value, 0.0), 1.0), abs=1e-6)


def test_no_change_is_the_picture_itself():
    nothing = AugmentConfig(photometric=PhotometricConfig(), relative_photometric=PhotometricConfig())
    tables = draw_tables(nothing, np.random.default_rng(0))
    np.testing.assert_allclose(tables, np.broadcast_to(np.arange(256) / 255, (2, 3, 256)), atol=1e-7)


def test_frames_share_their_light_but_for_a_little():
    rng = np.random.default_rng(0)
    pairs = np.stack([draw_tables(PAPER, rng) for _ in range(200)])  # (200, 2, 3, 256)
    between_frames = np.abs(pairs[:, 0] - pairs[:, 1]).mean()
    between_pairs = np.abs(pairs[:-1, 0] - pairs[1:, 0]).mean()
    assert 0 < between_frames < between_pairs / 5


def test_the_papers_contrast_gamma_and_colour_reach_their_ends_and_not_beyond():
    rng = np.random.default_rng(1)
    laws = (PAPER.photometric.contrast, PAPER.photometric.gamma, PAPER.photometric.colour)
    for law, (low, high) in zip(laws, ((0.2, 1.4), (0.7, 1.5), (0.5, 2.0)), strict=True):
        values = law.sample(rng, (5000,))
        assert low <= values.min() < low + 0.01
        assert high - 0.01 < values.max() <= high
    assert PAPER.photometric.brightness.sample(rng, (20000,)).std() == pytest.approx(0.2, abs=0.005)


def test_the_ramp_narrows_a_law_about_its_middle():
    law = CAFFE.spatial.zoom  # exp U(-0.2, 0.6)
    logs = np.log(law.sample(np.random.default_rng(0), (5000,), ramp=0.5))
    assert (logs.min(), logs.max()) == pytest.approx((0.0, 0.4), abs=0.01)
    assert [CAFFE.ramp.at(step) for step in (0, 50_000)] == pytest.approx([0.5, 0.75])
    assert CAFFE.ramp.at(600_000) == pytest.approx(1.0, abs=1e-4)


def test_noise_is_normal():
    z = normal_quantiles()[draw_noise(np.random.default_rng(0), (200, 300))]
    assert z.mean() == pytest.approx(0, abs=0.01)
    assert z.std() == pytest.approx(1, abs=0.01)
    for sigmas, share in ((1, 0.6827), (2, 0.9545), (3, 0.9973)):
        assert (np.abs(z) < sigmas).mean() == pytest.approx(share, abs=0.003)
    flat = z.reshape(6, -1)  # frames and channels
    assert np.abs(np.corrcoef(flat) - np.eye(6)).max() < 0.02
    assert abs(np.corrcoef(flat[0, 1:], flat[0, :-1])[0, 1]) < 0.02  # neighbours


def test_noise_of_a_sigma_lies_on_the_frame():
    grey = np.full((40, 50, 3), 128, np.uint8)
    noise = draw_noise(np.random.default_rng(0), (40, 50))
    out, table = np.empty((3, 40, 50), np.float32), photometric_table(np.ones(3), 1, 0, 1)
    transform_frame(grey, np.eye(3), table, 0.03, noise[0], out)
    assert (out - 128 / 255).std() == pytest.approx(0.03, rel=0.03)
    transform_frame(grey, np.eye(3), table, 0.0, noise[0], out)
    np.testing.assert_allclose(out, 128 / 255)


@pytest.mark.parametrize("sigma", [0.0, 0.05])
@pytest.mark.parametrize("kind", [torch.uint8, torch.float32])
def test_opencv_and_torch_make_the_same_picture(sigma, kind):
    rng = np.random.default_rng(2)
    picture = rng.integers(0, 256, (60, 80, 3), dtype=np.uint8)
    c, s = np.cos(0.3) / 1.4, np.sin(0.3) / 1.4
    view = np.array([[c, -s, 25.0], [s, c, 8.0], [0, 0, 1]])
    table = photometric_table(np.array([0.8, 1.1, 1.3]), 0.9, 0.05, 0.9)
    noise = draw_noise(rng, (30, 40))[0]
    ours = np.empty((3, 30, 40), np.float32)
    transform_frame(picture, view, table, sigma, noise, ours)
    frames = torch.from_numpy(picture.transpose(2, 0, 1).copy())[None]
    frames = frames if kind == torch.uint8 else frames.float() / 255
    normal = torch.from_numpy(normal_quantiles()[noise])[None] if sigma else None
    theirs = transform_frames(frames, view[None], table[None], np.array([sigma]), normal, (30, 40))[0].numpy()
    steepest = np.abs(np.diff(table)).max()
    assert np.abs(ours - theirs).max() <= steepest + 1e-6  # one level of 256, where a half was rounded differently
    assert (np.abs(ours - theirs) < 1e-6).mean() > 0.98


def test_laws_refuse_what_cannot_be():
    with pytest.raises(ValueError, match="low must not be above high, got 2 and 1"):
        uniform(2, 1)
    with pytest.raises(ValueError, match="kind must be 'uniform' or 'normal', got 'poisson'"):
        Distribution("poisson", 0, 1)
    with pytest.raises(ValueError, match="spread must be at least 0, got -1"):
        normal(-1)
    with pytest.raises(ValueError, match="noise must be a uniform distribution of values"):
        AugmentConfig(noise=uniform(-0.1, 0.1))
    for start, half_life in ((-0.1, 9), (1.1, 9), (0.5, 0)):
        with pytest.raises(ValueError, match=f"half_life positive, got {start} and {half_life}"):
            Ramp(start, half_life)
    with pytest.raises(ValueError, match="step must be at least 0, got -1"):
        Ramp().at(-1)
