"""Reads the wrong answers of an exercise, each written as what differs from the solution, and errors.txt."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import numpy as np

from flowlab_course.exercises.spec import Mistake

INDENT, OR = "    ", "or"
CHANGE = re.compile(r"(?P<old>\S.*?) =>(?: (?P<new>.*))?")
MODULES = {"np": "numpy", "cv2": "cv2", "torch": "torch", "math": "math", "struct": "struct", "flowlab": "flowlab"}


def read_mistakes(solution: Callable, text: str) -> tuple[Mistake, ...]:
    r"""Return the wrong answers that a text names, in its order.

    A line that is not indented has a name and a hint, `name: what to tell`; the hint may go on in the next lines.
    The indented lines below it are the wrong answer, in one of two forms:

    - `old => new`: the solution with `old` replaced by `new`. `old` occurs once in the solution, whose docstring does
      not count. Several such lines are several replacements in one answer. Nothing behind `=>` leaves `old` out.
    - Anything else is the body of a function with the solution's arguments. It may call the solution.

    A line `or` between two wrong answers gives both of them one name and one hint. The names of the solution's module
    and np, cv2, torch, math, struct and flowlab are known. A wrong answer is compiled when it is called first.

    Args:
        solution: The exercise's solution.
        text: The wrong answers.

    Raises:
        ValueError: If a line has no name, or a name no wrong answer. When a wrong answer is called, if its `old` does
            not occur exactly once.

    Example:
        >>> def right(flow):
        ...     return flow[..., 0].max()
        >>> [one] = read_mistakes(right, "v for u: That is v, the motion down.\n    ..., 0 => ..., 1\n")
        >>> one.name, one.hint, float(one.wrong(np.array([[3.0, 4.0]])))
        ('v for u', 'That is v, the motion down.', 4.0)
    """
    found = []
    for heading, lines in _paragraphs(text):
        name, colon, hint = " ".join(heading).partition(": ")
        if not (colon and lines):
            raise ValueError(f"expected `name: hint` and below it an indented wrong answer, got {heading} and {lines}")
        found += [Mistake(name, _when_called(solution, wrong), hint) for wrong in _alternatives(lines)]
    return tuple(found)


def explained(error: str) -> str:
    """Return the sentence of errors.txt for an error, told with its line of code; empty where none fits."""
    told = _paragraphs(Path(__file__).with_name("errors.txt").read_text(encoding="utf-8"))
    return next((" ".join(sentence) for sentence, patterns in told if re.search("|".join(patterns), error)), "")


def _paragraphs(text: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the lines of each heading, and the indented lines below it."""
    heading, lines = [], []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(INDENT):
            lines.append(line.removeprefix(INDENT))
            continue
        if lines:
            yield heading, lines
            heading, lines = [], []
        heading.append(line.strip())
    yield heading, lines


def _alternatives(lines: list[str]) -> list[list[str]]:
    found = [[]]
    for line in lines:
        if line == OR:
            found.append([])
        else:
            found[-1].append(line)
    return found


def _when_called(solution: Callable, lines: list[str]) -> Callable:
    """Return the wrong answer as a function that is compiled at its first call, and does not warn."""
    compiled = cache(lambda: _compiled(solution, source_of_mistake(solution, lines)))

    def wrong(*args: object) -> object:
        function = compiled()
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return function(*args)

    return wrong


def source_of_mistake(solution: Callable, lines: list[str]) -> str:
    """Return the source of a function `wrong`: the changed solution, or the body below the solution's arguments.

    Raises:
        ValueError: If a text to be replaced does not occur exactly once, or two overlap.
    """
    source = textwrap.dedent(inspect.getsource(solution))
    function = ast.parse(source).body[0]
    head = f"def wrong({ast.unparse(function.args)}):\n"
    changes = [CHANGE.fullmatch(line) for line in lines]
    if not all(changes):
        return head + textwrap.indent("\n".join(lines), INDENT)
    first = function.body[1 if ast.get_docstring(function) is not None else 0]
    body = "\n".join(source.splitlines()[first.lineno - 1 :]) + "\n"
    places = sorted(_place(body, change, solution) for change in changes)
    if any(one[1] > two[0] for one, two in pairwise(places)):
        raise ValueError(f"the replaced texts overlap in {solution.__name__}: {lines}")
    for start, end, new in reversed(places):
        body = body[:start] + new + body[end:]
    return head + body


def _place(body: str, change: re.Match, solution: Callable) -> tuple[int, int, str]:
    """Return where a replaced text begins and ends, and the new text."""
    if (times := body.count(change["old"])) != 1:
        raise ValueError(f"{change['old']!r} must occur once in {solution.__name__}, it occurs {times} times")
    start = body.index(change["old"])
    return start, start + len(change["old"]), change["new"] or ""


def _compiled(solution: Callable, source: str) -> Callable:
    names = dict(inspect.unwrap(solution).__globals__)
    for name, module in MODULES.items():
        if re.search(rf"\b{name}\b", source):
            names[name] = import_module(module)
    exec(compile(source, f"<a wrong answer like {solution.__name__}>", "exec", dont_inherit=True), names)
    return names["wrong"]
