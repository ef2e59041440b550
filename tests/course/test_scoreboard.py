"""The scoreboard measures every method on the same pairs, and draws the bars of earlier chapters."""

from typing import NamedTuple

import numpy as np
import pytest

from flowlab_course.page import scoreboard
from flowlab_course.reader import progress

COURSE_PAIRS = scoreboard.pairs  # before the fixture below puts two small ones in their place


class Pair(NamedTuple):
    name: str
    img1: np.ndarray
    img2: np.ndarray
    flow: np.ndarray
    valid: np.ndarray


def pair(name, u, v, unknown=0):
    image = np.full((4, 6, 3), 255, np.uint8)
    valid = np.ones((4, 6), bool)
    valid[:, :unknown] = False
    flow = np.zeros((4, 6, 2), np.float32)
    flow[valid] = (u, v)
    return Pair(name, image, image, flow, valid)


@pytest.fixture(autouse=True)
def two_pairs(monkeypatch):
    pairs = (pair("near", 3, 4), pair("far", 0, 11, unknown=2))
    monkeypatch.setattr(scoreboard, "pairs", lambda: pairs)
    return pairs


def zero(img1, img2):
    return np.zeros((*img1.shape[:2], 2), np.float32)


def down(img1, img2):
    return zero(img1, img2) + np.array([0, 1], np.float32)


def test_each_pair_counts_the_same():
    score = scoreboard.add("zero flow", zero)
    assert score.by_pair == {"near": 5.0, "far": 11.0}
    assert score.mean == 8.0
    assert repr(score) == "zero flow: 8.00 px over 2 pairs"


def test_methods_get_floats_from_0_to_1():
    def look(img1, img2):
        assert img1.dtype == img2.dtype == np.float32
        assert img1.max() == 1.0
        return zero(img1, img2)

    scoreboard.add("looks", look)


def test_bars_stay_for_later_chapters():
    scoreboard.add("zero flow", zero, note="nothing moves")
    kept = progress.read()["scoreboard"]["zero flow"]
    assert kept["epe"] == {"near": 5.0, "far": 11.0}
    assert kept["note"] == "nothing moves"
    assert scoreboard.scores()["zero flow"].mean == 8.0


def test_measuring_again_replaces_the_bar():
    scoreboard.add("mine", zero)
    scoreboard.add("mine", down)
    assert scoreboard.scores()["mine"].by_pair["far"] == 10.0


def test_the_figure_holds_names_and_values_in_order(displayed):
    scoreboard.add("zero flow", zero)
    scoreboard.add("down", down, note="one pixel")
    scoreboard.show("down", "zero flow")
    (bundle,) = displayed
    assert bundle["text/plain"] == (
        "[figure] Scoreboard, mean endpoint error, shorter is better: down 7.1 px, zero flow 8.0 px."
    )


def test_bars_carry_their_values_as_text():
    fig = scoreboard._draw([scoreboard.Score("a", {"p": 1.234}), scoreboard.Score("b", {"p": 10.0}, "slow")])
    ax = fig.axes[0]
    assert [text.get_text().strip() for text in ax.texts] == ["1.23 px", "10.00 px"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b (slow)"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the first one is on top


def test_without_names_all_are_drawn(displayed):
    scoreboard.add("b", zero)
    scoreboard.add("a", down)
    scoreboard.show()
    assert displayed[0]["text/plain"].endswith("b 8.0 px, a 7.1 px.")


def test_a_missing_bar_says_which_chapter_to_run(displayed, capsys):
    scoreboard.add("mine", zero)
    scoreboard.show("zero flow", "mine", "yours")
    assert capsys.readouterr().out == (
        "zero flow is not on the board yet: run chapter 02 first.\n"
        "yours is not on the board yet: run the cell that adds it first.\n"
    )
    assert len(displayed) == 1
    assert "zero flow" not in displayed[0]["text/plain"]


def test_an_empty_board_says_so(displayed, capsys):
    scoreboard.show()
    assert "empty" in capsys.readouterr().out
    assert displayed == []


def test_bars_measured_on_other_pairs_are_not_compared(monkeypatch, capsys):
    scoreboard.add("zero flow", zero)
    monkeypatch.setattr(scoreboard, "pairs", lambda: (pair("new", 1, 1),))
    scoreboard.show("zero flow")
    assert "run chapter 02 first" in capsys.readouterr().out


def test_perfect_methods_have_a_bar_of_no_length(displayed, two_pairs):
    flows = iter([p.flow for p in two_pairs])
    assert scoreboard.add("perfect", lambda *_: next(flows)).mean == 0.0
    scoreboard.show("perfect")
    assert displayed[0]["text/plain"].endswith("perfect 0.0 px.")


def test_a_flow_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 4, 6\) for near, expected \(4, 6, 2\)"):
        scoreboard.add("planes", lambda a, b: np.zeros((2, 4, 6)))
    assert "planes" not in progress.read()["scoreboard"]


def test_a_flow_that_is_not_finite_is_refused():
    def holes(img1, img2):
        flow = zero(img1, img2)
        flow[1, 2, 0] = np.nan
        return flow

    with pytest.raises(ValueError, match="not finite at 1 pixels of near"):
        scoreboard.add("holes", holes)


def test_zero_flow_is_measured_on_the_courses_own_pairs(monkeypatch):
    monkeypatch.setattr(scoreboard, "pairs", COURSE_PAIRS)
    errors = scoreboard.add("zero flow", zero).by_pair
    assert len(errors) >= 4
    # The error of the flow zero is the mean length of the truth.
    for pair in COURSE_PAIRS():
        u, v = pair.flow[pair.valid].T
        assert errors[pair.name] == pytest.approx(np.hypot(u, v).mean(), rel=1e-4)
