"""The batches of a training, from the CPU or the GPU, augmented as the network takes them.

On the CPU, workers make the pairs and augment them. On a GPU, workers draw the parameters of each pair, a few
kilobytes, and the GPU makes and augments the pixels.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from flowlab.chairs import ChairsConfig, warm_up
from flowlab.chairs.gpu import Atlas, Compositor, Tables, pack
from flowlab.chairs.pair import Plan, draw_plan
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
from flowlab.field.forking import start_method
from flowlab.kernels import launch
from flowlab.training.config import TrainConfig
from flowlab.training.data import PREFETCH, ResumableSampler, SampleId, TrainPairs
from flowlab.training.distributed import DistributedContext

NICENESS = 5  # lower the workers' priority below the training step's
SPRITES_PER_PAIR = 5  # about so many chairs of a pair are in sight
NOTHING = AugmentConfig(
    spatial=SpatialConfig(uniform(-0.5, 0.5), "frame width"),  # the crop may be anywhere
    relative_spatial=SpatialConfig(),
    photometric=PhotometricConfig(),
    relative_photometric=PhotometricConfig(),
    noise=uniform(0, 0),
)
# Each pair four times, as itself and mirrored. Pixels that do not move still do not, unlike with the others.
FLIPS = replace(NOTHING, spatial=replace(NOTHING.spatial, flip_x=0.5, flip_y=0.5))
PRESETS = {"paper": PAPER, "caffe": CAFFE, "mild": MILD, "flips": FLIPS, "none": NOTHING}

Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # img1, img2 (B,3,H,W), flow (B,2,H,W), valid (B,H,W)


class Augmenter:
    """Augments batches, each sample with the random numbers of its own epoch and index.

    Args:
        config: The training; ``augment``, ``crop`` and ``seed`` matter.
    """

    def __init__(self, config: TrainConfig):
        self.seed = config.seed
        self.augmentation = Augmentation(replace(PRESETS[config.augment], size=tuple(config.crop) or None))
        self.idle = config.augment == "none" and not config.crop

    def __call__(self, batch: Batch, samples: Sequence[SampleId]) -> Batch:
        """Augment a batch of uint8 frames on its own device; the result is in [0, 1]."""
        img1, img2, flow, valid = batch
        if self.idle:
            return img1.float() / 255, img2.float() / 255, flow, valid
        generators = [sample_generator(self.seed, sample.epoch, sample.index) for sample in samples]
        return self.augmentation(img1, img2, flow, valid, generators, step=samples[0].step)


class Batches:
    """The batches of a loader, whose workers end when this is closed.

    Not when the last reference goes: until then PyTorch raises an error for a worker that died, anywhere in the
    program.
    """

    def __init__(self, loader: DataLoader):
        self._iterator, self._workers = iter(loader), loader.num_workers

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> tuple[tuple, list[SampleId]]:
        return next(self._iterator)

    def close(self) -> None:
        """End the workers."""
        if self._workers:
            self._iterator._shutdown_workers()


def batches(config: TrainConfig, first: int, ctx: DistributedContext, *, progress: bool = False) -> Batches:
    """Make the batches of all steps from ``first`` on: this rank's share.

    Args:
        config: The training.
        first: Step to begin with.
        ctx: This process and its device. For the CPU, batches come augmented; for a GPU they come as uint8, with the
            samples' ids, to be augmented there.
        progress: Show a bar while the chairs of the seed are drawn, before the first batch.

    Returns:
        An iterator over ``(img1, img2, flow, valid), samples``; close it.
    """
    pairs = TrainPairs(config)
    to_make = (config.steps - first) * config.batch / config.epochs_per_pair
    shared = not config.workers or start_method() == "fork"  # a worker that is not forked makes the sprites it needs
    if shared and config.data == "chairs" and SPRITES_PER_PAIR * to_make > config.chairs.bank:
        # Before the fork, so that workers share the sprites.
        warm_up(config.seed, config.size, config.chairs, progress=progress)
    return Batches(_loader(config, pairs, first, ctx, _Collate(Augmenter(config) if ctx.on_cpu else None)))


class _Collate:
    """Stacks samples to a batch; augments it here, in the worker, if it stays on the CPU."""

    def __init__(self, augment: Augmenter | None):
        self.augment = augment

    def __call__(self, found: list[tuple]) -> tuple[Batch, list[SampleId]]:
        frames, flows, valid, samples = zip(*found, strict=True)
        frames = torch.stack(frames)  # (B, 2, 3, H, W)
        batch = frames[:, 0], frames[:, 1], torch.stack(flows), torch.stack(valid)
        return (self.augment(batch, samples) if self.augment else batch), list(samples)


def _loader(
    config: TrainConfig, pairs: TrainPairs | PlannedPairs, first: int, ctx: DistributedContext, collate: Callable
) -> DataLoader:
    return DataLoader(
        pairs,
        batch_sampler=ResumableSampler(len(pairs), config.batch, range(first, config.steps), ctx.rank, ctx.world),
        collate_fn=collate,
        pin_memory=not ctx.on_cpu,
        **_worker_options(config.workers),
        generator=torch.Generator(),  # else it draws a number from the caller's
    )


def _worker_options(workers: int) -> dict[str, Any]:
    if not workers:
        return {"num_workers": 0}
    return {
        "num_workers": workers,
        "worker_init_fn": begin_worker,
        "prefetch_factor": PREFETCH,
        "multiprocessing_context": start_method(),
    }


def begin_worker(worker: int) -> None:
    """Leave signals to the main process, and lower this worker's priority."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)


