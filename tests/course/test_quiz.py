"""The quiz answers at once, with a kernel and without one."""

from html.parser import HTMLParser

import pytest

import flowlab_course as course
from flowlab_course import Option, Question
from flowlab_course.page.quiz import NO_READER, build, questions_of, shuffled, static_html
from flowlab_course.reader import progress

VIEW = "application/vnd.jupyter.widget-view+json"


def question(text="Which way is `u`?"):
    return Question(text, [Option("down", False, "That is v."), Option("*right*", True, "u < 0 is left.")])


FIVE = [question(f"Question {n}?") for n in range(1, 6)]


def choose(radio, text):
    """Choose the option of that label, wherever it stands."""
    radio.value = dict(radio.options)[text]


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
    choose(radio, "down")
    assert feedback.value == "<b>✗ Not quite.</b> That is v."
    choose(radio, "right")
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
    choose(radio, "right")
    choose(radio, "down")
    assert progress.read()["quizzes"]["01"]["1"]["right"] is True


def test_labels_show_no_marks():
    radio = build(FIVE).children[0].children[1]
    assert sorted(label for label, _ in radio.options) == ["down", "right"]


def test_the_quiz_is_one_output_with_a_page_for_readers_without_a_kernel(displayed):
    assert course.quiz(FIVE) is None
    (bundle,) = displayed
    assert set(bundle) == {VIEW, "text/html", "text/plain"}
    first = bundle["text/plain"].partition("2. Question")[0].splitlines()
    assert first[0] == "1. Question 1?"
    assert sorted(first[1:]) == ["   ( ) down", "   ( ) right"]


def labels(box):
    return [[label for label, _ in child.children[1].options] for child in box.children[:5]]


def test_a_reader_meets_the_same_order_again_and_another_reader_another_one(monkeypatch, tmp_path):
    course.begin("01")
    many = [Question(f"Question {n}?", [Option(str(i), i == 1, "why") for i in range(4)]) for n in range(5)]
    mine = labels(build(many))
    course.begin("01")
    assert labels(build(many)) == mine
    others = set()
    for reader in range(8):
        monkeypatch.setenv("FLOWLAB_PROGRESS", str(tmp_path / f"{reader}.json"))
        course.begin("01")
        others.add(str(labels(build(many))))
    assert len(others) == 8  # 24 orders of each of five questions: two alike would be one in 8 million


def test_the_right_option_stands_anywhere_with_and_without_a_kernel():
    """Of the questions with three options, each place has the right one for a third of the readers, within 4 sigma."""
    threes = [q for c in range(15) for q in questions_of(f"{c:02}") if len(q.options) == 3]
    assert len(threes) > 40
    for seeds in (range(100), [NO_READER]):
        places = [[option.right for option in shuffled(q, seed)].index(True) for q in threes for seed in seeds]
        for place in range(3):
            assert abs(places.count(place) - len(places) / 3) < 4 * (len(places) * 2 / 9) ** 0.5


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


def test_the_longest_option_is_right_about_as_often_as_by_chance():
    """By chance in a third of them; with 75 questions four standard deviations are 16."""
    every = [q for c in range(15) for q in questions_of(f"{c:02}")]
    longest = [max(q.options, key=lambda option: len(option.text)).right for q in every]
    assert abs(sum(longest) - len(every) / 3) < 16
