"""A wrong result is drawn beside the expected one: the pictures hold the values, and the ring marks the worst place."""

import math

import matplotlib as mpl
import numpy as np
import pytest
import torch

import flowlab_course as course
from flowlab_course.exercises import exercises_of, find
from flowlab_course.page import check as page_check
from flowlab_course.page.check import draw_difference
from flowlab_course.page.pictures import wheel

mpl.use("Agg")


@pytest.fixture
def shown(monkeypatch):
    """Return the list of (figure, alt) that are shown."""
    figures = []
    monkeypatch.setattr(page_check, "show", lambda fig, alt: figures.append((fig, alt)))
    return figures


def pixels(ax):
    (image,) = ax.get_images()
    return np.asarray(image.get_array())


def ring(ax):
    (x,), (y,) = ax.get_lines()[-1].get_data()
    return y, x


def test_a_map_is_drawn_with_its_difference_and_the_worst_place(shown):
    expected = np.arange(56.0).reshape(7, 8)
    got = expected.copy()
    got[2, 5] += 3
    got[4, 1] -= 1
    assert draw_difference(got, expected, "a ramp")
    ((fig, alt),) = shown
    yours, right, difference = fig.axes
    assert np.array_equal(pixels(yours), got)
    assert np.array_equal(pixels(right), expected)
    assert [(*place, pixels(difference)[tuple(place)]) for place in np.argwhere(pixels(difference))] == [
        (2, 5, 3.0),
        (4, 1, -1.0),
    ]
    assert ring(difference) == (2, 5)
    assert difference.get_title() == "yours - expected\nviolet -3, orange +3"
    assert alt == (
        "Three pictures: your result on a ramp, the expected one, and their difference, largest at row 2, column 5."
    )
    assert yours.get_images()[0].get_clim() == right.get_images()[0].get_clim() == (0.0, 55.0)


def test_a_small_flow_has_its_numbers(shown):
    expected = np.zeros((2, 3, 2))
    got = expected.copy()
    got[1, 2] = (3, -4)
    assert draw_difference(torch.from_numpy(got).permute(2, 0, 1)[None], torch.zeros(1, 2, 2, 3), "rest")
    yours, right, difference = shown[0][0].axes
    assert [text.get_text() for text in yours.texts] == ["0, 0"] * 5 + ["3, -4"]
    assert [text.get_text() for text in difference.texts] == ["0"] * 5 + ["5"]
    assert pixels(yours)[0, 0].tolist() == pixels(right)[1, 2].tolist() == [255, 255, 255]
    assert pixels(yours)[1, 2].tolist() != [255, 255, 255]
    assert ring(difference) == (1, 2)
    (legend,) = yours.child_axes
    assert np.array_equal(pixels(legend), wheel(5, zoom=2)), "the longest vector has 5 px"
    assert not right.child_axes


def test_of_many_channels_the_worst_is_drawn(shown):
    expected = np.zeros((1, 9, 5, 6))
    got = expected.copy()
    got[0, 7, 3, 4] = 2
    assert draw_difference(got, expected, "scores")
    fig, alt = shown[0]
    assert "index 7" in alt
    assert fig.get_suptitle() == "On scores, index 7"
    assert ring(fig.axes[2]) == (3, 4)


def test_a_curve_is_drawn_as_a_curve(shown):
    assert draw_difference([1.0, 2.0, 4.0], np.array([1.0, 2.0, 3.0]), "steps")
    both, apart = shown[0][0].axes
    assert {line.get_label(): line.get_ydata().tolist() for line in both.get_lines()} == {
        "expected": [1.0, 2.0, 3.0],
        "yours": [1.0, 2.0, 4.0],
    }
    assert [y for y in apart.containers[0].markerline.get_ydata() if y] == [1.0]


def test_of_several_results_the_first_that_differs_is_drawn(shown):
    one, other = np.eye(4), np.ones((4, 4))
    assert draw_difference((one, other + 1), (one, other), "a pair")
    assert np.array_equal(pixels(shown[0][0].axes[1]), other)


@pytest.mark.parametrize("value", [3.0, "text", np.zeros(2), np.zeros((1, 2)), True, (1.0, 2.0)])
def test_a_few_numbers_are_not_drawn(shown, value):
    assert not draw_difference(value, value, "one")
    assert not shown


