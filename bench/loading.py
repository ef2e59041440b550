"""How many samples a second one core reads and augments, ours and a plain way to write it, in one run.

python bench/loading.py             Flying Chairs' size, the paper's whole augmentation, 512 x 384 cropped to 448 x 320
python bench/loading.py --parts     where our time goes
"""

from __future__ import annotations

import argparse
import os
import statistics
import struct
import tempfile
import time
from functools import partial
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import cv2
import numpy as np
import torch
from _timing import interleaved, ratio, table

from flowlab.datasets import Augmentation, FlyingChairs
from flowlab.datasets.augment import PAPER
from flowlab.field import write_flow, write_image

BAR, RATIO = 100.0, 3.0  # samples a second of one core; times as fast as the plain way
PAIRS = 16


def make_set(folder: Path) -> None:
    """Write pairs with the size and the bytes of Flying Chairs; what they show does not matter to the clock."""
    rng = np.random.default_rng(0)
    (folder / "data").mkdir()
    for n in range(1, PAIRS + 1):
        for frame in ("img1", "img2"):
            noise = rng.integers(0, 256, (384, 512, 3), dtype=np.uint8)
            write_image(folder / "data" / f"{n:05d}_{frame}.ppm", cv2.GaussianBlur(noise, (0, 0), 3))
        flow = np.where((np.arange(512) < 250)[None, :, None], rng.uniform(-20, 20, 2), rng.uniform(-20, 20, 2))
        write_flow(folder / "data" / f"{n:05d}_flow.flo", np.broadcast_to(flow, (384, 512, 2)).astype(np.float32))
    (folder / "FlyingChairs_train_val.txt").write_text("1\n" * PAIRS, encoding="utf-8")


