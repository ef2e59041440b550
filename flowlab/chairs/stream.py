"""Pairs for training, made as they are asked for; or a pool of them that changes a little with each epoch."""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.utils.data import Dataset, get_worker_info

from flowlab.chairs.config import REFERENCE, ChairsConfig
from flowlab.chairs.device import Atlas, Compositor
from flowlab.chairs.device.atlas import check
from flowlab.chairs.maker import Maker, Shown
from flowlab.chairs.pair import make_pair
from flowlab.chairs.pool import Pool
from flowlab.field.forking import use_one_thread_in_worker
from flowlab.kernels import launch

Item = tuple[Float[Tensor, "3 H W"], Float[Tensor, "3 H W"], Float[Tensor, "2 H W"], Bool[Tensor, "H W"]]

Batch = tuple[Float[Tensor, "B 3 H W"], Float[Tensor, "B 3 H W"], Float[Tensor, "B 2 H W"], Bool[Tensor, "B H W"]]


class ChairsStream(Dataset):
    """A data set that never ends: each epoch has pairs of its own.

    Item i of epoch e is the same in every process, whatever was asked for before. Without a pool it is pair
    ``e * length + i``. With a pool of N pairs, they stay in memory and ``refresh`` of them are replaced for each
    epoch, the oldest first; the new ones are made by other processes while the epoch before is still running, so that
    a training step does not wait for them. Those processes make pairs as fast as they are let and then rest.

    A pool wants a ``DataLoader`` without workers, and ``set_epoch`` before each epoch. A loader's workers can make
    pairs too, without a pool: then each step costs as many pairs as it has.

    With ``device="cuda"`` pairs are made on the GPU, a batch in two launches (``flowlab.chairs.device``), and items are
    tensors there; a ``DataLoader`` without workers asks for a batch at a time, and ``batches`` gives an epoch's batches
    without one. A first item waits for all pictures of the seed. Pairs are those of ``make_pair`` with as many
    ``backgrounds`` as the config says, or ``device.BACKGROUNDS`` where it says 0, within a grey level.

    The first pairs take longer, since each sprite is made when a pair first needs it; ``flowlab.chairs.warm_up``
    makes them all beforehand.

    Args:
        seed: Seed of the pairs, at least 0. For validation take another: it has other chairs.
        length: Items in an epoch, at least 1.
        size: Height and width.
        config: What is in a pair; by default Flying Chairs.
        pool: Pairs kept in memory, at most ``length``; item i is then pair i modulo the pool. 0 keeps none.
        refresh: Pairs of the pool that are new in each epoch, at most all.
        makers: Processes that make the pool's pairs, behind the training in the queue for cores; with 0 a thread
            does, which needs no second program but holds the interpreter's lock. On two cores (bench/chairs_pool.py)
            a training of one thread kept its speed beside a process, 0.7 of it beside a thread; a training of two
            threads 0.85 beside a process, 0.25 beside a thread: give one core less to the training than there are.
        device: Where pairs are made: "cpu", "cuda", "cuda:1" ...

    Raises:
        ValueError: If a number cannot be, or the config has what a GPU does not make.
        RuntimeError: If the device is a GPU and kernels cannot be launched here; it says what is missing.

    Example:
        >>> stream = ChairsStream(seed=0, length=100, size=(48, 64))
        >>> img1, img2, flow, valid = stream[3]
        >>> tuple(img1.shape), tuple(flow.shape), bool(valid.all())
        ((3, 48, 64), (2, 48, 64), True)
    """

    def __init__(
        self,
        seed: int,
        length: int,
        size: tuple[int, int] = REFERENCE,
        config: ChairsConfig | None = None,
        *,
        pool: int = 0,
        refresh: int = 0,
        makers: int = 1,
        device: str | torch.device = "cpu",
    ):
        if length < 1:
            raise ValueError(f"length must be at least 1, got {length}")
        if not 0 <= pool <= length:
            raise ValueError(f"pool must be between 0 and length ({length}), got {pool}")
        if not 0 <= refresh <= pool:
            raise ValueError(f"refresh must be between 0 and pool ({pool}), got {refresh}")
        if makers < 0:
            raise ValueError(f"makers must be at least 0, got {makers}")
        self.device = torch.device(device)
        if self.device.type != "cpu":
            _check_device(self.device, config or ChairsConfig(), pool)
        self._compositor: Compositor | None = None
        self.seed, self.length, self.size = seed, length, tuple(size)
        self.config = config or ChairsConfig()
        self.pool, self.refresh, self.makers = pool, refresh, makers
        # In shared memory: workers that live through several epochs see it change.
        self._epoch = torch.zeros(1, dtype=torch.int64).share_memory_()
        self._pairs = self._new_pool()

    def _new_pool(self) -> Pool[Shown]:
        job = self.seed, self.size, self.config
        return Pool(self._make, tuple(Maker(*job) for _ in range(self.makers if self.pool else 0)))

    def __getstate__(self) -> dict:
        # Pairs are made anew where they are needed.
        return {**self.__dict__, "_pairs": None, "_compositor": None}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)
        self._pairs = self._new_pool()

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, i: int) -> Item:
        """Return frame 1 and 2 (RGB in [0, 1]), the flow from 1 to 2 in pixels, and where it is known: everywhere."""
        if not -self.length <= i < self.length:
            raise IndexError(f"item {i} of a stream of {self.length}")
        index = self.index_of(self.epoch, i % self.length)
        if self.device.type != "cpu":
            return tuple(part[0] for part in self._on_device([index]))
        pair = self._pairs.get(index) if self.pool else self._make(index)
        frames = (torch.from_numpy(f.transpose(2, 0, 1).astype(np.float32) / 255) for f in (pair.img1, pair.img2))
        flow = torch.from_numpy(pair.flow.transpose(2, 0, 1).copy())
        return (*frames, flow, torch.ones(self.size, dtype=torch.bool))

    def __getitems__(self, places: list[int]) -> list[Item]:
        """Return several items, as ``DataLoader`` asks for a batch; on a GPU they are made at once."""
        if self.device.type == "cpu":
            return [self[i] for i in places]
        for i in places:
            if not -self.length <= i < self.length:
                raise IndexError(f"item {i} of a stream of {self.length}")
        parts = self._on_device([self.index_of(self.epoch, i % self.length) for i in places])
        return list(zip(*parts, strict=True))

    def batches(self, batch: int) -> Iterator[Batch]:
        """Give the items of the running epoch in order, ``batch`` at a time; the last ones may be fewer.

        Example:
            >>> stream = ChairsStream(0, length=3, size=(48, 64))
            >>> [tuple(flow.shape) for _, _, flow, _ in stream.batches(2)]
            [(2, 2, 48, 64), (1, 2, 48, 64)]
        """
        if batch < 1:
            raise ValueError(f"batch must be at least 1, got {batch}")
        for first in range(0, self.length, batch):
            places = range(first, min(first + batch, self.length))
            if self.device.type != "cpu":
                yield self._on_device([self.index_of(self.epoch, i) for i in places])
            else:
                yield tuple(torch.stack(parts) for parts in zip(*(self[i] for i in places), strict=True))

    @property
    def epoch(self) -> int:
        """The running epoch."""
        return int(self._epoch)

    def set_epoch(self, epoch: int) -> None:
        """Go to an epoch; with a pool, begin with the pairs of the next one.

        Args:
            epoch: Number of the epoch, at least 0.

        Raises:
            ValueError: If it is below 0.
        """
        if epoch < 0:
            raise ValueError(f"epoch must be at least 0, got {epoch}")
        self._epoch.fill_(epoch)
        if self.pool and get_worker_info() is None:
            needed = [self.index_of(e, slot) for e in (epoch, epoch + 1) for slot in range(self.pool)]
            self._pairs.prepare(list(dict.fromkeys(needed)))

    def index_of(self, epoch: int, i: int) -> int:
        """Say which pair is item i of an epoch.

        Example:
            >>> stream = ChairsStream(0, length=8, size=(48, 64), pool=4, refresh=1)
            >>> [[stream.index_of(epoch, i) for i in range(4)] for epoch in range(3)]
            [[0, 1, 2, 3], [4, 1, 2, 3], [4, 5, 2, 3]]
        """
        if not self.pool:
            return epoch * self.length + i
        slot = i % self.pool
        replaced = max(0, -((slot - epoch * self.refresh) // self.pool))  # how often this slot was renewed
        return replaced * self.pool + slot

    def _on_device(self, indices: list[int]) -> Batch:
        if get_worker_info() is not None:
            raise RuntimeError("pairs on a GPU are made in the process that holds it: give DataLoader num_workers=0")
        if self._compositor is None:
            cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
            atlas = Atlas(self.seed, self.size, self.config, workers=cores - 1)
            self._compositor = Compositor(atlas, self.device)
        made = self._compositor.pairs(indices, directions=1)
        img1, img2 = (made.frames[:, frame].float() / 255 for frame in (0, 1))
        return img1, img2, made.flow[:, 0], torch.ones_like(made.occlusion[:, 0])

    def _make(self, index: int) -> Shown:
        use_one_thread_in_worker()
        pair = make_pair(self.seed, index, self.size, self.config)
        return Shown(pair.img1, pair.img2, pair.flow)


def _check_device(device: torch.device, config: ChairsConfig, pool: int) -> None:
    """Refuse what cannot be made on a device, before anything is."""
    if device.type != "cuda":
        raise ValueError(f"pairs are made on the CPU or on a CUDA device, got {device}")
    if missing := launch.why_not():
        raise RuntimeError(f'pairs cannot be made on {device}: {missing}; device="cpu" needs none of it')
    if pool:
        raise ValueError(f"a pool is for pairs that are made on the CPU; with device={device} give pool=0, got {pool}")
    check(config)
