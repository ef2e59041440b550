"""Evaluate a method: the metrics of each pair and their means, a journal to go on after a kill, and the report."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from jaxtyping import Float, UInt8
from tqdm import tqdm

from flowlab._disk import FilePath, locked_folder, require_same, write_atomically, write_json
from flowlab.datasets.pairs import Pair, Pairs
from flowlab.evaluation.data import open_data
from flowlab.evaluation.methods import Method, method_of
from flowlab.field import SPEED_BANDS, FlowMetrics, epe, epe_map, flow_to_image, write_image
from flowlab.field.arrays import filled

Row = dict[str, float | str]  # the metrics of one pair, by name
UNITS = {"epe": "px", "angular_error": "degrees", "fl_all": "%", "outliers": "%", "seconds": "s"}
GAP = 6  # px between images

# Each metric, and the column that counts the pixels that it is a mean over.
PIXELS_OF = {
    **{name: "pixels" for name in FlowMetrics.NAMES if not name.startswith("epe_s")},
    **{f"epe_{band}": f"pixels_{band}" for band in SPEED_BANDS},
    "epe_visible": "pixels_visible",
    "epe_occluded": "pixels_occluded",
}


class Evaluation(dict[str, float]):
    """Every metric by name (see ``flowlab.evaluation.summary``), with the method, the data set and the rows.

    Attributes:
        method: The method's name.
        data: The data set's name.
        samples: The metrics of each pair (see ``flowlab.evaluation.measure``).
    """

    def __init__(self, method: str, data: str, samples: list[Row]) -> None:
        super().__init__(summary(samples))
        self.method, self.data, self.samples = method, data, samples

    def worst(self, count: int) -> list[Row]:
        """Return the rows with the largest mean error, the worst first; pairs without a valid pixel are left out."""
        return sorted((row for row in self.samples if row["pixels"]), key=lambda row: -row["epe"])[:count]


def evaluate(
    model: Any,
    dataset: Any,
    *,
    out: FilePath | None = None,
    limit: int | None = None,
    scale: float = 1.0,
    worst: int = 0,
    device: torch.device | str | None = None,
    progress: bool = False,
) -> Evaluation:
    """Evaluate a method on a data set.

    Args:
        model: A network, a function of two images, or a name, as ``flowlab.evaluation.method_of`` takes it.
        dataset: A data set, a list of pairs, a folder, or a name of ``flowlab.evaluation.DATA``.
        out: Folder of the results: ``samples.csv``, ``evaluation.json``, ``evaluation.md`` and the
            worst pairs as images. An evaluation that was stopped goes on there.
        limit: Evaluate only the first pairs, this many.
        scale: Factor on the size of the images, as in ``method_of``.
        worst: Number of worst pairs to draw; needs ``out``.
        device: Device of a network that is given by name; None for the CPU.
        progress: Show a progress bar.

    Returns:
        Metrics by name: ``epe``, ``fl_all``, ``angular_error``, each also ``_over_pixels`` and ``_over_images``, the
        bands of speed, visible and occluded pixels where masks exist, and ``seconds_per_pair``.

    Raises:
        TypeError: If the method or an item of the data set has a wrong type.
        ValueError: If a name is unknown, a pair or its flow cannot be used, or ``out`` holds another evaluation.
        FileNotFoundError: If the data set is not on this machine.

    Example:
        >>> from flowlab.evaluation import Generated
        >>> result = evaluate("zero", Generated(2, size=(48, 64)))
        >>> round(result["epe"], 2), result["images"]
        (0.92, 2)
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}; leave it out for all pairs")
    if worst and out is None:
        raise ValueError("worst pairs are written into a folder: give out=")
    method = method_of(model, scale=scale, device=device)
    pairs = open_data(dataset)
    count = len(pairs) if limit is None else min(limit, len(pairs))
    head = {"method": method.name, "digest": method.digest, "data": pairs.name, "pairs": len(pairs)}
    with nullcontext() if out is None else locked_folder(Path(out), "worst"):
        journal = Journal(out, head)
        rows = [
            journal.rows[i] if i in journal.rows else journal.add(i, _evaluate_pair(method, pairs, i))
            for i in tqdm(range(count), desc=f"{method.name} on {pairs.name}", unit="pair", disable=not progress)
        ]
        result = Evaluation(method.name, pairs.name, rows)
        if out is not None:
            _write_report(Path(out), result, _write_worst(Path(out), result.worst(worst), method, pairs))
    return result


def _evaluate_pair(method: Method, pairs: Pairs, i: int) -> Row:
    """Return the metrics of one pair, and the time of the method without reading the pair."""
    pair = pairs[i]
    start = time.perf_counter()
    flow = method(pair.img1, pair.img2)
    seconds = time.perf_counter() - start
    row = {"index": i, **measure(pair, flow), "seconds": seconds}
    return json.loads(json.dumps(row))  # as a resumed evaluation reads it


