"""The network of a training, and its checkpoints.

A checkpoint is one safetensors file, written in one step: after a kill at any moment, the old one or the new one is
there. It holds the weights, the optimiser's state by the names of the weights, the step, and the configuration. That
is enough to resume with the same bits: the learning rate is a function of the step, the random numbers of a sample are
a function of its epoch and index, and nothing is drawn from a global generator.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from safetensors import torch as safetensors
from torch import nn

from flowlab._disk import write_atomically
from flowlab.models import Network, load_model
from flowlab.models.weights import NETWORKS, read_safetensors
from flowlab.training.config import TrainConfig, same_run
from flowlab.training.optim import load_by_name, state_by_name

CHECKPOINT = "checkpoint.safetensors"
FORMAT = "1"


class Position(NamedTuple):
    """The progress of a training: steps done, the lowest validation error so far in pixels, and seconds spent."""

    step: int = 0
    best: float = float("inf")
    seconds: float = 0.0


def save_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, position: Position, config: TrainConfig
) -> None:
    """Write the checkpoint of a run; the old one is replaced when the new one is complete.

    Raises:
        OSError: If it cannot be written; the old one is then untouched.
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
    write_atomically(folder / CHECKPOINT, [safetensors.save(tensors, header)])


def load_checkpoint(
    folder: Path, model: nn.Module, optimiser: torch.optim.Optimizer, config: TrainConfig
) -> Position | None:
    """Restore the model and the optimiser from the checkpoint of a run.

    Returns:
        The position, or None if the folder has no checkpoint.

    Raises:
        ValueError: If the checkpoint is of another run, or cannot be read.
    """
    path = folder / CHECKPOINT
    if not path.exists():
        return None
    try:
        tensors, header = read_safetensors(path)
    except ValueError as error:
        raise ValueError(f"cannot read the checkpoint {path}: {error.__cause__}; remove it to begin anew") from error
    if header.get("flowlab-checkpoint") != FORMAT:
        raise ValueError(f"{path} is not a checkpoint of this version of flowlab; use another folder")
    different = same_run(header["config"], config)
    if different:
        raise ValueError(
            f"{folder} holds another run: {'; '.join(different)}. Use another folder; --init {path} begins there with "
            "the weights of this one"
        )
    model.load_state_dict(_part(tensors, "model."))
    load_by_name(model, optimiser, _part(tensors, "optimiser."))
    return Position(int(header["step"]), float(header["best"]), float(header["seconds"]))


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def make_network(config: TrainConfig, device: torch.device) -> Network:
    """Make the network of a training, on its device, channels last: new weights, or those of ``init``.

    Raises:
        ValueError: If the weights of ``init`` do not fit the network.
        OSError: If they cannot be read.

    Example:
        >>> one, two = (make_network(TrainConfig(width=0.125, seed=s), torch.device("cpu")) for s in (3, 3))
        >>> torch.equal(one.conv1[0].weight, two.conv1[0].weight)
        True
    """
    with torch.random.fork_rng(devices=[]):  # the caller's generator stays as it is
        torch.manual_seed(config.seed)
        model = NETWORKS[config.model](width=config.width, batch_norm=config.batch_norm)
    if config.init:
        try:
            model.load_state_dict(_initial_weights(config.init))
        except RuntimeError as error:
            reason = str(error).splitlines()[1].strip()
            raise ValueError(
                f"the weights of {config.init} are not those of {config.model} of width {config.width:g}: {reason}"
            ) from error
    return model.to(device, memory_format=torch.channels_last)


def _initial_weights(name: str) -> dict[str, torch.Tensor]:
    """Read the weights of a checkpoint, of another file of weights, or of a network that is shipped."""
    if Path(name).suffix == ".safetensors" and Path(name).exists():
        tensors, header = read_safetensors(Path(name))
        if "flowlab-checkpoint" in header:
            return _part(tensors, "model.")
    return load_model(name).state_dict()
