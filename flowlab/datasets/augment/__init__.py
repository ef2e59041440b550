"""Augmentation that keeps the flow true: for each frame one transform, drawn once and applied once."""

from flowlab.datasets.augment.augmentation import Augmentation, sample_generator
from flowlab.datasets.augment.config import (
    CAFFE,
    MILD,
    PAPER,
    AugmentConfig,
    Law,
    LightConfig,
    Ramp,
    ViewConfig,
    normal,
    uniform,
)
from flowlab.datasets.augment.views import view_flow, view_matrix

__all__ = [
    "CAFFE",
    "MILD",
    "PAPER",
    "AugmentConfig",
    "Augmentation",
    "Law",
    "LightConfig",
    "Ramp",
    "ViewConfig",
    "normal",
    "sample_generator",
    "uniform",
    "view_flow",
    "view_matrix",
]
