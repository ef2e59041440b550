"""Sentences that a chapter proves as it runs."""

from __future__ import annotations

import ast
import linecache
import sys
from types import FrameType

import numpy as np

from flowlab.course import session


class ClaimError(AssertionError):
    """A sentence of the chapter is not true on this machine, or since a cell was changed."""


def claim(sentence: str, condition: object) -> None:
    """Print the sentence with a tick if the condition holds; stop the chapter if it does not.

    Args:
        sentence: What the reader should see, as one sentence.
        condition: True or False: a bool, a NumPy bool, or a torch bool tensor of no dimensions.

    Raises:
        TypeError: If the condition is anything else, such as an array of many.
        ClaimError: If it is False, with the line that failed and the numbers in it.

    Example:
        >>> claim("A flow has two components.", np.zeros((4, 5, 2)).shape[2] == 2)
        ✓ A flow has two components.
    """
    if not isinstance(sentence, str) or not sentence.strip():
        raise TypeError(f"claim takes the sentence first, then the condition; got {sentence!r} as the sentence")
    if not _truth(condition):
        raise ClaimError(f"not so here: {sentence}{_how_it_failed(sys._getframe(1))}")
    session.current.claims += 1
    print(f"✓ {sentence}")


def _truth(condition: object) -> bool:
    if isinstance(condition, bool | np.bool_):
        return bool(condition)
    torch = sys.modules.get("torch")  # a condition is a tensor only where torch has been imported
    if torch and isinstance(condition, torch.Tensor) and condition.dtype == torch.bool and condition.ndim == 0:
        return bool(condition)
    shape = getattr(condition, "shape", None)
    what = type(condition).__name__ + (f" of shape {tuple(shape)}, {condition.dtype}" if shape is not None else "")
    raise TypeError(f"claim needs one True or False, got {what}; a comparison ends in .all() or .any()")


def _how_it_failed(caller: FrameType) -> str:
    """Say the condition as the author wrote it, and the plain numbers that it names."""
    lines = linecache.getlines(caller.f_code.co_filename, caller.f_globals)  # IPython registers each cell here
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return ""  # a file that holds more than Python; the sentence alone must do
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2]
    here = [c for c in calls if c.lineno <= caller.f_lineno <= c.end_lineno and "claim" in ast.unparse(c.func)]
    if not here:
        return ""
    condition = here[-1].args[1]
    names = sorted({node.id for node in ast.walk(condition) if isinstance(node, ast.Name)})
    known = {**caller.f_globals, **caller.f_locals}
    shown = [f"{name} = {known[name]!r}" for name in names if isinstance(known.get(name), int | float | np.number)]
    return f"\n  {ast.unparse(condition)} is False" + (f", with {', '.join(shown)}" if shown else "")
