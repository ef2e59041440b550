"""Muon against singular values, against PyTorch's own, and as what a training is made with."""

import numpy as np
import pytest
import torch

from flowlab import FlowNetC, FlowNetS
from flowlab.training import TrainConfig
from flowlab.training.muon import QUINTIC, TIMES, Muon, orthogonalised
from flowlab.training.optimiser import make_optimiser


def five_rounds(s: np.ndarray) -> np.ndarray:
    a, b, c = QUINTIC
    for _ in range(TIMES):
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
    found = orthogonalised(torch.from_numpy(matrix).float())
    # Squares of singular values are held in 24 bits, so the least of them are known to some 1e-4 of the largest.
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-3)


def test_a_matrix_of_zeros_stays_one():
    assert torch.equal(orthogonalised(torch.zeros(3, 5)), torch.zeros(3, 5))


def test_steps_are_those_of_pytorchs_muon():
    """Which works on matrices only, in bfloat16: three steps from the same gradients, to its precision."""
    rng = torch.Generator().manual_seed(0)
    weight = torch.randn(16, 4, 3, 3, generator=rng)
    mine, theirs = (torch.nn.Parameter(w.clone()) for w in (weight, weight.flatten(1)))
    one = Muon([{"params": [mine], "matrices": True, "weight_decay": 0.1}], lr=0.05, betas=(0.9, 0.98))
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
    assert {g["weight_decay"] for g in groups} == {0.5, 0.0}
    assert {id(p) for g in optimiser.adamw.param_groups for p in g["params"]} == set(everything) - layers


def test_what_is_no_matrix_moves_as_under_adamw():
    torch.manual_seed(0)
    start = torch.randn(5)
    bias, same = (torch.nn.Parameter(start.clone()) for _ in range(2))
    weight = torch.nn.Parameter(torch.randn(4, 3))
    muon = Muon(
        [
            {"params": [weight], "matrices": True, "weight_decay": 0.0},
            {"params": [bias], "matrices": False, "weight_decay": 0.3},
        ],
        lr=1.0,
    )
    adamw = torch.optim.AdamW([same], weight_decay=0.3, betas=(0.9, 0.98), fused=True)
    for rate in (0.1, 0.2, 0.05):
        for group in (*muon.param_groups, *adamw.param_groups):  # as a schedule does
            group["lr"] = rate
        bias.grad = torch.randn(5)
        same.grad, weight.grad = bias.grad.clone(), torch.randn(4, 3)
        muon.step()
        adamw.step()
    assert torch.equal(bias, same)
    assert not torch.equal(bias, start)
    assert set(muon.state) == {weight, bias}
