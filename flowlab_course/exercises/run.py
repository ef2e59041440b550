"""Runs a learner's function on its own copy of the arguments, and tells what happened."""

from __future__ import annotations

import copy
import inspect
import linecache
import re
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from flowlab_course.exercises.compare import is_tensor


@dataclass(frozen=True)
class Outcome:
    """What one call did.

    Attributes:
        value: What it returned; None if it raised.
        error: What it raised, if it did.
        story: The error for a reader: type, message, line of their code.
        changed: The names of the arguments that it changed in place.
    """

    value: Any = None
    error: BaseException | None = None
    story: str = ""
    changed: tuple[str, ...] = ()


def run(function: Callable, args: tuple) -> Outcome:
    """Call `function` with a copy of `args`. Whatever it raises or does to them is told; Ctrl-C passes through."""
    given = copy.deepcopy(args)
    try:
        value = function(*given)
        if any(value is item for item in given):
            value = copy.deepcopy(value.detach() if is_tensor(value) else value)
    except (Exception, SystemExit) as error:  # noqa: BLE001  a learner's function may raise anything, exit() included
        return Outcome(error=error, story=_story(function, error))
    changed = [place for place, (a, b) in enumerate(zip(given, args, strict=True)) if not _unchanged(a, b)]
    return Outcome(value, changed=tuple(_name(function, place) for place in changed))


def run_quietly(function: Callable, args: tuple) -> Outcome:
    """Call a known mistake: what it warns of is not the reader's."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return run(function, args)


def kind_of(error: BaseException | None) -> tuple | None:
    """Return an error's type and words, to tell whether two functions fail for one reason; None for no error.

    Which index is the first one outside differs with the order of a loop, and operands may change places: the index
    is left out, and the words are sorted.
    """
    if error is None:
        return None
    try:
        said = str(error)
    except Exception:  # noqa: BLE001  an error without words
        said = ""
    return type(error), sorted(re.sub(r"\bindex -?\d+", "index", said).split())


def still_to_write(value: Any) -> bool:
    """Say whether a result still holds the stub's `...`."""
    if isinstance(value, np.ndarray) and value.dtype == object:
        return any(item is ... for item in value.ravel())
    if isinstance(value, tuple | list):
        return any(still_to_write(item) for item in value)
    return value is ...


def _story(function: Callable, error: BaseException) -> str:
    try:
        said = f"{type(error).__name__}: {error}".rstrip(": ").rstrip(".")
        code = getattr(inspect.unwrap(function), "__code__", None)
    except Exception:  # noqa: BLE001  an error without words, or a function wrapped in itself
        said, code = type(error).__name__, None
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if code and frame.filename == code.co_filename
    ]
    where = ""
    if frames:
        line = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
        where = f" (in line {frames[-1].lineno} of its cell: {line})" if line else ""
    todo = "; a `...` is still to be filled in" if "ellipsis" in said.lower() else ""
    return f"your function raised {said}{where}{todo}"


def _unchanged(given: Any, args: Any) -> bool:
    """Say whether an argument is as it was; one that cannot be compared any more is not."""
    try:
        return _same(given, args)
    except Exception:  # noqa: BLE001  a list whose arrays became something else
        return False


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if is_tensor(a):
        return a.shape == b.shape and a.dtype == b.dtype and bool(((a == b) | ((a != a) & (b != b))).all())
    if isinstance(a, tuple | list):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(a, str | int | float | dict | set):
        return a == b
    return True  # a generator, a module: not ours to compare


def _name(function: Callable, place: int) -> str:
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # a builtin has no signature
        names = []
    return f"`{names[place]}`" if place < len(names) else f"number {place + 1}"
