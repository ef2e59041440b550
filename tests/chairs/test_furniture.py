"""The workshop, the z-buffer, the camera, and every kind of chair that they make."""

import cv2
import numpy as np
import pytest

from flowlab.chairs.furniture import KINDS, VIEWS, ChairWorkshop, Light, Material, build, picture, render
from flowlab.chairs.furniture.materials import PATTERNS, albedo
from flowlab.chairs.furniture.members import INFILLS
from flowlab.chairs.furniture.render import rasterise
from flowlab.chairs.furniture.workshop import loft

RED = Material("plain", (1.0, 0.0, 0.0), specular=0.0)
EVEN = Light(lamp=0.0, glow=0.8)


def volume(mesh):
    """The enclosed volume, by the divergence theorem; negative if the faces look inwards."""
    a, b, c = mesh.points.transpose(1, 0, 2)
    return np.einsum("fk,fk->", a, np.cross(b, c)) / 6


def made(work, seed=0, **kwargs):
    shop = ChairWorkshop(np.random.default_rng(seed), **kwargs)
    work(shop)
    return shop.finish()


def test_a_lofted_box_has_the_volume_of_a_box_and_looks_outwards():
    square = np.array([[0, 0, 0], [2, 0, 0], [2, 3, 0], [0, 3, 0]], float)
    for ring in (square, square[::-1]):  # whichever way round
        box = loft(np.stack([ring, ring + np.array([0, 0, 4])]))
        assert volume(box) == pytest.approx(24)
    twice, _ = made(lambda shop: [shop.add(box, RED) for _ in range(2)])
    assert len(twice.points) == 2 * len(box.points)
    assert volume(twice) == pytest.approx(48)


def test_parts_have_the_volumes_of_their_formulas():
    n = 200
    rod, _ = made(lambda shop: shop.rod([(0, 0, 0), (0, 0, 2)], 0.5, RED, sides=n))
    assert volume(rod) == pytest.approx(np.pi * 0.25 * 2, rel=1e-3)
    beam, _ = made(lambda shop: shop.beam([(0, 0, 0), (0, 1, 1)], 0.2, 0.3, RED))
    assert volume(beam) == pytest.approx(0.2 * 0.3 * np.sqrt(2))
    flat = np.stack(np.broadcast_arrays(np.linspace(0, 1, 4)[:, None], np.linspace(0, 2, 5), 0.0), axis=2)
    board, _ = made(lambda shop: shop.board(flat, 0.1, RED))
    assert volume(board) == pytest.approx(0.2)
    cushion, _ = made(lambda shop: shop.cushion((1, 1, 1), RED, crown=0.0))
    assert 0.75 < volume(cushion) < 1.0  # a box with soft edges


def test_normals_of_a_smooth_rod_point_away_from_its_axis():
    rod, _ = made(lambda shop: shop.rod([(0, 0, 0), (0, 0, 1)], np.full(5, 0.3), RED, sides=24))
    side = np.abs(rod.normals[..., 2]) < 0.5  # not the caps
    points, normals = rod.points[side][:, :2], rod.normals[side][:, :2]
    outwards = points / np.linalg.norm(points, axis=1, keepdims=True)
    assert np.einsum("pk,pk->p", outwards, normals).min() > 0.99


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_closed_and_of_the_size_of_a_chair(kind):
    for seed in range(6):
        mesh, materials = build(np.random.default_rng(seed), kind)
        assert volume(mesh) > 0
        assert np.isfinite(mesh.points).all()
        assert np.isfinite(mesh.normals).all()
        width, depth, height = np.ptp(mesh.points, axis=(0, 1))
        assert 0.25 < width < 1.9
        assert 0.25 < depth < 1.4
        assert 0.35 < height < 1.4
        assert -0.05 < mesh.points[..., 2].min() < 0.06  # it stands on the floor
        assert mesh.material.max() == len(materials) - 1


def test_every_infill_stands_within_its_back():
    for name, fill in INFILLS.items():
        shop = ChairWorkshop(np.random.default_rng(1))
        back = shop.random_back(0.45, 0.42, 0.45)
        fill(shop, back, RED, RED)
        points = shop.finish()[0].points.reshape(-1, 3)
        assert points[:, 2].min() > back.low - 0.1, name
        assert points[:, 2].max() < back.high + back.crest + 0.1, name
        assert np.abs(points[:, 0]).max() < 0.65 * max(back.width, back.top) + 0.05, name


