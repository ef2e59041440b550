"""The folder of a run: checkpoints to resume from, log, TensorBoard, snapshots and model card.

OUT/config.json             the configuration
OUT/log.jsonl               a line of JSON for each event
OUT/tensorboard/            the same for TensorBoard
OUT/snapshots/              weights at some steps
OUT/checkpoint.safetensors  the state to resume from
OUT/best.safetensors        the weights with the lowest validation error
OUT/model.safetensors       the final weights, and model.md, their card

A checkpoint holds the weights, the optimiser's state by the names of the weights, the step, the configuration, and in
float16 the scale of the loss. That is enough to resume with the same bits: the learning rate is a function of the step,
the random numbers of a sample are a function of its epoch and index, and nothing is drawn from a global generator.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from flowlab._disk import UsageError, without_nan, write_atomically
from flowlab.chairs import VERSION
from flowlab.field import flow_to_image
from flowlab.models import Network, load_model, save_model
from flowlab.models.predictor import flows_of
from flowlab.models.weights import NETWORKS, differences, read_safetensors, shipped, write_safetensors
from flowlab.training.config import TrainConfig, options_of, same_run
from flowlab.training.optim import load_by_name, state_by_name
from flowlab.training.sources import Source

CHECKPOINT = "checkpoint.safetensors"
FORMAT = "1"  # of checkpoints
LOG = "log.jsonl"
SNAPSHOTS = "snapshots"
LICENCE = "MIT; trained on generated pairs alone, so anyone may use the weights"


class Progress(NamedTuple):
    """The progress of a run: steps, lowest validation error in pixels, seconds, files that it reads."""

    step: int = 0
    best: float = math.inf
    seconds: float = 0.0
    files: str = ""  # flowlab.training.data.files_of
    scaler: str = "{}"  # the state of step.make_scaler, as JSON


def save_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, progress: Progress, config: TrainConfig
) -> None:
    """Write the checkpoint of a run, in one step: a kill or an error leaves the old one or the new one."""
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"optimiser.{name}": value for name, value in state_by_name(model, optimiser).items()}
    header = {name: str(value) for name, value in progress._asdict().items()}
    header |= {"flowlab-checkpoint": FORMAT, "config": config.as_json()}
    header["network"] = json.dumps(asdict(model.config)) if isinstance(model, Network) else ""
    write_safetensors(folder / CHECKPOINT, tensors, header)


def load_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, config: TrainConfig, files: str = ""
) -> Progress | None:
    """Restore model and optimiser from a run's checkpoint; return its progress, or None.

    A ValueError says that the checkpoint is of another run, or that it cannot be read.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        tensors, header = read_safetensors(path)
    except ValueError as error:
        raise ValueError(f"cannot read the checkpoint {path}: {error.__cause__}; remove it to begin anew") from error
    if header.get("flowlab-checkpoint") != FORMAT:
        raise ValueError(f"{path} is not a checkpoint of this version; use another folder")
    if different := same_run(header["config"], config, (header.get("files", ""), files)):
        raise ValueError(
            f"{folder} holds another run: {'; '.join(different)}. Use another folder"
            + (f"; --init {path} begins there with the weights of this one" if header.get("network", "-") else "")
        )
    state = _part(tensors, "model.")
    if wrong := differences(state, model.state_dict()):
        raise ValueError(f"{folder} holds the run of another network: {wrong}. Use another folder")
    model.load_state_dict(state)
    load_by_name(model, optimiser, _part(tensors, "optimiser."))
    best, seconds = float(header.get("best", math.inf)), float(header.get("seconds", 0))
    return Progress(int(header["step"]), best, seconds, scaler=header.get("scaler", "{}"))


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def naming(config: TrainConfig, data: Any, model: Any) -> TrainConfig:
    """Name given data and a given network in the configuration: with others, it is another run."""
    if data is not None:
        source = Source(data)
        config = replace(config, data=f"{source.name} ({len(source)} pairs)")
    if model is None and ":" in config.model:
        raise UsageError(f"{config.model} is a network of your own: give it as model= to fit")
    if model is None:
        return config
    if not isinstance(model, nn.Module):
        name = getattr(model, "__name__", type(model).__name__)
        got = f"the class {name}; write {name}()" if isinstance(model, type) else f"{name}; init takes names"
        raise TypeError(f"model must be an instance of torch.nn.Module, got {got}")
    if config.init:
        raise UsageError("init and model both give the weights; leave one out")
    model = bare(model)
    if not any(parameter.requires_grad for parameter in model.parameters()):
        raise UsageError(f"{type(model).__name__} has no parameter that can be trained (requires_grad)")
    if isinstance(model, Network):
        return replace(config, **options_of(model))
    if config.pretrain_steps or config.optimiser == "muon":
        raise UsageError("pretrain_steps and muon are for FlowNets; take recipe modern or finetune")
    return replace(config, model=f"{type(model).__module__}:{type(model).__qualname__}")


