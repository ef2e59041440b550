"""A checkpoint is one safetensors file, written in one step: after any kill the one before it or the new one is there.

It holds the weights, Adam's averages by the names of the weights, the step, and the whole configuration. Nothing else
is needed to go on exactly: the learning rate is a function of the step, a sample's random numbers are those of its
epoch and place, and nothing is drawn from a global generator.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors import torch as safetensors
from torch import nn

from flowlab.field._disk import write_atomically
from flowlab.training.config import TrainConfig, same_run
from flowlab.training.optimiser import load_by_name, state_by_name

NAME = "checkpoint.safetensors"
FORMAT = "1"


@dataclass(frozen=True)
class Position:
    """Where a training stands.

    Attributes:
        step: Updates made.
        best: Lowest end-point error of a validation so far, in pixels; infinity before the first.
        seconds: Time spent on them.
    """

    step: int = 0
    best: float = float("inf")
    seconds: float = 0.0


def save_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, position: Position, config: TrainConfig
) -> None:
    """Write the checkpoint of a run; what stood there is replaced when all of the new one is on the disk.

    Raises:
        OSError: If it cannot be written; the one before is then untouched.
    """
    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    tensors |= {f"optimiser.{name}": value for name, value in state_by_name(model, optimiser).items()}
    header = {
        "flowlab-checkpoint": FORMAT,
        "step": str(position.step),
        "best": repr(position.best),
        "seconds": repr(position.seconds),
        "config": config.as_json(),
    }
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    write_atomically(folder / NAME, [safetensors.save(tensors, header)])


def load_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, config: TrainConfig
) -> Position | None:
    """Put model and optimiser where the checkpoint of a run stands.

    Returns:
        The position, or None if the folder has no checkpoint.

    Raises:
        ValueError: If the checkpoint is of another run, or cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return None
    try:
        with safe_open(path, framework="pt") as file:
            header = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except SafetensorError as error:
        raise ValueError(f"cannot read the checkpoint {path}: {error}; remove it to begin anew") from error
    if header.get("flowlab-checkpoint") != FORMAT:
        raise ValueError(f"{path} is no checkpoint of this version of flowlab; use another folder")
    different = same_run(header["config"], config)
    if different:
        raise ValueError(
            f"{folder} holds another run: {'; '.join(different)}. Use another folder, "
            f"or begin there from this one's weights with --init {folder / NAME}"
        )
    parts = {"model": {}, "optimiser": {}}
    for name, tensor in tensors.items():
        part, _, rest = name.partition(".")
        parts[part][rest] = tensor
    model.load_state_dict(parts["model"])
    load_by_name(model, optimiser, parts["optimiser"])
    return Position(int(header["step"]), float(header["best"]), float(header["seconds"]))


def weights_in(path: Path) -> dict[str, torch.Tensor] | None:
    """Give the weights of a checkpoint, or None if the file is something else.

    Raises:
        ValueError: If it cannot be read.
    """
    try:
        with safe_open(path, framework="pt") as file:
            if "flowlab-checkpoint" not in (file.metadata() or {}):
                return None
            names = [name for name in file.keys() if name.startswith("model.")]  # noqa: SIM118 - no dict
            return {name.removeprefix("model."): file.get_tensor(name) for name in names}
    except SafetensorError as error:
        raise ValueError(f"cannot read {path} as safetensors: {error}") from error
