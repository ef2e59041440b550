"""The five questions at the end of a chapter: radio buttons with a kernel, plain HTML without one.

Options are shuffled, for each reader and question in another order, which the reader meets again at the next run.
"""

from __future__ import annotations

import random
import re
import secrets
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from flowlab_course.page import session
from flowlab_course.page.markup import to_html, to_plain
from flowlab_course.reader import progress

if TYPE_CHECKING:
    from ipywidgets import VBox

COUNT = 5
NO_READER = 0  # the seed of the order on pages without a kernel
RIGHT, WRONG = "✓ Right.", "✗ Not quite."  # in words and signs: colour alone says nothing to some readers


@dataclass(frozen=True)
class Option:
    """One thing to choose, whether it is right, and why."""

    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """One question; exactly one option is right, and each says why.

    Raises:
        ValueError: If it has fewer than two options, not exactly one right, two alike, or a missing reason.

    Example:
        >>> Question("2 + 2?", options=[Option("4", True, "Count."), Option("5", False, "No.")]).text
        '2 + 2?'
    """

    text: str
    options: list[Option]

    def __post_init__(self) -> None:
        right = sum(option.right for option in self.options)
        if len(self.options) < 2 or right != 1:
            raise ValueError(
                f"{self.text!r} needs two options or more, exactly one right; "
                f"got {len(self.options)}, {right} of them right"
            )
        if len({option.text for option in self.options}) != len(self.options):
            raise ValueError(f"{self.text!r} has two options that read the same")
        silent = [option.text for option in self.options if not option.why.strip()]
        if silent:
            raise ValueError(f"{self.text!r}: say why for {silent[0]!r}, right or wrong")


def quiz(questions: str | list[Question]) -> None:
    """Show the chapter's five questions; answers are explained at once and kept in the reader's progress.

    Args:
        questions: The chapter's two digits, for the questions in chapters/chNN/quiz.py, where a reader of the notebook
            does not see the answers; or five questions.

    Raises:
        ValueError: If there are not five, or the chapter has none.
    """
    from IPython.display import display

    if isinstance(questions, str):
        questions = questions_of(questions)
    if len(questions) != COUNT:
        raise ValueError(f"a chapter's quiz has exactly {COUNT} questions, got {len(questions)}")
    static = {"text/html": static_html(questions), "text/plain": _plain(questions)}
    display(build(questions)._repr_mimebundle_() | static, raw=True)


def questions_of(chapter: str) -> list[Question]:
    """Return the questions of a chapter.

    Args:
        chapter: Its two digits, such as "01".

    Raises:
        ValueError: If it has none.
    """
    folder = f"flowlab_course.chapters.ch{chapter}"
    if not re.fullmatch(r"\d\d", chapter) or not find_spec(folder) or not find_spec(f"{folder}.quiz"):
        raise ValueError(f'there is no quiz for chapter {chapter!r}; give its two digits, such as "01"')
    return import_module(f"{folder}.quiz").QUESTIONS


def shuffled(question: Question, seed: int) -> list[Option]:
    """Return a question's options in the order that a seed gives to this question.

    Example:
        >>> two = Question("2 + 2?", options=[Option("4", True, "Count."), Option("5", False, "No.")])
        >>> {shuffled(two, seed)[0].text for seed in range(9)} == {"4", "5"}
        True
    """
    return random.Random(f"{seed}/{question.text}").sample(question.options, len(question.options))


def _readers_seed() -> int:
    """Return the seed of this reader's orders in this chapter, drawn once and kept."""
    drawn = secrets.randbelow(2**31)
    return progress.update("chapters", session.current.chapter, lambda entry: {"quiz_seed": drawn} | entry)["quiz_seed"]


def build(questions: list[Question]) -> VBox:
    """Return the live quiz: one box a question, its children are text, radio buttons, feedback."""
    import ipywidgets as w

    from flowlab_course.page.keys import own_keys

    seed = _readers_seed()
    box = w.VBox([_live(number, question, shuffled(question, seed)) for number, question in enumerate(questions, 1)])
    box.add_class("flowlab-quiz")
    own_keys(box)
    return box


def _live(number: int, question: Question, options: list[Option]) -> VBox:
    import ipywidgets as w

    # The value is the option's number: two labels may look alike once their marks are gone.
    labels = [(to_plain(option.text), place) for place, option in enumerate(options)]
    radio = w.RadioButtons(options=labels, value=None, layout=w.Layout(width="auto"))
    feedback = w.HTML()
    chapter = session.current.chapter

    def explain(change: dict) -> None:
        if change["new"] is None:
            feedback.value = ""
            return
        option = options[change["new"]]
        feedback.value = f"<b>{RIGHT if option.right else WRONG}</b> {to_html(option.why)}"
        progress.update("quizzes", chapter, lambda entry: _record(entry, number, option))

    radio.observe(explain, names="value")
    return w.VBox([w.HTML(f"<b>{number}.</b> {to_html(question.text)}"), radio, feedback])


def _record(entry: dict, number: int, option: Option) -> dict:
    before = entry.get(str(number), {"tries": 0, "right": False})
    now = {"tries": before["tries"] + 1, "right": before["right"] or option.right, "last": option.text}
    return entry | {str(number): now}


def static_html(questions: list[Question]) -> str:
    """Return the quiz for a page without a kernel: each option opens, by mouse or by keyboard, to say why."""
    parts = []
    for number, question in enumerate(questions, 1):
        parts.append(f"<p><b>{number}.</b> {to_html(question.text)}</p>")
        for option in shuffled(question, NO_READER):
            verdict = RIGHT if option.right else WRONG
            why = f"<p><b>{verdict}</b> {to_html(option.why)}</p>"
            parts.append(f"<details><summary>{to_html(option.text)}</summary>{why}</details>")
    return f'<div class="flowlab-quiz">{"".join(parts)}</div>'


def _plain(questions: list[Question]) -> str:
    lines = []
    for number, question in enumerate(questions, 1):
        lines.append(f"{number}. {to_plain(question.text)}")
        lines += [f"   ( ) {to_plain(option.text)}" for option in shuffled(question, NO_READER)]
    return "\n".join(lines)
