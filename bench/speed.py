"""How fast a thing may move before each method loses it, by the size of the thing and its step in one frame.

    python bench/speed.py            # every classical method
    python bench/speed.py NAME ...   # some of them, by the names of flowlab.classical.METHODS

A textured disc slides over a textured ground that stays at rest. A method has found it if the disc's median pixel, over
three pairs, is nearer to the true step than to no motion; the largest step found is the last one before the first loss.
"""

from __future__ import annotations

import sys

import cv2
import numpy as np

import flowlab
from flowlab.classical import METHODS, run
from flowlab_course.chapters.ch04.disc import moving_disc

RADII = (4, 8, 16, 32)
STEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
SEEDS = range(3)


def missed(method: str, radius: int, step: int) -> float:
    """Return the error of the disc's median pixel as a share of the step: 0 is found, 1 is as bad as no motion."""
    errors = []
    for seed in SEEDS:
        pair = moving_disc(radius, step, seed=seed)
        flow = run(method, pair.img1, pair.img2)
        errors.append(flowlab.epe_map(flow, pair.flow)[pair.flow[..., 0] > 0])
    return float(np.median(np.concatenate(errors))) / step


def largest(shares: list[float]) -> int:
    """Return the last step before the first that was lost, 0 if that is the first of all."""
    lost = next((i for i, share in enumerate(shares) if share >= 0.5), len(STEPS))
    return STEPS[lost - 1] if lost else 0


def main(methods: list[str]) -> int:
    cv2.setNumThreads(1)
    found: dict[str, list[int]] = {}
    for radius in RADII:
        print(f"\ndisc of radius {radius} px: median error on it as a share of the step (below 0.5 it is found)")
        print(f"{'step in px':<16}" + "".join(f"{step:>7}" for step in STEPS) + f"{'found up to':>14}")
        for method in methods:
            shares = [missed(method, radius, step) for step in STEPS]
            found.setdefault(method, []).append(largest(shares))
            print(f"{method:<16}" + "".join(f"{share:>7.2f}" for share in shares) + f"{found[method][-1]:>11} px")
    best = [max(steps) for steps in zip(*found.values(), strict=True)]
    print("\nlargest step found by any method / radius of the disc: ", end="")
    print(", ".join(f"{step} / {radius} = {step / radius:.2f}" for step, radius in zip(best, RADII, strict=True)))
    return int(any(step > radius for step, radius in zip(best, RADII, strict=True)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(METHODS)))
