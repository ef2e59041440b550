"""A training whose pairs are made where the network is: the pairs of the CPU, drawn by workers, packed by the batch."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
import torch

from flowlab.chairs.gpu import Atlas, Compositor
from flowlab.kernels import launch
from flowlab.training import fit, loop
from flowlab.training.data import Batches, made_on_gpu
from flowlab.training.distributed import DistributedContext
from flowlab_course.cuda_on_cpu import flowlab_kernels
from tests.kernels.grid import needs_gcc

from . import drawn
from .small import BOXES, small

BANK = replace(BOXES, backgrounds=3)
CUDA = torch.device("cuda", 0)


def played(config, first=0, rank=0, world=1):
    """The batches of the device, which is this CPU: the kernels' own text, run by the CUDA-on-CPU header."""
    atlas = Atlas(config.seed, config.size, config.chairs)
    maker = Compositor(atlas, torch.device("cpu"), flowlab_kernels.run)
    return Batches(config, first, DistributedContext(rank, world, torch.device("cpu")), compositor=maker)


@needs_gcc
@pytest.mark.parametrize("workers", [0, 2])
def test_the_batches_are_those_of_the_cpu(workers):
    config = small("unused", steps=6, augment="none", chairs=BANK, workers=workers)
    there, here = (
        played(config, first=1),
        Batches(replace(config, workers=0), 1, DistributedContext(0, 1, torch.device("cpu"))),
    )
    steps = 0
    for ours, theirs in zip(there, here, strict=True):
        for one, other in zip(ours[:2], theirs[:2], strict=True):
            assert one.dtype == torch.float32
            assert (one - other).abs().max() * 255 <= 1.01
        torch.testing.assert_close(ours[2], theirs[2])
        assert torch.equal(ours[3], theirs[3])
        steps += 1
    assert steps == 5
    there.close()


@needs_gcc
def test_after_a_kill_processes_draw_the_pairs_that_one_would_have_drawn(tmp_path):
    """Pictures too are made by several processes the first time, and by this one alone for what they are held to."""
    out = tmp_path / "lines"
    command = [sys.executable, "-m", "tests.training.drawn", str(out), "0", "2"]
    with subprocess.Popen(command, env={**os.environ, "FLOWLAB_TYPECHECK": "0"}, start_new_session=True) as process:
        while not out.exists() or out.read_text().count("\n") < 3:
            assert process.poll() is None, "it ended before it could be killed"
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
    whole = out.read_text()
    before = whole[: whole.rindex("\n")].splitlines()
    assert 3 <= len(before) < drawn.STEPS
    assert before + list(drawn.lines(len(before), 1)) == list(drawn.lines(0, 0))


@needs_gcc
def test_ranks_share_the_batch_of_one():
    config = small("unused", steps=3, augment="none", chairs=BANK)
    parts = [played(config, rank=rank, world=2) for rank in (0, 1)]
    for batch, *shares in zip(played(config), *parts, strict=True):
        for n, tensor in enumerate(batch):
            assert torch.equal(tensor, torch.cat([share[n] for share in shares]))


@needs_gcc
def test_a_training_on_such_pairs_is_that_on_the_cpus(tmp_path, monkeypatch):
    here = fit(small(tmp_path / "cpu", steps=8, chairs=BANK))
    monkeypatch.setattr(loop, "Batches", lambda config, first, ranks, **_: played(config, first))
    there = fit(small(tmp_path / "device", steps=8, chairs=BANK))
    losses = [[row["loss"] for row in result.log if row["event"] == "train"] for result in (here, there)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=0.02)


def test_pairs_are_made_on_the_device_wherever_they_can(monkeypatch):
    config = small("unused", chairs=BANK)
    assert not made_on_gpu(config, torch.device("cpu"))
    monkeypatch.setattr(launch, "why_not", lambda: "")
    assert made_on_gpu(config, CUDA)
    assert not made_on_gpu(replace(config, data_device="cpu"), CUDA)
    assert not made_on_gpu(replace(config, data="some/folder"), CUDA)
    monkeypatch.setattr(launch, "why_not", lambda: "no card in the slot")
    assert not made_on_gpu(config, CUDA)


@pytest.mark.parametrize(
    ("changes", "device", "said"),
    [
        (
            {},
            torch.device("cpu"),
            "data_device cuda: the training is on cpu, .*; data_device cpu makes them on the CPU",
        ),
        ({"data": "some/folder"}, CUDA, "the pairs are those of some/folder"),
    ],
)
def test_pairs_that_no_device_can_make_are_refused_with_the_reason(changes, device, said, monkeypatch):
    monkeypatch.setattr(launch, "why_not", lambda: "")
    with pytest.raises(ValueError, match=said):
        made_on_gpu(small("unused", data_device="cuda", **changes), device)


def test_where_pairs_are_made_does_not_make_another_run():
    from flowlab.training.config import same_run

    config = small("unused", chairs=BANK)
    assert same_run(config.as_json(), replace(config, data_device="cpu")) == []


def test_a_run_from_before_backgrounds_had_a_bank_goes_on():
    """Its config has no such number; the same world without a bank is the same run."""
    from flowlab.training.config import same_run

    config = small("unused")
    assert "backgrounds" not in config.as_json()
    assert same_run(config.as_json(), replace(config, chairs=BANK)) != []


@pytest.mark.gpu
@pytest.mark.parametrize("workers", [0, 2])
def test_a_training_on_a_gpu_makes_its_own_pairs_and_learns(tmp_path, workers):
    config = small(
        tmp_path, steps=120, device="cuda", data_device="cuda", chairs=BANK, workers=workers, precision="bf16"
    )
    rows = [row for row in fit(config).log if row["event"] == "train"]
    assert np.mean([row["loss"] for row in rows[-5:]]) < 0.9 * np.mean([row["loss"] for row in rows[:5]])
