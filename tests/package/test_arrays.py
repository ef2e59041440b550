"""Every public function takes the same images and the same masked flows, or refuses them in words."""

import inspect
import re

import jaxtyping
import numpy as np
import pytest
import torch

import flowlab
from flowlab import classical, evaluation, field
from flowlab.evaluation.methods import method_of


@pytest.fixture(autouse=True)
def as_users_run_it(monkeypatch):
    """Without the check of annotations, which users do not have."""
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)


BYTES = np.random.default_rng(0).integers(0, 256, (32, 40, 3), dtype=np.uint8)
ZERO = np.zeros((32, 40, 2), np.float32)
MODEL = flowlab.FlowNetS(width=0.0625)


def evaluated(img1, img2):
    return flowlab.evaluate("dis", [(img1, img2, ZERO)])["epe"]


ESTIMATES = {  # whatever takes two images
    "predict": lambda a, b: flowlab.predict(MODEL, a, b),
    "evaluate": evaluated,
    "lucas_kanade": lambda a, b: classical.lucas_kanade(a, b).flow,
    "horn_schunck": classical.horn_schunck,
    "refine": lambda a, b: classical.refine(a, b, ZERO),
    "run": lambda a, b: classical.run("dis", a, b),
    "method_of": lambda a, b: method_of("dis")(a, b),
}
SAME = {  # other arrays of the same image
    "uint16": BYTES.astype(np.uint16) * 257,
    "float32": BYTES.astype(np.float32) / 255,
    "float64": BYTES / 255,
    "big-endian": (BYTES / 255).astype(">f4"),
    "masked nowhere": np.ma.array(BYTES, mask=False),
}
REFUSED = {
    "int16": (BYTES.astype(np.int16), "is int16; expected uint8 or uint16, or floats in .*img1 / 255, if 255 is white"),
    "int32": (BYTES.astype(np.int32), "is int32; expected"),
    "int64": (BYTES.astype(np.int64), "is int64; expected"),
    "uint32": (BYTES.astype(np.uint32), "is uint32; expected"),
    "bool": (BYTES > 127, "is bool; expected"),
    "floats to 255": (BYTES.astype(np.float32), r"floats from 0 to 255; expected values in \[0, 1\]. Divide by 255"),
    "floats to 4095": (BYTES * (4095 / 255), r"expected values in \[0, 1\]. Divide by 4095"),
    "floats from -1": (BYTES / 127.5 - 1, r"floats from -1 to 1; .*If black is -1 and white is 1, give \(.*\+ 1\) / 2"),
    "not finite": (np.where(BYTES > 0, BYTES / 255, np.inf), "NaN or infinite"),
    "masked": (np.ma.array(BYTES, mask=BYTES < 9), r"has masked pixels; give them a value: .*filled\(0\)"),
}


@pytest.mark.parametrize("name", ESTIMATES)
def test_one_image_is_one_image_in_every_type(name):
    moved = np.roll(BYTES, 2, axis=1)
    expected = ESTIMATES[name](BYTES, moved)
    assert np.abs(expected).max() > 0
    for kind in SAME:
        other = np.roll(BYTES, 2, axis=1) if kind == "masked nowhere" else np.roll(SAME[kind], 2, axis=1)
        np.testing.assert_allclose(ESTIMATES[name](SAME[kind], other), expected, atol=1e-3, err_msg=kind)


@pytest.mark.parametrize("name", ESTIMATES)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_image_is_refused_with_what_to_do(name, kind):
    image, message = REFUSED[kind]
    with pytest.raises((TypeError, ValueError), match=message if name != "evaluate" else message.replace("img1", ".*")):
        ESTIMATES[name](image, image)


def test_a_tensor_is_refused_like_its_array():
    for kind, (image, message) in REFUSED.items():
        if kind in ("masked", "uint32"):
            continue
        tensor = torch.from_numpy(image).permute(2, 0, 1)
        with pytest.raises((TypeError, ValueError), match=message.replace("is ", "is (torch.)?", 1)):
            flowlab.predict(MODEL, tensor, tensor)


