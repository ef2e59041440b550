"""The card of a model: where the weights next to it come from, and what they can do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from flowlab.chairs import VERSION
from flowlab.field._disk import write_atomically
from flowlab.training.config import TrainConfig

LICENCE = "MIT; trained on generated pairs alone, so anyone may use the weights"


def metadata(config: TrainConfig, step: int, results: dict[str, float]) -> dict[str, str]:
    """Say in a few words, for the header of a file of weights, where they come from."""
    return {
        "generator": f"flowlab.chairs version {VERSION}" if config.data == "chairs" else config.data,
        "step": str(step),
        "seed": str(config.seed),
        "results": json.dumps(results),
        "licence": LICENCE if config.data == "chairs" else "that of the training data",
    }


def write_card(
    path: Path, config: TrainConfig, step: int, rows: Sequence[dict], results: dict[str, float], command: str
) -> None:
    """Write the card of a finished training, in Markdown.

    Args:
        path: Where to.
        config: The training.
        step: Updates made.
        rows: Its log, for the curves.
        results: Errors by name, pixels.
        command: What was typed, or called.
    """
    data = f"`flowlab.chairs` version {VERSION}, made on the fly" if config.data == "chairs" else f"`{config.data}`"
    seconds = next((row["seconds"] for row in reversed(rows) if row.get("seconds")), 0.0)
    lines = [
        f"# {config.model}, width {config.width:g}",
        "",
        f"- Trained for {step:,} steps of {config.batch} pairs, {seconds / 3600:.1f} hours in all.",
        f"- Data: {data}, {config.size[0]} x {config.size[1]}, seed {config.seed}; held-out pairs of another seed.",
        f"- Licence: {metadata(config, step, results)['licence']}.",
        f"- Command: `{command}`",
        "",
        "## Results",
        "",
        "End-point error on the held-out pairs, pixels.",
        "",
        "| pixels | EPE |",
        "|---|---|",
        *(f"| {name} | {value:.2f} |" for name, value in results.items()),
        "",
        "## Curves",
        "",
        *_curves(rows),
        "",
        "## Configuration",
        "",
        "```json",
        json.dumps(asdict(config), indent=1),
        "```",
        "",
    ]
    write_atomically(path, ["\n".join(lines).encode()])


def _curves(rows: Sequence[dict]) -> list[str]:
    """Make a table of at most twenty points: the loss since the point before, and the error where it was measured."""
    train = [row for row in rows if row["event"] == "train"]
    scores = {row["step"]: row["epe"] for row in rows if row["event"] == "validation"}
    if not train:
        return ["None: the run was too short for a line in its log."]
    table = ["| step | learning rate | loss | held-out EPE |", "|---|---|---|---|"]
    stride = max(1, -(-len(train) // 20))
    last = 0
    for n in range(stride - 1, len(train), stride):
        some, row = train[n - stride + 1 : n + 1], train[n]
        losses = [r["loss"] for r in some if r["loss"] is not None]
        within = [epe for step, epe in scores.items() if last < step <= row["step"]]
        epe = f"{within[-1]:.2f}" if within else ""
        table.append(f"| {row['step']} | {row['lr']:.2g} | {sum(losses) / max(1, len(losses)):.4f} | {epe} |")
        last = row["step"]
    return table
