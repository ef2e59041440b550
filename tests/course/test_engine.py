"""The checker accepts what is right, and says of anything else exactly what is wrong."""

import re

import numpy as np
import pytest
import torch

import flowlab_course as course
from flowlab_course.exercises import Case, Exercise, Mistake, grade, registry
from flowlab_course.reader import progress
from tests.course.demonstration import EXERCISE, turn


@pytest.fixture
def registered(monkeypatch):
    """Make the demonstration the only exercise of chapter 1."""
    monkeypatch.setattr(registry, "exercises_of", lambda chapter: (EXERCISE,) if chapter == 1 else ())


def exercise_on(expected, *, args=(0,), **settings):
    """An exercise of one case whose mistakes match nothing."""
    nothing = tuple(Mistake(name, lambda *_: "never", "never said") for name in "abc")
    return Exercise(
        id="1.1",
        title="t",
        hints=("a", "b", "c"),
        solution=turn,
        cases=lambda: [Case(args, expected, "the only case")],
        mistakes=nothing,
        **settings,
    )


def said(expected, got, **settings):
    result = grade(exercise_on(expected, **settings), lambda *_: got)
    return result.status, result.message


def test_the_solution_is_right_and_exact():
    result = grade(EXERCISE, turn)
    assert (result.status, result.message) == ("right", "✓ Exercise 1.1 · right, exact, on 2 cases.")


def test_rounding_is_right_and_named():
    result = grade(EXERCISE, lambda flow: turn(flow) + 3e-7)
    assert (result.status, result.message) == ("right", "✓ Exercise 1.1 · right, to within 3e-07, on 2 cases.")


def test_float32_is_as_good_as_float64():
    assert grade(EXERCISE, lambda flow: turn(flow).astype(np.float32)).status == "right"


def test_an_untouched_stub_is_not_attempted():
    result = grade(EXERCISE, lambda flow: ...)
    assert result.status == "not attempted"
    assert result.message == ('Exercise 1.1 · not attempted yet.\ncourse.hint("1.1") gives the next hint.')


@pytest.mark.parametrize("mistake", EXERCISE.mistakes, ids=lambda m: m.name)
def test_each_mistake_gets_its_own_hint_and_no_other(mistake):
    result = grade(EXERCISE, mistake.wrong)
    assert result.status in ("wrong", "error")
    assert result.mistake == mistake.name
    assert [m.name for m in EXERCISE.mistakes if m.hint in result.message] == [mistake.name]


def test_a_mistake_must_fit_every_case():
    # The other way round on the first case only: not the mistake "anticlockwise".
    result = grade(EXERCISE, lambda flow: -turn(flow) if len(flow) > 1 else turn(flow))
    assert (result.status, result.mistake) == ("wrong", "")


def test_a_forgotten_return_is_said():
    result = grade(EXERCISE, lambda flow: None)
    assert result.status == "wrong"
    assert "On vectors along the axes, your function returned nothing (None): end it with return." in result.message


def test_an_error_names_type_message_and_the_line():
    def wrong(flow):
        u = flow[..., 0]
        return u + undefined_name  # noqa: F821

    result = grade(EXERCISE, wrong)
    assert result.status == "error"
    assert "NameError: name 'undefined_name' is not defined (in line" in result.message
    assert "return u + undefined_name" in result.message


def test_an_error_deep_in_a_library_shows_the_learners_own_line():
    def wrong(flow):
        return np.concatenate([flow, flow[0, 0]])

    assert "np.concatenate([flow, flow[0, 0]])" in grade(EXERCISE, wrong).message


def test_a_gap_inside_the_function_is_recognised():
    def half_done(flow):
        u = ...
        return u * 2

    result = grade(EXERCISE, half_done)
    assert result.status == "error"
    assert "a `...` is still to be filled in" in result.message
    assert "still a `...`" in grade(EXERCISE, lambda flow: (..., flow[..., 0])).message
    assert "still a `...`" in grade(EXERCISE, lambda flow: np.array([..., 1], dtype=object)).message


def test_a_wrong_number_of_parameters_is_an_error():
    result = grade(EXERCISE, lambda: 1)
    assert result.status == "error"
    assert "takes 0 positional arguments but 1 was given" in result.message


def test_the_result_instead_of_the_function_is_an_error():
    result = grade(EXERCISE, [1, 2])
    assert result.status == "error"
    assert "the function itself, without calling it; it got list" in result.message


def test_ctrl_c_passes_through():
    def endless(flow):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade(EXERCISE, endless)


