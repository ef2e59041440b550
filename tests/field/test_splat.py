"""Splatting pushes pixels forward and counts what lands."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from flowlab.field import splat
from tests.field.by_hand import translation_flow
from tests.field.test_occlusion import a_box_slides_right


def by_loops(image: np.ndarray, flow: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    total, weight = np.zeros(image.shape), np.zeros(image.shape[:2])
    H, W = weight.shape
    for y, x in np.ndindex(H, W):
        to_x, to_y = x + float(flow[y, x, 0]), y + float(flow[y, x, 1])
        for yi in (math.floor(to_y), math.floor(to_y) + 1):
            for xi in (math.floor(to_x), math.floor(to_x) + 1):
                if 0 <= yi < H and 0 <= xi < W:
                    share = (1 - abs(to_x - xi)) * (1 - abs(to_y - yi))
                    total[yi, xi] += share * image[y, x]
                    weight[yi, xi] += share
    return np.divide(total, weight[..., None], out=np.zeros_like(total), where=weight[..., None] > 1e-6), weight


@pytest.mark.parametrize("size", [(6, 7), (1, 5), (4, 1), (1, 1)])
def test_equals_the_definition(size, rng):
    image, flow = rng.random((*size, 3)), rng.normal(scale=2, size=(*size, 2))
    pushed, weight = splat(image, flow)
    expected, expected_weight = by_loops(image, flow)
    np.testing.assert_allclose(weight, expected_weight, atol=1e-12)
    np.testing.assert_allclose(pushed, expected, atol=1e-9)


def test_whole_pixels_move_exactly(rng):
    image = rng.random((5, 6)).astype(np.float32)
    pushed, weight = splat(image, translation_flow((5, 6), 2, -1))
    np.testing.assert_array_equal(pushed[:-1, 2:], image[1:, :-2])
    assert weight[:-1, 2:].min() == weight.max() == 1
    assert not pushed[:, :2].any()


def test_counting_along_the_backward_flow_finds_what_frame_2_hides():
    _, backward, hidden = a_box_slides_right()
    _, weight = splat(np.ones(hidden.shape, np.float32), backward)
    np.testing.assert_array_equal(weight < 0.5, hidden)


def test_torch_batches_and_gradients(rng):
    image = torch.from_numpy(rng.random((2, 1, 3, 4))).requires_grad_()
    flow = torch.from_numpy(rng.normal(size=(2, 2, 3, 4)) * 0.3 + 0.5).requires_grad_()
    pushed, weight = splat(image, flow)
    for i in range(2):
        expected, counted = by_loops(*(t[i].detach().permute(1, 2, 0).numpy() for t in (image, flow)))
        np.testing.assert_allclose(pushed[i].detach().permute(1, 2, 0).numpy(), expected, atol=1e-9)
        np.testing.assert_allclose(weight[i].detach().numpy(), counted, atol=1e-12)
    assert torch.autograd.gradcheck(lambda i, f: splat(i, f)[1].sum() + splat(i, f)[0][..., 2:, 2:], (image, flow))


def test_unknown_flow_pushes_nothing():
    flow = np.zeros((1, 3, 2))
    flow[0, 1] = np.nan
    image, weight = splat(np.ones((1, 3)), flow)
    assert weight.tolist() == image.tolist() == [[1, 0, 1]]


def test_integers_and_other_sizes_are_refused(as_users_run_it):
    with pytest.raises(TypeError, match="divide uint8 by 255 first"):
        splat(np.zeros((2, 3), np.uint8), np.zeros((2, 3, 2)))
    with pytest.raises(ValueError, match=r"\(2, 4\) does not fit .*\(2, 3, 2\)"):
        splat(np.zeros((2, 4)), np.zeros((2, 3, 2)))
