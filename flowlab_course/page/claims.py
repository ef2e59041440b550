"""Sentences that a chapter proves as it runs."""

from __future__ import annotations

import ast
import linecache
import re
import sys
import textwrap
from types import FrameType

import numpy as np

from flowlab_course.page import session

WIDTH = 98  # characters of a line: JupyterLab breaks longer ones inside a word
REACH = 6  # frames to look at: the caller is the next one, or a few further on where calls are checked by a wrapper


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
    print(textwrap.fill(f"✓ {sentence}", WIDTH, subsequent_indent="  ", break_long_words=False))


def _truth(condition: object) -> bool:
    if isinstance(condition, bool | np.bool_):
        return bool(condition)
    torch = sys.modules.get("torch")  # a condition is a tensor only where torch has been imported
    if torch and isinstance(condition, torch.Tensor) and condition.dtype == torch.bool and condition.ndim == 0:
        return bool(condition)
    shape = getattr(condition, "shape", None)
    what = type(condition).__name__ + (f" of shape {tuple(shape)}, {condition.dtype}" if shape is not None else "")
    raise TypeError(f"claim needs one True or False, got {what}; a comparison ends in .all() or .any()")


def _how_it_failed(frame: FrameType | None) -> str:
    """Say the condition as the author wrote it, and the plain numbers that it names."""
    for _ in range(REACH):
        condition = _condition_at(frame) if frame else None
        if condition:
            names = sorted({node.id for node in ast.walk(condition) if isinstance(node, ast.Name)})
            known = {**frame.f_globals, **frame.f_locals}
            numbers = [name for name in names if isinstance(known.get(name), int | float | np.number)]
            shown = ", with " + ", ".join(f"{name} = {known[name]}" for name in numbers) if numbers else ""
            return f"\n  {ast.unparse(condition)} is False{shown}"
        frame = frame.f_back if frame else None
    return ""  # no source to show, as in a bare python prompt; the sentence alone must do


def _condition_at(frame: FrameType) -> ast.expr | None:
    """Return the condition of the claim that the frame is calling, if it is calling one."""
    lines = linecache.getlines(frame.f_code.co_filename, frame.f_globals)  # IPython registers each cell here
    try:
        tree = ast.parse("".join(lines))
    except SyntaxError:
        return None
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) == 2)
    at_line = (call for call in calls if call.lineno <= frame.f_lineno <= call.end_lineno)
    return next((call.args[1] for call in at_line if re.search(r"\bclaim$", ast.unparse(call.func))), None)
