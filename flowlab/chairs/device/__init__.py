"""Pairs made where the network is: chance on the CPU, pixels by chairs.cu on the GPU, pictures resident there."""

from flowlab.chairs.device.compositor import Compositor, Made
from flowlab.chairs.device.tables import Planned, Tables, pack, plan_pair
from flowlab.chairs.sprites import BACKGROUNDS, Atlas

__all__ = ["BACKGROUNDS", "Atlas", "Compositor", "Made", "Planned", "Tables", "pack", "plan_pair"]
