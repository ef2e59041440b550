"""The pairs of a training: which one is sample i of epoch e, and a cache so that each is made once and used often."""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from flowlab.chairs import ChairsConfig, make_pair, warm_up
from flowlab.field.forking import start_method, use_one_thread_in_worker
from flowlab.training.augmenting import Augmenter, Batch
from flowlab.training.config import TrainConfig
from flowlab.training.folder import FolderPairs
from flowlab.training.places import Place, Places

AHEAD = 4  # batches that each worker may be ahead
WORKERS_YIELD = 5  # of priority: what a worker makes has time, the step has not
SPRITES_OF_A_PAIR = 5  # about so many chairs of a pair are in sight
Arrays = tuple[Tensor, Tensor, Tensor]  # both frames (2,3,H,W) uint8, flow (2,H,W) float32, valid (H,W) bool


class MadePairs:
    """Pairs made on the fly, by number, without end."""

    def __init__(self, seed: int, size: tuple[int, int], config: ChairsConfig):
        self.seed, self.size, self.config = seed, size, config

    def get(self, number: int) -> Arrays:
        """Make a pair."""
        use_one_thread_in_worker()
        pair = make_pair(self.seed, number, self.size, self.config)
        # Contiguous, as in the ring: sums over another order of memory differ in the last bit.
        frames = torch.from_numpy(np.stack([pair.img1, pair.img2]).transpose(0, 3, 1, 2).copy())
        flow = torch.from_numpy(pair.flow.transpose(2, 0, 1).copy())
        return frames, flow, torch.ones(self.size, dtype=torch.bool)


class TrainPairs(Dataset):
    """Sample i of epoch e, whatever process asks and whatever was asked for before.

    On the fly an epoch has ``cached_pairs`` samples, C, and the pairs of epoch e are numbers e * F to e * F + C - 1
    in a shuffled order, F = C / ``epochs_per_pair``: the oldest F leave after each epoch and F new ones come.
    The pairs in use lie in memory that all workers share, so that a pair is made once. All pairs of a folder are shown
    in each epoch.

    Args:
        config: The training.
        pixels: Whether pairs are made here; else this only says which pair is which sample.

    Example:
        >>> pairs = TrainPairs(TrainConfig(size=(32, 64), crop=(), cached_pairs=4, epochs_per_pair=2, workers=0))
        >>> [sorted(pairs.number(epoch, i) for i in range(4)) for epoch in range(3)]
        [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]
    """

    def __init__(self, config: TrainConfig, *, pixels: bool = True):
        self.seed = config.seed
        if config.data == "chairs":
            self.source = MadePairs(config.seed, config.size, config.chairs)
            self.length, self.fresh = config.cached_pairs, max(1, config.cached_pairs // config.epochs_per_pair)
        else:
            self.source = FolderPairs(config.data)
            self.length, self.fresh = len(self.source), 0
        self._ring = None
        if config.data == "chairs" and config.epochs_per_pair > 1 and pixels:
            # A place in the ring is taken again when its pair has been out of use for longer than workers run ahead.
            epochs_ahead = 2 + math.ceil(config.batch * AHEAD * max(1, config.workers) / self.length)
            self._ring = _Ring(self.length + self.fresh * epochs_ahead, config.size, shared=config.workers > 0)

    def __len__(self) -> int:
        return self.length

    def number(self, epoch: int, i: int) -> int:
        """Say which pair is sample i of an epoch."""
        return epoch * self.fresh + int(_order(self.seed, epoch, self.length)[i])

    def __getitem__(self, place: Place) -> tuple[Tensor, Tensor, Tensor, Place]:
        """Give both frames (2, 3, H, W) uint8, the flow, where it is known, and the place for the augmentation."""
        number = self.number(place.epoch, place.index)
        if self._ring is None:
            return (*self.source.get(number), place)
        found = self._ring.get(number)
        if found is None:
            found = self.source.get(number)
            self._ring.put(number, found)
        return (*found, place)


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, length: int) -> np.ndarray:
    return np.random.default_rng([seed, epoch]).permutation(length)