@pytest.mark.parametrize("kind", ["uint16 array", "uint16 tensor"])
def test_12_bits_in_16_are_warned_of(kind):
    dark = BYTES.astype(np.uint16) * 16
    image = dark if kind.endswith("array") else torch.from_numpy(dark).permute(2, 0, 1)
    with pytest.warns(UserWarning, match=r"brightest value of 4080 of 65535.*If white is 4095, give img. / 4095"):
        flowlab.predict(MODEL, image, image)
    with pytest.warns(UserWarning, match="almost black"):
        flowlab.classical.run("dis", dark, dark)


def test_pictures_to_draw_on_are_uint8():
    for image in (BYTES / 255, BYTES.astype(np.int32), BYTES[..., 0], BYTES[None]):
        with pytest.raises((TypeError, ValueError), match="image"):
            flowlab.draw_arrows(image, ZERO)


# numpy.ma: a flow of which one pixel is masked, with nonsense below the mask, beside one that is right there.
MASK = np.zeros((2, 3, 2), bool)
MASK[0, 1, 0] = True  # one component is enough
TRUE = np.arange(12, dtype=np.float32).reshape(2, 3, 2) / 8
DATA = np.where(MASK, np.float32(50), TRUE)
MASKED = np.ma.array(DATA, mask=MASK)
HIDDEN = MASK.any(axis=-1)


def mean_of(errors):
    """The mean as numpy.ma takes it."""
    return float(np.ma.mean(np.ma.array(errors, mask=HIDDEN)))


def written(flow, tmp_path, suffix, **options):
    field.write_flow(tmp_path / f"a{suffix}", flow, **options)
    return field.read_flow(tmp_path / f"a{suffix}")


def measured(name):
    def call(a, b):
        metrics = field.FlowMetrics()
        metrics.update(a, b)
        return metrics.compute()[name]

    return call


