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
# fp32 multiply-adds of an SM in one clock, by compute capability: CUDA Programming Guide, arithmetic instructions.
LANES = {(7, 0): 64, (7, 2): 64, (7, 5): 64, (8, 0): 64}  # and 128 on all that came since


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


def rates() -> tuple[float, float] | None:
    """Return the card's fp32 FLOP/s and bytes/s at its highest clocks; None where torch does not know its clocks."""
    card = torch.cuda.get_device_properties()
    names = "clock_rate", "memory_clock_rate", "memory_bus_width"
    clock, memory_clock, bus = (getattr(card, name, 0) for name in names)
    if min(clock, memory_clock, bus) <= 0:
        return None
    lanes = LANES.get((card.major, card.minor), 128)
    # Clocks are in kHz; a multiply-add counts as two, and memory moves data twice in a clock.
    return 2e3 * clock * lanes * card.multi_processor_count, 2e3 * memory_clock * bus / 8


def limit(batch: int, bytes_per_number: int, backward: bool) -> tuple[float, str] | None:
    """Seconds that the card cannot go below, and whose limit it is; None for a card whose clocks are not known."""
    known = rates()
    if known is None:
        return None
    C, H, W = SHAPE
    layer = Geometry()
    out = layer.side**2 * H * W
    flop = 2 * batch * out * C * (3 if backward else 1)
    traffic = batch * bytes_per_number * ((2 * C * H * W + out) * (3 if backward else 1))
    return max((flop / known[0], "arithmetic"), (traffic / known[1], "memory"))


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


def row_of(
    what: str, way: str, figure: tuple[float, float], least: tuple[float, str] | None, data: list[float]
) -> dict:
    """One way's figures, with None in place of what is not known; ``data`` is what comes in and goes out, in MiB."""
    (ms, peak), (came, went) = figure, data
    return {
        "what": what,
        "way": way,
        "ms": round(ms, 4),
        "over the limit": round(ms / 1e3 / least[0], 2) if least else None,
        "limit ms": round(least[0] * 1e3, 4) if least else None,
        "peak MiB": round(peak, 1),
        "of its data": round((came + peak) / (came + went), 3),
    }


def shown(value: float | None, form: str) -> str:
    """Write a number, or a dash in its place."""
    return format(value, form) if value is not None else "-"


def measure(batch: int, dtype: torch.dtype) -> list[dict]:
    """Measure and print all ways at one size and dtype."""
    a, b = torch.randn(2, batch, *SHAPE, device="cuda", dtype=dtype).unbind()
    check(a, b)
    g = torch.randn(batch, 441, *SHAPE[1:], device="cuda", dtype=dtype)
    a, b = a.requires_grad_(), b.requires_grad_()
    rows = []
    for backward in (False, True):
        ways = {
            name: forward_backward(way, a, b, g) if backward else partial(way, a.detach(), b.detach())
            for name, way in WAYS.items()
        }
        figures = measured(ways, repeats=30 if batch == 1 else 15)
        least = limit(batch, a.element_size(), backward)
        data = [size / 2**20 for size in data_bytes(a, g, backward)]
        what = f"batch {batch}, {str(dtype)[6:]}, {'forward and backward' if backward else 'forward'}"
        print(what + (f" (limit: {least[1]})" if least else " (no limit: torch does not know this card's clocks)"))
        for name, figure in figures.items():
            row = row_of(what, name, figure, least, data)
            loop = figures["PyTorch loop"][0] / figure[0]
            print(f"    {name:34}{row['ms']:>9.3f}{shown(row['limit ms'], '.4f'):>10}"
                  f"{shown(row['over the limit'], '.1f'):>9}{row['peak MiB']:>10.0f}{row['of its data']:>13.2f}"
                  f"{loop:>17.1f}x")  # fmt: skip
            if name == "raw kernels" and batch == 8:
                row["at least, as counted for an H200 in fp32"] = COUNTED[backward]
                print(f"{'':38}{COUNTED[backward]:>28.1f} at least, as counted for an H200 in fp32")
            rows.append(row)
    return rows


def main() -> None:
    need_gpu()
    print(f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}, torch {torch.__version__}, maps {SHAPE}")
    print(f"{'':38}{'ms':>9}{'limit ms':>10}{'over it':>9}{'peak MiB':>10}"
          f"{'of its data':>13}{'against the loop':>18}")  # fmt: skip
    dtypes = torch.float32, torch.float16, torch.bfloat16
    rows = [row for batch in (1, 8) for dtype in dtypes for row in measure(batch, dtype)]
    ours = [row for row in rows if row["way"] == "raw kernels"]
    heaviest = max(row["of its data"] for row in ours)
    overs = [row["over the limit"] for row in ours if row["what"].startswith("batch 8")]
    worst = None if None in overs else max(overs)
    print(f"largest time over the limit at batch 8: {shown(worst, '.1f')} (aim: {BAR}); "
          f"memory, of its data: {heaviest:.2f} ({MEMORY_BAR})")  # fmt: skip
    write_result("correlation_cuda", {"worst over the limit": worst, "memory": heaviest, "rows": rows})
    if (worst or 0) > BAR or heaviest > MEMORY_BAR:
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
