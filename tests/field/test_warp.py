"""A warp fetches frame 2 where the flow points; flows can be resized and chained."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from flowlab import compose, inside, resize_flow, warp
from flowlab.field import similarity_flow, similarity_matrix
from tests.field.by_hand import matrix_flow, translation_flow

IMAGE = np.random.default_rng(5).random((9, 12, 3)).astype(np.float32)


def outside_value(image: np.ndarray, y: int, x: int, padding: str) -> np.ndarray:
    H, W = image.shape[:2]
    if padding == "zeros":
        return image[y, x] if 0 <= y < H and 0 <= x < W else np.zeros(image.shape[2:])
    if padding == "border":
        return image[min(max(y, 0), H - 1), min(max(x, 0), W - 1)]
    back_and_forth = [list(range(side)) + list(range(side - 2, 0, -1)) for side in (H, W)]
    return image[back_and_forth[0][y % len(back_and_forth[0])], back_and_forth[1][x % len(back_and_forth[1])]]


def warp_by_loops(image: np.ndarray, flow: np.ndarray, padding: str = "zeros") -> np.ndarray:
    out = np.zeros(image.shape)
    for y, x in np.ndindex(*flow.shape[:2]):
        to_x, to_y = x + float(flow[y, x, 0]), y + float(flow[y, x, 1])
        x0, y0 = math.floor(to_x), math.floor(to_y)
        for yi, xi in ((y0, x0), (y0, x0 + 1), (y0 + 1, x0), (y0 + 1, x0 + 1)):
            weight = (1 - abs(to_x - xi)) * (1 - abs(to_y - yi))
            out[y, x] += weight * outside_value(image, yi, xi, padding)
    return out


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("size", [(9, 12), (1, 7), (6, 1), (1, 1), (2, 2), (5, 4)])
def test_equals_the_definition(size, padding, rng):
    image = rng.random((*size, 2))
    flow = rng.normal(scale=4, size=(*size, 2))
    np.testing.assert_allclose(warp(image, flow, padding=padding), warp_by_loops(image, flow, padding), atol=1e-9)


@given(u=st.integers(-15, 15), v=st.integers(-15, 15))
def test_shifts_by_whole_pixels_are_exact_to_the_bit(u, v):
    H, W = IMAGE.shape[:2]
    expected = np.zeros_like(IMAGE)
    for y, x in np.ndindex(H, W):
        if 0 <= y + v < H and 0 <= x + u < W:
            expected[y, x] = IMAGE[y + v, x + u]
    np.testing.assert_array_equal(warp(IMAGE, translation_flow((H, W), u, v)), expected)


@pytest.mark.parametrize("size", [(436, 1024), (375, 1242), (97, 333)])
def test_whole_pixels_are_exact_in_large_images_too(size, rng):
    image = rng.random(size).astype(np.float32)
    warped = warp(image, translation_flow(size, -7, 5))
    np.testing.assert_array_equal(warped[:-5, 7:], image[5:, :-7])
    assert not warped[-5:].any()
    assert not warped[:, :7].any()


def test_a_smooth_picture_comes_back_under_a_known_motion():
    size = (60, 80)
    matrix = similarity_matrix(degrees=4, scale=1.05, translation=(2.0, -1.5), centre=(40, 30))
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)

    def scene(x, y):
        return np.sin(x / 9) + np.cos(y / 7)

    at_frame_1 = np.linalg.inv(matrix) @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    img2 = scene(*at_frame_1[:2]).reshape(size)
    flow = matrix_flow(size, matrix)
    seen = inside(flow)
    assert np.abs(warp(img2, flow) - scene(x, y))[seen].max() < 0.01
    assert seen.mean() > 0.8


def test_agrees_with_opencvs_remap(rng):
    flow = similarity_flow((9, 12), degrees=10)
    y, x = np.mgrid[:9, :12].astype(np.float32)
    theirs = cv2.remap(IMAGE, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    np.testing.assert_allclose(warp(IMAGE, flow), theirs, atol=0.04)  # OpenCV rounds positions to 1/32 px


def test_tensor_array_batch_and_grey_give_the_same(rng):
    flow = rng.normal(scale=2, size=(2, 9, 12, 2)).astype(np.float32)
    images = np.stack([IMAGE, IMAGE[::-1]])
    expected = np.stack([warp(image, f) for image, f in zip(images, flow, strict=True)])
    np.testing.assert_array_equal(warp(images, flow), expected)
    as_torch, flow_torch = (torch.from_numpy(a.copy()).permute(0, 3, 1, 2) for a in (images, flow))
    assert torch.equal(warp(as_torch, flow_torch), torch.from_numpy(expected).permute(0, 3, 1, 2))
    assert torch.equal(warp(as_torch[0], flow_torch[0]), torch.from_numpy(expected[0]).permute(2, 0, 1))
    np.testing.assert_array_equal(warp(images[..., 1], flow), expected[..., 1])
    np.testing.assert_array_equal(warp(images[0, ..., 1], flow[0]), expected[0, ..., 1])
    assert torch.equal(warp(as_torch[:, 1], flow_torch), torch.from_numpy(expected[..., 1].copy()))


def test_uint8_is_rounded_and_stays_uint8():
    image = np.array([[0, 255, 10]], np.uint8)
    half = translation_flow((1, 3), 0.5, 0)
    assert warp(image, half, padding="border").tolist() == [[128, 132, 10]]  # 127.5 and 132.5 go to even
    assert warp(image, half).dtype == np.uint8


def test_nearest_keeps_labels():
    labels = np.array([[1, 7, 3]], np.int64)
    warped = warp(labels, translation_flow((1, 3), 0.7, 0), mode="nearest")
    assert warped.tolist() == [[7, 3, 0]]
    assert warped.dtype == np.int64


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_the_images_dtype_comes_back(dtype):
    image = torch.rand(1, 3, 5, 6, generator=torch.Generator().manual_seed(0)).to(dtype)
    flow = torch.full((1, 2, 5, 6), 1.0)
    warped = warp(image, flow)
    assert warped.dtype == dtype
    assert torch.equal(warped[..., :-1, :-1], image[..., 1:, 1:])


@pytest.mark.parametrize("padding", ["zeros", "border", "reflection"])
def test_gradients_are_those_of_finite_differences(padding):
    generator = torch.Generator().manual_seed(2)
    image = torch.rand(1, 2, 4, 5, generator=generator, dtype=torch.float64, requires_grad=True)
    # Away from whole pixels, where bilinear interpolation has a kink.
    whole = torch.randint(-3, 4, (1, 2, 4, 5), generator=generator, dtype=torch.float64)
    flow = (whole + 0.2 + 0.6 * torch.rand(1, 2, 4, 5, generator=generator, dtype=torch.float64)).requires_grad_()
    assert torch.autograd.gradcheck(lambda i, f: warp(i, f, padding=padding), (image, flow))


def test_unknown_and_endless_flow_gives_zero():
    flow = np.zeros((1, 5, 2), np.float32)
    flow[0, 1:, 0] = np.nan, np.inf, 1e10, -3e38
    for padding in ("zeros", "border", "reflection"):
        warped = warp(np.ones((1, 5), np.float32), flow, padding=padding)
        assert warped[0, :2].tolist() == [1.0, 0.0]
        assert np.isfinite(warped).all()
    assert warp(np.ones((1, 5), np.float32), flow).tolist() == [[1, 0, 0, 0, 0]]
    assert inside(flow).tolist() == [[True, False, False, False, False]]


LABELS = {
    "int64": [2**24 + 1, 2**53 + 1, -(2**63), 2**63 - 1],
    "uint64": [2**24 + 1, 2**53 + 1, 0, 2**64 - 1],
    "int32": [2**24 + 1, 2**31 - 1, -(2**31), 7],
    "uint32": [2**24 + 1, 2**32 - 1, 0, 7],
    "uint16": [65535, 1, 32768, 0],
    "int8": [-128, 127, 0, 1],
    "bool": [True, False, True, True],
    "float64": [2**53 - 1.0, 1e300, -1e-300, 0.1],
    "float16": [65504.0, 6e-8, -1.0, 0.5],
}


@pytest.mark.parametrize("dtype", LABELS)
@pytest.mark.parametrize(("padding", "outside"), [("zeros", lambda last: 0), ("border", lambda last: last)])
def test_labels_keep_every_value(dtype, padding, outside):
    labels = np.array([[0, *LABELS[dtype]]], dtype)
    warped = warp(labels, translation_flow((1, 5), 1.2, 0), mode="nearest", padding=padding)
    assert warped.dtype == labels.dtype
    assert warped[0].tolist() == [*labels[0, 1:].tolist(), outside(labels[0, -1].item())]
    tensor = torch.from_numpy(labels)[None, None]
    flow = torch.from_numpy(translation_flow((1, 5), 1.2, 0)).permute(2, 0, 1)[None]
    assert torch.equal(warp(tensor, flow, mode="nearest", padding=padding)[0, 0], torch.from_numpy(warped))


@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_bilinear_refuses_integers_that_float64_rounds(kind):
    """2^63 - 1 came back as -2^63, and 2^64 - 1 as 0."""
    one = translation_flow((1, 3), 1, 0)
    largest = np.array([[2**53 - 1, 1, 2**53 - 1]], kind)
    assert warp(largest, one, padding="border").tolist() == [[1, 2**53 - 1, 2**53 - 1]]
    for value in (2**53, np.iinfo(kind).max, np.iinfo(kind).min or 2**60):
        with pytest.raises(ValueError, match=r'img2 has integers from 2\^53 on, .*give mode="nearest"'):
            warp(np.array([[0, value, 0]], kind), one)


def test_nearest_is_the_pixel_that_a_loop_finds(rng):
    labels = rng.integers(0, 2**62, (7, 8))
    flow = rng.normal(scale=4, size=(7, 8, 2)).astype(np.float32)
    expected = np.zeros_like(labels)
    for y, x in np.ndindex(7, 8):
        column, row = (
            int(np.floor(start + step + 0.5)) for start, step in zip((x, y), flow[y, x].tolist(), strict=True)
        )
        if 0 <= column < 8 and 0 <= row < 7:
            expected[y, x] = labels[row, column]
    np.testing.assert_array_equal(warp(labels, flow, mode="nearest"), expected)


def test_large_integers_are_interpolated_without_loss():
    flat = np.full((3, 3), 2**24 + 1, np.int32)
    assert (warp(flat, translation_flow((3, 3), 0.5, 0), padding="border") == flat).all()


def test_nearest_passes_gradients_on_to_the_image_alone():
    image = torch.rand(1, 1, 1, 3, requires_grad=True)
    flow = torch.stack([torch.ones(1, 1, 3), torch.zeros(1, 1, 3)], dim=1).requires_grad_()
    warp(image, flow, mode="nearest").sum().backward()
    assert image.grad.tolist() == [[[[0, 1, 1]]]]
    assert flow.grad is None


def test_inside_is_where_no_padding_is_needed(rng):
    flow = rng.normal(scale=5, size=(7, 8, 2)).astype(np.float32)
    y, x = np.mgrid[:7, :8]
    to_x, to_y = x + flow[..., 0], y + flow[..., 1]
    expected = (to_x >= 0) & (to_x <= 7) & (to_y >= 0) & (to_y <= 6)
    np.testing.assert_array_equal(inside(flow), expected)
    np.testing.assert_array_equal(inside(torch.from_numpy(flow).permute(2, 0, 1)[None])[0].numpy(), expected)
    edge = translation_flow((1, 3), 1, 0)
    assert inside(edge).tolist() == [[True, True, False]]


def test_inputs_are_left_alone():
    image, flow = IMAGE.copy(), np.full((9, 12, 2), 0.5, np.float32)
    for array in (image, flow):
        array.flags.writeable = False
    warp(image, flow)
    np.testing.assert_array_equal(image, IMAGE)
    assert (flow == 0.5).all()


REFUSED = {
    "sizes": (np.zeros((4, 5, 3)), np.zeros((4, 6, 2)), {}, ValueError, r"\(4, 5, 3\) does not fit .*\(4, 6, 2\)"),
    "batches": (np.zeros((2, 4, 5, 3)), np.zeros((3, 4, 5, 2)), {}, ValueError, r"\(2, 4, 5, 3\) .*\(3, 4, 5, 2\)"),
    "kinds": (torch.zeros(3, 4, 5), np.zeros((4, 5, 2)), {}, TypeError, "img2 is a tensor but flow is a NumPy array"),
    "layout": (np.zeros((4, 5, 3)), np.zeros((2, 4, 5)), {}, ValueError, "that is torch's order of axes"),
    "torch layout": (torch.zeros(3, 4, 5), torch.zeros(4, 5, 2), {}, ValueError, "that is NumPy's order of axes"),
    "a mask": (np.zeros((4, 5), bool), np.zeros((4, 5, 2)), {}, TypeError, "or floats: warp"),
    "mode": (np.zeros((4, 5)), np.zeros((4, 5, 2)), {"mode": "cubic"}, ValueError, "'nearest', got 'cubic'"),
    "padding": (np.zeros((4, 5)), np.zeros((4, 5, 2)), {"padding": "wrap"}, ValueError, "'reflection', got 'wrap'"),
    "integers": (np.zeros((4, 5)), np.zeros((4, 5, 2), int), {}, TypeError, "flow must be of floating point"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_fit_is_refused(case, as_users_run_it):
    image, flow, options, kind, message = REFUSED[case]
    with pytest.raises(kind, match=message):
        warp(image, flow, **options)


@pytest.mark.parametrize("mode", ["bilinear", "area", "nearest"])
def test_a_resized_translation_is_the_scaled_translation(mode):
    resized = resize_flow(translation_flow((6, 8), 4, -3), (12, 4), mode=mode)
    np.testing.assert_allclose(resized, translation_flow((12, 4), 2, -6), rtol=1e-6)


def test_a_resized_zoom_is_a_zoom_about_the_same_point():
    """Pixel centres are what is scaled: (x + 1/2) * s - 1/2."""
    large = resize_flow(similarity_flow((20, 30), scale=1.5, degrees=10), (40, 60))
    expected = similarity_flow((40, 60), scale=1.5, degrees=10)
    np.testing.assert_allclose(large[2:-2, 2:-2], expected[2:-2, 2:-2], atol=1e-4)  # edges repeat, and cannot follow


def test_nearest_does_not_blend_in_unknown_zeros():
    sparse = np.zeros((2, 4, 2), np.float32)
    sparse[0, 0] = 8
    assert set(resize_flow(sparse, (4, 8), mode="nearest").ravel().tolist()) == {0.0, 16.0}


def test_area_is_the_mean_of_what_a_pixel_covers(rng):
    flow = rng.normal(size=(4, 6, 2))
    expected = flow.reshape(2, 2, 3, 2, 2).mean(axis=(1, 3)) / 2
    np.testing.assert_allclose(resize_flow(flow, (2, 3), mode="area"), expected, atol=1e-12)


def test_a_flow_refuses_a_size_without_pixels(as_users_run_it):
    with pytest.raises(ValueError, match=r"size must be \(height, width\), both at least 1, got \(0, 3\)"):
        resize_flow(np.zeros((2, 2, 2)), (0, 3))
    with pytest.raises(ValueError, match="got 'cubic'"):
        resize_flow(np.zeros((2, 2, 2)), (2, 3), mode="cubic")


def test_two_motions_chained_are_the_product_of_their_matrices():
    size = (30, 40)
    first = similarity_matrix(degrees=3, translation=(1.5, -1), centre=(20, 15))
    second = similarity_matrix(scale=1.1, translation=(-2, 0.5), centre=(10, 10))
    ab, bc = matrix_flow(size, first), matrix_flow(size, second)
    expected = matrix_flow(size, second @ first)
    seen = inside(ab)
    np.testing.assert_allclose(compose(ab, bc)[seen], expected[seen], atol=1e-4)


def test_there_and_back_is_no_motion():
    size = (20, 20)
    matrix = similarity_matrix(degrees=8, centre=(9.5, 9.5))
    there, back = matrix_flow(size, matrix), matrix_flow(size, np.linalg.inv(matrix))
    assert np.abs(compose(there, back)[inside(there)]).max() < 1e-4


def test_chained_flows_must_have_one_shape(as_users_run_it):
    with pytest.raises(ValueError, match=r"flow_ab and flow_bc .*\(2, 2, 2\) and \(3, 2, 2\)"):
        compose(np.zeros((2, 2, 2)), np.zeros((3, 2, 2)))
