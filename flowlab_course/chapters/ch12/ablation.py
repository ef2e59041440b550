"""What parts of the data are worth: the results of `bench/ablation.py`, which trains for an hour."""

from __future__ import annotations

import json
from importlib import resources


def ablation() -> tuple[dict[str, dict[str, float]], int]:
    """Read the errors of small networks that were trained without one part of the data each.

    Returns:
        By training, of which the first is the whole, and by data set: the mean end-point error in pixels; and the
        steps that each training had.

    Example:
        >>> trainings, steps = ablation()
        >>> next(iter(trainings)), "generated chairs" in trainings["everything"]
        ('everything', True)
    """
    file = resources.files("flowlab_course.chapters.ch12").joinpath("ablation.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    return record["errors"], record["steps"]
