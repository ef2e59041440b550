"""The progress of a class: every file that can be read is counted, every other is named, and none is touched."""

import csv
import io
import json

import pytest

import flowlab_course as course
from flowlab_course.exercises import chapters, exercises_of
from flowlab_course.reader import classroom, progress

ANA = {
    "exercises": {
        "1.1": {"attempts": 3, "solved": True, "when": "2026-11-02T10:00:00+00:00", "hints": 1},
        "8.2": {"attempts": 2, "solved": False, "when": "2026-11-09T17:30:00+00:00", "solution_seen": True},
    },
    "guesses": {
        "00/near or far": {"value": "the shelf", "when": "2026-11-02T10:00:00+00:00"},
        "03/how far": {"value": 12.5, "answer_seen": "2026-11-02T10:01:00+00:00"},
    },
    "quizzes": {"03": {"2": {"tries": 2, "right": True, "last": "the gradient"}}},
}
BROKEN = {
    "not JSON": (b'{"format": "flowlab-pro', "it is not JSON"),
    "not text": (b"\xff\xfe\x00", "it is not JSON"),
    "foreign": (b'{"name": "something else"}', "it does not say"),
    "newer": (b'{"format": "flowlab-progress", "version": 99}', "a newer flowlab"),
    "attempts as text": (
        json.dumps({"format": "flowlab-progress", "version": 1, "exercises": {"1.1": {"attempts": "x"}}}).encode(),
        "exercise 1.1 has attempts = 'x', a whole number from 0 was expected",
    ),
    "quiz of numbers": (
        json.dumps({"format": "flowlab-progress", "version": 1, "quizzes": {"03": {"1": 2}}}).encode(),
        "question 1 of quiz 03 is 2",
    ),
}


def hand_in(folder, state, name="progress.json"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps({"format": "flowlab-progress", "version": 1} | state), encoding="utf-8")
    return folder / name


def names(found):
    return [student.name for student in found.students]


def read_back(students, table):
    return list(csv.DictReader(io.StringIO(classroom.to_csv(*classroom.table(students, table)))))


def test_each_exercise_of_the_course_has_its_row_attempted_or_not(tmp_path):
    hand_in(tmp_path / "ana", ANA)
    rows = read_back(classroom.collect([tmp_path]).students, "exercises")
    assert [row["exercise"] for row in rows] == [e.id for chapter in chapters() for e in exercises_of(chapter)]
    by_id = {row["exercise"]: row for row in rows}
    assert list(rows[0]) == ["student", "chapter", "exercise", "attempts", "solved", "when", "hints", "solution_seen"]
    assert list(by_id["1.1"].values()) == ["ana", "01", "1.1", "3", "1", "2026-11-02T10:00:00+00:00", "1", "0"]
    assert list(by_id["8.2"].values()) == ["ana", "08", "8.2", "2", "0", "2026-11-09T17:30:00+00:00", "0", "1"]
    assert list(by_id["1.2"].values()) == ["ana", "01", "1.2", "0", "0", "", "0", "0"]


def test_guesses_and_quizzes_are_tables_of_their_own(tmp_path):
    students = classroom.collect([hand_in(tmp_path / "ana", ANA)]).students
    assert [tuple(row.values()) for row in read_back(students, "guesses")] == [
        ("ana", "00", "near or far", "the shelf", "2026-11-02T10:00:00+00:00", ""),
        ("ana", "03", "how far", "12.5", "", "2026-11-02T10:01:00+00:00"),
    ]
    assert [tuple(row.values()) for row in read_back(students, "quizzes")] == [
        ("ana", "03", "2", "2", "1", "the gradient")
    ]


def test_an_exercise_that_this_version_does_not_know_is_kept(tmp_path):
    hand_in(tmp_path, {"exercises": {"77.1": {"attempts": 1, "solved": True}}})
    rows = read_back(classroom.collect([tmp_path]).students, "exercises")
    assert (rows[-1]["exercise"], rows[-1]["chapter"], rows[-1]["solved"]) == ("77.1", "77", "1")


