"""Tables of README.md and docs/results.md: all methods beside the paper's, and the text between two marks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from flowlab.evaluation.scores import markdown_table
from flowlab_course.chapters.ch12.published import PAPER

BEGIN = "<!-- results: written by `python bench/accuracy.py --readme`, not by hand -->"
END = "<!-- end of results -->"
SHORT = ("zero", "farneback", "tvl1", "dis-ultrafast", "dis-fast", "dis", "dis+v")
SHORT += ("flownets-small", "flownets-small+v", "flownetc-small", "flownetc-small+v", "flownetc-small+flips+fuse+v")
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
            ``ms`` for a pair, and of a network its ``parameters`` and ``gflop``.

    Returns:
        Two tables of end-point errors in pixels; a dash stands where a method was not run or nothing was published.

    Example:
        >>> tables = results_table({"columns": {"a": {"title": "mine", "pairs": 2}}, "rows": [
        ...     {"method": "zero", "epe": {"a": 4.0}, "ms": 0.1}]})
        >>> print(tables.splitlines()[2])
        | zero | 4.00 | - | - | 0.1 |
    """
    return _ours(results, results["rows"]) + "\n\n" + _papers(results)


def short_table(results: Mapping[str, Any]) -> str:
    """Write README's table: the methods of SHORT on the data that is there."""
    return _ours(results, [row for row in results["rows"] if row["method"] in SHORT])


def _ours(results: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> str:
    names = [name for name in results["columns"] if name not in {data for *_, data in PAPERS}]
    heads = ["EPE in px", *(_title(results["columns"][name]) for name in names), "million weights", "GFLOP", "ms"]
    cells = [
        [
            row["method"],
            *(_epe(row["epe"].get(name)) for name in names),
            f"{row['parameters'] / 1e6:.2f}" if row.get("parameters") else "-",
            f"{row['gflop']:.1f}" if row.get("gflop") else "-",
            f"{row['ms']:.1f}",
        ]
        for row in rows
    ]
    return markdown_table(heads, cells)


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
