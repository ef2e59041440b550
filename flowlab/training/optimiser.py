"""Adam, AdamW or Muon, with weight decay where the released code has it, and its state by the names of the weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from flowlab.training.config import TrainConfig
from flowlab.training.muon import Muon

KEYS = ("step", "exp_avg", "exp_avg_sq", "momentum")  # of a parameter's state: the first three Adam's, the last Muon's


def decayed(name: str) -> bool:
    """Say whether a parameter is decayed: not biases, not upconvolutions, not the upsampling of flows.

    Example:
        >>> [decayed(name) for name in ("conv1.0.weight", "conv1.0.bias", "deconv5.0.weight")]
        [True, False, False]
    """
    return name.endswith("weight") and not name.startswith(("deconv", "upsampled_flow"))


def turned(name: str) -> bool:
    """Say whether a parameter is Muon's: weights of convolutions, but not of those that say a flow.

    Example:
        >>> [turned(name) for name in ("conv1.0.weight", "deconv5.0.weight", "conv1.0.bias", "predict_flow2.weight")]
        [True, True, False, False]
    """
    # conv1.0.weight is a convolution's; conv1.1.weight would be its batch normalisation's.
    return name.endswith(".0.weight") and name.startswith(("conv", "deconv"))


def make_optimiser(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """Make the optimiser of a training.

    Args:
        model: The network, on its device.
        config: The training.

    Returns:
        Adam or AdamW with two groups of parameters, decayed and not; Muon with two for its matrices, all of them
        decayed, and one for the rest, which is not.

    Example:
        >>> model = nn.Sequential(nn.Conv2d(1, 1, 3))
        >>> [group["weight_decay"] for group in make_optimiser(model, TrainConfig()).param_groups]
        [0.0004, 0.0]
    """
    named = list(model.named_parameters())
    if config.optimiser == "muon":
        return Muon(_for_muon(named, config.weight_decay), lr=config.lr, betas=tuple(config.betas))
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimiser]
    groups = [
        {
            "params": [parameter for name, parameter in named if decayed(name) is decay],
            "weight_decay": config.weight_decay if decay else 0.0,
        }
        for decay in (True, False)
    ]
    return kind(groups, lr=config.lr, betas=tuple(config.betas), fused=True)


def _for_muon(named: list[tuple[str, nn.Parameter]], weight_decay: float | int) -> list[dict]:
    """Give convolutions and upconvolutions, which Muon turns and decays, and the rest, which it does neither to."""
    groups: list[dict] = [
        {"params": [], "matrices": True, "outputs": 0, "weight_decay": weight_decay},
        {"params": [], "matrices": True, "outputs": 1, "weight_decay": weight_decay},
        {"params": [], "matrices": False, "weight_decay": 0.0},
    ]
    for name, parameter in named:
        place = 2 if not turned(name) else 1 if name.startswith("deconv") else 0
        groups[place]["params"].append(parameter)
    return groups


def state_by_name(model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Give the optimiser's tensors under the names of the parameters they belong to."""
    return {
        f"{name}.{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimiser.state[parameter].items()
    }


def load_by_name(model: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put back what ``state_by_name`` gave; before the first step that is nothing.

    Raises:
        ValueError: If nothing is there for a parameter.
    """
    if not tensors:
        return
    for name, parameter in model.named_parameters():
        state = {}
        for key in KEYS:
            value = tensors.get(f"{name}.{key}")
            if key == "step" and value is not None:
                state[key] = value.clone().to(parameter.device) if parameter.is_cuda else value.clone()
            elif value is not None:  # in the parameter's own order of memory, channels last or not
                state[key] = torch.empty_like(parameter).detach().copy_(value)
        if not state:
            raise ValueError(f"the checkpoint has nothing of the optimiser for {name}; remove it to begin anew")
        optimiser.state[parameter] = state
