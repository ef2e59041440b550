"""A guess is written down before the answer is given."""

from datetime import UTC, datetime, timedelta

import pytest
from ipywidgets.widgets.widget import _instances

import flowlab_course as course
from flowlab_course.reader import progress

VIEW = "application/vnd.jupyter.widget-view+json"
SIDES = ["to the left", "to the `right`"]


def write_down(guess, value):
    _, field, button, said, _ = guess.widget.children
    field.value = value
    button.click()
    return said.value


def test_a_question_shows_a_widget_and_the_same_as_html_and_text(displayed):
    course.begin("01")
    course.predict_first("way", "Where does `u > 0` point?", options=SIDES)
    (bundle,) = displayed
    assert set(bundle) == {VIEW, "text/html", "text/plain"}
    assert "<code>u &gt; 0</code>" in bundle["text/html"]
    assert bundle["text/plain"].split("\n") == [
        "Predict first: Where does u > 0 point?",
        "  ( ) to the left",
        "  ( ) to the right",
    ]


@pytest.mark.usefixtures("displayed")
def test_a_guess_is_kept(own_progress):
    course.begin("01")
    guess = course.predict_first("way", "Where?", options=SIDES)
    assert guess.value is None
    assert "You wrote down" in write_down(guess, SIDES[1])
    assert guess.value == SIDES[1]
    entry = progress.read()["guesses"]["01/way"]
    assert entry == {"value": SIDES[1], "when": entry["when"]}
    assert datetime.now(UTC) - datetime.fromisoformat(entry["when"]) < timedelta(minutes=1)
    again = course.predict_first("way", "Where?", options=SIDES)
    assert again.widget.children[1].value == SIDES[1]


@pytest.mark.usefixtures("displayed")
def test_without_a_choice_nothing_is_written_down():
    guess = course.predict_first("way", "Where?", options=SIDES)
    guess.widget.children[2].click()
    assert guess.widget.children[3].value == "Choose one first."
    assert guess.value is None


@pytest.mark.usefixtures("displayed")
def test_the_first_guess_counts():
    guess = course.predict_first("way", "Where?", options=SIDES)
    write_down(guess, SIDES[0])
    _, field, button, *_ = guess.widget.children
    assert (field.disabled, button.disabled) == (True, True)
    guess.write_down(SIDES[1])
    again = course.predict_first("way", "Where?", options=SIDES)
    again.write_down(SIDES[1])
    assert (guess.value, again.value) == (SIDES[0], SIDES[0])


def test_without_a_guess_there_is_one_line_and_a_button(displayed, capsys):
    guess = course.predict_first("way", "Where?", options=SIDES)
    course.answer(guess, SIDES[1], "u counts columns.")
    shown = displayed[-1]
    assert set(shown) == {VIEW, "text/html", "text/plain"}
    assert "right" not in shown["text/html"] + shown["text/plain"] + capsys.readouterr().out
    assert "\n" not in shown["text/plain"]


def offered(displayed):
    """The children of the box in an answer's place: line, button."""
    line, button, *_ = _instances[displayed[-1][VIEW]["model_id"]].children
    return line, button


def test_the_answer_is_shown_on_request_and_a_later_guess_is_told_apart(displayed, capsys):
    guess = course.predict_first("way", "Where?", options=SIDES)
    course.answer(guess, SIDES[1], "u counts *columns*, a < b.")
    line, button = offered(displayed)
    button.click()
    assert line.value == "The answer: to the right<br>u counts columns, a &lt; b."
    assert button.layout.display == "none"
    seen = progress.read()["guesses"]["/way"]["answer_seen"]
    progress.update("guesses", "/way", lambda entry: entry | {"answer_seen": "2026-01-01T00:00:00+00:00"})
    assert seen > "2026-01-01"
    write_down(guess, SIDES[1])
    course.answer(guess, SIDES[1], "Why.")
    assert capsys.readouterr().out == "You said to the right, after you had seen the answer: to the right\nWhy.\n"


