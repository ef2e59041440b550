"""What a run writes into its folder beside checkpoints: the log, TensorBoard, snapshots, and the model's card.

OUT/config.json             the configuration
OUT/log.jsonl               a line of JSON for each event
OUT/tensorboard/            the same for TensorBoard
OUT/snapshots/              weights at some steps
OUT/checkpoint.safetensors  the state to resume from (flowlab.training.checkpoint)
OUT/best.safetensors        the weights with the lowest validation error
OUT/model.safetensors       the final weights, and model.md, their card
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from flowlab._disk import write_atomically
from flowlab.chairs import VERSION
from flowlab.field import flow_to_image
from flowlab.training.config import TrainConfig

LOG = "log.jsonl"
SNAPSHOTS = "snapshots"
FIRST_SNAPSHOT = 10  # step of the first snapshot
LICENCE = "MIT; trained on generated pairs alone, so anyone may use the weights"
logger = logging.getLogger("flowlab.training")


class Log:
    """The log of a run in its folder; lines that a killed run wrote after its last checkpoint are removed.

    Args:
        folder: Of the run, or None to keep the rows in memory only.
        step: Step at which the run begins or resumes.
        tensorboard: Write for TensorBoard, too.
    """

    def __init__(self, folder: Path | None, step: int, *, tensorboard: bool):
        self.path = folder / LOG if folder else None
        self.rows = read_log(folder) if folder and step else []
        self.rows = [row for row in self.rows if row["step"] <= step]
        if self.path:
            self.path.write_text("".join(json.dumps(row) + "\n" for row in self.rows), encoding="utf-8")
        self.board = _board(folder / "tensorboard", step) if folder and tensorboard else None

    def write(self, event: str, step: int, **values: object) -> dict:
        """Add an event; numbers that are not finite become null, which JSON has."""
        row = {"event": event, "step": step} | {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in values.items()
        }
        self.rows.append(row)
        if self.path:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        if self.board:
            for name, value in row.items():
                if name not in ("event", "step") and isinstance(value, int | float):
                    self.board.add_scalar(f"{event}/{name}", value, step)
        return row

    def show(self, step: int, img1: Tensor, truth: Tensor, predicted: Tensor) -> None:
        """Show a frame, its true flow and the predicted flow in TensorBoard, on one scale."""
        if self.board:
            longest = float(truth.square().sum(1).sqrt().max()) or 1.0
            colours = [flow_to_image(flow.float().cpu(), max_flow=longest) for flow in (truth, predicted)]
            row = torch.cat([img1.cpu(), *(torch.as_tensor(c) for c in colours)], dim=-1)
            self.board.add_images("frame 1, truth, prediction", row, step)

    def close(self) -> None:
        """Finish the files."""
        if self.board:
            self.board.close()


def read_log(folder: str | Path) -> list[dict]:
    """Read the events of a run, each with "event" ("start", "train", "validation", ...) and "step".

    A last line that was cut off by a kill is left out.
    """
    path = Path(folder) / LOG
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return rows


def _board(folder: Path, step: int) -> object | None:
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ModuleNotFoundError:
        logger.warning("TensorBoard is not installed, so nothing is written for it: pip install flowlab[course]")
        return None
    return SummaryWriter(str(folder), purge_step=step or None)


def snapshot_steps(count: int, steps: int) -> list[int]:
    """Return the steps with a snapshot, in equal ratios from 10 to the last step: weights change fastest early.

    There are fewer than ``count`` where two would be the same.

    Example:
        >>> snapshot_steps(4, 10_000)
        [10, 100, 1000, 10000]
    """
    if count < 1:
        return []
    if count == 1 or steps <= FIRST_SNAPSHOT:
        return [steps]
    ratio = (steps / FIRST_SNAPSHOT) ** (1 / (count - 1))
    return sorted({round(FIRST_SNAPSHOT * ratio**n) for n in range(count)})


def snapshot_path(out: Path, step: int) -> Path:
    """Return the file of a snapshot; names sort as steps do."""
    return out / SNAPSHOTS / f"step-{step:07d}.safetensors"


def metadata(config: TrainConfig, step: int, results: dict[str, float]) -> dict[str, str]:
    """Return the origin of weights, for the header of their file."""
    return {
        "generator": f"flowlab.chairs version {VERSION}" if config.data == "chairs" else config.data,
        "step": str(step),
        "seed": str(config.seed),
        "results": json.dumps(results),
        "licence": LICENCE if config.data == "chairs" else "that of the training data",
    }


def write_card(path: Path, config: TrainConfig, rows: Sequence[dict], results: dict[str, float], command: str) -> None:
    """Write the card of a finished training, in Markdown, from its log and its errors by name, in pixels."""
    data = f"`flowlab.chairs` version {VERSION}, made on the fly" if config.data == "chairs" else f"`{config.data}`"
    seconds = next((row["seconds"] for row in reversed(rows) if row.get("seconds")), 0.0)
    lines = [
        f"# {config.model}, width {config.width:g}",
        "",
        f"- Trained for {config.steps:,} steps of {config.batch} pairs, {seconds / 3600:.1f} hours in all.",
        f"- Data: {data}, {config.size[0]} x {config.size[1]}, seed {config.seed}; held-out pairs of another seed.",
        f"- Licence: {metadata(config, config.steps, results)['licence']}.",
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
        config.as_json(),
        "```",
        "",
    ]
    write_atomically(path, ["\n".join(lines).encode()])


def _curves(rows: Sequence[dict]) -> list[str]:
    """Make a table of at most twenty rows: the mean loss since the row before, and the last validation error."""
    train = [row for row in rows if row["event"] == "train"]
    scores = {row["step"]: row["epe"] for row in rows if row["event"] == "validation"}
    if not train:
        return ["None: the run was too short for a line in its log."]
    table = ["| step | learning rate | loss | held-out EPE |", "|---|---|---|---|"]
    stride = max(1, -(-len(train) // 20))
    last = 0
    for n in range(stride - 1, len(train), stride):
        part, row = train[n - stride + 1 : n + 1], train[n]
        losses = [r["loss"] for r in part if r["loss"] is not None]
        within = [epe for step, epe in scores.items() if last < step <= row["step"]]
        epe = f"{within[-1]:.2f}" if within else ""
        table.append(f"| {row['step']} | {row['lr']:.2g} | {sum(losses) / max(1, len(losses)):.4f} | {epe} |")
        last = row["step"]
    return table
