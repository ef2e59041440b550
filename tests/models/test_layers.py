"""Every layer of both networks computes what the paper's table says, by a forward pass written from it."""

from __future__ import annotations

import pytest
import torch

from flowlab.models import FlowNetC, FlowNetS, FlowOutput
from tests.models import paper
from tests.models.conftest import pair

MEAN = torch.tensor([0.450141, 0.432060, 0.411451]).view(1, 3, 1, 1)


def watched(model, images, mode=torch.inference_mode) -> tuple[dict[str, torch.Tensor], FlowOutput]:
    """Run the model, and keep what each named layer gives; of a layer that sees both images, the first one's."""
    seen: dict[str, torch.Tensor] = {}

    def keep(name):
        return lambda _module, _inputs, output: seen.__setitem__(name, output.detach().clone())

    hooks = [module.register_forward_hook(keep(name)) for name, module in model.named_children() if name != "corr"]
    with mode():
        out = model(*images)
    for hook in hooks:
        hook.remove()
    return seen, out


@pytest.mark.parametrize("mode", [torch.no_grad, torch.inference_mode], ids=["PyTorch's layers", "fused"])
@pytest.mark.parametrize("batch_norm", [False, True], ids=["plain", "batch norm"])
@pytest.mark.parametrize(("network", "correlated"), [(FlowNetS, False), (FlowNetC, True)], ids=["S", "C"])
def test_layer_by_layer_at_full_width(network, correlated, batch_norm, mode):
    state = paper.weights(correlated, deconv=True, upsample=True, batch_norm=batch_norm)
    with torch.device("meta"):
        model = network(batch_norm=batch_norm, deconv_bias=True, upsample_bias=True).eval()
    model.load_state_dict(state, assign=True)
    images = pair(2, 3, 64, 128)
    expected = paper.forward(state, *(image - MEAN for image in images))
    seen, out = watched(model, images, mode)
    seen["corr"] = seen.pop("corr_activation", None)
    assert {name for name, value in seen.items() if value is not None} == set(expected)
    for name, value in expected.items():
        ours = seen[name][: len(value)]
        assert ours.shape == value.shape, name
        assert (ours - value).abs().max() <= 1e-5 * value.abs().max(), name
    for level, (flow, stride) in enumerate(zip(out.pyramid, (4, 8, 16, 32, 64), strict=True)):
        torch.testing.assert_close(flow, expected[f"predict_flow{level + 2}"] * (20 / stride), rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("correlated", [False, True], ids=["S", "C"])
def test_channels_of_a_quarter_width_are_a_quarter(correlated):
    state = paper.weights(correlated, shrink=4)
    model = (FlowNetC if correlated else FlowNetS)(width=0.25)
    assert {k: v.shape for k, v in model.state_dict().items()} == {k: v.shape for k, v in state.items()}


def test_the_first_image_is_the_one_that_the_flow_is_on():
    """FlowNetC's two streams are not swapped: only the first reaches conv_redir and the skips."""
    torch.manual_seed(0)
    model = FlowNetC(width=0.125).eval()
    img1, img2 = pair(1, 3, 64, 64)
    seen_by = {}
    for changed in (0, 1):
        images = [img1.clone(), img2.clone()]
        images[changed] += 0.1 * torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
        before, after = watched(model, (img1, img2))[0], watched(model, images)[0]
        seen_by[changed] = {n for n in before if not torch.equal(before[n][:1], after[n][:1])}
    assert {"conv1", "conv2", "conv_redir"} <= seen_by[0]
    assert not {"conv1", "conv2", "conv_redir"} & seen_by[1]
    assert "conv3_1" in seen_by[1]


def test_weights_are_drawn_as_he_et_al_say(network):
    """The spread of activations stays as it is from layer to layer: each weight's variance is 2 / (1.01 n)."""
    torch.manual_seed(0)
    model = network(width=0.5)
    for name in ("conv2", "conv4_1", "conv6"):
        weight = model.get_submodule(name)[0].weight
        n = weight[0].numel()
        assert weight.var().item() == pytest.approx(2 / (1.01 * n), rel=0.05)
        assert not model.get_submodule(name)[0].bias.any()
