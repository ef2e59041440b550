"""Count the files of flowlab that a call enters: those that a reader opens who follows it.

    python -m tests.package.jumps

Of each kind of call the second is counted, when imports and caches are done; only functions, in this process.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import numpy as np
import torch

import flowlab
from flowlab.training import fit, recipe

PACKAGE = Path(flowlab.__file__).parent


def files_entered(call: Callable[[int], object]) -> list[str]:
    """Call with 0, then with 1, and return the files whose functions the second call entered."""
    call(0)
    entered = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and frame.f_code.co_name != "<module>" and path.is_relative_to(PACKAGE):
            entered.add(path.relative_to(PACKAGE).as_posix())

    sys.setprofile(note)
    try:
        call(1)
    finally:
        sys.setprofile(None)
    return sorted(entered)


def train(_: int) -> None:
    """Two steps on pairs that this process makes."""
    with tempfile.TemporaryDirectory() as folder:
        small = {"width": 0.125, "batch": 2, "size": (64, 96), "crop": (64, 64), "validate_pairs": 0}
        fit(recipe("modern", steps=2, out=folder, device="cpu", workers=0, tensorboard=False, **small))


def main() -> None:
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    img1, img2 = rng.integers(0, 256, (2, 64, 96, 3), dtype=np.uint8)
    a, b = torch.randn(2, 1, 8, 16, 20)
    model = flowlab.load_model("flownetc-small")
    stream = flowlab.chairs.ChairsStream(seed=0, length=2, size=(64, 96))
    calls = {
        "predict": lambda _: flowlab.predict(model, img1, img2),
        "correlation": lambda _: flowlab.correlation(a, b),
        "a pair of ChairsStream": lambda i: stream[i],
        "two steps of fit": train,
    }
    print(json.dumps({name: files_entered(call) for name, call in calls.items()}, indent=1))


if __name__ == "__main__":
    main()
