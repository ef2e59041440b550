"""What the page itself does for a widget, on a small one: its play button, its marker, its sign of work, its film."""

import nbformat
import pytest

from flowlab_course.build import METADATA
from tests.browser.notebook import Notebook, eventually
from tests.browser.widgets import HANDLE, PAD, PLAY, Widget, unlabelled
from tests.budgets import HANG

pytestmark = pytest.mark.browser

CELL = """
import time
import ipywidgets, numpy as np
from flowlab_course.widgets import Explorer, Picture

def compute(step, seconds, cursor):
    time.sleep(seconds)
    return step, seconds, cursor

def draw(at):
    rgb = np.full((200, 300, 3), 10 * at[0], np.uint8)
    return Picture(rgb, f"A grey picture, {at[0]} steps after black.", str(at[1:]))

controls = {
    "step": ipywidgets.IntSlider(max=5, description="Step"),
    "seconds": ipywidgets.SelectionSlider(options=(0, 0.2, 2), description="Seconds of work"),
}
film = [("black", {"step": 0}), ("grey", {"step": 5})]
Explorer(compute, draw, controls, title="Steps", film=film, pad="cursor", play={"step": 150})
"""
# Keeps what the status line says, with the milliseconds at which it said so.
LISTEN = """sign => {
    window.said = [];
    new MutationObserver(() => window.said.push([performance.now(), sign.textContent])).observe(
        sign, { childList: true, characterData: true, subtree: true });
}"""


@pytest.fixture
def small(page, lab, request):
    name = request.function.__name__  # its own notebook: a kernel goes on when a page is closed
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)], metadata=METADATA)
    nbformat.write(notebook, lab.root / f"{name}.ipynb")
    opened = Notebook(page, lab, name)
    opened.run_all(code_cells=1, timeout=HANG)
    (root,) = opened.all(".flowlab-widget")
    widget = Widget(page, root)
    eventually(page, lambda: root.locator(HANDLE).count() == 2, "both sliders are there")
    yield widget
    assert not widget.error()
    assert not opened.watcher.troubles, "\n".join(opened.watcher.troubles)


def test_play_moves_the_slider_to_its_end_and_stops_and_starts_anew(small):
    page, step = small.page, small.root.locator(HANDLE).first
    button = small.root.get_by_role("button", name="Play or pause: Step")
    assert small.root.get_by_role("button", name="Back to the start: Step").is_visible()
    assert not unlabelled(page), "\n".join(unlabelled(page))
    for _ in range(2):  # from the end it starts at the beginning
        button.focus()
        page.keyboard.press("Enter")
        eventually(page, lambda: small.root.locator(PLAY).count() == 0, "it plays")
        eventually(page, lambda: 0 < float(step.get_attribute("aria-valuenow")) < 5, "it is on its way")
        eventually(page, lambda: small.root.locator(PLAY).count() == 1, "it stops by itself")
        eventually(page, lambda: "5 steps after black" in small.picture.get_attribute("alt"), "the last step is drawn")
    page.wait_for_timeout(1000)
    assert step.get_attribute("aria-valuenow") == "5.0", "it stays there"


def test_the_marker_does_not_stay_behind_when_a_drag_leaves_the_picture(small):
    mouse, marker, pad = small.page.mouse, small.root.locator(".flowlab-marker"), small.root.locator(PAD)
    box = pad.bounding_box()
    x, y = box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"]
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 40, y, steps=3)
    ring = marker.bounding_box()
    assert (ring["x"] + ring["width"] / 2, ring["y"] + ring["height"] / 2) == pytest.approx((x + 40, y), abs=1)
    mouse.move(x + box["width"], y, steps=3)
    assert marker.is_hidden()
    eventually(small.page, lambda: "[1.0, 0" in small.root.inner_text(), "the cursor itself stays on the rim")
    mouse.move(x, y, steps=3)
    assert marker.is_visible(), "the pointer is back"
    mouse.move(x, y - box["height"], steps=3)
    mouse.up()
    assert marker.is_hidden(), "the drag ended outside"
    pad.focus()
    small.page.keyboard.press("ArrowDown")
    assert marker.is_visible(), "keys need to see where they are"


def test_work_says_so_after_half_a_second_and_short_work_never(small):
    page, seconds = small.page, small.root.locator(HANDLE).nth(1)
    sign = small.root.get_by_role("status")
    sign.evaluate(LISTEN)

    def work(keys):
        page.evaluate("window.said = []; window.began = performance.now()")
        small.press_all(seconds, keys)

    work(["ArrowRight"])
    eventually(page, lambda: "0.2" in small.root.inner_text(), "the short work is done")
    page.wait_for_timeout(800)
    assert page.evaluate("window.said") == []
    work(["ArrowRight"])
    eventually(page, lambda: len(page.evaluate("window.said")) == 2, "the sign came and went")
    (appeared, text), (vanished, nothing) = page.evaluate("window.said")
    assert (text, nothing) == ("computing ...", "")
    began = page.evaluate("window.began")
    assert appeared - began >= 500
    assert vanished - began >= 2000, "it stays until the work is done"


def test_the_film_strip_is_for_readers_without_a_kernel(small):
    page, film = small.page, small.page.locator(".flowlab-film")
    assert film.count() == 1
    assert film.is_hidden()
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator('.lm-Menu-item[data-command="kernelmenu:shutdown"]').click()
    eventually(page, film.is_visible, "the film-strip is there once the kernel is gone")
    assert "No kernel? Steps, as a film-strip" in film.inner_text()
