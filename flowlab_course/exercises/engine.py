"""Checks an answer at once and in private, and says what to look at next."""

from __future__ import annotations

import inspect
import textwrap
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from flowlab_course.exercises.compare import Comparison, as_numpy, compare
from flowlab_course.exercises.diagnose import diagnose
from flowlab_course.exercises.mistakes import explained
from flowlab_course.exercises.registry import find
from flowlab_course.exercises.run import Outcome, kind_of, run, run_quietly, still_to_write
from flowlab_course.exercises.spec import Case, Exercise, Mistake
from flowlab_course.reader import progress

WIDTH = 92  # characters: JupyterLab breaks a longer line wherever it ends, in the middle of a word


@dataclass(frozen=True)
class CheckResult:
    """What `check` found.

    Attributes:
        status: "not attempted", "error", "wrong" or "right".
        message: What was printed.
        mistake: The name of the known mistake that was recognised, if any.
        failing: Of a wrong result of the right shape: what came, what was expected, and the case's note.
    """

    status: str
    message: str
    mistake: str = ""
    failing: tuple[Any, Any, str] | None = field(default=None, compare=False, repr=False)

    def _ipython_display_(self) -> None:
        """Show nothing: `check` has printed the message already."""


def check(exercise_id: str | float, function: object) -> CheckResult:
    """Try the learner's function on every case of an exercise, say what came of it, and record it.

    Args:
        exercise_id: Chapter and number, such as "1.2".
        function: The function itself, not its result.

    Raises:
        ValueError: If there is no such exercise.
    """
    exercise = find(exercise_id)
    result = grade(exercise, function)
    _say(result.message)
    if result.status != "not attempted":
        progress.update("exercises", exercise.id, lambda entry: _attempted(entry, result.status == "right"))
    return result


def hint(exercise_id: str | float) -> None:
    """Print the next hint of an exercise; after the last one, all of them again."""
    exercise = find(exercise_id)
    count = len(exercise.hints)
    entry = progress.update("exercises", exercise.id, lambda e: e | {"hints": e.get("hints", 0) + 1})
    given = entry["hints"]
    for number in [given] if given <= count else range(1, count + 1):
        _say(f"Hint {number} of {count}: {exercise.hints[number - 1]}")
    if given >= count:
        print(f'That was the last hint. course.solution("{exercise.id}") shows one solution.')


def solution(exercise_id: str | float) -> None:
    """Print the source of a solution. When to look is for the reader to decide: I trust you."""
    exercise = find(exercise_id)
    progress.update("exercises", exercise.id, lambda entry: entry | {"solution_seen": True})
    print(f"Exercise {exercise.id}: one solution among many.\n")
    print(textwrap.dedent(inspect.getsource(exercise.solution)).rstrip())


def grade(exercise: Exercise, function: object) -> CheckResult:
    """Judge a function without printing or recording anything."""
    head = f"Exercise {exercise.id}"
    more = f'course.hint("{exercise.id}") gives the next hint.'
    if not callable(function):
        said = f"give check the function itself, without calling it; it got {type(function).__name__}."
        return CheckResult("error", f"{head} · not yet: {said}")
    cases = exercise.cases()
    outcomes = [run(function, case.args) for case in cases]
    if all(outcome.value is ... for outcome in outcomes):
        return CheckResult("not attempted", f"{head} · not attempted yet.\n{more}")
    compared = [_in_words(_judge, outcome, case, exercise) for outcome, case in zip(outcomes, cases, strict=True)]
    failed = next((number for number, comparison in enumerate(compared) if not comparison.ok), None)
    if failed is None:
        return CheckResult("right", _praise(head, compared, outcomes))
    status = "error" if outcomes[failed].error else "wrong"
    known = _recognised(cases, outcomes, exercise)
    why = known.hint if known else explained(outcomes[failed].story) or _why(cases, outcomes, compared, exercise)
    lines = [f"✗ {head} · not yet. On {cases[failed].note}, {_ended(compared[failed].fact)}"]
    if not known and (said := _changed(outcomes, "so what you read there afterwards is not what came in")):
        lines.append(said)
    message = "\n".join([*lines, *([why] if why else []), more])
    failing = None
    if compared[failed].same_shape:
        failing = (outcomes[failed].value, cases[failed].expected, cases[failed].note)
    return CheckResult(status, message, known.name if known else "", failing)


