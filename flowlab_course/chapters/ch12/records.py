"""What was measured over hours and comes with the course: the trainings of bench/ablation.py, and docs/results.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
ABLATION = ROOT / "bench" / "results" / "ablation.json"
RESULTS = ROOT / "docs" / "results.json"

# steps, planned (how many trainings), pairs (by set), beside (zero flow and DIS: error by set), trainings (by name such
# as "flat 0": steps, precision, and errors by set); errors are mean end-point errors in pixels.
Ablation = dict[str, Any]


def ablation() -> Ablation:
    """Read the record of `bench/ablation.py`; an empty one if there is none.

    Example:
        >>> sorted(ablation())
        ['beside', 'pairs', 'planned', 'steps', 'trainings']
    """
    empty = {"steps": 0, "planned": 0, "pairs": {}, "beside": {}, "trainings": {}}
    return json.loads(ABLATION.read_text(encoding="utf-8")) if ABLATION.exists() else empty


def by_world(record: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """Return the errors as multiples of zero flow's: by the pairs that were trained on, by set, one for each seed.

    Example:
        >>> errors = {"zero flow": {"here": 4.0}, "flat 0": {"here": 1.0}, "flat 1": {"here": 2.0}}
        >>> by_world({"beside": errors, "trainings": {name: {"errors": errors[name]} for name in ("flat 0", "flat 1")}})
        {'flat': {'here': [0.25, 0.5]}}
    """
    still, found = record["beside"].get("zero flow", {}), {}
    for name, row in record["trainings"].items():
        world = found.setdefault(name.rpartition(" ")[0], {})
        for where, error in row["errors"].items():
            world.setdefault(where, []).append(round(error / still[where], 3))
    return found


def apart(one: Mapping[str, list[float]], other: Mapping[str, list[float]], seeds: int = 2) -> tuple[int, int] | None:
    """Count the sets on which all seeds of `one` are below all of `other`, and those on which they are above.

    None before both have this many seeds.

    Example:
        >>> apart({"a": [0.2, 0.3], "b": [0.2, 0.5]}, {"a": [0.4, 0.5], "b": [0.3, 0.4]})
        (1, 0)
    """
    if any(len(values) < seeds for errors in (one, other) for values in errors.values()):
        return None
    both = [where for where in one if where in other]
    below = sum(max(one[where]) < min(other[where]) for where in both)
    return below, sum(min(one[where]) > max(other[where]) for where in both)


def measured() -> dict[str, Any]:
    """Read what `bench/accuracy.py` measured: the pairs of each column, and the error, time and size of each method."""
    return json.loads(RESULTS.read_text(encoding="utf-8"))


def over_all(results: Mapping[str, Any], method: str, columns: list[str]) -> float:
    """Return a method's mean end-point error in pixels over the pairs of several columns; each pair counts the same."""
    errors = next(row["epe"] for row in results["rows"] if row["method"] == method)
    counts = [results["columns"][name]["pairs"] for name in columns]
    return sum(n * errors[name] for n, name in zip(counts, columns, strict=True)) / sum(counts)
