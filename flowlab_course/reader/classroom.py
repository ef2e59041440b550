"""What a class has done, as tables, from the progress files that its students hand in. Nothing of theirs is changed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from flowlab_course.reader import progress

NAME = "progress.json"
# A spreadsheet takes a text that begins so for a formula, and runs it: a guess is what a student typed.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
TABLES = {
    "exercises": ("student", "chapter", "exercise", "attempts", "solved", "when", "hints", "solution_seen"),
    "guesses": ("student", "chapter", "guess", "answer", "when", "answer_seen"),
    "quizzes": ("student", "chapter", "question", "tries", "right", "last"),
}


@dataclass(frozen=True)
class Student:
    """A student and what stands in their progress file.

    Attributes:
        name: From the folder or the file that was handed in.
        file: The file.
        state: Its sections, as `flowlab_course.reader.progress.read` returns them.
    """

    name: str
    file: Path
    state: dict


@dataclass(frozen=True)
class Class:
    """What could be read of a class, by name, and what could not.

    Attributes:
        students: In the order of their names.
        left_out: A line for each file or folder that is no progress of this course, with the reason.
    """

    students: tuple[Student, ...]
    left_out: tuple[str, ...]


def collect(places: Iterable[Path]) -> Class:
    """Read the progress files of a class.

    Args:
        places: Each a progress file, a student's folder with ``progress.json`` in it, or a folder of such folders
            (up to two levels down) and of files named after the students (``ana.json``).

    Returns:
        The class. A file that is broken, foreign or of a newer flowlab is named in ``left_out``, and stops nothing.

    Raises:
        FileNotFoundError: If a place is not there.
    """
    found: list[tuple[str, Path]] = []
    left_out: list[str] = []
    for place in places:
        if not place.exists():
            raise FileNotFoundError(f"{place}: no such file or folder; give those that your students handed in")
        handed = list(_handed_in(place))
        found += handed
        left_out += [f"{folder}: left out, there is no {NAME} in it" for folder in _silent(place, handed)]
    twice = {name for name, count in Counter(name for name, _ in set(found)).items() if count > 1}
    students = []
    for name, file in sorted(set(found)):
        try:
            students.append(Student(str(file) if name in twice else name, file, _checked(file)))
        except (OSError, ValueError, progress.NewerFileError) as problem:
            left_out.append(f"{file}: left out, {problem}")
    return Class(tuple(students), tuple(left_out))


def table(students: Iterable[Student], name: str) -> tuple[tuple[str, ...], list[tuple]]:
    """Return a table of a class: its columns, and its rows in the order of students and chapters.

    Args:
        students: From `collect`.
        name: "exercises" (a row for each student and exercise, attempted or not), "guesses" or "quizzes" (what was
            written down). Yes is 1, no is 0; an exercise's ``when`` is the time of the first right attempt, of the
            last one while none was right, and empty where none was made.

    Raises:
        ValueError: If there is no such table.

    Example:
        >>> columns, rows = table([], "guesses")
        >>> columns, rows
        (('student', 'chapter', 'guess', 'answer', 'when', 'answer_seen'), [])
    """
    if name not in TABLES:
        raise ValueError(f"there is no table {name!r}; there are {', '.join(TABLES)}")
    return TABLES[name], [row for student in students for row in ROWS[name](student)]


def to_csv(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    r"""Write a table as CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it.

    Example:
        >>> to_csv(["student", "attempts"], [("=1+1", 2)])
        "student,attempts\n'=1+1,2\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow(f"'{v}" if isinstance(v, str) and v.startswith(FORMULA) else v for v in row)
    return text.getvalue()


def summary(students: Iterable[Student]) -> Iterator[str]:
    """Say of each student in a line how many exercises are solved, and when they were last at it."""
    for student in students:
        rows = [dict(zip(TABLES["exercises"], row, strict=True)) for row in _exercises(student)]
        solved, last = sum(row["solved"] for row in rows), max((row["when"] for row in rows), default="")
        seen = f", last at it on {last[:10]}" if last else ""
        yield f"{student.name:24} {solved:3} of {len(rows)} exercises solved{seen}"


def _handed_in(place: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name of a student and their file, for all that lie at a place."""
    if place.is_file():
        yield (place.resolve().parent.name if place.name == NAME else place.stem), place
        return
    if (place / NAME).is_file():
        yield place.resolve().name, place / NAME
        return
    for file in sorted(place.glob("*.json")):
        if not file.name.startswith("."):
            yield file.stem, file
    for pattern in (f"*/{NAME}", f"*/*/{NAME}"):
        for file in sorted(place.glob(pattern)):
            yield file.relative_to(place).parts[0], file


def _silent(place: Path, handed: list[tuple[str, Path]]) -> list[Path]:
    """Return the folders of students from whom nothing came; the place itself, if it holds nothing at all."""
    if not handed:
        return [place]
    if place.is_file() or (place / NAME).is_file():
        return []
    there = {name for name, _ in handed}
    return [f for f in sorted(place.iterdir()) if f.is_dir() and f.name not in there and not f.name.startswith(".")]


def _checked(file: Path) -> dict:
    """Return a file's sections, once every row of every table can be made of them."""
    state = progress.parse(file.read_bytes(), file)
    for rows in ROWS.values():
        list(rows(Student("", file, state)))
    return state


def _exercises(student: Student) -> Iterator[tuple]:
    from flowlab_course.exercises import chapters, exercises_of  # brings torch: not for a mistyped folder

    entries = student.state["exercises"]
    known = [exercise.id for chapter in chapters() for exercise in exercises_of(chapter)]
    for key in [*known, *sorted(entries.keys() - set(known))]:  # an exercise of another version is kept, too
        entry = entries.get(key, {})
        attempts, hints = (_number(entry, name, f"exercise {key}") for name in ("attempts", "hints"))
        when, solved, seen = entry.get("when", ""), bool(entry.get("solved")), bool(entry.get("solution_seen"))
        yield student.name, key.partition(".")[0].zfill(2), key, attempts, int(solved), str(when), hints, int(seen)


def _guesses(student: Student) -> Iterator[tuple]:
    for key, entry in sorted(student.state["guesses"].items()):
        chapter, _, name = key.partition("/")
        when, seen = str(entry.get("when", "")), str(entry.get("answer_seen", ""))
        yield student.name, chapter, name, entry.get("value", ""), when, seen


def _quizzes(student: Student) -> Iterator[tuple]:
    for chapter, questions in sorted(student.state["quizzes"].items()):
        for number, entry in sorted(questions.items()):
            if not isinstance(entry, dict):
                raise ValueError(f"question {number} of quiz {chapter} is {entry!r}, a table of entries was expected")
            tries = _number(entry, "tries", f"question {number} of quiz {chapter}")
            yield student.name, chapter, number, tries, int(bool(entry.get("right"))), str(entry.get("last", ""))


def _number(entry: dict, name: str, where: str) -> int:
    value = entry.get(name, 0)
    if not isinstance(value, int) or value < 0:
        raise ValueError(f"{where} has {name} = {value!r}, a whole number from 0 was expected")
    return int(value)


ROWS: dict[str, Callable[[Student], Iterator[tuple]]] = {
    "exercises": _exercises,
    "guesses": _guesses,
    "quizzes": _quizzes,
}