class _Ring:
    """The pairs in use: pair n lies at place n modulo the capacity. Processes may share it."""

    def __init__(self, capacity: int, size: tuple[int, int], *, shared: bool):
        self.frames = torch.empty(capacity, 2, 3, *size, dtype=torch.uint8)
        self.flow = torch.empty(capacity, 2, *size)
        self.holds = torch.full((capacity,), -1)
        self.valid = torch.ones(size, dtype=torch.bool)
        self.lock = multiprocessing.get_context(start_method()).Lock()
        if shared:
            for tensor in (self.frames, self.flow, self.holds):
                tensor.share_memory_()

    def get(self, number: int) -> Arrays | None:
        place = number % len(self.holds)
        with self.lock:  # also orders the reads after another process's writes
            if self.holds[place] != number:
                return None
        return self.frames[place], self.flow[place], self.valid

    def put(self, number: int, pair: Arrays) -> None:
        # Two processes may write the same pair at a time: they write the same bytes.
        place = number % len(self.holds)
        self.frames[place], self.flow[place] = pair[:2]
        with self.lock:
            self.holds[place] = number


class _Collate:
    """Stack samples to a batch; augment it here, in the worker, when it stays on the CPU."""

    def __init__(self, augment: Augmenter | None):
        self.augment = augment

    def __call__(self, samples: list[tuple]) -> tuple[Batch, list[Place]]:
        frames, flows, valid, places = zip(*samples, strict=True)
        frames = torch.stack(frames)  # (B, 2, 3, H, W)
        batch = frames[:, 0], frames[:, 1], torch.stack(flows), torch.stack(valid)
        return (self.augment(batch, places) if self.augment else batch), list(places)


class Batches:
    """The batches of a loader, whose workers end when this is closed.

    Not when the last reference goes: until then PyTorch raises an error for a worker that died, anywhere in the
    program.
    """

    def __init__(self, loader: DataLoader):
        self._iterator, self._workers = iter(loader), loader.num_workers

    def __iter__(self) -> Batches:
        return self

    def __next__(self) -> tuple[tuple, list[Place]]:
        return next(self._iterator)

    def close(self) -> None:
        """End the workers."""
        if self._workers:
            self._iterator._shutdown_workers()


def batches(
    config: TrainConfig, first: int, *, rank: int = 0, world: int = 1, on_cpu: bool, progress: bool = False
) -> Batches:
    """Give the batches of all steps from ``first`` on: this rank's share, augmented if it stays on the CPU.

    Args:
        config: The training.
        first: Step to begin with.
        rank: Number of this process.
        world: How many processes share a batch.
        on_cpu: Whether the network is on the CPU; otherwise the batch comes as uint8, with the places, to be
            augmented there.
        progress: Show a bar while the chairs of the seed are drawn, before the first batch.

    Returns:
        An iterator over ``(img1, img2, flow, valid), places``; close it.
    """
    pairs = TrainPairs(config)
    to_make = (config.steps - first) * config.batch / config.epochs_per_pair
    shared = not config.workers or start_method() == "fork"  # a worker that is not forked makes the sprites it needs
    if shared and config.data == "chairs" and SPRITES_OF_A_PAIR * to_make > config.chairs.bank:
        # Before the fork, so that workers share the sprites.
        warm_up(config.seed, config.size, config.chairs, progress=progress)
    loader = DataLoader(
        pairs,
        batch_sampler=Places(pairs.length, config.batch, range(first, config.steps), rank, world),
        collate_fn=_Collate(Augmenter(config) if on_cpu else None),
        pin_memory=not on_cpu,
        **worker_options(config.workers),
        generator=torch.Generator(),  # else it draws a number from the caller's
    )
    return Batches(loader)


def worker_options(workers: int) -> dict[str, Any]:
    """Return the arguments of a ``DataLoader`` that concern its workers.

    Example:
        >>> worker_options(0)
        {'num_workers': 0}
    """
    if not workers:
        return {"num_workers": 0}
    return {
        "num_workers": workers,
        "worker_init_fn": begin_worker,
        "prefetch_factor": AHEAD,
        "multiprocessing_context": start_method(),
    }


def begin_worker(worker: int) -> None:
    """Leave it to the main process to be stopped, and the processor to it first."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    if hasattr(os, "nice"):  # not on Windows
        os.nice(WORKERS_YIELD)