def test_students_are_named_after_what_they_handed_in(tmp_path):
    hand_in(tmp_path / "all" / "ana", {})
    hand_in(tmp_path / "all" / "bo" / "work", {})
    hand_in(tmp_path / "all", {}, "chen.json")
    alone = hand_in(tmp_path / "dora", {})
    assert names(classroom.collect([tmp_path / "all", alone])) == ["ana", "bo", "chen", "dora"]
    assert names(classroom.collect([alone, alone.parent])) == ["dora"], "the same file twice is one student"


def test_two_students_of_one_name_are_told_apart(tmp_path):
    files = [hand_in(tmp_path / group / "ana", {}) for group in ("monday", "tuesday")]
    assert names(classroom.collect([tmp_path / "monday", tmp_path / "tuesday"])) == [str(file) for file in files]


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_read_is_named_and_stops_nothing(tmp_path, content, reason):
    hand_in(tmp_path / "ana", ANA)
    (tmp_path / "bo").mkdir()
    bad = tmp_path / "bo" / "progress.json"
    bad.write_bytes(content)
    found = classroom.collect([tmp_path])
    assert names(found) == ["ana"]
    (line,) = found.left_out
    assert line.startswith(f"{bad}: left out, ")
    assert reason in line
    assert bad.read_bytes() == content, "what a student handed in stays as it is"
    assert sorted(path.name for path in bad.parent.iterdir()) == ["progress.json"]


def test_a_student_from_whom_nothing_came_is_named(tmp_path):
    (line,) = classroom.collect([tmp_path]).left_out
    assert line == f"{tmp_path}: left out, there is no progress.json in it"
    hand_in(tmp_path / "ana" / "flowlab", ANA)
    (tmp_path / "bo" / "flowlab").mkdir(parents=True)
    (tmp_path / ".cache").mkdir()
    found = classroom.collect([tmp_path])
    assert names(found) == ["ana"]
    assert found.left_out == (f"{tmp_path / 'bo'}: left out, there is no progress.json in it",)


def test_a_place_that_is_not_there_is_a_mistake_of_the_teachers(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file or folder"):
        classroom.collect([tmp_path / "nowhere"])


def test_what_a_student_typed_is_no_formula_in_a_spreadsheet(tmp_path):
    hand_in(tmp_path / "=cmd", {"guesses": {"01/x": {"value": "@SUM(A1)"}, "01/y": {"value": -3.5}}})
    rows = read_back(classroom.collect([tmp_path]).students, "guesses")
    assert [(row["student"], row["answer"]) for row in rows] == [("'=cmd", "'@SUM(A1)"), ("'=cmd", "-3.5")]


def test_a_table_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no table 'marks'; there are exercises"):
        classroom.table([], "marks")


def test_the_file_that_the_course_itself_writes_is_read(own_progress):
    """From a student's own answers to the teacher's row, through the file."""
    right = exercises_of(0)[0]
    course.check(right.id, right.mistakes[0].wrong)
    course.check(right.id, right.solution)
    course.hint(right.id)
    (row, *_) = read_back(classroom.collect([own_progress]).students, "exercises")
    assert (row["student"], row["exercise"], row["attempts"], row["solved"]) == ("own", right.id, "2", "1")
    assert (row["hints"], row["when"]) == ("1", progress.read()["exercises"][right.id]["when"])


def test_the_summary_counts_the_solved_and_dates_the_last(tmp_path):
    hand_in(tmp_path / "ana", ANA)
    total = sum(len(exercises_of(chapter)) for chapter in chapters())
    (line,) = classroom.summary(classroom.collect([tmp_path]).students)
    assert line.split() == f"ana 1 of {total} exercises solved, last at it on 2026-11-09".split()
