"""The displacement explorer against the definition: its scores, its peak, its counts, and what it says of them."""

import dataclasses

import numpy as np
import pytest
import torch

from flowlab import FlowNetC
from flowlab.costvolume import Geometry, correlation
from flowlab.datasets.samples import Pair
from flowlab_course.chapters.ch08 import features as describing
from flowlab_course.chapters.ch08 import matching
from flowlab_course.chapters.ch08 import widgets as displacement
from flowlab_course.chapters.ch08.features import conv3_features
from flowlab_course.chapters.ch08.matching import COLOURS, PATCHES, RANDOM, TRAINED
from flowlab_course.widgets import canvas

BIKE, CHAIRS = list(matching.PAIRS)[:2]


def look(x, y, *, d=4, s2=1, K=1, s1=1, kind=PATCHES, name=BIKE):
    return displacement.compute(displacement.cursor_over((x, y), name), name, kind, d, s2, K, s1)


@pytest.mark.parametrize("name", [BIKE, CHAIRS])
@pytest.mark.parametrize(("d", "s2", "K"), [(3, 1, 1), (4, 2, 3), (5, 2, 1)])
@pytest.mark.parametrize(("x", "y"), [(60, 70), (1, 2)])
def test_the_scores_are_the_mean_products_of_the_two_patches(x, y, d, s2, K, name):
    s = look(x, y, d=d, s2=s2, K=K, name=name)
    assert s.point == (x, y)
    a, b = (np.pad(f[0].numpy(), ((0, 0), (20, 20), (20, 20))) for f in matching.features(name, PATCHES))
    k, r = K // 2, d // s2
    patch = a[:, y + 20 - k : y + 21 + k, x + 20 - k : x + 21 + k]
    expected = np.zeros((2 * r + 1, 2 * r + 1))
    for row in range(2 * r + 1):
        for column in range(2 * r + 1):
            ty, tx = y + 20 + (row - r) * s2, x + 20 + (column - r) * s2
            expected[row, column] = (patch * b[:, ty - k : ty + k + 1, tx - k : tx + k + 1]).mean()
    np.testing.assert_allclose(s.scores, expected, atol=1e-6)
    row, column = np.unravel_index(expected.argmax(), expected.shape)
    assert s.peak == ((column - r) * s2, (row - r) * s2)


def test_flownetcs_settings_have_441_channels_and_the_products_that_the_formula_asks_for():
    s = look(60, 70, d=20, s2=2)
    H, W = matching.pair(BIKE).img1.shape[:2]
    assert s.channels == 441
    assert s.output == (H, W)
    assert s.products == H * W * 441 * 147
    assert "21 × 21 = 441 channels" in displacement.draw(s).text


