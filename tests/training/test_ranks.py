"""Two processes that share a batch train what one process trains."""

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from flowlab.training import fit
from flowlab.training.log import read_log
from flowlab.training.ranks import ranks

from .small import small


def test_two_ranks_with_the_same_global_batch_agree_with_one(tmp_path):
    fit(small(tmp_path / "one", steps=20))
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        "-m", "tests.training.small", str(tmp_path / "two"), "steps=20",
    ]  # fmt: skip
    done = subprocess.run(
        command, env={**os.environ, "FLOWLAB_TYPECHECK": "0"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    one, two = (load_file(tmp_path / name / "model.safetensors") for name in ("one", "two"))
    initial = fit(small(tmp_path / "none", steps=1, lr=1e-30, weight_decay=0)).model.state_dict()
    moved = max(float((one[name] - initial[name]).abs().max()) for name in one)
    apart = max(float((one[name] - two[name]).abs().max()) for name in one)
    assert apart < 1e-4 < moved
    logs = [[row["loss"] for row in read_log(tmp_path / name) if row["event"] == "train"] for name in ("one", "two")]
    assert logs[1] == pytest.approx(logs[0], abs=1e-4)
    scores = [
        [row["epe"] for row in read_log(tmp_path / name) if row["event"] == "validation"] for name in ("one", "two")
    ]
    assert scores[1] == pytest.approx(scores[0], abs=1e-3)


def test_a_batch_that_ranks_cannot_share_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with pytest.raises(ValueError, match="3 processes cannot share a batch of 8; use a multiple of 3"), ranks("cpu", 8):
        pass


def test_alone_nothing_is_shared():
    with ranks("cpu", 5) as here:
        model = torch.nn.Linear(1, 1)
        assert here.wrap(model) is model
        assert here.any(True)
        assert not here.any(False)
