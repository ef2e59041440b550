"""The network of a training: drawn from its seed, or from weights that there are."""

from __future__ import annotations

from pathlib import Path

import torch

from flowlab.models import FlowNetC, FlowNetS, Network, load_model
from flowlab.training.checkpoint import weights_in
from flowlab.training.config import TrainConfig

KINDS = {"flownets": FlowNetS, "flownetc": FlowNetC}


def make_network(config: TrainConfig, device: torch.device) -> Network:
    """Make the network of a training, on its device, channels last.

    Raises:
        ValueError: If the weights of ``init`` are of another network.
        OSError: If they cannot be read.

    Example:
        >>> one, two = (make_network(TrainConfig(width=0.125, seed=s), torch.device("cpu")) for s in (3, 3))
        >>> torch.equal(one.conv1[0].weight, two.conv1[0].weight)
        True
    """
    with torch.random.fork_rng(devices=[]):  # the caller's generator goes on as if nothing had been drawn
        torch.manual_seed(config.seed)
        model = KINDS[config.model](width=config.width, batch_norm=config.batch_norm)
    if config.init:
        _fill(model, config)
    return model.to(device, memory_format=torch.channels_last)


def _fill(model: Network, config: TrainConfig) -> None:
    path = Path(config.init)
    weights = weights_in(path) if path.suffix and path.exists() else None
    if weights is None:
        weights = load_model(config.init).state_dict()
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        reason = str(error).splitlines()[1].strip()
        raise ValueError(
            f"the weights of {config.init} are not those of {config.model} of width {config.width:g}: {reason}"
        ) from error
