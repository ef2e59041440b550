"""A hint is true of the wrong answer that gets it: whoever does what it says, and nothing else, is right."""

import re
from collections import Counter

import pytest

from flowlab_course.exercises import chapters, exercises_of, grade
from flowlab_course.exercises.engine import _guess_why, _judge
from flowlab_course.exercises.run import run_quietly
from tests.course.repairs import KINDS, REPAIRS

EXERCISES = {exercise.id: exercise for chapter in chapters() for exercise in exercises_of(chapter)}
MISTAKES: dict = {}  # the wrong answers of each name
for id_, one in EXERCISES.items():
    for known in one.mistakes:
        MISTAKES.setdefault((id_, known.name), []).append(known)
# What the results alone say (flowlab_course/exercises/diagnose.py), and what a hint must then speak of.
SAID_BY_RESULTS = {
    r"components have changed places": r"changed places|swapped",
    r"[Ss]ign": r"sign|opposite|way|away|minus",
    r"transposed": r"transpose|axes|places|order",
    r"fractions were rounded or cut off|wrap around": r"float|whole|round",
    r"radians, where": r"radians",
    r"times the expected ones\.": r"mean|sum|divide|half|multiply|2 s|percent|per cent|share|fraction",
    r"expected ones [+-]": r"from 1|with 1|one",
    r"moved by a pixel": r"pixel|one|first",
    r"outermost pixels": r"edge|border|outside|rim",
    r"reverse order": r"order|revers|backward|way round|opposite|place|transpose",
    r"axes are in another order": r"axis|axes|order|transpose|last|first",
    r"is what was asked for": r"mean|sum|max|add|average|count|share|all|largest|longest|not|one number|matrix",
    r"give them the expected shape": r"shape|axis|axes|row|list|channel|height",
    r"^Your mask is the other way round": r"way round|opposite|visible|inverse|same|not|the ones|marks?",
    r"^Your mask misses nothing|What your mask marks": r".",  # a fact, whatever its reason
    r"^In each case your values are|same in every case|is impossible here": r".",
}


@pytest.mark.parametrize(("key", "repair"), REPAIRS.items(), ids=[" ".join(key) for key in REPAIRS])
def test_a_wrong_answer_is_right_once_its_hint_is_followed(key, repair):
    exercise = EXERCISES[key[0]]
    for mistake in MISTAKES[key]:
        assert grade(exercise, mistake.wrong).status != "right"
        result = grade(exercise, repair(mistake.wrong))
        assert result.status == "right", f"{mistake.hint!r} is done, and yet: {result.message}"


def test_nearly_every_exercise_has_a_hint_that_is_proven_so():
    proven = Counter(id_ for id_, _ in REPAIRS)
    without = EXERCISES.keys() - proven.keys()
    assert without <= {"11.3", "14.3"}, "their answers are texts, choices or pieces: nothing to undo"
    assert len(REPAIRS) >= 100


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # grade does so, too
@pytest.mark.parametrize("id_", EXERCISES)
def test_no_hint_contradicts_what_the_results_say_by_themselves(id_):
    exercise = EXERCISES[id_]
    cases = exercise.cases()
    for mistake in exercise.mistakes:
        outcomes = [run_quietly(mistake.wrong, case.args) for case in cases]
        if any(outcome.error for outcome in outcomes):
            continue
        compared = [_judge(outcome, case, exercise) for outcome, case in zip(outcomes, cases, strict=True)]
        said = _guess_why(cases, outcomes, compared, exercise)
        subjects = [about for pattern, about in SAID_BY_RESULTS.items() if re.search(pattern, said)]
        assert bool(subjects) == bool(said), f"no entry for {said!r}"
        assert all(re.search(about, mistake.hint) for about in subjects), f"{said!r}, and the hint: {mistake.hint!r}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_mistake_that_people_make_is_expected_in_several_chapters(kind):
    where = {key[0].partition(".")[0] for key in MISTAKES if re.search(KINDS[kind], key[1])}
    assert len(where) >= 3, f"{kind}: only chapters {sorted(where)}"


def test_no_hint_is_a_shrug():
    """It says what is wrong with this answer: nobody is told to try again."""
    for key, (mistake, *_) in MISTAKES.items():
        assert len(mistake.hint.split()) >= 5, (key, mistake.hint)
        assert not re.search(
            r"try again|not quite|check your (code|answer)|incorrect|wrong answer", mistake.hint, re.I
        ), key
