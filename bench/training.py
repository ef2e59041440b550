"""The laptop recipe from nothing, beside DIS and zero flow on the same held-out pairs.

python bench/training.py [OUT] [--steps N] [--threads N] [--optimiser NAME --lr RATE]

Bars: an end-point error below DIS's after 6,000 steps, in at most 15 minutes on 2 free cores with the making of data,
and at most 10 % of a step spent waiting for data. The run, its log and 20 snapshots stay in OUT (runs/laptop), and it
goes on if stopped.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
import torch

from flowlab.chairs import make_pair
from flowlab.chairs.config import VALIDATION_SEED
from flowlab.classical import run
from flowlab.field import FlowMetrics
from flowlab.training import fit, recipe
from flowlab.training.config import TrainConfig
from flowlab.training.run_folder import read_log


def scores(config: TrainConfig, model: torch.nn.Module) -> dict[str, dict[str, float]]:
    metrics = {name: FlowMetrics() for name in ("zero flow", "DIS", "trained")}
    for number in range(config.validate_pairs):
        pair = make_pair(VALIDATION_SEED, number, config.size, config.chairs)
        img1, img2 = (torch.from_numpy(f).permute(2, 0, 1)[None] / 255 for f in (pair.img1, pair.img2))
        with torch.no_grad():
            trained = model(img1, img2).flow[0].permute(1, 2, 0).numpy()
        flows = {"zero flow": np.zeros_like(pair.flow), "DIS": run("dis", pair.img1, pair.img2), "trained": trained}
        for name, flow in flows.items():
            metrics[name].update(flow, pair.flow)
    return {name: metric.compute() for name, metric in metrics.items()}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("out", nargs="?", default="runs/laptop")
    arguments.add_argument("--steps", type=int, default=6000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--optimiser", default=recipe("laptop").optimiser)
    arguments.add_argument("--lr", type=float, default=recipe("laptop").lr)
    given = arguments.parse_args()
    config = recipe("laptop", **vars(given), snapshots=20)
    begun = time.perf_counter()
    result = fit(config, progress=True, command=" ".join(["python bench/training.py", *sys.argv[1:]]))
    minutes = (time.perf_counter() - begun) / 60
    lines = [row for row in read_log(given.out) if row["event"] == "train"]
    seconds = np.array([config.log_every / row["steps_per_s"] for row in lines])
    waited = float((seconds * [row["data_wait"] for row in lines]).sum() / seconds.sum())
    speed = len(lines) * config.log_every / seconds.sum()
    table = scores(config, result.model)
    print(f"{result.step} steps, {minutes:.1f} minutes in this run, {speed:.1f} steps/s, {waited:.1%} waiting for data")
    bands = ("epe", "epe_s0_10", "epe_s10_40", "epe_s40_plus")
    for name, values in table.items():
        print(f"{name:10}", "  ".join(f"{band} {values[f'{band}_over_pixels']:.2f}" for band in bands))
    epe = {name: values["epe_over_pixels"] for name, values in table.items()}
    print(f"trained / DIS = {epe['trained'] / epe['DIS']:.2f} (bar: below 1)")


if __name__ == "__main__":
    main()
