"""A training by several processes of torchrun, each on a card of its own, of the stand-in; gloo does what nccl would.

torchrun --nproc-per-node 2 -m tests.standin.two_cards OUT [field=value ...]
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import torch
import torch.distributed as dist

from flowlab.training import fit
from tests.standin.dispatch import mapped, on_cpu
from tests.training.small import small

# What nccl is asked for in a training; each takes lists of tensors first.
COLLECTIVES = ("allreduce_", "broadcast_", "allgather_", "barrier", "_allgather_base_")


def play_nccl() -> Any:
    """Have groups of nccl be groups of gloo, which sees the cards' memory from the CPU; keep what is returned."""
    whole, known = dist.init_process_group, torch.library.Library("c10d", "IMPL")

    def init(backend: str, **options: Any) -> None:
        assert backend == "nccl", backend
        assert torch.cuda.current_device() == int(os.environ["LOCAL_RANK"])
        whole("cpu:gloo,cuda:gloo", **options)

    def through(op: Any) -> Any:
        def run(*args: Any) -> Any:
            see = lambda t: on_cpu(t) if isinstance(t, torch.Tensor) else t  # noqa: E731
            given = op(*(mapped(see, arg) for arg in args))
            return (args[0], given[1]) if isinstance(given, tuple) else given

        return run

    for name in COLLECTIVES:
        known.impl(name, through(getattr(torch.ops.c10d, name).default), "CUDA")
    dist.init_process_group = init
    dist.Logger.set_runtime_stats_and_log = lambda logger: None  # it asks CUDA's own clock
    return known


if __name__ == "__main__":
    kept = play_nccl()
    changes = dict(argument.split("=", 1) for argument in sys.argv[2:])
    fit(small(sys.argv[1], device="cuda", **{name: json.loads(value) for name, value in changes.items()}))
