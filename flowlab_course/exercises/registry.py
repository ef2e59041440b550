"""Finds the exercises: chapters/chNN/exercises.py has a list EXERCISES."""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module

from flowlab_course.exercises.spec import Exercise

PACKAGE = "flowlab_course.chapters"


def chapters() -> tuple[int, ...]:
    """Return the numbers of the chapters that have exercises, in order."""
    names = (module.name for module in pkgutil.iter_modules(import_module(PACKAGE).__path__))
    return tuple(sorted(int(name[2:]) for name in names if re.fullmatch(r"ch\d\d", name)))


@cache
def exercises_of(chapter: int) -> tuple[Exercise, ...]:
    """Return the exercises of a chapter, in order; none if it has none.

    Raises:
        ValueError: If two have the same id, or one has the id of another chapter.
    """
    if chapter not in chapters():
        return ()
    found = tuple(import_module(f"{PACKAGE}.ch{chapter:02d}.exercises").EXERCISES)
    ids = [exercise.id for exercise in found]
    if len(set(ids)) != len(ids) or any(exercise.chapter != chapter for exercise in found):
        raise ValueError(f"the exercises of chapter {chapter} must be {chapter}.1, {chapter}.2, ..., got {ids}")
    return found


def find(exercise_id: str | float) -> Exercise:
    """Return the exercise of that id.

    Raises:
        ValueError: If there is none; the message lists those of its chapter.

    Example:
        >>> find("1.1").chapter
        1
    """
    chapter, dot, _ = str(exercise_id).partition(".")
    if not (dot and chapter.isdigit()):
        raise ValueError(f'an exercise\'s id is chapter.number, such as "1.2", got {exercise_id!r}')
    there = exercises_of(int(chapter))
    for exercise in there:
        if exercise.id == str(exercise_id):
            return exercise
    ids = ", ".join(exercise.id for exercise in there) or "none"
    raise ValueError(f"there is no exercise {exercise_id}; chapter {int(chapter)} has {ids}")
