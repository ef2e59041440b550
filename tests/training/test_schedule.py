"""The learning rate against closed forms and PyTorch's own schedulers."""

import itertools
import math

import pytest
import torch

from flowlab.training import TrainConfig, learning_rate, recipe


def pytorchs(scheduler, steps, **arguments):
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=arguments.pop("lr", 1.0))
    schedule = scheduler(optimiser, **arguments)
    rates = []
    for _ in range(steps):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        schedule.step()
    return rates


def test_steps_are_multistep_of_pytorch():
    config = TrainConfig(steps=60, milestones=(30, 40, 50), lr=1e-4)
    expected = pytorchs(torch.optim.lr_scheduler.MultiStepLR, 60, lr=1e-4, milestones=[30, 40, 50], gamma=0.5)
    assert [learning_rate(config, step) for step in range(60)] == pytest.approx(expected, rel=1e-12)


def test_s_short_ends_at_an_eighth():
    assert learning_rate(TrainConfig(), 599_999) == pytest.approx(1e-4 / 8)


def test_one_cycle_rises_falls_and_ends_at_nothing():
    config = recipe("laptop", steps=1000, lr=1e-3)
    rates = [learning_rate(config, step) for step in range(1000)]
    assert rates[0] == pytest.approx(1e-3 / 25)
    assert max(rates) == rates[50] == pytest.approx(1e-3)
    assert all(a < b for a, b in itertools.pairwise(rates[:51]))
    assert all(a > b for a, b in itertools.pairwise(rates[50:]))
    assert rates[25] == pytest.approx(1e-3 * (1 / 25 + 1) / 2)  # half way up a line
    assert rates[525] == pytest.approx(1e-3 / 2)  # half way down a cosine
    assert learning_rate(config, 1000) == pytest.approx(0, abs=1e-12)


def test_one_cycle_falls_as_pytorchs_cosine():
    config = recipe("laptop", steps=1000, lr=1e-3)
    expected = pytorchs(torch.optim.lr_scheduler.CosineAnnealingLR, 950, lr=1e-3, T_max=950)
    assert [learning_rate(config, 50 + step) for step in range(950)] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_flat_stays_until_the_last_fifth():
    config = TrainConfig(schedule="flat", steps=1000, lr=1e-3)
    assert {learning_rate(config, step) for step in range(801)} == {1e-3}
    assert learning_rate(config, 900) == pytest.approx(5e-4)
    assert learning_rate(config, 999) == pytest.approx(1e-3 / 200)


@pytest.mark.parametrize("schedule", ["steps", "one-cycle", "flat"])
def test_a_warm_up_is_a_line_that_the_schedule_takes_over(schedule):
    config = TrainConfig(
        schedule=schedule, steps=10_000, milestones=(5000,), warmup_steps=2000, warmup_lr=1e-6, lr=1e-3
    )
    assert learning_rate(config, 0) == pytest.approx(1e-6)
    assert learning_rate(config, 400) == pytest.approx(1e-6 + (1e-3 - 1e-6) / 5)
    without = TrainConfig(schedule=schedule, steps=10_000, milestones=(5000,), lr=1e-3)
    for step in range(2000, 10_000, 500):
        assert learning_rate(config, step) == learning_rate(without, step)


def test_no_rate_is_below_zero_or_no_number():
    for schedule in ("steps", "one-cycle", "flat"):
        config = TrainConfig(schedule=schedule, steps=3, milestones=())
        assert all(math.isfinite(learning_rate(config, n)) and learning_rate(config, n) >= 0 for n in range(4))
