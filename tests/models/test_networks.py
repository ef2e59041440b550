"""Counts, sizes and units of FlowNetS and FlowNetC; what they compute is in test_layers.py."""

from __future__ import annotations

import copy

import pytest
import torch

import flowlab
from flowlab.models import FlowNetC, FlowNetS, FlowOutput, NetworkConfig
from tests.costvolume.oracle import plain
from tests.models.conftest import pair


def trainable(network: type, **options) -> int:
    with torch.device("meta"):
        return sum(p.numel() for p in network(**options).parameters() if p.requires_grad)


@pytest.mark.parametrize(
    ("network", "options", "count"),
    [
        pytest.param(FlowNetS, {}, 38_675_546, id="the paper's S"),
        pytest.param(FlowNetC, {}, 39_174_330, id="the paper's C"),
        pytest.param(FlowNetS, {"predict_bias": False}, 38_675_536, id="FlowNetPytorch S"),
        pytest.param(FlowNetC, {"predict_bias": False}, 39_174_320, id="FlowNetPytorch C"),
        pytest.param(FlowNetS, {"predict_bias": False, "batch_norm": True}, 38_680_336, id="FlowNetPytorch S BN"),
        pytest.param(FlowNetC, {"predict_bias": False, "batch_norm": True}, 39_179_152, id="FlowNetPytorch C BN"),
        pytest.param(FlowNetS, {"deconv_bias": True}, 38_676_506, id="flownet2-pytorch S"),
        pytest.param(
            FlowNetS, {"deconv_bias": True, "image_channels": 6, "mean": 0}, 38_695_322, id="flownet2-pytorch S of 12"
        ),
        pytest.param(FlowNetC, {"deconv_bias": True, "upsample_bias": True}, 39_175_298, id="flownet2-pytorch C"),
    ],
)
def test_parameters_are_as_many_as_the_published_networks_have(network, options, count):
    assert trainable(network, **options) == count


