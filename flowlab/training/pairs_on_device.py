"""Pairs made where the network is: workers draw them, a few kilobytes each, and the GPU makes their pixels."""

from __future__ import annotations

import os
from functools import lru_cache

import torch
from torch.utils.data import DataLoader, Dataset

from flowlab.chairs import ChairsConfig
from flowlab.chairs.device import Atlas, Compositor, Planned, Tables, pack, plan_pair
from flowlab.chairs.sprites import require_no_camera
from flowlab.kernels import launch
from flowlab.training.augmenting import Batch
from flowlab.training.config import TrainConfig
from flowlab.training.pairs import Batches, TrainPairs, worker_options
from flowlab.training.places import Place, Places
from flowlab.training.ranks import Ranks


def made_there(config: TrainConfig, device: torch.device) -> bool:
    """Say whether the pairs of a training are made on its device.

    Raises:
        ValueError: If they were asked for there and cannot be; the message says why.

    Example:
        >>> made_there(TrainConfig(data_device="auto"), torch.device("cpu"))
        False
    """
    if config.data_device == "cpu":
        return False
    why_not = _why_not(config, device)
    if why_not and config.data_device == "cuda":
        raise ValueError(f"data_device cuda: {why_not}; data_device cpu makes them on the CPU")
    return not why_not


def _why_not(config: TrainConfig, device: torch.device) -> str:
    if device.type != "cuda":
        return f"the training is on {device}, and pairs are made on the GPU that trains"
    if config.data != "chairs":
        return f"the pairs are those of {config.data}, and there is nothing to make"
    if missing := launch.why_not():
        return missing
    try:
        require_no_camera(config.chairs)
    except ValueError as error:
        return str(error)
    return ""


@lru_cache(maxsize=1)
def _atlas(seed: int, size: tuple[int, int], chairs: ChairsConfig, workers: int, progress: bool) -> Atlas:
    """Make the pictures of a seed, or keep those of the training before."""
    return Atlas(seed, size, chairs, workers=workers, progress=progress)


class PlannedPairs(Dataset):
    """What chance decides of sample i of epoch e: the pair that ``TrainPairs`` would make.

    Args:
        pairs: Which pair is which sample.
        atlas: The seed's pictures.
    """

    def __init__(self, pairs: TrainPairs, atlas: Atlas):
        self.pairs, self.atlas = pairs, atlas

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, place: Place) -> tuple[Planned, Place]:
        """Draw a sample."""
        return plan_pair(self.atlas, self.pairs.number(place.epoch, place.index)), place

    def collate(self, samples: list[tuple[Planned, Place]]) -> tuple[Tables, list[Place]]:
        """Pack a batch for the GPU."""
        planned, places = zip(*samples, strict=True)
        tables = pack(self.atlas, planned)
        return tables._replace(data=torch.from_numpy(tables.data)), list(places)


class DeviceBatches:
    """The batches of all steps from ``first`` on, uint8 frames on the device: this rank's share.

    Args:
        config: The training.
        first: Step to begin with.
        here: This process and its device.
        progress: Show a bar while the pictures of the seed are made, before the first batch.
        compositor: What makes the pairs, if there is one already.
    """

    def __init__(
        self,
        config: TrainConfig,
        first: int,
        here: Ranks,
        *,
        progress: bool = False,
        compositor: Compositor | None = None,
    ):
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        if compositor is None:
            atlas = _atlas(config.seed, config.size, config.chairs, cores // here.world - 1, progress)
            compositor = Compositor(atlas, here.device)
        self.compositor = compositor
        planned = PlannedPairs(TrainPairs(config, pixels=False), compositor.atlas)
        loader = DataLoader(
            planned,
            batch_sampler=Places(len(planned), config.batch, range(first, config.steps), here.rank, here.world),
            collate_fn=planned.collate,
            pin_memory=here.device.type == "cuda",
            **worker_options(config.workers),
            generator=torch.Generator(),  # else it draws a number from the caller's
        )
        self._drawn = Batches(loader)

    def __iter__(self) -> DeviceBatches:
        return self

    def __next__(self) -> tuple[Batch, list[Place]]:
        tables, places = next(self._drawn)
        made = self.compositor.make(Tables(*tables), directions=1)
        frames, flow = made.frames, made.flow[:, 0]
        return (frames[:, 0], frames[:, 1], flow, torch.ones_like(made.occlusion[:, 0])), places

    def close(self) -> None:
        """End the workers."""
        self._drawn.close()
