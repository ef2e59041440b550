"""What each part of the generator is worth: one small FlowNetS for each kind of pairs, with two seeds, at full length.

python bench/ablation.py                        # the table and the figure's data, from the record; trains nothing
python bench/ablation.py OUT [--data FOLDER]    # train what the record lacks, judge it, and write the record
python bench/ablation.py OUT --finished ...     # only judge the trainings of OUT that have all their steps

The recipe is `laptop`: 6,000 steps, ten trainings, a quarter of an hour each on two free cores. A training that was
stopped goes on. FOLDER has a folder for each set of real pairs, SET/NAME/ with img1.*, img2.* and gt.*; none of them is
trained on. The record is bench/results/ablation.json, which chapter 12 reads. What "varied" adds was removed from the
generator: only a finished training of commit 29d86e7 is judged.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from functools import partial
from itertools import product
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch
from classical import pairs_in

from flowlab.chairs import ChairsConfig, HeavyTailed, MotionConfig, make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.classical import run
from flowlab.datasets.samples import Pair
from flowlab.evaluation.scores import markdown_table
from flowlab.field import FlowMetrics
from flowlab.models import load_model, predict
from flowlab.training import TrainConfig, fit, recipe
from flowlab.training.config import same_run
from flowlab.training.run_folder import read_log
from flowlab_course.chapters.ch12.records import ABLATION, Ablation, ablation, by_world

SEEDS = (0, 1)
PAIRS, SIZE = 100, (192, 256)
# Along an axis 43 % of the objects move by 10 to 80 px, and 26 % of the grounds; by default 29 % and 11 %.
FAR = MotionConfig(chair_translation=HeavyTailed(2, 120, 6), background_translation=HeavyTailed(2, 50, 6))
WORLDS = {
    "furniture": ChairsConfig(),
    "flat": ChairsConfig(shapes=("box", "polygon", "ellipse", "comb", "cutout")),
    "varied": None,  # shadows, motion blur, stretch, perspective and a camera's noise
    "far": ChairsConfig(motion=FAR),
    "mixed": ChairsConfig(shapes=("chair", "polygon", "ellipse", "comb", "cutout")),
}
Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]


def planned(out: Path, precision: str, threads: int) -> dict[str, TrainConfig]:
    """Return all trainings by name, such as "flat 0": first every world with one seed, then with the next."""
    base = {"precision": precision, "threads": threads, "validate_every": 2000}
    plan = {}
    for seed, (world, pairs) in product(SEEDS, WORLDS.items()):
        folder = str(out / f"{world}-{seed}")
        plan[f"{world} {seed}"] = recipe("laptop", chairs=pairs or ChairsConfig(), seed=seed, out=folder, **base)
    return plan


def trained(name: str, config: TrainConfig, *, finished_only: bool) -> torch.nn.Module | None:
    """Return the network of a training that has all its steps; None if it has not, as after Ctrl-C or SIGTERM."""
    out, removed = Path(config.out), WORLDS[name.rpartition(" ")[0]] is None
    if not (finished_only or removed):
        result = fit(config, progress=True, command="python bench/ablation.py")
        return result.model if result.step == config.steps else None
    log = read_log(out)
    if not log or (log[-1]["event"], log[-1]["step"]) != ("end", config.steps):
        return None
    if not removed:
        changed = same_run((out / "config.json").read_text(encoding="utf-8"), config)
        if changed:
            sys.exit(f"{out} holds another training: {'; '.join(changed)}")
    return load_model(out / "model.safetensors")


def sets_in(folder: Path | None) -> dict[str, list[Pair]]:
    """Return the pairs to judge on, by the name of their set: the generated ones, and what the folder has."""
    made = [make_pair(VALIDATION_SEED, n, SIZE, ChairsConfig()) for n in range(PAIRS)]
    whole = np.ones(SIZE, bool)
    sets = {"generated chairs": [Pair(f"{n:05d}", p.img1, p.img2, p.flow, whole) for n, p in enumerate(made)]}
    places = sorted(path for path in folder.iterdir() if path.is_dir()) if folder else ()
    return sets | {place.name: pairs_in(place) for place in places}


def judged(estimate: Estimate, sets: dict[str, list[Pair]]) -> dict[str, float]:
    """Return the mean end-point error on each set in pixels; each pair counts the same."""
    errors = {}
    for name, pairs in sets.items():
        metrics = FlowMetrics()
        for pair in pairs:
            metrics.update(estimate(pair.img1, pair.img2), pair.flow, pair.valid)
        errors[name] = round(float(metrics.compute()["epe_over_images"]), 4)
    return errors


def zero(img1: np.ndarray, _: np.ndarray) -> np.ndarray:
    return np.zeros((*img1.shape[:2], 2), np.float32)


def write(record: Ablation) -> None:
    """Write the record, whole or not at all."""
    beside = ABLATION.with_suffix(".new")
    beside.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    beside.replace(ABLATION)


def table(record: Ablation) -> str:
    """Return the record in Markdown: a line for each training, and how many of those planned are done."""
    sets = record["pairs"]
    heads = ["EPE in px", *(f"{name} ({n} pair{'s' if n > 1 else ''})" for name, n in sets.items())]
    rows = record["beside"] | {name: row["errors"] for name, row in record["trainings"].items()}
    cells = [[name, *(f"{row[s]:.2f}" if s in row else "-" for s in sets)] for name, row in rows.items()]
    said = f"{len(record['trainings'])} of {record['planned']} trainings are done, {record['steps']} steps each."
    return f"{markdown_table(heads, cells)}\n\n{said}"


def add(name: str, config: TrainConfig, model: torch.nn.Module, sets: dict[str, list[Pair]], planned: int) -> None:
    """Judge a network, and zero flow and DIS beside it, and write the record with all three."""
    ways = {"zero flow": zero, "DIS": partial(run, "dis")}
    beside = {way: judged(estimate, sets) for way, estimate in ways.items()}
    errors = judged(partial(predict, model), sets)
    record = ablation()  # as it is now: a second process may have added to it
    record |= {"steps": config.steps, "planned": planned, "beside": beside}
    record["pairs"] |= {where: len(pairs) for where, pairs in sets.items()}
    record["trainings"][name] = {"steps": config.steps, "precision": config.precision, "errors": errors}
    write(record)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, nargs="?", help="the folder of the trainings")
    parser.add_argument("--data", type=Path, help="a folder of folders of real pairs")
    parser.add_argument("--finished", action="store_true", help="train nothing")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="bf16")
    given = parser.parse_args()
    plan = planned(given.out, given.precision, given.threads) if given.out else {}
    sets = sets_in(given.data) if given.out else {}
    for name, config in plan.items():
        if name in ablation()["trainings"]:
            continue
        model = trained(name, config, finished_only=given.finished)
        if model is not None:
            add(name, config, model, sets, len(plan))
            continue
        print(f"{name}: not recorded, since {config.out} has not all of its {config.steps} steps")
        if not given.finished and WORLDS[name.rpartition(" ")[0]]:
            break  # the training was stopped, and so is this command
    record = ablation()
    print(table(record), "\nerror / zero flow's, by seed:", sep="\n")
    for world, by_set in by_world(record).items():
        print(f"{world:10}", ", ".join(f"{name} {values}" for name, values in by_set.items()))


if __name__ == "__main__":
    main()
