"""One process, or several under torchrun that share a training (data-parallel)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
import torch.distributed as dist
from torch import Tensor, nn

from flowlab._disk import UsageError
from flowlab.models import Network
from flowlab.models.layers import usable_device


@dataclass(frozen=True)
class DistributedContext:
    """This process among ``world`` that share a training, and its device. Rank 0 writes files."""

    rank: int
    world: int
    device: torch.device

    def wrap(self, model: nn.Module) -> nn.Module:
        """Average the gradients over the ranks."""
        if self.world == 1:
            return model
        ids = [self.device.index] if self.device.type == "cuda" else None
        return nn.parallel.DistributedDataParallel(model, ids, find_unused_parameters=not isinstance(model, Network))

    def total(self, values: Tensor) -> Tensor:
        """Add values up over the ranks."""
        if self.world > 1:
            values = values.to(self.device)
            dist.all_reduce(values)
        return values

    def any(self, flag: bool) -> bool:
        """Whether the flag is set on at least one rank."""
        return bool(self.total(torch.tensor(float(flag)))) if self.world > 1 else flag

    def wait(self) -> None:
        """Wait for all ranks."""
        if self.world > 1:
            dist.barrier()


@contextmanager
def distributed(device: str, batch: int) -> Iterator[DistributedContext]:
    """Join the processes that torchrun started, or run alone. Arguments are fields of TrainConfig."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if batch % world:
        raise UsageError(f"{world} processes cannot share a batch of {batch}; use a multiple of {world}")
    where = usable_device(device)
    if where.index is not None and world > 1:
        raise UsageError(f"each of {world} processes takes a GPU of its own: the device is cuda, got {device}")
    if where.type == "cuda" and where.index is None:
        where = usable_device(f"cuda:{os.environ.get('LOCAL_RANK', '0')}")
    if world == 1:
        yield DistributedContext(0, 1, where)
        return
    if where.type == "cuda":
        torch.cuda.set_device(where)
    dist.init_process_group("nccl" if where.type == "cuda" else "gloo")
    try:
        yield DistributedContext(dist.get_rank(), world, where)
    finally:
        dist.destroy_process_group()