def test_width_scales_channels_and_not_the_correlation():
    model = FlowNetC(width=0.25)
    assert [model.conv1[0].out_channels, model.conv6_1[0].out_channels, model.deconv2[0].out_channels] == [16, 256, 16]
    assert model.conv_redir[0].out_channels == 8
    assert model.conv3_1[0].in_channels == 8 + 441
    assert 39_174_330 / 16 < trainable(FlowNetC, width=0.25) < 39_174_330 / 14


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (63, 65), (64, 128), (100, 200)])
def test_any_size_comes_back_as_itself(small, size):
    H, W = size
    for model in (small.eval(), small.train()):
        out = model(*pair(2, 3, H, W))
        assert isinstance(out, FlowOutput)
        assert out.flow.shape == (2, 2, H, W)
        up = [-(-side // 64) for side in size]
        assert [level.shape for level in out.pyramid] == [(2, 2, up[0] * s, up[1] * s) for s in (16, 8, 4, 2, 1)]


def test_the_flow_is_the_finest_prediction_in_pixels_of_the_image(small):
    out = small(*pair(1, 3, 128, 64))
    finest = out.pyramid[0]
    assert finest.abs().max() > 0.1
    expected = 4 * torch.nn.functional.interpolate(finest, size=(128, 64), mode="bilinear", align_corners=False)
    torch.testing.assert_close(out.flow, expected)
    torch.testing.assert_close(out.flow, flowlab.resize_flow(finest, (128, 64)))


def test_each_level_is_in_pixels_of_its_own_grid(small):
    """All five predictions of one constant flow, which only biases make, are that flow resized."""
    for key, value in small.state_dict().items():
        value.zero_()
        if key.startswith("predict_flow") and key.endswith("bias"):
            value.copy_(torch.tensor([1.0, -0.5]))
    out = small(*pair(1, 3, 64, 64))
    assert out.flow[0, :, 5, 5].tolist() == [20.0, -10.0]  # the network calls 20 pixels 1
    assert [level[0, 0, 0, 0].item() * s for level, s in zip(out.pyramid, (4, 8, 16, 32, 64), strict=True)] == [20] * 5


@pytest.mark.parametrize("resize_mode", ["pad", "resize"])
def test_sides_that_64_divides_are_neither_padded_nor_resized(network, resize_mode):
    torch.manual_seed(0)
    model = network(width=0.125, resize_mode=resize_mode).eval()
    img1, img2 = pair(1, 3, 64, 128)
    other = network(width=0.125).eval()
    other.load_state_dict(model.state_dict())
    torch.testing.assert_close(model(img1, img2).flow, other(img1, img2).flow)


def test_padding_repeats_the_last_row_and_column(small):
    img1, img2 = pair(1, 3, 50, 61)
    by_hand = [torch.nn.functional.pad(image, (0, 3, 0, 14), mode="replicate") for image in (img1, img2)]
    torch.testing.assert_close(small(img1, img2).flow, small(*by_hand).flow[..., :50, :61])


def test_resizing_scales_u_and_v_back(network):
    torch.manual_seed(0)
    model = network(width=0.125, resize_mode="resize").eval()
    img1, img2 = pair(1, 3, 32, 50)
    resize = torch.nn.functional.interpolate
    by_hand = model(*(resize(i, size=(64, 64), mode="bilinear", align_corners=False) for i in (img1, img2)))
    expected = flowlab.resize_flow(by_hand.pyramid[0], (32, 50))
    torch.testing.assert_close(model(img1, img2).flow, expected)


def test_a_pairs_own_mean_makes_brightness_irrelevant(network):
    torch.manual_seed(0)
    model = network(width=0.125, mean="pair").double().eval()
    img1, img2 = (image.double() for image in pair(2, 3, 64, 64))
    brighter = torch.rand(2, 3, 1, 1, dtype=torch.float64)
    torch.testing.assert_close(model(img1 + brighter, img2 + brighter).flow, model(img1, img2).flow)
    assert not torch.allclose(model(img1 + brighter, img2).flow, model(img1, img2).flow)
    each = network(width=0.125, mean="image").double().eval()
    torch.testing.assert_close(each(img1 + brighter, img2).flow, each(img1, img2).flow)


def test_gradients_reach_every_weight_from_the_pyramid(network):
    torch.manual_seed(0)
    model = network(width=0.125)
    sum(level.square().sum() for level in model(*pair(1, 3, 64, 64)).pyramid).backward()
    assert [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()] == []


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")  # forward mode's own
def test_forward_mode_is_the_slope_of_the_flow(network):
    torch.manual_seed(0)
    model = network(width=0.0625).double().eval()
    img1, img2, step = torch.rand(3, 1, 3, 64, 64, dtype=torch.float64)

    def flow(img1):
        return model(img1, img2).flow

    tangent = torch.func.jvp(flow, (img1,), (step,))[1]
    h = 1e-6  # so small that no LeakyReLU turns
    torch.testing.assert_close(tangent, (flow(img1 + h * step) - flow(img1 - h * step)) / (2 * h), rtol=1e-6, atol=1e-6)
    if network is FlowNetC:
        numbers = model.corr.geometry.numbers
        model.corr = torch.nn.Identity()
        model.corr.forward = lambda a, b: plain(a, b, *numbers)
        torch.testing.assert_close(tangent, torch.func.jvp(flow, (img1,), (step,))[1])


def test_each_samples_gradient_and_an_ensemble_by_torch_func(network):
    torch.manual_seed(0)
    models = [network(width=0.0625).double().eval() for _ in range(2)]
    model, weights = models[0], dict(models[0].named_parameters())
    img1, img2 = (image.double() for image in pair(2, 3, 64, 64))

    def loss(weights, a, b):
        return torch.func.functional_call(model, weights, (a[None], b[None])).flow.square().mean()

    ours = torch.vmap(torch.func.grad(loss), (None, 0, 0))(weights, img1, img2)
    for i in range(2):
        alone = torch.autograd.grad(loss(weights, img1[i], img2[i]), list(weights.values()))
        torch.testing.assert_close([grad[i] for grad in ours.values()], list(alone))
    stacked, _ = torch.func.stack_module_state(models)
    flows = torch.vmap(lambda w: torch.func.functional_call(model, w, (img1, img2)).flow)(stacked)
    torch.testing.assert_close(flows, torch.stack([m(img1, img2).flow for m in models]))
    assert torch.equal(copy.deepcopy(model)(img1, img2).flow, model(img1, img2).flow)  # no tensor of torch.func is kept


def test_weights_lie_in_memory_as_pytorchs_own_tools_want_them(small, tmp_path):
    flowlab.models.save_model(small, tmp_path / "a.safetensors")
    for model in (small, flowlab.load_model(tmp_path / "a.safetensors")):
        vector = torch.nn.utils.parameters_to_vector(model.parameters())
        torch.nn.utils.vector_to_parameters(0.9 * vector, model.parameters())
        optimiser = torch.optim.LBFGS(model.parameters(), lr=1e-3, max_iter=2)

        def closure(model=model, optimiser=optimiser):
            optimiser.zero_grad()
            loss = model(*pair(1, 3, 64, 64)).flow.square().mean()
            loss.backward()
            return loss

        before = optimiser.step(closure)
        assert closure() < before


def test_channels_last_and_bfloat16_give_the_same_flow(small):
    img1, img2 = pair(2, 3, 64, 96)
    expected = small(img1, img2).flow
    small.to(memory_format=torch.channels_last)
    images = [image.to(memory_format=torch.channels_last) for image in (img1, img2)]
    torch.testing.assert_close(small(*images).flow, expected, rtol=1e-4, atol=1e-3)
    with torch.autocast("cpu", torch.bfloat16):
        out = small(*images)
    assert {t.dtype for t in (out.flow, *out.pyramid)} == {torch.float32}
    assert (out.flow - expected).norm() < 0.05 * expected.norm()


@pytest.mark.parametrize(
    ("shapes", "error", "said"),
    [
        (((1, 3, 8, 8), (1, 3, 8, 9)), ValueError, r"got \(1, 3, 8, 8\) and \(1, 3, 8, 9\)"),
        (((3, 8, 8), (3, 8, 8)), ValueError, "flowlab.predict takes single images"),
        (((1, 1, 8, 8), (1, 1, 8, 8)), ValueError, r"\(B, 3, H, W\) each"),
        (((1, 3, 0, 8), (1, 3, 0, 8)), ValueError, "height and width must be at least 1"),
    ],
)
def test_what_is_no_pair_of_images_is_refused(small, shapes, error, said, as_users_run_it):
    with pytest.raises(error, match=said):
        small(*(torch.zeros(shape) for shape in shapes))


def test_integers_are_refused(small, as_users_run_it):
    image = torch.zeros(1, 3, 8, 8, dtype=torch.uint8)
    with pytest.raises(TypeError, match=r"floats in \[0, 1\], got torch.uint8 and torch.uint8; divide by 255"):
        small(image, image)


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"width": 0}, "width is a factor for the channels, above 0 and up to 16, got 0"),
        ({"resize_mode": "crop"}, 'resize_mode must be "pad" or "resize", got \'crop\''),
        ({"mean": (0.5, 0.5)}, r"a value for each of 3 channels, got \(0.5, 0.5\)"),
        ({"mean": "median"}, 'mean must be numbers, "pair" or "image", got \'median\''),
        ({"image_channels": 0}, "image_channels must be at least 1, got 0"),
        ({"flow_scale": -1.0}, "flow_scale is in pixels and must be above 0, got -1.0"),
    ],
)
def test_choices_without_meaning_are_refused(choice, said, as_users_run_it):
    with pytest.raises(ValueError, match=said):
        NetworkConfig(**choice)
