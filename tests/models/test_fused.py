"""Inference on a CPU takes a shorter way to the same flow, and never to a stale one."""

from __future__ import annotations

import copy
import pickle

import pytest
import torch

from flowlab.models import layers
from tests.models.conftest import pair


@pytest.fixture
def images():
    return pair(2, 3, 70, 90)


def counted(monkeypatch) -> list:
    if not layers.works(torch.float32):
        pytest.skip("PyTorch on this machine lacks oneDNN's fused operators")
    calls, convolved = [], layers.convolved
    monkeypatch.setattr(layers, "convolved", lambda layer, *rest: calls.append(layer) or convolved(layer, *rest))
    return calls


def inferred(model, images, **autocast) -> torch.Tensor:
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=bool(autocast)):
        return model(*images).flow


@pytest.mark.parametrize("options", [{}, {"batch_norm": True}, {"deconv_bias": True, "upsample_bias": True}])
def test_the_flow_is_the_same(network, options, images, monkeypatch):
    torch.manual_seed(0)
    model = network(width=0.125, **options).eval()
    expected = model(*images).flow.detach()
    calls = counted(monkeypatch)
    torch.testing.assert_close(inferred(model, images), expected, rtol=1e-5, atol=1e-4)
    # Of those with an activation: the four upconvolutions, and all others without batch normalisation between.
    convolutions = 4 if options.get("batch_norm") else 15 if model.name == "flownetc" else 14
    assert len(set(calls)) == len(calls) == convolutions


def test_new_weights_are_used_at_once(small, images):
    before = inferred(small, images)
    with torch.no_grad():
        small.predict_flow2.weight.mul_(2)
        small.conv4[0].weight.add_(0.01)
    after = inferred(small, images)
    assert not torch.allclose(before, after)
    torch.testing.assert_close(after, small(*images).flow.detach(), rtol=1e-5, atol=1e-4)
    small.load_state_dict({key: value / 2 for key, value in small.state_dict().items()}, assign=True)
    torch.testing.assert_close(inferred(small, images), small(*images).flow.detach(), rtol=1e-5, atol=1e-4)


def test_copies_and_pickles_are_as_ever(small, images):
    flow = inferred(small, images)
    for again in (copy.deepcopy(small), pickle.loads(pickle.dumps(small))):
        torch.testing.assert_close(inferred(again, images), flow)


def test_hooks_see_every_layer(small, images):
    seen = []
    small.conv1[1].register_forward_hook(lambda *_: seen.append("conv1.1"))
    small.predict_flow2.register_forward_pre_hook(lambda *_: seen.append("predict_flow2"))
    small.deconv3.register_forward_hook(lambda *_: seen.append("deconv3"))
    inferred(small, images)
    assert seen == ["conv1.1", "deconv3", "predict_flow2"]


def test_under_autocast_it_computes_in_bfloat16(small, images):
    expected, flow = inferred(small, images), inferred(small, images, bfloat16=True)
    assert flow.dtype == torch.float32
    assert 0 < (flow - expected).norm() < 0.05 * expected.norm()


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_without_the_operators_the_plain_layers_do_the_work(small, images, dtype, monkeypatch):
    calls = counted(monkeypatch)
    monkeypatch.setattr(layers, "works", lambda dtype: False)
    model, images = small.to(dtype), [image.to(dtype) for image in images]
    torch.testing.assert_close(inferred(model, images), model(*images).flow.detach())
    assert calls == []


def test_operators_that_compute_something_else_are_not_used(monkeypatch):
    counted(monkeypatch)
    convolved = layers.convolved
    monkeypatch.setattr(layers, "convolved", lambda *arguments: convolved(*arguments) + 1)
    assert not layers.works.__wrapped__(torch.float32)


def test_gradients_take_the_plain_way(small, images, monkeypatch):
    calls = counted(monkeypatch)
    small(*images).flow.sum().backward()
    with torch.no_grad():
        small(*images)
    assert calls == []
