"""Predict, then run: a guess written down before the cell answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING

from flowlab_course.page import session
from flowlab_course.page.markup import to_html, to_plain
from flowlab_course.reader import progress

if TYPE_CHECKING:
    from ipywidgets import VBox


@dataclass(frozen=True)
class Guess:
    """A question that the reader has been asked.

    Attributes:
        key: Its name in the progress file, chapter first.
        question: Its text.
        options: What can be chosen; empty where a number is asked.
        unit: The number's unit.
        widget: What the reader sees; `children` are question, input, button, confirmation.
    """

    key: str
    question: str
    options: tuple[str, ...] = ()
    unit: str = ""
    widget: VBox | None = field(default=None, compare=False, repr=False)

    @property
    def value(self) -> str | float | None:
        """What the reader wrote down; None if nothing, or if it no longer fits the question."""
        value = progress.read()["guesses"].get(self.key, {}).get("value")
        if self.options:
            return value if value in self.options else None
        return float(value) if isinstance(value, Real) and not isinstance(value, bool) else None


def predict_first(key: str, question: str, *, options: list[str] | None = None, unit: str | None = None) -> Guess:
    """Ask the reader for a guess, and remember it for `answer`.

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
    guess = Guess(name, question, guess.options, guess.unit, _widget(guess))
    _display(guess)
    return guess


def answer(guess: Guess, value: str | Real, why: str, *, tolerance: float = 0.1) -> None:
    """Give the answer, next to the guess if there is one.

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
    said, right = guess.value, _written(value, guess.unit)
    if said is None:
        print("You have not written down a guess: it takes a moment, and what you guessed you remember.")
        print(f"The answer: {right}")
    elif said == value or (not guess.options and abs(said - value) <= tolerance * abs(value)):
        near = "" if said == value else f" (you said {_written(said, guess.unit)})"
        print(f"✓ Your guess was right{near}. The answer: {right}")
    else:
        print(f"You said {_written(said, guess.unit)}. The answer: {right}")
    print(to_plain(why))


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
    said = w.HTML(_confirmation(guess))

    def write_down(_: object) -> None:
        if field_.value is None:
            said.value = "Choose one first."
            return
        progress.update("guesses", guess.key, lambda entry: {"value": field_.value})
        said.value = _confirmation(guess)

    button.on_click(write_down)
    box = w.VBox([w.HTML(f"<b>Predict first.</b> {to_html(guess.question)}"), field_, button, said])
    box.add_class("flowlab-predict")
    own_keys(box)
    return box


def _confirmation(guess: Guess) -> str:
    return "" if guess.value is None else f"You wrote down: <b>{to_html(_written(guess.value, guess.unit))}</b>"


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
