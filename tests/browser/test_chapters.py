"""Every chapter in a real browser: all cells run, every widget follows the keyboard and the mouse, nothing breaks."""

import re
import time

import cv2
import numpy as np
import pytest

from tests.browser.notebook import Notebook, eventually
from tests.browser.widgets import Widget, unlabelled
from tests.budgets import HANG, in_browser
from tests.chapters.paths import NAMES, load

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def photographs(tmp_path_factory):
    """Two pictures as a reader might upload them: the same view, moved a little."""
    view = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8), (0, 0), 3)
    files = [tmp_path_factory.mktemp("photographs") / f"{i}.png" for i in (1, 2)]
    for shift, file in zip((0, 5), files, strict=True):
        cv2.imwrite(str(file), np.roll(view, shift, axis=1))
    return files


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_works_in_the_browser(name, page, lab, photographs, shots, within):
    start = time.perf_counter()
    notebook = Notebook(page, lab, name)
    code_cells = sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in load(name).cells)
    notebook.run_all(code_cells=code_cells, timeout=HANG)

    roots = notebook.all(".flowlab-widget")
    saved = [output for cell in load(name).cells for output in cell.get("outputs", [])]
    shown = sum(output.get("data", {}).get("text/plain", "").startswith("[widget]") for output in saved)
    assert len(roots) == shown >= 1, f"{name} saves {shown} widgets and shows {len(roots)} in the browser"
    for number, root in enumerate(roots, 1):
        widget = Widget(page, root)
        widget.keep(shots, f"{name}-{number}-before")
        widget.move_by_keyboard()
        widget.keep(shots, f"{name}-{number}-keyboard")
        widget.move_by_mouse()
        widget.keep(shots, f"{name}-{number}-mouse")
        widget.play()
        widget.upload(photographs)
        widget.move_every_control()
        widget.keep(shots, f"{name}-{number}-last")

    see_the_last_answer_without_a_guess(notebook)
    write_down_a_guess(notebook)
    answer_the_quiz(notebook)
    assert page.locator(".jp-Cell").count() == len(load(name).cells), "a key meant for a widget changed the notebook"
    assert not unlabelled(page), "\n".join(unlabelled(page))
    assert not notebook.watcher.troubles, "\n".join(notebook.watcher.troubles)
    within(f"{name} in the browser", time.perf_counter() - start, in_browser(name))


def see_the_last_answer_without_a_guess(notebook):
    """By keyboard alone."""
    box = notebook.all(".flowlab-answer")[-1]
    assert "The answer:" not in box.inner_text()
    box.get_by_role("button", name="Show me without a guess").focus()
    notebook.page.keyboard.press("Enter")
    eventually(notebook.page, lambda: "The answer:" in box.inner_text(), "the answer is shown without a guess")


def write_down_a_guess(notebook):
    """Guess once by keyboard alone."""
    (box, *_) = notebook.all(".flowlab-predict")
    field = box.locator("input").first
    field.focus()
    notebook.page.keyboard.press("Space" if field.get_attribute("type") == "radio" else "ArrowUp")
    box.get_by_role("button", name="Write it down").focus()
    notebook.page.keyboard.press("Enter")
    eventually(notebook.page, lambda: "You wrote down" in box.inner_text(), "a guess is confirmed")


def answer_the_quiz(notebook):
    """Answer the first question by mouse and the second by keyboard."""
    (quiz,) = notebook.all(".flowlab-quiz")
    groups = quiz.locator(":has(> .widget-radio-box), .widget-radio").all()
    first, second = groups[0].locator("input").first, groups[1].locator("input").first
    first.click()
    eventually(notebook.page, lambda: verdicts(quiz) == 1, "the first answer is explained")
    second.focus()
    notebook.page.keyboard.press("Space")
    eventually(notebook.page, lambda: verdicts(quiz) == 2, "the second answer is explained")
    # Unless the quiz keeps its keys, JupyterLab takes this one and moves on to the next cell.
    notebook.page.keyboard.press("ArrowDown")
    assert groups[1].locator("input").nth(1).is_checked(), "the arrow key did not reach the second question"


def verdicts(quiz):
    return len(re.findall(r"✓ Right\.|✗ Not quite\.", quiz.inner_text()))
