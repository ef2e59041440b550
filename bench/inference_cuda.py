"""FlowNetC's pairs a second on a GPU, at 448 x 1024 in batches of 8: one by one launches against one CUDA graph.

    python bench/inference_cuda.py

Random weights of full width; the paper's card made about 7 pairs a second. The aim is 1,000, in bfloat16, channels
last, as one graph (flowlab.models.GraphRunner). Where there is no GPU it says so and ends with 77.
"""

from __future__ import annotations

import statistics
import sys

import torch
from _gpu import need_gpu, write_result

import flowlab
from flowlab.models import GraphRunner

SIZE, BATCH, BAR = (448, 1024), 8, 1000.0


def pairs_a_second(run, repeats: int = 20) -> float:
    """The median of `repeats` runs, each waited for."""
    for _ in range(5):
        run()
    times = []
    for _ in range(repeats):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        run()
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return 1e3 * BATCH / statistics.median(times)


def main() -> None:
    card = need_gpu()
    torch.manual_seed(0)
    model = flowlab.FlowNetC().cuda().eval()
    images = torch.rand(2, BATCH, 3, *SIZE, device="cuda").unbind()
    ways = {
        "float32, layer by layer": lambda: flowlab.predict(model, *images),
        "bfloat16 autocast, layer by layer": lambda: flowlab.predict(model, *images, dtype=torch.bfloat16),
    }
    for dtype in (torch.float32, torch.bfloat16):
        for graph in (False, True):
            run = GraphRunner(model, BATCH, SIZE, dtype=dtype, graph=graph)
            name = f"{str(dtype)[6:]}, channels last{', one graph' if graph else ''}"
            ways[name] = lambda run=run: run(*images)
    expected = flowlab.predict(model, *images)
    off = float((ways["bfloat16, channels last, one graph"]() - expected).norm() / expected.norm())
    figures = {name: round(pairs_a_second(run), 1) for name, run in ways.items()}
    print(f"{card}, FlowNetC, {SIZE[0]} x {SIZE[1]}, batch {BATCH}, pairs a second")
    for name, value in figures.items():
        print(f"    {name:36}{value:>10,.1f}")
    print(f"bfloat16 is off by {off:.2%} of the flow's length (random weights)")
    write_result("inference_cuda", {"size": SIZE, "batch": BATCH, "pairs/s": figures, "bfloat16 off by": round(off, 4)})
    best = figures["bfloat16, channels last, one graph"]
    print(f"aim: {BAR:,.0f} pairs a second, {'reached' if best >= BAR else 'MISSED'}")
    sys.exit(int(best < BAR))


if __name__ == "__main__":
    main()
