"""Checkpoints of three public code bases are recognised, prepared for as they want, and converted."""

from __future__ import annotations

import argparse

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from typer.testing import CliRunner

import flowlab
from flowlab.cli import app
from flowlab.models import FlowNetC, FlowNetS
from tests.models import paper
from tests.models.conftest import pair

NETWORKS = pytest.mark.parametrize("correlated", [False, True], ids=["S", "C"])
SHRINK = 8


def pytorchs(correlated, **options):
    """FlowNetPytorch: no biases of predictions, deconvolutions and upsamplings."""
    state = paper.weights(correlated, predict=False, shrink=SHRINK, **options)
    arch = f"flownet{'c' if correlated else 's'}{'_bn' if options.get('batch_norm') else ''}"
    return {"epoch": 300, "arch": arch, "state_dict": state, "best_EPE": 1.9, "div_flow": 20.0}


def nvidias(correlated, **options):
    """flownet2-pytorch: biases, and those of FlowNetC's upsamplings; NumPy's number beside them."""
    state = paper.weights(correlated, deconv=True, upsample=correlated, shrink=SHRINK, **options)
    arch = f"FlowNet2{'C' if correlated else 'S'}"
    return {"arch": arch, "epoch": 0, "state_dict": state, "best_EPE": np.float64(1e8)}


def lightnings(correlated):
    state = paper.weights(correlated, deconv=True, upsample=correlated, shrink=SHRINK)
    hyper = argparse.Namespace(div_flow=20.0, lr=1e-4)
    return {"state_dict": state, "pytorch-lightning_version": "1.9.0", "hyper_parameters": hyper, "epoch": 3}


def flow_by_hand(state, img1, img2, scale=20):
    finest = paper.forward(state, img1, img2)["predict_flow2"]
    return scale * torch.nn.functional.interpolate(finest, scale_factor=4.0, mode="bilinear", align_corners=False)


def saved(path, content):
    torch.save(content, path)
    return path


@NETWORKS
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
def test_flownetpytorchs_files(correlated, batch_norm, tmp_path):
    content = pytorchs(correlated, batch_norm=batch_norm)
    model = flowlab.load_model(saved(tmp_path / "model_best.pth.tar", content))
    assert type(model) is (FlowNetC if correlated else FlowNetS)
    assert (model.config.batch_norm, model.config.predict_bias, model.config.resize_mode) == (batch_norm, False, "pad")
    images = pair(1, 3, 64, 64)
    mean = torch.tensor([0.411, 0.432, 0.45]).view(3, 1, 1)
    expected = flow_by_hand(content["state_dict"], *(image - mean for image in images))
    torch.testing.assert_close(model(*images).flow, expected, rtol=1e-4, atol=1e-4)
    assert model.metadata["family"] == "FlowNetPytorch"
    assert model.metadata["epoch"] == "300"


@NETWORKS
def test_flownet2_pytorchs_files(correlated, tmp_path):
    content = nvidias(correlated)
    model = flowlab.load_model(saved(tmp_path / "FlowNet2-X_checkpoint.pth.tar", content))
    assert (model.config.deconv_bias, model.config.upsample_bias, model.config.mean) == (True, correlated, "pair")
    images = pair(1, 3, 64, 64)
    mean = torch.stack(images).mean((0, 3, 4))[..., None, None]
    expected = flow_by_hand(content["state_dict"], *(image - mean for image in images))
    torch.testing.assert_close(model(*images).flow, expected, rtol=1e-4, atol=1e-4)
    assert model.metadata["family"] == "flownet2-pytorch"


@NETWORKS
def test_ptlflows_files(correlated, tmp_path):
    content = lightnings(correlated)
    model = flowlab.load_model(saved(tmp_path / "flownet.ckpt", content))
    assert (model.config.mean, model.config.resize_mode, model.metadata["family"]) == ("image", "resize", "ptlflow")
    images = pair(1, 3, 64, 64)
    expected = flow_by_hand(content["state_dict"], *(image - image.mean((2, 3), keepdim=True) for image in images))
    torch.testing.assert_close(model(*images).flow, expected, rtol=1e-4, atol=1e-4)


@NETWORKS
@pytest.mark.parametrize("make", [pytorchs, nvidias, lightnings])
def test_every_family_is_converted_and_comes_back(make, correlated, tmp_path):
    source = saved(tmp_path / "theirs.pth", make(correlated))
    target = tmp_path / "ours.safetensors"
    done = CliRunner().invoke(app, ["convert", str(source), str(target), "--licence", "research only"])
    assert done.exit_code == 0, done.output
    assert f"{'FlowNetC' if correlated else 'FlowNetS'}, " in done.output
    theirs, ours = flowlab.load_model(source), flowlab.load_model(target)
    assert ours.config == theirs.config
    assert ours.metadata == theirs.metadata | {"licence": "research only"}
    images = pair(2, 3, 50, 70)
    assert torch.equal(ours(*images).flow, theirs(*images).flow)