def _in_words(judge: Callable[..., Comparison], outcome: Outcome, *more: Any) -> Comparison:
    """Judge, whatever came: results that cannot even be compared (a sparse tensor, a list in itself) are told, too."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return judge(outcome, *more)
    except Exception as error:  # noqa: BLE001  the reader made the result; its fault is told like any other
        what = f"your function returned {type(outcome.value).__name__}, which cannot be compared"
        return Comparison(False, f"{what} ({type(error).__name__})", same_shape=False)


def _judge(outcome: Outcome, case: Case, exercise: Exercise) -> Comparison:
    if outcome.error:
        return Comparison(False, outcome.story, same_shape=False)
    if outcome.value is None and case.expected is not None:
        return Comparison(False, "your function returned nothing (None): end it with return", same_shape=False)
    if still_to_write(outcome.value):
        return Comparison(False, "there is still a `...` in what your function returns", same_shape=False)
    return compare(outcome.value, case.expected, atol=exercise.atol, rtol=exercise.rtol)


def _recognised(cases: list[Case], outcomes: list[Outcome], exercise: Exercise) -> Mistake | None:
    """Return the known mistake that gives what came; None where several do whose hints differ."""
    found = [mistake for mistake in exercise.mistakes if _is(mistake, cases, outcomes, exercise)]
    return found[0] if len({mistake.hint for mistake in found}) == 1 else None


def _alike(outcome: Outcome, value: Any, exercise: Exercise) -> Comparison:
    return compare(outcome.value, value, atol=exercise.atol, rtol=exercise.rtol)


def _is(mistake: Mistake, cases: list[Case], outcomes: list[Outcome], exercise: Exercise) -> bool:
    """Say whether the mistake gives, case by case, what the learner's function gave."""
    for case, outcome in zip(cases, outcomes, strict=True):
        wrong = run_quietly(mistake.wrong, case.args)
        if wrong.error or outcome.error:
            if kind_of(wrong.error) != kind_of(outcome.error):
                return False
        elif not _in_words(_alike, outcome, wrong.value, exercise).ok:
            return False
    return True


def _why(cases: list[Case], outcomes: list[Outcome], compared: list[Comparison], exercise: Exercise) -> str:
    """Return what the results alone say; nothing where they are beyond that."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return _guess_why(cases, outcomes, compared, exercise)
    except Exception:  # noqa: BLE001  numbers too large to compute with, rows of another kind
        return ""


def _guess_why(cases: list[Case], outcomes: list[Outcome], compared: list[Comparison], exercise: Exercise) -> str:
    if len({outcome.value is None for outcome in outcomes}) > 1 and not any(outcome.error for outcome in outcomes):
        return "In other cases it returns a result: one way through your function lacks its return."
    pairs = [(_one_array(o.value), _one_array(case.expected)) for case, o in zip(cases, outcomes, strict=True)]
    if any(side is None or side.dtype.kind not in "biuf" for pair in pairs for side in pair):
        return ""
    if not all(comparison.same_shape for comparison in compared) and all(a.shape == b.shape for a, b in pairs):
        return ""
    flows = not isinstance(cases[0].expected, tuple)
    said = diagnose(pairs, atol=exercise.atol, rtol=exercise.rtol, numbers=_numbers(cases, exercise), flows=flows)
    least, most = exercise.bounds
    beyond = [value for got, _ in pairs for value in got.ravel() if value < least or value > most]
    if beyond and not said:
        bound = f"at least {least:g}" if beyond[0] < least else f"at most {most:g}"
        return f"{beyond[0]:.6g} is impossible here: a result is {bound}, whatever the arguments are."
    return said


def _numbers(cases: list[Case], exercise: Exercise) -> dict[str, list[float]]:
    """Return, by name, the arguments that are numbers and the lengths of those that are arrays; one of each case."""
    found = {}
    for place, name in enumerate(inspect.signature(exercise.solution).parameters):
        values = [case.args[place] if place < len(case.args) else None for case in cases]
        if all(isinstance(value, int | float) for value in values):
            found[f"`{name}`"] = values
        shapes = [np.shape(value) if hasattr(value, "shape") else () for value in values]
        for axis in range(min(map(len, shapes))):
            found[f"the length of axis {axis} of `{name}`"] = [shape[axis] for shape in shapes]
    return found


def _one_array(value: Any) -> np.ndarray | None:
    """Return a result as one array of numbers; (u, v) becomes (..., 2). None where that makes no sense."""
    if isinstance(value, str):
        return None
    if not isinstance(value, tuple | list):
        return as_numpy(value)
    items = [as_numpy(item) for item in value if not isinstance(item, str | tuple | list)]
    if len(items) != len(value) or len({item.shape for item in items}) != 1:
        return None
    return np.stack(items, axis=-1)


def _praise(head: str, compared: list[Comparison], outcomes: list[Outcome]) -> str:
    largest = max(comparison.largest for comparison in compared)
    how = "exact" if largest == 0 else f"to within {largest:.1g}"
    said = f"✓ {head} · right, {how}, on {len(compared)} cases."
    note = next((f"One thing more: {c.note}." for c in compared if c.note), "")
    return "\n".join(filter(None, [said, note, _changed(outcomes, "which a caller does not expect; use a copy")]))


def _changed(outcomes: list[Outcome], therefore: str) -> str:
    names = sorted({name for outcome in outcomes for name in outcome.changed})
    if not names:
        return ""
    which = f"argument{'s' * (len(names) > 1)} {' and '.join(names)}"
    return f"Take care: your function changes its {which}, {therefore}."


def _say(text: str) -> None:
    """Print text, its long lines broken between words."""
    for line in text.splitlines():
        print(textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith("?") else f"{sentence}."


def _attempted(entry: dict, right: bool) -> dict:
    solved = entry.get("solved", False)
    when = {} if solved else {"when": progress.now()}  # of the first right attempt, or of the last while none was
    return entry | {"attempts": entry.get("attempts", 0) + 1, "solved": solved or right} | when
