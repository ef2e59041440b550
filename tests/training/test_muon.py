"""Muon against singular values, against PyTorch's own, and as what a training is made with."""

import numpy as np
import pytest
import torch

from flowlab import FlowNetC, FlowNetS
from flowlab.training import TrainConfig
from flowlab.training.optim import NS_STEPS, QUINTIC, Muon, make_optimiser, newton_schulz


def five_rounds(s: np.ndarray) -> np.ndarray:
    a, b, c = QUINTIC
    for _ in range(NS_STEPS):
        s = a * s + b * s**3 + c * s**5
    return s


@pytest.mark.parametrize("shape", [(7, 40), (40, 7), (12, 12), (1, 9), (64, 2304)])
@pytest.mark.parametrize("fade", [0, 4])
def test_it_is_the_polynomial_of_the_singular_values(shape, fade):
    """Also where they fall by four orders of magnitude, as those of a gradient do."""
    rng = np.random.default_rng(3)
    matrix = rng.standard_normal(shape) * np.logspace(0, -fade, shape[1])
    u, s, v = np.linalg.svd(matrix, full_matrices=False)
    expected = u * five_rounds(s / np.linalg.norm(matrix)) @ v
    found = newton_schulz(torch.from_numpy(matrix).float())
    # Squares of singular values are held in 24 bits, so the least of them are known to some 1e-4 of the largest.
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-3)


def test_a_matrix_of_zeros_stays_one():
    assert torch.equal(newton_schulz(torch.zeros(3, 5)), torch.zeros(3, 5))


def test_steps_are_those_of_pytorchs_muon():
    """Which works on matrices only, in bfloat16: three steps from the same gradients, to its precision."""
    rng = torch.Generator().manual_seed(0)
    weight = torch.randn(16, 4, 3, 3, generator=rng)
    mine, theirs = (torch.nn.Parameter(w.clone()) for w in (weight, weight.flatten(1)))
    one = Muon([{"params": [mine], "matrices": True, "outputs": 0, "weight_decay": 0.1}], lr=0.05, betas=(0.9, 0.98))
    two = torch.optim.Muon(
        [theirs], lr=0.05, weight_decay=0.1, momentum=0.9, adjust_lr_fn="match_rms_adamw", nesterov=True
    )
    for _ in range(3):
        gradient = torch.randn(16, 4, 3, 3, generator=rng)
        mine.grad, theirs.grad = gradient.clone(), gradient.flatten(1)
        one.step()
        two.step()
    moved = (mine.detach() - weight).flatten(1)
    assert float(moved.square().mean().sqrt()) > 0.02
    assert float((mine.detach().flatten(1) - theirs.detach()).abs().max()) < 0.02 * float(moved.abs().max())


@pytest.mark.parametrize("outputs", [0, 1])
@pytest.mark.parametrize("memory", [torch.contiguous_format, torch.channels_last])
def test_a_wide_layer_is_turned_in_blocks_of_outputs(outputs, memory):
    """Whichever dimension they are and however it lies in memory, against the definition spelt out."""
    rng = torch.Generator().manual_seed(1)
    shape = (150, 6, 4, 4) if outputs == 0 else (6, 150, 4, 4)
    gradient = torch.randn(shape, generator=rng)
    weight = torch.nn.Parameter(torch.zeros(shape).to(memory_format=memory))
    weight.grad = gradient.to(memory_format=memory)
    Muon([{"params": [weight], "matrices": True, "outputs": outputs, "weight_decay": 0.0}], lr=1.0).step()
    moved = -weight.detach().transpose(0, outputs).reshape(150, 96)
    rows = gradient.transpose(0, outputs).reshape(150, 96)
    for part, block in ((slice(0, 64), moved[:64]), (slice(64, 128), moved[64:128]), (slice(128, 150), moved[128:])):
        expected = newton_schulz(rows[part]) * 0.2 * max(len(block), 96) ** 0.5
        torch.testing.assert_close(block, expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("network", [FlowNetS, FlowNetC])
def test_layers_are_its_matrices_and_the_rest_is_adamws(network):
    model = network(width=0.125, batch_norm=network is FlowNetC)
    optimiser = make_optimiser(model, TrainConfig(optimiser="muon", weight_decay=0.5))
    groups = optimiser.param_groups
    flows = {"predict_flow", "upsampled_flow"}
    layers = {
        id(m.weight)
        for name, m in model.named_modules()
        if isinstance(m, torch.nn.Conv2d | torch.nn.ConvTranspose2d) and not any(name.startswith(f) for f in flows)
    }
    assert {id(p) for g in groups if g["matrices"] for p in g["params"]} == layers
    everything = [id(p) for g in groups for p in g["params"]]
    assert sorted(everything) == sorted(id(p) for p in model.parameters())
    assert all(g["weight_decay"] == (0.5 if g["matrices"] else 0.0) for g in groups)
    transposed = {id(m.weight) for m in model.modules() if isinstance(m, torch.nn.ConvTranspose2d)}
    for group in groups:
        if group["matrices"]:
            assert all((id(p) in transposed) is (group["outputs"] == 1) for p in group["params"])
    assert {id(p) for g in optimiser.adamw.param_groups for p in g["params"]} == set(everything) - layers


def test_what_is_no_matrix_moves_as_under_adamw():
    torch.manual_seed(0)
    start = torch.randn(5)
    bias, same = (torch.nn.Parameter(start.clone()) for _ in range(2))
    weight = torch.nn.Parameter(torch.randn(4, 3, 1, 1))
    muon = Muon(
        [
            {"params": [weight], "matrices": True, "outputs": 0, "weight_decay": 0.0},
            {"params": [bias], "matrices": False, "weight_decay": 0.3},
        ],
        lr=1.0,
    )
    adamw = torch.optim.AdamW([same], weight_decay=0.3, betas=(0.9, 0.98), fused=True)
    for rate in (0.1, 0.2, 0.05):
        for group in (*muon.param_groups, *adamw.param_groups):  # as a schedule does
            group["lr"] = rate
        bias.grad = torch.randn(5)
        same.grad, weight.grad = bias.grad.clone(), torch.randn(4, 3, 1, 1)
        muon.step()
        adamw.step()
    assert torch.equal(bias, same)
    assert not torch.equal(bias, start)
    assert set(muon.state) == {weight, bias}
