"""What an exercise is made of."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LEAST_HINTS, LEAST_MISTAKES = 3, 3
NOT_NEGATIVE = (0, math.inf)


@dataclass(frozen=True)
class Case:
    """One call of the learner's function.

    Attributes:
        args: The arguments; each run gets its own copy.
        expected: The right result: a number, a bool, an array, a tensor, a text, or a tuple of these. It
            comes from a tested function or from a hand calculation, never from the exercise's own solution.
            A tensor that requires a gradient asks for a result that has one.
        note: What this case is, to follow "On ...": "a flow that is zero".
    """

    args: tuple
    expected: Any
    note: str


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give; mistakes.py reads them. Several with one name and hint are one mistake.

    Attributes:
        name: What went wrong, in a few words.
        wrong: The function as they write it, with the solution's arguments.
        hint: What to tell them, without giving the answer away.
    """

    name: str
    wrong: Callable
    hint: str


@dataclass(frozen=True)
class Exercise:
    """One exercise of a chapter.

    Attributes:
        id: Chapter and number, such as "1.2".
        title: As in the chapter's heading.
        hints: Three or more: a question, the idea, then the code. None is shown before the reader asks for it.
        solution: A function that needs nothing but the chapter's imports.
        cases: Makes the cases; the same ones at each call.
        mistakes: Three or more, each recognised by its result.
        atol: Differences up to atol + rtol * |expected| count as rounding.
        rtol: See atol.
        bounds: The smallest and the largest value that any result can have, such as (0, 100) of a percentage.

    Raises:
        ValueError: If the id does not read like "1.2", or there are too few hints or mistakes.
    """

    id: str
    title: str
    hints: tuple[str, ...]
    solution: Callable
    cases: Callable[[], list[Case]]
    mistakes: tuple[Mistake, ...]
    atol: float = 1e-6
    rtol: float = 1e-5
    bounds: tuple[float, float] = (-math.inf, math.inf)

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{1,2}\.\d{1,2}", self.id):
            raise ValueError(f'an exercise\'s id is chapter.number, such as "1.2", got {self.id!r}')
        if len(self.hints) < LEAST_HINTS:
            raise ValueError(f"exercise {self.id} needs at least {LEAST_HINTS} hints, got {len(self.hints)}")
        if len(self.mistakes) < LEAST_MISTAKES:
            raise ValueError(f"exercise {self.id} needs at least {LEAST_MISTAKES} mistakes, got {len(self.mistakes)}")

    @property
    def chapter(self) -> int:
        """The chapter's number."""
        return int(self.id.split(".")[0])
