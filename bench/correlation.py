"""The correlation layer on a CPU: against the loop that every textbook has, against a matrix product, and by memory.

    python bench/correlation.py          # prints the tables; returns 1 where a bar is missed

On 2 threads, with FlowNetC's numbers (d = 20, s2 = 2, 441 channels). The bars are for FlowNetC's size, the other tables
are there to see. All ways of a table run turn by turn. The matrix product multiplies (places x C) by (C x 441): as many
useful multiplications, and an output of the same size. Memory is the high-water mark of a fresh process's resident
set (Linux keeps it) over maps, forward and backward, less what was resident before, with libraries and threads loaded.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from _timing import interleaved, ratio, table

import flowlab

THREADS = 2
SIZES = {  # (B, C, H, W): maps are an eighth of the images, 384 x 512 pixels or 192 x 256
    "FlowNetC": (1, 256, 48, 64),
    "FlowNetC, batch 8": (8, 256, 48, 64),
    "width 1/4": (1, 64, 48, 64),
    "width 1/4 in training on a laptop": (8, 64, 24, 32),
}
D, S2 = 20, 2
CHANNELS = (2 * (D // S2) + 1) ** 2
BARS = {"loop / forward": (5, "at least"), "forward / product": (7, "at most"), "both / forward": (4, "at most")}
MEMORY_BAR = 3.0
STATUS, CLEAR = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def shift_multiply_mean(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """One displacement after the other, as in every textbook."""
    H, W = a.shape[2:]
    far = torch.nn.functional.pad(b, (D,) * 4)
    steps = range(0, 2 * D + 1, S2)
    return torch.stack([(a * far[:, :, y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


def ways(shape: tuple[int, ...]) -> dict[str, Callable[[], object]]:
    B, C, H, W = shape
    a, b = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0))
    x, y = a.clone().requires_grad_(), b.clone().requires_grad_()
    g = torch.randn(B, CHANNELS, H, W)
    left, right = torch.randn(B, H * W, C), torch.randn(B, C, CHANNELS)
    torch.testing.assert_close(flowlab.correlation(a, b), shift_multiply_mean(a, b))
    return {
        "flowlab.correlation, forward": lambda: flowlab.correlation(a, b),
        "  forward and backward": lambda: torch.autograd.grad(flowlab.correlation(x, y), (x, y), g),
        "shift, multiply, mean, forward": lambda: shift_multiply_mean(a, b),
        "a matrix product of the same size": lambda: left @ right,
    }


def compare(name: str, shape: tuple[int, ...]) -> dict[str, float]:
    repeats = 30 if shape[0] * shape[1] < 1000 else 5
    seconds = interleaved(ways(shape), repeats=repeats, warmup=2)
    forward, both, loop, product = seconds
    table(f"{name}: {' x '.join(map(str, shape))}, {THREADS} threads", seconds)
    return {
        "loop / forward": ratio(seconds, loop, forward),
        "forward / product": ratio(seconds, forward, product),
        "both / forward": ratio(seconds, both, forward),
    }


def high_water() -> int:
    """Most bytes that have been resident in this process since the mark was last set back."""
    line = next(line for line in STATUS.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


def passes(shape: tuple[int, ...]) -> int:
    a, b = (torch.randn(shape).requires_grad_() for _ in "ab")
    out = flowlab.correlation(a, b)
    out.backward(torch.ones_like(out))
    return 4 * (a.numel() + b.numel() + out.numel())


def measure(shape: tuple[int, ...]) -> None:
    """In a process of its own: print the bytes that the passes need at their peak, and those of maps and output."""
    passes((1, 8, 6, 8))
    torch.ones(512, 512) @ torch.ones(512, 512)  # now libraries, threads and the BLAS's own buffers are there
    CLEAR.write_text("5", encoding="utf-8")  # the mark falls to what is resident now
    before = high_water()
    needed = passes(shape)
    print(high_water() - before, needed)


def memory(shape: tuple[int, ...]) -> float:
    """Peak of forward and backward over inputs plus output."""
    command = [sys.executable, __file__, "--memory", *map(str, shape)]
    runs = [subprocess.run(command, check=True, capture_output=True, text=True).stdout.split() for _ in range(3)]
    peak, needed = max(int(run[0]) for run in runs), int(runs[0][1])
    print(f"peak of both {peak / 2**20:.1f} MiB, two maps and the output {needed / 2**20:.1f} MiB")
    return peak / needed


def main() -> int:
    torch.set_num_threads(THREADS)
    missed = []
    for name, shape in SIZES.items():
        ratios = compare(name, shape)
        if STATUS.exists():
            ratios["peak / (maps + output)"] = memory(shape)
        bars = BARS | {"peak / (maps + output)": (MEMORY_BAR, "at most")}
        for key, value in ratios.items():
            bar, kind = bars[key]
            print(f"  {key:<24}{value:7.2f}   ({kind} {bar:g})")
            if name == "FlowNetC" and (value < bar if kind == "at least" else value > bar):
                missed.append(key)
        print()
    print("missed: " + ", ".join(missed) if missed else "every bar is held at FlowNetC's size")
    return int(bool(missed))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        torch.set_num_threads(THREADS)
        measure(tuple(map(int, sys.argv[2:])))
    else:
        sys.exit(main())