@NETWORKS
def test_bgr_weights_take_rgb(correlated, tmp_path):
    """A network from Caffe sees the same numbers as before, when it is given R, G, B."""
    content = pytorchs(correlated)
    state = content["state_dict"]
    for name, bgr in (("flownets_from_caffe.pth", None), ("mine.pth", True)):
        model = flowlab.load_model(saved(tmp_path / name, content), bgr=bgr)
        images = pair(1, 3, 64, 64)
        caffes = torch.tensor([0.411, 0.432, 0.45]).view(3, 1, 1)  # of B, G, R
        expected = flow_by_hand(state, *(image.flip(1) - caffes for image in images))
        torch.testing.assert_close(model(*images).flow, expected, rtol=1e-4, atol=1e-4)
    assert not torch.allclose(flowlab.load_model(tmp_path / "mine.pth")(*images).flow, expected)


def test_the_scale_of_the_flow_comes_with_the_file(tmp_path):
    content = pytorchs(False) | {"div_flow": 5.0}
    model = flowlab.load_model(saved(tmp_path / "a.pth", content))
    images = pair(1, 3, 64, 64)
    mean = torch.tensor([0.411, 0.432, 0.45]).view(3, 1, 1)
    expected = flow_by_hand(content["state_dict"], *(image - mean for image in images), scale=5)
    torch.testing.assert_close(model(*images).flow, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("prefix", ["module.", "model.", "net.flow."])
def test_a_prefix_of_all_names_is_dropped(prefix, tmp_path):
    state = pytorchs(True)["state_dict"]
    path = saved(tmp_path / "a.pth", {f"{prefix}{key}": value for key, value in state.items()})
    assert torch.equal(flowlab.load_model(path).conv3[0].weight, state["conv3.0.weight"])


def test_bare_state_dicts_and_foreign_safetensors_are_told_by_their_biases(tmp_path):
    save_file(pytorchs(False)["state_dict"], tmp_path / "a.safetensors")
    assert flowlab.load_model(tmp_path / "a.safetensors").metadata["family"] == "FlowNetPytorch"
    path = saved(tmp_path / "b.pth", nvidias(True)["state_dict"])
    assert flowlab.load_model(path).metadata["family"] == "flownet2-pytorch"
    assert flowlab.load_model(path, family="ptlflow").config.mean == "image"


def test_biases_that_a_file_leaves_out_are_zero_and_zeros_are_left_out(tmp_path):
    state = paper.weights(False, upsample=True, shrink=SHRINK)
    del state["upsampled_flow6_to_5.bias"], state["conv4.0.bias"]
    model = flowlab.load_model(saved(tmp_path / "a.pth", state))
    assert model.config.upsample_bias
    assert not model.upsampled_flow6_to_5.bias.any()
    assert not model.conv4[0].bias.any()
    frozen = paper.weights(False, deconv=True, shrink=SHRINK)
    for key in frozen:
        if key.startswith("deconv") and key.endswith("bias"):
            frozen[key].zero_()  # as Caffe keeps them
    assert flowlab.load_model(saved(tmp_path / "b.pth", frozen)).deconv5[0].bias is None


def test_one_network_is_taken_out_of_a_flownet_2(tmp_path):
    state = {f"flownetc.{k}": v for k, v in paper.weights(True, deconv=True, upsample=True, shrink=SHRINK).items()}
    state |= {f"flownets_1.{k}": v for k, v in paper.weights(False, deconv=True, images=12, shrink=SHRINK).items()}
    path = saved(tmp_path / "FlowNet2_checkpoint.pth.tar", {"state_dict": state})
    with pytest.raises(ValueError, match=r"a network of several \(flownetc, flownets_1\).*part=, of: flownetc, flow"):
        flowlab.load_model(path)
    assert torch.equal(flowlab.load_model(path, part="flownetc").conv1[0].weight, state["flownetc.conv1.0.weight"])
    stacked = flowlab.load_model(path, part="flownets_1")
    assert stacked.config.image_channels == 6
    with pytest.raises(ValueError, match="no part 'flownets_d' that is a FlowNetS or a FlowNetC, but: flownetc"):
        flowlab.load_model(path, part="flownets_d")


def test_old_files_that_are_no_zip_archives_are_read(tmp_path):
    torch.save(pytorchs(False), tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    assert isinstance(flowlab.load_model(tmp_path / "old.pth"), FlowNetS)


def test_half_and_double_precision_come_as_float32(tmp_path):
    state = {k: v.half() if v.is_floating_point() else v for k, v in pytorchs(True)["state_dict"].items()}
    assert flowlab.load_model(saved(tmp_path / "a.pth", state)).conv5[0].weight.dtype == torch.float32


def test_convert_says_in_one_line_what_is_wrong(tmp_path):
    (tmp_path / "page.pth").write_text("<html>404</html>")
    done = CliRunner().invoke(app, ["convert", str(tmp_path / "page.pth"), str(tmp_path / "a.safetensors")])
    assert done.exit_code == 1
    assert done.stderr.startswith("flowlab convert: ")
    assert "web page" in done.stderr
    done = CliRunner().invoke(app, ["convert", str(tmp_path / "page.pth"), str(tmp_path / "a.onnx")])
    assert done.exit_code == 2
    assert "must end in .safetensors" in done.stderr