def test_a_changed_argument_is_told_and_harms_no_later_case():
    def in_place(flow):
        flow[...] = turn(flow)
        return flow

    result = grade(EXERCISE, in_place)
    assert result.status == "right"
    assert "changes its argument `flow`" in result.message
    assert grade(EXERCISE, turn).message.count("\n") == 0


def test_the_advice_says_how_to_come_from_one_kind_to_another():
    assert "; a comparison, such as with < or >, makes a mask." in said(np.zeros(2, bool), np.zeros(2))[1]


@pytest.mark.parametrize(
    ("expected", "got", "note"),
    [
        (
            np.eye(2),
            torch.eye(2),
            "a NumPy array is expected, you returned a torch tensor (2, 2) of torch.float32; .numpy",
        ),
        (
            torch.eye(2),
            np.eye(2),
            "you returned a NumPy array (2, 2) of float64; torch.from_numpy makes a tensor of it.",
        ),
        (np.array([True, False]), torch.tensor([True, False]), "; .numpy() makes an array of it."),
        (np.array([1.0, 2]), [1, 2], "a NumPy array is expected, you returned a list; np.array makes an array of it."),
        (np.eye(2), (np.array([1.0, 0]), np.array([0.0, 1])), "; np.stack makes one array of several."),
        (np.eye(2, dtype=np.float32), np.eye(2), ""),
        (1.5, np.float32(1.5), ""),
        (1.5, torch.tensor(1.5), ""),
        (3, np.int64(3), ""),
        (True, np.bool_(True), ""),
        ((0.25, 0.75), [0.25, 0.75], ""),
        ((0.25, 0.75), np.array([0.25, 0.75]), ""),
        ((0.25, 0.75), torch.tensor([0.25, 0.75]), ""),
        ((np.ones(3), np.zeros(3)), np.stack([np.ones(3), np.zeros(3)]), ""),
    ],
    ids=str,
)
def test_a_right_result_in_another_idiom_is_right(expected, got, note):
    status, message = said(expected, got)
    assert status == "right"
    assert note in message
    assert ("One thing more" in message) == bool(note)


def test_a_changed_argument_of_a_wrong_answer_is_told_as_a_cause():
    """A copy alone does not mend it: what is read after the change is the new value."""

    def overwritten(flow):
        flow[..., 0] = -flow[..., 1]
        flow[..., 1] = flow[..., 0]
        return flow

    message = grade(EXERCISE, overwritten).message
    assert "changes its argument `flow`, so what you read there afterwards is not what came in." in message
    assert "use a copy" not in message


def test_two_changed_arguments_are_arguments():
    exercise = exercise_on(1, args=([0], [0]))
    solved = Exercise(**(vars(exercise) | {"solution": lambda epe, share: 1}))

    def both(epe, share):
        epe[0] = share[0] = 1
        return 1

    assert "changes its arguments `epe` and `share`, which" in grade(solved, both).message


def test_a_return_that_is_missing_on_one_way_is_said():
    def half(flow):
        if len(flow) > 1:
            return turn(flow)
        return None

    assert "one way through your function lacks its return" in grade(EXERCISE, half).message


@pytest.mark.parametrize(("got", "said_of_it"), [(300.0, "300 is impossible here: a result is at most 100"), (50, "")])
def test_what_cannot_be_is_said(got, said_of_it):
    message = said(40.0, got, bounds=(0, 100))[1]
    assert ("impossible" in message) == bool(said_of_it)
    assert said_of_it in message


def test_an_error_that_the_course_can_explain_is_explained():
    def wrong(flow):
        return flow if flow > 1 else -flow

    message = grade(EXERCISE, wrong).message
    assert "The truth value of an array" in message
    assert "Join masks with & and |" in message


def test_a_changed_tensor_is_told():
    exercise = exercise_on(torch.ones(2), args=(torch.zeros(2),))
    assert "changes its argument `x`" in grade(exercise, lambda x: x.add_(1)).message


def test_where_the_largest_difference_is():
    expected = np.zeros((4, 5, 2))
    got = expected.copy()
    got[2, 3, 1], got[0, 0, 0] = -7.5, 1.0
    status, message = said(expected, got)
    assert status == "wrong"
    assert "On the only case, the largest difference is at row 2, column 3, v: yours is -7.5, expected 0." in message


def test_a_missing_value_is_counted():
    assert (
        "3 of 4 values are NaN, such as at index [1]: yours is nan, expected 1"
        in (said(np.ones(4), np.array([1, np.nan, np.nan, np.nan]))[1])
    )