SPEED = np.hypot(*np.moveaxis(TRUE, -1, 0))
NUMBERS = {  # a function of two flows, and what it must give for (MASKED, 0) by numpy.ma's arithmetic
    "epe": (field.epe, mean_of(SPEED)),
    "angular_error": (field.angular_error, mean_of(np.degrees(np.arctan(SPEED)))),
    "fl_all": (field.fl_all, mean_of(100.0 * (SPEED > 3))),
    "FlowMetrics.update": (measured("epe_over_pixels"), mean_of(SPEED)),
    "FlowMetrics.compute": (measured("pixels"), 5),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_masked_pixels_do_not_count(name):
    call, expected = NUMBERS[name]
    zero = np.zeros_like(TRUE)
    assert call(MASKED, zero) == pytest.approx(expected, rel=1e-6)
    assert call(MASKED, TRUE) == call(TRUE, MASKED) == (5 if name == "FlowMetrics.compute" else 0)
    if name in ("epe", "angular_error", "fl_all"):
        assert call(MASKED, TRUE, np.ones((2, 3), bool)) == 0  # valid and not masked
        with pytest.raises(ValueError, match=r"valid has masked pixels; give them a value: valid.filled\(0\)"):
            call(DATA, TRUE, np.ma.array(np.ones((2, 3), bool), mask=HIDDEN))
        batch = np.ma.array([DATA, TRUE], mask=[MASK, np.zeros_like(MASK)])
        assert call(batch, np.stack([TRUE, TRUE])) == 0


def test_a_nan_that_is_not_masked_is_refused_all_the_same():
    broken = MASKED.copy()
    broken[1, 1] = np.nan
    with pytest.raises(ValueError, match=r"pred is NaN, infinite or unknown .* at 1 of 5 valid pixels"):
        field.epe(broken, TRUE)


MAPS = {
    "epe_map": (lambda: field.epe_map(MASKED, TRUE), HIDDEN),
    "resize_flow": (lambda: field.resize_flow(MASKED, (2, 3)), np.dstack([HIDDEN] * 2) & MASK),
    "compose": (lambda: field.compose(MASKED, np.zeros_like(TRUE)), MASK),
    "consistency": (lambda: field.consistency(MASKED * 0, np.zeros_like(TRUE)), HIDDEN),
}


@pytest.mark.parametrize("name", MAPS)
def test_a_map_of_a_masked_flow_is_masked_there(name):
    call, hidden = MAPS[name]
    result = call()
    assert isinstance(result, np.ma.MaskedArray)
    np.testing.assert_array_equal(np.ma.getmaskarray(result), hidden)
    assert abs(result).max() < 2  # nothing of the nonsense below the mask


def test_masked_pixels_are_unknown_to_every_picture_and_warp():
    grey = field.flow_to_image(MASKED, max_flow=2)
    assert grey[0, 1].tolist() == [128, 128, 128]
    np.testing.assert_array_equal(grey[~HIDDEN], field.flow_to_image(TRUE, max_flow=2)[~HIDDEN])
    assert field.inside(MASKED * 0).tolist() == (~HIDDEN).tolist()
    assert field.warp(np.ones((2, 3), np.float32), MASKED * 0).tolist() == np.where(HIDDEN, 0, 1).tolist()
    assert field.occlusion(MASKED * 0, TRUE * 0).tolist() == HIDDEN.tolist()
    assert field.splat(np.ones((2, 3), np.float32), MASKED * 0)[1].tolist() == np.where(HIDDEN, 0, 1).tolist()


def test_no_arrow_is_drawn_of_a_masked_pixel():
    flow = np.full((24, 24, 2), 9, np.float32)
    canvas = np.zeros((24, 24, 3), np.uint8)
    assert not field.draw_arrows(canvas, np.ma.array(flow, mask=True)).any()
    assert field.draw_arrows(canvas, np.ma.array(flow, mask=False)).any()
    assert not field.draw_arrows(canvas, flow, valid=np.ma.array(np.ones((24, 24), bool), mask=True)).any()


@pytest.mark.parametrize("suffix", [".flo", ".png", ".pfm", ".flo5", ".npy"])
def test_a_masked_pixel_is_written_as_unknown(suffix, tmp_path):
    for options in ({}, {"valid": np.ones((2, 3), bool)}):
        flow, valid = written(MASKED, tmp_path, suffix, **options)
        np.testing.assert_array_equal(valid, ~HIDDEN)
        np.testing.assert_array_equal(flow, np.where(HIDDEN[..., None], 0, TRUE))


def test_an_evaluation_leaves_masked_truth_out_and_wants_every_estimate():
    frames = BYTES[:2, :3], BYTES[:2, :3]
    truth = np.ma.array(np.where(MASK, 50, 0).astype(np.float32), mask=MASK)
    result = flowlab.evaluate("zero", [(*frames, truth), (*frames, truth, np.ones((2, 3), bool))])
    assert (result["epe"], result["pixels"]) == (0, 10)
    with pytest.raises(ValueError, match=r"pred is NaN, infinite or unknown .* at 1 of 6 valid pixels"):
        flowlab.evaluate(lambda a, b: MASKED, [(*frames, TRUE)])
    with pytest.raises(ValueError, match="at 1 of 6 valid pixels"):
        evaluation.measure(evaluation.Pair("a", *frames, TRUE, np.ones((2, 3), bool)), MASKED)
    with pytest.raises(ValueError, match="flow has pixels that are NaN"):
        classical.refine(*frames, MASKED)
    with pytest.raises(ValueError, match="initial has pixels that are NaN or infinite"):
        classical.run("dis", *frames, initial=MASKED)
    with pytest.raises(ValueError, match="a candidate has masked pixels"):
        classical.fuse(*frames, [(TRUE, TRUE), (TRUE, MASKED)])


FLOWS = {"flow", "pred", "target", "flow_ab", "flow_bc", "backward_flow", "initial", "candidates"}


def test_every_public_function_of_a_flow_is_in_a_test_above():
    rooms = (field, evaluation, classical, flowlab)
    public = {name: getattr(room, name) for room in rooms for name in room.__all__ if callable(getattr(room, name))}
    takes = {name for name, call in public.items() if FLOWS & set(inspect.signature(call).parameters)}
    takes = takes - {"LucasKanade"} | {"FlowMetrics.update"}  # a result, not a function
    source = inspect.getsource(inspect.getmodule(evaluated))
    missing = {name for name in takes if not re.search(rf"\b{name.split('.')[-1]}\b", source)}
    assert missing == set()
    assert len(takes) >= 15
