"""The quiz answers at once, with a kernel and without one."""

from html.parser import HTMLParser

import pytest

import flowlab_course as course
from flowlab_course import Option, Question
from flowlab_course.page.quiz import build, questions_of, static_html
from flowlab_course.reader import progress

VIEW = "application/vnd.jupyter.widget-view+json"


def question(text="Which way is `u`?"):
    return Question(text, [Option("down", False, "That is v."), Option("*right*", True, "u < 0 is left.")])


FIVE = [question(f"Question {n}?") for n in range(1, 6)]


class Tags(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.opened, self.closed, self.text = [], [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.opened.append(tag)

    def handle_endtag(self, tag):
        self.closed.append(tag)

    def handle_data(self, data):
        self.text += data


def test_an_answer_is_explained_at_once_and_kept():
    course.begin("01")
    box = build(FIVE)
    _, radio, feedback = box.children[2].children
    assert (radio.value, feedback.value) == (None, "")
    radio.value = 0
    assert feedback.value == "<b>✗ Not quite.</b> That is v."
    radio.value = 1
    assert feedback.value == "<b>✓ Right.</b> u &lt; 0 is left."
    assert progress.read()["quizzes"]["01"] == {"3": {"tries": 2, "right": True, "last": "*right*"}}


def test_other_questions_stay_untouched():
    box = build(FIVE)
    box.children[0].children[1].value = 1
    assert [child.children[2].value for child in box.children[1:5]] == [""] * 4


def test_taking_an_answer_back_clears_the_feedback():
    _, radio, feedback = build(FIVE).children[0].children
    radio.value = 1
    radio.value = None
    assert feedback.value == ""


def test_once_right_stays_right():
    course.begin("01")
    _, radio, _ = build(FIVE).children[0].children
    radio.value = 1
    radio.value = 0
    assert progress.read()["quizzes"]["01"]["1"]["right"] is True


def test_labels_show_no_marks():
    radio = build(FIVE).children[0].children[1]
    assert [label for label, _ in radio.options] == ["down", "right"]


def test_the_quiz_is_one_output_with_a_page_for_readers_without_a_kernel(displayed):
    assert course.quiz(FIVE) is None
    (bundle,) = displayed
    assert set(bundle) == {VIEW, "text/html", "text/plain"}
    assert bundle["text/plain"].startswith("1. Question 1?\n   ( ) down\n   ( ) right\n2.")


def test_the_page_opens_each_options_reason_by_itself():
    page = Tags(static_html(FIVE))
    assert page.opened.count("details") == page.opened.count("summary") == 10
    assert sorted(page.opened) == sorted(page.closed)
    assert page.text.count("✓ Right.") == page.text.count("✗ Not quite.") == 5
    assert "script" not in page.opened


def test_the_page_is_escaped():
    risky = Question('"<script>" & co?', [Option("<b>", True, "a < b & c"), Option("`<i>`", False, "no")])
    page = Tags(static_html([risky]))
    assert set(page.opened) == {"div", "p", "b", "details", "summary", "code"}
    assert '"<script>" & co?' in page.text
    assert "a < b & c" in page.text


@pytest.mark.parametrize("count", [0, 4, 6])
def test_a_quiz_has_five_questions(count):
    with pytest.raises(ValueError, match=f"exactly 5 questions, got {count}"):
        course.quiz([question()] * count)


def test_a_question_has_exactly_one_right_option():
    for rights in ([False, False], [True, True], [True]):
        options = [Option(str(n), right, "why") for n, right in enumerate(rights)]
        with pytest.raises(ValueError, match="exactly one right"):
            Question("Which?", options)


def test_every_option_says_why():
    with pytest.raises(ValueError, match="say why for 'b'"):
        Question("Which?", [Option("a", True, "because"), Option("b", False, " ")])


def test_no_two_options_read_the_same():
    with pytest.raises(ValueError, match="read the same"):
        Question("Which?", [Option("a", True, "because"), Option("a", False, "not")])


@pytest.mark.parametrize("chapter", ["99", "1", "", "0.1"])
def test_a_chapter_without_a_quiz_is_named(chapter):
    with pytest.raises(ValueError, match=f"no quiz for chapter '{chapter}'"):
        questions_of(chapter)
