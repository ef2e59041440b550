"""The raw CUDA kernels against a PyTorch loop and against batched matrix products, on one card, in one run.

    python bench/correlation_cuda.py

FlowNetC's layer, 256 channels of 48 x 64 places: forward, and forward with both gradients, for batches of 1 and 8 in
fp32, fp16 and bf16. Times are the GPU's own: what a call launches is queued behind a pause, so that the CPU's time to
launch it is not in them (the loop, of 1,800 launches, is longer than any queue). "over it" is the time divided by the
limit, which is what the card's fp32 arithmetic, or its memory, would take if it did nothing else; below 4 is the aim,
at batch 8, for one sample has too few blocks for a large card.
Under it stands the lower bound that bench/results/correlation_traffic.txt has counted. "of its data" is the peak of
memory, inputs included, divided by inputs plus outputs; 1.2 is the aim. The figures go to bench/results. Where there is
no GPU it says so and ends with 77, at which `make bench` goes on.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from functools import partial

import torch
from _gpu import need_gpu, write_result

from flowlab.costvolume import Geometry, correlation

BAR, MEMORY_BAR = 4.0, 1.2
SHAPE = (256, 48, 64)
# Times the limit, at least, by bench/results/correlation_traffic.txt: forward, and with both gradients.
COUNTED = {False: 1.52, True: 1.52}
PAUSE = 10_000_000  # clocks, some 5 ms
# fp32 TFLOP/s and TB/s, as the maker prints them; of an H200's 4.8 TB/s a copy reaches 4.3.
CARDS = {
    "H200": (67.0, 4.3),
    "H100": (67.0, 3.35),
    "A100": (19.5, 2.04),
    "L40": (90.5, 0.864),
    "RTX 4090": (82.6, 1.008),
    "RTX 3090": (35.6, 0.936),
    "V100": (15.7, 0.9),
    "T4": (8.1, 0.32),
}


def shift_multiply_mean(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The loop that everyone writes: one displacement after the other."""
    H, W = a.shape[2:]
    padded = torch.nn.functional.pad(b, (20, 20, 20, 20))
    steps = range(0, 41, 2)
    return torch.stack([(a * padded[:, :, y : y + H, x : x + W]).mean(1) for y in steps for x in steps], 1)


WAYS: dict[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "raw kernels": lambda a, b: correlation(a, b, backend="cuda"),
    "matrix products": lambda a, b: correlation(a, b, backend="cpu"),
    "PyTorch loop": shift_multiply_mean,
}


def limit(batch: int, bytes_per_number: int, backward: bool) -> tuple[float, str] | None:
    """Seconds that the card cannot go below, and whose limit it is; None for a card that is not listed."""
    name = torch.cuda.get_device_name()
    card = next((numbers for known, numbers in CARDS.items() if known in name), None)
    if card is None:
        return None
    C, H, W = SHAPE
    layer = Geometry()
    out = layer.side**2 * H * W
    flop = 2 * batch * out * C * (3 if backward else 1)
    traffic = batch * bytes_per_number * ((2 * C * H * W + out) * (3 if backward else 1))
    arithmetic, memory = flop / (card[0] * 1e12), traffic / (card[1] * 1e12)
    return max((arithmetic, "arithmetic"), (memory, "memory"))


