"""Data sets of pairs with known flow, and what happens to them on the way to a network."""

from flowlab.datasets.augment import Augmentation, AugmentConfig, sample_generator
from flowlab.datasets.base import FlowDataset, PairFiles
from flowlab.datasets.flying_chairs import FlyingChairs
from flowlab.datasets.flying_things import FlyingThings3D
from flowlab.datasets.folder import FlowFolder
from flowlab.datasets.kitti import KittiFlow
from flowlab.datasets.middlebury import Middlebury
from flowlab.datasets.sintel import Sintel

__all__ = [
    "AugmentConfig",
    "Augmentation",
    "FlowDataset",
    "FlowFolder",
    "FlyingChairs",
    "FlyingThings3D",
    "KittiFlow",
    "Middlebury",
    "PairFiles",
    "Sintel",
    "sample_generator",
]
