"""What goes wrong is said, and the last good checkpoint is still there."""

import errno
import os
import signal

import pytest
import torch
from safetensors.torch import load_file

from flowlab.training import TrainingError, fit, step

from .small import small


def step_in(folder):
    from safetensors import safe_open

    with safe_open(folder / "checkpoint.safetensors", framework="pt") as file:
        return int(file.metadata()["step"])


def test_a_full_disk_ends_it_with_the_checkpoint_before(tmp_path, monkeypatch):
    """The disk is full when the third checkpoint is half written."""
    from flowlab import _disk

    replace, names = os.replace, []

    def full(source, target):
        names.append(str(target))
        if sum("checkpoint" in name for name in names) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        replace(source, target)

    monkeypatch.setattr(_disk.os, "replace", full)
    with pytest.raises(TrainingError, match=r"(?s)stopped at step 15.*No space left.*checkpoint of step 10 is in"):
        fit(small(tmp_path))
    monkeypatch.undo()
    assert step_in(tmp_path) == 10
    assert not list(tmp_path.glob(".flowlab-*"))
    assert fit(small(tmp_path)).finished


def test_a_loss_that_is_no_number_ends_it_before_it_is_saved(tmp_path, monkeypatch):
    calls = []

    def broken(*arguments, **options):
        calls.append(1)
        return measured(*arguments, **options) * (float("nan") if len(calls) == 14 else 1)

    measured = step.multiscale_loss
    monkeypatch.setattr(step, "multiscale_loss", broken)
    with pytest.raises(
        TrainingError, match=r"NaN or infinite, between steps 12 and 15.*lower lr.*checkpoint of step 10"
    ):
        fit(small(tmp_path))
    weights = load_file(tmp_path / "checkpoint.safetensors")
    assert step_in(tmp_path) == 10
    assert all(value.isfinite().all() for value in weights.values())


def test_before_the_first_checkpoint_it_says_that_there_is_none(tmp_path):
    with pytest.raises(TrainingError, match="There is no checkpoint in"):
        fit(small(tmp_path, lr=1e30, grad_clip=0.0, checkpoint_every=1000))


def test_a_worker_that_dies_is_named_and_costs_at_most_a_checkpoint(tmp_path):
    import multiprocessing

    def kill_one(report):
        if report.step == 12:
            os.kill(multiprocessing.active_children()[0].pid, signal.SIGKILL)

    with pytest.raises(TrainingError, match=r"a process that makes pairs died.*--workers 0.*checkpoint of step"):
        fit(small(tmp_path, workers=1, steps=400), watch=kill_one)
    assert step_in(tmp_path) % 5 == 0
    assert fit(small(tmp_path, steps=step_in(tmp_path) + 3)).finished


def test_a_checkpoint_that_is_cut_off_is_named(tmp_path):
    fit(small(tmp_path, steps=3))
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ValueError, match=r"cannot read the checkpoint .*checkpoint.safetensors"):
        fit(small(tmp_path, steps=6))


def test_another_file_is_no_checkpoint(tmp_path):
    fit(small(tmp_path, steps=1))
    os.replace(tmp_path / "model.safetensors", tmp_path / "checkpoint.safetensors")
    with pytest.raises(ValueError, match="is not a checkpoint of this version"):
        fit(small(tmp_path, steps=2))


def test_without_a_gpu_cuda_is_refused_in_words(tmp_path):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    with pytest.raises(ValueError, match="there is no device cuda"):
        fit(small(tmp_path, device="cuda"))
