"""What the measurements on a GPU share: a clear end where there is none, and a file for each result."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import torch

from flowlab.kernels import launch

NO_GPU = 77
RESULTS = Path(__file__).resolve().parent / "results"


def need_gpu() -> str:
    """Return the card's name, or say what is missing and end with NO_GPU, at which `make bench` goes on."""
    if missing := launch.why_not():
        print(f"no figures: {missing}")
        sys.exit(NO_GPU)
    return torch.cuda.get_device_name()


def write_result(name: str, figures: dict) -> Path:
    """Write figures with the day, the card, the versions and the command into bench/results."""
    RESULTS.mkdir(exist_ok=True)
    head = {
        "measured": time.strftime("%Y-%m-%d"),
        "card": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "command": " ".join(["python", f"bench/{Path(sys.argv[0]).name}", *sys.argv[1:]]),
    }
    path = RESULTS / f"{name}.json"
    text = json.dumps(head | figures, indent=1, allow_nan=False)  # a figure that is not known is null
    path.write_text(text + "\n", encoding="utf-8")
    print(f"written: {path.relative_to(RESULTS.parents[1])}")
    return path
