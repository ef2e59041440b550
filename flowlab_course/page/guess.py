"""Predict, then run: a guess written down before the cell answers.

The first guess counts, and a guess that comes after the answer was seen is told apart from one that came before.
"""

from __future__ import annotations

import html
import os
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from numbers import Real
from typing import TYPE_CHECKING

from flowlab_course.page import session
from flowlab_course.page.markup import to_html, to_plain
from flowlab_course.reader import progress

if TYPE_CHECKING:
    from ipywidgets import VBox

NO_GUESS = "You have not written down a guess yet. Do so above: the answer then appears here."


@dataclass(frozen=True)
class Guess:
    """A question that the reader has been asked.

    Attributes:
        key: Its name in the progress file, chapter first.
        question: Its text.
        options: What can be chosen; empty where a number is asked.
        unit: The number's unit.
        widget: What the reader sees; `children` are question, input, button, confirmation.
        written: Functions to call once the reader has written down a guess.
    """

    key: str
    question: str
    options: tuple[str, ...] = ()
    unit: str = ""
    widget: VBox | None = field(default=None, compare=False, repr=False)
    written: list[Callable[[], None]] = field(default_factory=list, compare=False, repr=False)

    @property
    def entry(self) -> dict:
        """Its entry in the progress file: value, when, and answer_seen, the time at which the answer was shown."""
        return progress.read()["guesses"].get(self.key, {})

    @property
    def value(self) -> str | float | None:
        """What the reader wrote down; None if nothing, or if it no longer fits the question."""
        return self._fitting(self.entry.get("value"))

    def write_down(self, value: str | float) -> None:
        """Keep a guess with its time; an earlier one that fits the question stays as it is."""

        def first(entry: dict) -> dict:
            if self._fitting(entry.get("value")) is not None:
                return entry
            return entry | {"value": value, "when": progress.now()}

        progress.update("guesses", self.key, first)
        for follow in self.written:
            follow()

    def _fitting(self, value: object) -> str | float | None:
        if self.options:
            return value if isinstance(value, str) and value in self.options else None
        return float(value) if isinstance(value, Real) and not isinstance(value, bool) else None


def predict_first(key: str, question: str, *, options: list[str] | None = None, unit: str | None = None) -> Guess:
    """Ask the reader for a guess, and remember it for `answer`. The first guess is kept.

    Args:
        key: A short name, unique in the chapter.
        question: The question.
        options: Two or more to choose from; without them a number is asked.
        unit: The number's unit, such as "px".

    Returns:
        The question, to be handed to `answer` in a later cell.

    Raises:
        ValueError: If there are fewer than two options, or one is there twice, or options have a unit.
    """
    if options is not None and (len(options) < 2 or len(set(options)) != len(options)):
        raise ValueError(f"options must be two or more, each once, got {options!r}; leave them out to ask a number")
    if options is not None and unit:
        raise ValueError(f"a unit belongs to a number, and options are given; got unit={unit!r}")
    name = f"{session.current.chapter}/{key}"
    guess = Guess(name, question, tuple(options or ()), unit or "")
    guess = replace(guess, widget=_widget(guess))
    _display(guess)
    return guess


def answer(guess: Guess, value: str | Real, why: str, *, tolerance: float = 0.1) -> None:
    """Give the answer next to the reader's guess; without a guess, offer to show it.

    FLOWLAB_SHOW_ANSWERS=1 shows it without a guess, as the builder of the chapters and the tests do.

    Args:
        guess: What `predict_first` returned.
        value: One of the options, or the number.
        why: The reason, in a sentence or two.
        tolerance: A guessed number is right within this fraction of the answer.

    Raises:
        ValueError: If the answer is not one of the options, or not a number where one was asked.
    """
    if guess.options and value not in guess.options:
        raise ValueError(f"the answer must be one of the options {list(guess.options)}, got {value!r}")
    if not guess.options and (not isinstance(value, Real) or isinstance(value, bool)):
        raise ValueError(f"a number was asked for, so the answer must be one, got {value!r}")

    def said() -> str:
        return f"{_verdict(guess, value, tolerance)}\n{to_plain(why)}"

    if guess.value is not None or os.environ.get("FLOWLAB_SHOW_ANSWERS") == "1":
        _see(guess)
        print(said())
    else:
        _offer(guess, said)