def made_on_gpu(config: TrainConfig, device: torch.device) -> bool:
    """Whether the pairs of a training are made on its device.

    Raises:
        ValueError: If ``data_device`` is "cuda" and the device cannot make them; the message says why.

    Example:
        >>> made_on_gpu(TrainConfig(data_device="auto"), torch.device("cpu"))
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
    return launch.why_not()


@lru_cache(maxsize=1)
def _atlas(seed: int, size: tuple[int, int], chairs: ChairsConfig, workers: int, progress: bool) -> Atlas:
    """Make the pictures of a seed, or keep those of the training before."""
    return Atlas(seed, size, chairs, workers=workers, progress=progress)


class PlannedPairs(Dataset):
    """The random parameters of sample i of epoch e: those of the pair that ``TrainPairs`` would make.

    Args:
        pairs: Which pair is which sample.
        atlas: The seed's pictures.
    """

    def __init__(self, pairs: TrainPairs, atlas: Atlas):
        self.pairs, self.atlas = pairs, atlas

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, sample: SampleId) -> tuple[Plan, SampleId]:
        """Draw a sample."""
        return draw_plan(self.atlas, self.pairs.number(sample.epoch, sample.index)), sample

    def collate(self, drawn: list[tuple[Plan, SampleId]]) -> tuple[Tables, list[SampleId]]:
        """Pack a batch for the GPU."""
        plans, samples = zip(*drawn, strict=True)
        return pack(self.atlas, plans), list(samples)


class DeviceBatches:
    """The batches of all steps from ``first`` on, uint8 frames on the device: this rank's share.

    Args:
        config: The training.
        first: Step to begin with.
        ctx: This process and its device.
        progress: Show a bar while the pictures of the seed are made, before the first batch.
        compositor: What makes the pairs, if there is one already.
    """

    def __init__(
        self,
        config: TrainConfig,
        first: int,
        ctx: DistributedContext,
        *,
        progress: bool = False,
        compositor: Compositor | None = None,
    ):
        if compositor is None:
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            atlas = _atlas(config.seed, config.size, config.chairs, cores // ctx.world - 1, progress)
            compositor = Compositor(atlas, ctx.device)
        self.compositor = compositor
        planned = PlannedPairs(TrainPairs(config, pixels=False), compositor.atlas)
        self._drawn = Batches(_loader(config, planned, first, ctx, planned.collate))

    def __iter__(self) -> DeviceBatches:
        return self

    def __next__(self) -> tuple[Batch, list[SampleId]]:
        tables, samples = next(self._drawn)
        made = self.compositor.make(Tables(*tables), directions=1)
        frames, flow = made.frames, made.flow[:, 0]
        return (frames[:, 0], frames[:, 1], flow, torch.ones_like(made.occlusion[:, 0])), samples

    def close(self) -> None:
        """End the workers."""
        self._drawn.close()
