"""Data sets of pairs with known flow, and their augmentation."""

from flowlab.datasets import augment, samples
from flowlab.datasets.augment import Augmentation, AugmentConfig, sample_generator
from flowlab.datasets.base import FlowDataset, PairFiles
from flowlab.datasets.benchmarks import HD1K, KittiFlow, Middlebury, Sintel
from flowlab.datasets.training_sets import FlowFolder, FlyingChairs, FlyingThings3D

__all__ = [
    "HD1K",
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
    "augment",
    "sample_generator",
    "samples",
]
