"""The loss against loops over the paper's definition, and what its weights weigh."""

import math

import numpy as np
import pytest
import torch

from flowlab.training import multiscale_loss
from flowlab.training.step import STRIDES

PUBLISHED = (0.005, 0.01, 0.02, 0.08, 0.32)


def by_loops(pyramid, target, valid, weights, form, eps):
    """Sum over levels, images and blocks of pixels, in float64; flows in pixels of the image, over 20."""
    total, batch = 0.0, len(target)
    for level, stride, weight in zip(pyramid, STRIDES, weights, strict=True):
        for b in range(batch):
            errors, shares = [], []
            for y in range(level.shape[2]):
                for x in range(level.shape[3]):
                    block = np.s_[y * stride : (y + 1) * stride, x * stride : (x + 1) * stride]
                    known = valid[b][block]
                    share = known.sum() / stride**2
                    if share == 0:
                        continue
                    u, v = (target[b, c][block][known].mean() / 20 for c in (0, 1))
                    du, dv = level[b, 0, y, x] * stride / 20 - u, level[b, 1, y, x] * stride / 20 - v
                    errors.append(share * math.sqrt(du**2 + dv**2 + eps))
                    shares.append(share)
            value = sum(errors) if form == "sum" else sum(errors) / sum(shares)
            total += weight * value / batch
    return total


