"""What is saved is loaded again: weights, configuration, where they come from."""

from __future__ import annotations

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

import flowlab
from flowlab.models import FlowNetC, FlowNetS, save_model, weights
from tests.models.conftest import pair

OPTIONS = {"width": 0.125, "batch_norm": True, "upsample_bias": True, "mean": "pair", "resize_mode": "resize"}


@pytest.mark.parametrize("options", [{"width": 0.125}, OPTIONS], ids=["plain", "with every option"])
def test_a_network_comes_back_with_its_options_and_metadata(network, options, tmp_path):
    torch.manual_seed(1)
    model = network(**options).eval()
    save_model(model, tmp_path / "net.safetensors", {"licence": "MIT", "epe": "3.1 px"})
    again = flowlab.load_model(tmp_path / "net.safetensors")
    assert type(again) is network
    assert again.config == model.config
    assert again.metadata == {"licence": "MIT", "epe": "3.1 px"}
    assert not again.training
    images = pair(1, 3, 70, 80)
    assert torch.equal(again(*images).flow, model(*images).flow)
    assert [p.requires_grad for p in again.parameters()] == [p.requires_grad for p in model.parameters()]


def test_a_file_with_the_old_name_of_resize_mode_is_read(tmp_path):
    path = tmp_path / "net.safetensors"
    save_model(FlowNetS(**OPTIONS), path)
    with safe_open(path, "pt") as file:
        header = file.metadata()
    save_file(load_file(path), path, header | {"config": header["config"].replace("resize_mode", "fit")})
    assert flowlab.load_model(path).config.resize_mode == "resize"


def test_half_precision_on_disk_is_float32_in_memory(network, tmp_path):
    model = network(width=0.125)
    save_model(model, tmp_path / "full.safetensors")
    save_model(model, tmp_path / "half.safetensors", dtype=torch.float16)
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("half", "full")]
    assert sizes[0] < 0.52 * sizes[1]
    again = flowlab.load_model(tmp_path / "half.safetensors")
    for key, value in again.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, model.state_dict()[key].half().float())


def test_metadata_stays_with_the_network_through_another_save(tmp_path):
    save_model(FlowNetS(width=0.125), tmp_path / "a.safetensors", {"licence": "MIT"})
    save_model(flowlab.load_model(tmp_path / "a.safetensors"), tmp_path / "b.safetensors")
    with safe_open(tmp_path / "b.safetensors", "pt") as file:
        assert '"licence": "MIT"' in file.metadata()["metadata"]


def test_a_shipped_network_is_found_by_its_name(tmp_path, monkeypatch):
    monkeypatch.setattr(weights, "WEIGHTS", tmp_path)
    save_model(FlowNetC(width=0.125), tmp_path / "flownetc-tiny.safetensors")
    save_model(FlowNetS(width=0.125), tmp_path / "flownets-tiny.safetensors")
    assert isinstance(flowlab.load_model("flownetc-tiny"), FlowNetC)
    with pytest.raises(
        ValueError, match="no network 'flownets-huge' is shipped; there are: flownetc-tiny, flownets-tiny"
    ):
        flowlab.load_model("flownets-huge")


def test_a_missing_file_is_named(tmp_path):
    save_model(FlowNetS(width=0.125), tmp_path / "model.safetensors")
    with pytest.raises(FileNotFoundError, match=r"did you mean model\.safetensors\?"):
        flowlab.load_model(tmp_path / "modle.safetensors")


def test_metadata_that_is_no_text_is_refused_before_anything_is_written(tmp_path, as_users_run_it):
    with pytest.raises(TypeError, match=r"metadata must be strings by name, got 'epe': 3\.1"):
        save_model(FlowNetS(width=0.125), tmp_path / "a.safetensors", {"epe": 3.1})
    with pytest.raises(TypeError, match="takes a FlowNetS or a FlowNetC, got Linear"):
        save_model(torch.nn.Linear(1, 1), tmp_path / "a.safetensors")
    assert list(tmp_path.iterdir()) == []
