"""A training on a GPU is the one on the CPU, goes on after a kill, and takes the card that torchrun gives it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from flowlab.training import TrainingError, fit, recipe, step
from flowlab.training.distributed import distributed
from tests.training.small import BOXES, small

pytestmark = pytest.mark.gpu
BANK = replace(BOXES, backgrounds=3)


def losses(result):
    return [row["loss"] for row in result.log if row["event"] == "train"]


@pytest.mark.parametrize("data_device", ["cpu", "cuda"])
def test_a_training_there_is_the_one_on_the_cpu(tmp_path, data_device):
    config = small(tmp_path / "here", steps=8, augment="none", chairs=BANK)
    here, there = fit(config), fit(replace(config, out=str(tmp_path / "there"), device="cuda", data_device=data_device))
    assert all(p.is_cuda for p in there.model.parameters())
    assert losses(there) == pytest.approx(losses(here), rel=0.02)  # convolutions in TF32
    score = [row["epe"] for row in (here.log + there.log) if row["event"] == "validation"]
    assert score[1] == pytest.approx(score[0], rel=0.05)


@pytest.mark.parametrize("half", [torch.bfloat16, torch.float16], ids=str)
def test_augmented_there_in_half_the_bits_with_processes_that_draw_it_goes_on_after_a_kill(tmp_path, half, monkeypatch):
    monkeypatch.setattr(step, "half_precision", lambda device: half)  # float16, as on a T4
    there = {"device": "cuda", "chairs": BANK, "workers": 2, "precision": "bf16", "optimiser": "adamw"}
    config = small(tmp_path / "whole", steps=12, log_every=1, **there)
    whole = fit(config)

    def pull_the_plug(report):
        if report.step == 8:
            raise OSError("someone pulled the plug")

    config = replace(config, out=str(tmp_path / "killed"))
    with pytest.raises(TrainingError, match=r"someone pulled the plug.* step 5 is in"):
        fit(config, watch=pull_the_plug)
    again = fit(replace(config, workers=0))
    assert [row["step"] for row in again.log if row["event"] == "start"] == [0, 5]
    assert losses(again)[-7:] == pytest.approx(losses(whole)[-7:], rel=0.02)


def test_textures_first_and_the_paper_s_recipe_run_there(tmp_path):
    first = small(
        tmp_path / "first", model="flownetc", batch_norm=True, steps=2, pretrain_steps=2, device="cuda", chairs=BANK
    )
    assert fit(first).finished
    paper = recipe(
        "paper", out=str(tmp_path / "paper"), width=0.125, size=(96, 128), crop=(64, 96), chairs=BANK, steps=2, batch=2,
        cached_pairs=4, epochs_per_pair=2, validate_pairs=1, workers=0, tensorboard=True, device="cuda", snapshots=1,
        threads=1,
    )  # fmt: skip
    assert fit(paper).finished


def test_each_process_of_torchrun_takes_its_own_card(monkeypatch):
    for rank in range(torch.cuda.device_count()):
        monkeypatch.setenv("LOCAL_RANK", str(rank))
        with distributed("cuda", 4) as ctx:
            assert ctx.device == torch.device("cuda", rank)
            assert ctx.total(torch.ones(2)).tolist() == [1, 1]
