"""Adam or AdamW with weight decay where the released code has it, and its state by the names of the weights."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from flowlab.training.config import TrainConfig


def decayed(name: str) -> bool:
    """Say whether a parameter is decayed: not biases, not upconvolutions, not the upsampling of flows.

    Example:
        >>> [decayed(name) for name in ("conv1.0.weight", "conv1.0.bias", "deconv5.0.weight")]
        [True, False, False]
    """
    return name.endswith("weight") and not name.startswith(("deconv", "upsampled_flow"))


def make_optimiser(model: nn.Module, config: TrainConfig) -> torch.optim.Optimizer:
    """Make the optimiser of a training.

    Args:
        model: The network, on its device.
        config: The training.

    Returns:
        Adam or AdamW with two groups of parameters, decayed and not.

    Example:
        >>> model = nn.Sequential(nn.Conv2d(1, 1, 3))
        >>> [group["weight_decay"] for group in make_optimiser(model, TrainConfig()).param_groups]
        [0.0004, 0.0]
    """
    groups = [
        {
            "params": [p for name, p in model.named_parameters() if decayed(name) is decay],
            "weight_decay": config.weight_decay if decay else 0.0,
        }
        for decay in (True, False)
    ]
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[config.optimiser]
    return kind(groups, lr=config.lr, betas=tuple(config.betas), fused=True)


def state_by_name(model: nn.Module, optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Give the optimiser's tensors under the names of the parameters they belong to."""
    return {
        f"{name}.{key}": value
        for name, parameter in model.named_parameters()
        for key, value in optimiser.state[parameter].items()
    }


def load_by_name(model: nn.Module, optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put back what ``state_by_name`` gave; before the first step that is nothing."""
    if not tensors:
        return
    for name, parameter in model.named_parameters():
        step = tensors[f"{name}.step"].clone()
        state = {"step": step.to(parameter.device) if parameter.is_cuda else step}
        for key in ("exp_avg", "exp_avg_sq"):
            # In the parameter's own order of memory, channels last or not.
            state[key] = torch.empty_like(parameter).detach().copy_(tensors[f"{name}.{key}"])
        optimiser.state[parameter] = state
