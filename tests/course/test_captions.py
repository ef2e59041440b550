"""A figure by key has the words that its chapter's figures.py keeps for it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import flowlab_course as course
from flowlab_course.page import captions, session

WORDS = captions.Caption(alt="A red rectangle, wider than it is high.", see="one colour.")
RED = np.full((40, 60, 3), (255, 0, 0), np.uint8)


@pytest.fixture(autouse=True)
def _chapter(monkeypatch):
    monkeypatch.setattr(session.current, "chapter", "01")
    monkeypatch.setattr(captions, "captions_of", lambda chapter: {"red": WORDS} if chapter == "01" else {})


def test_a_drawn_figure_and_pictures_by_title_have_the_words_of_their_key(displayed):
    course.figure("red", plt.figure(figsize=(2, 1)))
    course.figure("red", {"red": RED}, width=3)
    assert len(displayed) == 2
    for shown in displayed:
        assert f'alt="{WORDS.alt}"' in shown["text/html"]
        assert "What you should see: one colour." in shown["text/html"]


def test_a_key_without_a_caption_lists_those_there_are():
    with pytest.raises(ValueError, match=r"ch01/figures.py has no caption 'blue'; it has 'red'"):
        course.figure("blue", {"blue": RED})


def test_options_of_pictures_do_not_fit_a_drawn_figure():
    with pytest.raises(TypeError, match="width belong to pictures"):
        course.figure("red", plt.figure(), width=3)
    plt.close("all")


@pytest.mark.parametrize("words", [{"alt": "too short"}, {"alt": WORDS.alt, "see": " "}])
def test_a_caption_that_says_nothing_is_refused(words):
    with pytest.raises(ValueError, match=r"alt must say|see is empty"):
        captions.Caption(**words)


def test_a_chapter_without_figures_has_no_captions(monkeypatch):
    monkeypatch.undo()
    assert captions.captions_of("98") == {}
