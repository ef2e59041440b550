"""From the bytes of a batch to what the network sees: floats in [0, 1], augmented as the recipe says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from torch import Tensor

from flowlab.datasets.augment import (
    CAFFE,
    MILD,
    PAPER,
    Augmentation,
    AugmentConfig,
    PhotometricConfig,
    SpatialConfig,
    sample_generator,
    uniform,
)
from flowlab.training.config import TrainConfig
from flowlab.training.places import Place

NOTHING = AugmentConfig(
    spatial=SpatialConfig(uniform(-0.5, 0.5), "frame width"),  # the crop may be anywhere
    relative_spatial=SpatialConfig(),
    photometric=PhotometricConfig(),
    relative_photometric=PhotometricConfig(),
    noise=uniform(0, 0),
)
# Each pair four times, as itself and mirrored: what is still stays still, unlike in the others.
FLIPS = replace(NOTHING, spatial=replace(NOTHING.spatial, flip_x=0.5, flip_y=0.5))
PRESETS = {"paper": PAPER, "caffe": CAFFE, "mild": MILD, "flips": FLIPS, "none": NOTHING}

Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # img1, img2 (B,3,H,W), flow (B,2,H,W), valid (B,H,W)


class Augmenter:
    """Augment batches, each sample by the random numbers of its own epoch and place.

    Args:
        config: The training; ``augment``, ``crop`` and ``seed`` matter.
    """

    def __init__(self, config: TrainConfig):
        self.seed = config.seed
        self.augmentation = Augmentation(replace(PRESETS[config.augment], size=tuple(config.crop) or None))
        self.idle = config.augment == "none" and not config.crop

    def __call__(self, batch: Batch, places: Sequence[Place]) -> Batch:
        """Augment a batch of uint8 frames on the device where it lies."""
        img1, img2, flow, valid = batch
        if self.idle:
            return img1.float() / 255, img2.float() / 255, flow, valid
        generators = [sample_generator(self.seed, place.epoch, place.index) for place in places]
        return self.augmentation(img1, img2, flow, valid, generators, step=places[0].step)
