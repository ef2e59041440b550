"""Half precision on a card without bfloat16: float16 with a scaled loss, here played on the CPU, which can do both."""

from __future__ import annotations

import json
from functools import partial

import pytest
import torch
from torch import nn

from flowlab.models import FlowNetS
from flowlab.models.weights import read_safetensors
from flowlab.training import TrainConfig, TrainingError, fit, pretrain, step
from flowlab.training.optim import learning_rate, make_optimiser
from flowlab.training.pretrain import sliding_pairs

from .small import small

HUGE = 2.0**40  # a scale at which the gradients of a first step overflow


@pytest.fixture(autouse=True)
def a_device_without_bfloat16(monkeypatch):
    monkeypatch.setattr(step, "half_precision", lambda device: torch.float16)


@pytest.fixture
def scaled_by(monkeypatch):
    """Let trainings begin with another scale, and double it more often."""

    def scaled(**options):
        monkeypatch.setattr(step, "GradScaler", partial(torch.amp.GradScaler, **options))

    return scaled


def trained(optimiser: str, scale: float, steps: int) -> tuple[nn.Module, torch.optim.Optimizer, float]:
    """A few steps by our loop's update; return the network, its optimiser and the last scale."""
    config, model, batches = of(optimiser)
    ours, scaler = make_optimiser(model, config), torch.amp.GradScaler("cpu", init_scale=scale)
    for n in range(steps):
        _, norm = step.update(model, ours, config, n, batches[n], scaler)
        assert norm.isfinite()
    return model, ours, scaler.get_scale()


def of(optimiser: str) -> tuple[TrainConfig, nn.Module, list[tuple]]:
    config = small("unused", optimiser=optimiser, precision="bf16", lr=1e-3, schedule="flat")
    rng = torch.Generator().manual_seed(0)
    batches = [(*sliding_pairs(2, rng, reach=8, side=64), None) for _ in range(3)]
    torch.manual_seed(0)
    return config, FlowNetS(width=0.125), batches


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_a_step_whose_gradients_overflow_is_done_once_at_the_first_scale_at_which_they_do_not(optimiser):
    model, ours, scale = trained(optimiser, HUGE, steps=1)
    assert 1 <= scale < HUGE
    expected, theirs, kept = trained(optimiser, scale, steps=1)
    assert kept == scale
    for one, other in zip(model.state_dict().values(), expected.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    steps = {int(state["step"]) for state in ours.state.values() if "step" in state}
    assert steps == {1} == {int(state["step"]) for state in theirs.state.values() if "step" in state}


def test_the_update_is_pytorchs_own_recipe_for_float16():
    model, _, scale = trained("adamw", 2.0**10, steps=3)
    config, expected, batches = of("adamw")
    optimiser, scaler = make_optimiser(expected, config), torch.amp.GradScaler("cpu", init_scale=scale)
    for n, (img1, img2, flow, _) in enumerate(batches):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(config, n)
        optimiser.zero_grad()
        with torch.autocast("cpu", torch.float16):
            pyramid = expected(img1, img2).pyramid
        options = {"weights": config.loss_weights, "reduction": config.reduction, "eps": config.loss_eps}
        scaler.scale(step.multiscale_loss(pyramid, flow, **options)).backward()
        scaler.unscale_(optimiser)
        nn.utils.clip_grad_norm_(expected.parameters(), config.grad_clip)
        scaler.step(optimiser)
        scaler.update()
    for one, other in zip(model.state_dict().values(), expected.state_dict().values(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_a_training_that_was_stopped_ends_with_the_same_bits_and_the_same_scale(tmp_path, optimiser, scaled_by):
    scaled_by(init_scale=HUGE, growth_interval=3)  # so that it overflows again and again
    options = {"steps": 12, "log_every": 1, "precision": "bf16", "optimiser": optimiser, "schedule": "flat"}
    alone = fit(small(tmp_path / "alone", **options))

    def pull_the_plug(report):
        if report.step == 8:
            raise OSError("someone pulled the plug")

    with pytest.raises(TrainingError, match="step 5 is in"):
        fit(small(tmp_path / "killed", **options), watch=pull_the_plug)
    again = fit(small(tmp_path / "killed", **options))
    assert [row["step"] for row in again.log if row["event"] == "train"] == list(range(1, 13))
    for one, other in zip(again.model.state_dict().values(), alone.model.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    states = [read_safetensors(tmp_path / name / "checkpoint.safetensors")[1] for name in ("alone", "killed")]
    found, expected = (json.loads(header["scaler"]) for header in reversed(states))
    assert found == expected
    assert found["scale"] != HUGE


@pytest.mark.parametrize("first", [torch.float16, torch.bfloat16], ids=str)
def test_a_run_goes_on_where_the_other_half_is_computed(tmp_path, first, monkeypatch):
    options = {"precision": "bf16", "schedule": "flat"}
    both = [first, torch.bfloat16 if first == torch.float16 else torch.float16]
    for steps, half in zip((3, 6), both, strict=True):
        monkeypatch.setattr(step, "half_precision", lambda device, half=half: half)
        assert fit(small(tmp_path, steps=steps, **options)).step == steps


def test_a_loss_that_is_no_number_at_any_scale_ends_the_training(tmp_path, monkeypatch):
    calls = []

    def broken(*arguments, **options):
        calls.append(1)
        return measured(*arguments, **options) * float("nan")

    measured = step.multiscale_loss
    monkeypatch.setattr(step, "multiscale_loss", broken)
    with pytest.raises(TrainingError, match="became NaN or infinite, between steps 0 and 1"):
        fit(small(tmp_path, precision="bf16", log_every=1))
    assert len(calls) == 17  # at 2^16, 2^15 ... 1
    assert not (tmp_path / "checkpoint.safetensors").exists()


def test_textures_come_first_in_float16_too(monkeypatch):
    seen = []
    monkeypatch.setattr(pretrain, "update", lambda *given: seen.append(given[-1].is_enabled()))
    assert pretrain.learn_to_match(FlowNetS(width=0.0625), 1, precision="bf16")
    assert pretrain.learn_to_match(FlowNetS(width=0.0625), 1, precision="fp32")
    assert seen == [True, False]


def test_a_network_computes_in_float16_there():
    config, model, batches = of("adamw")
    dtypes = set()
    model.conv1[0].register_forward_hook(lambda _, given, out: dtypes.add(out.dtype))
    scaler = step.make_scaler(config, torch.device("cpu"))
    step.update(model, make_optimiser(model, config), config, 0, batches[0], scaler)
    assert dtypes == {torch.float16}
