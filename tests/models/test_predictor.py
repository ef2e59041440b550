"""One call for any two pictures: the kind, the size and the batch that come in go out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import flowlab
from flowlab.models import predictor
from tests.models.conftest import pair

RNG = np.random.default_rng(0)
FRAMES = RNG.integers(0, 256, (2, 70, 90, 3), np.uint8)


def of_network(model, img1, img2):
    """What the bare network says to uint8 pictures (H, W, 3)."""
    a, b = (torch.from_numpy(image).permute(2, 0, 1)[None].float() / 255 for image in (img1, img2))
    with torch.no_grad():
        return model(a, b).flow[0].permute(1, 2, 0).numpy()


def near(actual, expected, tolerance=1e-3):
    assert actual.shape == expected.shape
    assert actual.dtype == expected.dtype
    assert abs(actual - expected).max() < tolerance


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float32", "float64", "read-only", "mirrored", "big-endian"])
def test_numpy_pictures_of_any_type_give_a_numpy_flow(small, kind):
    expected = of_network(small, *FRAMES)
    frames = {
        "uint8": lambda f: f,
        "uint16": lambda f: f.astype(np.uint16) * 257,
        "float32": lambda f: (f / 255).astype(np.float32),
        "float64": lambda f: f / 255,
        "read-only": lambda f: np.frombuffer(f.tobytes(), np.uint8).reshape(f.shape),
        "mirrored": lambda f: f[:, ::-1].copy()[:, ::-1],
        "big-endian": lambda f: (f / 255).astype(">f4"),
    }[kind]
    near(flowlab.predict(small, *(frames(f) for f in FRAMES)), expected)


def test_tensors_give_a_tensor_without_inference_mode_on_it(small):
    img1, img2 = pair(3, 3, 50, 60)
    flow = flowlab.predict(small, img1, img2)
    near(flow, small(img1, img2).flow.detach())
    near(flowlab.predict(small, img1[0], img2[0]), flow[0])
    flow.requires_grad_().mul(2).sum().backward()  # an inference tensor could not


def test_grey_is_repeated_and_transparency_stands_on_white(small):
    grey = FRAMES[..., 0]
    expected = of_network(small, *np.repeat(grey[..., None], 3, axis=-1))
    near(flowlab.predict(small, *grey), expected)
    near(flowlab.predict(small, *grey[..., None]), expected)
    near(flowlab.predict(small, *torch.from_numpy(grey)).permute(1, 2, 0).numpy(), expected)
    alpha = np.zeros((2, 70, 90, 1), np.uint8)
    alpha[:, :, :40] = 255
    white = np.where(alpha == 255, FRAMES, 255).astype(np.uint8)
    near(flowlab.predict(small, *np.concatenate([FRAMES, alpha], -1)), of_network(small, *white))


def test_a_batch_is_its_pictures_one_by_one_in_as_many_passes_as_fit(small, monkeypatch):
    img1, img2 = RNG.integers(0, 256, (2, 5, 40, 50, 3), np.uint8)
    sizes, forward = [], small.forward
    monkeypatch.setattr(small, "forward", lambda a, b: sizes.append(len(a)) or forward(a, b))
    flow = flowlab.predict(small, img1, img2, memory=2.5 * 40 * 50 * predictor.BYTES_PER_PIXEL)
    assert sizes == [2, 2, 1]
    for i in range(5):
        near(flow[i], flowlab.predict(small, img1[i], img2[i]))


def test_enlarging_asks_the_network_for_the_larger_flow(small):
    """1.25 times the size: the flow comes back on the pictures' grid, in their pixels."""
    img1, img2 = pair(1, 3, 64, 96)
    large = (torch.nn.functional.interpolate(i, size=(80, 120), mode="bilinear") for i in (img1, img2))
    expected = flowlab.resize_flow(small(*large).flow.detach(), (64, 96))
    near(flowlab.predict(small, img1, img2, scale=1.25), expected)


class Shift(torch.nn.Module):
    """Stands for a network: it sees the colours of the first image only, so tiles change nothing."""

    def forward(self, a, b):
        return 10 * a[:, :2]


@pytest.mark.parametrize(("size", "tile", "overlap"), [((300, 500), (128, 128), 32), ((65, 700), (900, 200), 64)])
def test_tiles_cover_every_pixel_and_blend_to_what_they_agree_on(size, tile, overlap):
    img1, img2 = pair(2, 3, *size)
    flow = flowlab.predict(Shift(), img1, img2, tile=tile, overlap=overlap)
    near(flow, 10 * img1[:, :2], 1e-5)


def test_tiles_of_a_network_agree_with_the_whole_picture_in_their_middle(network):
    """Far from the seams a tile sees all that the whole picture would show it."""
    torch.manual_seed(0)
    model = network(width=0.125).eval()
    img1, img2 = pair(1, 3, 128, 1536)
    whole = flowlab.predict(model, img1, img2)
    flow = flowlab.predict(model, img1, img2, tile=(128, 1024), overlap=512)
    assert (flow - whole)[..., 768 - 64 : 768 + 64].abs().max() < 1e-2 * whole.abs().max()
    torch.testing.assert_close(flow[..., :192], whole[..., :192], rtol=1e-3, atol=1e-3)


