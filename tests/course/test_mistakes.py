"""Wrong answers that are written as what differs from the solution, and how errors are told apart."""

import math  # noqa: F401  used by the texts below
import re

import numpy as np
import pytest
import torch

from flowlab_course.exercises import Exercise, Mistake, grade, mistakes
from flowlab_course.exercises.mistakes import explained, read_mistakes
from tests.course.demonstration import EXERCISE


def offset(flow, scale=2.0):
    """The flow minus its first vector, scaled by scale."""
    first = flow[0, 0]
    moved = flow - first
    return moved * scale


FLOW = np.arange(12.0).reshape(2, 3, 2)


def only(text):
    [mistake] = read_mistakes(offset, text)
    return mistake


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("    flow - first => flow", FLOW * 2),
        ("    - first =>", FLOW * 2),
        ("    flow[0, 0] => flow[0, 1]\n    moved * scale => moved", FLOW - FLOW[0, 1]),
        ("    flow - first => first - flow\n    scale => 3 * scale", (FLOW[0, 0] - FLOW) * 6),
        ("    return offset(-flow, scale)", -(FLOW - FLOW[0, 0]) * 2),
        ("    if scale:\n        return flow + scale\n    return flow", FLOW + 2),
        ("    return np.square(flow) + math.pi", FLOW**2 + np.pi),
    ],
    ids=["replaced", "left out", "two", "a new text that is an old one", "a body", "several lines", "modules"],
)
def test_a_wrong_answer_is_the_changed_solution_or_a_body(written, expected):
    np.testing.assert_array_equal(only(f"name: A hint.\n{written}\n").wrong(FLOW, 2.0), expected)


def test_arguments_have_the_solutions_defaults():
    np.testing.assert_array_equal(only("name: A hint.\n    - first =>\n").wrong(FLOW), FLOW * 2)
    np.testing.assert_array_equal(only("name: A hint.\n    return flow + scale\n").wrong(FLOW), FLOW + 2)


def test_names_and_hints_come_in_their_order():
    text = "\none: That is: one.\n    return 1\n\ntwo, it goes on: A long hint\nin two lines.\n    return 2\n"
    found = read_mistakes(offset, text)
    assert [(mistake.name, mistake.hint, mistake.wrong(FLOW)) for mistake in found] == [
        ("one", "That is: one.", 1),
        ("two, it goes on", "A long hint in two lines.", 2),
    ]


def test_wrong_answers_with_one_hint_are_each_recognised():
    text = "other way: It turns the other way.\n    -v, u => v, -u\n    or\n    -v => v\n"
    turned, mirrored = read_mistakes(EXERCISE.solution, text)
    exercise = Exercise(**(vars(EXERCISE) | {"mistakes": (turned, mirrored, mirrored)}))
    for mistake in (turned, mirrored):
        assert (mistake.name, mistake.hint) == ("other way", "It turns the other way.")
        assert grade(exercise, mistake.wrong).mistake == "other way"
    assert not np.array_equal(turned.wrong(FLOW), mirrored.wrong(FLOW))


@pytest.mark.parametrize("text", ["no colon\n    return 1\n", "name: A hint.\n", "    return 1\n", ""])
def test_a_name_without_a_wrong_answer_is_refused(text):
    with pytest.raises(ValueError, match="expected `name: hint` and below it an indented wrong answer"):
        read_mistakes(offset, text)


@pytest.mark.parametrize(("old", "times"), [("frist", 0), ("flow", 2), ("scaled by", 0)])
def test_a_text_that_does_not_occur_once_is_refused(old, times):
    with pytest.raises(ValueError, match=f"'{old}' must occur once in offset, it occurs {times} times"):
        only(f"name: A hint.\n    {old} => new\n").wrong(FLOW)


def test_texts_that_overlap_are_refused():
    with pytest.raises(ValueError, match="the replaced texts overlap in offset"):
        only("name: A hint.\n    flow - first => flow\n    - first => + first\n").wrong(FLOW)


def test_nothing_is_compiled_before_it_is_called(monkeypatch):
    """A chapter has about seventy wrong answers, and importing it takes no longer for them."""
    compiled = []
    monkeypatch.setattr(mistakes, "_compiled", lambda solution, source: compiled.append(source))
    (one,) = read_mistakes(offset, "name: A hint.\n    return None\n")
    assert compiled == []
    with pytest.raises(TypeError):
        one.wrong(FLOW)
    assert len(compiled) == 1


