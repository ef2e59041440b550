"""Every metric against formulas written anew in NumPy, at random and at the edges of its definition."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlab.evaluation import Pair, evaluate, measure, summary

BANDS = {"s0_10": (0, 10), "s10_40": (10, 40), "s40_plus": (40, np.inf)}


def a_pair(name="p", size=(7, 9), seed=0, spread=20.0, known=0.7, hidden=0.3):
    rng = np.random.default_rng(seed)
    img = np.zeros((*size, 3), np.uint8)
    flow = rng.normal(0, spread, (*size, 2)).astype(np.float32)
    return Pair(name, img, img, flow, rng.random(size) < known, rng.random(size) < hidden)


def an_estimate(pair, seed=1):
    rng = np.random.default_rng(seed)
    return (pair.flow + rng.normal(0, 4, pair.flow.shape) * rng.random((*pair.flow.shape[:2], 1))).astype(np.float32)


def by_formula(pair, flow):
    """Each metric's values, pixel by pixel, where it counts."""
    p, t = flow.astype(np.float64), pair.flow.astype(np.float64)
    error = np.sqrt(((p - t) ** 2).sum(axis=2))
    speed = np.sqrt((t**2).sum(axis=2))
    a, b = (np.dstack([w, np.ones(w.shape[:2])]) for w in (p, t))
    cosine = (a * b).sum(axis=2) / np.sqrt((a**2).sum(axis=2) * (b**2).sum(axis=2))
    values = {
        "epe": error,
        "angular_error": np.degrees(np.arccos(np.clip(cosine, -1, 1))),
        "fl_all": 100.0 * ((error > 3) & (error / np.maximum(speed, 1e-300) > 0.05)),
        **{f"outliers_{n}px": 100.0 * (error > n) for n in (1, 3, 5)},
    }
    found = {name: value[pair.valid] for name, value in values.items()}
    for name, (low, high) in BANDS.items():
        found[f"epe_{name}"] = error[pair.valid & (low <= speed) & (speed < high)]
    if pair.occlusion is not None:
        found["epe_visible"] = error[pair.valid & ~pair.occlusion]
        found["epe_occluded"] = error[pair.valid & pair.occlusion]
    return found


def mean(values):
    return float(np.mean(values)) if len(values) else math.nan


@given(
    seeds=st.lists(st.integers(0, 10_000), min_size=1, max_size=4),
    known=st.sampled_from([0.0, 0.2, 1.0]),
    spread=st.sampled_from([1.0, 10.0, 60.0]),
    size=st.tuples(st.integers(1, 6), st.integers(1, 6)),
)
def test_metrics_of_random_flows_with_masks_equal_the_formulas(seeds, known, spread, size):
    pairs = [a_pair(str(i), size, seed, spread, known if i else 0.5) for i, seed in enumerate(seeds)]
    flows = [an_estimate(pair, seed + 1) for pair, seed in zip(pairs, seeds, strict=True)]
    rows = [measure(pair, flow) for pair, flow in zip(pairs, flows, strict=True)]
    by_pair = [by_formula(pair, flow) for pair, flow in zip(pairs, flows, strict=True)]
    for row, expected in zip(rows, by_pair, strict=True):
        for name, values in expected.items():
            assert row[name] == pytest.approx(mean(values), rel=1e-6, abs=1e-5, nan_ok=True), name
    whole = summary(rows)
    assert whole["images"] == len(pairs)
    assert whole["pixels"] == sum(int(pair.valid.sum()) for pair in pairs)
    for name in by_pair[0]:
        parts = [expected[name] for expected in by_pair]
        over_pixels = mean(np.concatenate(parts))
        over_images = mean([mean(part) for part in parts if len(part)])
        assert whole[f"{name}_over_pixels"] == pytest.approx(over_pixels, rel=1e-6, abs=1e-5, nan_ok=True), name
        assert whole[f"{name}_over_images"] == pytest.approx(over_images, rel=1e-6, abs=1e-5, nan_ok=True), name
    for name in ("epe", "fl_all", "angular_error"):
        assert whole[name] == pytest.approx(whole[f"{name}_over_pixels"], nan_ok=True)


def one_row(*pixels):
    """A pair of one row, from (true flow, estimate) for each pixel, measured."""
    truth, found = (np.array([[p[i] for p in pixels]], np.float32) for i in (0, 1))
    img = np.zeros((1, len(pixels), 3), np.uint8)
    return measure(Pair("row", img, img, truth, np.ones((1, len(pixels)), bool)), found)


def test_an_error_of_exactly_3_px_is_no_outlier_and_a_hair_more_is():
    hair = float(np.nextafter(np.float32(3), np.float32(4)))
    row = one_row(((0, 0), (3, 0)), ((0, 0), (hair, 0)), ((1, 0), (1, -3)), ((0, 0), (0, 2.999)))
    assert row["fl_all"] == 25.0
    assert row["outliers_3px"] == 25.0


def test_an_error_of_exactly_5_percent_is_no_outlier_and_a_hair_more_is():
    hair = float(np.nextafter(np.float32(4), np.float32(5)))
    # 4 of 80 px, as 4 px on (48, 64) too; 3.5 px of 100 are too few per cent, of 60 they are enough.
    row = one_row(
        ((80, 0), (84, 0)), ((80, 0), (80, hair)), ((48, 64), (48, 68)), ((100, 0), (103.5, 0)), ((0, 60), (0, 63.5))
    )
    assert row["fl_all"] == 40.0
    assert row["outliers_3px"] == 100.0


def test_a_band_holds_its_lower_limit_and_not_its_upper_one():
    row = one_row(((10, 0), (11, 0)), ((0, -40), (0, -38)), ((9.999, 0), (5.999, 0)), ((6, 8), (6, 11)))
    assert (row["pixels_s0_10"], row["pixels_s10_40"], row["pixels_s40_plus"]) == (1, 2, 1)
    assert (row["epe_s0_10"], row["epe_s10_40"], row["epe_s40_plus"]) == pytest.approx((4, 2, 2))


def test_both_means_differ_as_they_should_and_an_image_without_valid_pixels_enters_neither():
    dense, sparse, empty = a_pair("dense", known=1.1), a_pair("sparse", known=1.1), a_pair("empty", known=-1)
    sparse = sparse._replace(valid=np.arange(63).reshape(7, 9) == 5)
    off = [pair.flow + np.float32([shift, 0]) for pair, shift in ((dense, 1), (sparse, 5), (empty, 99))]
    result = summary([measure(pair, flow) for pair, flow in zip((dense, sparse, empty), off, strict=True)])
    assert result["epe_over_pixels"] == pytest.approx((63 * 1 + 5) / 64, rel=1e-4)
    assert result["epe_over_images"] == pytest.approx(3, rel=1e-4)
    assert result["images"] == 3


def test_without_masks_there_is_nothing_to_say_of_what_is_hidden():
    pair = a_pair()._replace(occlusion=None)
    assert not [name for name in evaluate("zero", [pair]) if "visible" in name or "occluded" in name]


def test_a_flow_that_is_not_finite_is_refused_with_the_pairs_name():
    pair = a_pair("market_2")
    flow = pair.flow.copy()
    flow[pair.valid] = np.nan
    with pytest.raises(ValueError, match="pair market_2: pred is NaN"):
        measure(pair, flow)