def test_an_expected_nan_or_infinity_is_right():
    values = np.array([np.nan, np.inf, -np.inf, 1.0])
    assert said(values, values.copy())[0] == "right"
    assert said(values, np.array([np.nan, np.inf, np.inf, 1.0]))[0] == "wrong"
    assert said(values, np.array([0.0, np.inf, -np.inf, 1.0]))[0] == "wrong"


@pytest.mark.parametrize(
    ("expected", "got", "fact"),
    [
        (np.zeros((2, 3)), torch.zeros(3, 2), "should be (2, 3), yours is (3, 2): the same axes in another order"),
        (np.zeros((2, 3)), torch.ones(2, 3), "the largest difference is at row 0, column 0: yours is 1, expected 0"),
        (np.zeros(2), [0, 0, 0], "a NumPy array is expected, you returned a list; np.array"),
        (np.zeros(2), [0, "a"], "a NumPy array is expected, you returned a list; np.array"),
        (np.zeros((3, 2)), (np.zeros(3), np.zeros(3)), "you returned a tuple; np.stack"),
        (np.zeros(2, bool), np.zeros(2), "a NumPy mask (dtype bool) is expected, you returned a NumPy array"),
        (np.zeros(2), "text", "a NumPy array is expected, you returned a text"),
        (np.zeros(2), {}, "you returned a dict"),
        (1.5, np.zeros(3), "one number is expected, you returned a NumPy array (3,) of float64; is a mean"),
        (True, 1, "True or False is expected, you returned the number 1"),
        (True, np.ones(2, bool), "True or False is expected, you returned a NumPy mask (dtype bool) (2,)"),
        (2.0, True, "one number is expected, you returned the truth value True"),
        ((1.0, 2.0), 1.0, "expected 2 results, you returned the number 1.0"),
        ((1.0, 2.0), (1.0, 2.0, 3.0), "expected 2 results, you returned 3"),
        ((1.0, 2.0), (1.0, 3.0), "result 2 of 2: yours is 3, expected 2"),
        ("PIEH", "HEIP", "expected 'PIEH', yours is 'HEIP'"),
        (b"PIEH", "PIEH", "bytes are expected, you returned a text"),
        (np.zeros((2, 2), np.uint8), np.zeros((2, 2)), "an image of dtype uint8 is expected, yours is float64"),
        (np.array([True, False]), np.array([True, True]), "1 of 2 differ, first at index [1]: yours is True"),
        (np.zeros(2), np.array(["a", "b"]), "numbers are expected, yours are of dtype <U1"),
        (np.zeros((2, 3)), np.zeros((3, 2)), "should be (2, 3), yours is (3, 2): the same axes in another order"),
        (np.zeros((4, 5, 2)), np.zeros((2, 4, 5)), "should be (4, 5, 2), yours is (2, 4, 5): the same axes in"),
        (np.zeros((4, 5)), np.zeros((4, 5, 1)), "yours is (4, 5, 1): an axis of length 1 too many"),
        (np.zeros((1, 5)), np.zeros(5), "yours is (5,): an axis of length 1 too few"),
        (np.zeros((4, 5)), np.zeros((4, 6)), "the shape should be (4, 5), yours is (4, 6)."),
    ],
)  # fmt: skip
def test_kind_and_shape_come_first(expected, got, fact):
    status, message = said(expected, got)
    assert status == "wrong"
    assert message.startswith("✗ Exercise 1.1 · not yet. On the only case, ")
    assert fact in message


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (2, 2.0),
        (2.0, np.float32(2)),
        (2.0, np.array(2.0)),
        (2.0, torch.tensor(2.0)),
        (np.array(2.0), 2),
        (True, np.bool_(True)),
        (True, torch.tensor(True)),
        (np.zeros(2), np.zeros(2, np.int64)),
        (torch.zeros(2), torch.zeros(2, dtype=torch.bfloat16, requires_grad=True)),
        ((1, np.zeros(2)), [1, np.zeros(2)]),
        (np.zeros((0, 2)), np.zeros((0, 2))),
        (None, None),
        (b"PIEH", b"PIEH"),
    ],
)
def test_what_counts_as_the_same(expected, got):
    assert said(expected, got)[0] == "right"


def test_the_tolerance_is_the_exercises_own():
    assert said(np.ones(3), np.full(3, 1.05))[0] == "wrong"
    assert said(np.ones(3), np.full(3, 1.05), rtol=0.1)[0] == "right"


def test_a_general_diagnosis_follows_where_no_mistake_fits():
    expected = np.arange(24.0).reshape(3, 4, 2)
    assert "The two components have changed places" in said(expected, expected[..., ::-1])[1]
    u, v = expected[..., 0], expected[..., 1]
    assert "The two components have changed places" in said((u, v), (v, u))[1]


