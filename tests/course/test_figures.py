"""A figure is one small output that a reader who cannot see it can read."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

import flowlab_course as course
from flowlab_course.page import figures

ALT = "A curve that rises from left to right."


class Attributes(HTMLParser):
    """Reads a page as a browser does, and keeps each element's attributes."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = {}, []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found[tag] = dict(attrs)

    def handle_data(self, data):
        self.text.append(data)


def picture(page: str) -> Image.Image:
    source = Attributes(page).found["img"]["src"]
    return Image.open(io.BytesIO(base64.b64decode(source.partition("base64,")[2])))


def photograph(height, width):
    """Smooth structure with fine noise, which PNG cannot compress well."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:height, :width] / 40
    smooth = np.stack([np.sin(x + y), np.cos(x - y), np.sin(x * y / 9)], -1) * 90 + 128
    return np.clip(smooth + rng.normal(0, 3, smooth.shape), 0, 255).astype(np.uint8)


def test_show_is_one_output_of_html_and_text(displayed):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1])
    assert course.show(fig, alt=ALT, see="a line that rises.") is None
    (bundle,) = displayed
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == f"[figure] {ALT}"
    assert bundle["text/html"].endswith("<figcaption>What you should see: a line that rises.</figcaption></figure>")
    assert picture(bundle["text/html"]).size == (288, 192)


def test_show_closes_the_figure(displayed):
    fig, _ = plt.subplots()
    course.show(fig, alt=ALT)
    assert not plt.fignum_exists(fig.number)


def test_a_figure_that_is_refused_is_closed_too():
    fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="alt must say"):
        course.show(fig, alt="too short")
    assert not plt.fignum_exists(fig.number)


def test_alt_and_sentence_are_escaped(displayed):
    alt = 'u < 0 & v > 0: "left & down" it\'s <b>not</b> a tag'
    course.show(plt.figure(figsize=(2, 2)), alt=alt, see="u < 0 & <i>v</i>")
    page = Attributes(displayed[0]["text/html"])
    assert page.found["img"]["alt"] == alt
    assert set(page.found) == {"figure", "img", "figcaption"}
    assert "".join(page.text) == "What you should see: u < 0 & <i>v</i>"


@pytest.mark.parametrize("alt", ["", "short", " " * 30])
def test_a_missing_description_is_refused(alt):
    with pytest.raises(ValueError, match="at least 20 characters"):
        course.show(plt.figure(), alt=alt)


def test_alt_cannot_be_left_out():
    with pytest.raises(TypeError, match="alt"):
        course.show(plt.figure())


def test_what_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="got ndarray"):
        course.show(np.zeros((4, 4, 3)), alt=ALT)


def test_the_picture_is_opaque_after_begin(displayed):
    course.begin("01")
    course.show(plt.figure(figsize=(2, 2)), alt=ALT)
    image = picture(displayed[0]["text/html"]).convert("RGBA")
    assert image.getextrema()[3] == (255, 255)
    assert image.getpixel((0, 0)) == (255, 255, 255, 255)


def test_a_photograph_becomes_webp_below_60_kb(displayed):
    fig = plt.figure(figsize=(3.5, 2.5))
    fig.figimage(photograph(240, 336))
    assert len(figures.png_bytes(fig)) > 60_000
    course.show(fig, alt=ALT)
    page = displayed[0]["text/html"]
    data = base64.b64decode(re.search(r"base64,([^\"]+)", page)[1])
    assert len(data) <= 60_000
    assert "data:image/webp;" in page
    assert (picture(page).format, picture(page).size) == ("WEBP", (336, 240))


def test_a_drawing_stays_exact(displayed):
    fig, ax = plt.subplots(figsize=(3, 2))
    ax.plot([0, 1])
    course.show(fig, alt=ALT)
    assert picture(displayed[0]["text/html"]).format == "PNG"


def test_webp_keeps_a_photographs_colours_close():
    image = photograph(120, 160)
    small = figures.small_picture(image, limit=12_000)
    assert len(small) <= 12_000 < len(figures.png_bytes(image))
    seen = np.asarray(Image.open(io.BytesIO(small)).convert("RGB")).astype(int)
    assert np.abs(seen - image).mean() < 4


def test_a_picture_that_stays_too_large_is_refused():
    fig = plt.figure(figsize=(8, 6))
    fig.figimage(np.random.default_rng(0).integers(0, 256, (576, 768, 3), np.uint8))
    with pytest.raises(ValueError, match=r"as WebP of quality 60; at most 60 kB"):
        course.show(fig, alt=ALT)
    assert not plt.fignum_exists(fig.number)


def test_an_array_comes_back_pixel_by_pixel():
    image = photograph(20, 30)
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(course.png_bytes(image)))), image)


@pytest.mark.parametrize(
    "array", [np.zeros((4, 4)), np.zeros((4, 4, 3)), np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4, 4), np.uint8)]
)
def test_an_array_that_is_no_rgb_image_is_refused(array):
    with pytest.raises(TypeError, match=r"\(H, W, 3\) uint8, got"):
        course.png_bytes(array)


def test_the_same_figure_gives_the_same_bytes():
    def draw():
        fig, ax = plt.subplots(figsize=(2, 2))
        ax.imshow(np.eye(5))
        data = course.png_bytes(fig)
        plt.close(fig)
        return data

    assert draw() == draw()
