"""What a run writes down: a line of JSON for each event, the same for TensorBoard, and a bar to look at."""

from __future__ import annotations

import json
import logging
import math
import time
from pathlib import Path

import torch
from torch import Tensor

from flowlab.field import flow_to_image

LOG = "log.jsonl"
logger = logging.getLogger("flowlab.training")


class Log:
    """The log of a run in its folder; what a killed run wrote after its last checkpoint is taken back.

    Args:
        folder: Of the run, or None to keep the rows in memory alone.
        step: Where the run goes on.
        tensorboard: Write for TensorBoard, too.
    """

    def __init__(self, folder: Path | None, step: int, *, tensorboard: bool):
        self.path = folder / LOG if folder else None
        self.rows = read_log(folder) if folder and step else []
        self.rows = [row for row in self.rows if row["step"] <= step]
        if self.path:
            self.path.write_text("".join(json.dumps(row) + "\n" for row in self.rows))
        self.board = _board(folder / "tensorboard", step) if folder and tensorboard else None

    def write(self, event: str, step: int, **values: object) -> dict:
        """Add an event; numbers that are not finite become null, which JSON has."""
        row = {"event": event, "step": step} | {
            name: None if isinstance(value, float) and not math.isfinite(value) else value
            for name, value in values.items()
        }
        self.rows.append(row)
        if self.path:
            with self.path.open("a") as file:
                file.write(json.dumps(row) + "\n")
        if self.board:
            for name, value in row.items():
                if name not in ("event", "step") and isinstance(value, int | float):
                    self.board.add_scalar(f"{event}/{name}", value, step)
        return row

    def picture(self, step: int, img1: Tensor, truth: Tensor, guess: Tensor) -> None:
        """Show TensorBoard a frame, its true flow and the guessed one, on one scale."""
        if self.board:
            reach = float(truth.square().sum(1).sqrt().max()) or 1.0
            colours = [flow_to_image(flow.float().cpu(), max_flow=reach) for flow in (truth, guess)]
            row = torch.cat([(img1 * 255).byte().cpu(), *(torch.as_tensor(c) for c in colours)], dim=-1)
            self.board.add_images("frame 1, truth, guess", row, step)

    def close(self) -> None:
        """Finish the files."""
        if self.board:
            self.board.close()


def read_log(folder: str | Path) -> list[dict]:
    """Read the events of a run; a last line that a kill cut off is left out.

    Args:
        folder: Of the run.

    Returns:
        A record for each line, with "event" ("start", "train", "validation", ...) and "step".
    """
    path = Path(folder) / LOG
    rows = []
    for line in path.read_text().splitlines() if path.exists() else []:
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


class Clock:
    """How fast a run is between two lines of its log, and which share of the time it waited for data."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Start anew."""
        self.started, self.waited, self.steps, self._out = time.perf_counter(), 0.0, 0, 0.0

    def pause(self, seconds: float) -> None:
        """Leave out time in which the run did something else."""
        self._out += seconds

    def figures(self, batch: int) -> dict[str, float]:
        """Give speed and waiting since ``begin``."""
        seconds = max(time.perf_counter() - self.started - self._out, 1e-9)
        speed = self.steps / seconds
        figures = {"steps_per_s": speed, "pairs_per_s": speed * batch, "data_wait": self.waited / seconds}
        return {name: round(value, 4) for name, value in figures.items()}
