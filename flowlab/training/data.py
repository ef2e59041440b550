"""The pairs of a training: which pair is sample i of epoch e, and a cache so that each is made once and used often.

The order is a function of the seed, the epoch and the sample's number. So a run that is resumed, with any number of
workers and processes, gets the samples that it would have got.
"""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol, runtime_checkable

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from flowlab.chairs import ChairsConfig, pair_tensors
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.datasets import FlyingChairs
from flowlab.field.forking import start_method
from flowlab.training.config import TrainConfig

PREFETCH = 4  # batches that each worker makes in advance
Arrays = tuple[Tensor, Tensor, Tensor]  # both frames (2,3,H,W) uint8, flow (2,H,W) float32, valid (H,W) bool


class SampleId(NamedTuple):
    """Which sample of a training it is.

    Attributes:
        step: The step that it is for.
        epoch: Its epoch.
        index: Its number within the epoch.
    """

    step: int
    epoch: int
    index: int


class ResumableSampler:
    """The samples of each step, for one rank: a batch sampler for a DataLoader that can begin at any step.

    Samples are numbered through: step s takes numbers s * batch to (s + 1) * batch - 1, and number n is sample
    n modulo length of epoch n // length. Each rank takes its part of them.

    Args:
        length: Samples in an epoch.
        batch: Pairs in a step, over all ranks.
        steps: The steps.
        rank: This process.
        world: Number of processes.

    Example:
        >>> [[tuple(sample) for sample in samples] for samples in ResumableSampler(3, 2, range(1, 3))]
        [[(1, 0, 2), (1, 1, 0)], [(2, 1, 1), (2, 1, 2)]]
    """

    def __init__(self, length: int, batch: int, steps: range, rank: int = 0, world: int = 1):
        self.length, self.batch, self.steps, self.rank, self.world = length, batch, steps, rank, world

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[list[SampleId]]:
        share = self.batch // self.world
        for step in self.steps:
            first = step * self.batch + self.rank * share
            yield [SampleId(step, *divmod(n, self.length)) for n in range(first, first + share)]


@runtime_checkable
class Pairs(Protocol):
    """Pairs by number."""

    def get(self, number: int) -> Arrays:
        """Return a pair: frames (2, 3, H, W) uint8, flow (2, H, W), the mask of known pixels (H, W)."""
        ...


class GeneratedPairs:
    """Generated pairs, without end."""

    def __init__(self, seed: int, size: tuple[int, int], config: ChairsConfig):
        self.seed, self.size, self.config = seed, size, config

    def get(self, number: int) -> Arrays:
        """Make a pair."""
        return *pair_tensors(self.seed, number, self.size, self.config), torch.ones(self.size, dtype=torch.bool)


class FolderPairs:
    """The pairs of a folder in the layout of Flying Chairs.

    Args:
        root: The folder.
        split: "train", or "val" for held-out pairs.

    Raises:
        FileNotFoundError: If there is no such folder, or no file that says which pairs are held out.

    Example:
        >>> import tempfile
        >>> from flowlab.chairs import write_dataset
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     root = write_dataset(folder, count=2, size=(32, 48), progress=False)
        ...     len(FolderPairs(root, "val"))
        1
    """

    def __init__(self, root: str | Path, split: str):
        self.files = FlyingChairs(root, split)

    def __len__(self) -> int:
        return len(self.files)

    def get(self, number: int) -> Arrays:
        """Read a pair."""
        img1, img2, flow, valid = (torch.from_numpy(array) for array in self.files.read(number))
        return torch.stack([img1, img2]).permute(0, 3, 1, 2).contiguous(), flow.permute(2, 0, 1).contiguous(), valid


def held_out_pairs(config: TrainConfig) -> tuple[Pairs, int]:
    """Return the pairs to validate on, which no training uses, and their number."""
    if config.data == "chairs":
        return GeneratedPairs(VALIDATION_SEED, config.size, config.chairs), config.validate_pairs
    pairs = FolderPairs(config.data, "val")
    return pairs, min(config.validate_pairs, len(pairs))


class TrainPairs(Dataset):
    """Sample i of epoch e, whatever process asks and whatever was asked for before.

    Of generated pairs an epoch has ``cached_pairs`` samples, C: the pairs e * F to e * F + C - 1 in a shuffled order,
    with F = C / ``epochs_per_pair``. So the oldest F leave after each epoch and F new ones come. The pairs in use lie
    in memory that all workers share, so that a pair is made once. All pairs of a folder are shown in each epoch.

    Args:
        config: The training.
        pixels: Whether pairs are made here; False only tells which pair is which sample.

    Example:
        >>> pairs = TrainPairs(TrainConfig(size=(32, 64), crop=(), cached_pairs=4, epochs_per_pair=2, workers=0))
        >>> [sorted(pairs.number(epoch, i) for i in range(4)) for epoch in range(3)]
        [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]]
    """

    def __init__(self, config: TrainConfig, *, pixels: bool = True):
        self.seed = config.seed
        if config.data == "chairs":
            self.source = GeneratedPairs(config.seed, config.size, config.chairs)
            self.length, self.fresh = config.cached_pairs, max(1, config.cached_pairs // config.epochs_per_pair)
        else:
            self.source = FolderPairs(config.data, "train")
            self.length, self.fresh = len(self.source), 0
        self._cache = None
        if config.data == "chairs" and config.epochs_per_pair > 1 and pixels:
            # A slot of the cache is used again when its pair has been out of use for longer than workers prefetch.
            epochs_ahead = 2 + math.ceil(config.batch * PREFETCH * max(1, config.workers) / self.length)
            self._cache = _Cache(self.length + self.fresh * epochs_ahead, config.size, shared=config.workers > 0)

    def __len__(self) -> int:
        return self.length

    def number(self, epoch: int, i: int) -> int:
        """Return the number of the pair that is sample i of an epoch."""
        return epoch * self.fresh + int(_order(self.seed, epoch, self.length)[i])

    def __getitem__(self, sample: SampleId) -> tuple[Tensor, Tensor, Tensor, SampleId]:
        """Return frames (2, 3, H, W) uint8, flow, mask of known pixels, and the sample's id for the augmentation."""
        number = self.number(sample.epoch, sample.index)
        if self._cache is None:
            return (*self.source.get(number), sample)
        found = self._cache.get(number)
        if found is None:
            found = self.source.get(number)
            self._cache.put(number, found)
        return (*found, sample)


@lru_cache(maxsize=8)
def _order(seed: int, epoch: int, length: int) -> np.ndarray:
    return np.random.default_rng([seed, epoch]).permutation(length)


class _Cache:
    """The pairs in use, in a ring: pair n lies in slot n modulo the capacity. Processes may share it."""

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
        slot = number % len(self.holds)
        with self.lock:  # also orders the reads after another process's writes
            if self.holds[slot] != number:
                return None
        return self.frames[slot], self.flow[slot], self.valid

    def put(self, number: int, pair: Arrays) -> None:
        # Two processes may write the same pair at a time: they write the same bytes.
        slot = number % len(self.holds)
        self.frames[slot], self.flow[slot] = pair[:2]
        with self.lock:
            self.holds[slot] = number
