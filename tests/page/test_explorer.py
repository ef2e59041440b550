"""The displacement explorer in Chromium: its numbers are flowlab.correlation's, by mouse and by keyboard."""

import re

import cv2
import numpy as np
import pytest
import torch
from playwright.sync_api import expect

from flowlab.costvolume import Geometry
from flowlab_course.chapters.ch08.matching import search
from flowlab_course.features import patches
from tests.page.conftest import served, visit

pytestmark = pytest.mark.browser
START = "armchair in the mountains"


def move(page, slider, value):
    page.locator(f"#{slider}").fill(str(value))


def scores(page):
    """The scores as the page saves them: (D, D), and the place of the best by its own sentence."""
    with page.expect_download() as download:
        page.get_by_text("Save these scores as CSV").click()
    table = np.loadtxt(download.value.path(), delimiter=",", skiprows=1)
    side = round(len(table) ** 0.5)
    return table[:, 3].reshape(side, side), table


def frames(built, name, crop):
    """The features of both frames of a bundled pair, as flowlab computes them: colours, and patches."""
    (y, x), (height, width) = crop, (176, 264)
    images = [cv2.imread(str(built / f"pairs/{name}-{number}.webp"))[..., ::-1].copy() for number in (1, 2)]
    tensors = [torch.from_numpy(i).permute(2, 0, 1)[None].float()[..., y : y + height, x : x + width] for i in images]
    return {"colours": [t / 255 for t in tensors], "patches": [patches(t / 255) for t in tensors]}


