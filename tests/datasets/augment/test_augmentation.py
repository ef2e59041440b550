"""After any augmentation the flow still explains frame 2; a sample depends on its own generator alone."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlab.datasets.augment import (
    CAFFE,
    MILD,
    PAPER,
    Augmentation,
    AugmentConfig,
    PhotometricConfig,
    SpatialConfig,
    _augment_batch,
    draw_params,
    normal,
    sample_generator,
    uniform,
)
from flowlab.datasets.augment.photometric import normal_quantiles

DARK = {
    "photometric": PhotometricConfig(),
    "relative_photometric": PhotometricConfig(),
    "noise": uniform(0, 0),
}  # motion only


class Scene:
    """Two frames of one smooth picture, by formula: frame 2 is the picture, frame 1 looks it up along the flow."""

    def __init__(self, seed, size=(96, 128)):
        rng = np.random.default_rng(seed)
        self.waves = rng.uniform(-0.25, 0.25, (8, 3, 2)), rng.uniform(0, 7, (8, 3))
        y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
        slope, shift = rng.uniform(-0.1, 0.1, (2, 2)), rng.uniform(-8, 8, 2)
        self.flow = np.stack([x, y], -1) @ slope.T + shift + 2 * np.sin(0.05 * y)[..., None]
        self.img1, self.img2 = self.at(x + self.flow[..., 0], y + self.flow[..., 1]), self.at(x, y)

    def at(self, x, y):
        k, phase = self.waves
        value = np.sin(k[:, :, 0] * x[..., None, None] + k[:, :, 1] * y[..., None, None] + phase).mean(-2)
        return 0.5 + 0.5 * value  # (H, W, 3)

    def batch(self):
        tensors = [
            torch.from_numpy(a.transpose(2, 0, 1)[None].copy()).float() for a in (self.img1, self.img2, self.flow)
        ]
        return *tensors, torch.ones(1, *self.flow.shape[:2], dtype=torch.bool)


def misfit(img1, img2, flow):
    """Mean difference between frame 1 and frame 2 fetched along the flow, where it lands inside; by OpenCV."""
    first, second, w = (t[0].permute(1, 2, 0).numpy() for t in (img1, img2, flow))
    y, x = np.mgrid[: w.shape[0], : w.shape[1]].astype(np.float32)
    tx, ty = x + w[..., 0], y + w[..., 1]
    inside = (tx > 1) & (tx < w.shape[1] - 2) & (ty > 1) & (ty < w.shape[0] - 2)
    fetched = cv2.remap(second, tx, ty, cv2.INTER_CUBIC)
    return np.abs(fetched - first)[inside].mean() if inside.any() else 0.0


views = st.builds(
    lambda turn, zoom, squeeze, move, flip_x, flip_y: SpatialConfig(
        rotation=uniform(-turn, turn),
        zoom=uniform(*sorted(zoom)),
        squeeze=uniform(-squeeze, squeeze, exponential=True),
        translation=uniform(-move, move),
        flip_x=flip_x,
        flip_y=flip_y,
    ),
    turn=st.floats(0, 180),
    zoom=st.tuples(st.floats(0.7, 2.5), st.floats(0.7, 2.5)),
    squeeze=st.floats(0, 0.4),
    move=st.floats(0, 0.4),
    flip_x=st.floats(0, 1),
    flip_y=st.floats(0, 1),
)


@settings(max_examples=60)
@given(view=views, relative=views, size=st.tuples(st.integers(20, 96), st.integers(20, 128)), seed=st.integers(0, 999))
def test_the_flow_explains_frame_2_after_any_augmentation(view, relative, size, seed):
    scene = Scene(seed).batch()
    assert misfit(*scene[:3]) < 0.004
    config = AugmentConfig(size=size, spatial=view, relative_spatial=relative, **DARK)
    img1, img2, flow, valid = Augmentation(config)(*scene, [np.random.default_rng(seed)])
    assert img1.shape[-2:] == flow.shape[-2:] == valid.shape[-2:] == size
    assert valid.all()
    assert misfit(img1, img2, flow) < 0.008


@pytest.mark.parametrize("preset", [PAPER, CAFFE, MILD])
def test_the_presets_motions_keep_the_flow_true(preset):
    config = replace(preset, size=(64, 96), **DARK)
    for seed in range(20):
        scene = Scene(seed).batch()
        img1, img2, flow, _ = Augmentation(config)(*scene, [np.random.default_rng(seed)])
        assert misfit(img1, img2, flow) < 0.008


def test_the_misfit_sees_a_flow_that_was_merely_resampled():
    worst = 0.0
    for seed in range(5):
        scene = Scene(seed).batch()
        config = AugmentConfig(
            size=(64, 96), spatial=SpatialConfig(rotation=uniform(-40, 40), zoom=uniform(1.3, 2)), **DARK
        )
        img1, img2, _, _ = Augmentation(config)(*scene, [np.random.default_rng(seed)])
        T1, _ = draw_params(config, np.random.default_rng(seed), (64, 96), (96, 128)).views
        picture = scene[2][0].permute(1, 2, 0).numpy()
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        resampled = torch.from_numpy(cv2.warpAffine(picture, T1[:2], (96, 64), flags=flags)).permute(2, 0, 1)[None]
        worst = max(worst, misfit(img1, img2, resampled))
    assert worst > 0.03


@pytest.mark.parametrize("preset", [PAPER, CAFFE, MILD])
def test_what_comes_out_is_a_batch_of_pairs(preset):
    scenes = [Scene(seed).batch() for seed in range(3)]
    batch = [torch.cat(parts) for parts in zip(*scenes, strict=True)]
    config = replace(preset, size=(40, 56))
    img1, img2, flow, valid = Augmentation(config)(*batch, [sample_generator(0, 0, i) for i in range(3)], step=10)
    for image in (img1, img2):
        assert image.shape == (3, 3, 40, 56)
        assert image.dtype == torch.float32
        assert 0 <= image.min() < image.max() <= 1
        assert image.is_contiguous()
    assert (flow.shape, flow.dtype, valid.shape, valid.dtype) == (
        (3, 2, 40, 56),
        torch.float32,
        (3, 40, 56),
        torch.bool,
    )


def test_a_sample_depends_on_its_generator_alone():
    scenes = [Scene(seed).batch() for seed in range(4)]
    augmentation = Augmentation(replace(PAPER, size=(40, 56)))
    alone = [augmentation(*scene, [sample_generator(7, 2, i)]) for i, scene in enumerate(scenes)]
    order = [2, 0, 3, 1]
    batch = [torch.cat([scenes[i][part] for i in order]) for part in range(4)]
    together = augmentation(*batch, [sample_generator(7, 2, i) for i in order])
    for place, i in enumerate(order):
        for part in range(4):
            assert torch.equal(together[part][place], alone[i][part][0])
    elsewhere = augmentation(*scenes[0], [sample_generator(7, 3, 0)])
    assert not torch.equal(elsewhere[0], alone[0][0])


def test_uint8_frames_and_floats_give_the_same():
    img1, img2, flow, valid = Scene(3).batch()
    bytes1, bytes2 = ((image * 255).round().to(torch.uint8) for image in (img1, img2))
    augmentation = Augmentation(replace(PAPER, size=(40, 56)))
    a = augmentation(img1, img2, flow, valid, [sample_generator(0, 0, 0)])
    b = augmentation(bytes1, bytes2, flow, valid, [sample_generator(0, 0, 0)])
    assert all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


def eight_bit_batch():
    batch = [torch.cat(parts) for parts in zip(*(Scene(seed).batch() for seed in range(3)), strict=True)]
    batch[3][:, 20:40, 30:60] = False
    return (batch[0] * 255).round() / 255, (batch[1] * 255).round() / 255, *batch[2:]


def compare(ours, theirs):
    for x, y in zip(ours[:2], theirs[:2], strict=True):
        difference = (x - y.cpu()).abs()
        assert difference.max() < 0.05  # a level of 256 times the steepest light
        assert (difference < 1e-4).float().mean() > 0.98
    torch.testing.assert_close(ours[2], theirs[2].cpu(), atol=2e-3, rtol=0)
    assert torch.equal(ours[3], theirs[3].cpu())


@pytest.mark.parametrize("preset", [PAPER, CAFFE, MILD])
def test_one_by_one_and_as_a_batch_are_the_same_augmentation(preset, monkeypatch):
    batch = eight_bit_batch()
    config = replace(preset, size=(40, 56))
    ours = Augmentation(config)(*batch, [sample_generator(0, 0, i) for i in range(3)])
    sizes = (40, 56), (96, 128)
    noise = [normal_quantiles()[draw_params(config, sample_generator(0, 0, i), *sizes).noise] for i in range(3)]
    same = iter(noise)  # the batch draws its own noise: here it is given that of the frames one by one
    monkeypatch.setattr(torch, "randn", lambda *_, **__: torch.from_numpy(next(same)))
    draws = [draw_params(config, sample_generator(0, 0, i), *sizes, seed_noise=True) for i in range(3)]
    compare(ours, _augment_batch(*batch, draws, (40, 56)))
    assert next(same, None) is None  # all of it was used


def test_noise_that_is_drawn_where_the_batch_is_has_the_same_law_and_depends_on_its_sample_alone():
    img = torch.full((2, 3, 96, 128), 0.5)
    config = replace(PAPER, size=(80, 100), **{**DARK, "noise": uniform(0.03, 0.03)})
    still = img, img.clone(), torch.zeros(2, 2, 96, 128), torch.ones(2, 96, 128, dtype=torch.bool)

    def seeded(indices):
        return [draw_params(config, sample_generator(0, 0, i), (80, 100), (96, 128), seed_noise=True) for i in indices]

    here = Augmentation(config)(*still, [sample_generator(0, 0, i) for i in (3, 4)])
    there, again = _augment_batch(*still, seeded([3, 4]), (80, 100)), _augment_batch(*still, seeded([5, 4]), (80, 100))
    for ours, theirs in zip(here[:2], there[:2], strict=True):
        assert theirs.std() == pytest.approx(float(ours.std()), rel=0.03)
        assert theirs.mean() == pytest.approx(float(ours.mean()), abs=1e-3)
    assert torch.equal(there[0][1], again[0][1])
    assert not torch.equal(there[0][0], again[0][0])
    assert not torch.equal(there[0], there[1])  # each frame has its own


@pytest.mark.gpu
def test_the_gpu_gives_what_the_cpu_gives():
    batch = eight_bit_batch()
    augmentation = Augmentation(replace(PAPER, size=(40, 56), noise=uniform(0, 0)))
    ours, theirs = (
        augmentation(*(t.to(device) for t in batch), [sample_generator(0, 0, i) for i in range(3)])
        for device in ("cpu", "cuda")
    )
    assert theirs[0].is_cuda
    compare(ours, theirs)


def test_the_ramp_makes_early_samples_gentler():
    scene, config = Scene(0).batch(), replace(CAFFE, size=(40, 56), **DARK)
    spread = []
    for step in (0, None):
        corners = [
            draw_params(config, sample_generator(0, 0, i), (40, 56), (96, 128), 0.5 if step == 0 else 1.0).views[0]
            for i in range(300)
        ]
        spread.append(np.std([np.arctan2(T[1, 0], T[1, 1]) for T in corners]))
    assert spread[0] < 0.7 * spread[1]
    early = Augmentation(config)(*scene, [sample_generator(0, 0, 0)], step=0)
    late = Augmentation(config)(*scene, [sample_generator(0, 0, 0)])
    assert not torch.equal(early[2], late[2])


def test_what_does_not_fit_together_is_refused():
    img1, img2, flow, valid = Scene(0).batch()
    rng = [np.random.default_rng(0)]
    with pytest.raises(
        ValueError, match=r"a crop of 320 x 448 .* does not fit into frames of 96 x 128; take a smaller"
    ):
        Augmentation(PAPER)(img1, img2, flow, valid, rng)
    with pytest.raises(ValueError, match="a generator for each of the 1 samples, got 2"):
        Augmentation(MILD)(img1, img2, flow, valid, rng * 2)
    with pytest.raises(ValueError, match=r"img2 goes up to 2\d\d.*floats in \[0, 1\]: divide by 255, or give uint8"):
        Augmentation(MILD)(img1, 255 * img2, flow, valid, rng)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"size": (0, 5)}, "size must be"),
        ({"tries": 0}, "tries must be at least 1"),
        ({"spatial": {"flip_x": 2}}, "flip_x is a probability"),
        ({"spatial": {"zoom": normal(1)}}, "zoom must stay positive"),
        ({"spatial": {"translation_unit": "miles"}}, "translation_unit must be"),
    ],
)
def test_numbers_that_cannot_be_are_refused(change, message):
    with pytest.raises(ValueError, match=message):
        AugmentConfig(**{name: SpatialConfig(**v) if name == "spatial" else v for name, v in change.items()})
