"""Flow pictures follow Middlebury's formula, and the second palette works for eyes without red or green cones."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from skimage.color import rgb2lab

from flowlab import color_wheel_legend, flow_to_image
from flowlab.field import color_wheel
from tests.field import color_vision
from tests.field.color_vision import SIMULATIONS, distances, seen

GREY, WHITE = [128, 128, 128], [255, 255, 255]
PALETTES = ("middlebury", "colorblind")


def wheel_by_hand() -> list[tuple[int, int, int]]:
    wheel = [(255, 255 * i // 15, 0) for i in range(15)]
    wheel += [(255 - 255 * i // 6, 255, 0) for i in range(6)]
    wheel += [(0, 255, 255 * i // 4) for i in range(4)]
    wheel += [(0, 255 - 255 * i // 11, 255) for i in range(11)]
    wheel += [(255 * i // 13, 0, 255) for i in range(13)]
    return wheel + [(255, 0, 255 - 255 * i // 6) for i in range(6)]


def color_by_hand(u: float, v: float, longest: float, wheel) -> list[int]:
    """Middlebury's arithmetic for one vector."""
    u, v = u / longest, v / longest
    length = math.hypot(u, v)
    place = (math.atan2(-v, -u) / math.pi + 1) / 2 * (len(wheel) - 1)
    lower = int(place)
    share = place - lower
    color = []
    for first, second in zip(wheel[lower], wheel[(lower + 1) % len(wheel)], strict=True):
        value = ((1 - share) * int(first) + share * int(second)) / 255
        value = 1 - length * (1 - value) if length <= 1 else 0.75 * value
        color.append(int(255 * value))
    return color


def test_the_wheel_is_the_one_of_the_definition():
    wheel = color_wheel()
    assert wheel.shape == (55, 3)
    assert wheel.tolist() == [list(color) for color in wheel_by_hand()]


@given(
    flow=hnp.arrays(
        np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(2)), elements=st.integers(-40, 40)
    ),
    max_flow=st.sampled_from([None, 10.0, 25, 100.0]),
    palette=st.sampled_from(PALETTES),
)
def test_every_pixel_is_within_a_level_of_the_formula(flow, max_flow, palette):
    flow = flow + 0.0  # a negative zero is a zero to us, and to atan2 it is not
    image = flow_to_image(flow, max_flow, palette=palette)
    longest = max_flow or max(math.hypot(*vector) for row in flow.tolist() for vector in row)
    wheel = wheel_by_hand() if palette == "middlebury" else color_wheel(palette).tolist()
    for row, colors in zip(flow.tolist(), image.tolist(), strict=True):
        for (u, v), color in zip(row, colors, strict=True):
            expected = color_by_hand(u, v, longest, wheel) if longest else WHITE
            assert np.abs(np.subtract(color, expected)).max() <= 1, (u, v)


def test_many_random_vectors_are_within_a_level_of_the_formula(rng):
    flow = rng.normal(scale=5, size=(60, 60, 2)).astype(np.float32)
    flow[:20, :, 1] = rng.normal(scale=0.01, size=(20, 60))  # along the seam of the wheel
    wheel = wheel_by_hand()
    expected = np.array([[color_by_hand(u, v, 8.0, wheel) for u, v in row] for row in flow.tolist()])
    assert np.abs(flow_to_image(flow, 8.0).astype(int) - expected).max() <= 1


def test_no_motion_is_white():
    for palette in PALETTES:
        assert flow_to_image(np.zeros((2, 2, 2), np.float32), palette=palette).tolist() == [[WHITE] * 2] * 2
    assert flow_to_image(np.array([[[5.0, 0.0], [0.0, 0.0]]]))[0, 1].tolist() == WHITE


