"""A generator of Flying Chairs: pairs of images with exact flow, from a seed."""

from flowlab.chairs.config import LESSONS, VERSION, ChairsConfig
from flowlab.chairs.dataset import ChairsStream, pair_tensors, write_dataset
from flowlab.chairs.motion import HeavyTailed, MotionConfig
from flowlab.chairs.pair import make_pair
from flowlab.chairs.scene import Layer, Sample, composite
from flowlab.chairs.sprites import warm_up

__all__ = [
    "LESSONS",
    "VERSION",
    "ChairsConfig",
    "ChairsStream",
    "HeavyTailed",
    "Layer",
    "MotionConfig",
    "Sample",
    "composite",
    "make_pair",
    "pair_tensors",
    "warm_up",
    "write_dataset",
]
