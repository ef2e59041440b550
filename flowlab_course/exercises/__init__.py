"""Exercises: each with its solution, hints, cases, and wrong answers that people really give.

spec.py says what an exercise is; mistakes.py reads its wrong answers, each written as what differs from the solution;
registry.py finds those of chapters/chNN/exercises.py; engine.py judges an answer with
the help of compare.py (what differs) and diagnose.py (why it may).
"""

from flowlab_course.exercises.engine import CheckResult, check, grade, hint, solution
from flowlab_course.exercises.registry import chapters, exercises_of, find
from flowlab_course.exercises.spec import Case, Exercise, Mistake

__all__ = [
    "Case",
    "CheckResult",
    "Exercise",
    "Mistake",
    "chapters",
    "check",
    "exercises_of",
    "find",
    "grade",
    "hint",
    "solution",
]
