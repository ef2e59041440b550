"""Backgrounds have the statistics of photographs; photographs are taken where there are some."""

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest

from flowlab.chairs import make_pair
from flowlab.chairs.shapes import draw
from flowlab.chairs.texture import FAMILIES, background, fingerprint, photograph, photographs
from flowlab.chairs.texture.canvas import KINDS, SIDE, Canvas, cut, power_noise, tile

from .conftest import SIZE, SMALL


def spectrum_slope(grey):
    """Slope of log amplitude over log frequency, on rings of the windowed spectrum."""
    n = min(grey.shape)
    window = np.hanning(n)
    amplitude = np.abs(np.fft.fft2((grey[:n, :n] - grey.mean()) * window[:, None] * window))
    frequency = np.hypot(np.fft.fftfreq(n)[:, None], np.fft.fftfreq(n))
    edges = np.geomspace(4 / n, 0.3, 12)
    rings = [amplitude[(frequency >= a) & (frequency < b)].mean() for a, b in pairwise(edges)]
    return np.polyfit(np.log(edges[1:]), np.log(rings), 1)[0]


@pytest.fixture(scope="module")
def backgrounds():
    return {
        name: [background(np.random.default_rng(seed), (192, 256), name) for seed in range(12)] for name in FAMILIES
    }


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0])
def test_noise_falls_with_the_power_that_was_asked_for(exponent):
    noise = power_noise(np.random.default_rng(0), 256, exponent)
    assert spectrum_slope(noise) == pytest.approx(-exponent, abs=0.12)


def test_tiles_have_no_seam():
    for kind in (*KINDS, "relief", "foliage"):
        source = tile(kind)
        across, along = (np.abs(source[:, 0] - source[:, -1]).mean(), np.abs(np.diff(source, axis=1)).mean())
        assert source.shape == (SIDE, SIDE)
        assert across < 1.3 * along


def test_pieces_larger_than_a_tile_go_round():
    assert cut(np.random.default_rng(0), "rough", (SIDE + 50, 30)).shape == (SIDE + 50, 30)


@pytest.mark.parametrize("name", FAMILIES)
def test_each_family_has_the_spectrum_of_photographs(backgrounds, name):
    """Photographs: about -1, from -0.8 to -1.6 for single ones."""
    slopes = [spectrum_slope(picture.mean(axis=2)) for picture in backgrounds[name]]
    assert -1.8 < np.median(slopes) < -0.8


def test_colours_are_correlated_and_gradients_are_sparse(backgrounds):
    correlations, kurtoses = [], []
    for pictures in backgrounds.values():
        for picture in pictures:
            r, g, b = picture.reshape(-1, 3).T.astype(float) + np.random.default_rng(0).normal(0, 1e-3, (3, 1))
            correlations.append(np.corrcoef([r, g, b])[[0, 1], [1, 2]].mean())
            step = np.diff(picture.mean(axis=2), axis=1).ravel()
            kurtoses.append(np.mean((step - step.mean()) ** 4) / step.var() ** 2)
    assert np.median(correlations) > 0.7
    assert np.median(kurtoses) > 6  # a Gaussian has 3, photographs 10 and more


def test_every_background_is_another_and_follows_from_its_seed(backgrounds):
    pictures = [picture.tobytes() for group in backgrounds.values() for picture in group]
    assert len(set(pictures)) == len(pictures)
    for name, group in backgrounds.items():
        np.testing.assert_array_equal(background(np.random.default_rng(3), (192, 256), name), group[3])


def test_backgrounds_are_neither_black_nor_white(backgrounds):
    means = [picture.mean() for group in backgrounds.values() for picture in group]
    assert 60 < np.mean(means) < 170
    assert np.mean([picture.std() for group in backgrounds.values() for picture in group]) > 25


def test_an_unknown_family_is_refused():
    with pytest.raises(ValueError, match=r"family must be one of mountains, .*, got 'sea'"):
        background(np.random.default_rng(0), (40, 40), "sea")