def test_negative_components_have_colours_of_their_own():
    """The well-known bug: clipping the flow to [0, max] shows everything that moves left or up as white."""
    left, up = np.array([[[-9.0, 0.0]]]), np.array([[[0.0, -9.0]]])
    assert flow_to_image(left, max_flow=10)[0, 0].tolist() == color_by_hand(-9, 0, 10, wheel_by_hand())
    assert len({tuple(flow_to_image(f, 10)[0, 0]) for f in (left, -left, up, -up)}) == 4


def test_a_negative_zero_is_a_zero():
    plus, minus = np.array([[[3.0, 0.0]]]), np.array([[[3.0, -0.0]]])
    for max_flow in (None, 1.0, 9.0):
        np.testing.assert_array_equal(flow_to_image(plus, max_flow), flow_to_image(minus, max_flow))


def test_without_a_scale_the_longest_valid_vector_has_the_full_colour():
    flow = np.array([[[0.0, 1.0], [2.0, 0.0], [50.0, 0.0]]])
    valid = np.array([[True, True, False]])
    assert flow_to_image(flow, valid=valid)[0, 1].tolist() == [255, 0, 0]
    np.testing.assert_array_equal(flow_to_image(flow, valid=valid)[:, :2], flow_to_image(flow, 2.0)[:, :2])
    np.testing.assert_array_equal(flow_to_image(3 * flow, valid=valid), flow_to_image(flow, valid=valid))


def test_with_a_scale_colours_compare_across_pictures():
    slow, fast = np.full((1, 1, 2), (2.0, 0.0)), np.full((1, 1, 2), (8.0, 0.0))
    np.testing.assert_allclose(flow_to_image(slow, 10)[0, 0].astype(int), [255, 204, 204], atol=1)
    np.testing.assert_allclose(flow_to_image(fast, 10)[0, 0].astype(int), [255, 51, 51], atol=1)


def test_beyond_the_scale_the_rims_colour_is_darkened():
    flow = np.array([[[10.0, 0.0], [10.1, 0.0], [1e6, 0.0], [6.0, 8.0]]])
    assert flow_to_image(flow, 10)[0, :3].tolist() == [[255, 0, 0], [191, 0, 0], [191, 0, 0]]
    assert flow_to_image(flow, 10)[0, 3].max() == 255  # exactly 10 px long: not beyond


def test_invalid_and_unknown_pixels_are_grey():
    flow = np.zeros((1, 6, 2), np.float32)
    flow[0, :, 0] = 3, 3, np.nan, np.inf, 1e10, 3
    valid = np.array([[True, False, True, True, True, True]])
    image = flow_to_image(flow, valid=valid)
    assert image[0, 1:5].tolist() == [GREY] * 4
    np.testing.assert_array_equal(image[0, [0, 5]], flow_to_image(flow[:, [0, 5]])[0])
    nothing = flow_to_image(flow, valid=np.zeros((1, 6), bool))
    assert nothing.tolist() == [[GREY] * 6]


def test_no_vector_is_grey():
    wheel = color_wheel().astype(float)
    shades = np.concatenate([255 - t * (255 - wheel) for t in np.linspace(0, 1, 50)] + [0.75 * wheel])
    assert distances(seen(np.array([GREY]), "normal"), seen(shades, "normal")).min() > 30


def test_in_the_second_palette_invalid_pixels_are_striped_for_every_eye():
    valid = np.ones((12, 12), bool)
    valid[2:10, 2:10] = False
    image = flow_to_image(np.full((12, 12, 2), 3.0), valid=valid, palette="colorblind")
    hole = image[2:10, 2:10]
    assert (hole == hole[..., :1]).all()
    for line in (hole[0, :, 0], hole[:, 0, 0]):
        assert len(np.flatnonzero(np.diff(line.astype(int)))) >= 3
    for simulation in SIMULATIONS:
        dark, light = seen(np.array([[64] * 3, [192] * 3]), simulation)
        assert np.linalg.norm(dark - light) > 40
    assert set(hole[..., 0].ravel().tolist()) == {64, 192}
    assert (image[valid] == image[0, 0]).all()


