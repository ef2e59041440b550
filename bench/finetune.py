"""Fine-tuning a shipped network on pairs of another kind: what it gains there, and what it forgets.

python bench/finetune.py [OUT] [--init NAME] [--threads N] [--chairs N] [--set FIELD=VALUE ...]

The pairs are stereo pairs made of photographs: surfaces with a slant, the nearer in front, all motions to the left. The
network is trained on those of two photographs and tested on those of two others, on the real stereo pair of
scikit-image, and on the generated chairs that it was trained on before.

The recipe's result is a mean of the given and the trained weights; the trained ones alone are its control, and with
--set rehearsal=0 those that have seen no chairs meanwhile. Bars: the held-out error of the new kind falls by at least
10 %, that of chairs rises by at most 5 %. Measured: docs/training.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import cv2
import numpy as np
import torch

from flowlab.cli.training import with_fields
from flowlab.datasets.samples import motorcycle, photograph
from flowlab.evaluation import Generated, evaluate
from flowlab.field import write_flow, write_image
from flowlab.models import load_model
from flowlab.training import fit

SIZE = (192, 256)
TRAINING, HELD_OUT = ("astronaut", "rocket"), ("chelsea", "coffee")  # photographs
PAIRS = 60  # of each photograph
SURFACES = 6  # in front of the background
NEAREST = 32  # px, the longest motion


def stereo_pair(name: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw surfaces of a photograph, and draw them once more after each point has moved by its disparity."""
    photo = cv2.resize(photograph(name), None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA)
    H, W = SIZE
    rows, columns = np.mgrid[:H, :W].astype(np.float32)
    frames, flow = [np.zeros((H, W, 3), np.float32) for _ in range(2)], np.zeros((H, W, 2), np.float32)
    for disparity in np.sort(rng.uniform(1, NEAREST, SURFACES + 1)):
        # x2 = x1 - (d + a (x1 - W/2) + b (y1 - H/2)), so x1 is an affine function of x2 and y.
        a, b = rng.uniform(-0.04, 0.04, 2) * disparity / NEAREST
        at = -disparity + a * W / 2 + b * H / 2
        back = np.array([[1 / (1 - a), b / (1 - a), -at / (1 - a)], [0, 1, 0]])
        top, left = (rng.integers(0, max(1, have - side)) for have, side in zip(photo.shape, SIZE, strict=False))
        corner = np.array([[1, 0, left], [0, 1, top]], np.float32)
        inside = np.ones((H, W), np.float32)
        if disparity > 1 and flow.any():
            centre, radius = rng.uniform((0, 0), (W, H)), rng.uniform(15, 60, 2)
            inside = np.float32(np.hypot((columns - centre[0]) / radius[0], (rows - centre[1]) / radius[1]) < 1)
        for frame, view in zip(frames, (np.eye(3), np.vstack([back, [0, 0, 1]])), strict=True):
            how = {"flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP}
            texture = cv2.warpAffine(photo, corner @ view, (W, H), borderMode=cv2.BORDER_REFLECT_101, **how)
            edge = {"borderMode": cv2.BORDER_REPLICATE} if inside.all() else {}
            share = cv2.warpAffine(inside, view[:2], (W, H), **edge, **how)[..., None]
            frame[:] = frame + share * (texture - frame)
        moved = -disparity - a * (columns - W / 2) - b * (rows - H / 2)
        flow[..., 0] = np.where(inside > 0, moved, flow[..., 0])
    return *(frame.round().clip(0, 255).astype(np.uint8) for frame in frames), flow


def write_pairs(folder: Path) -> None:
    """Write the pairs of all photographs, and the split file."""
    for number, name in enumerate((*TRAINING, *HELD_OUT)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        for i in range(PAIRS):
            img1, img2, flow = stereo_pair(name, np.random.default_rng((number, i)))
            stem = str(folder / name / f"{i:03d}")
            write_image(f"{stem}_img1.png", img1)
            write_image(f"{stem}_img2.png", img2)
            write_flow(f"{stem}_flow.flo", flow)
    (folder / "held_out.txt").write_text("".join(f"{name}/*\n" for name in HELD_OUT), encoding="utf-8")


def main() -> None:
    """Write the pairs, train, and print the errors before and after."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("out", nargs="?", default="runs/finetune", type=Path)
    arguments.add_argument("--init", default="flownets-small")
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--chairs", type=int, default=32, help="number of held-out chairs")
    arguments.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE")
    given = arguments.parse_args()
    torch.set_num_threads(given.threads)
    pairs = given.out / "pairs"
    write_pairs(pairs)
    fields = {"data": str(pairs), "holdout": str(pairs / "held_out.txt"), "out": str(given.out / "run")}
    fields |= {"init": given.init, "threads": given.threads}
    begun = time.perf_counter()
    result = fit(
        with_fields("finetune", fields, given.set),
        progress=sys.stderr.isatty(),
        command=" ".join(["python bench/finetune.py", *sys.argv[1:]]),
    )
    print(f"{result.step} steps, {(time.perf_counter() - begun) / 60:.1f} minutes")
    trained = load_model(result.out / "checkpoint.safetensors")
    sets = {f"stereo of {name}": pairs / name for name in HELD_OUT}
    sets |= {"real stereo": [motorcycle(reduce=0.5)], "generated chairs": Generated(given.chairs)}
    heads = ("zero", "before", "trained", "change", "mean", "change")
    print(f"{'end-point error in px':<22}" + "".join(f"{head:>9}" for head in heads))
    for name, data in sets.items():
        errors = [evaluate(method, data)["epe"] for method in ("zero", given.init, trained, result.model)]
        zero, before, alone, mean = errors
        row = f"{name:<22}{zero:9.2f}{before:9.2f}"
        print(row + "".join(f"{after:9.2f}{after / before - 1:9.1%}" for after in (alone, mean)), flush=True)


if __name__ == "__main__":
    main()