def bare(model: nn.Module) -> nn.Module:
    """Return the network inside of torch.compile and DataParallel, whose names have no prefix."""
    model = getattr(model, "_orig_mod", model)
    return bare(model.module) if isinstance(model, nn.DataParallel) else model


def save_weights(
    model: nn.Module, folder: Path, name: str, config: TrainConfig, step: int, scores: dict, dtype: Any = None
) -> None:
    """Write a FlowNet as ``save_model`` does, of another module the state dict; with the origin."""
    origin, path = metadata(config, step, scores), folder / f"{name}.safetensors"
    if isinstance(model, Network):
        save_model(model, path, origin, dtype=dtype)
    else:
        write_safetensors(path, model.state_dict(), {"format": "pt", "model": config.model, **origin})


def make_network(config: TrainConfig, device: torch.device) -> Network:
    """Make the network of a training, on its device: new weights, or those of ``init`` if they fit."""
    if config.init:
        model = load_model(config.init)
        wrong = [f"{name} {value}" for name, value in options_of(model).items() if getattr(config, name) != value]
        if wrong:
            raise UsageError(
                f"the weights of {config.init} are not those of {config.model} of width {config.width:g}: they have "
                f"{', '.join(wrong)}, which recipe() and the command take by themselves where they are not given"
            )
        return model.to(device)
    with torch.random.fork_rng(devices=[]):  # the caller's generator stays as it is
        torch.manual_seed(config.seed)
        model = NETWORKS[config.model](width=config.width, batch_norm=config.batch_norm)
    return model.to(device, memory_format=torch.channels_last)


class Log:
    """The log of a run in its folder, or in memory; lines from after the progress are removed."""

    def __init__(self, folder: Path | None, progress: Progress, *, tensorboard: bool):
        self.path = folder / LOG if folder else None
        step, self.best, seconds, *_ = progress
        self.rows = [row for row in read_log(folder) if row["step"] <= step] if folder and step else []
        self.started = time.perf_counter() - seconds
        if self.path:
            write_atomically(self.path, "".join(json.dumps(row) + "\n" for row in self.rows).encode())
        self.board = None
        if folder and tensorboard and find_spec("tensorboard"):
            from torch.utils.tensorboard import SummaryWriter

            self.board = SummaryWriter(str(folder / "tensorboard"), purge_step=step or None)

    def write(self, event: str, step: int, **values: object) -> dict:
        """Add an event, with seconds since the run began; NaN and infinity become JSON's null."""
        row = without_nan({"event": event, "step": step, **values, "seconds": self.seconds()})
        self.rows.append(row)
        if self.path:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
        if self.board:
            for name, value in row.items():
                if name not in ("event", "step") and isinstance(value, int | float):
                    self.board.add_scalar(f"{event}/{name}", value, step)
        return row

    @torch.no_grad()
    def show(self, step: int, model: nn.Module, img1: Tensor, img2: Tensor, truth: Tensor, valid: Tensor) -> None:
        """Show first frames, true and predicted flow in TensorBoard, on one scale."""
        predicted = flows_of(model(img1.float() / 255, img2.float() / 255), img1)[-1]
        truth = torch.where(valid[:, None], truth, 0)
        longest = float(truth.square().sum(1).sqrt().max()) or 1.0
        colours = [flow_to_image(flow.float().cpu(), max_flow=longest) for flow in (truth, predicted)]
        row = torch.cat([img1.cpu(), *(torch.as_tensor(c) for c in colours)], dim=-1)
        self.board.add_images("frame 1, truth, prediction", row, step)

    def seconds(self) -> float:
        """Return the seconds since the run began, over all its parts."""
        return round(time.perf_counter() - self.started, 1)

    def close(self) -> None:
        """Finish the files."""
        if self.board:
            self.board.close()


