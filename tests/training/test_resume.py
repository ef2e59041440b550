"""A training that is killed and goes on ends with the same bits as one that was left alone."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from flowlab.chairs import write_dataset
from flowlab.models.weights import load_model, read_safetensors
from flowlab.training import fit, loop
from flowlab.training.run_folder import read_log
from flowlab.training.step import METRICS
from tests.budgets import HANG

from .small import BOXES, small

STEPS = 60


def started(out, *changes):
    """Start the training in a process of its own, without the checker of annotations, which only costs time."""
    command = [sys.executable, "-m", "tests.training.small", str(out), f"steps={STEPS}", "log_every=1", *changes]
    return subprocess.Popen(command, env={**os.environ, "FLOWLAB_TYPECHECK": "0"}, stderr=subprocess.PIPE, text=True)


def wait_for_step(out, process, step):
    deadline = time.monotonic() + HANG
    while time.monotonic() < deadline:
        ended = process.poll() is not None  # asked first: it may write its last lines and end while the log is read
        rows = read_log(out)
        if rows and rows[-1]["step"] >= step:
            return
        if ended:
            break
        time.sleep(0.01)
    raise AssertionError(f"the training did not reach step {step}: {process.communicate()[1][-2000:]}")


def same_tensors(one, other):
    a, b = load_file(one), load_file(other)
    assert a.keys() == b.keys()
    return [name for name in a if not torch.equal(a[name], b[name])]


@pytest.fixture(scope="module")
def left_alone(tmp_path_factory):
    out = tmp_path_factory.mktemp("left-alone")
    fit(small(out, steps=STEPS))
    return out


@pytest.mark.parametrize("workers", [0, 2])
def test_three_kills_at_random_moments_change_no_bit(tmp_path, left_alone, workers):
    chance = random.Random(workers)
    for third in range(3):
        process = started(tmp_path, f"workers={workers}")
        wait_for_step(tmp_path, process, chance.randrange(third * 18 + 7, third * 18 + 18))
        time.sleep(chance.random() * 0.05)  # somewhere within a step, or within a checkpoint
        process.kill()
        process.wait()
        process.stderr.close()
    fit(small(tmp_path, steps=STEPS, workers=workers))
    starts = [row["step"] for row in read_log(tmp_path) if row["event"] == "start"]
    assert len(starts) >= 2  # what was logged after a checkpoint is taken back with the steps
    for name in ("checkpoint.safetensors", "model.safetensors"):
        assert same_tensors(tmp_path / name, left_alone / name) == []


def test_the_log_of_a_killed_training_has_each_step_once(tmp_path):
    process = started(tmp_path)
    wait_for_step(tmp_path, process, 8)
    process.kill()
    process.wait()
    process.stderr.close()
    fit(small(tmp_path, steps=STEPS, log_every=1))
    steps = [row["step"] for row in read_log(tmp_path) if row["event"] == "train"]
    assert steps == list(range(1, STEPS + 1))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_someone_who_stops_it_loses_nothing(tmp_path, left_alone, number):
    process = started(tmp_path, "checkpoint_every=1000", "workers=1")
    wait_for_step(tmp_path, process, 10)
    process.send_signal(number)
    assert process.communicate(timeout=HANG)[1] == ""
    stopped = read_log(tmp_path)[-1]
    assert stopped["event"] == "stopped"
    assert stopped["step"] >= 10
    result = fit(small(tmp_path, steps=STEPS))
    assert result.finished
    assert next(row["step"] for row in result.log if row["event"] == "start" and row["step"]) == stopped["step"]
    assert same_tensors(tmp_path / "model.safetensors", left_alone / "model.safetensors") == []


def test_a_finished_training_is_not_trained_again(tmp_path):
    first = fit(small(tmp_path, steps=5))
    before = load_file(tmp_path / "checkpoint.safetensors")
    second = fit(small(tmp_path, steps=5))
    after = load_file(tmp_path / "checkpoint.safetensors")
    assert (first.step, second.step, second.finished) == (5, 5, True)
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.fixture
def pairs(tmp_path):
    return write_dataset(tmp_path / "pairs", 6, seed=3, size=(64, 64), config=BOXES, progress=False)


def on(data, out, **changes):
    """A training on a folder, of 2 steps unless more are asked for."""
    return fit(small(out, data=str(data), validate_pairs=0, **{"steps": 2, "schedule": "flat"} | changes))


def test_a_run_goes_on_where_its_data_is_spelt_otherwise_or_has_moved(tmp_path, pairs, monkeypatch):
    on(pairs, tmp_path / "alone", steps=6)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(pairs)
    spellings = ["pairs", "./pairs", str(pairs), "link", "pairs/../pairs"]
    for step, data in enumerate(spellings, 1):
        result = on(data, tmp_path / "run", steps=step)
        assert [row["step"] for row in result.log if row["event"] == "start"] == list(range(step))
    pairs.rename(tmp_path / "elsewhere")
    assert on("elsewhere", tmp_path / "run", steps=6).finished
    assert same_tensors(tmp_path / "run" / "model.safetensors", tmp_path / "alone" / "model.safetensors") == []
    assert json.loads((tmp_path / "run" / "config.json").read_text())["data"] == "elsewhere"


def _one_pair_more(folder):
    for part in ("img1.ppm", "img2.ppm", "flow.flo"):
        shutil.copy(folder / "data" / f"00001_{part}", folder / "data" / f"00007_{part}")
    with (folder / "FlyingChairs_train_val.txt").open("a") as file:
        file.write("1\n")


def _another_split(folder):
    path = folder / "FlyingChairs_train_val.txt"
    path.write_text("\n".join(reversed(path.read_text().split())) + "\n")


def _other_flows(folder):
    for path in folder.glob("data/*.flo"):
        path.write_bytes(path.read_bytes()[:-1] + b"\x40")


@pytest.mark.parametrize("change", [_one_pair_more, _another_split, _other_flows])
@pytest.mark.parametrize("moved", [True, False])
def test_other_data_is_another_run_and_the_error_says_what_changed(tmp_path, pairs, change, moved):
    on(pairs, tmp_path / "run")
    before = (tmp_path / "run" / "checkpoint.safetensors").read_bytes()
    change(pairs)
    now = pairs.rename(tmp_path / "new") if moved else pairs
    count = 21 if change is _one_pair_more else 18
    message = rf"another run: .*files of the data was '18 files, hash .*' and is '{count} files"
    with pytest.raises(ValueError, match=message) as caught:
        on(now, tmp_path / "run", steps=4)
    assert (f"data was {str(pairs)!r} and is {str(now)!r}" in str(caught.value)) == moved
    assert (tmp_path / "run" / "checkpoint.safetensors").read_bytes() == before


def test_a_run_of_an_older_version_goes_on_by_the_place_of_its_data_alone(tmp_path, pairs, monkeypatch):
    on(pairs, tmp_path / "run")
    checkpoint = tmp_path / "run" / "checkpoint.safetensors"
    tensors, header = read_safetensors(checkpoint)
    del header["files"]
    save_file(tensors, checkpoint, header)
    kept = checkpoint.read_bytes()
    monkeypatch.chdir(tmp_path)
    assert on("pairs", tmp_path / "run", steps=3).finished
    checkpoint.write_bytes(kept)
    pairs.rename(tmp_path / "moved")
    with pytest.raises(ValueError, match=r"data was .* and is 'moved'"):
        on("moved", tmp_path / "run", steps=3)


def test_generated_pairs_are_not_a_folder_of_their_name(tmp_path, pairs, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pairs.rename(tmp_path / "chairs")
    fit(small(tmp_path / "run", steps=2, schedule="flat", validate_pairs=0))
    with pytest.raises(ValueError, match=r"data was 'chairs' and is '\./chairs'"):
        on("./chairs", tmp_path / "run", steps=3)


def test_photographs_may_move_too(tmp_path):
    files = tmp_path / "photographs"
    files.mkdir()
    noise = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    cv2.imwrite(str(files / "a.png"), noise)
    config = replace(BOXES, photographs=str(files))
    changes = {"validate_pairs": 0, "schedule": "flat"}
    fit(small(tmp_path / "run", steps=1, chairs=config, **changes))
    moved = files.rename(tmp_path / "moved")
    assert fit(small(tmp_path / "run", steps=2, chairs=replace(config, photographs=str(moved)), **changes)).finished
    cv2.imwrite(str(moved / "b.png"), noise)
    other = moved.rename(tmp_path / "other")
    with pytest.raises(ValueError, match=r"holds another run: .*files of the data was"):
        fit(small(tmp_path / "run", steps=3, chairs=replace(config, photographs=str(other)), **changes))


def test_a_longer_schedule_goes_on_from_where_a_shorter_one_ended(tmp_path):
    fit(small(tmp_path, steps=10, lr=1e-3, schedule="flat"))
    longer = fit(small(tmp_path, steps=20, lr=1e-3, schedule="flat"))
    assert longer.step == 20
    lines = [row for row in longer.log if row["event"] == "train"]
    assert [row["step"] for row in lines if row["step"] > 10] == [12, 16, 20]
    assert lines[-1]["lr"] == pytest.approx(1e-3 / 4)  # step 19 of 20, in the last fifth


def test_without_its_log_a_training_still_knows_its_best_error_and_its_time(tmp_path, monkeypatch):
    errors = iter([3.0, 4.0, 2.0])

    def measured(model, *_):  # zero flow is a function
        return dict.fromkeys(METRICS, next(errors) if isinstance(model, torch.nn.Module) else 5.0)

    monkeypatch.setattr(loop, "validate", measured)
    best, seconds = [], 0.0
    for steps in (2, 4, 6):
        (tmp_path / "log.jsonl").unlink(missing_ok=True)
        result = fit(small(tmp_path, steps=steps, schedule="flat"))
        best.append(load_model(tmp_path / "best.safetensors").metadata["step"])
        assert result.log[0]["seconds"] >= seconds
        seconds = float(read_safetensors(tmp_path / "checkpoint.safetensors")[1]["seconds"])
    assert best == ["2", "2", "6"]


def test_a_training_starts_from_given_weights(tmp_path):
    """From a model and from a checkpoint, with a new optimiser and from step 0."""
    fit(small(tmp_path / "first", steps=6))
    for name in ("model.safetensors", "checkpoint.safetensors"):
        out = tmp_path / name
        result = fit(small(out, steps=1, lr=1e-30, weight_decay=0, init=str(tmp_path / "first" / name)))
        trained = load_file(tmp_path / "first" / "model.safetensors")
        assert result.step == 1
        assert all(torch.equal(value, trained[key]) for key, value in result.model.state_dict().items())


def test_weights_of_another_network_are_refused(tmp_path):
    fit(small(tmp_path / "first", steps=1))
    with pytest.raises(ValueError, match=r"are not those of flownets of width 0\.25"):
        fit(small(tmp_path / "second", width=0.25, init=str(tmp_path / "first" / "model.safetensors")))


def test_nothing_is_drawn_from_global_generators(tmp_path):
    states = torch.get_rng_state(), np.random.get_state()[1].copy()  # noqa: NPY002 - it must not move
    fit(small(tmp_path, steps=3))
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (np.random.get_state()[1] == states[1]).all()  # noqa: NPY002
