"""What every exercise of the course must keep, whoever writes it."""

import ast
import builtins
import inspect
import re
import textwrap
import types

import pytest

from flowlab_course.exercises import chapters, exercises_of, grade
from tests.course.demonstration import EXERCISE as DEMONSTRATION

EXERCISES = [DEMONSTRATION, *(exercise for chapter in chapters() for exercise in exercises_of(chapter))]
MISTAKES = [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes]


def name(value):
    return getattr(value, "id", None) or getattr(value, "name", None)


@pytest.fixture(params=EXERCISES, ids=name)
def exercise(request):
    return request.param


def test_the_solution_is_right(exercise):
    result = grade(exercise, exercise.solution)
    assert result.status == "right", result.message
    assert "Take care" not in result.message


def test_an_untouched_stub_is_not_attempted(exercise):
    assert grade(exercise, lambda *_: ...).status == "not attempted"


@pytest.mark.parametrize(("exercise", "mistake"), MISTAKES, ids=name)
def test_each_mistake_gets_its_own_hint_and_no_other(exercise, mistake):
    result = grade(exercise, mistake.wrong)
    assert result.status in ("wrong", "error"), result.message
    assert not re.search("NameError|SyntaxError: (?!g)|UnboundLocalError", result.message), (
        "the answer itself is broken"
    )
    assert result.mistake == mistake.name
    assert {other.name for other in exercise.mistakes if other.hint in result.message} == {mistake.name}


def test_mistakes_have_names_and_hints_of_their_own(exercise):
    """Wrong answers with one hint have one name, and those with one name have one hint."""
    pairs = {(mistake.name, mistake.hint) for mistake in exercise.mistakes}
    assert len({name for name, _ in pairs}) == len({hint for _, hint in pairs}) == len(pairs) >= 3


def test_no_hint_and_no_mistakes_hint_holds_the_solution(exercise):
    last = ast.parse(textwrap.dedent(inspect.getsource(exercise.solution))).body[0].body[-1]
    said = [*exercise.hints[:-1], *(mistake.hint for mistake in exercise.mistakes)]
    whole = ast.unparse(last)
    assert not [text for text in said if whole in text]


def test_hints_go_from_a_question_to_the_code(exercise):
    """The first asks, and shows no code; the last is the only one that may show the solution's last line."""
    first = exercise.hints[0]
    assert first.endswith("?")
    assert not re.search(r"np\.|torch\.|cv2\.|\w\[|\w\.\w+\(| = |axis=", first), first
    assert len(set(exercise.hints)) == len(exercise.hints)


def test_there_is_more_than_one_case_and_each_says_what_it_is(exercise):
    notes = [case.note for case in exercise.cases()]
    assert len(notes) >= 2
    assert len(set(notes)) == len(notes)
    assert all(note.strip() and not note.endswith(".") for note in notes)


def test_the_cases_are_the_same_at_each_call(exercise):
    first, second = exercise.cases(), exercise.cases()
    replay = {id(case): other.expected for case, other in zip(first, second, strict=True)}
    fixed = type(exercise)(**(vars(exercise) | {"cases": lambda: first, "atol": 0.0, "rtol": 0.0}))
    results = iter([replay[id(case)] for case in first])
    assert grade(fixed, lambda *_: next(results)).status == "right"


def test_the_solution_needs_nothing_but_imports(exercise):
    """It is shown to readers and put into their notebooks, where helpers of our module are not."""
    code = exercise.solution.__code__
    own = set(code.co_names) & set(exercise.solution.__globals__) - set(dir(builtins)) - {exercise.solution.__name__}
    foreign = [n for n in own if not imported(exercise.solution.__globals__[n], exercise.solution.__module__)]
    assert foreign == []


def imported(value, module):
    return isinstance(value, types.ModuleType) or getattr(value, "__module__", module) != module
