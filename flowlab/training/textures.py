"""Sliding textures, on which a network learns to match before it meets chairs.

A network that begins with chairs finds out first that most pixels hardly move, says zero everywhere, and stays there: a
narrow FlowNetC for thousands of steps, and a FlowNetS with whatever is far. Where nothing but patches that slide is to
be seen there is one thing to learn: to compare. A FlowNetS learns it from near to far: at full reach from the outset
it learns nothing at all, and once it can follow 4 pixels, 6 are no great step. A FlowNetC has what goes far before its
eyes from the first, and begins with that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm

from flowlab.training.config import recipe
from flowlab.training.optimiser import make_optimiser
from flowlab.training.update import update

FINEST = 4  # pixels between the random values of a texture; to these come coarser ones, at 8 and 16
REACH = 40  # pixels, in each direction
FIRST_REACH, GROWS = 4, 0.8  # where the reach begins, and the part of the steps in which it grows
PATCHES = 6  # on the ground of a pair
RADII = (6, 48)  # pixels, of their half axes before they are stretched
SIDE, BATCH = 128, 8
RECIPE = recipe("laptop")  # how it is learnt: all but the data is a laptop's training


def sliding(
    count: int, rng: torch.Generator, *, patches: int = 0, reach: float | int = REACH, power: int = 1, side: int = SIDE
) -> tuple[Float[Tensor, "B 3 side side"], Float[Tensor, "B 3 side side"], Float[Tensor, "B 2 side side"]]:
    """Draw pairs of textured grounds and patches, each of which slides its own way by whole pixels.

    Args:
        count: B, how many.
        rng: A generator on the CPU.
        patches: Ellipses on the ground, each in front of those before it.
        reach: Farthest way in each direction, in pixels.
        power: A way is ``reach`` times this power of what is uniform in -1 to 1: 1 for all ways alike, 2 for more
            short ones.
        side: Of the square pictures, in pixels.

    Returns:
        Both pictures, RGB in [0, 1], and the flow in pixels.

    Example:
        >>> img1, img2, flow = sliding(1, torch.Generator().manual_seed(2), reach=4, side=16)
        >>> u, v = (int(t) for t in flow[0, :, 0, 0])
        >>> u, v, torch.equal(img1[..., 4:12, 4:12], img2[..., 4 + v : 12 + v, 4 + u : 12 + u])
        (1, 2, True)
    """
    margin = math.ceil(reach)
    sheet = _sheet(2 * (side + margin), rng)

    def slid() -> tuple[Tensor, Tensor, Tensor]:
        share = 2 * torch.rand(count, 2, generator=rng) - 1
        way = (reach * share.sign() * share.abs() ** power).round().long()
        return *_cut(sheet, way, margin, side, rng), way[..., None, None].float()

    img1, img2, way = slid()
    flow = way.expand(-1, -1, side, side)
    rows, columns = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    for _ in range(patches):
        near1, near2, way = slid()
        centre = torch.rand(count, 2, 1, 1, generator=rng) * side
        radius = RADII[0] + (RADII[1] - RADII[0]) * torch.rand(count, 1, 1, generator=rng).square()
        stretch = 0.5 + torch.rand(count, 1, 1, generator=rng)
        inside = []
        for x, y in (centre.unbind(1), (centre + way).unbind(1)):
            inside.append((((columns - x) * stretch) ** 2 + ((rows - y) / stretch) ** 2 < radius**2)[:, None])
        img1, img2 = torch.where(inside[0], near1, img1), torch.where(inside[1], near2, img2)
        flow = torch.where(inside[0], way, flow)
    return img1, img2, flow


def _sheet(side: int, rng: torch.Generator) -> Float[Tensor, "3 side side"]:
    """Draw a texture to cut pictures from."""
    small = -(-side // FINEST)
    sheet = torch.zeros(1, 3, small, small)
    for cell in (1, 2, 4):
        grain = torch.randn(1, 3, small // cell + 1, small // cell + 1, generator=rng)
        sheet += 0.15 * F.interpolate(grain, scale_factor=cell, mode="bicubic")[..., :small, :small]
    return 0.5 + F.interpolate(sheet, scale_factor=FINEST, mode="bicubic")[0, :, :side, :side]


def _cut(
    sheet: Tensor, way: Int[Tensor, "B 2"], margin: int, side: int, rng: torch.Generator
) -> tuple[Float[Tensor, "B 3 side side"], Float[Tensor, "B 3 side side"]]:
    """Cut pictures from a sheet, each tinted, and each once more as it looks when it has gone its way."""
    count = len(way)
    corner = torch.randint(margin, sheet.shape[-1] - side - margin + 1, (count, 2), generator=rng)
    tint = 0.4 * torch.rand(count, 3, 1, 1, generator=rng) - 0.2
    return tuple(
        torch.stack([sheet[:, y : y + side, x : x + side] for x, y in place.tolist()]).add_(tint).clamp_(0, 1)
        for place in (corner, corner - way)
    )


def lessons(name: str, steps: int, seed: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Give the batches of ``learn_to_match`` for a network of this name."""
    rng = torch.Generator().manual_seed(seed)
    for step in range(steps):
        if name == "flownetc":
            # Its correlation looks in steps of 16 pixels: from what goes less far it learns nothing.
            yield sliding(BATCH, rng)
        else:
            grown = FIRST_REACH + (REACH - FIRST_REACH) * min(1.0, step / (GROWS * steps))
            yield sliding(BATCH, rng, patches=PATCHES, reach=grown, power=2)


def learn_to_match(
    model: nn.Module,
    steps: int,
    *,
    seed: int = 0,
    precision: str = "fp32",
    stopped: Callable[[], bool] | None = None,
    progress: bool = False,
) -> bool:
    """Train a network on sliding textures, by Muon and one cycle of the learning rate.

    FlowNetS meets patches whose reach grows, FlowNetC grounds that slide as a whole, as far as they may.

    The same seed trains the same weights. Muon's averages are left behind: the training that follows starts its own.

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
    config = replace(RECIPE, steps=steps, precision=precision)
    optimiser = make_optimiser(model, config)
    model.train()
    drawn = lessons(model.name, steps, seed)
    for step, batch in enumerate(tqdm(drawn, "sliding textures", steps, unit="step", disable=not progress)):
        if stopped and stopped():
            return False
        update(model, optimiser, config, step, (*(t.to(device) for t in batch), None))
    return True