@pytest.mark.parametrize(
    ("kind", "d", "s2", "K", "s1"), [("patches", 20, 2, 1, 1), ("patches", 7, 3, 5, 4), ("colours", 12, 1, 3, 1)]
)
def test_scores_equal_flowlabs(page, built, kind, d, s2, K, s1):
    page.get_by_role("button", name="FlowNetC's values").click()
    page.locator("#explorer-features").select_option(kind)
    settings = {"max-displacement": d, "stride2": s2, "kernel-size": K, "stride1": s1}
    for slider, value in settings.items():
        move(page, slider, value)
    x, y = 101 // s1 * s1, 130 // s1 * s1
    expect(page.locator("#explorer-verdict")).to_contain_text(f"Pixel ({x}, {y})")
    shown, table = scores(page)
    a, b = frames(built, "mountains", (80, 0))[kind]
    expected = search(a, b, (x, y), Geometry(K, d, 1, s2, d + K // 2))
    np.testing.assert_allclose(shown, expected, rtol=1e-4, atol=1e-6)
    dx, dy = table[shown.argmax(), 1:3].astype(int)
    said = re.search(r"best match at \((\S+), (\S+)\) px", page.locator("#explorer-verdict").inner_text())
    assert [int(number.replace("−", "-")) for number in said.groups()] == [dx, dy]

    Ho, Wo = Geometry(K, d, s1, s2, d + K // 2).output_size(176, 264)
    D, C = 2 * (d // s2) + 1, a.shape[1]
    expect(page.locator("#explorer-channels")).to_have_text(f"{D * D:,}")
    products = Ho * Wo * D * D * K * K * C
    shown = f"{products / 1e9:.2f} billion" if products >= 1e9 else f"{products / 1e6:.1f} million"
    expect(page.locator("#explorer-products")).to_have_text(shown)


def test_the_values_of_flownetc_are_441_channels(page):
    page.get_by_role("button", name="FlowNetC's values").click()
    expect(page.locator("#explorer-channels")).to_have_text("441")


@pytest.mark.parametrize(
    ("title", "verdict"),
    [
        ("FlowNetC's values", "found"),
        ("The window is too small", "outside"),
        ("The steps are too long", "missed"),
        ("Colours as they are", "missed"),
    ],
)
def test_what_there_is_to_notice_is_there(page, title, verdict):
    page.get_by_role("button", name=title).click()
    expect(page.locator("#explorer-verdict")).to_have_attribute("data-verdict", verdict)
    expect(page.get_by_role("button", name=title)).to_have_attribute("aria-pressed", "true")


def test_by_luck_a_step_of_six_lands_on_the_peak(page):
    page.get_by_role("button", name="The steps are too long").click()
    move(page, "stride2", 6)
    expect(page.locator("#explorer-verdict")).to_have_attribute("data-verdict", "found")


def test_on_an_edge_good_matches_lie_along_a_line(page):
    page.get_by_role("button", name="A point on an edge").click()
    expect(page.locator("#explorer-channels")).to_have_text("1,681")
    shown, _ = scores(page)
    along, across = np.sqrt(np.linalg.eigvalsh(np.cov(np.nonzero(shown > 0.7 * shown.max())))[::-1])
    assert along > 2.5 * across, (along, across)


def test_arrow_keys_and_the_mouse_move_the_pixel(page):
    page.get_by_role("button", name="FlowNetC's values").click()
    verdict, board = page.locator("#explorer-verdict"), page.locator("#explorer-first")
    expect(verdict).to_contain_text("Pixel (101, 130)")
    board.focus()
    for key in ("ArrowRight", "Shift+ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    expect(verdict).to_contain_text("Pixel (102, 139)")
    move(page, "stride1", 4)
    page.keyboard.press("Tab")  # off the slider
    board.focus()
    page.keyboard.press("ArrowLeft")
    expect(verdict).to_contain_text("Pixel (96, 136)")
    box = board.bounding_box()
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    expect(verdict).to_contain_text("Pixel (132, 88)")


@pytest.fixture
def photographs(tmp_path):
    """Two pictures of a visitor's, one of another size, and something that is none."""
    view = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (176, 264, 3), np.uint8), (0, 0), 2)
    for name, picture in {"one": view, "two": np.roll(view, (4, 6), (0, 1)), "small": view[:100]}.items():
        cv2.imwrite(str(tmp_path / f"{name}.png"), picture)
    (tmp_path / "letter.png").write_text("Dear visitor", encoding="utf-8")
    return tmp_path


def test_own_pictures_are_searched_and_bad_ones_refused_in_words(chromium, url, photographs):
    with visit(chromium, url) as page:
        error = page.locator("#explorer-error")
        page.locator("#explorer-pair").select_option("own")
        expect(error).to_contain_text("Choose a first and a second picture.")
        page.locator("#explorer-own-1").set_input_files(photographs / "letter.png")
        expect(error).to_contain_text("letter.png cannot be read as a picture.")
        page.locator("#explorer-own-1").set_input_files(photographs / "one.png")
        expect(error).to_contain_text("Choose the second picture.")
        page.locator("#explorer-own-2").set_input_files(photographs / "small.png")
        expect(error).to_contain_text("differ in size: 264 × 176 and 264 × 100.")
        page.locator("#explorer-own-2").set_input_files(photographs / "two.png")
        expect(page.locator("#explorer-verdict")).to_contain_text("best match at (+6, +4) px")
        expect(error).to_be_hidden()


def test_a_phone_sees_all_of_it_without_scrolling_sideways(chromium, url):
    with visit(chromium, url, color_scheme="dark", has_touch=True) as page:
        page.set_viewport_size({"width": 360, "height": 740})
        page.locator("#explorer-first").tap()
        expect(page.locator("#explorer-verdict")).to_contain_text("Pixel (132, 8")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_control_has_a_name(page):
    nameless = page.evaluate(
        """[...document.querySelectorAll('button, select, input, canvas:not([aria-hidden])')].filter(control =>
            !(control.getAttribute('aria-label') || control.textContent.trim() || control.closest('label')))
            .map(control => control.outerHTML)"""
    )
    assert nameless == []


def test_chapters_are_linked_where_the_course_stands_beside_the_page(page, url):
    link = page.get_by_role("link", name="chapter 8, Correlation")
    expect(link).to_have_attribute("href", "../chapters/08_correlation.html")
    assert page.request.get(url + "../chapters/08_correlation.html").ok


def test_the_page_alone_has_no_link_that_leads_nowhere(chromium, built):
    """Also without a network, when the service worker answers from what it kept."""
    with served(built) as address, visit(chromium, address) as page:
        page.wait_for_function("navigator.serviceWorker.controller")  # it takes the page over
        page.context.set_offline(True)
        page.reload()
        page.locator("#explorer-verdict").filter(has_text="best match").wait_for()
        links = page.evaluate("[...document.links].map(link => link.href)")
        page.context.set_offline(False)
        assert [link for link in links if not page.request.get(link).ok] == []