def test_torch_is_channels_first_and_the_same_picture(rng):
    flow = rng.normal(scale=5, size=(3, 6, 7, 2)).astype(np.float32)
    valid = rng.random((3, 6, 7)) > 0.2
    batch = flow_to_image(torch.from_numpy(flow).permute(0, 3, 1, 2), 6.0, torch.from_numpy(valid))
    assert batch.shape == (3, 3, 6, 7)
    assert batch.dtype == torch.uint8
    assert batch.is_contiguous()
    for i in range(3):
        alone = flow_to_image(flow[i], 6.0, valid[i])
        np.testing.assert_array_equal(batch[i].permute(1, 2, 0).numpy(), alone)
        np.testing.assert_array_equal(flow_to_image(flow, 6.0, valid)[i], alone)
        single = flow_to_image(torch.from_numpy(flow[i]).permute(2, 0, 1), 6.0, torch.from_numpy(valid[i]))
        assert torch.equal(single, batch[i])


def test_each_field_of_a_batch_has_its_own_scale():
    flow = np.stack([np.full((1, 1, 2), (1.0, 0.0)), np.full((1, 1, 2), (9.0, 0.0))])
    assert flow_to_image(flow)[:, 0, 0].tolist() == [[255, 0, 0]] * 2
    assert flow_to_image(flow, 10)[0, 0, 0].tolist() == [255, 229, 229]


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_other_precisions_give_nearly_the_same_picture(dtype, rng):
    flow = torch.from_numpy(rng.normal(scale=5, size=(2, 8, 8)))
    exact = flow_to_image(flow.float()).int()
    assert (flow_to_image(flow.to(dtype).requires_grad_()).int() - exact).abs().max() <= 12


@pytest.mark.parametrize("scale", [1e-30, 1e-12, 1e-5, 1e8])
def test_tiny_and_huge_flows_do_not_break_it(scale):
    flow = (scale * np.array([[[1.0, 0.0], [-0.5, 0.0]]])).astype(np.float32)
    image = flow_to_image(flow)
    assert image[0, 0].tolist() in ([255, 0, 0], WHITE)
    assert (image[0, 0].tolist() == WHITE) == (scale == 1e-30)


@pytest.mark.parametrize("shape", [(1, 32766), (32766, 1), (1, 1)])
def test_any_size_is_coloured(shape):
    image = flow_to_image(np.full((*shape, 2), (0.0, 2.0), np.float32), 2.0)
    assert image.shape == (*shape, 3)
    assert (image == image[0, 0]).all()


@pytest.mark.parametrize("palette", PALETTES)
def test_the_legend_shows_each_vector_in_its_colour(palette):
    legend = color_wheel_legend(101, palette=palette)
    assert legend.shape == (101, 101, 3)
    for dx, dy in ((50, 0), (0, 50), (-50, 0), (0, -50), (30, 40), (-10, 20), (0, 0)):
        expected = flow_to_image(np.array([[[dx, dy]]], np.float32), 50, palette=palette)[0, 0]
        np.testing.assert_allclose(legend[50 + dy, 50 + dx].astype(int), expected, atol=1)
    assert legend[0, 0].tolist() == WHITE


def test_the_legend_can_say_its_scale():
    plain, labelled = color_wheel_legend(128), color_wheel_legend(128, max_flow=30)
    changed = (plain != labelled).any(axis=-1)
    assert changed[100:, :64].any()
    assert not changed[:100].any()
    assert (color_wheel_legend(128, max_flow=12.5) != labelled).any()


