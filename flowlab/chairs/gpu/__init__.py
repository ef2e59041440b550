"""Pairs made on the GPU: the CPU draws random parameters, chairs.cu makes the pixels from sprites in GPU memory."""

from flowlab.chairs.gpu.compositor import Compositor, Made
from flowlab.chairs.gpu.tables import Planned, Tables, pack, plan_pair
from flowlab.chairs.sprites import BACKGROUNDS, Atlas

__all__ = ["BACKGROUNDS", "Atlas", "Compositor", "Made", "Planned", "Tables", "pack", "plan_pair"]
