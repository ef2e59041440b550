"""Moves a widget as hands do, by keyboard and by mouse, and looks whether its picture follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from playwright.sync_api import Locator, Page

from tests.browser.notebook import IDLE, eventually

PAD, HANDLE, SELECT = "img.flowlab-pad", ".noUi-handle", "select"
PLAY = ".widget-play button:has(.fa-play)"  # while it plays, the icon is another
# What counts as a control, and the keys that move it. A pad's cursor follows the arrows; with Shift they draw.
KEYS = {
    PAD: ["ArrowLeft"] * 4 + ["Shift+ArrowLeft"] * 4,
    HANDLE: ["ArrowRight"] * 4,
    SELECT: ["ArrowDown"],
    "input[type=checkbox]": ["Space"],
    "input[type=radio]": ["ArrowDown"],
    "button:not(.widget-upload, .widget-play *, :disabled)": ["Enter"],
}
# The keys that undo those above, where a control stands at its end already, or is to come back.
BACK = {HANDLE: ["ArrowLeft"] * 4, SELECT: ["ArrowUp"], "input[type=checkbox]": ["Space"]}
# What a control says of itself, as a screen reader would hear it; a pad and a button have no value of their own.
SHOWN = """element => element.matches('.noUi-handle') ? element.getAttribute('aria-valuenow')
    : element.matches('select') ? String(element.selectedIndex)
    : element.matches('input') ? String(element.checked) : null"""
AT_ITS_END = "handle => handle.getAttribute('aria-valuenow') === handle.getAttribute('aria-valuemax')"
MATCHES = "(element, selector) => element.matches(selector)"
UNLABELLED = """element => {
    const named = node => node && (node.getAttribute('aria-label') || node.textContent || node.title || '').trim();
    const ids = (element.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean);
    const labels = [...(element.labels || []), ...ids.map(id => document.getElementById(id)), element.closest('label')];
    const box = element.closest('.widget-inline-hbox');
    if (box && !element.matches('button')) labels.push(box.querySelector('label, .widget-label'));
    return named(element) || labels.some(named) ? null : element.outerHTML.slice(0, 200);
}"""


class Widget:
    """One `.flowlab-widget` on the page."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page, self.root = page, root
        root.scroll_into_view_if_needed()
        self.picture = root.locator("img.flowlab-picture").first

    def fingerprint(self) -> str:
        """A hash of the picture as it is shown."""
        return hashlib.sha256((self.picture.get_attribute("src") or "").encode()).hexdigest()

    def controls(self) -> list[tuple[str, Locator]]:
        """Every visible control with its kind: the pad first, if there is one, the others as on the page."""
        found = self.root.locator(", ".join(KEYS)).all()
        kinds = [next(kind for kind in KEYS if control.evaluate(MATCHES, kind)) for control in found]
        pairs = [pair for pair in zip(kinds, found, strict=True) if pair[1].is_visible()]
        return sorted(pairs, key=lambda pair: pair[0] != PAD)

    def follows(self, move: Callable[[], None], what: str) -> None:
        """Make a move; the picture must change, and no error may show."""
        before = self.fingerprint()
        move()
        eventually(self.page, lambda: self.fingerprint() != before or self.error(), f"{what} changes the picture")
        assert not self.error(), f"{what}: {self.error()}"

    def error(self) -> str:
        """What the widget says in red, if anything."""
        return " ".join(self.root.locator(".flowlab-error").all_inner_texts())

    def press(self, kind: str, control: Locator) -> None:
        """Give a control the focus and press its keys."""
        self.press_all(control, KEYS[kind])

    def move_by_keyboard(self) -> None:
        """Move the first control that has more than one value with keys alone."""
        kind, control = next(
            (kind, control)
            for kind, control in self.controls()
            if kind != SELECT or control.locator("option").count() > 1
        )
        self.follows(lambda: self.press(kind, control), f"moving {kind} by keyboard")

    def move_by_mouse(self) -> None:
        """Drag what can be dragged, the picture itself or a slider's handle; else click or choose."""
        controls = self.controls()
        kind, control = next((pair for pair in controls if pair[0] in (PAD, HANDLE)), controls[0])
        move = {HANDLE: self._drag_handle, PAD: self._drag_pad, SELECT: self._choose}.get(kind, Locator.click)
        self.follows(lambda: move(control), f"moving {kind} by mouse")

    def play(self) -> None:
        """Press each play button by keyboard: its slider ends at its last value, and the picture has followed."""
        for box in self.root.locator(".widget-hbox:has(> .widget-play)").all():
            self.press_all(box.locator(HANDLE), ["Home"])
            _, first = self.settled(box.locator(HANDLE))
            self.press_all(box.locator(PLAY), ["Enter"])
            eventually(self.page, box.locator(PLAY).is_hidden, "it plays")
            eventually(self.page, box.locator(PLAY).is_visible, "it stops by itself")
            eventually(self.page, partial(box.locator(HANDLE).evaluate, AT_ITS_END), "the slider is at its end")
            assert self.settled(box.locator(HANDLE))[1] != first, "playing changes the picture"

    def move_every_control(self) -> None:
        """Move each control by keyboard, back, and by mouse: its value follows; the old value has the old picture."""
        for kind, control in self.controls():
            if kind not in BACK or (kind == SELECT and control.locator("option").count() < 2):
                continue
            before, picture = self.settled(control)
            there, back = KEYS[kind], BACK[kind]
            self.press_all(control, there)
            if self.settled(control)[0] == before:  # it stood at its end
                there, back = back, there
                self.press_all(control, there)
            assert self.settled(control)[0] != before, f"{kind} does not follow the keyboard: it stays at {before}"
            self.press_all(control, back)
            again, _ = self.settled(control)
            if again == before:  # a kernel that is idle between two moves has not yet drawn the last
                eventually(
                    self.page, lambda p=picture: self.fingerprint() == p, f"{kind} is back at {before}: its picture"
                )
            moved = {HANDLE: self._drag_handle, SELECT: self._choose}.get(kind, Locator.click)
            moved(control)
            assert self.settled(control)[0] != again, f"{kind} does not follow the mouse: it stays at {again}"

    def settled(self, control: Locator) -> tuple[str, str]:
        """Wait until the kernel has heard of a move and drawn; return the control's value and the picture's hash."""
        self.page.wait_for_timeout(200)
        self.page.wait_for_selector(IDLE)
        assert not self.error(), self.error()
        return control.evaluate(SHOWN), self.fingerprint()

    def press_all(self, control: Locator, keys: list[str]) -> None:
        """Give a control the focus and press keys."""
        control.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def upload(self, files: list[Path]) -> None:
        """Give each upload button a file, and a single one all of them; the picture must follow the last."""
        buttons = self.root.locator("button.widget-upload").all()
        if not buttons:
            return
        assert len(buttons) <= len(files), f"{len(buttons)} upload buttons and {len(files)} files to give them"

        def choose() -> None:
            for button, file in zip(buttons, files if len(buttons) > 1 else [files], strict=False):
                with self.page.expect_file_chooser() as chooser:
                    button.click()
                chooser.value.set_files(file)

        self.follows(choose, "uploading pictures")

    def _drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(*end, steps=6)
        mouse.up()

    def _drag_handle(self, handle: Locator) -> None:
        handle.scroll_into_view_if_needed()  # a mouse reaches what is on the screen
        box, track = (
            handle.bounding_box(),
            handle.locator("xpath=ancestor::*[contains(@class,'noUi-base')]").bounding_box(),
        )
        y = box["y"] + box["height"] / 2
        middle = box["x"] + box["width"] / 2
        right, left = track["x"] + 0.9 * track["width"], track["x"] + 0.1 * track["width"]
        self._drag((middle, y), (right if right - middle > middle - left else left, y))

    def _drag_pad(self, pad: Locator) -> None:
        box = pad.bounding_box()
        x, y = box["x"], box["y"]
        self._drag(
            (x + 0.3 * box["width"], y + 0.6 * box["height"]), (x + 0.15 * box["width"], y + 0.4 * box["height"])
        )

    def _choose(self, select: Locator) -> None:
        chosen = select.evaluate("e => e.selectedIndex")
        select.select_option(index=0 if chosen else 1)

    def keep(self, folder: Path | None, name: str) -> None:
        """Save a picture of the widget, where pictures are kept."""
        if folder is not None:
            self.root.screenshot(path=folder / f"{name}.png")


def unlabelled(page: Page) -> list[str]:
    """Controls in outputs that a screen reader could not name, and pictures without alt text."""
    controls = page.locator(
        ".jp-OutputArea :is(input, select, textarea, button, [role=slider], img.flowlab-pad):visible"
    ).all()
    nameless = [html for control in controls if (html := control.evaluate(UNLABELLED))]
    pictures = page.locator(".jp-OutputArea img").all()
    silent = [img.evaluate("e => e.outerHTML.slice(0, 120)") for img in pictures if not img.get_attribute("alt")]
    return nameless + silent
