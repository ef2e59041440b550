"""Every classical method on the same pairs, by error and by time: Horn-Schunck within 2 times Farneback's error.

    python bench/classical.py            # photographs under known motions, and the motorcycle
    python bench/classical.py FOLDER     # pairs of your own: FOLDER/NAME/ with img1.*, img2.* and gt.*

The truth, gt.*, may be any flow file that flowlab reads. All on one core.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import torch
from _timing import interleaved

import flowlab
from flowlab.classical import horn_schunck, run
from flowlab.datasets.samples import Pair, motorcycle, scoreboard_pairs

BAR = 2.0
METHODS = {
    "zero flow": lambda img1, _: np.zeros((*img1.shape[:2], 2), np.float32),
    "Lucas-Kanade": partial(run, "lucas-kanade"),
    "Horn-Schunck": partial(run, "horn-schunck"),
    "  without the median": partial(horn_schunck, alpha=0.1, median=0),
    "  robust": partial(horn_schunck, robust=True),
    "Farneback (OpenCV)": partial(run, "farneback"),
    "DIS ultrafast (OpenCV)": partial(run, "dis-ultrafast"),
    "DIS fast (OpenCV)": partial(run, "dis-fast"),
    "DIS medium (OpenCV)": partial(run, "dis"),
    "TV-L1 (scikit-image)": partial(run, "tvl1"),
    "ILK (scikit-image)": partial(run, "ilk"),
}


def pairs_in(folder: Path) -> list[Pair]:
    """Read FOLDER/NAME/img1.*, img2.*, gt.* in the order of the names; folders without them are passed over."""
    pairs = []
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        files = [next(place.glob(f"{stem}.*"), None) for stem in ("img1", "img2", "gt")]
        if all(files):
            first, second, truth = files
            pairs.append(
                Pair(place.name, flowlab.read_image(first), flowlab.read_image(second), *flowlab.read_flow(truth))
            )
    if not pairs:
        sys.exit(f"{folder} has no folder with img1.*, img2.* and gt.* in it")
    return pairs


def table(title: str, pairs: list[Pair], rows: dict[str, list[str]]) -> None:
    print(f"\n{title}")
    print(f"{'':<26}" + "".join(f"{pair.name:>18}" for pair in pairs) + f"{'mean':>10}")
    for name, cells in rows.items():
        print(f"{name:<26}" + "".join(f"{cell:>18}" for cell in cells[:-1]) + f"{cells[-1]:>10}")


def _keep(flows: dict[str, np.ndarray], name: str, method: Callable, pair: Pair) -> None:
    flows[name] = method(pair.img1, pair.img2)


def main(folder: Path | None) -> int:
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    pairs = pairs_in(folder) if folder else [*scoreboard_pairs()[:-1], motorcycle()]
    errors: dict[str, list[float]] = {name: [] for name in METHODS}
    seconds: dict[str, list[float]] = {name: [] for name in METHODS}
    for pair in pairs:
        flows: dict[str, np.ndarray] = {}
        ways = {name: partial(_keep, flows, name, method, pair) for name, method in METHODS.items()}
        for name, times in interleaved(ways, repeats=3, warmup=0).items():
            seconds[name].append(statistics.median(times))
            errors[name].append(float(flowlab.epe(flows[name], pair.flow, pair.valid)))
    sizes = ", ".join(f"{pair.name} {pair.img1.shape[0]} x {pair.img1.shape[1]}" for pair in pairs)
    print(f"{len(pairs)} pairs (height x width): {sizes}")
    mean = statistics.fmean
    table("EPE, px", pairs, {n: [f"{e:.3f}" for e in (*es, mean(es))] for n, es in errors.items()})
    table("time, ms", pairs, {n: [f"{1e3 * t:.1f}" for t in (*ts, mean(ts))] for n, ts in seconds.items()})
    ratios = [ours / theirs for ours, theirs in zip(errors["Horn-Schunck"], errors["Farneback (OpenCV)"], strict=True)]
    print("\nHorn-Schunck's error / Farneback's: " + ", ".join(f"{r:.2f}" for r in ratios) + f" (bar {BAR:.0f})")
    return int(max(ratios) > BAR)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
