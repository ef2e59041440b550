"""An evaluation as files: CSV for spreadsheets, JSON for programs, Markdown for people."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flowlab.field._disk import write_atomically

if TYPE_CHECKING:
    from flowlab.evaluation.loop import Evaluation

UNITS = {"epe": "px", "angular_error": "degrees", "fl_all": "%", "outliers": "%", "seconds": "s"}


def write_report(folder: Path, result: Evaluation, pictures: Mapping[str, str]) -> None:
    """Write ``samples.csv``, ``evaluation.json`` and ``evaluation.md``.

    Args:
        folder: Exists.
        result: What to write.
        pictures: Names of pictures in ``folder``, by name of the pair that they show.

    Raises:
        OSError: If a file cannot be written.
    """
    texts = {
        "samples.csv": _csv(result.samples),
        "evaluation.json": _json(result),
        "evaluation.md": _md(result, pictures),
    }
    for name, text in texts.items():
        write_atomically(folder / name, [text.encode()])


def number(value: float | int | str) -> str:
    """Write a value for people: three decimals, a dash for the mean of nothing.

    Example:
        >>> number(0.12345), number(math.nan), number(12)
        ('0.123', '-', '12')
    """
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}"
    return str(value)


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Write a table; all columns but the first are aligned to the right.

    Example:
        >>> print(markdown(["a", "b"], [["x", "1"]]))
        | a | b |
        |---|--:|
        | x | 1 |
    """
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---|" + "--:|" * (len(head) - 1), *lines[1:]])


def _csv(rows: Sequence[Mapping[str, float | int | str]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _json(result: Evaluation) -> str:
    def plain(row: Mapping[str, float | int | str]) -> dict[str, float | int | str | None]:
        # NaN is no JSON.
        return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}

    whole = {
        "method": result.method,
        "data": result.data,
        "metrics": plain(result),
        "samples": [plain(row) for row in result.samples],
    }
    return json.dumps(whole, indent=1) + "\n"


def _md(result: Evaluation, pictures: Mapping[str, str]) -> str:
    parts = [f"# {result.method} on {result.data}"]
    names = [name.removesuffix("_over_pixels") for name in result if name.endswith("_over_pixels")]
    rows = [
        [
            name.replace("_", " "),
            _unit(name),
            number(result[f"{name}_over_pixels"]),
            number(result[f"{name}_over_images"]),
        ]
        for name in names
    ]
    parts.append(f"{result['images']} pairs, {result['pixels']} pixels with known flow.")
    parts.append(markdown(["metric", "unit", "mean over pixels", "mean over images"], rows))
    if "seconds_per_pair" in result:
        parts.append(f"Time: {1000 * result['seconds_per_pair']:.1f} ms for a pair, the median.")
    if pictures:
        parts.append("## The worst pairs")
        parts.append("Above frame 1 and 2, below the true flow, the estimate, and its error, black to bright yellow.")
        parts += [f"{name}\n\n![{name}]({file})" for name, file in pictures.items()]
    parts.append("## Every pair")
    columns = [
        "name",
        "epe",
        "angular_error",
        "fl_all",
        *(c for c in ("epe_visible", "epe_occluded") if f"{c}_over_pixels" in result),
        "seconds",
    ]
    head = ["pair", *(f"{c.replace('_', ' ')}, {_unit(c)}" for c in columns[1:])]
    parts.append(markdown(head, [[number(row.get(c, math.nan)) for c in columns] for row in result.samples]))
    return "\n\n".join(parts) + "\n"


def _unit(name: str) -> str:
    return next(unit for start, unit in UNITS.items() if name.startswith(start))
