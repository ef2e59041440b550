"""Tables in README.md and docs: the results of all methods beside the paper's, and the text between two marks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flowlab.evaluation.scores import markdown_table
from flowlab_course.chapters.ch12.published import PAPER

BEGIN = "<!-- results: written by `python bench/accuracy.py --readme`, not by hand -->"
END = "<!-- end of results -->"
# The paper's columns: of `Published`, as people call them, and the data set of `flowlab.evaluation.DATA` that they are.
PAPERS = (
    ("clean_train", "Sintel clean, train", "sintel-clean"),
    ("clean_test", "clean, test", ""),
    ("final_train", "Sintel final, train", "sintel-final"),
    ("final_test", "final, test", ""),
    ("chairs", "Flying Chairs, test", "flying-chairs"),
)


def results_table(results: Mapping[str, Any]) -> str:
    """Write measured results in Markdown: ours on the data that is there, then the paper's table, ours beside it.

    Args:
        results: ``columns``: title and pairs of each data set by name; ``rows``: ``method``, ``epe`` by data set, and
            ``ms`` for a pair.

    Returns:
        Two tables of end-point errors in pixels; a dash stands where a method was not run or nothing was published.

    Example:
        >>> tables = results_table({"columns": {"a": {"title": "mine", "pairs": 2}}, "rows": [
        ...     {"method": "zero", "epe": {"a": 4.0}, "ms": 0.1}]})
        >>> print(tables.splitlines()[2])
        | zero | 4.00 | 0.1 |
    """
    names = [name for name in results["columns"] if name not in {data for *_, data in PAPERS}]
    heads = ["EPE in px", *(_title(results["columns"][name]) for name in names), "ms a pair"]
    rows = [
        [row["method"], *(_epe(row["epe"].get(name)) for name in names), f"{row['ms']:.1f}"] for row in results["rows"]
    ]
    return markdown_table(heads, rows) + "\n\n" + _papers(results)


def _papers(results: Mapping[str, Any]) -> str:
    heads = ["EPE in px", *(title for _, title, _ in PAPERS), "s a pair"]
    rows = [
        [f"{row['method']}, here", *(_epe(row["epe"].get(data)) for *_, data in PAPERS), f"{row['ms'] / 1000:.2f}"]
        for row in results["rows"]
        if any(data in row["epe"] for *_, data in PAPERS)
    ]
    for row in PAPER:
        values = (_epe(getattr(row, column)) for column, *_ in PAPERS)
        rows.append([row.method, *values, f"{row.seconds:g}" + (" (CPU)" if row.cpu else "")])
    return markdown_table(heads, rows)


def replaced(text: str, table: str, begin: str = BEGIN, end: str = END) -> str:
    """Put a table between the two marks of a text.

    Raises:
        ValueError: If a mark is missing.
    """
    before, begun, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (begun and ended):
        raise ValueError(f"the text needs the line {begin} and, below it, the line {end}")
    return f"{before}{begin}\n\n{table}\n\n{end}{after}"


def _title(column: Mapping[str, Any]) -> str:
    return f"{column['title']} ({column['pairs']} pair{'s' if column['pairs'] > 1 else ''})"


def _epe(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.2f}"
