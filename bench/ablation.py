"""What each part of the data is worth: small networks trained without it, judged on generated and on real pairs.

python bench/ablation.py OUT [FOLDER ...] [--steps N] [--threads N] [--precision bf16] [--keep]

Each FOLDER holds real pairs as FOLDER/NAME/ with img1.*, img2.* and gt.*, which are never trained on.
Runs that are there already are not repeated; one that was stopped goes on. The table is printed and left in OUT;
with --keep it also becomes the table of chapter 12, flowlab_course/chapters/ch12/ablation.json.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from classical import pairs_in

from flowlab.chairs import ChairsConfig, MotionConfig, make_pair
from flowlab.chairs.config import LESSONS, VALIDATION_SEED
from flowlab.field import FlowMetrics
from flowlab.models import predict
from flowlab.training import TrainConfig, fit, recipe

WHOLE = ChairsConfig(photographs="skimage", photograph_share=0.5)


KEPT = Path(__file__).parents[1] / "flowlab_course" / "chapters" / "ch12" / "ablation.json"


def variants(steps: int, threads: int, precision: str, out: Path) -> dict[str, TrainConfig]:
    base = recipe(
        "laptop", steps=steps, threads=threads, precision=precision, chairs=WHOLE, augment="mild", validate_pairs=0
    )
    without = {
        "everything": {},
        "no heavy tails": {"chairs": replace(WHOLE, motion=slow())},
        "no thin parts": {"chairs": replace(WHOLE, thin_parts=False)},
        "no photographs": {"chairs": replace(WHOLE, photographs="")},
        "no augmentation": {"augment": "none"},
    }
    return {name: replace(base, out=str(out / name.replace(" ", "-")), **change) for name, change in without.items()}


def slow() -> MotionConfig:
    """Even laws of motion with the reach of the lessons: nothing goes far."""
    return LESSONS["easy chairs"].motion


def judged(model: torch.nn.Module, folders: list[str]) -> dict[str, float]:
    errors = {}
    metrics = FlowMetrics()
    for number in range(100):
        pair = make_pair(VALIDATION_SEED, number, (192, 256), WHOLE)
        metrics.update(predict(model, pair.img1, pair.img2), pair.flow)
    errors["generated chairs"] = metrics.compute()["epe_over_images"]
    for folder in folders:
        metrics = FlowMetrics()
        for pair in pairs_in(Path(folder)):
            metrics.update(predict(model, pair.img1, pair.img2), pair.flow, pair.valid)
        errors[Path(folder).name] = metrics.compute()["epe_over_images"]
    return {where: round(error, 3) for where, error in errors.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", type=Path, nargs="?")
    arguments.add_argument("folders", nargs="*")
    arguments.add_argument("--steps", type=int, default=6000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    arguments.add_argument("--keep", action="store_true")
    given = arguments.parse_args()
    if given.out is None:  # `make bench` runs every script, and this one takes hours
        print("not run: python bench/ablation.py OUT [FOLDER ...]")
        raise SystemExit(77)
    table = {}
    for name, config in variants(given.steps, given.threads, given.precision, given.out).items():
        model = fit(config, progress=True, command="python bench/ablation.py").model
        table[name] = judged(model, given.folders)
        print(f"{name:16}", "  ".join(f"{where} {error:.2f}" for where, error in table[name].items()), flush=True)
    said = json.dumps({"steps": given.steps, "errors": table}, indent=1) + "\n"
    for path in (given.out / "ablation.json", KEPT)[: 1 + given.keep]:
        path.write_text(said, encoding="utf-8")
    whole = table["everything"]
    print("times the error of everything:")
    for name, errors in table.items():
        print(f"{name:16}", "  ".join(f"{where} {error / whole[where]:.2f}" for where, error in errors.items()))


if __name__ == "__main__":
    main()
