"""One training step, and one validation on held-out pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from flowlab.field import SPEED_BANDS
from flowlab.training.config import TrainConfig
from flowlab.training.data import held_out_pairs
from flowlab.training.distributed import DistributedContext
from flowlab.training.loss import multiscale_loss
from flowlab.training.optim import learning_rate

VALIDATION_BATCH = 8

Batch = tuple[
    Float[Tensor, "B 3 H W"], Float[Tensor, "B 3 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"] | None
]


def update(
    model: nn.Module, optimiser: torch.optim.Optimizer, config: TrainConfig, step: int, batch: Batch
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Do one training step: prediction, loss, gradients, and an update of the weights.

    Args:
        model: A FlowNet, perhaps wrapped for several ranks.
        optimiser: Of its weights.
        config: The training; its loss, schedule, precision and gradient clipping matter here.
        step: Steps done before this one.
        batch: Both images, RGB in [0, 1]; the flow in pixels; and the mask of known pixels, None if all are known. On
            the model's device.

    Returns:
        The loss, and the norm of its gradient before clipping, as tensors: nothing waits for the device.

    Example:
        >>> from flowlab.models import FlowNetS
        >>> from flowlab.training.optim import make_optimiser
        >>> model, config = FlowNetS(width=0.0625), TrainConfig()
        >>> batch = torch.rand(1, 3, 64, 64), torch.rand(1, 3, 64, 64), torch.zeros(1, 2, 64, 64), None
        >>> loss, norm = update(model, make_optimiser(model, config), config, 0, batch)
        >>> bool(loss > 0), bool(norm > 0)
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
    norm = nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip or math.inf)
    optimiser.step()
    return loss.detach(), norm


class Validator:
    """Measures the error on held-out pairs, which no training uses: another seed, the same configuration and size.

    Args:
        config: The training.
        ctx: This process, which takes every ``world``-th pair.
    """

    def __init__(self, config: TrainConfig, ctx: DistributedContext):
        self.ctx = ctx
        pairs, count = held_out_pairs(config)
        self.pairs = [pairs.get(number) for number in range(ctx.rank, count, ctx.world)]

    def batches(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Yield both images, the flow and the mask of known pixels, as a network takes them."""
        for n in range(0, len(self.pairs), VALIDATION_BATCH):
            frames, flow, valid = (
                torch.stack(t).to(self.ctx.device) for t in zip(*self.pairs[n : n + VALIDATION_BATCH], strict=True)
            )
            yield frames[:, 0].float() / 255, frames[:, 1].float() / 255, flow, valid

    @torch.no_grad()
    def score(self, model: nn.Module | None) -> dict[str, float]:
        """Measure the mean end-point error, over all pixels and by speed; None measures zero flow.

        Returns:
            Pixels by "epe" and by the bands' names; NaN for a band without pixels.
        """
        bands = {"epe": (0.0, math.inf), **SPEED_BANDS}
        sums = torch.zeros(len(bands), 2, dtype=torch.float64)
        for img1, img2, flow, valid in self.batches():
            guess = torch.zeros_like(flow) if model is None else model(img1, img2).flow
            error, speed = ((t**2).sum(1).sqrt() for t in (guess - flow, flow))
            for n, (low, high) in enumerate(bands.values()):
                inside = valid & (speed >= low) & (speed < high)
                sums[n] += torch.stack([error[inside].double().sum(), inside.double().sum()]).cpu()
        sums = self.ctx.total(sums).cpu()
        return {name: float(total / count) for name, (total, count) in zip(bands, sums, strict=True)}