def measured(ways: dict[str, Callable[[], object]], repeats: int) -> dict[str, tuple[float, float]]:
    """Median milliseconds and peak MiB of each way, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    peaks = dict.fromkeys(ways, 0.0)
    for turn in range(3 + repeats):
        for name, run in ways.items():
            torch.cuda.reset_peak_memory_stats()
            before = torch.cuda.memory_allocated()
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            torch.cuda._sleep(PAUSE)
            start.record()
            run()
            end.record()
            end.synchronize()
            if turn >= 3:
                times[name].append(start.elapsed_time(end))
                peaks[name] = max(peaks[name], (torch.cuda.max_memory_allocated() - before) / 2**20)
    return {name: (statistics.median(times[name]), peaks[name]) for name in ways}


def data_bytes(a: torch.Tensor, g: torch.Tensor, backward: bool) -> tuple[int, int]:
    """Bytes that come in, maps and the scores' gradient, and bytes that go out, scores and the maps' gradients."""
    maps, scores = 2 * a.numel() * a.element_size(), g.numel() * g.element_size()
    return (maps + scores, maps + scores) if backward else (maps, scores)


def forward_backward(way: Callable, a: torch.Tensor, b: torch.Tensor, g: torch.Tensor) -> Callable[[], object]:
    return lambda: torch.autograd.grad(way(a, b), (a, b), g)


def main() -> None:
    need_gpu()
    print(f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}, torch {torch.__version__}, maps {SHAPE}")
    print(f"{'':38}{'ms':>9}{'limit ms':>10}{'over it':>9}{'peak MiB':>10}"
          f"{'of its data':>13}{'against the loop':>18}")  # fmt: skip
    worst = heaviest = 0.0
    rows = []
    for batch in (1, 8):
        for dtype in (torch.float32, torch.float16, torch.bfloat16):
            a, b = torch.randn(2, batch, *SHAPE, device="cuda", dtype=dtype).unbind()
            check(a, b)
            g = torch.randn(batch, 441, *SHAPE[1:], device="cuda", dtype=dtype)
            a, b = a.requires_grad_(), b.requires_grad_()
            for backward in (False, True):
                ways = {
                    name: forward_backward(way, a, b, g) if backward else partial(way, a.detach(), b.detach())
                    for name, way in WAYS.items()
                }
                figures = measured(ways, repeats=30 if batch == 1 else 15)
                least = limit(batch, a.element_size(), backward)
                came, went = (size / 2**20 for size in data_bytes(a, g, backward))
                what = f"batch {batch}, {str(dtype)[6:]}, {'forward and backward' if backward else 'forward'}"
                print(what + (f" (limit: {least[1]})" if least else " (card not listed: no limit)"))
                for name, (ms, peak) in figures.items():
                    over = ms / 1e3 / least[0] if least else float("nan")
                    loop = figures["PyTorch loop"][0] / ms
                    shown = least[0] * 1e3 if least else float("nan")
                    share = (came + peak) / (came + went)
                    print(f"    {name:34}{ms:>9.3f}{shown:>10.4f}{over:>9.1f}{peak:>10.0f}{share:>13.2f}"
                          f"{loop:>17.1f}x")  # fmt: skip
                    row = {"what": what, "way": name, "ms": round(ms, 4), "over the limit": round(over, 2)}
                    row |= {"limit ms": round(shown, 4), "peak MiB": round(peak, 1), "of its data": round(share, 3)}
                    if name == "raw kernels":
                        heaviest = max(heaviest, share)
                        if batch == 8:
                            row["at least, as counted for an H200 in fp32"] = COUNTED[backward]
                            print(f"{'':38}{COUNTED[backward]:>28.1f} at least, as counted for an H200 in fp32")
                            worst = max(worst, over) if least else worst
                    rows.append(row)
    print(f"largest time over the limit at batch 8: {worst:.1f} (aim: {BAR}); "
          f"memory, of its data: {heaviest:.2f} ({MEMORY_BAR})")  # fmt: skip
    write_result(
        "correlation_cuda", {"worst over the limit": round(worst, 2), "memory": round(heaviest, 3), "rows": rows}
    )
    if worst > BAR or heaviest > MEMORY_BAR:
        raise SystemExit(f"above the aim of {BAR} times the limit, or of {MEMORY_BAR} times the data")


def check(a: torch.Tensor, b: torch.Tensor) -> None:
    """What is compared must agree."""
    tolerance = {torch.float32: 1e-4, torch.float16: 5e-3, torch.bfloat16: 4e-2}[a.dtype]
    results = {name: way(a, b).double() for name, way in WAYS.items()}
    for name, result in results.items():
        worst = float((result - results["matrix products"]).abs().max())
        if worst > tolerance:
            raise SystemExit(f"{name} differs from the matrix products by {worst:.1e}")


if __name__ == "__main__":
    main()
