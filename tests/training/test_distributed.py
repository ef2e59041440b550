"""Two processes that share a batch train what one process trains."""

import os
import subprocess
import sys

import pytest
import torch
import torch.distributed as dist
from safetensors.torch import load_file

from flowlab.training import fit
from flowlab.training.distributed import distributed
from flowlab.training.run_folder import read_log
from tests.budgets import HANG

from .small import small


def test_two_ranks_with_the_same_global_batch_agree_with_one(tmp_path):
    # A tenth of the recipe's rate: at 2e-3 the last bits, which differ between batches of 4 and of 2, grow within 20
    # steps, on some processors to 2e-3. At 2e-4 they stay below 1e-5, and the weights move by more than 1e-3.
    fit(small(tmp_path / "one", steps=20, lr=2e-4))
    command = [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
        "-m", "tests.training.small", str(tmp_path / "two"), "steps=20", "lr=2e-4",
    ]  # fmt: skip
    done = subprocess.run(
        command, env={**os.environ, "FLOWLAB_TYPECHECK": "0"}, capture_output=True, text=True, timeout=HANG
    )
    assert done.returncode == 0, done.stderr[-3000:]
    one, two = (load_file(tmp_path / name / "model.safetensors") for name in ("one", "two"))
    initial = fit(small(tmp_path / "none", steps=1, lr=1e-30, weight_decay=0)).model.state_dict()
    moved = max(float((one[name] - initial[name]).abs().max()) for name in one)
    apart = max(float((one[name] - two[name]).abs().max()) for name in one)
    assert apart < 1e-4 < 1e-3 < moved
    logs = [[row["loss"] for row in read_log(tmp_path / name) if row["event"] == "train"] for name in ("one", "two")]
    assert logs[1] == pytest.approx(logs[0], abs=1e-4)
    scores = [
        [row["epe"] for row in read_log(tmp_path / name) if row["event"] == "validation"] for name in ("one", "two")
    ]
    assert scores[1] == pytest.approx(scores[0], abs=1e-3)


def test_a_batch_that_ranks_cannot_share_is_refused(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "3")
    with (
        pytest.raises(ValueError, match="3 processes cannot share a batch of 8; use a multiple of 3"),
        distributed("cpu", 8),
    ):
        pass


def test_alone_nothing_is_shared():
    with distributed("cpu", 5) as ctx:
        model = torch.nn.Linear(1, 1)
        assert ctx.wrap(model) is model
        assert ctx.any(True)
        assert not ctx.any(False)


@pytest.fixture
def cards(monkeypatch):
    """A machine with two GPUs, as far as torchrun and PyTorch say; what they are told is kept."""
    told = []
    monkeypatch.setenv("WORLD_SIZE", "4")  # of two machines
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "set_device", lambda device: told.append(("set_device", device)))
    monkeypatch.setattr(dist, "init_process_group", lambda backend: told.append(("init", backend)))
    monkeypatch.setattr(dist, "get_rank", lambda: 3)
    monkeypatch.setattr(dist, "destroy_process_group", lambda: told.append(("destroy",)))
    return told


class Shared(torch.nn.Module):
    """A model whose gradients are averaged, as far as it says where."""

    def __init__(self, model, device_ids, find_unused_parameters):
        super().__init__()
        assert find_unused_parameters  # the model is not a FlowNet
        self.ids = device_ids


@pytest.mark.parametrize("asked", ["cuda", "auto"])
def test_with_nccl_each_process_takes_the_gpu_of_its_number_on_its_machine(cards, monkeypatch, asked):
    monkeypatch.setenv("LOCAL_RANK", "1")
    monkeypatch.setattr(torch.nn.parallel, "DistributedDataParallel", Shared)
    with distributed(asked, 8) as ctx:
        mine = torch.device("cuda", 1)
        assert (ctx.rank, ctx.world, ctx.device) == (3, 4, mine)
        assert ctx.wrap(torch.nn.Linear(1, 1)).ids == [1]
    assert cards == [("set_device", mine), ("init", "nccl"), ("destroy",)]  # the device first: nccl takes the current


def test_the_group_ends_when_the_training_fails(cards, monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "0")
    with pytest.raises(RuntimeError, match="lost"), distributed("cuda", 8):
        raise RuntimeError("lost")
    assert cards[-1] == ("destroy",)


@pytest.mark.parametrize(
    ("device", "local", "said"),
    [
        ("cuda:1", "0", "each of 4 processes takes a GPU of its own: the device is cuda, got cuda:1"),
        ("cuda", "2", "there is no device cuda:2: PyTorch sees 2 GPU; try auto or cpu"),
    ],
    ids=["one for all", "more processes than GPUs"],
)
def test_a_gpu_that_cannot_be_ones_own_is_refused(cards, monkeypatch, device, local, said):
    monkeypatch.setenv("LOCAL_RANK", local)
    with pytest.raises(ValueError, match=said), distributed(device, 8):
        pass
    assert not cards
