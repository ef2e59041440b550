"""The flow between two views is the closed form; edges, unknown pixels and borders invent nothing."""

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlab.datasets.augment import CAFFE, MILD, PAPER, AugmentConfig, SpatialConfig, uniform, view_flow, view_matrix
from flowlab.datasets.augment.spatial import draw_views, fits

numbers = st.integers(0, 2**32 - 1)


def random_view(rng, size, frame_size):
    """A view of any kind, flips and squeezes included, that lies inside the frame."""
    while True:
        view = view_matrix(
            size,
            frame_size,
            translation=tuple(rng.uniform(-20, 20, 2)),
            degrees=rng.uniform(-180, 180),
            zoom=tuple(rng.uniform(0.8, 2.5, 2) * rng.choice([-1, 1], 2)),
        )
        corners = view @ [[0, size[1] - 1, 0, size[1] - 1], [0, 0, size[0] - 1, size[0] - 1], [1, 1, 1, 1]]
        x, y = corners[:2]
        if x.min() >= 0 and y.min() >= 0 and x.max() <= frame_size[1] - 1 and y.max() <= frame_size[0] - 1:
            return view


def as_batch(flow):
    return torch.from_numpy(flow.transpose(2, 0, 1)[None].astype(np.float32).copy())


def everywhere(size):
    return torch.ones(1, *size, dtype=torch.bool)


@settings(max_examples=60)
@given(numbers)
def test_the_flow_is_the_closed_form(seed):
    rng = np.random.default_rng(seed)
    frame_size, size = (70, 90), (31, 40)
    first, second = random_view(rng, size, frame_size), random_view(rng, size, frame_size)
    slope, shift = rng.uniform(-0.4, 0.4, (2, 2)), rng.uniform(-15, 15, 2)
    field = np.array([[slope @ (x, y) + shift for x in range(90)] for y in range(70)])
    new, known = view_flow(as_batch(field), everywhere(frame_size), first[None], second[None], size)
    assert known.all()
    for y in range(0, 31, 5):
        for x in range(0, 40, 7):
            p = (first @ (x, y, 1))[:2]  # where the crop's pixel looks
            there = np.append(p + slope @ p + shift, 1)  # where that goes
            expected = (np.linalg.inv(second) @ there)[:2] - (x, y)
            np.testing.assert_allclose(new[0, :, y, x].numpy(), expected, atol=2e-3)


def test_the_same_view_of_both_frames_turns_zooms_and_flips_the_vectors():
    right = as_batch(np.full((50, 50, 2), (8.0, 0.0)))
    for view, expected in (
        ({"degrees": 90}, (0, -8)),  # the crop turned clockwise, so what it shows turned the other way
        ({"zoom": (2, 2)}, (16, 0)),
        ({"zoom": (-1, 1)}, (-8, 0)),
        ({"zoom": (1, -1)}, (8, 0)),
        ({"translation": (3, 2)}, (8, 0)),
    ):
        matrix = view_matrix((21, 21), (50, 50), **view)[None]
        new, _ = view_flow(right, everywhere((50, 50)), matrix, matrix, (21, 21))
        torch.testing.assert_close(new, torch.tensor(expected).view(1, 2, 1, 1).expand_as(new) * 1.0, atol=1e-4, rtol=0)


def test_a_still_scene_moves_as_the_crop_of_frame_2_does_not():
    still, size = as_batch(np.zeros((60, 60, 2))), (20, 30)
    first = view_matrix(size, (60, 60))
    second = view_matrix(size, (60, 60), translation=(5, -3))
    new, _ = view_flow(still, everywhere((60, 60)), first[None], second[None], size)
    torch.testing.assert_close(new[0, :, 4, 4], torch.tensor([-5.0, 3.0]))


@settings(max_examples=30)
@given(numbers)
def test_at_the_edge_of_a_motion_every_vector_is_one_sides_to_half_a_pixel(seed):
    rng = np.random.default_rng(seed)
    frame_size, size = (60, 80), (25, 33)
    left, right = rng.uniform(-20, 20, (2, 2))
    field = np.where((np.arange(80) < 40)[None, :, None], left, right) * np.ones((60, 80, 1))
    view = random_view(rng, size, frame_size)
    new, _ = view_flow(as_batch(field), everywhere(frame_size), view[None], view[None], size)
    turn = np.linalg.inv(view[:2, :2])
    sides = np.array([turn @ left, turn @ right])  # what each side moves by in the crop
    off = np.abs(new[0].numpy().transpose(1, 2, 0)[:, :, None] - sides).max(-1).min(-1)
    allowed = 1e-3 + 0.5 * np.abs(turn).sum(1).max()  # half a pixel of the frame, in the crop
    assert off.max() <= allowed


