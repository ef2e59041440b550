"""Frames, flow and occlusion of scenes whose truth is known without the code under test."""

import cv2
import numpy as np
import pytest

from flowlab.chairs import Layer, composite
from flowlab.chairs.motion import similarity

STILL = np.eye(2, 3)


def shift(x, y):
    return similarity(np.zeros(2), shift=(x, y))


def noise(height, width, channels=3, seed=0):
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 4 + 2, width // 4 + 2, channels), dtype=np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def square(side, colour=(200, 100, 50), seed=None):
    sprite = np.full((side, side, 4), 255, np.uint8)
    sprite[..., :3] = colour if seed is None else noise(side, side, seed=seed)
    return sprite


def test_flow_is_the_similarity_of_the_layer_in_front():
    back = similarity(np.array([30.0, 20.0]), 1.03, 4.0, (2.5, -1.5))
    move = similarity(np.array([40.0, 30.0]), 0.9, -12.0, (6.0, 3.0))
    pair = composite(noise(48, 64), STILL, back, [Layer(square(20), shift(30, 20), move)], (48, 64))
    for y in range(48):
        for x in range(64):
            inside = 30 <= x < 50 and 20 <= y < 40
            a, b, c = (move if inside else back) @ np.array([[x], [y], [1.0]]), x, y
            expected = (a[0, 0] - b, a[1, 0] - c)
            assert pair.layers[y, x] == inside
            assert pair.flow[y, x] == pytest.approx(expected, abs=1e-4)


def test_backward_flow_undoes_the_motion():
    move = similarity(np.array([20.0, 20.0]), 1.1, 8.0, (5.0, 2.0))
    pair = composite(noise(48, 64), STILL, move, [], (48, 64))
    y, x = 30, 40
    origin = np.array([x, y]) + pair.backward_flow[y, x]
    np.testing.assert_allclose(move @ [*origin, 1], [x, y], atol=1e-4)


def test_later_layers_cover_earlier_ones_in_both_frames():
    red, blue = square(20, (255, 0, 0)), square(20, (0, 0, 255))
    layers = [Layer(red, shift(10, 10), shift(4, 0)), Layer(blue, shift(20, 10), shift(-4, 0))]
    pair = composite(np.zeros((60, 60, 3), np.uint8), STILL, STILL, layers, (40, 50))
    assert pair.img1[20, 25].tolist() == [0, 0, 255]
    assert pair.img2[20, 20].tolist() == [0, 0, 255]
    assert pair.layers[20, [5, 15, 25, 45]].tolist() == [0, 1, 2, 0]
    assert pair.backward_layers[20, [5, 15, 18, 45]].tolist() == [0, 1, 2, 0]


def test_occlusion_is_what_a_nearer_square_covers_or_the_frame_cuts():
    """Squares that shift by whole pixels: coverage is arithmetic."""
    layers = [Layer(square(16), shift(8, 8), shift(6, 0)), Layer(square(12), shift(40, 4), shift(-14, 2))]
    pair = composite(noise(60, 70), STILL, shift(0, 3), layers, (48, 64))

    def owner(x, y, frame):
        places = [(8, 8, 16, 6, 0), (40, 4, 12, -14, 2)]
        found = 0
        for n, (left, top, side, dx, dy) in enumerate(places, start=1):
            left, top = (left + dx, top + dy) if frame == 2 else (left, top)
            if left <= x < left + side and top <= y < top + side:
                found = n
        return found

    moves = [(0, 3), (6, 0), (-14, 2)]
    for y in range(48):
        for x in range(64):
            for frame, layers_seen, hidden in (
                (1, pair.layers, pair.occlusion),
                (2, pair.backward_layers, pair.backward_occlusion),
            ):
                mine = owner(x, y, frame)
                assert layers_seen[y, x] == mine
                dx, dy = moves[mine] if frame == 1 else (-moves[mine][0], -moves[mine][1])
                u, v = x + dx, y + dy
                gone = not (0 <= u < 64 and 0 <= v < 48) or owner(u, v, 3 - frame) > mine
                assert hidden[y, x] == gone, (x, y, frame)


def test_a_shift_by_whole_pixels_copies_pixels():
    """Both frames are sampled from the sprite: neither is a resampled copy of the other."""
    texture = noise(80, 90)
    pair = composite(texture, shift(-10.3, -9.6), shift(5, 3), [], (40, 50))
    np.testing.assert_array_equal(pair.img2[3:, 5:], pair.img1[:-3, :-5])


def test_alpha_is_composited_over_what_lies_behind():
    glass = np.zeros((10, 10, 4), np.uint8)
    glass[...] = (60, 0, 0, 100)
    pair = composite(np.full((30, 30, 3), 200, np.uint8), STILL, STILL, [Layer(glass, shift(5, 5), STILL)], (20, 20))
    expected = np.round(np.array([60, 0, 0]) + 200 * (1 - 100 / 255))
    np.testing.assert_allclose(pair.img1[10, 10], expected, atol=1)
    assert pair.layers[10, 10] == 0  # it covers less than half


@pytest.mark.parametrize("scale", [0.45, 0.2, 0.07])
def test_small_sprites_do_not_alias(scale):
    stripes = np.full((256, 256, 4), 255, np.uint8)
    stripes[:, ::2, :3] = 0
    small = similarity(np.zeros(2), scale, 0.0, (5.3, 6.1))
    pair = composite(np.zeros((60, 60, 3), np.uint8), STILL, STILL, [Layer(stripes, small, STILL)], (140, 140))
    side = int(256 * scale)
    inner = pair.img1[9 : 4 + side, 8 : 3 + side].astype(float)
    assert np.abs(inner - 127.5).max() < 12


def test_beyond_its_edges_the_background_goes_on_mirrored_in_both_frames():
    texture = noise(30, 40)
    pair = composite(texture, STILL, shift(15, 0), [], (30, 40))
    np.testing.assert_array_equal(pair.img2[:, :15], pair.img2[:, 16:31][:, ::-1])


def test_a_layer_outside_leaves_no_trace():
    texture = noise(30, 40)
    gone = Layer(square(10), shift(-100, 500), STILL)
    pair, bare = (composite(texture, STILL, STILL, layers, (30, 40)) for layers in ([gone], []))
    np.testing.assert_array_equal(pair.img1, bare.img1)
    assert pair.layers.max() == 0
