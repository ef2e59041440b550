"""What is decayed, and that the optimiser's state survives a file bit by bit."""

import pytest
import torch

from flowlab import FlowNetC, FlowNetS
from flowlab.training import TrainConfig
from flowlab.training.optim import load_by_name, make_optimiser, state_by_name


@pytest.mark.parametrize("network", [FlowNetS, FlowNetC])
def test_biases_and_upconvolutions_are_not_decayed(network):
    model = network(width=0.125)
    decayed, free = make_optimiser(model, TrainConfig(weight_decay=0.5)).param_groups
    names = {id(p): name for name, p in model.named_parameters()}
    assert decayed["weight_decay"] == 0.5
    assert free["weight_decay"] == 0
    kept = {names[id(p)] for p in free["params"]}
    transposed = {name for name, m in model.named_modules() if isinstance(m, torch.nn.ConvTranspose2d)}
    assert kept == {n for n in names.values() if n.endswith(".bias") or n.rsplit(".", 1)[0] in transposed}
    assert len(decayed["params"]) + len(free["params"]) == len(names)
    assert {names[id(p)] for p in decayed["params"]} >= {"conv1.0.weight", "conv6_1.0.weight", "predict_flow2.weight"}


@pytest.mark.parametrize("kind", ["adam", "adamw"])
def test_one_step_is_adams_by_hand(kind):
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 1, 1, bias=False)).double()
    weight = model[0].weight
    before, gradient, lr, decay = float(weight.detach()), 0.3, 0.01, 0.1
    optimiser = make_optimiser(model, TrainConfig(optimiser=kind, lr=lr, weight_decay=decay))
    weight.grad = torch.full_like(weight, gradient)
    optimiser.step()
    if kind == "adam":  # decay is part of the gradient, and so of what Adam normalises: a first step is lr long
        g = gradient + decay * before
        expected = before - lr * g / (abs(g) + 1e-8)
    else:
        expected = before * (1 - lr * decay) - lr * gradient / (abs(gradient) + 1e-8)
    assert float(weight.detach()) == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("kind", ["adam", "adamw", "muon"])
def test_a_state_put_back_makes_the_same_next_step(kind):
    config = TrainConfig(optimiser=kind)

    def net():
        torch.manual_seed(0)
        return FlowNetS(width=0.125).to(memory_format=torch.channels_last)

    def step(model, optimiser, seed):
        g = torch.Generator().manual_seed(seed)
        for p in model.parameters():
            p.grad = (
                torch.randn(p.shape, generator=g).to(memory_format=torch.channels_last)
                if p.ndim == 4
                else (torch.randn(p.shape, generator=g))
            )
        optimiser.step()

    one, two = net(), net()
    a, b = make_optimiser(one, config), make_optimiser(two, config)
    for seed in range(3):
        step(one, a, seed)
    two.load_state_dict(one.state_dict())
    load_by_name(two, b, {name: value.clone().contiguous() for name, value in state_by_name(one, a).items()})
    for model, optimiser in ((one, a), (two, b)):
        step(model, optimiser, 9)
    assert all(torch.equal(p, q) for p, q in zip(one.parameters(), two.parameters(), strict=True))


def test_a_state_without_a_parameter_is_refused():
    model = FlowNetS(width=0.125)
    optimiser = make_optimiser(model, TrainConfig())
    for p in model.parameters():
        p.grad = torch.ones_like(p)
    optimiser.step()
    state = {name: value for name, value in state_by_name(model, optimiser).items() if not name.startswith("conv4.0.w")}
    with pytest.raises(ValueError, match=r"no optimiser state for conv4\.0\.weight; remove it"):
        load_by_name(model, optimiser, state)
