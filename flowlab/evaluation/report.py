"""An evaluation as files: CSV for spreadsheets, JSON for programs, Markdown and images of the worst pairs."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from flowlab._disk import write_atomically
from flowlab.evaluation.data import Pair, Pairs
from flowlab.evaluation.methods import Method
from flowlab.field import epe_map, flow_to_image, write_image

Row = dict[str, float | str]  # the metrics of one pair, by name
UNITS = {"epe": "px", "angular_error": "degrees", "fl_all": "%", "outliers": "%", "seconds": "s"}
GAP = 6  # px between images


def write_report(
    folder: Path,
    names: tuple[str, str],
    metrics: Mapping[str, float],
    samples: Sequence[Row],
    images: Mapping[str, str],
) -> None:
    """Write ``samples.csv``, ``evaluation.json`` and ``evaluation.md``.

    Args:
        folder: An existing folder.
        names: Of the method and of the data set.
        metrics: From ``flowlab.evaluation.summary``.
        samples: From ``flowlab.evaluation.measure``, for each pair.
        images: Names of image files in ``folder``, by name of the pair that they show.

    Raises:
        OSError: If a file cannot be written.
    """
    texts = {
        "samples.csv": _csv(samples),
        "evaluation.json": _json(names, metrics, samples),
        "evaluation.md": _markdown(" on ".join(names), metrics, samples, images),
    }
    for name, text in texts.items():
        write_atomically(folder / name, [text.encode()])


def write_worst(folder: Path, rows: Sequence[Row], method: Method, pairs: Pairs) -> dict[str, str]:
    """Estimate the worst pairs once more and draw them into ``folder/worst``.

    Args:
        folder: An existing folder.
        rows: The rows of these pairs, the worst first.
        method: The method.
        pairs: All pairs of the data set.

    Returns:
        Names of the image files in ``folder``, by name of the pair.
    """
    files = {}
    for rank, row in enumerate(rows, 1):
        pair = pairs[int(row["index"])]
        files[pair.name] = f"worst/{rank:02d}_{re.sub(r'[^A-Za-z0-9.-]+', '_', pair.name)}.png"
        (folder / "worst").mkdir(exist_ok=True)
        write_image(folder / files[pair.name], draw_pair(pair, method(pair.img1, pair.img2)))
    return files


def draw_pair(pair: Pair, flow: Float[np.ndarray, "H W 2"]) -> UInt8[np.ndarray, "newH newW 3"]:
    """Draw a pair and an estimated flow: both frames above; below the true flow, the estimated flow and the error.

    Both flows have the same colours, saturated at the longest true motion. The error is bright from a tenth of that
    length on, or from 3 px if that is more.
    """
    longest = max(float(np.linalg.norm(pair.flow, axis=-1)[pair.valid].max(initial=0.0)), 1.0)
    error = np.where(pair.valid, epe_map(np.float32(flow), pair.flow), 0)
    levels = (255 * np.clip(error / max(3.0, longest / 10), 0, 1)).astype(np.uint8)
    error_image = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    estimated = flow_to_image(np.float32(flow), max_flow=longest)
    true = flow_to_image(pair.flow, max_flow=longest, valid=pair.valid)
    above = _join(pair.img1, pair.img2, np.full_like(pair.img1, 255), axis=1)
    return _join(above, _join(true, estimated, error_image, axis=1), axis=0)


def _join(*images: UInt8[np.ndarray, "H W 3"], axis: int) -> UInt8[np.ndarray, "newH newW 3"]:
    """Join images of one size, with white gaps."""
    shape = list(images[0].shape)
    shape[axis] = GAP
    gap = np.full(shape, 255, np.uint8)
    return np.concatenate([part for image in images for part in (image, gap)][:-1], axis=axis)


def format_number(value: float | str) -> str:
    """Format a value for a table: three decimals, and a dash for NaN, the mean over nothing.

    Example:
        >>> format_number(0.12345), format_number(math.nan), format_number(12)
        ('0.123', '-', '12')
    """
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}"
    return str(value)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table in Markdown; all columns except the first are aligned to the right.

    Example:
        >>> print(markdown_table(["a", "b"], [["x", "1"]]))
        | a | b |
        |---|--:|
        | x | 1 |
    """
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---|" + "--:|" * (len(head) - 1), *lines[1:]])


def _csv(rows: Sequence[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _json(names: tuple[str, str], metrics: Mapping[str, float], samples: Sequence[Row]) -> str:
    def without_nan(row: Mapping[str, float | str]) -> dict[str, float | str | None]:
        return {k: None if isinstance(v, float) and math.isnan(v) else v for k, v in row.items()}  # JSON has no NaN

    whole = {"method": names[0], "data": names[1], "metrics": without_nan(metrics)}
    return json.dumps(whole | {"samples": [without_nan(row) for row in samples]}, indent=1) + "\n"


def _markdown(title: str, metrics: Mapping[str, float], samples: Sequence[Row], images: Mapping[str, str]) -> str:
    names = [name.removesuffix("_over_pixels") for name in metrics if name.endswith("_over_pixels")]
    means = [
        (name, _unit(name), *(format_number(metrics[f"{name}_over_{what}"]) for what in ("pixels", "images")))
        for name in names
    ]
    parts = [
        f"# {title}",
        f"{metrics['images']} pairs, {metrics['pixels']} pixels with known flow.",
        markdown_table(
            ["metric", "unit", "mean over pixels", "mean over images"],
            [(name.replace("_", " "), *rest) for name, *rest in means],
        ),
    ]
    if "seconds_per_pair" in metrics:
        parts.append(f"Time: {1000 * metrics['seconds_per_pair']:.1f} ms for a pair, the median.")
    if images:
        parts.append("## The worst pairs")
        parts.append("Above frame 1 and 2, below the true flow, the estimate, and its error, black to bright yellow.")
        parts += [f"{name}\n\n![{name}]({file})" for name, file in images.items()]
    by_visibility = (c for c in ("epe_visible", "epe_occluded") if f"{c}_over_pixels" in metrics)
    columns = ["epe", "angular_error", "fl_all", *by_visibility, "seconds"]
    head = ["pair", *(f"{column.replace('_', ' ')}, {_unit(column)}" for column in columns)]
    rows = [[format_number(row.get(column, math.nan)) for column in ("name", *columns)] for row in samples]
    parts += ["## Every pair", markdown_table(head, rows)]
    return "\n\n".join(parts) + "\n"


def _unit(name: str) -> str:
    return next(unit for start, unit in UNITS.items() if name.startswith(start))
