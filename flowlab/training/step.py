"""One training step, from the multiscale end-point error to the update of the weights, and one validation.

The network predicts at 1/4, 1/8, ... 1/64 of the size. At each of these levels the true flow is averaged down to the
same grid, and the error of a pixel is ``sqrt(du^2 + dv^2 + eps)``, in units of 20 pixels of the image at every level.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.amp import GradScaler
from torch.nn import functional as F  # noqa: N812

from flowlab.field import SPEED_BANDS, FlowMetrics, epe_map, resize_flow
from flowlab.models.flownet import FlowOutput
from flowlab.models.layers import half_precision
from flowlab.models.predictor import flows_of
from flowlab.training.config import TrainConfig
from flowlab.training.distributed import DistributedContext
from flowlab.training.optim import learning_rate

UNIT = 20.0  # pixels of the image that the loss calls 1, whatever the network does inside
METRICS = {"epe": "epe"} | {band: f"epe_{band}" for band in SPEED_BANDS}  # log: FlowMetrics
STRIDES = (4, 8, 16, 32, 64)  # of the five levels, finest first
Batch = tuple[
    Float[Tensor, "B 3 H W"], Float[Tensor, "B 3 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"] | None
]


def make_scaler(config: TrainConfig, device: torch.device) -> GradScaler:
    """Scale the loss in float16, where small gradients would be 0; elsewhere do nothing."""
    enabled = config.precision == "bf16" and half_precision(device) == torch.float16
    return GradScaler(device.type, enabled=enabled)


def update(
    model: nn.Module,
    optimiser: torch.optim.Optimizer,
    config: TrainConfig,
    step: int,
    batch: Batch,
    scaler: GradScaler,
) -> tuple[Float[Tensor, ""], Float[Tensor, ""]]:
    """Do one training step: prediction, loss, gradients, and an update of the weights.

    ``step`` steps were done before. The batch has both images, RGB in [0, 1], the flow in pixels, and the mask of known
    pixels or None. Returned are the loss and the norm of its gradient before clipping. Nothing
    waits for the device, except in float16: where gradients overflow, the weights stay, and the
    batch is tried again with half the scale.
    """
    img1, img2, flow, valid = batch
    for group in optimiser.param_groups:
        group["lr"] = learning_rate(config, step)
    half = torch.float16 if scaler.is_enabled() else torch.bfloat16
    with torch.autocast(img1.device.type, half, enabled=config.precision == "bf16"):
        output = model(img1, img2)
    if isinstance(output, FlowOutput):
        options = {"weights": config.loss_weights, "reduction": config.reduction, "eps": config.loss_eps}
        loss = multiscale_loss(output.pyramid, flow, valid, **options)
    else:
        loss = sequence_loss(flows_of(output, img1), flow, valid)
    if not loss.requires_grad:
        raise ValueError("the flow has no gradient: the network detached it, or ran under no_grad")
    optimiser.zero_grad(set_to_none=True)
    scaler.scale(loss).backward()
    scaler.unscale_(optimiser)
    norm = nn.utils.clip_grad_norm_(model.parameters(), config.grad_clip or math.inf)
    scaler.step(optimiser)
    scaler.update()
    if scaler.is_enabled() and not norm.isfinite() and scaler.get_scale() >= 1:  # on all ranks
        return update(model, optimiser, config, step, batch, scaler)
    return loss.detach(), norm


def multiscale_loss(
    pyramid: Sequence[Float[Tensor, "B 2 _ _"]],
    target: Float[Tensor, "B 2 H W"],
    valid: Bool[Tensor, "B H W"] | None = None,
    *,
    weights: Sequence[float] = (0.005, 0.01, 0.02, 0.08, 0.32),
    reduction: str = "sum",
    eps: float = 1e-2,
) -> Float[Tensor, ""]:
    """Measure the weighted error of all levels of a prediction.

    Args:
        pyramid: Five predictions, finest first, each in pixels of its own grid, as a network returns them.
        target: True flow in pixels, at the images' size.
        valid: Where it is known, None for everywhere. Unknown pixels have no gradient.
        weights: Of the levels, finest first.
        reduction: "sum" adds up the pixels of a level (paper, Caffe), so that a fine level, which
            has more of them, counts for more than its weight says; "mean" averages over the known
            pixels of an image. Both average over the batch.
        eps: Epsilon of the Charbonnier loss, in (20 px) squared. With Caffe's 0.01 the loss is
            nearly quadratic for errors up to about 2 px.

    Returns:
        One number, without unit; float32 or what the pyramid has.

    Raises:
        ValueError: If the reduction is unknown, or the numbers of levels and weights differ.

    Source:
        Fischer et al., "FlowNet", section 3; constants of the released solver and prototxts.

    Example:
        >>> flow = torch.zeros(1, 2, 64, 64)
        >>> pyramid = [torch.zeros(1, 2, 64 // s, 64 // s) for s in STRIDES]
        >>> loss = multiscale_loss(pyramid, flow + 20, reduction="mean", weights=(1, 0, 0, 0, 0), eps=0)
        >>> round(float(loss), 4)  # the root of 2: off by 20 px to the right and 20 px down
        1.4142
    """
    if reduction not in ("sum", "mean"):
        raise ValueError(f'reduction must be "sum" or "mean", got {reduction!r}')
    if len(pyramid) != len(weights):
        raise ValueError(f"one weight for each level: got {len(weights)} for {len(pyramid)} levels")
    total = target.new_zeros(())
    truth, known = _known_flow(target, valid, pyramid[0].shape[-2:])
    for n, (flow, stride, weight) in enumerate(zip(pyramid, STRIDES, weights, strict=False)):
        # Each level from the one before it: averages of averages of equal blocks.
        truth, known = (F.avg_pool2d(t, 2 if n else stride) for t in (truth, known))
        off = flow * (stride / UNIT) - truth / known.clamp(min=1e-6)  # (B, 2, h, w)
        # vector_norm, unlike the root, has a gradient at 0.
        error = (off.square().sum(1) + eps).sqrt() if eps else torch.linalg.vector_norm(off, dim=1)
        share = known[:, 0]
        level = (error * share).sum((1, 2))  # (B,)
        if reduction == "mean":
            level = level / share.sum((1, 2)).clamp(min=1e-6)
        total = total + weight * level.mean()
    return total


def sequence_loss(
    flows: Sequence[Float[Tensor, "B 2 _ _"]],
    target: Float[Tensor, "B 2 H W"],
    valid: Bool[Tensor, "B H W"] | None = None,
    *,
    gamma: float = 0.8,
) -> Float[Tensor, ""]:
    """Measure the end-point error in pixels of a flow, or of flows that get better, as RAFT's do.

    Args:
        flows: The best one last. Its weight is 1, that of the one before it ``gamma``, then ``gamma^2``
            and so on. One of a coarser grid is in pixels of that grid (``flowlab.resize_flow``).
        target: True flow in pixels, at the images' size.
        valid: Where it is known, None for everywhere. Unknown pixels have no gradient.
        gamma: Factor from the weight of a flow to that of the flow before it.

    Returns:
        The weighted sum of the errors, each a mean over an image's known pixels, then over the batch.

    Source:
        Teed and Deng, "RAFT", ECCV 2020, equation 7, with the end-point error for the L1 distance.

    Example:
        >>> zero = torch.zeros(1, 2, 8, 8)
        >>> round(float(sequence_loss([zero, zero], zero + 3, gamma=0.5)), 4)  # 4.5 roots of 2
        6.364
    """
    known = torch.ones_like(target[:, 0], dtype=torch.bool) if valid is None else valid
    target, total = torch.where(known[:, None], target, 0), target.new_zeros(())
    for age, flow in enumerate(reversed(flows)):
        flow = flow if flow.shape == target.shape else resize_flow(flow, tuple(target.shape[-2:]))
        errors = (epe_map(flow, target) * known).sum((1, 2)) / known.sum((1, 2)).clamp(min=1)
        total = total + gamma**age * errors.mean()
    return total


def _known_flow(
    target: Float[Tensor, "B 2 H W"], valid: Bool[Tensor, "B H W"] | None, finest: tuple[int, int]
) -> tuple[Float[Tensor, "B 2 _ _"], Float[Tensor, "B 1 _ _"]]:
    """Return the true flow in units of 20 px, 0 where unknown, and the known pixels; both padded."""
    down, right = (side * STRIDES[0] - have for side, have in zip(finest, target.shape[-2:], strict=True))
    known = torch.ones_like(target[:, :1]) if valid is None else valid[:, None].to(target.dtype)
    # Known times flow, not flow alone: what stands at an unknown pixel may be anything, even NaN.
    flow = target / UNIT if valid is None else torch.where(valid[:, None], target, 0) / UNIT
    return tuple(F.pad(t, (0, right, 0, down)) if down or right else t for t in (flow, known))


@torch.no_grad()
def validate(model: Callable, batches: Iterable[tuple[Tensor, ...]], ctx: DistributedContext) -> dict[str, float]:
    """Measure the METRICS in pixels, on batches with uint8 images, over the ranks; NaN for a band without pixels."""
    metrics = FlowMetrics()
    for img1, img2, flow, valid in batches:
        images = img1.float() / 255, img2.float() / 255
        metrics.update(flows_of(model(*images), img1)[-1], flow, valid)
    metrics.totals = ctx.total(metrics.totals).cpu()
    found = metrics.compute()
    return {name: round(found[f"{metric}_over_pixels"], 4) for name, metric in METRICS.items()}