def _verdict(guess: Guess, value: str | Real, tolerance: float) -> str:
    said, right = guess.value, _written(value, guess.unit)
    if said is None:
        return f"The answer: {right}"
    if guess.entry.get("answer_seen", "~") < guess.entry.get("when", ""):
        return f"You said {_written(said, guess.unit)}, after you had seen the answer: {right}"
    if said == value or (not guess.options and abs(said - value) <= tolerance * abs(value)):
        near = "" if said == value else f" (you said {_written(said, guess.unit)})"
        return f"✓ Your guess was right{near}. The answer: {right}"
    return f"You said {_written(said, guess.unit)}. The answer: {right}"


def _see(guess: Guess) -> None:
    """Note when the answer was shown for the first time."""
    progress.update("guesses", guess.key, lambda entry: {"answer_seen": progress.now()} | entry)


def _offer(guess: Guess, said: Callable[[], str]) -> None:
    """Show a line and a button in place of the answer; the answer takes their place on a click, or after a guess."""
    import ipywidgets as w
    from IPython.display import display

    from flowlab_course.page.keys import own_keys

    line = w.HTML(NO_GUESS)
    button = w.Button(description="Show me without a guess", layout=w.Layout(width="auto"))

    def show(_: object = None) -> None:
        _see(guess)
        line.value = "<br>".join(html.escape(part, quote=False) for part in said().split("\n"))
        button.layout.display = "none"

    button.on_click(show)
    guess.written.append(show)
    box = w.VBox([line, button])
    box.add_class("flowlab-answer")
    own_keys(box)
    display(box._repr_mimebundle_() | {"text/html": f"<p>{NO_GUESS}</p>", "text/plain": NO_GUESS}, raw=True)


def _written(value: str | Real, unit: str) -> str:
    number = f"{value:.4g}" if isinstance(value, Real) else to_plain(value)
    return f"{number} {unit}".rstrip()


def _widget(guess: Guess) -> VBox:
    import ipywidgets as w

    from flowlab_course.page.keys import own_keys

    if guess.options:
        labels = [(to_plain(option), option) for option in guess.options]
        field_ = w.RadioButtons(options=labels, value=guess.value, layout=w.Layout(width="auto"))
    else:
        field_ = w.FloatText(value=guess.value or 0.0, description=guess.unit or "number")
    button = w.Button(description="Write it down")
    said = w.HTML()

    def confirm() -> None:
        if guess.value is not None:
            said.value = f"You wrote down: <b>{to_html(_written(guess.value, guess.unit))}</b>. The first guess counts."
            field_.value, field_.disabled, button.disabled = guess.value, True, True

    def write_down(_: object) -> None:
        if field_.value is None:
            said.value = "Choose one first."
        else:
            guess.write_down(field_.value)

    confirm()
    guess.written.append(confirm)
    button.on_click(write_down)
    box = w.VBox([w.HTML(f"<b>Predict first.</b> {to_html(guess.question)}"), field_, button, said])
    box.add_class("flowlab-predict")
    own_keys(box)
    return box


def _display(guess: Guess) -> None:
    """Show the widget; where no kernel answers, the same output holds the question as HTML and as text."""
    from IPython.display import display

    choices = "".join(f"<li>{to_html(option)}</li>" for option in guess.options)
    asked = f"<ul>{choices}</ul>" if choices else f"<p>A number{f' in {guess.unit}' if guess.unit else ''}.</p>"
    lines = [f"  ( ) {to_plain(option)}" for option in guess.options] or [f"  ____ {guess.unit}".rstrip()]
    bundle = guess.widget._repr_mimebundle_() | {
        "text/html": f"<p><b>Predict first.</b> {to_html(guess.question)}</p>{asked}",
        "text/plain": "\n".join([f"Predict first: {to_plain(guess.question)}", *lines]),
    }
    display(bundle, raw=True)
