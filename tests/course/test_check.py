"""A wrong result is drawn beside the expected one: the pictures hold the values, and the ring marks the worst place."""

import matplotlib as mpl
import numpy as np
import pytest
import torch

import flowlab_course as course
from flowlab_course.exercises import exercises_of
from flowlab_course.page import check as page_check
from flowlab_course.page.check import draw_difference

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
