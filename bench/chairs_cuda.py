"""Pairs a second that a GPU makes, and what the CPU does for them meanwhile.

    python bench/chairs_cuda.py [--batch N] [--world NAME]

At 512 x 384: the launches alone, with all scenes drawn before; drawing alone, on one core; and both together, as a
training has it, by a loader's workers. The aim is 2,000 pairs a second of the launches and of the whole. Where there is
no GPU it measures the drawing, says so and ends with 77.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace

import torch
from _gpu import NO_GPU, write_result

from flowlab.chairs import LESSONS, ChairsConfig
from flowlab.chairs.gpu import Atlas, Compositor, Tables, pack
from flowlab.chairs.pair import draw_plan
from flowlab.kernels import launch
from flowlab.training import recipe
from flowlab.training.data import Batches
from flowlab.training.distributed import DistributedContext

SIZE, BAR = (384, 512), 2000.0


def drawing(atlas: Atlas, batch: int, count: int = 1024) -> float:
    """Pairs a second that one core draws and packs."""
    start = time.process_time()
    for first in range(0, count, batch):
        pack(atlas, [draw_plan(atlas, index) for index in range(first, first + batch)])
    return count / (time.process_time() - start)


def launches(maker: Compositor, batch: int, repeats: int = 50) -> float:
    """Pairs a second of the two launches, with the copy of the tables, everything drawn before."""
    tables = [pack(maker.atlas, [draw_plan(maker.atlas, batch * n + i) for i in range(batch)]) for n in range(8)]
    tables = [Tables(*(table.pin_memory() for table in t)) for t in tables]
    for t in tables:
        maker.make(t)
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    start.record()
    for n in range(repeats):
        maker.make(tables[n % len(tables)])
    end.record()
    end.synchronize()
    return 1e3 * batch * repeats / start.elapsed_time(end)


def whole(maker: Compositor, config: ChairsConfig, batch: int, workers: int, steps: int = 200) -> float:
    """Pairs a second as a training gets them, without augmentation."""
    fields = {"batch": batch, "steps": steps + 20, "workers": workers, "cached_pairs": 100_000}
    training = recipe("modern", chairs=config, augment="none", crop=(), **fields)
    data = Batches(training, 0, DistributedContext(0, 1, maker.device), compositor=maker)
    for _ in range(20):
        next(data)
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in data:
        pass
    torch.cuda.synchronize()
    seconds = time.perf_counter() - start
    data.close()
    return batch * steps / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--world", choices=list(LESSONS), default="flying chairs")
    given = parser.parse_args()
    missing, cores = launch.why_not(), len(os.sched_getaffinity(0))
    config = replace(LESSONS[given.world], **({} if not missing else {"bank": 20, "backgrounds": 2}))
    begun = time.perf_counter()
    atlas = Atlas(0, SIZE, config, workers=0 if missing else cores)
    took = time.perf_counter() - begun
    if missing:
        print(f"drawing, one core: {drawing(atlas, given.batch):,.0f} pairs a second")
        print(f"no figures of a GPU: {missing}")
        sys.exit(NO_GPU)
    maker = Compositor(atlas, torch.device("cuda", 0))
    figures = {
        "world": given.world,
        "batch": given.batch,
        "seconds for all pictures": round(took, 1),
        "MB on the card": round((atlas.sprites.nbytes + atlas.backgrounds.nbytes) / 1e6),
        "pairs/s, launches": round(launches(maker, given.batch)),
        "pairs/s, drawing on one core": round(drawing(atlas, given.batch)),
        "workers": min(4, cores),
        "pairs/s, whole": round(whole(maker, atlas.config, given.batch, min(4, cores))),
    }
    for name, value in figures.items():
        print(f"{name:32} {value}")
    write_result(f"chairs_cuda{'' if given.world == 'flying chairs' else '_' + given.world}", figures)
    reached = min(figures["pairs/s, launches"], figures["pairs/s, whole"]) >= BAR
    print(f"aim: {BAR:,.0f} pairs a second, {'reached' if reached else 'MISSED'}")
    sys.exit(int(not reached))


if __name__ == "__main__":
    main()
