"""Metrics of a set: the mean over its pixels and the mean over its images, each by name."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch

from flowlab import FlowMetrics
from tests.field.test_metrics import by_loops


def a_set(rng) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Images of several sizes, one dense, one sparse, one of fast motion."""
    images = []
    for size, share, scale in (((6, 8), 1.0, 3), ((5, 5), 0.2, 20), ((3, 9), 0.7, 60)):
        target = rng.normal(scale=scale, size=(*size, 2))
        images.append((target + rng.normal(scale=3, size=(*size, 2)), target, rng.random(size) < share))
    return images


def test_both_means_equal_their_definitions(rng):
    images, metrics = a_set(rng), FlowMetrics()
    for image in images:
        metrics.update(*image)
    result = metrics.compute()
    each = [by_loops(*image) for image in images]
    flat = [
        np.concatenate([part.reshape(1, -1, *part.shape[2:]) for part in parts], axis=1)
        for parts in zip(*images, strict=True)
    ]
    together = by_loops(*flat)
    for name in FlowMetrics.NAMES:
        of_images = [image[name] for image in each if not math.isnan(image[name])]
        assert result[f"{name}_over_pixels"] == pytest.approx(together[name], rel=1e-6), name
        assert result[f"{name}_over_images"] == pytest.approx(sum(of_images) / len(of_images), rel=1e-6), name
    assert result["images"] == 3
    assert result["pixels"] == sum(int(valid.sum()) for *_, valid in images)
    assert result["epe_over_pixels"] != pytest.approx(result["epe_over_images"], rel=1e-3)


def test_a_batch_counts_as_its_images(rng):
    pred, target = (torch.from_numpy(rng.normal(scale=9, size=(4, 2, 5, 6))) for _ in range(2))
    valid = torch.from_numpy(rng.random((4, 5, 6)) < 0.5)
    at_once, one_by_one = FlowMetrics(), FlowMetrics()
    at_once.update(pred, target, valid)
    for image in zip(pred, target, valid, strict=True):
        one_by_one.update(*image)
    assert at_once.compute() == pytest.approx(one_by_one.compute(), nan_ok=True)
    assert at_once.compute()["images"] == 4


def test_an_image_without_a_valid_pixel_changes_no_mean():
    metrics = FlowMetrics()
    metrics.update(np.ones((2, 2, 2)), np.zeros((2, 2, 2)))
    before = metrics.compute()
    metrics.update(np.full((2, 2, 2), np.nan), np.zeros((2, 2, 2)), np.zeros((2, 2), bool))
    after = metrics.compute()
    assert after.pop("images") == 2
    assert before.pop("images") == 1
    assert after == pytest.approx(before, nan_ok=True)


def test_without_images_every_metric_is_nan():
    result = FlowMetrics().compute()
    assert result.pop("images") == result.pop("pixels") == 0
    assert all(math.isnan(value) for value in result.values())


def test_the_result_can_be_logged():
    metrics = FlowMetrics()
    metrics.update(np.ones((2, 2, 2)), np.zeros((2, 2, 2)))
    assert json.loads(json.dumps(metrics.compute()))["epe_over_pixels"] == pytest.approx(math.sqrt(2))


def test_a_refused_image_is_not_counted(as_users_run_it):
    metrics = FlowMetrics()
    with pytest.raises(ValueError, match="pred is NaN"):
        metrics.update(np.full((2, 2, 2), np.nan), np.zeros((2, 2, 2)))
    with pytest.raises(ValueError, match=r"\(2, 2, 2\) and \(2, 3, 2\)"):
        metrics.update(np.zeros((2, 2, 2)), np.zeros((2, 3, 2)))
    assert metrics.compute()["images"] == 0
