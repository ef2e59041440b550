"""Run a method on every pair of a data set, keep a row for each, and go on where a run was stopped."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import torch
from tqdm import tqdm

from flowlab.evaluation.journal import Journal
from flowlab.evaluation.methods import Method, method_of
from flowlab.evaluation.pairs import Pairs, pairs_of
from flowlab.evaluation.report import write_report
from flowlab.evaluation.rows import Row, measure, summary
from flowlab.evaluation.worst import write_worst
from flowlab.field._disk import FilePath


class Evaluation(dict[str, float | int]):
    """Every metric by name (see ``flowlab.evaluation.summary``), and what it came from.

    Attributes:
        method: The method's name.
        data: The data set's.
        samples: A row for each pair (see ``flowlab.evaluation.measure``).
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
    scale: float | int = 1.0,
    variational: bool = False,
    worst: int = 0,
    device: torch.device | str | None = None,
    progress: bool = False,
) -> Evaluation:
    """Judge a method on a data set.

    Args:
        model: A network, a function of two pictures, or a name: "zero", "dis", "farneback", "tvl1" and the others of
            ``flowlab.classical.METHODS``, a shipped network or its file; "+v" at a name's end refines its flow.
        dataset: A data set, a list of pairs, a folder, or a name of ``flowlab.evaluation.DATA``.
        out: A folder for the results: ``samples.csv``, ``evaluation.json``, ``evaluation.md`` and the worst pairs as
            pictures. A run that was stopped goes on there.
        limit: Only so many pairs, from the first.
        scale: Enlarge the pictures before (the paper takes 1.25 for FlowNetC), and bring the flow back.
        variational: Refine each flow, the paper's '+v'.
        worst: So many of the worst pairs as pictures; needs ``out``.
        device: Where a network that is given by name computes; None for the CPU.
        progress: Show a bar.

    Returns:
        Metrics by name: ``epe``, ``fl_all``, ``angular_error``, each also ``_over_pixels`` and ``_over_images``, the
        bands of speed, visible and occluded pixels where masks exist, and ``seconds_per_pair``.

    Raises:
        ValueError: If a name is unknown, a pair or its flow cannot be used, or ``out`` holds another evaluation.
        FileNotFoundError: If the data set is not there.

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
        journal.rows[i] if i in journal.rows else journal.add(i, _row(method, pairs, i))
        for i in tqdm(range(count), desc=f"{method.name} on {pairs.name}", unit="pair", disable=not progress)
    ]
    result = Evaluation(method.name, pairs.name, rows)
    if out is not None:
        pictures = write_worst(Path(out), result, method, pairs, worst)
        write_report(Path(out), result, pictures)
    return result


def _row(method: Method, pairs: Pairs, i: int) -> Row:
    """Estimate one pair, with the time that it took (not that of reading the pair)."""
    pair = pairs[i]
    start = time.perf_counter()
    flow = method(pair.img1, pair.img2)
    seconds = time.perf_counter() - start
    row = {"index": i, **measure(pair, flow), "seconds": seconds}
    return json.loads(json.dumps(row))  # as it is when it is read again: a resumed run equals one that was not