def test_a_wrong_answer_does_not_warn(recwarn):
    assert np.isnan(only("name: A hint.\n    return np.zeros(0).mean() / np.zeros(1)[0]\n").wrong(FLOW))
    assert len(recwarn) == 0


@pytest.mark.parametrize("third", [lambda flow: flow[..., 2], lambda flow: flow[..., -7] + 1])
def test_an_error_is_that_of_a_mistake_whatever_the_index(third):
    assert grade(EXERCISE, third).mistake == "third component"


def _unlike():
    raise IndexError


@pytest.mark.parametrize(
    "other", [lambda flow: flow[9], lambda flow: flow[0, 0, 0, 0], lambda flow: [][2], lambda flow: _unlike()]
)
def test_another_error_of_the_same_type_gets_no_reason(other):
    result = grade(EXERCISE, other)
    assert (result.status, result.mistake) == ("error", "")
    assert "your function raised IndexError" in result.message
    assert "A flow has two components" not in result.message


def test_shapes_that_do_not_fit_are_compared_in_any_order():
    ones = Mistake("three", lambda flow: flow + np.ones(3), "A vector has two components, you add three.")
    exercise = Exercise(**(vars(EXERCISE) | {"mistakes": (ones, *EXERCISE.mistakes)}))
    assert grade(exercise, lambda flow: 2 * np.ones(3) - flow).mistake == "three"
    assert grade(exercise, lambda flow: flow + np.ones(5)).mistake == ""


FLOAT, MASK, PLANE, TENSOR = np.ones((2, 3)), np.ones((2, 3), bool), np.ones((2, 3, 2)), torch.ones(2, 3)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("math.sqrt(FLOAT)", "as np.sqrt"),
        ("int(FLOAT)", "changes? a whole array"),
        ("FLOAT > 0 and FLOAT < 1", "one truth value"),
        ("max(FLOAT)", "one truth value"),
        ("3 & FLOAT > 2", "brackets around each comparison"),
        ("2.0 ^ 2", "A power is written"),
        ("FLOAT ^ 2", "A power is written"),
        ("np.linalg.norm(FLOAT)[0]", "without axis="),
        ("(5.0)[0]", "without axis="),
        ("FLOAT[np.rint(FLOAT)]", "An index is an integer"),
        ("range(3 / 1)", "An index is an integer"),
        ("FLOAT[0, 3]", "size less one"),
        ("PLANE[MASK.T]", "begins with the mask's own axes"),
        ("np.average(FLOAT[0, :2], weights=FLOAT[0])", "its own weight"),
        ("(1, 2) - (3, 4)", "no vectors"),
        ("FLOAT + PLANE", "equal from the last axis on"),
        ("TENSOR + torch.ones(4)", "equal from the last axis on"),
        ("np.eye(2) @ np.eye(3)", "second-last"),
        ("np.linalg.inv(FLOAT)", "last two axes"),
        ("torch.cat([TENSOR, TENSOR.T], dim=1)", "one shape"),
        ("FLOAT.sum(dim=1)", "axis="),
        ("FLOAT.clamp(0, 1)", "axis="),
        ("torch.sqrt(FLOAT)", "take tensors"),
        ("np.ones(2, int).__iadd__(0.5)", "copy of floats"),
        ("FLOAT.sum(axis=5)", "axes count from 0"),
        ("None + 1", "None"),
        ("FLOAT(0)", "product needs its"),
        ("FLOAT.reshape(7)", "same number of values"),
    ],
)
def test_an_error_of_python_or_numpy_is_explained(code, words):
    with pytest.raises(Exception) as raised:  # noqa: PT011  whatever it is
        eval(code)
    story = f"your function raised {type(raised.value).__name__}: {raised.value} (in line 3 of its cell: {code})"
    assert re.search(words, explained(story)), story


@pytest.mark.parametrize("code", ["undefined", "1 / 0", "[][2]", "{}['a']"])
def test_other_errors_speak_for_themselves(code):
    with pytest.raises(Exception) as raised:  # noqa: PT011
        eval(code)
    assert explained(f"your function raised {type(raised.value).__name__}: {raised.value}") == ""


def test_an_error_without_words_is_no_obstacle():
    class Mute(ValueError):
        def __str__(self):
            raise RuntimeError

    def mute(flow):
        raise Mute

    exercise = Exercise(**(vars(EXERCISE) | {"mistakes": (Mistake("mute", mute, "It is mute."), *EXERCISE.mistakes)}))
    assert grade(exercise, mute).mistake == "mute"
