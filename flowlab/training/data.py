"""The batches of a training: which pair is sample i of epoch e, who makes it, and its augmentation.

The order is a function of the seed, the epoch and the sample's number. So a run that is resumed,
with any number of workers and processes, gets the samples that it would have got.

On the CPU, workers make the pairs and augment them. On a GPU, workers draw the parameters of each
pair, a few kilobytes, and the GPU makes and augments the pixels.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import groupby, islice

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from flowlab._disk import UsageError
from flowlab.chairs import pair_tensors, warm_up
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.chairs.gpu import Atlas, Compositor, Tables, pack
from flowlab.chairs.pair import draw_plan
from flowlab.chairs.texture import fingerprint
from flowlab.datasets import augment
from flowlab.datasets.augment import AugmentConfig, PhotometricConfig, SpatialConfig, uniform
from flowlab.field.forking import start_method, usable_cores
from flowlab.kernels import launch
from flowlab.training.config import TrainConfig
from flowlab.training.distributed import DistributedContext
from flowlab.training.sources import Item, PairError, Split, open_pairs

PREFETCH = 4  # batches that each worker makes in advance
VALIDATION_BATCH = 8
VALIDATION_PIXELS = 2**21  # of the pairs that are validated at a time
NICENESS = 5  # lower the workers' priority below the training step's
SPRITES_PER_PAIR = 5  # about so many chairs of a pair are in sight
NOTHING = AugmentConfig(
    spatial=SpatialConfig(uniform(-0.5, 0.5), "frame width"),  # the crop may be anywhere
    relative_spatial=SpatialConfig(),
    photometric=PhotometricConfig(),
    relative_photometric=PhotometricConfig(),
    noise=uniform(0, 0),
)
# Each pair as itself and mirrored. Pixels that do not move still do not, unlike with the others.
FLIPS = replace(NOTHING, spatial=replace(NOTHING.spatial, flip_x=0.5, flip_y=0.5))
PRESETS = {"paper": augment.PAPER, "caffe": augment.CAFFE, "mild": augment.MILD, "flips": FLIPS, "none": NOTHING}

Batch = tuple[Tensor, Tensor, Tensor, Tensor]  # items with a first axis; augmented images are in [0, 1]


def files_of(config: TrainConfig, pairs: Split | None) -> str:
    """Describe the files that a training reads: number, hash of names, sizes and a few flows."""
    if pairs is None:
        return config.chairs.photographs and fingerprint(config.chairs.photographs)
    paths = [path for pair in pairs.files for path in (pair.img1, pair.img2, pair.flow)]
    said = [f"{path.name} {path.stat().st_size}" for path in paths]
    digest = hashlib.sha256("\n".join([str(len(pairs.train)), *said]).encode())
    for pair in pairs.files[:: max(1, len(pairs.files) // 3)]:
        digest.update(pair.flow.read_bytes())
    return f"{len(said)} files, hash {digest.hexdigest()[:16]}" if said else ""


def _generate(config: TrainConfig, seed: int, number: int) -> Item:
    frames, flow = pair_tensors(seed, number, config.size, config.chairs)
    return *frames, flow, torch.ones(config.size, dtype=torch.bool)


class CachedPairs:
    """Pairs made once and kept for all processes, pair n in slot n modulo the capacity."""

    def __init__(self, make: Callable[[int], Item], capacity: int, size: tuple[int, int], *, shared: bool):
        images = [torch.empty(capacity, 3, *size, dtype=torch.uint8) for _ in range(2)]
        self.make, self.slots = make, (*images, torch.empty(capacity, 2, *size))
        self.holds, self.valid = torch.full((capacity,), -1), torch.ones(size, dtype=torch.bool)
        self.lock = multiprocessing.get_context(start_method()).Lock()
        for tensor in (*self.slots, self.holds) if shared else ():
            tensor.share_memory_()

    def __call__(self, number: int) -> Item:
        """Return a pair; make it if it is not there."""
        slot = number % len(self.holds)
        with self.lock:  # also orders the reads after another process's writes
            found = self.holds[slot] == number
        if not found:  # two processes may write the same pair at a time: they write the same bytes
            for kept, made in zip(self.slots, self.make(number), strict=False):
                kept[slot] = made
            with self.lock:
                self.holds[slot] = number
        return *(kept[slot] for kept in self.slots), self.valid


class HeldOut:
    """This rank's part of the pairs to validate on, in batches of one size, on its device. No training uses them.

    Generated pairs are kept. Those of data sets, which may be large, are read anew each time; if there are more than
    ``validate_pairs``, these are spread evenly over all.
    """

    def __init__(self, config: TrainConfig, ctx: DistributedContext, pairs: Split | None = None):
        self.make = pairs.held_out.__getitem__ if pairs else partial(_generate, config, VALIDATION_SEED)
        whole = len(pairs.held_out) if pairs else config.validate_pairs
        self.count, self.device = min(whole, config.validate_pairs), ctx.device
        self.numbers = [n * whole // self.count for n in range(ctx.rank, self.count, ctx.world)]
        self.kept = None if pairs else list(self._batches())

    def __iter__(self) -> Iterator[Batch]:
        return self._batches() if self.kept is None else iter(self.kept)

    def _batches(self) -> Iterator[Batch]:
        for (H, W), alike in groupby(map(self.make, self.numbers), key=lambda item: item[3].shape):
            while batch := list(islice(alike, max(1, min(VALIDATION_BATCH, VALIDATION_PIXELS // (H * W))))):
                yield tuple(part.to(self.device) for part in stacked(batch))


def stacked(items: Sequence[Item]) -> Batch | list[Item]:
    """Make a batch of items, if they have one size."""
    if len({item[0].shape for item in items}) > 1:
        return list(items)
    return tuple(torch.stack(parts) for parts in zip(*items, strict=True))


class TrainBatches(Dataset):
    """The batch of each step, of one rank, whatever process asks and whatever was asked for before.

    Samples are numbered through: step s takes numbers s * batch to (s + 1) * batch - 1, of which each rank takes its
    part, and number n is sample n modulo L of epoch n // L, where L is the length of an epoch.

    Of generated pairs an epoch has ``cached_pairs`` samples, C: the pairs e * F to e * F + C - 1 in a shuffled order,
    with F = C / ``epochs_per_pair``. So the oldest F leave after each epoch and F new ones come. The pairs in use lie
    in memory that all workers share, so that a pair is made once. All pairs of data sets are shown in each epoch.

    With an ``atlas``, the seed's pictures, a batch is the parameters from which the GPU makes it.
    Without ``augments`` the batches are not augmented: ``augmented`` does it later, on a GPU.

    Example:
        >>> config = TrainConfig(size=(32, 64), crop=(), cached_pairs=4, epochs_per_pair=2, batch=3, workers=0)
        >>> data = TrainBatches(config)
        >>> data.samples(1)  # epoch, number in the epoch
        [(0, 3), (1, 0), (1, 1)]
        >>> [sorted(data.number(epoch, i) for i in range(4)) for epoch in range(3)]
        [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]
    """

    def __init__(
        self,
        config: TrainConfig,
        rank: int = 0,
        world: int = 1,
        *,
        pairs: Split | None = None,
        atlas: Atlas | None = None,
        augments: bool = True,
    ):
        self.seed, self.share, self.rank, self.world = config.seed, config.batch // world, rank, world
        self.atlas, self.augments = atlas, augments
        self.unchanged = config.augment == "none" and not config.crop
        self.augmentation = augment.Augmentation(replace(PRESETS[config.augment], size=tuple(config.crop) or None))
        pairs = pairs or open_pairs(config)
        if pairs:
            self.make, self.length, self.fresh = pairs.train.__getitem__, len(pairs.train), 0
        else:
            self.make, self.length = partial(_generate, config, config.seed), config.cached_pairs
            self.fresh = max(1, self.length // config.epochs_per_pair)
        if atlas is not None:
            self.make = partial(draw_plan, atlas)
        elif self.fresh and config.epochs_per_pair > 1:
            # A slot is used again when its pair has been idle for longer than workers prefetch.
            epochs_ahead = 2 + math.ceil(config.batch * PREFETCH * max(1, config.workers) / self.length)
            capacity = self.length + self.fresh * epochs_ahead
            self.make = CachedPairs(self.make, capacity, config.size, shared=config.workers > 0)

    def samples(self, step: int) -> list[tuple[int, int]]:
        """Return the samples of a step: the epoch of each, and its number in the epoch."""
        first = (step * self.world + self.rank) * self.share
        return [divmod(n, self.length) for n in range(first, first + self.share)]

    def number(self, epoch: int, i: int) -> int:
        """Return the number of the pair that is sample i of an epoch."""
        return epoch * self.fresh + int(_order(self.seed, epoch, self.length)[i])

    def __getitem__(self, step: int) -> Batch | list[Item] | Tables | PairError:
        try:
            items = [self.make(self.number(*sample)) for sample in self.samples(step)]
        except PairError as error:  # not raised here: from a worker it would come with a traceback of the loader
            return error
        if self.atlas is not None:
            return pack(self.atlas, items)
        return self.augmented(step, stacked(items)) if self.augments else stacked(items)

    def augmented(self, step: int, batch: Batch | list[Item]) -> Batch:
        """Augment the batch of a step on its own device, each sample with its own random numbers.

        Items of different sizes are cropped: to the size of the crops, or to the largest that fits into all.
        """
        generators = [augment.sample_generator(self.seed, *sample) for sample in self.samples(step)]
        if not isinstance(batch[0], Tensor):
            least = tuple(torch.tensor([item[3].shape for item in batch]).amin(0).tolist())
            size = self.augmentation.config.size or least
            cut = augment.Augmentation(replace(self.augmentation.config, size=size))
            each = (
                cut(*(part[None] for part in item), [rng], step=step)
                for item, rng in zip(batch, generators, strict=True)
            )
            return tuple(torch.cat(parts) for parts in zip(*each, strict=True))
        img1, img2, flow, valid = batch
        if self.unchanged:
            return img1.float() / 255, img2.float() / 255, flow, valid
        return self.augmentation(img1, img2, flow, valid, generators, step=step)


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, length: int) -> np.ndarray:
    return np.random.default_rng([seed, epoch]).permutation(length)


class Batches:
    """The batches of all steps from ``first`` on, augmented, on the device of ``ctx``: img1, img2, flow, valid.

    Close it: PyTorch raises an error anywhere in the program for a worker that died, until they have ended.
    ``progress`` shows a bar while the chairs of the seed are drawn. A ``compositor`` makes the
    pairs. It is an error if ``data_device`` is "cuda" and the device cannot make the pairs.
    """

    def __init__(
        self,
        config: TrainConfig,
        first: int,
        ctx: DistributedContext,
        *,
        pairs: Split | None = None,
        progress: bool = False,
        compositor: Compositor | None = None,
    ):
        on_cpu = ctx.device.type == "cpu"
        if compositor is None and made_on_gpu(config, ctx.device):
            workers = usable_cores() // ctx.world - 1
            atlas = _atlas(config.seed, config.size, config.chairs, workers=workers, progress=progress)
            compositor = Compositor(atlas, ctx.device)
        # If a run needs most sprites, they are made before workers are forked, which then share them.
        needed = SPRITES_PER_PAIR * (config.steps - first) * config.batch / config.epochs_per_pair
        shared = not config.workers or start_method() == "fork"
        if compositor is None and config.data == "chairs" and shared and needed > config.chairs.bank:
            warm_up(config.seed, config.size, config.chairs, progress=progress)
        atlas, augments = compositor and compositor.atlas, on_cpu and compositor is None
        self.data = TrainBatches(config, ctx.rank, ctx.world, pairs=pairs, atlas=atlas, augments=augments)
        self.steps, self.compositor = iter(range(first, config.steps)), compositor
        self.device = ctx.device
        self._loader = DataLoader(
            self.data,
            batch_size=None,  # an item is a batch
            sampler=range(first, config.steps),
            pin_memory=not on_cpu,
            num_workers=config.workers,
            prefetch_factor=PREFETCH if config.workers else None,
            multiprocessing_context=start_method() if config.workers else None,
            worker_init_fn=_begin_worker,
            generator=torch.Generator(),  # else it draws a number from the caller's
        )
        self._iterator = iter(self._loader)

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> Batch:
        drawn, step = next(self._iterator), next(self.steps)
        if isinstance(drawn, PairError):
            raise drawn
        if self.compositor:
            made = self.compositor.make(drawn)
            batch = made.frames[:, 0], made.frames[:, 1], made.flow, torch.ones_like(made.occlusion)
        elif not isinstance(drawn[0], Tensor):  # items of several sizes
            batch = [tuple(t.to(self.device, non_blocking=True) for t in item) for item in drawn]
        else:
            batch = tuple(t.to(self.device, non_blocking=True) for t in drawn)
        return batch if self.data.augments else self.data.augmented(step, batch)

    def close(self) -> None:
        """End the workers."""
        if self._loader.num_workers:
            self._iterator._shutdown_workers()


_atlas = lru_cache(maxsize=1)(Atlas)  # a second training on the same pairs takes the same pictures


def _begin_worker(worker: int) -> None:
    """Leave signals to the main process, and lower this worker's priority."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)


def made_on_gpu(config: TrainConfig, device: torch.device) -> bool:
    """Whether a training's pairs are made on its device; ValueError if they must be and cannot."""
    if device.type != "cuda":
        why_not = f"the training is on {device}, and pairs are made on the GPU that trains"
    elif config.data != "chairs":
        why_not = f"the pairs are those of {config.data}, and there is nothing to make"
    else:
        why_not = launch.why_not()
    if why_not and config.data_device == "cuda":
        raise UsageError(f"data_device cuda: {why_not}; data_device cpu makes them on the CPU")
    return config.data_device != "cpu" and not why_not
