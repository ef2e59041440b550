"""What fresh pairs cost a training on the same cores: a pool filled by a thread, by processes, or not at all.

python bench/chairs_pool.py [--seconds S] [--threads T]

A quarter-width encoder trains on batches of 8 at 256 x 192 while the pool asks for more pairs than can be made:
an epoch ends when those of the next one are there. Each way gets a turn of S seconds.
"""

from __future__ import annotations

import argparse
import os
import time

import cv2
import torch
from torch import nn

from flowlab.chairs import ChairsConfig, ChairsStream

SIZE, BATCH, POOL = (192, 256), 8, 128
WAYS = {
    "nowhere: they stay": {"refresh": 0, "makers": 0},
    "a thread": {"refresh": POOL, "makers": 0},
    "one process": {"refresh": POOL, "makers": 1},
    "two processes": {"refresh": POOL, "makers": 2},
}


WIDTHS = ((16, 7, 2), (32, 5, 2), (64, 5, 2), (64, 3, 1), (128, 3, 2), (128, 3, 1))
WIDTHS += ((128, 3, 2), (128, 3, 1), (256, 3, 2), (256, 3, 1))


def network() -> nn.Sequential:
    """Stack FlowNetS's ten convolutions at a quarter of the width, and a head."""
    parts, last = [], 6
    for channels, kernel, stride in WIDTHS:
        parts += [nn.Conv2d(last, channels, kernel, stride, kernel // 2), nn.LeakyReLU(0.1)]
        last = channels
    return nn.Sequential(*parts, nn.Conv2d(last, 2, 3, 1, 1))


def turn(way: dict, seconds: float) -> tuple[float, float, float]:
    """Train for a while; return steps a second, fresh pairs a second, and the longest wait for a batch in ms."""
    data = ChairsStream(0, POOL, SIZE, ChairsConfig(bank=100), pool=POOL, **way)
    kept = data._pairs  # looked at from outside, to turn the page as soon as the next one is written
    everything = POOL + way["refresh"]
    data.set_epoch(0)
    while len(kept._kept) < everything:  # sprites are warm before the clock starts
        time.sleep(0.1)
    data.set_epoch(1)
    net = network()
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3)
    epoch, steps, longest = 1, 0, 0.0
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        if way["refresh"] and len(kept._kept) >= everything:
            epoch += 1
            data.set_epoch(epoch)
        asked = time.perf_counter()
        items = [data[(BATCH * steps + n) % POOL] for n in range(BATCH)]
        longest = max(longest, time.perf_counter() - asked)
        img1, img2, flow, _ = (torch.stack(parts) for parts in zip(*items, strict=True))
        predicted = net(torch.cat([img1, img2], dim=1))
        loss = (predicted - nn.functional.adaptive_avg_pool2d(flow, predicted.shape[-2:])).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        steps += 1
    spent = time.perf_counter() - start
    fresh = (epoch - 1) * way["refresh"] + max(len(kept._kept) - POOL, 0)
    kept.prepare([])
    return steps / spent, fresh / spent, 1e3 * longest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of the training")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    cv2.setNumThreads(1)
    print(f"{os.cpu_count()} cores, {options.threads} threads in the training, batches of {BATCH} at 256 x 192")
    print(f"{'fresh pairs come from':24}{'steps/s':>9}{'of still':>10}{'fresh pairs/s':>15}{'longest wait ms':>17}")
    still = None
    for name, way in WAYS.items():
        rate, fresh, longest = turn(way, options.seconds)
        still = still or rate
        print(f"{name:24}{rate:9.2f}{rate / still:10.2f}{fresh:15.1f}{longest:17.1f}", flush=True)


if __name__ == "__main__":
    main()
