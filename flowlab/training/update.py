"""One update of the weights: what all trainings of this package do at each step."""

from __future__ import annotations

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from flowlab.training.config import TrainConfig
from flowlab.training.loss import multiscale_loss
from flowlab.training.schedule import learning_rate

Batch = tuple[
    Float[Tensor, "B 3 H W"], Float[Tensor, "B 3 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"] | None
]


def update(
    model: nn.Module, optimiser: torch.optim.Optimizer, config: TrainConfig, step: int, batch: Batch
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Make one update.

    Args:
        model: A FlowNet, perhaps wrapped for several ranks.
        optimiser: Of its weights.
        config: The training: its loss, schedule, precision and clipping count here.
        step: Updates made before this one.
        batch: Both images, RGB in [0, 1]; the flow in pixels; and where it is known, None for everywhere. On the
            model's device.

    Returns:
        The loss, and the length of its gradient before it was shortened; neither has been waited for.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> from flowlab.training.optimiser import make_optimiser
        >>> model, config = FlowNetS(width=0.0625), TrainConfig()
        >>> batch = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64), torch.zeros(1, 2, 64, 64), None
        >>> loss, length = update(model, make_optimiser(model, config), config, 0, batch)
        >>> bool(loss > 0), bool(length > 0)
        (True, True)
    """
    img1, img2, flow, valid = batch
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(config, step)
    with torch.autocast(img1.device.type, torch.bfloat16, enabled=config.precision == "bf16"):
        pyramid = model(img1, img2).pyramid
    loss = multiscale_loss(
        pyramid, flow, valid, weights=config.loss_weights, reduction=config.reduction, eps=config.loss_eps
    )
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    length = nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip or math.inf)
    optimiser.step()
    return loss.detach(), length