def test_stride1_keeps_to_its_grid_and_shrinks_the_output():
    s = look(61, 70, s1=8)
    assert s.point == (56, 64)
    H, W = matching.pair(BIKE).img1.shape[:2]
    assert s.output == (-(-H // 8), -(-W // 8))


@pytest.mark.parametrize(("name", "x", "y"), [(BIKE, 201, 117), (CHAIRS, 95, 67)])
def test_patches_and_random_filters_find_what_plain_colours_miss(name, x, y):
    truth = matching.pair(name).flow[y, x]
    for kind in (PATCHES, RANDOM):
        found = look(x, y, d=20, kind=kind, name=name)
        assert found.miss == pytest.approx(np.hypot(*(found.peak - truth)), abs=1e-4)
        assert found.miss < 1.5
    assert look(x, y, d=20, kind=COLOURS, name=name).miss > 5


def test_a_truth_outside_the_window_is_said_to_be_there_and_an_unknown_one_to_be_unknown():
    assert "outside the window" in displacement.draw(look(201, 117, d=8)).text
    assert "found: 0." in displacement.draw(look(201, 117, d=20)).text
    assert "missed: 10.1 px" in displacement.draw(look(201, 117, d=20, s2=2, kind=COLOURS)).alt
    frames = matching.pair(CHAIRS)
    y, x = (int(i) for i in np.argwhere(~frames.valid)[0])
    hidden = look(x, y, name=CHAIRS)
    assert hidden.truth is hidden.miss is None
    assert "not known" in displacement.draw(hidden).text


@pytest.mark.parametrize("name", matching.PAIRS)
def test_the_cursor_is_over_the_pixel_that_is_searched_in_either_frame(name):
    H, W = matching.pair(name).img1.shape[:2]
    wide, width, _ = displacement.size_on_screen(name)
    for point in [(0, 0), (W // 3, H // 2), (W - 1, H - 1)]:
        x, y = displacement.cursor_over(point, name)
        assert displacement.pixel_under((x, y), name) == point
        in_frame_2 = (x + (wide + canvas.GAP) / width, y)
        assert displacement.pixel_under(in_frame_2, name) == point


@pytest.mark.parametrize("name", matching.PAIRS)
@pytest.mark.parametrize("numbers", [{}, {"d": 40, "K": 15}, {"d": 40, "s2": 8, "s1": 8}], ids=str)
def test_the_picture_has_the_size_that_the_cursor_is_measured_by(name, numbers):
    _, width, height = displacement.size_on_screen(name)
    assert displacement.draw(look(3, 5, name=name, **numbers)).rgb.shape == (height, width, 3)


def test_a_point_is_searched_like_the_whole_layer():
    a, b = matching.features(BIKE, PATCHES)
    piece = np.s_[:, :, 40:70, 50:90]
    whole = correlation(a[piece].contiguous(), b[piece].contiguous(), 3, 4, 1, 2, 5)[0]
    for x, y in [(7, 11), (0, 0), (39, 29)]:
        here = matching.search(a[piece], b[piece], (x, y), Geometry(3, 4, 1, 2, 5))
        np.testing.assert_allclose(here.ravel(), whole[:, y, x].numpy(), atol=1e-6)


@pytest.fixture(scope="module")
def network():
    torch.manual_seed(0)
    return FlowNetC(width=0.125).eval()


@pytest.mark.parametrize("size", [(40, 50), (33, 47)])
def test_conv3_features_are_conv3_around_every_pixel(network, size):
    image = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    ours = conv3_features(image, network)
    assert ours.shape == (1, 32, *size)
    for y, x in [(16, 16), (17, 22), (0, 0), (size[0] - 1, size[1] - 1), (3, 30)]:
        # The same 31 x 31 pixels, cut out by hand, with the border repeated; conv3 in the middle has seen just them.
        rows, columns = ((torch.arange(-24, 24) + i).clamp(0, n - 1) for i, n in ((y, size[0]), (x, size[1])))
        piece = image[:, :, rows][..., columns] - torch.tensor(network.config.mean).view(-1, 1, 1)
        with torch.no_grad():
            expected = network.conv3(network.conv2(network.conv1(piece)))[0, :, 3, 3]
        torch.testing.assert_close(ours[0, :, y, x], expected, rtol=1e-4, atol=1e-5)


def test_trained_features_can_be_chosen_as_soon_as_a_network_is_shipped(network, monkeypatch):
    monkeypatch.setattr(describing, "shipped", lambda: ["flownetc-small"])
    monkeypatch.setattr(describing, "load_model", lambda name: network)
    describing.trained_network.cache_clear()
    try:
        assert matching.kinds()[-1] == TRAINED
        s = look(60, 70, kind=TRAINED)
        assert s.features == 32
    finally:
        describing.trained_network.cache_clear()
        matching.features.cache_clear()


def test_without_a_shipped_network_trained_features_say_so(monkeypatch):
    monkeypatch.setattr(describing, "shipped", list)
    describing.trained_network.cache_clear()
    try:
        assert TRAINED not in matching.kinds()
        with pytest.raises(ValueError, match=r"give one: conv3_features\(image, network\)"):
            conv3_features(torch.zeros(1, 3, 20, 20))
    finally:
        describing.trained_network.cache_clear()


def test_a_picture_goes_to_the_screen_pixel_by_pixel():
    import cv2

    rgb = np.random.default_rng(0).integers(0, 256, (5, 7, 3), np.uint8)
    back = cv2.imdecode(np.frombuffer(canvas.png(rgb), np.uint8), cv2.IMREAD_COLOR_RGB)
    np.testing.assert_array_equal(back, rgb)


@pytest.mark.parametrize(("kind", "said"), [(PATCHES, "a cosine"), (COLOURS, "a sum of products")])
def test_the_score_times_c_is_the_product_of_the_two_vectors(kind, said, monkeypatch):
    written = []
    monkeypatch.setattr(canvas, "write", lambda rgb, text, *place, **how: written.append(text))
    s = look(201, 117, d=20, kind=kind)
    a, b = (f[0].double().numpy() for f in matching.features(BIKE, kind))
    product = a[:, 117, 201] @ b[:, 117 + s.peak[1], 201 + s.peak[0]]
    if kind == PATCHES:  # their cosine, for both have length 1
        lengths = np.linalg.norm(a[:, 117, 201]) * np.linalg.norm(b[:, 117 + s.peak[1], 201 + s.peak[0]])
        assert lengths == pytest.approx(1, abs=1e-3)
    assert f"times C = {len(a)} that is {product:.2f}" in displacement.draw(s).text
    assert {f"{product:.2f}", f"times C = {len(a)}", f"({said})"} <= set(written)


@pytest.mark.parametrize(("peak", "word"), [((4, 4), "found"), ((8, 0), "missed")])
def test_in_steps_of_8_px_a_match_half_a_step_away_is_found_and_a_whole_step_is_missed(peak, word):
    s = look(201, 117, d=16, s2=8)
    still = s.pair._replace(flow=np.zeros_like(s.pair.flow))  # so that the truth is (0, 0)
    assert word in displacement.draw(dataclasses.replace(s, pair=still, peak=peak)).text


def test_contrast_is_the_standard_deviation_of_the_grey_values_around_a_pixel():
    image = np.random.default_rng(0).integers(0, 256, (9, 11, 3), dtype=np.uint8)
    grey = image.astype(float).mean(2)
    found = describing.contrast(image, size=5)
    assert found.shape == (9, 11)
    assert found[4, 5] == pytest.approx(grey[2:7, 3:8].std(), rel=1e-4)
    assert found[0, 10] == pytest.approx(grey[:3, 8:].std(), rel=1e-4)


def test_pixels_near_a_side_are_so_in_one_frame_and_far_from_top_and_bottom_in_both():
    flow = np.zeros((40, 60, 2), np.float32)
    flow[..., 0] = 5.0
    valid = np.ones((40, 60), bool)
    valid[20, 10] = False
    pair = Pair("", np.zeros((40, 60, 3), np.uint8), np.zeros((40, 60, 3), np.uint8), flow, valid)
    near = describing.near_a_side(pair, 8, 12)
    assert np.flatnonzero(near[15]).tolist() == [8, 9, 10, 11, 43, 44, 45, 46]  # 59 - 5 - x is 8 to 11 on the right
    assert np.flatnonzero(near[20]).tolist() == [8, 9, 11, 43, 44, 45, 46]
    assert np.flatnonzero(near.any(1)).tolist() == list(range(12, 28))