def plain(folder: Path, n: int, rng: np.random.Generator):
    """Read and augment a sample as one writes it down first: NumPy for numbers, OpenCV to read and to warp."""
    name = str(folder / "data" / f"{n + 1:05d}")
    images = [cv2.imread(f"{name}_{frame}.ppm")[..., ::-1].astype(np.float32) / 255 for frame in ("img1", "img2")]
    with open(f"{name}_flow.flo", "rb") as stream:
        width, height = struct.unpack("<4xii", stream.read(12))
        flow = np.fromfile(stream, np.float32).reshape(height, width, 2)
    h, w = 320, 448
    first, second = plain_views(rng, h, w, height, width)
    y, x = np.mgrid[:h, :w].astype(np.float32)
    crop = np.stack([x, y, np.ones_like(x)], axis=-1)  # (h, w, 3)
    look = crop @ first[:2].T.astype(np.float32)
    sampled = cv2.remap(flow, look[..., 0], look[..., 1], cv2.INTER_LINEAR)
    landed = np.concatenate([look + sampled, np.ones((h, w, 1), np.float32)], axis=-1)
    new_flow = landed @ np.linalg.inv(second)[:2].T.astype(np.float32) - crop[..., :2]
    contrast, gamma, brightness = rng.uniform(0.2, 1.4), rng.uniform(0.7, 1.5), rng.normal(0, 0.2)
    colour, sigma = rng.uniform(0.5, 2, 3).astype(np.float32), rng.uniform(0, 0.04)
    out = []
    for image, view in zip(images, (first, second), strict=True):
        more = np.exp(rng.normal(0, 0.02, 5)).astype(np.float32)
        image = cv2.warpAffine(image, view[:2], (w, h), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        image = np.clip(image * colour * more[:3], 0, 1) ** np.float32(gamma * more[3])
        image = np.clip((image + np.float32(brightness) - 0.5) * np.float32(contrast * more[4]) + 0.5, 0, 1)
        image = np.clip(image + rng.normal(0, sigma, image.shape).astype(np.float32), 0, 1)
        out.append(np.ascontiguousarray(image.transpose(2, 0, 1)))
    valid = np.abs(sampled).max(axis=-1) < 1e9
    return *out, np.ascontiguousarray(new_flow.transpose(2, 0, 1)), valid


def plain_views(rng: np.random.Generator, h: int, w: int, height: int, width: int):
    """Draw views until one lies inside, as in the released code."""
    corners = np.array([[0, w - 1, 0, w - 1], [0, 0, h - 1, h - 1], [1, 1, 1, 1]])

    def view(degrees, zoom, tx, ty, height, width):
        c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        a = np.array([[c, -s], [s, c]]) / zoom
        shift = np.array([(width - 1) / 2 + tx / zoom, (height - 1) / 2 + ty / zoom])
        m = np.eye(3)
        m[:2, :2], m[:2, 2] = a, shift - a @ [(w - 1) / 2, (h - 1) / 2]
        return m

    def inside(m):
        px, py, _ = m @ corners
        return px.min() >= 0 and py.min() >= 0 and px.max() <= width - 1 and py.max() <= height - 1

    first = view(0, 1, 0, 0, height, width)
    for _ in range(50):
        shift = rng.uniform(-0.2 * width, 0.2 * width, 2)
        drawn = view(rng.uniform(-17, 17), rng.uniform(0.9, 2), *shift, height, width)
        if inside(drawn):
            first = drawn
            break
    second = first
    for _ in range(50):
        tx, ty = rng.normal(0, 0.03, 2) * (w, h)
        drawn = first @ view(np.rad2deg(rng.normal(0, 0.03)), np.exp(rng.normal(0, 0.03)), tx, ty, h, w)
        if inside(drawn):
            second = drawn
            break
    return first, second


def compare(folder: Path, repeats: int) -> None:
    """Time both ways turn by turn, by the clock and in seconds of the processor, which other programs disturb less."""
    data = FlyingChairs(folder, "train", Augmentation(PAPER))

    def ours(n: int):
        data.set_epoch(n // PAIRS)
        return data[n % PAIRS]

    def theirs(n: int):
        return plain(folder, n % PAIRS, np.random.default_rng(n))

    ways = {"flowlab: FlyingChairs + Augmentation": ours, "NumPy + OpenCV, plainly": theirs}
    cpu: dict[str, list[float]] = {name: [] for name in ways}

    def counted(name: str):
        start = time.process_time()
        ways[name](len(cpu[name]))
        cpu[name].append(time.process_time() - start)

    clock = interleaved({name: partial(counted, name) for name in ways}, repeats)
    table("A sample, read and augmented, one thread, by the clock", clock)
    table("the same, in milliseconds of one core", cpu)
    ours_name, plain_name = ways
    rate, times = 1 / statistics.median(cpu[ours_name]), ratio(cpu, plain_name, ours_name)
    print(f"{rate:.0f} samples a second of one core; bar {BAR:.0f}: {_verdict(rate >= BAR)}")
    print(f"{times:.1f} times as fast as the plain way; bar {RATIO:.0f}: {_verdict(times >= RATIO)}")
    rate, times = 1 / statistics.median(clock[ours_name]), ratio(clock, plain_name, ours_name)
    print(f"by the clock: {rate:.0f} a second, {times:.1f} times")


def parts(folder: Path, repeats: int) -> None:
    """Time what a sample is made of."""
    from flowlab.datasets.augment import draw_params, sample_generator
    from flowlab.datasets.augment.photometric import transform_frame
    from flowlab.datasets.augment.spatial import view_flow

    data = FlyingChairs(folder, "train")
    frame, _, flow, valid = data.read(0)
    flow, valid = torch.from_numpy(flow).permute(2, 0, 1)[None], torch.from_numpy(valid)[None]
    d = draw_params(PAPER, sample_generator(0, 0, 0), (320, 448), (384, 512))
    out = np.empty((3, 320, 448), np.float32)
    first, second = (view[None] for view in d.views)
    seconds = interleaved(
        {
            "read two frames and a flow": lambda: data.read(0),
            "draw views, colours and noise": lambda: draw_params(
                PAPER, sample_generator(0, 0, 0), (320, 448), (384, 512)
            ),
            "one frame: warp, colours, noise": lambda: transform_frame(
                frame, d.views[0], d.tables[0], d.sigma, d.noise[0], out
            ),
            "the flow": lambda: view_flow(flow, valid, first, second, (320, 448)),
        },
        repeats,
    )
    table("Parts of a sample", seconds)


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", action="store_true")
    parser.add_argument("--repeats", type=int, default=200)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        make_set(Path(folder))
        (parts if options.parts else compare)(Path(folder), options.repeats)


if __name__ == "__main__":
    main()