def test_nan_and_infinity_are_drawn(shown):
    got = np.full((3, 4, 2), np.nan)
    assert draw_difference(got, np.ones((3, 4, 2)), "all")
    assert draw_difference(np.full((3, 4), np.inf), np.ones((3, 4)), "all")
    assert len(shown) == 2


def test_check_draws_in_a_notebook_and_not_in_a_script(monkeypatch, displayed):
    (exercise,) = (e for e in exercises_of(1) if e.id == "1.1")
    course.check("1.1", exercise.mistakes[0].wrong)
    assert displayed == []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a kernel")
    course.check("1.1", exercise.mistakes[0].wrong)
    (bundle,) = displayed
    assert bundle["text/plain"].startswith("[figure] Three pictures: your result on ")
    course.check("1.1", exercise.solution)
    course.check("1.1", lambda *_: ...)
    assert len(displayed) == 1


def test_every_known_mistake_with_a_picture_is_drawn_in_less_than_the_limit(displayed, monkeypatch):
    """Of each exercise one; show() refuses pictures that are too large and texts that are too short."""
    monkeypatch.setattr("IPython.get_ipython", lambda: "a kernel")
    for chapter in range(15):
        for exercise in exercises_of(chapter):
            course.check(exercise.id, exercise.mistakes[0].wrong)
    assert len(displayed) > 15


class Loud(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raising(error):
    def answer(*_):
        raise error

    return answer


def endless():
    inside = []
    inside.append(inside)
    return inside


def spoilt(*args):
    for argument in args:
        if isinstance(argument, list):
            argument[:] = [None] * len(argument)
    return 0


WEIGHT = torch.ones(2, requires_grad=True)
# Each takes the right result and returns an odd one.
ODD = {
    "infinite": lambda right: right * np.inf if hasattr(right, "shape") else math.inf,
    "enormous": lambda right: right * 0 + 1e308 if hasattr(right, "shape") else 10**5000,
    "rows": lambda right: [row * 2 for row in right] if getattr(right, "ndim", 0) else [right],
    "numbers in lists": lambda right: np.asarray(right, float).tolist() if hasattr(right, "shape") else [1],
    "turned": lambda right: np.flip(np.asarray(right, float)),
    "objects": lambda right: np.full(np.shape(right), None, object),
    "texts": lambda right: np.full(np.shape(right), "a"),
    "long doubles": lambda right: np.full(np.shape(right), 2, np.longdouble),
    "complex": lambda right: right + 7j if hasattr(right, "shape") else 7j,
    "bfloat16": lambda right: torch.full(np.shape(right), 3.0).bfloat16(),
    "sparse": lambda right: torch.full(np.shape(right), 3.0).to_sparse(),
    "without values": lambda right: torch.empty(np.shape(right), device="meta"),
    "rows with gradients": lambda right: [WEIGHT * 3, WEIGHT],
    "a list in itself": lambda _: endless(),
    "a generator": lambda _: (i for i in range(3)),
    "a type": lambda _: int,
    "nothing": lambda _: None,
}
ANSWERS = {
    "an error without words": raising(Loud()),
    "exit()": raising(SystemExit(1)),
    "spoils its lists": spoilt,
}


@pytest.mark.parametrize(
    "id_", ["0.1", "1.1", "2.1", "2.3", "4.1", "4.2", "4.3", "5.3", "7.3", "9.2", "10.3", "12.2", "14.3"]
)
def test_whatever_comes_is_answered_in_words(id_, monkeypatch, displayed, capsys):
    """In a notebook; a warning would be an error here."""
    monkeypatch.setattr("IPython.get_ipython", lambda: "a kernel")
    exercise = find(id_)
    right = [case.expected for case in exercise.cases()]
    for name, odd in ODD.items():
        results = iter(right)

        def answer(*_, odd=odd, results=results):
            with np.errstate(all="ignore"):
                result = next(results)
                return tuple(map(odd, result)) if isinstance(result, tuple) else odd(result)

        result = course.check(id_, answer)
        assert result.status in ("wrong", "error") or name in ("numbers in lists", "turned"), name
    for name, answer in ANSWERS.items():
        assert course.check(id_, answer).status in ("wrong", "error"), name
    assert capsys.readouterr().err == ""


def test_an_id_may_be_a_number():
    assert find(2.1) is find("2.1")