def test_unknown_kinds_are_refused():
    with pytest.raises(ValueError, match=r"kind must be one of dining, .*, got 'sofa'"):
        build(np.random.default_rng(0), "sofa")


def test_the_z_buffer_equals_loops_over_samples_and_triangles():
    rng = np.random.default_rng(0)
    corners = rng.uniform(-5, 25, (40, 3, 2))
    nearness = rng.uniform(0.2, 1.0, (40, 3))
    number, depth = rasterise(corners, nearness, (18, 22))
    for y in range(18):
        for x in range(22):
            best, nearest = -1, 0.0
            for f in range(40):
                system = np.vstack([corners[f].T, np.ones(3)])
                weights = np.linalg.solve(system, [x, y, 1.0])  # barycentric coordinates
                if (weights >= 0).all() and weights @ nearness[f] > nearest:
                    best, nearest = f, weights @ nearness[f]
            assert number[y, x] == best
            assert depth[y, x] == pytest.approx(nearest, abs=1e-9)


def test_a_view_is_a_turn_of_the_chair():
    """31 azimuths: view k shows what view 0 shows of a chair turned by k / 31."""
    mesh, materials = build(np.random.default_rng(3), "dining")
    for k in (1, 8, 20):
        a = 2 * np.pi * k / 31
        turn = np.array([[np.cos(a), -np.sin(a), 0], [np.sin(a), np.cos(a), 0], [0, 0, 1]])
        turned = mesh._replace(points=mesh.points @ turn.T, normals=mesh.normals @ turn.T)
        a, b = (render(m, materials, view, 64, light=EVEN) for m, view in ((turned, 0), (mesh, k)))
        assert a.shape == b.shape
        assert np.mean(a != b) < 0.04  # a sample on an edge, or on a line of a pattern, may fall to either side
        assert np.abs(a.astype(int) - b).mean() < 0.5