def test_blending_has_no_seams():
    """Tiles that disagree by 10 pixels meet in a ramp: no step is larger than a share of the overlap."""
    values = iter([0.0, 10.0])
    flow = predictor.tiled(
        lambda a, b: torch.full((1, 2, *a.shape[-2:]), next(values)),
        *pair(1, 3, 8, 150),
        tile=(8, 100),
        overlap=50,
    )
    steps = flow[0, 0, 0].diff()
    assert flow[0, 0, 0, [0, -1]].tolist() == [0.0, 10.0]
    assert 0 <= steps.min() <= steps.max() <= 10 / 50


def test_a_picture_that_does_not_fit_is_cut_into_tiles_that_do():
    seen = []

    class Watched(Shift):
        def forward(self, a, b):
            seen.append(a.shape[-2] * a.shape[-1])
            return super().forward(a, b)

    img1, img2 = pair(1, 3, 640, 1000)
    memory = 300_000 * predictor.BYTES_PER_PIXEL
    near(flowlab.predict(Watched(), img1, img2, memory=memory, overlap=64), 10 * img1[:, :2], 1e-5)
    assert len(seen) > 1
    assert max(seen) <= 300_000
    with pytest.raises(ValueError, match=r"tiles of 1e\+04 pixels .* allow more memory, or a smaller overlap"):
        flowlab.predict(Watched(), img1, img2, memory=1e4 * predictor.BYTES_PER_PIXEL)


def test_what_pytorch_keeps_for_its_next_tensors_is_free(monkeypatch):
    """After a training PyTorch's cache holds most of a small GPU: 0.1 GB are free, 5 of 7 GB of the cache unused."""
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (int(0.1e9), int(8e9)))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda device: int(7e9))
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda device: int(2e9))
    assert predictor.free_memory(torch.device("cuda", 0)) == 5.1e9


def test_bfloat16_is_an_option_that_costs_little(small):
    exact, quick = (flowlab.predict(small, *FRAMES, dtype=dtype) for dtype in (None, torch.bfloat16))
    assert quick.dtype == np.float32
    assert 0 < np.linalg.norm(quick - exact) < 0.05 * np.linalg.norm(exact)


def test_the_network_stays_as_it_was(small):
    for training in (True, False):
        small.train(training)
        flowlab.predict(small, *FRAMES)
        assert small.training is training


def test_a_network_of_batch_norm_is_asked_in_evaluation_mode(network):
    torch.manual_seed(0)
    model = network(width=0.125, batch_norm=True).train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    first, second = (flowlab.predict(model, *FRAMES) for _ in "ab")
    np.testing.assert_array_equal(first, second)
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


@pytest.mark.parametrize(
    ("images", "options", "error", "said"),
    [
        ((FRAMES[0], FRAMES[1, :-1]), {}, ValueError, r"one size, got \(70, 90, 3\) and \(69, 90, 3\)"),
        ((FRAMES[0], torch.from_numpy(FRAMES[1])), {}, ValueError, r"img2 must be \(H, W\), \(C, H, W\)"),
        (
            (FRAMES[0], torch.zeros(3, 70, 90)),
            {},
            TypeError,
            "img1 is a NumPy array but img2 is a tensor; give both as the same",
        ),
        ((FRAMES[0].tolist(), FRAMES[1]), {}, TypeError, "img1 must be a NumPy array or a torch tensor, got list"),
        ((FRAMES[0] * 1.0, FRAMES[1] * 1.0), {}, ValueError, "floats from 0 to 255; expected .* Divide by 255"),
        ((FRAMES[0] > 9, FRAMES[1] > 9), {}, TypeError, "img1 is bool; expected uint8 or uint16, or floats"),
        (
            (FRAMES[0] * np.nan, FRAMES[1]),
            {},
            ValueError,
            r"img1 has NaN or infinite values; expected values in \[0, 1\]",
        ),
        ((FRAMES[0][:0], FRAMES[1][:0]), {}, ValueError, r"img1 is empty: shape \(0, 90, 3\)"),
        (tuple(FRAMES), {"scale": 0}, ValueError, "scale must be from 0.01 to 100, got 0"),
        (tuple(FRAMES), {"tile": (64, 64)}, ValueError, "tiles of 64 x 64 must be larger than their overlap of 256"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(images, options, error, said, small, as_users_run_it):
    with pytest.raises(error, match=said):
        flowlab.predict(small, *images, **options)


class Iterations(torch.nn.Module):
    """Answers as torchvision's RAFT does: a list of flows, of which the last is the result."""

    def forward(self, img1, img2):
        ones = torch.ones_like(img1[:, :2])
        return [1 * ones, 2 * ones, 3 * ones]


def test_of_a_list_of_flows_the_last_is_the_result():
    near(flowlab.predict(Iterations(), *FRAMES), np.full((70, 90, 2), 3, np.float32))


def test_a_network_that_comes_with_flowlab_is_known_by_its_name_and_loaded_once(monkeypatch):
    expected = flowlab.predict(flowlab.load_model("flownets-small"), *FRAMES)
    predictor._shipped.cache_clear()
    near(flowlab.predict("flownets-small", *FRAMES), expected, 1e-6)
    monkeypatch.setattr("flowlab.models.weights.load_model", lambda name: pytest.fail("loaded again"))
    near(flowlab.predict("flownets-small", *FRAMES), expected, 1e-6)
    with pytest.raises(ValueError, match="no network 'raft' comes with flowlab; choose one of flownetc-small"):
        flowlab.predict("raft", *FRAMES)