def test_unknown_pixels_stay_unknown_and_touch_nothing():
    rng = np.random.default_rng(5)
    frame_size, size = (60, 80), (40, 50)
    known_before = rng.random(frame_size) < 0.5
    field = np.where(known_before[..., None], (3.0, -2.0), 1e9)
    view = view_matrix(size, frame_size, degrees=11, zoom=(1.3, 1.3))
    new, known = view_flow(as_batch(field), torch.from_numpy(known_before)[None], view[None], view[None], size)
    y, x = np.mgrid[:40, :50]
    look = np.rint((view @ np.stack([x.ravel(), y.ravel(), np.ones(x.size)]))[:2]).astype(int).reshape(2, 40, 50)
    assert (known[0].numpy() == known_before[look[1], look[0]]).mean() > 0.9999  # but for ties
    expected = np.linalg.inv(view[:2, :2]) @ (3.0, -2.0)
    vectors = new[0].permute(1, 2, 0)[known[0]].numpy()
    np.testing.assert_allclose(vectors, np.broadcast_to(expected, vectors.shape), atol=1e-3)
    assert not new[0].permute(1, 2, 0)[~known[0]].any()


def test_a_view_looks_where_opencv_says():
    view = view_matrix((30, 40), (60, 80), translation=(4, -2), degrees=10, zoom=(1.5, 1.5))
    # OpenCV's angle is counter-clockwise, and its matrix goes from the frame to the crop.
    reference = cv2.getRotationMatrix2D((39.5, 29.5), 10, 1.5)
    reference[:, 2] += (19.5 - 39.5, 14.5 - 29.5)
    turn = np.array(
        [[np.cos(np.deg2rad(10)), np.sin(np.deg2rad(10))], [-np.sin(np.deg2rad(10)), np.cos(np.deg2rad(10))]]
    )
    reference[:, 2] -= turn @ (4, -2)  # the crop moves, so its content moves the other way, in the crop's turned axes
    np.testing.assert_allclose(np.linalg.inv(view)[:2], reference, atol=1e-9)


@pytest.mark.parametrize(
    ("config", "frame_size"),
    [(PAPER, (384, 512)), (PAPER, (320, 448)), (CAFFE, (384, 512)), (MILD, (192, 256)), (MILD, (96, 128))],
)
def test_crops_lie_inside(config, frame_size):
    size = config.size or frame_size
    fallbacks = 0
    for seed in range(300):
        pair = np.stack(draw_views(config, np.random.default_rng(seed), size, frame_size))
        corners = pair[:, :2] @ [[0, size[1] - 1, 0, size[1] - 1], [0, 0, size[0] - 1, size[0] - 1], [1, 1, 1, 1]]
        assert corners.min() > -1e-5
        assert (corners.max(axis=(0, 2)) < (frame_size[1] - 1 + 1e-5, frame_size[0] - 1 + 1e-5)).all()
        fallbacks += np.allclose(pair[0], view_matrix(size, frame_size))
    assert fallbacks <= 3


def test_where_no_draw_fits_both_frames_are_seen_straight():
    never = AugmentConfig(
        size=(32, 48),
        spatial=SpatialConfig(zoom=uniform(0.1, 0.2)),
        relative_spatial=SpatialConfig(zoom=uniform(0.1, 0.2)),
    )
    first, second = draw_views(never, np.random.default_rng(0), (32, 48), (40, 60))
    np.testing.assert_array_equal(first, [[1, 0, 6], [0, 1, 4], [0, 0, 1]])
    np.testing.assert_array_equal(second, first)


def test_the_first_draw_that_fits_is_taken_so_views_follow_their_laws():
    free = AugmentConfig(
        size=(10, 10), spatial=SpatialConfig(rotation=uniform(-17, 17), zoom=uniform(0.9, 2.0), flip_x=0.25)
    )
    views = np.stack([draw_views(free, np.random.default_rng(s), (10, 10), (100, 100))[0] for s in range(2000)])
    flipped = np.linalg.det(views[:, :2, :2]) < 0
    assert flipped.mean() == pytest.approx(0.25, abs=0.03)
    zoom = 1 / np.sqrt(np.abs(np.linalg.det(views[:, :2, :2])))
    assert (zoom.min(), zoom.mean(), zoom.max()) == pytest.approx((0.9, 1.45, 2.0), abs=0.02)
    degrees = np.rad2deg(np.arctan2(views[:, 1, 0], views[:, 1, 1]))
    assert (degrees.min(), degrees.mean(), degrees.max()) == pytest.approx((-17, 0, 17), abs=0.5)


def test_fits_is_exact_at_the_border():
    whole = view_matrix((40, 60), (40, 60))
    moved = view_matrix((40, 60), (40, 60), translation=(0.01, 0))
    assert fits(np.stack([whole, moved]), (40, 60), (40, 60)).tolist() == [True, False]
