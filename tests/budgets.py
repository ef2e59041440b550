"""How long the tests may take: budgets are held where a CI asks for it, and only printed where a reader runs them.

A CI asks by setting FLOWLAB_BUDGET_FACTOR: how many times longer than in tests/budgets.json its machine may take.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

BUDGETS = json.loads((Path(__file__).parent / "budgets.json").read_text(encoding="utf-8"))
HANG = 900  # seconds; a wait that only protects the suite from a hang ends after these, on the slowest machine too
ANSWER = 120  # seconds for one answer of a page in a browser, which takes one or two on a free machine


def held() -> bool:
    """Whether a part that takes longer than its budget fails the run."""
    return bool(os.environ.get("FLOWLAB_BUDGET_FACTOR"))


def factor() -> float:
    """How much slower than 2 CPU cores this machine may be: FLOWLAB_BUDGET_FACTOR, normally 1."""
    said = os.environ.get("FLOWLAB_BUDGET_FACTOR") or "1"
    try:
        number = float(said)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(f"FLOWLAB_BUDGET_FACTOR must be a number above 0, such as 3 or 1.5, got {said!r}")
    return number


def of_part(name: str) -> float:
    """Seconds for a part of the suite."""
    return BUDGETS["parts"][name] * factor()


def of_chapter(name: str) -> float:
    """Seconds for a chapter, by its name or number."""
    return BUDGETS["chapters that train"].get(name[:2], BUDGETS["chapter"]) * factor()


def in_browser(name: str) -> float:
    """Seconds for a chapter in the browser with all its widgets moved."""
    return BUDGETS["browser chapter"] * factor() + of_chapter(name)