def test_warnings_of_a_known_mistake_do_not_reach_the_reader(recwarn):
    def warns(flow):
        return flow / np.zeros_like(flow)

    noisy = Exercise(**(vars(EXERCISE) | {"mistakes": tuple(Mistake(n, warns, n) for n in "abc")}))
    grade(noisy, lambda flow: flow * 7)
    assert len(recwarn) == 0


@pytest.mark.usefixtures("registered")
def test_check_prints_and_records(capsys, monkeypatch):
    times = iter(("first", "second"))
    monkeypatch.setattr(progress, "now", lambda: next(times))
    assert course.check("1.1", lambda flow: ...).status == "not attempted"
    assert progress.read()["exercises"] == {}
    course.check("1.1", lambda flow: flow)
    assert progress.read()["exercises"]["1.1"] == {"attempts": 1, "solved": False, "when": "first"}
    result = course.check("1.1", turn)
    assert capsys.readouterr().out.endswith(result.message + "\n")
    assert progress.read()["exercises"]["1.1"] == {"attempts": 2, "solved": True, "when": "second"}
    course.check("1.1", lambda flow: flow)
    assert progress.read()["exercises"]["1.1"] == {"attempts": 3, "solved": True, "when": "second"}


@pytest.mark.usefixtures("registered")
def test_what_is_said_breaks_between_words(capsys):
    """JupyterLab breaks a long line in the middle of a word."""
    result = course.check("1.1", lambda flow: flow[..., 0].mean())
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 92 < max(map(len, result.message.splitlines()))
    assert " ".join(lines) == " ".join(result.message.splitlines())


def test_a_question_ends_without_a_full_stop():
    message = said(1.5, np.zeros(3))[1]
    assert "is a mean, a sum or an index missing?\n" in message


@pytest.mark.usefixtures("registered")
def test_check_shows_nothing_twice_as_a_cells_last_line():
    assert course.check("1.1", turn)._ipython_display_() is None


@pytest.mark.usefixtures("registered")
def test_hints_come_one_after_the_other(capsys):
    told = []
    for _ in range(4):
        course.hint("1.1")
        told.append(capsys.readouterr().out)
    for number, hint in enumerate(EXERCISE.hints, 1):
        assert told[number - 1].startswith(f"Hint {number} of 3: {hint}\n")
    assert [("last hint" in text) for text in told] == [False, False, True, True]
    assert all(hint in told[3] for hint in EXERCISE.hints)


@pytest.mark.usefixtures("registered")
def test_the_solution_is_shown_and_that_is_remembered(capsys):
    course.solution("1.1")
    out = capsys.readouterr().out
    assert "def turn(flow):" in out
    assert "return np.stack([-v, u], axis=-1)" in out
    assert progress.read()["exercises"]["1.1"] == {"solution_seen": True}


@pytest.mark.usefixtures("registered")
def test_an_unknown_exercise_lists_those_of_its_chapter():
    with pytest.raises(ValueError, match=r"no exercise 1\.9; chapter 1 has 1\.1$"):
        course.check("1.9", turn)
    with pytest.raises(ValueError, match=r"no exercise 7\.1; chapter 7 has none$"):
        course.hint("7.1")


@pytest.mark.parametrize("name", ["1", "one", "", "1-1", "x.1"])
def test_an_id_that_is_none_is_refused(name):
    with pytest.raises(ValueError, match=re.escape(f'such as "1.2", got {name!r}')):
        course.check(name, turn)


def test_a_module_with_two_exercises_of_one_id_is_refused(monkeypatch):
    class Module:
        EXERCISES = (EXERCISE, EXERCISE)

    monkeypatch.setattr(registry, "chapters", lambda: (1,))
    monkeypatch.setattr(registry, "import_module", lambda name: Module)
    registry.exercises_of.cache_clear()
    try:
        with pytest.raises(ValueError, match=r"must be 1\.1, 1\.2"):
            registry.exercises_of(1)
    finally:
        registry.exercises_of.cache_clear()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"id": "first"}, "id is chapter.number"),
        ({"hints": ("one",)}, "at least 3 hints, got 1"),
        ({"mistakes": EXERCISE.mistakes[:2]}, "at least 3 mistakes, got 2"),
    ],
)
def test_an_exercise_that_is_not_complete_is_refused(change, match):
    with pytest.raises(ValueError, match=match):
        Exercise(**(vars(EXERCISE) | change))
