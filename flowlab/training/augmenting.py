"""From the bytes of a batch to what the network sees: floats, a crop, and what the recipe's augmentation does."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from flowlab.training.config import TrainConfig


class Augmenter:
    """Turn frames in uint8 into floats in [0, 1] and augment them, each sample by its own random numbers.

    Args:
        config: The training; ``augment`` and ``crop`` matter.
    """

    def __init__(self, config: TrainConfig):
        self.seed, self.crop = config.seed, config.crop

    def __call__(
        self, batch: tuple[Tensor, Tensor, Tensor, Tensor], places: Sequence[tuple[int, int]]
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Augment a batch on the device where it lies."""
        from flowlab.training.pairs import chance

        img1, img2, flow, valid = batch
        batch = img1.float() / 255, img2.float() / 255, flow, valid
        return self._cropped(batch, [chance(self.seed, place) for place in places]) if self.crop else batch

    def _cropped(self, batch: tuple[Tensor, ...], generators: list) -> tuple[Tensor, ...]:
        h, w = self.crop
        H, W = batch[0].shape[-2:]
        if (h, w) == (H, W):
            return batch
        corners = [(int(g.integers(H - h + 1)), int(g.integers(W - w + 1))) for g in generators]
        return tuple(
            torch.stack([t[n, ..., y : y + h, x : x + w] for n, (y, x) in enumerate(corners)]) for t in batch
        )
