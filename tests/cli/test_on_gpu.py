"""The commands with --device cuda: what they say and write is what they do on the CPU."""

from __future__ import annotations

import pytest
import torch

import flowlab
from flowlab.field import write_image
from tests.cli.commands import run
from tests.video.clips import picture, window

pytestmark = pytest.mark.gpu


def test_predict_gives_the_flow_of_the_cpu(tmp_path):
    names = [tmp_path / f"{name}.png" for name in ("one", "two")]
    for index, name in enumerate(names):
        write_image(name, window(picture(400, 500), index, (330, 400)))
    flows = {}
    for device in ("cpu", "cuda"):
        for more in ((), ("--tile", "320x320")):
            out = tmp_path / f"{device}{len(more)}"
            done = run("predict", *names, "--method", "flownetc-small", "--device", device, "--out", out, *more)
            assert done.exit_code == 0, done.output
            flows[device, more] = torch.from_numpy(flowlab.read_flow(out / "one.flo")[0])
    for more in ((), ("--tile", "320x320")):
        here, there = flows["cpu", more], flows["cuda", more]
        assert (there - here).norm() < 0.02 * here.norm()  # convolutions in TF32


def test_evaluate_and_bench_run_there(tmp_path):
    done = run("evaluate", "flownets-small", "flownets-small+v", "--limit", 1, "--device", "cuda", "--no-progress")
    assert done.exit_code == 0, done.output
    done = run("bench", "flownets-small", "dis", "--size", "64x96", "--repeats", 1, "--device", "cuda")
    assert done.exit_code == 0, done.output
    assert "networks on " in done.output


def test_train_says_that_it_was_done_there(tmp_path):
    done = run(
        *(
            "train",
            "--out",
            tmp_path / "run",
            "--device",
            "cuda",
            "--set",
            "data_device=cuda",
            "--steps",
            2,
            "--batch",
            2,
        ),
        *("--size", "64x64", "--width", 0.125, "--workers", 0, "--no-progress"),
        *("--set", "validate_pairs=1", "--set", "tensorboard=false", "--set", "precision=bf16"),
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "run" / "model.safetensors").exists()