def read_log(folder: str | Path) -> list[dict]:
    """Read the events of a run, each with "event" ("train", ...) and "step", but no last line that was cut off.

    Raises:
        ValueError: If a line is not an event; the message names it.
    """
    path, rows = Path(folder) / LOG, []
    lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
    for number, line in enumerate(lines, start=1):
        if line.endswith(b"\n"):
            try:
                row = json.loads(line)
                rows.append({"event": row["event"], "step": int(row["step"]), **row})
            except (KeyError, TypeError, ValueError) as error:
                damaged = f"{path}, line {number}, is damaged: {line[:60]!r}"
                raise ValueError(f"{damaged}. Delete the line; training resumes without it") from error
    return rows


def snapshot_steps(count: int, steps: int) -> list[int]:
    """Return the steps with a snapshot, in equal ratios from 10 on: weights change fastest early.

    There are fewer than ``count`` where two would be the same.
    """
    return sorted({round(step) for step in np.geomspace(steps, min(10, steps), count)})


def metadata(config: TrainConfig, step: int, results: dict[str, float]) -> dict[str, str]:
    """Return the origin of weights, for the header of their file."""
    ours = config.model in NETWORKS and (not config.init or config.init in shipped())
    data = f"flowlab.chairs version {VERSION}" if config.data == "chairs" else config.data
    return {
        "generator": data if isinstance(data, str) else ", ".join(data),
        "init": config.init,
        "step": str(step),
        "seed": str(config.seed),
        "results": json.dumps(results),
        "licence": LICENCE if config.data == "chairs" and ours else "that of the training data and the network",
    }


def write_card(
    path: Path, config: TrainConfig, rows: Sequence[dict], results: dict[str, float], command: str, about: str
) -> None:
    """Write the card of a finished training, in Markdown.

    ``results`` are errors by name, in pixels; ``about`` describes pairs that are not generated.
    """
    made = f"`flowlab.chairs` version {VERSION}, made on the fly"
    data = about or f"{made}, {config.size[0]} x {config.size[1]}, seed {config.seed}; held-out pairs of another seed"
    before = next((row for row in rows if row["event"] == "before"), None)
    hours = rows[-1]["seconds"] / 3600
    lines = [
        f"# {config.model}" + (f", width {config.width:g}\n" if config.model in NETWORKS else "\n"),
        f"- Trained for {config.steps:,} steps of {config.batch} pairs, {hours:.1f} hours in all.",
        f"- Data: {data}.",
        *([f"- Began with the weights of {config.init}."] if config.init else []),
        f"- Licence: {metadata(config, config.steps, results)['licence']}.",
        f"- Command: `{command}`\n\n## Results\n",
        "End-point error on the held-out pairs, pixels.\n\n| pixels | EPE |\n|---|---|",
        *(f"| {name} | {value:.2f} |" for name, value in results.items()),
        *(
            f"| {name} | {before[key]:.2f} |"
            for name, key in (("epe before the first step", "epe"), ("epe of zero flow", "zero_epe"))
            if before and before[key] is not None
        ),
        "\n## Curves\n",
        *_curves(rows),
        f"\n## Configuration\n\n```json\n{config.as_json()}\n```\n",
    ]
    write_atomically(path, "\n".join(lines).encode())


def _curves(rows: Sequence[dict]) -> list[str]:
    """Make a table of at most twenty rows: mean loss since the last row, last validation error."""
    train = [row for row in rows if row["event"] == "train"]
    scores = [row for row in rows if row["event"] == "validation" and row["epe"] is not None]
    if not train:
        return ["None: the run was too short for a line in its log."]
    table = ["| step | learning rate | loss | held-out EPE |", "|---|---|---|---|"]
    count, before = -(-len(train) // 20), 0
    for part in (train[n : n + count] for n in range(0, len(train), count)):
        last, loss = part[-1], sum(row["loss"] for row in part) / len(part)
        epes = [row["epe"] for row in scores if before < row["step"] <= last["step"]]
        epe = f"{epes[-1]:.2f}" if epes else ""
        table.append(f"| {last['step']} | {last['lr']:.2g} | {loss:.4f} | {epe} |")
        before = last["step"]
    return table
