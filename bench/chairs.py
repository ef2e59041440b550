"""How fast the generator is, what its bank of sprites costs, and how its pairs compare with Flying Chairs.

python bench/chairs.py                      pairs a second on one core, warm, at two sizes; and the bank
python bench/chairs.py --cold [N]           pairs a second of a process that has just started, over N pairs (2,000)
python bench/chairs.py --statistics [N]     |flow|, visible chairs and background over N pairs (500)
python bench/chairs.py --exactness [N]      how well the flow explains frame 2 and leads back, over N seeds (100)
"""

from __future__ import annotations

import argparse
import time

import cv2
import numpy as np

from flowlab.chairs import ChairsConfig, make_pair, warm_up
from flowlab.chairs.sprites import CLASSES, KEPT, SpriteStore, make_sprite

BARS = {(384, 512): 25.0, (192, 256): None}  # pairs a second of one core
# Nine real pairs of Flying Chairs. They are few: their medians run from 2.4 to 14 px.
REAL = {
    "|flow| mean, px": "10.5",
    "|flow| median, px": "4.7 (single pairs 2.4 to 14)",
    "|flow| 95 %, px": "28.5 (the samplers alone: 41 to 63)",
    "|flow| 99 %, px": "70.7",
    "share under 1 px": "0.13",
    "share 1 to 10 px": "0.56",
    "share 10 to 40 px": "0.29",
    "share over 40 px": "0.02 (the samplers alone: 0.05 to 0.11)",
    "visible chairs": "4 to 9",
    "background visible": "0.57 to 0.89",
}


def speed(size: tuple[int, int], count: int) -> None:
    """Time pairs whose sprites are all in the bank."""
    config = ChairsConfig(bank=100)  # quicker to fill than 1,000; a pair takes as long
    warm_up(0, size, config)
    for index in range(count, count + 12):
        make_pair(0, index, size, config)
    wall, cpu = time.perf_counter(), time.process_time()
    for index in range(count):
        make_pair(0, index, size, config)
    wall, cpu = count / (time.perf_counter() - wall), count / (time.process_time() - cpu)
    bar = BARS[size]
    verdict = "" if bar is None else f"; bar {bar:.0f}: {'met' if cpu >= bar else 'MISSED'}"
    print(f"{size[1]} x {size[0]}: {cpu:6.1f} pairs a second of one core, {wall:6.1f} by the clock{verdict}")


def cold(count: int) -> None:
    """Time the first pairs of a process, each sprite made when a pair first asks for it."""
    start = last = time.perf_counter()
    for index in range(count):
        make_pair(0, index)
        if (index + 1) % (count // 4) == 0:
            now = time.perf_counter()
            print(
                f"512 x 384, pairs up to {index + 1:5d}: {count // 4 / (now - last):5.1f} pairs a second by the clock"
            )
            last = now
    print(f"all {count}: {count / (last - start):.1f} pairs a second, with the making of {len(KEPT)} sprites")


def bank(size: tuple[int, int]) -> None:
    """Time sprites of each class and add up what a whole bank costs."""
    seconds = total = 0.0
    store = SpriteStore(1, size, ChairsConfig())
    each = store.each
    for size_class in range(len(CLASSES)):
        keys = [store.key(each * size_class + n) for n in range(12)]
        start = time.process_time()
        sprites = [make_sprite(key) for key in keys]
        spent = (time.process_time() - start) / len(keys)
        seconds, total = seconds + each * spent, total + each * np.mean([s.nbytes for s in sprites])
        print(f"    {keys[0].pixels:4d} px: {1e3 * spent:6.1f} ms a sprite")
    print(f"    all {each * len(CLASSES)} sprites of a seed: {seconds:.0f} s once in a process, {total / 1e6:.0f} MB")


def statistics(count: int) -> None:
    """Measure pairs at 512 x 384 and print the mean over pairs beside the nine real ones."""
    config = ChairsConfig(bank=100)
    rows = []
    for index in range(count):
        pair = make_pair(0, index, config=config)
        length = np.hypot(pair.flow[..., 0], pair.flow[..., 1])
        shares = [((length >= a) & (length < b)).mean() for a, b in ((0, 1), (1, 10), (10, 40), (40, np.inf))]
        seen = np.count_nonzero(np.bincount(pair.layers.ravel(), minlength=256)[1:])
        rows.append([length.mean(), *np.percentile(length, [50, 95, 99]), *shares, seen, (pair.layers == 0).mean()])
    rows = np.array(rows)
    print(f"{count} pairs of seed 0, 512 x 384; each number is taken in a pair, then over the pairs")
    print(f"{'':22}{'mean':>8}{'10 %':>8}{'median':>8}{'90 %':>8}   nine real pairs")
    for name, column in zip(REAL, rows.T, strict=True):
        low, middle, high = np.percentile(column, [10, 50, 90])
        print(f"{name:22}{column.mean():8.2f}{low:8.2f}{middle:8.2f}{high:8.2f}   {REAL[name]}")


def exactness(count: int) -> None:
    """Measure what is left when frame 2 is fetched along the flow, and when the backward flow leads back."""
    grid = np.indices((384, 512))[::-1].transpose(1, 2, 0).astype(np.float32)
    rows = []
    for seed in range(count):
        pair = make_pair(seed, seed, config=ChairsConfig(bank=5))  # few chairs, for each seed has its own
        visible, there = ~pair.occlusion, grid + pair.flow
        fetched = cv2.remap(pair.img2, there, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        back = cv2.remap(pair.backward_flow, there, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        gap = np.linalg.norm(pair.flow + back, axis=2)
        error = cv2.absdiff(fetched, pair.img1) / 255
        rows.append([np.median(error[visible]), np.median(gap[visible]), (gap[visible] < 1).mean()])
    print(f"{count} pairs of as many seeds, 512 x 384, where frame 2 shows the point")
    names = ("median |I1(x) - I2(x + w)| of white", "median |w + w_back|, px", "share that leads back to 1 px")
    for name, bar, column in zip(names, ("below 0.02", "below 0.05", ""), np.array(rows).T, strict=True):
        low, middle, high = np.min(column), np.median(column), np.max(column)
        print(f"{name:38} smallest {low:.5f}, median {middle:.5f}, largest {high:.5f}   {bar}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statistics", nargs="?", type=int, const=500, metavar="N")
    parser.add_argument("--cold", nargs="?", type=int, const=2000, metavar="N")
    parser.add_argument("--exactness", nargs="?", type=int, const=100, metavar="N")
    parser.add_argument("--count", type=int, default=60, help="pairs to time")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    if options.statistics:
        statistics(options.statistics)
        return
    if options.cold:
        cold(options.cold)
        return
    if options.exactness:
        exactness(options.exactness)
        return
    for size in BARS:
        speed(size, options.count)
        bank(size)


if __name__ == "__main__":
    main()
