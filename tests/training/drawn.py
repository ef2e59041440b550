"""The batches of a device, as a program of its own that can be killed.

python -m tests.training.drawn OUT FIRST WORKERS

Each batch adds a line to OUT: its step, and a digest of its bytes.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import torch

from flowlab.chairs.gpu import Atlas, Compositor
from flowlab.training.data import Batches
from flowlab.training.distributed import DistributedContext
from flowlab_course.cuda_on_cpu import flowlab_kernels
from tests.training.small import BOXES, small

STEPS = 16
PAUSE = 0.25  # seconds after each line, in which it can be killed


def lines(first: int, workers: int) -> Iterator[str]:
    """Make the batches from a step on; pictures by as many processes as pairs."""
    config = small("unused", steps=STEPS, workers=workers, chairs=replace(BOXES, backgrounds=22))
    here = torch.device("cpu")
    maker = Compositor(Atlas(config.seed, config.size, config.chairs, workers=workers), here, flowlab_kernels.run)
    data = Batches(config, first, DistributedContext(0, 1, here), compositor=maker)
    for step, batch in enumerate(data, first):
        digest = hashlib.sha256(b"".join(part.contiguous().numpy().tobytes() for part in batch)).hexdigest()
        yield f"{step} {digest}"
    data.close()


if __name__ == "__main__":
    path, first, workers = sys.argv[1:]
    with Path(path).open("a", encoding="utf-8") as file:
        for line in lines(int(first), int(workers)):
            print(line, file=file, flush=True)
            time.sleep(PAUSE)
