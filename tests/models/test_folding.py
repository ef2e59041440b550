"""Batch normalisation, folded into the convolutions; the oracle is PyTorch's own normalisation."""

from __future__ import annotations

import pytest
import torch
from typer.testing import CliRunner

import flowlab
from flowlab.cli import app
from flowlab.models import FlowNetC, FlowNetS, fold_batch_norm, save_model
from tests.models.conftest import pair


def normalised(network):
    """A network whose normalisation does something to every channel."""
    torch.manual_seed(0)
    model = network(width=0.0625, batch_norm=True, deconv_bias=True, mean=0.5)
    for layer in model.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            for tensor in (layer.weight, layer.running_var):
                torch.nn.init.uniform_(tensor, 0.5, 2)
            for tensor in (layer.bias, layer.running_mean):
                torch.nn.init.uniform_(tensor, -0.5, 0.5)
    model.metadata = {"licence": "ours"}
    return model.eval()


@pytest.mark.parametrize("network", [FlowNetS, FlowNetC])
def test_the_folded_network_computes_the_same(network):
    model = normalised(network).double()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    folded = fold_batch_norm(model)
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in folded.modules())
    frames = [t.double() for t in pair(2, 3, 128, 192)]
    with torch.no_grad():
        for ours, theirs in zip(folded.double()(*frames).pyramid, model(*frames).pyramid, strict=True):
            assert theirs.abs().max() > 1e-2
            torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)  # through float32 weights
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    assert (folded.config.mean, folded.config.deconv_bias, folded.metadata) == (model.config.mean, True, model.metadata)
    assert not folded.training


def test_the_folded_network_can_be_trained():
    folded = fold_batch_norm(normalised(FlowNetC)).train()
    folded(*pair(1, 3, 64, 64)).flow.square().mean().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in folded.parameters())


def test_a_network_without_normalisation_is_refused():
    with pytest.raises(ValueError, match="this FlowNetS has no batch normalisation to fold"):
        fold_batch_norm(FlowNetS(width=0.0625))


def test_convert_folds(tmp_path):
    model = normalised(FlowNetC)
    save_model(model, tmp_path / "bn.safetensors", model.metadata)
    command = ["convert", str(tmp_path / "bn.safetensors"), str(tmp_path / "plain.safetensors"), "--fold"]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    plain = flowlab.load_model(tmp_path / "plain.safetensors")
    assert not plain.config.batch_norm
    frames = pair(1, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(plain(*frames).flow, model(*frames).flow, rtol=1e-4, atol=1e-4)
    again = CliRunner().invoke(app, [*command[:2], str(tmp_path / "twice.safetensors"), "--fold"])
    assert again.exit_code == 0
    refused = CliRunner().invoke(app, ["convert", command[2], str(tmp_path / "twice.safetensors"), "--fold"])
    assert refused.exit_code == 1
    assert "no batch normalisation" in refused.output