def test_a_guess_that_comes_after_the_cell_ran_brings_the_answer(displayed):
    """As after Run All: the reader goes back up, and guesses."""
    guess = course.predict_first("way", "Where?", options=SIDES)
    course.answer(guess, SIDES[1], "Why.")
    line, _ = offered(displayed)
    write_down(guess, SIDES[1])
    assert line.value == "✓ Your guess was right. The answer: to the right<br>Why."


@pytest.mark.usefixtures("displayed")
def test_the_repository_and_the_site_show_the_answer_without_a_guess(capsys, monkeypatch):
    monkeypatch.setenv("FLOWLAB_SHOW_ANSWERS", "1")
    guess = course.predict_first("way", "Where?", options=SIDES)
    course.answer(guess, SIDES[1], "u counts columns.")
    assert capsys.readouterr().out == "The answer: to the right\nu counts columns.\n"


@pytest.mark.usefixtures("displayed")
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (SIDES[1], "✓ Your guess was right. The answer: to the right\nWhy.\n"),
        (SIDES[0], "You said to the left. The answer: to the right\nWhy.\n"),
    ],
)
def test_the_answer_looks_at_the_guess(capsys, value, said):
    guess = course.predict_first("way", "Where?", options=SIDES)
    write_down(guess, value)
    course.answer(guess, SIDES[1], "Why.")
    assert capsys.readouterr().out == said


@pytest.mark.usefixtures("displayed")
@pytest.mark.parametrize(
    ("value", "right"), [(20.0, True), (21.9, True), (18.1, True), (22.1, False), (17.9, False), (-20.0, False)]
)
def test_a_number_is_right_within_a_tenth(capsys, value, right):
    guess = course.predict_first("far", "How far?", unit="px")
    write_down(guess, value)
    course.answer(guess, 20, "Why.")
    out = capsys.readouterr().out
    assert out.startswith("✓ Your guess was right") == right
    assert "20 px" in out


@pytest.mark.usefixtures("displayed")
def test_tolerance_can_be_tightened(capsys):
    guess = course.predict_first("far", "How far?")
    write_down(guess, 21.0)
    course.answer(guess, 20, "Why.", tolerance=0.01)
    assert capsys.readouterr().out.startswith("You said 21. The answer: 20\n")


@pytest.mark.usefixtures("displayed")
def test_zero_can_be_guessed_and_answered(capsys):
    guess = course.predict_first("far", "How far?", unit="px")
    write_down(guess, 0.0)
    course.answer(guess, 0.0, "Nothing moves.")
    assert capsys.readouterr().out.startswith("✓ Your guess was right. The answer: 0 px\n")


@pytest.mark.usefixtures("displayed")
def test_questions_of_two_chapters_do_not_mix():
    for chapter in ("01", "02"):
        course.begin(chapter)
        guess = course.predict_first("way", "Where?", options=SIDES)
        assert guess.value is None
        write_down(guess, SIDES[0])
    assert set(progress.read()["guesses"]) == {"01/way", "02/way"}


@pytest.mark.usefixtures("displayed")
def test_a_guess_that_no_longer_fits_the_question_is_none():
    progress.update("guesses", "/way", lambda _: {"value": "an option of last year"})
    assert course.predict_first("way", "Where?", options=SIDES).value is None
    progress.update("guesses", "/far", lambda _: {"value": "text"})
    assert course.predict_first("far", "How far?").value is None


@pytest.mark.parametrize("options", [[], ["one"], ["a", "a"]])
def test_a_question_needs_two_different_options(options):
    with pytest.raises(ValueError, match="two or more, each once"):
        course.predict_first("way", "Where?", options=options)


def test_options_have_no_unit():
    with pytest.raises(ValueError, match="unit"):
        course.predict_first("way", "Where?", options=SIDES, unit="px")


@pytest.mark.usefixtures("displayed")
@pytest.mark.parametrize(("options", "value"), [(SIDES, "up"), (None, "up"), (None, True)])
def test_an_answer_that_does_not_fit_the_question_is_refused(options, value):
    guess = course.predict_first("way", "Where?", options=options)
    with pytest.raises(ValueError, match="must be one"):
        course.answer(guess, value, "Why.")