def test_the_chair_faces_the_camera_at_view_0_and_the_wall_15_views_later():
    """A chair whose front is red and whose rear is blue."""
    blue = Material("plain", (0.0, 0.0, 1.0), specular=0.0)

    def work(shop):
        shop.beam([(0, 0.05, 0), (0, 0.05, 1)], 0.8, 0.1, RED)
        shop.beam([(0, -0.05, 0), (0, -0.05, 1)], 0.8, 0.1, blue)

    front, rear = (render(*made(work), view, 60, light=EVEN).astype(int) for view in (0, 15))
    assert front[30, front.shape[1] // 2].tolist()[0] > 100 > 20 > front[30, front.shape[1] // 2].tolist()[2]
    assert rear[30, rear.shape[1] // 2].tolist()[2] > 100 > 20 > rear[30, rear.shape[1] // 2].tolist()[0]


def test_62_views_are_all_different():
    mesh, materials = build(np.random.default_rng(1), "folding")
    pictures = {render(mesh, materials, view, 40).tobytes() for view in range(VIEWS)}
    assert VIEWS == 62
    assert len(pictures) == 62


def test_colour_is_premultiplied_and_edges_are_soft():
    for seed in range(8):
        sprite = picture(np.random.default_rng(seed), 90).astype(int)
        assert (sprite[..., :3] <= sprite[..., 3:] + 1).all()
        assert len(np.unique(sprite[..., 3])) > 6
        assert sprite[[0, -1]].max() == 0 == sprite[:, [0, -1]].max()  # an empty border
        assert max(sprite.shape[:2]) == 90


@pytest.mark.parametrize("pixels", [60, 120, 200])
def test_alpha_adds_up_to_the_area_of_the_outline(pixels):
    """A ball has the outline of a circle from every side (an ellipse, hardly, in perspective)."""
    z = np.cos(np.linspace(0, np.pi, 60))
    path = np.stack([0 * z, 0 * z, z], axis=1)
    ball, materials = made(lambda shop: shop.rod(path, np.maximum(np.sqrt(1 - z**2), 1e-3), RED, sides=60))
    alpha = render(ball, materials, 5, pixels)[..., 3] / 255
    assert alpha.sum() == pytest.approx(np.pi / 4 * (pixels - 2) ** 2, rel=0.02)


def test_parts_thinner_than_a_pixel_are_kept():
    def work(shop):
        shop.beam([(-0.5, 0, 0), (-0.5, 0, 1)], 0.02, 0.02, RED)
        shop.beam([(0.5, 0, 0), (0.5, 0, 1)], 0.02, 0.02, RED)
        shop.rod([(-0.5, 0, 0.5), (0.5, 0, 0.5)], 0.002, RED, sides=12)  # 4 mm: 0.2 px

    mesh, materials = made(work)
    alpha = render(mesh, materials, 0, 60, samples=4)[..., 3] / 255
    middle = alpha[:, 15:-15]
    pixels_of_a_metre = 60 / 1.04
    assert middle.sum() == pytest.approx(0.004 * pixels_of_a_metre * middle.shape[1], rel=0.5)
    assert (middle.max(axis=0) > 0).mean() > 0.9


@pytest.mark.parametrize("kind", ["windsor", "wire"])
def test_switching_thin_parts_off_leaves_none(kind):
    def left_by_opening(alpha):  # what a disc of 2 cm can reach
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
        solid = (alpha > 127).astype(np.uint8)
        return cv2.morphologyEx(solid, cv2.MORPH_OPEN, disc).sum() / solid.sum()

    for seed in range(3):
        thick, thin = (
            left_by_opening(picture(np.random.default_rng(seed), 200, kind=kind, view=4, thin=thin)[..., 3])
            for thin in (False, True)
        )
        assert thick > 0.97
        assert thin < 0.93


def test_what_stands_in_the_shadow_is_darker():
    def floor(shop):
        shop.beam([(-1, 0, 0), (1, 0, 0)], 0.02, 2.0, RED, side=(0, 0, 1))

    def roofed(shop):
        floor(shop)
        shop.beam([(-0.4, 0, 0.9), (0.4, 0, 0.9)], 0.02, 0.8, RED, side=(0, 0, 1))

    light = Light(direction=(0.0, 1.0, 0.3), lamp=0.8, glow=0.2)
    open_, covered = (render(*made(work), 0, 120, light=light) for work in (floor, roofed))
    lit = np.bincount(open_[open_[..., 3] == 255][:, 0], minlength=256).argmax()
    dark = covered[covered[..., 3] == 255][:, 0]
    assert (np.abs(dark.astype(int) - lit) < 10).mean() > 0.3  # the rest of the floor, and the roof
    assert (dark < 0.6 * lit).mean() > 0.03  # under it


def test_designs_differ():
    pictures = {picture(np.random.default_rng([9, n]), 32, view=3).tobytes() for n in range(60)}
    assert len(pictures) == 60


def test_the_same_state_of_chance_makes_the_same_chair():
    a, b = (picture(np.random.default_rng(5), 64) for _ in range(2))
    np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", PATTERNS)
def test_patterns_stay_between_their_two_colours_and_average_out_with_distance(name):
    first, second = (0.2, 0.4, 0.6), (0.8, 0.5, 0.1)
    material = Material(name, first, second, contrast=1.0)
    uv = np.random.default_rng(0).uniform(-3, 3, (20_000, 2)).astype(np.float32)
    near, far = albedo(material, uv), albedo(material, uv, metres=1.0)
    low, high = np.minimum(first, second) - 1e-5, np.maximum(first, second) + 1e-5
    assert ((near >= low) & (near <= high)).all()
    np.testing.assert_allclose(near.mean(axis=0), far.mean(axis=0), atol=0.02)
    if name != "plain":
        assert far.std(axis=0).max() < 0.5 * near.std(axis=0).max()


@pytest.mark.parametrize(
    ("view", "pixels", "message"), [(62, 40, "view must be"), (-1, 40, "view must be"), (0, 4, "8 pixels")]
)
def test_impossible_pictures_are_refused(view, pixels, message):
    with pytest.raises(ValueError, match=message):
        render(*build(np.random.default_rng(0), "stool"), view, pixels)