def random_case(size=(64, 128), unknown=0.3, seed=0):
    rng = np.random.default_rng(seed)
    padded = [-(-side // 64) * 64 for side in size]
    pyramid = [rng.normal(0, 2, (2, 2, padded[0] // s, padded[1] // s)) for s in STRIDES]
    target = rng.normal(0, 20, (2, 2, *size))
    coarse = rng.random((2, *(-(-side // 8) for side in size))) >= unknown  # in patches, so that whole blocks are out
    valid = coarse.repeat(8, axis=1).repeat(8, axis=2)[:, : size[0], : size[1]]
    return pyramid, target, valid


@pytest.mark.parametrize("form", ["sum", "mean"])
@pytest.mark.parametrize("eps", [1e-2, 0.0])
@pytest.mark.parametrize("size", [(64, 128), (70, 50)], ids=["divisible by 64", "padded"])
def test_equals_loops_over_the_definition(form, eps, size):
    pyramid, target, valid = random_case(size)
    padded = [(0, 0), *((0, -(-side // 64) * 64 - side) for side in size)]
    expected = by_loops(pyramid, np.pad(target, [(0, 0), *padded]), np.pad(valid, padded), PUBLISHED, form, eps)
    tensors = [torch.from_numpy(level) for level in pyramid]
    loss = multiscale_loss(
        tensors, torch.from_numpy(target), torch.from_numpy(valid), weights=PUBLISHED, reduction=form, eps=eps
    )
    assert float(loss) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("form", ["sum", "mean"])
def test_unknown_pixels_carry_no_gradient_whatever_stands_there(form):
    pyramid, target, _ = random_case(unknown=0)
    valid = np.ones(target[:, 0].shape, bool)
    valid[:, :, 64:] = False  # the right half: a column of blocks of every level
    gradients = []
    for filling in (0.0, 1e9, np.nan):
        filled = np.where(valid[:, None], target, filling)
        levels = [torch.from_numpy(level).requires_grad_() for level in pyramid]
        multiscale_loss(levels, torch.from_numpy(filled), torch.from_numpy(valid), reduction=form).backward()
        gradients.append([level.grad for level in levels])
    for grads in zip(*gradients, strict=True):
        left, right = grads[0].chunk(2, dim=3)
        assert (right == 0).all()
        assert left.abs().min() > 0
        assert all(torch.equal(grads[0], other) for other in grads[1:])


def test_a_pair_without_known_pixels_costs_nothing_and_breaks_nothing():
    pyramid, target, valid = random_case()
    levels = [torch.from_numpy(level).requires_grad_() for level in pyramid]
    loss = multiscale_loss(
        levels, torch.from_numpy(target), torch.zeros(valid.shape, dtype=torch.bool), reduction="mean"
    )
    loss.backward()
    assert float(loss.detach()) == 0
    assert all((level.grad == 0).all() for level in levels)


def test_the_truth_has_no_error_but_the_constant():
    flow = torch.tensor([12.0, -7.0]).view(1, 2, 1, 1).expand(3, 2, 64, 64)
    perfect = [flow[..., ::s, ::s] / s for s in STRIDES]
    loss = multiscale_loss(perfect, flow, weights=(1, 0, 0, 0, 0), reduction="mean", eps=1e-2)
    assert float(loss) == pytest.approx(0.1, abs=1e-6)  # the root of 0.01: Caffe's 2 px, over 20
    assert float(multiscale_loss(perfect, flow, eps=0)) == pytest.approx(0, abs=1e-5)


def test_a_mean_does_not_depend_on_the_other_images_of_a_batch():
    """Two ranks with half a batch each then have the loss of one rank with all of it."""
    pyramid, target, valid = (
        [torch.from_numpy(a) for a in case] if isinstance(case, list) else torch.from_numpy(case)
        for case in random_case()
    )
    whole = multiscale_loss(pyramid, target, valid, reduction="mean")
    halves = [
        multiscale_loss([level[n : n + 1] for level in pyramid], target[n : n + 1], valid[n : n + 1], reduction="mean")
        for n in (0, 1)
    ]
    assert float(whole) == pytest.approx(float(sum(halves)) / 2, rel=1e-12)


@pytest.mark.parametrize("form", ["sum", "mean"])
def test_a_level_adds_its_weight_and_in_a_sum_times_its_pixels(form):
    """Measured: all pixels of all levels wrong by 20 px, one level at a time."""
    flow = torch.zeros(1, 2, 64, 64, dtype=torch.float64)
    alone = []
    for n, stride in enumerate(STRIDES):
        pyramid = [torch.zeros(1, 2, 64 // s, 64 // s, dtype=torch.float64) for s in STRIDES]
        pyramid[n][:, 0] = 20 / stride
        alone.append(float(multiscale_loss(pyramid, flow, reduction=form, eps=0)))
    if form == "mean":
        np.testing.assert_allclose(alone, PUBLISHED, rtol=1e-9)
    else:
        np.testing.assert_allclose(alone, PUBLISHED * (64 // np.array(STRIDES)) ** 2, rtol=1e-9)
        np.testing.assert_allclose(np.array(alone) / sum(alone), [4 / 9, 2 / 9, 1 / 9, 1 / 9, 1 / 9], rtol=1e-9)


def test_gradients_are_those_of_finite_differences():
    pyramid, target, valid = random_case((64, 64), seed=3)
    levels = [torch.from_numpy(level).requires_grad_() for level in pyramid]

    def loss(*levels):
        return multiscale_loss(levels, torch.from_numpy(target), torch.from_numpy(valid), reduction="mean")

    assert torch.autograd.gradcheck(loss, levels, fast_mode=True)


def test_without_the_constant_a_perfect_pixel_has_a_gradient_of_zero():
    """The root has none at 0."""
    flow = torch.zeros(1, 2, 64, 64)
    levels = [torch.zeros(1, 2, 64 // s, 64 // s, requires_grad=True) for s in STRIDES]
    multiscale_loss(levels, flow, eps=0).backward()
    assert all((level.grad == 0).all() for level in levels)


def test_refuses_other_forms_and_too_few_weights():
    flow, pyramid = torch.zeros(1, 2, 64, 64), [torch.zeros(1, 2, 64 // s, 64 // s) for s in STRIDES]
    with pytest.raises(ValueError, match='"sum" or "mean", got \'median\''):
        multiscale_loss(pyramid, flow, reduction="median")
    with pytest.raises(ValueError, match="got 2 for 5 levels"):
        multiscale_loss(pyramid, flow, weights=(1, 1))
