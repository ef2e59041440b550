"""Pretraining on sliding textures, where a network learns to match before it sees chairs.

A network that begins with chairs first learns that most pixels hardly move, and predicts zero everywhere. A narrow
FlowNetC stays there for thousands of steps, and a FlowNetS does so for large motions. In a pair of sliding patches
there is only one thing to learn, to compare. FlowNetS learns it with a curriculum from small to large motions: with
40 pixels from the first step it learns nothing, but after 4 pixels it learns 6. The correlation of FlowNetC sees large
motions from the first step, so it begins with them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812
from tqdm import tqdm

from flowlab.training.config import recipe
from flowlab.training.optim import make_optimiser
from flowlab.training.step import make_scaler, update

FINEST = 4  # pixels between the random values of a texture; to these come coarser ones, at 8 and 16
REACH = 40  # longest motion along each axis, in pixels
FIRST_REACH, GROWS = 4, 0.8  # reach at the first step, and the part of the steps in which it grows
PATCHES = 6  # on the ground of a pair
RADII = (6, 48)  # pixels, of their half axes before they are stretched
SIDE, BATCH = 128, 8
RECIPE = recipe("laptop")  # everything but the data is as in this recipe


def sliding_pairs(
    count: int, rng: torch.Generator, *, patches: int = 0, reach: float = REACH, power: int = 1, side: int = SIDE
) -> tuple[Float[Tensor, "B 3 side side"], Float[Tensor, "B 3 side side"], Float[Tensor, "B 2 side side"]]:
    """Draw pairs of textured backgrounds with patches, each moving by whole pixels of its own.

    A motion along an axis is ``reach`` pixels times the ``power`` of a number uniform in [-1, 1]: 1
    makes all motions equally likely, 2 makes short ones more likely. Patches are ellipses, each in
    front of those before it. Images are RGB in [0, 1], flow is in pixels.

    Example:
        >>> img1, img2, flow = sliding_pairs(1, torch.Generator().manual_seed(2), reach=4, side=16)
        >>> u, v = (int(t) for t in flow[0, :, 0, 0])
        >>> u, v, torch.equal(img1[..., 4:12, 4:12], img2[..., 4 + v : 12 + v, 4 + u : 12 + u])
        (1, 2, True)
    """
    margin = math.ceil(reach)
    sheet = _sheet(2 * (side + margin), rng)

    def slid() -> tuple[Tensor, Tensor, Tensor]:
        """Cut images from the sheet, each tinted, and each once more after its motion."""
        share = 2 * torch.rand(count, 2, generator=rng) - 1
        way = (reach * share.sign() * share.abs() ** power).round().long()
        corner = torch.randint(margin, sheet.shape[-1] - side - margin + 1, (count, 2), generator=rng)
        tint = 0.4 * torch.rand(count, 3, 1, 1, generator=rng) - 0.2
        frames = (
            torch.stack([sheet[:, y : y + side, x : x + side] for x, y in place.tolist()]).add_(tint).clamp_(0, 1)
            for place in (corner, corner - way)
        )
        return *frames, way[..., None, None].float()

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
            square = ((columns - x) * stretch) ** 2 + ((rows - y) / stretch) ** 2
            inside.append((square < radius**2)[:, None])
        img1, img2 = torch.where(inside[0], near1, img1), torch.where(inside[1], near2, img2)
        flow = torch.where(inside[0], way, flow)
    return img1, img2, flow


def _sheet(side: int, rng: torch.Generator) -> Float[Tensor, "3 side side"]:
    """Draw a texture to cut images from."""
    small = -(-side // FINEST)
    sheet = torch.zeros(1, 3, small, small)
    for cell in (1, 2, 4):
        grain = torch.randn(1, 3, small // cell + 1, small // cell + 1, generator=rng)
        sheet += 0.15 * F.interpolate(grain, scale_factor=cell, mode="bicubic")[..., :small, :small]
    return 0.5 + F.interpolate(sheet, scale_factor=FINEST, mode="bicubic")[0, :, :side, :side]


def curriculum(name: str, steps: int, seed: int) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield the batches of ``learn_to_match``, for FlowNetS patches with motions that grow."""
    rng = torch.Generator().manual_seed(seed)
    for step in range(steps):
        if name == "flownetc":
            # Backgrounds alone. Its correlation has steps of 16 pixels, and needs such motions.
            yield sliding_pairs(BATCH, rng)
        else:
            grown = FIRST_REACH + (REACH - FIRST_REACH) * min(1.0, step / (GROWS * steps))
            yield sliding_pairs(BATCH, rng, patches=PATCHES, reach=grown, power=2)


def learn_to_match(
    model: nn.Module,
    steps: int,
    *,
    seed: int = 0,
    precision: str = "fp32",
    stopped: Callable[[], bool] | None = None,
    progress: bool = False,
) -> bool:
    """Train a network on sliding textures, with Muon and a one-cycle learning rate.

    The same seed trains the same weights. The training that follows starts with a new optimiser.

    Args:
        model: A FlowNetS or FlowNetC, on the device that trains.
        steps: Steps, of 8 pairs of 128 x 128 pixels each.
        seed: Of the textures.
        precision: "fp32" or "bf16", as in TrainConfig.
        stopped: Called before each step, if given; True ends the training there.
        progress: Show a bar.

    Returns:
        Whether all steps were done. If not, the weights are half trained.

    Example:
        >>> from flowlab.models import FlowNetC
        >>> learn_to_match(FlowNetC(width=0.0625, batch_norm=True), 1)
        True
    """
    device = next(model.parameters()).device
    config = replace(RECIPE, steps=steps, precision=precision)
    optimiser, scaler = make_optimiser(model, config), make_scaler(config, device)
    model.train()
    drawn = curriculum(model.name, steps, seed)
    bar = tqdm(drawn, "sliding textures", steps, unit="step", disable=not progress)
    for step, batch in enumerate(bar):
        if stopped and stopped():
            return False
        update(model, optimiser, config, step, (*(t.to(device) for t in batch), None), scaler)
    return True
