"""A training, scrubbed: each snapshot's own prediction and error, and the live picture."""

import re

import numpy as np
import pytest
import torch

import flowlab
from flowlab.chairs import make_pair
from flowlab.models import save_model
from flowlab.training import Report
from flowlab.training.run_folder import SNAPSHOTS
from flowlab_course.chapters.ch11 import long_training as kept
from flowlab_course.chapters.ch11.live import Live, guess
from flowlab_course.chapters.ch11.long_training import long_training, long_training_pair, moments, write_record
from flowlab_course.chapters.ch11.widgets import long_training_timelapse, training_timelapse

STEPS = (10, 200, 3000)


@pytest.fixture(scope="module")
def pair():
    return make_pair(0, 1, (64, 64))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    for n, step in enumerate(STEPS):
        path = out / SNAPSHOTS / f"step-{step:07d}.safetensors"
        path.parent.mkdir(exist_ok=True)
        torch.manual_seed(n)
        save_model(flowlab.FlowNetS(width=0.125), path)
    return out


def test_each_moment_is_what_that_snapshot_predicts(run, pair):
    found = moments(run, pair)
    assert tuple(moment.step for moment in found) == STEPS
    for moment in found:
        model = flowlab.load_model(run / SNAPSHOTS / f"step-{moment.step:07d}.safetensors")
        expected = flowlab.predict(model, pair.img1, pair.img2)
        np.testing.assert_allclose(moment.flow, expected, atol=1e-4)
        assert moment.error == pytest.approx(flowlab.epe(expected, pair.flow), abs=1e-4)


def test_the_slider_goes_from_the_first_to_the_last_snapshot(run, pair):
    widget = training_timelapse(run, pair)
    slider = widget.controls["snapshot"]
    assert (slider.min, slider.max) == (0, 2)
    errors = {moment.step: moment.error for moment in moments(run, pair)}
    pictures = set()
    for n, step in enumerate(STEPS):
        slider.value = n
        said = widget._text.value
        assert f"After {step} steps" in said
        assert float(re.search(r"error ([\d.]+) px", said).group(1)) == pytest.approx(errors[step], abs=0.006)
        pictures.add(bytes(widget.pad.image))
    assert len(pictures) == 3
    assert widget.plays["snapshot"].max == 2
    widget.plays["snapshot"].value = 1
    assert f"After {STEPS[1]} steps" in widget._text.value


def test_a_run_without_snapshots_is_refused_in_words(tmp_path, pair):
    with pytest.raises(ValueError, match="has no snapshots; train with snapshots=20"):
        moments(tmp_path, pair)


def test_a_guess_leaves_the_network_in_its_mode(pair):
    model = flowlab.FlowNetS(width=0.125).train()
    assert guess(model, pair).shape == (64, 64, 2)
    assert model.training


def test_the_live_picture_says_where_the_training_stands(pair, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda picture, **_: shown.append(picture))
    live = Live(pair, steps=100)
    model = flowlab.FlowNetS(width=0.125)
    live(Report(50, {"event": "train", "loss": 0.25}, model))
    live(Report(50, {"event": "validation", "epe": 3.0}, model))
    assert live.losses == [(50, 0.25)]
    assert len(shown) == 1
    assert "Loss over 50 steps, now 0.250" in shown[0].data


def test_a_record_says_what_the_snapshots_said(run, pair, tmp_path, monkeypatch):
    (run / "config.json").write_text('{"model": "flownets", "out": "/home/someone/runs"}')
    monkeypatch.setattr(kept, "SIZE", (64, 64))
    monkeypatch.setattr(kept, "long_training_pair", lambda: pair)
    monkeypatch.setattr(kept.resources, "files", lambda _: tmp_path)
    write_record(run, tmp_path / kept.RECORD)
    found, config = long_training()
    assert config == {"model": "flownets"}  # and nobody's folder
    for read, said in zip(found, moments(run, pair), strict=True):
        assert (read.step, read.error) == (said.step, pytest.approx(said.error, rel=1e-6))
        np.testing.assert_allclose(read.flow, said.flow, rtol=2e-3, atol=2e-2)  # kept in 16 bits


def test_the_kept_training_is_a_long_one_that_learns_and_says_how_well():
    found, config = long_training()
    pair = long_training_pair()
    assert len(found) == 20
    assert found[-1].step == config["steps"] >= 6000
    assert config["seed"] != kept.SEED  # it has not seen the pair
    for moment in found:  # stored at a quarter of the size: the error that is said is the true one
        assert moment.error == pytest.approx(flowlab.epe(moment.flow, pair.flow), abs=0.01)
    still = float(np.linalg.norm(pair.flow, axis=-1).mean())
    assert found[-1].error < 0.75 * still


def test_the_long_training_has_a_slider_of_its_own():
    widget = long_training_timelapse()
    slider = widget.controls["snapshot"]
    assert slider.max == 19
    slider.value = 19
    assert int(re.search(r"After (\d+) steps", widget._text.value)[1]) == long_training()[0][-1].step
