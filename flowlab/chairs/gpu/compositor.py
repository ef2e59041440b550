"""Batches of pairs by chairs.cu, on a GPU, or on the CPU for tests and lessons."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, UInt8
from torch import Tensor

from flowlab.chairs.config import ChairsConfig
from flowlab.chairs.gpu.tables import Tables, pack, plan_pair
from flowlab.chairs.sprites import Atlas
from flowlab.kernels import launch
from flowlab.kernels.launch import LaunchConfig, Run

COLUMNS, ROWS = 32, 8  # of a block, as in chairs.cu; a test compares them


class Made(NamedTuple):
    """A batch of pairs; direction 0 leads from frame 1 to frame 2, direction 1 back."""

    frames: UInt8[Tensor, "B 2 3 H W"]
    flow: Float[Tensor, "B directions 2 H W"]
    occlusion: Bool[Tensor, "B directions H W"]
    layers: UInt8[Tensor, "B 2 H W"]


class Compositor:
    """Make pairs on a device, whose memory holds all sprites and backgrounds of a seed.

    Args:
        atlas: The sprites and backgrounds of a seed.
        device: Where to make pairs.
        run: Launches a kernel; tests pass a function that runs it on the CPU.

    Raises:
        RuntimeError: If the device is a GPU and no kernel can be launched on it.

    Example:
        >>> from flowlab.chairs import ChairsConfig
        >>> atlas = Atlas(0, (48, 64), ChairsConfig(bank=5, shapes=("box",), backgrounds=2))
        >>> Compositor(atlas, torch.device("cpu"), run=lambda config, tensors: None).pairs([0, 7]).frames.shape
        torch.Size([2, 2, 3, 48, 64])
    """

    def __init__(self, atlas: Atlas, device: torch.device, run: Run = launch.run):
        if device.type == "cuda" and (missing := launch.why_not()):
            raise RuntimeError(f"pairs cannot be made on {device}: {missing}")
        self.atlas, self.device, self._run = atlas, device, run
        self.sprites = torch.from_numpy(atlas.sprites).to(device)
        self.backgrounds = torch.from_numpy(atlas.backgrounds).to(device)

    @classmethod
    def of(cls, seed: int, size: tuple[int, int], config: ChairsConfig, device: torch.device) -> Compositor:
        """Make the atlas of a seed, in one process less than there are cores, and a compositor with it."""
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        return cls(Atlas(seed, size, config, workers=cores - 1), device)

    def pairs(self, indices: Sequence[int], *, directions: int = 2) -> Made:
        """Make the pairs of these numbers: those of ``make_pair`` with the atlas' config.

        Args:
            indices: Numbers of pairs.
            directions: 1 for the flow from frame 1 to frame 2 alone, 2 for the flow back as well.
        """
        return self.make(pack(self.atlas, [plan_pair(self.atlas, index) for index in indices]), directions=directions)

    def make(self, tables: Tables, *, directions: int = 2) -> Made:
        """Make the pairs of tables that were packed before, maybe in another process; return before they are done.

        Args:
            tables: The batch.
            directions: As above.
        """
        B, (H, W) = tables.pairs, self.atlas.size
        data = torch.as_tensor(tables.data).to(self.device, non_blocking=True)
        shots, views, placed, courses, moves, shadows = (
            data[start:end] for start, end in zip(tables.starts, tables.starts[1:], strict=False)
        )
        frames = torch.empty(B, 2, 3, H, W, dtype=torch.uint8, device=self.device)
        layers = torch.empty(B, 2, H, W, dtype=torch.uint8, device=self.device)
        flow = torch.empty(B, directions, 2, H, W, device=self.device)
        occlusion = torch.empty(B, directions, H, W, dtype=torch.bool, device=self.device)
        self._run(
            self._config("composite", 2 * B, (*self.backgrounds.shape[1:],)),
            (self.sprites, shadows, self.backgrounds, shots, views, placed, frames, layers),
        )
        config = self._config("flow_and_occlusion", directions * B, (directions,))
        self._run(config, (layers, courses, moves, flow, occlusion))
        return Made(frames, flow, occlusion, layers)

    def _config(self, kernel: str, planes: int, numbers: tuple[int, ...]) -> LaunchConfig:
        H, W = self.atlas.size
        blocks = planes * -(-H // ROWS) * -(-W // COLUMNS)
        return LaunchConfig("chairs.cu", kernel, "", blocks, (COLUMNS, ROWS), 0, (H, W, *numbers))
