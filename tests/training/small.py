"""A training of seconds, also as a program of its own, so that tests can kill it.

python -m tests.training.small OUT [field=value ...]
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from flowlab.chairs import LESSONS
from flowlab.training import TrainConfig, fit, recipe

BOXES = replace(LESSONS["boxes"], bank=5)


def small(out: object, **changes: object) -> TrainConfig:
    """A network of an eighth of the width on sliding boxes of 64 x 64."""
    fields = {
        "width": 0.125, "size": (64, 64), "chairs": BOXES, "cached_pairs": 8, "epochs_per_pair": 2, "batch": 4,
        "steps": 24, "log_every": 4, "checkpoint_every": 5, "validate_pairs": 2, "validate_every": 12, "workers": 0,
        "pretrain_steps": 0, "tensorboard": False, "threads": 1, "device": "cpu",
    }  # fmt: skip
    return recipe("laptop", out=str(out), **fields | changes)


if __name__ == "__main__":
    changes = dict(argument.split("=", 1) for argument in sys.argv[2:])
    fit(small(sys.argv[1], **{name: json.loads(value) for name, value in changes.items()}))
