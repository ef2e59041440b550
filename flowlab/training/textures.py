"""Sliding textures, on which a FlowNetC learns to match before it meets chairs.

A narrow FlowNetC that begins with chairs finds out first that most pixels hardly move, says zero everywhere, and stays
there for thousands of steps. Where nothing but a slide is to be seen there is one thing to learn: to compare.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm

from flowlab.training.loss import STRIDES

CELLS = (4, 8, 16)  # pixels between the random values of a texture, from fine to coarse
REACH = 40  # pixels, in each direction
SIDE, BATCH = 128, 8
FASTEST = 4e-3  # learning rate


def sliding(
    count: int, rng: torch.Generator, *, reach: int = REACH, side: int = SIDE
) -> tuple[Float[Tensor, "B 3 side side"], Float[Tensor, "B 3 side side"], Float[Tensor, "B 2 1 1"]]:
    """Draw pairs of textures that slide as a whole, by whole pixels.

    Args:
        count: B, how many.
        rng: A generator on the CPU.
        reach: Farthest way in each direction, in pixels.
        side: Of the square pictures, in pixels.

    Returns:
        Both pictures, RGB in [0, 1], and the flow in pixels, the same at each pixel.

    Example:
        >>> img1, img2, flow = sliding(1, torch.Generator().manual_seed(0), reach=4, side=16)
        >>> u, v = (int(t) for t in flow.flatten())
        >>> u, v, torch.equal(img1[..., 4:12, 4:12], img2[..., 4 + v : 12 + v, 4 + u : 12 + u])
        (2, 3, True)
    """
    size = side + 2 * reach
    texture = torch.full((count, 3, size, size), 0.5)
    for cell in CELLS:
        grain = torch.randn(count, 3, size // cell + 2, size // cell + 2, generator=rng)
        texture += 0.15 * F.interpolate(grain, scale_factor=cell, mode="bicubic")[..., :size, :size]
    texture.clamp_(0, 1)
    flow = torch.randint(-reach, reach + 1, (count, 2), generator=rng)
    img2 = [t[:, reach - v :, reach - u :][:, :side, :side] for t, (u, v) in zip(texture, flow.tolist(), strict=True)]
    img1 = texture[..., reach : reach + side, reach : reach + side]
    return img1, torch.stack(img2), flow[..., None, None].float()


def learn_to_match(
    model: nn.Module,
    steps: int,
    *,
    seed: int = 0,
    precision: str = "fp32",
    stopped: Callable[[], bool] | None = None,
    progress: bool = False,
) -> bool:
    """Train a network on sliding textures, by Adam and one cycle of the learning rate.

    The same seed trains the same weights. Adam's averages are left behind: the training that follows starts its own.

    Args:
        model: A FlowNetS or FlowNetC, where it is to be trained.
        steps: Updates of the weights, 8 pairs of 128 x 128 pixels each.
        seed: Of the textures.
        precision: "fp32", or "bf16" for autocast.
        stopped: Asked before each step, if given, whether to leave off.
        progress: Show a bar.

    Returns:
        Whether it went through. If not, the weights are half trained.

    Example:
        >>> from flowlab.models import FlowNetC
        >>> learn_to_match(FlowNetC(width=0.0625, batch_norm=True), 1)
        True
    """
    device = next(model.parameters()).device
    rng = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.Adam(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, FASTEST, total_steps=steps)
    model.train()
    for _ in tqdm(range(steps), desc="sliding textures", unit="step", disable=not progress):
        if stopped and stopped():
            return False
        img1, img2, flow = (t.to(device) for t in sliding(BATCH, rng))
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
            pyramid = model(img1, img2).pyramid
        # All levels alike: the coarse ones see the whole slide, and it is the same everywhere.
        loss = sum((s * said.float() - flow).norm(dim=1).mean() for s, said in zip(STRIDES, pyramid, strict=True))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
    return True
