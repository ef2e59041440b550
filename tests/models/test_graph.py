"""A network made ready for one size gives the flow of the network, to within its bits; the graph needs a GPU."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

import flowlab
from flowlab.models import FlowNetC, FlowNetS, GraphRunner
from flowlab.models.layers import half_precision


def images(batch: int = 2, size: tuple[int, int] = (64, 96), device: str = "cpu") -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return tuple(torch.rand(2, batch, 3, *size, generator=generator).to(device).unbind())


@pytest.fixture(params=[FlowNetS, FlowNetC], ids=["FlowNetS", "FlowNetC"])
def model(request):
    torch.manual_seed(0)
    return request.param(width=0.125).eval()


@pytest.mark.parametrize(("dtype", "share"), [(torch.float32, 1e-5), (torch.bfloat16, 0.05)], ids=str)
def test_it_is_the_network(model, dtype, share):
    expected = flowlab.predict(model, *images())
    flow = GraphRunner(model, 2, (64, 96), dtype=dtype)(*images())
    assert flow.dtype == torch.float32
    assert (flow - expected).norm() <= share * expected.norm()


def test_the_network_itself_stays_as_it_is(model):
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()
    GraphRunner(model, 2, (64, 96))(*images())
    assert model.training
    assert all(
        value.dtype == torch.float32 and torch.equal(value, before[name]) for name, value in model.state_dict().items()
    )
    assert all(p.requires_grad for p in model.parameters())


def test_the_copy_is_in_half_the_bits_and_channels_last(model):
    run = GraphRunner(model, 2, (64, 96))
    assert {p.dtype for p in run.model.parameters()} == {torch.bfloat16}
    assert run.model.conv1[0].weight.is_contiguous(memory_format=torch.channels_last)
    assert all(image.is_contiguous(memory_format=torch.channels_last) for image in run._images)


def test_images_with_gradients_leave_no_graph_behind(model):
    run = GraphRunner(model, 2, (64, 96), dtype=torch.float32)
    first, second = (image.requires_grad_() for image in images())
    flows = [run(first * n, second).clone() for n in (0.5, 1.0)]
    assert not any(tensor.requires_grad for tensor in (*run._images, *flows))
    assert torch.equal(flows[1], GraphRunner(model, 2, (64, 96), dtype=torch.float32)(*images()))


@pytest.mark.parametrize(("capability", "expected"), [((7, 5), torch.float16), ((8, 0), torch.bfloat16)], ids=str)
def test_a_card_without_bfloat16_gets_float16(capability, expected, monkeypatch):
    asked = []
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: asked.append(str(device)) or capability)
    assert half_precision(torch.device("cuda", 1)) == expected
    assert asked == ["cuda:1"]
    assert half_precision(torch.device("cpu")) == torch.bfloat16


def test_a_replay_has_the_networks_device_for_the_current_one(model, monkeypatch):
    """The copies and the replay are on one stream only if one device is current for both."""
    current = ["cuda:0"]

    @contextmanager
    def device(chosen):
        current.append(str(chosen))
        yield
        current.pop()

    run, seen = GraphRunner(model, 2, (64, 96)), []
    monkeypatch.setattr(torch.cuda, "device", device)
    run._images = tuple(
        SimpleNamespace(shape=i.shape, copy_=lambda *_, **__: seen.append(current[-1])) for i in images()
    )
    run._device, run._flow = torch.device("cuda", 1), torch.zeros(2, 2, 64, 96)
    run._graph = SimpleNamespace(replay=lambda: seen.append(current[-1]))
    assert run(*images()) is run._flow
    assert seen == ["cuda:1"] * 3


def test_the_mean_is_not_copied_from_the_host(model):
    """Such a copy inside of a capture is an error on a GPU."""
    names = []

    class Watch(TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):
            names.append(func.__name__)
            return func(*args, **(kwargs or {}))

    pair = images()
    with Watch():
        a, b = model.prepare(*pair)
    assert {name.split(".")[0] for name in names} <= {"new_full", "full", "cat", "sub", "pad", "replication_pad2d"}
    mean = torch.tensor(model.config.mean).view(3, 1, 1)
    assert all(torch.equal(ours[..., :64, :96], image - mean) for ours, image in zip((a, b), pair, strict=True))


def test_a_network_made_on_the_meta_device_has_its_shapes_and_takes_weights(model):
    with torch.device("meta"):
        blueprint = type(model)(width=model.config.width)
    shapes = [tuple(flow.shape) for flow in blueprint(*images(device="meta")).pyramid]
    assert shapes == [tuple(flow.shape) for flow in model(*images()).pyramid]
    filled = blueprint.to_empty(device="cpu")
    filled.load_state_dict(model.state_dict())
    assert torch.equal(filled.eval()(*images()).flow, model.eval()(*images()).flow)


def test_what_cannot_be_is_refused(model):
    with pytest.raises(ValueError, match="a CUDA graph needs a GPU, but the network is on cpu; give graph=False"):
        GraphRunner(model, 2, (64, 96), graph=True)
    with pytest.raises(ValueError, match=r"is for images of shape \(2, 3, 64, 96\), got \(1, 3, 64, 96\)"):
        GraphRunner(model, 2, (64, 96))(*images(1))
    with pytest.raises(ValueError, match="batch and size must be at least 1, got 0 and 64 x 96"):
        GraphRunner(model, 0, (64, 96))
    with pytest.raises(ValueError, match=r"dtype must be torch.bfloat16, .* got torch.int8"):
        GraphRunner(model, 1, (64, 96), dtype=torch.int8)


@pytest.mark.gpu
def test_a_graph_gives_what_the_network_gives_for_images_that_come_later(model):
    run = GraphRunner(model.cuda(), 2, (64, 96), dtype=torch.float32)
    for _ in range(2):
        batch = torch.rand(2, 2, 3, 64, 96, device="cuda").unbind()
        expected = flowlab.predict(model, *batch)
        assert (run(*batch) - expected).norm() <= 1e-2 * expected.norm()  # TF32 may differ by kernel