REFUSED = {
    "scale 0": ({"max_flow": 0}, ValueError, "max_flow must be a positive number of pixels, got 0"),
    "scale NaN": ({"max_flow": math.nan}, ValueError, "got nan"),
    "palette": ({"palette": "jet"}, ValueError, "'middlebury', 'colorblind', got 'jet'"),
    "mask shape": (
        {"valid": np.ones((3, 2), bool)},
        ValueError,
        r"\(3, 2\) does not fit .*\(2, 3, 2\).* \(2, 3\)",
    ),
    "mask type": ({"valid": np.ones((2, 3))}, TypeError, "valid must be bool, got float64"),
    "kind of mask": (
        {"valid": torch.ones(2, 3) > 0},
        TypeError,
        "valid is a tensor but flow is a NumPy",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case, as_users_run_it):
    options, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        flow_to_image(np.zeros((2, 3, 2), np.float32), **options)


def test_a_side_beyond_opencvs_limit_is_refused(as_users_run_it):
    with pytest.raises(ValueError, match=r"sides up to 32,766 px, got \(1, 32767\): colour it in parts"):
        flow_to_image(np.zeros((1, 32767, 2), np.float32))


def test_a_legend_refuses_a_scale_that_is_none(as_users_run_it):
    with pytest.raises(ValueError, match="max_flow must be a positive number of pixels, got -3"):
        color_wheel_legend(96, max_flow=-3)


def compass(palette: str) -> np.ndarray:
    angles = np.arange(8) * np.pi / 4
    return flow_to_image(np.stack([np.cos(angles), np.sin(angles)], axis=-1)[None], 1.0, palette=palette)[0]


def nearest_pair(colors: np.ndarray, simulation: str) -> float:
    lab = seen(colors, simulation)
    return distances(lab, lab)[np.triu_indices(len(lab), 1)].min()


FLOOR = 30  # delta E between any two of the eight directions; 2.3 is what is just noticed


@pytest.mark.parametrize("simulation", SIMULATIONS)
def test_the_eight_directions_stay_apart_without_red_or_green_cones(simulation):
    ours, wheel = nearest_pair(compass("colorblind"), simulation), nearest_pair(compass("middlebury"), simulation)
    assert ours > FLOOR, f"{simulation}: {ours:.1f}"
    assert ours > 2 * wheel, f"{simulation}: {ours:.1f} against the wheel's {wheel:.1f}"


def test_the_wheel_itself_is_lost_to_such_eyes():
    worst = {simulation: nearest_pair(compass("middlebury"), simulation) for simulation in SIMULATIONS}
    assert worst["deuteranopia, Machado 2009"] < 5
    assert worst["protanopia, Machado 2009"] < 5


@pytest.mark.parametrize("simulation", SIMULATIONS)
def test_the_eight_directions_stay_away_from_no_motion(simulation):
    colors = seen(compass("colorblind"), simulation)
    assert distances(colors, seen(np.array([WHITE]), simulation)).min() > 25


def test_colours_change_smoothly_around_the_second_palette():
    angles = np.linspace(0, 2 * np.pi, 721)
    ring = flow_to_image(np.stack([np.cos(angles), np.sin(angles)], axis=-1)[None], 1.0, palette="colorblind")[0]
    assert np.abs(np.diff(ring.astype(int), axis=0)).max() <= 4  # half a degree apart; no seam


def test_the_measurement_itself_is_right():
    """CIELAB against scikit-image's; a simulated eye sees grey as grey, and confuses what it should."""
    colors = np.random.default_rng(0).integers(0, 256, (50, 3))
    theirs = rgb2lab(colors[None] / 255, illuminant="D65", observer="2")[0]
    np.testing.assert_allclose(seen(colors, "normal"), theirs, atol=0.05)
    greys = np.arange(256)[:, None].repeat(3, axis=1)
    for simulation, matrix in SIMULATIONS.items():
        assert np.abs(matrix.sum(axis=1) - 1).max() < 0.01, simulation
        assert np.abs(seen(greys, simulation) - seen(greys, "normal")).max() < 0.5, simulation
        if simulation != "normal":
            singular = np.linalg.svd(color_vision.TO_XYZ @ matrix)[1]
            assert singular[2] / singular[1] < 0.2, f"{simulation}: two dimensions are left"