def measure(pair: Pair, flow: Float[np.ndarray, "H W 2"]) -> Row:
    """Compare an estimated flow with a pair's true flow.

    Args:
        pair: The pair.
        flow: (H, W, 2) in pixels.

    Returns:
        Each metric of ``FlowMetrics`` by name (end-point error in pixels, angles in degrees, outliers in per cent),
        the mean error of visible and of occluded pixels if the pair has an occlusion mask, and the number of pixels
        that each is a mean over. The mean over no pixel is NaN.

    Raises:
        ValueError: If the flow has another size, or is not finite at a valid pixel; the message names the pair.
    """
    metrics = FlowMetrics()
    flow = np.ascontiguousarray(filled(flow), np.float32)
    try:
        metrics.update(flow, pair.flow, pair.valid)
    except ValueError as error:
        raise ValueError(f"pair {pair.name}: {error}") from None
    found = metrics.compute()
    row: Row = {"name": pair.name, "pixels": found["pixels"]}
    row |= {name: found[f"{name}_over_pixels"] for name in FlowMetrics.NAMES}
    counts = dict(zip(FlowMetrics.NAMES, metrics.totals[1].tolist(), strict=True))
    row |= {f"pixels_{band}": int(counts[f"epe_{band}"]) for band in SPEED_BANDS}
    if pair.occlusion is not None:
        for name, mask in (("visible", ~pair.occlusion), ("occluded", pair.occlusion)):
            counted = pair.valid & mask
            row[f"epe_{name}"] = epe(flow, pair.flow, counted)
            row[f"pixels_{name}"] = int(counted.sum())
    return row


def summary(rows: Sequence[Mapping[str, float | str]]) -> dict[str, float]:
    """Return the metrics of a data set from those of its pairs.

    Args:
        rows: From ``measure``, with ``seconds`` where the time was taken.

    Returns:
        ``images``, ``pixels``, and each metric twice, since publications differ: ``epe_over_pixels`` is the mean over
        all valid pixels, ``epe_over_images`` the mean of the images' means. ``epe``, ``angular_error`` and ``fl_all``
        are short names of those over pixels; ``seconds_per_pair`` is the median. Names with ``visible`` and
        ``occluded`` exist if a pair has an occlusion mask.

    Example:
        >>> rows = [{"pixels": 100, "epe": 1.0}, {"pixels": 300, "epe": 2.0}]
        >>> result = summary(rows)
        >>> result["epe_over_pixels"], result["epe_over_images"]
        (1.75, 1.5)
    """
    result: dict[str, float] = {"images": len(rows), "pixels": int(sum(row["pixels"] for row in rows))}
    for name, counts in PIXELS_OF.items():
        counted = [(float(row[name]), int(row[counts])) for row in rows if name in row and row[counts]]
        if not counted and not any(name in row for row in rows):
            continue
        total = sum(n for _, n in counted)
        result[f"{name}_over_pixels"] = math.fsum(value * n for value, n in counted) / total if total else math.nan
        result[f"{name}_over_images"] = math.fsum(v for v, _ in counted) / len(counted) if counted else math.nan
    for name in ("epe", "angular_error", "fl_all"):
        if f"{name}_over_pixels" in result:
            result[name] = result[f"{name}_over_pixels"]
    times = [float(row["seconds"]) for row in rows if "seconds" in row]
    if times:
        result["seconds_per_pair"] = float(np.median(times))
    return result


class Journal:
    """The rows of an evaluation on disk: a line of JSON for each pair, after a line that identifies the evaluation.

    ``rows`` are those so far, by the pair's number. Without a folder nothing is kept on disk. A folder that holds an
    evaluation with another ``head``, or a file that is not a journal, is a ``ValueError``.
    """

    NAME = "samples.jsonl"
    FORMAT = 1  # goes up when a column changes its meaning

    def __init__(self, folder: FilePath | None, head: Mapping[str, str | int]) -> None:
        self.rows: dict[int, Row] = {}
        self.path = None if folder is None else Path(folder) / self.NAME
        if self.path is None:
            return
        head = {"format": self.FORMAT, **head}
        text = self.path.read_text(encoding="utf-8") if self.path.exists() else ""
        lines = text[: text.rfind("\n") + 1].splitlines() or [json.dumps(head)]  # drops half a line
        try:
            found, *rows = map(json.loads, lines)
            self.rows = {int(row["index"]): row for row in rows}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{self.path} is not a journal of an evaluation ({error}); take another folder") from None
        require_same(self.path, found, head, "another evaluation")
        write_atomically(self.path, [f"{line}\n".encode() for line in lines])

    def add(self, i: int, row: Row) -> Row:
        """Append a row, and return it."""
        self.rows[i] = row
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
        return row


