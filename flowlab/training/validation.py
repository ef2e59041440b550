"""Held-out pairs, and how far off a network is on them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from flowlab.chairs import make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.field import SPEED_BANDS
from flowlab.training.config import TrainConfig
from flowlab.training.folder import held_out_in
from flowlab.training.ranks import Ranks

BATCH = 8


class HeldOut:
    """Pairs that no training sees: of another seed, with other chairs, of the same kind and size.

    Args:
        config: The training.
        here: This process: it takes every ``world``-th pair.
    """

    def __init__(self, config: TrainConfig, here: Ranks):
        self.here = here
        # Frames (2,3,H,W) uint8, flow (2,H,W), valid (H,W).
        self.pairs: list[tuple[Tensor, Tensor, Tensor]] = []
        count = config.validate_pairs
        if config.data != "chairs":
            count = min(count, len(held_out_in(config.data)))
        for number in range(here.rank, count, here.world):
            self.pairs.append(self._pair(config, number))

    def _pair(self, config: TrainConfig, number: int) -> tuple[Tensor, Tensor, Tensor]:
        if config.data != "chairs":
            return held_out_in(config.data).get(number)
        pair = make_pair(VALIDATION_SEED, number, config.size, config.chairs)
        frames = torch.from_numpy(np.stack([pair.img1, pair.img2])).permute(0, 3, 1, 2)
        return frames, torch.from_numpy(pair.flow).permute(2, 0, 1), torch.ones(config.size, dtype=torch.bool)

    def batches(self) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
        """Give frame 1 and 2, the flow, and where it is known, as a network takes them."""
        for n in range(0, len(self.pairs), BATCH):
            frames, flow, valid = (
                torch.stack(t).to(self.here.device) for t in zip(*self.pairs[n : n + BATCH], strict=True)
            )
            yield frames[:, 0].float() / 255, frames[:, 1].float() / 255, flow, valid

    @torch.no_grad()
    def score(self, model: nn.Module | None) -> dict[str, float]:
        """Measure the mean end-point error, over all pixels and by speed; None scores a flow of zero.

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
        sums = self.here.total(sums).cpu()
        return {name: float(total / count) for name, (total, count) in zip(bands, sums, strict=True)}
