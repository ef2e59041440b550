"""FlowNetC by the recipe `modern` on one GPU, on pairs that it makes itself, for so many minutes.

    python bench/train_cuda.py [--minutes 25] [--width 0.5] [--batch 32] [--out runs/cuda]

A short run first says how fast steps are, then the number of steps is chosen so that the whole, validation included,
takes the minutes. The run stays in OUT, and a call that finds one there goes on with it. The figures (end-point error
on held-out generated pairs, speed, waiting for data) go to bench/results. --judge FOLDER adds the error on a real data
set in Flying Chairs' layout, whose aim is the paper's 2.19 px. Where there is no GPU it says so and ends with 77.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

from _gpu import need_gpu, write_result

import flowlab
from flowlab.training import fit, recipe
from flowlab.training.run_folder import read_log

PROBE = 300  # steps of the short run
SHARE = 0.93  # of the minutes for steps; the rest is for pictures, validation and saving


def steps_a_second(config, out: Path) -> float:
    """Run a few steps and say how fast the later ones were."""
    probe = replace(config, out=str(out), steps=PROBE, log_every=50, validate_pairs=0, tensorboard=False)
    fit(probe)
    rows = [row for row in read_log(out) if row["event"] == "train"]
    shutil.rmtree(out)
    return rows[-1]["steps_per_s"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=25.0)
    parser.add_argument("--width", type=float, default=0.5)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--workers", type=int, default=min(8, os.cpu_count() or 1))
    parser.add_argument("--out", type=Path, default=Path("runs/cuda"))
    parser.add_argument("--judge", type=Path)
    given = parser.parse_args()
    card = need_gpu()
    begun = time.perf_counter()
    config = recipe(
        "modern", model="flownetc", width=given.width, batch=given.batch, precision="bf16", device="cuda",
        data_device="cuda", workers=given.workers, cached_pairs=100_000, validate_every=0, validate_pairs=200,
        out=str(given.out), tensorboard=False, checkpoint_every=500,
    )  # fmt: skip
    if (given.out / "config.json").exists():
        steps = json.loads((given.out / "config.json").read_text(encoding="utf-8"))["steps"]
    else:
        left = 60 * given.minutes * SHARE - (time.perf_counter() - begun)
        speed = steps_a_second(config, given.out.with_name(given.out.name + "-probe"))
        steps = max(round(speed * (left - (time.perf_counter() - begun))), 100)
    config = replace(config, steps=steps, warmup_steps=steps // 20)
    result = fit(config, progress=sys.stderr.isatty(), command=" ".join(["python bench/train_cuda.py", *sys.argv[1:]]))
    rows = [row for row in result.log if row["event"] == "train"]
    score = next(row for row in reversed(result.log) if row["event"] == "validation")
    figures = {
        "model": f"FlowNetC, width {given.width:g}", "steps": result.step, "batch": given.batch,
        "minutes": round(rows[-1]["seconds"] / 60, 1), "pairs/s": round(rows[-1]["pairs_per_s"]),
        "waiting for data": rows[-1]["data_wait"], "epe, held-out generated pairs": score["epe"],
    }  # fmt: skip
    write_result(f"train_cuda_{given.width:g}", figures)  # now: what comes may fail, and the minutes are spent
    if given.judge:
        judged = flowlab.evaluate(result.model, flowlab.datasets.FlyingChairs(given.judge, split="all"))
        figures["epe, " + given.judge.name] = round(judged["epe"], 3)
        write_result(f"train_cuda_{given.width:g}", figures)
    print(card)
    for name, value in figures.items():
        print(f"{name:32} {value}")


if __name__ == "__main__":
    main()