def _write_report(folder: Path, result: Evaluation, images: Mapping[str, str]) -> None:
    """Write the three tables; ``images`` are names of files in the folder, by the name of the pair that they show."""
    columns = list(dict.fromkeys(name for row in result.samples for name in row))
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(result.samples)
    write_atomically(folder / "samples.csv", stream.getvalue().encode())
    whole = {"method": result.method, "data": result.data, "metrics": result, "samples": result.samples}
    write_json(folder / "evaluation.json", whole)
    write_atomically(folder / "evaluation.md", _markdown(result, images).encode())


def _write_worst(folder: Path, rows: Sequence[Row], method: Method, pairs: Pairs) -> dict[str, str]:
    """Estimate the worst pairs once more, draw them into ``folder/worst``, and return the files' names by pair."""
    files = {}
    for rank, row in enumerate(rows, 1):
        pair = pairs[int(row["index"])]
        files[pair.name] = f"worst/{rank:02d}_{re.sub(r'[^A-Za-z0-9.-]+', '_', pair.name)}.png"
        (folder / "worst").mkdir(exist_ok=True)
        write_image(folder / files[pair.name], _draw_pair(pair, method(pair.img1, pair.img2)))
    return files


def _draw_pair(pair: Pair, flow: Float[np.ndarray, "H W 2"]) -> UInt8[np.ndarray, "newH newW 3"]:
    """Draw a pair and an estimated flow: both frames above; below the true flow, the estimated flow and the error.

    Both flows have the same colours, saturated at the longest true motion. The error is bright from
    a tenth of that length on, or from 3 px if that is more.
    """
    longest = max(float(np.linalg.norm(pair.flow, axis=-1)[pair.valid].max(initial=0.0)), 1.0)
    error = np.where(pair.valid, epe_map(np.float32(flow), pair.flow), 0)
    levels = (255 * np.clip(error / max(3.0, longest / 10), 0, 1)).astype(np.uint8)
    error_image = cv2.cvtColor(cv2.applyColorMap(levels, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    estimated = flow_to_image(np.float32(flow), max_flow=longest)
    true = flow_to_image(pair.flow, max_flow=longest, valid=pair.valid)
    H, W = pair.valid.shape
    picture = np.full((2 * H + GAP, 3 * W + 2 * GAP, 3), 255, np.uint8)
    for column, images in enumerate(((pair.img1, true), (pair.img2, estimated), (None, error_image))):
        for row, image in enumerate(images):
            if image is not None:
                picture[row * (H + GAP) :, column * (W + GAP) :][:H, :W] = image
    return picture


def _number(value: float | str) -> str:
    """Format a value for a table: three decimals, and a dash for NaN, the mean over nothing."""
    if isinstance(value, float):
        return "-" if math.isnan(value) else f"{value:.3f}"
    return str(value)


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table in Markdown; all columns except the first are aligned to the right."""
    lines = ["| " + " | ".join(row) + " |" for row in (head, *rows)]
    return "\n".join([lines[0], "|---|" + "--:|" * (len(head) - 1), *lines[1:]])


def _markdown(result: Evaluation, images: Mapping[str, str]) -> str:
    means = []
    for name in (name.removesuffix("_over_pixels") for name in result if name.endswith("_over_pixels")):
        both = (_number(result[f"{name}_over_{what}"]) for what in ("pixels", "images"))
        means.append((name.replace("_", " "), _unit(name), *both))
    parts = [
        f"# {result.method} on {result.data}",
        f"{result['images']} pairs, {result['pixels']} pixels with known flow.",
        markdown_table(["metric", "unit", "mean over pixels", "mean over images"], means),
        f"Time: {1000 * result['seconds_per_pair']:.1f} ms for a pair, the median.",
    ]
    if images:
        parts.append("## The worst pairs")
        parts.append("Above frame 1 and 2, below the true flow, the estimate, and its error, black to bright yellow.")
        parts += [f"{name}\n\n![{name}]({file})" for name, file in images.items()]
    by_visibility = (c for c in ("epe_visible", "epe_occluded") if f"{c}_over_pixels" in result)
    columns = ["epe", "angular_error", "fl_all", *by_visibility, "seconds"]
    head = ["pair", *(f"{column.replace('_', ' ')}, {_unit(column)}" for column in columns)]
    rows = [[_number(row.get(column, math.nan)) for column in ("name", *columns)] for row in result.samples]
    parts += ["## Every pair", markdown_table(head, rows)]
    return "\n\n".join(parts) + "\n"


def _unit(name: str) -> str:
    return next(unit for start, unit in UNITS.items() if name.startswith(start))
