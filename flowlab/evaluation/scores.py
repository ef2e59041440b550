"""Evaluate a method: the metrics of each pair, their means over a data set, and a journal to go on after a kill."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from tqdm import tqdm

from flowlab._disk import FilePath, ensure_folder, require_same, write_atomically
from flowlab.evaluation.data import Pair, Pairs, pairs_of
from flowlab.evaluation.methods import Method, method_of
from flowlab.evaluation.report import Row, write_report, write_worst
from flowlab.field import SPEED_BANDS, FlowMetrics, epe

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
    variational: bool = False,
    worst: int = 0,
    device: torch.device | str | None = None,
    progress: bool = False,
) -> Evaluation:
    """Evaluate a method on a data set.

    Args:
        model: A network, a function of two images, or a name: "zero", "dis", "farneback", "tvl1" and the others of
            ``flowlab.classical.METHODS``, a shipped network or its file; "+v" at a name's end refines its flow.
        dataset: A data set, a list of pairs, a folder, or a name of ``flowlab.evaluation.DATA``.
        out: Folder of the results: ``samples.csv``, ``evaluation.json``, ``evaluation.md`` and the worst pairs as
            images. An evaluation that was stopped goes on there.
        limit: Evaluate only the first pairs, this many.
        scale: Enlarge the images by this factor (the paper takes 1.25 for FlowNetC), and scale the flow back.
        variational: Refine each flow, the paper's '+v'.
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
        >>> from flowlab.datasets.samples import moving_disc
        >>> result = evaluate("zero", [moving_disc(8, 3, seed=seed) for seed in range(2)])
        >>> round(result["epe_s0_10_over_pixels"], 4), result["images"]
        (0.024, 2)
    """
    if limit is not None and limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}; leave it out for all pairs")
    if worst and out is None:
        raise ValueError("worst pairs are written into a folder: give out=")
    method = method_of(model, scale=scale, variational=variational, device=device)
    pairs = pairs_of(dataset)
    count = len(pairs) if limit is None else min(limit, len(pairs))
    journal = Journal(out, {"method": method.name, "digest": method.digest, "data": pairs.name, "pairs": len(pairs)})
    rows = [
        journal.rows[i] if i in journal.rows else journal.add(i, _evaluate_pair(method, pairs, i))
        for i in tqdm(range(count), desc=f"{method.name} on {pairs.name}", unit="pair", disable=not progress)
    ]
    result = Evaluation(method.name, pairs.name, rows)
    if out is not None:
        images = write_worst(Path(out), result.worst(worst), method, pairs)
        write_report(Path(out), (method.name, pairs.name), result, rows, images)
    return result


def _evaluate_pair(method: Method, pairs: Pairs, i: int) -> Row:
    """Return the metrics of one pair, and the time of the method without that of reading the pair."""
    pair = pairs[i]
    start = time.perf_counter()
    flow = method(pair.img1, pair.img2)
    seconds = time.perf_counter() - start
    row = {"index": i, **measure(pair, flow), "seconds": seconds}
    return json.loads(json.dumps(row))  # as it is when the journal is read: a resumed evaluation gives the same


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
    try:
        metrics.update(np.ascontiguousarray(flow, np.float32), pair.flow, pair.valid)
    except ValueError as error:
        raise ValueError(f"pair {pair.name}: {error}") from None
    found = metrics.compute()
    row: Row = {"name": pair.name, "pixels": found["pixels"]}
    row |= {name: found[f"{name}_over_pixels"] for name in FlowMetrics.NAMES}
    speed = np.linalg.norm(pair.flow.astype(np.float64), axis=-1)
    for band, (low, high) in SPEED_BANDS.items():
        row[f"pixels_{band}"] = int((pair.valid & (speed >= low) & (speed < high)).sum())
    if pair.occlusion is not None:
        for name, mask in (("visible", ~pair.occlusion), ("occluded", pair.occlusion)):
            counted = pair.valid & mask
            row[f"epe_{name}"] = epe(np.float32(flow), pair.flow, counted)
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

    Args:
        folder: Folder of the journal, made if it does not exist; None keeps nothing on disk.
        head: The method and the data set; rows of another evaluation are refused.

    Attributes:
        rows: The rows so far, by the pair's number.

    Raises:
        ValueError: If the folder holds another evaluation, or the file is not a journal.
        OSError: If the file cannot be read or written.
    """

    NAME = "samples.jsonl"
    FORMAT = 1  # goes up when a column changes its meaning

    def __init__(self, folder: FilePath | None, head: Mapping[str, str | int]) -> None:
        self.rows: dict[int, Row] = {}
        self.path = None if folder is None else Path(folder) / self.NAME
        if self.path is not None:
            ensure_folder(self.path.parent)
            text = self._read(self.path, {"format": self.FORMAT, **head})
            write_atomically(self.path, [text.encode()])  # without an incomplete last line, which a kill may leave

    def add(self, i: int, row: Row) -> Row:
        """Append a row, and return it."""
        self.rows[i] = row
        if self.path is not None:
            with self.path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(row) + "\n")
        return row

    def _read(self, path: Path, head: Mapping[str, str | int]) -> str:
        """Read the rows of a file, and return its complete lines; without a file, the first line."""
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        text = text[: text.rfind("\n") + 1]
        if not text:
            return json.dumps(head) + "\n"
        try:
            found, *rows = (json.loads(line) for line in text.splitlines())
            self.rows = {int(row["index"]): row for row in rows}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path} is not a journal of an evaluation ({error}); take another folder") from None
        require_same(path, found, head, "another evaluation")
        return text