def test_a_canvas_shows_what_was_drawn_last():
    canvas = Canvas(np.random.default_rng(0), (40, 40), ("natural", "rough", "clouds"))
    canvas.shade = 0.0
    green, blue = (canvas.paint(colour, colour) for colour in ((0, 1, 0), (0, 0, 1)))
    canvas.box(0, 0, 1, 1, green)
    canvas.polygon([(0, 0), (0.5, 0), (0.5, 1), (0, 1)], blue)
    picture = canvas.finish(blur=0)
    assert picture[20, 5].tolist() == [0, 0, 255]
    assert picture[20, 35].tolist() == [0, 255, 0]


def test_a_canvas_says_when_its_paints_are_used_up():
    canvas = Canvas(np.random.default_rng(0), (8, 8), ("natural", "rough", "clouds"))
    for _ in range(256):
        canvas.paint((1, 1, 1))
    with pytest.raises(ValueError, match="256 paints"):
        canvas.paint((1, 1, 1))


def test_a_folder_of_photographs_is_where_backgrounds_come_from(tmp_path):
    (tmp_path / "sub").mkdir()
    picture = np.zeros((90, 120, 3), np.uint8)
    picture[:] = (200, 20, 120)  # B, G, R
    for name in ("a.png", "sub/b.jpg"):
        cv2.imwrite(str(tmp_path / name), picture)
    (tmp_path / "notes.txt").write_text("no picture")
    assert [f.name for f in photographs(str(tmp_path))] == ["a.png", "b.jpg"]
    piece = photograph(np.random.default_rng(0), (48, 64), str(tmp_path))
    assert piece.shape == (48, 64, 3)
    assert np.abs(piece.reshape(-1, 3).astype(int) - (120, 20, 200)).max() < 8
    pair = make_pair(0, 0, SIZE, replace(SMALL, photographs=str(tmp_path), chairs=(0, 0)))
    assert pair.img1.std(axis=(0, 1)).max() < 5  # one colour, in the camera's mood
    never = make_pair(0, 0, SIZE, replace(SMALL, photographs=str(tmp_path), chairs=(0, 0), photograph_share=0.0))
    assert never.img1.std(axis=(0, 1)).max() > 5


def test_the_photographs_of_scikit_image_serve_where_it_is_installed():
    pieces = {photograph(np.random.default_rng(seed), (60, 80), "skimage").tobytes() for seed in range(10)}
    assert len(pieces) == 10
    assert len(photographs("skimage")) >= 5


def test_the_fingerprint_tells_folders_apart(tmp_path):
    for name, side in (("one", 20), ("two", 21)):
        (tmp_path / name).mkdir()
        cv2.imwrite(str(tmp_path / name / "a.png"), np.zeros((side, side, 3), np.uint8))
    assert fingerprint(str(tmp_path / "one")) != fingerprint(str(tmp_path / "two"))


def test_folders_without_photographs_are_refused(tmp_path):
    with pytest.raises(ValueError, match="no photograph in"):
        photographs(str(tmp_path))
    with pytest.raises(ValueError, match="which is not a folder"):
        photographs(str(tmp_path / "missing"))
    (tmp_path / "broken.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="not an image that OpenCV can read"):
        photograph(np.random.default_rng(0), (20, 20), str(tmp_path))


@pytest.mark.parametrize("shape", ["box", "polygon", "ellipse", "comb", "cutout"])
def test_shapes_have_soft_edges_an_empty_border_and_premultiplied_colour(shape):
    for seed in range(5):
        sprite = draw(np.random.default_rng(seed), shape, 70).astype(int)
        assert sprite.shape[0] == 70
        assert sprite[[0, -1], :, 3].max() == 0 == sprite[:, [0, -1], 3].max()
        assert (sprite[..., :3] <= sprite[..., 3:] + 1).all()
        assert sprite[..., 3].max() == 255


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape must be box, .*, got 'star'"):
        draw(np.random.default_rng(0), "star", 40)
