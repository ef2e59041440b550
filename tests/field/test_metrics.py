"""Errors of a flow, pixel by pixel and as means, against loops in plain Python."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from flowlab import FlowMetrics, angular_error, epe, epe_map, fl_all

SHAPES = st.tuples(st.integers(1, 5), st.integers(1, 5), st.just(2))
FIELDS = st.tuples(SHAPES, st.floats(0.1, 60)).flatmap(
    lambda s: st.tuples(*[hnp.arrays(np.float64, s[0], elements=st.floats(-s[1], s[1]))] * 2)
)


def by_loops(pred, target, valid) -> dict[str, float]:
    """Every metric over the valid pixels, from its definition."""
    errors, angles, outliers, speeds = [], [], [], []
    for y, x in np.ndindex(*valid.shape):
        if not valid[y, x]:
            continue
        (u, v), (p, q) = pred[y, x].tolist(), target[y, x].tolist()
        error, speed = math.hypot(u - p, v - q), math.hypot(p, q)
        cosine = (u * p + v * q + 1) / math.sqrt((u * u + v * v + 1) * (p * p + q * q + 1))
        errors.append(error)
        angles.append(math.degrees(math.acos(min(cosine, 1.0))))
        outliers.append(error > 3 and error / speed > 0.05 if speed else error > 3)
        speeds.append(speed)

    def mean(values):
        return sum(values) / len(values) if values else math.nan

    pairs = list(zip(errors, speeds, strict=True))
    return {
        "epe": mean(errors),
        "angular_error": mean(angles),
        "fl_all": 100 * mean(outliers),
        "outliers_1px": 100 * mean([e > 1 for e in errors]),
        "outliers_3px": 100 * mean([e > 3 for e in errors]),
        "outliers_5px": 100 * mean([e > 5 for e in errors]),
        "epe_s0_10": mean([e for e, s in pairs if s < 10]),
        "epe_s10_40": mean([e for e, s in pairs if 10 <= s < 40]),
        "epe_s40_plus": mean([e for e, s in pairs if s >= 40]),
    }


def by_flowlab(pred, target, valid=None) -> dict[str, float]:
    metrics = FlowMetrics()
    metrics.update(pred, target, valid)
    alone = {
        "epe": epe(pred, target, valid),
        "angular_error": angular_error(pred, target, valid),
        "fl_all": fl_all(pred, target, valid),
    }
    result = metrics.compute()
    return {name: result[f"{name}_over_pixels"] for name in FlowMetrics.NAMES} | alone


@settings(max_examples=40)
@given(fields=FIELDS, data=st.data())
def test_every_metric_equals_its_definition(fields, data):
    pred, target = fields
    valid = data.draw(hnp.arrays(np.bool_, pred.shape[:2]))
    expected = by_loops(pred, target, valid)
    in_torch = [torch.from_numpy(flow).permute(2, 0, 1) for flow in (pred, target)] + [torch.from_numpy(valid)]
    for arguments in ((pred, target, valid), in_torch):
        measured = by_flowlab(*arguments)
        for name, value in expected.items():
            # The arc cosine of the definition itself is only good to 1e-6 degrees.
            assert measured[name] == pytest.approx(value, abs=2e-5, nan_ok=True), name


def test_exactly_3_px_is_no_outlier():
    target = np.zeros((1, 1, 2))
    assert fl_all(np.array([[[3.0, 0.0]]]), target) == 0
    assert fl_all(np.array([[[np.nextafter(3, 4), 0.0]]]), target) == 100
    assert by_flowlab(np.array([[[3.0, 0.0]]]), target)["outliers_3px"] == 0


@pytest.mark.parametrize("speed", [*range(61, 140), 500, 1e5])
def test_exactly_5_percent_is_no_outlier(speed):
    """Also where 0.05 * speed, in binary, is not what it is on paper."""
    target = np.array([[[0.0, 20.0 * speed]]])
    off = np.array([[[0.0, 21.0 * speed]]])
    assert fl_all(off, target) == 0
    more = np.array([[[0.0, np.nextafter(21.0 * speed, np.inf)]]])
    assert fl_all(more, target) == 100


def test_a_large_share_of_a_small_motion_is_no_outlier():
    assert fl_all(np.full((1, 1, 2), 2.0), np.full((1, 1, 2), 0.1)) == 0


@pytest.mark.parametrize(
    ("speed", "band"), [(0, "s0_10"), (9.999, "s0_10"), (10, "s10_40"), (39.9, "s10_40"), (40, "s40_plus")]
)
def test_a_band_holds_its_lower_limit(speed, band):
    target = np.array([[[float(speed), 0.0]]])
    found = by_flowlab(target, target)
    assert [name for name in ("s0_10", "s10_40", "s40_plus") if found[f"epe_{name}"] == 0] == [band]


def test_maps_have_one_number_a_pixel(rng):
    pred, target = rng.normal(size=(2, 3, 4, 2)), rng.normal(size=(2, 3, 4, 2))
    np.testing.assert_allclose(epe_map(pred, target), np.hypot(*np.moveaxis(pred - target, -1, 0)))
    assert epe_map(pred, target).shape == (2, 3, 4)
    in_torch = (torch.from_numpy(f).permute(0, 3, 1, 2) for f in (pred, target))
    np.testing.assert_array_equal(epe_map(*in_torch).numpy(), epe_map(pred, target))
    assert epe(pred[0], target[0]) == pytest.approx(epe_map(pred[0], target[0]).mean())


def test_the_map_is_a_loss_whose_gradient_is_never_nan():
    pred = torch.zeros(1, 2, 2, 2, requires_grad=True)
    target = torch.zeros(1, 2, 2, 2)
    target[0, 0, 0, 0] = 4.0
    epe_map(pred, target).mean().backward()
    assert pred.grad[0, 0, 0, 0] == -0.25
    assert pred.grad.abs().sum() == 0.25


def test_the_smallest_angles_keep_their_digits():
    """The arc cosine of the definition says 0 here, or 1e-6 times too much."""
    tiny = np.array([[[1e-7, 0.0]]])
    assert angular_error(tiny, np.zeros((1, 1, 2))) == pytest.approx(math.degrees(1e-7), rel=1e-9)


def test_opposite_motions_are_nearly_half_a_turn_apart():
    far = np.array([[[1e4, 0.0]]])
    assert angular_error(far, -far) == pytest.approx(180 - 2 * math.degrees(1e-4), abs=1e-6)


def test_sums_are_in_double_precision():
    """In float32 a running sum of 0.1 over a million pixels is off in the third digit."""
    pred = torch.full((1, 2, 1000, 1000), 0.1)
    target = torch.zeros(1, 2, 1000, 1000)
    assert epe(pred, target) == pytest.approx(math.hypot(np.float32(0.1), np.float32(0.1)), rel=1e-12)


def test_half_precision_is_measured_as_it_stands():
    pred, target = torch.full((2, 3, 3), 100.0).half(), torch.full((2, 3, 3), 103.0).half()
    assert epe(pred, target) == pytest.approx(math.hypot(3, 3))


def test_where_nothing_is_valid_there_is_no_mean():
    nothing = np.zeros((2, 3), bool)
    for value in by_flowlab(np.ones((2, 3, 2)), np.zeros((2, 3, 2)), nothing).values():
        assert math.isnan(value)


def test_what_is_not_valid_may_be_anything():
    pred, target, valid = np.ones((1, 3, 2)), np.zeros((1, 3, 2)), np.array([[True, False, False]])
    pred[0, 1] = np.nan
    target[0, 2] = 1e10
    assert epe(pred, target, valid) == pytest.approx(math.sqrt(2))


def test_results_are_plain_numbers():
    for value in by_flowlab(torch.ones(2, 3, 3, requires_grad=True), torch.zeros(2, 3, 3)).values():
        assert type(value) is float


GOOD = np.zeros((2, 3, 2))
HOLES = GOOD.copy()
HOLES[0, :2, 1] = np.nan, np.inf
UNKNOWN = GOOD.copy()
UNKNOWN[1, 2] = 1e10
REFUSED = {
    "shapes": (GOOD, np.zeros((3, 2, 2)), None, ValueError, r"pred and target .*\(2, 3, 2\) and \(3, 2, 2\)"),
    "layouts": (GOOD, torch.zeros(2, 2, 3), None, TypeError, "pred is a NumPy array but target is a tensor"),
    "mask": (GOOD, GOOD, np.ones((3, 2), bool), ValueError, r"valid of shape \(3, 2\) does not fit .*\(2, 3, 2\)"),
    "mask of numbers": (GOOD, GOOD, np.ones((2, 3)), TypeError, "valid must be bool, got float64"),
    "NaN": (HOLES, GOOD, None, ValueError, "pred is NaN, infinite or unknown .* at 2 of 6 valid pixels"),
    "NaN among few": (HOLES, GOOD, ~np.eye(2, 3, 1, bool), ValueError, "pred is NaN, .* at 1 of 4 valid pixels"),
    "unknown truth": (
        GOOD,
        UNKNOWN,
        None,
        ValueError,
        "target is NaN, .* at 1 of 6 .*; give the valid pixels with valid=",
    ),
}


@pytest.mark.parametrize("metric", [epe, angular_error, fl_all, FlowMetrics().update])
@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_measured_is_refused(case, metric, as_users_run_it):
    pred, target, valid, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        metric(pred, target, valid)
