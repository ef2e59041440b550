"""Which samples make up a step: sample i of epoch e, the same for any number of ranks and workers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Place(NamedTuple):
    """Where a sample stands in a training.

    Attributes:
        step: Which update it is for.
        epoch: Its epoch.
        index: Which sample of the epoch it is.
    """

    step: int
    epoch: int
    index: int


class Places:
    """The places of each step's samples, for one rank; what a DataLoader calls a batch sampler.

    Samples are numbered through: step s takes numbers s * batch to (s + 1) * batch - 1, and number n is sample
    n modulo length of epoch n // length. Each rank takes its part of them.

    Args:
        length: Samples in an epoch.
        batch: Pairs in a step, over all ranks.
        steps: Which steps.
        rank: This process.
        world: Of how many.

    Example:
        >>> [[tuple(place) for place in places] for places in Places(3, 2, range(1, 3))]
        [[(1, 0, 2), (1, 1, 0)], [(2, 1, 1), (2, 1, 2)]]
    """

    def __init__(self, length: int, batch: int, steps: range, rank: int = 0, world: int = 1):
        self.length, self.batch, self.steps, self.rank, self.world = length, batch, steps, rank, world

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[list[Place]]:
        share = self.batch // self.world
        for step in self.steps:
            first = step * self.batch + self.rank * share
            yield [Place(step, *divmod(n, self.length)) for n in range(first, first + share)]
