"""First contact of the correlation's kernels with a card: right or wrong in each dtype and layout, then times.

    python bench/gpu_smoke.py [--once]

FlowNetC's layer, forward and both gradients, in four dtypes, NCHW and channels last, against float64 by matrix products
on the same card. Before each call the memory that the results will get is filled with NaN, so that a number that no
thread writes is seen. "first call" includes the compilation. Then microseconds on the GPU, conversions of the layout
included. --once launches each of the three kernels once, for a profiler. Figures go to bench/results; a wrong result
ends with 1. Where there is no GPU it says so and ends with 77.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time

import torch
from _gpu import need_gpu, write_result

from flowlab.costvolume import Geometry, correlation, matmul

MAPS = (2, 256, 48, 64)  # B, C, H, W of the check
TIMED = ((8, 256, 48, 64), (8, 256, 56, 128), (1, 256, 48, 64))
# Largest norm of the error, in norms of the result: some roundings of the dtype.
TOLERANCES = {torch.float32: 1e-5, torch.bfloat16: 6e-3, torch.float16: 8e-4, torch.float64: 1e-12}
LAYOUTS = {"NCHW": torch.contiguous_format, "channels last": torch.channels_last}
POISON = 2**26  # float32 numbers
PAUSE = 6_000_000  # clocks, in which the CPU launches what is timed
REPEATS, WARM_UP = 10, 5


def inputs(shape: tuple[int, ...], dtype: torch.dtype) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Draw two maps and the gradient of their scores."""
    B, _, H, W = shape
    a, b = torch.randn(2, *shape, device="cuda", dtype=dtype).unbind()
    return a, b, torch.randn(B, Geometry().side ** 2, H, W, device="cuda", dtype=dtype)


def laid_out(maps: tuple[torch.Tensor, ...], layout: str) -> list[torch.Tensor]:
    """Bring maps into a layout, ready for gradients."""
    return [x.detach().contiguous(memory_format=LAYOUTS[layout]).requires_grad_() for x in maps]


def right_or_wrong(dtype: torch.dtype) -> list[dict]:
    """Compare forward and both gradients with float64, in both layouts."""
    a, b, g = inputs(MAPS, dtype)
    begun = time.perf_counter()
    correlation(a, b, backend="cuda")
    torch.cuda.synchronize()
    first = time.perf_counter() - begun
    a64, b64, g64 = a.double(), b.double(), g.double()
    expected = {
        "scores": matmul.corr(a64, b64, Geometry()),
        "gradient of a": matmul.corr_grad_a(g64, b64, Geometry()),
        "gradient of b": matmul.corr_grad_b(g64, a64, Geometry()),
    }
    rows = []
    for layout in LAYOUTS:
        x, y = laid_out((a, b), layout)
        poison = torch.full((POISON,), float("nan"), device="cuda")
        del poison  # to torch's cache, from which the results come
        out = correlation(x, y, backend="cuda")
        got = (out.detach(), *torch.autograd.grad(out, (x, y), g))
        errors = {
            name: float((ours.double() - right).norm() / right.norm())
            for ours, (name, right) in zip(got, expected.items(), strict=True)
        }
        good = all(error <= TOLERANCES[dtype] for error in errors.values())  # NaN is not
        said = ", ".join(f"{name} {error:.1e}" for name, error in errors.items())
        print(
            f"{str(dtype)[6:]:10}{layout:15}{'right' if good else 'WRONG':7}first call {first:.2f} s; {said}",
            flush=True,
        )
        known = {name: error if error == error else None for name, error in errors.items()}
        rows.append({"dtype": str(dtype)[6:], "layout": layout, "right": good, "first call s": round(first, 3)} | known)
    return rows


def microseconds(shape: tuple[int, ...], dtype: torch.dtype, layout: str) -> dict:
    """Time forward, and both gradients, on the GPU's own clock."""
    a, b, g = inputs(shape, dtype)
    x, y = laid_out((a, b), layout)
    times: dict[str, list[float]] = {"forward us": [], "gradients us": []}
    for turn in range(WARM_UP + REPEATS):
        start, middle, end = (torch.cuda.Event(enable_timing=True) for _ in range(3))
        torch.cuda._sleep(PAUSE)
        start.record()
        out = correlation(x, y, backend="cuda")
        middle.record()
        torch.autograd.grad(out, (x, y), g)
        end.record()
        end.synchronize()
        if turn >= WARM_UP:
            times["forward us"].append(1e3 * start.elapsed_time(middle))
            times["gradients us"].append(1e3 * middle.elapsed_time(end))
    row = {"maps": list(shape), "dtype": str(dtype)[6:], "layout": layout}
    row |= {name: round(statistics.median(of), 1) for name, of in times.items()}
    print(", ".join(f"{name} {value}" for name, value in row.items()), flush=True)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--once", action="store_true")
    once = parser.parse_args().once
    print(need_gpu())
    torch.manual_seed(0)
    if once:
        a, b, g = inputs(TIMED[0], torch.float32)
        a, b = laid_out((a, b), "NCHW")
        torch.autograd.grad(correlation(a, b, backend="cuda"), (a, b), g)
        torch.cuda.synchronize()
        return
    checked = [row for dtype in TOLERANCES for row in right_or_wrong(dtype)]
    dtypes = torch.float32, torch.bfloat16
    timed = [microseconds(shape, dtype, layout) for shape in TIMED for dtype in dtypes for layout in LAYOUTS]
    write_result("smoke_cuda", {"checked": checked, "timed": timed})
    sys.exit(int(not all(row["right"] for row in checked)))


if __name__ == "__main__":
    main()
