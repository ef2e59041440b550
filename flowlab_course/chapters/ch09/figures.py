"""The figures of chapter 09: who reads what, the phases of a block, and the roofline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.chapters.ch09.lab import SHARED, Run
from flowlab_course.page.captions import Caption

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CAPTIONS = {
    "blocks and tiles": Caption(
        alt="On the left the grid of blocks: two along x, eight along y, nine along z, the second of each row "
        "reaching over the end of the maps. On the right one block: it fetches 40 numbers of b into shared "
        "memory; a thread reads nine of them and one number of a, and keeps nine sums.",
        see="each number of b is fetched from global memory once for the whole block; then up to nine threads read it "
        "from shared memory. Four numbers at each end are for the displacements of the outermost threads.",
    ),
    "between barriers": Caption(
        alt="Accesses of 32 threads in four stretches between barriers: first they read global and write shared "
        "memory, then they read shared memory, and so on.",
        see="fetch, barrier, use, barrier, fetch again. Eight threads write twice, because the row is 40 numbers long; "
        "threads 0 to 3 write zeros, for columns left of the maps, without a read. The orange bar after the barrier is "
        "each thread's number of a.",
    ),
    "how often b is read": Caption(
        alt="Three maps of b, coloured by how often a place is read: bright for the first kernel, dark for the tiled "
        "one, darker still for the package's.",
        see="each step makes the map darker. In the last two, brighter columns where the tiles of two blocks "
        "overlap; in the last, darker rows at the top, which fewer blocks of six rows meet.",
    ),
    "outer product": Caption(
        alt="A table of 6 by 11 boxes, the sums of one thread. At its left stand 6 numbers of a, in a column; above it "
        "11 numbers of b, in a row. One number of each is marked, and the sum where their row and column meet.",
        see="17 numbers are read from shared memory, and each meets all those of the other map: 66 products. One "
        "product at a time would take 2 reads each, so 132.",
    ),
    "sectors and banks": Caption(
        alt="On the left three rows of memory, cut into sectors of 8 numbers: with step 1 a warp's reads fill 4 "
        "sectors, with step 2 every second number of 8, with step 8 one number in each sector. On the right shared "
        "memory as rows of 32 banks: a column with pitch 32 lies in one bank, with pitch 33 on a diagonal.",
        see="of each sector that is fetched, step 1 uses all 8 numbers, step 2 half, and step 8 one. With pitch 32 all "
        "32 places lie in bank 0, so they are read one after the other; with pitch 33 each lies in a bank of its own.",
    ),
    "roofline": Caption(
        alt="A roofline: for five cards, lines that rise with FLOP per byte and turn flat at the card's peak. Six "
        "vertical lines: four for the small layer, two dashed ones for FlowNetC's.",
        see="the roofs are limits that the makers publish, not measurements. Compare vertical lines of one colour: "
        "they are of one layer. By requests all kernels lie under the slopes, where memory is the limit. FlowNetC's "
        "layer, with each number moved once, lies under four flat roofs, and under the RTX 4090's slope.",
    ),
}

# fp32 TFLOP/s and TB/s as the maker prints them.
CARDS = {"T4": (8.1, 0.32), "A100": (19.5, 2.04), "H100": (67.0, 3.35), "H200": (67.0, 4.8), "RTX 4090": (82.6, 1.008)}
STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))  # of lines, one for each card
COLORS = ("#004488", "#117733", "#882255", "#996600", "#333333")
BATCH, WARM_UP, TIMED = 8, 3, 10  # of the layer that the reader's own GPU is timed with
# Kind of access: whether to shared memory, whether it writes, colour, marker.
PHASES = {
    "reads global memory": (False, False, "#c44e00", "s"),
    "writes shared memory": (True, True, "#004488", "^"),
    "reads shared memory": (True, False, "#66a3d2", "."),
    "writes the result": (False, True, "#222222", "x"),
}


def often_read(runs: Mapping[str, Run], shape: tuple[int, int, int], array: int = 1) -> Figure:
    """Draw, below each other, how often each place of an array was read, per channel.

    Args:
        runs: Title to run, with all blocks recorded.
        shape: (C, H, W) of the array.
        array: Its number among the kernel's arrays.
    """
    from matplotlib import pyplot as plt
    from matplotlib.colors import LogNorm

    maps = {title: run.touched[array].reshape(shape).mean(0) for title, run in runs.items()}
    most = max(m.max() for m in maps.values())
    fig, axes = plt.subplots(len(maps), 1, figsize=(8, 1.45 * len(maps) + 0.3), layout="constrained")
    scale = LogNorm(1, most)  # the steps are factors
    for ax, (title, times) in zip(np.atleast_1d(axes), maps.items(), strict=True):
        image = ax.imshow(times, cmap="magma", norm=scale)
        ax.set_title(f"{title}: a place is read {times.min():.0f} to {times.max():.0f} times", loc="left")
        ax.set(xticks=[0, shape[2] // 2, shape[2] - 1], yticks=[0, shape[1] - 1], ylabel="y")
    np.atleast_1d(axes)[-1].set_xlabel("x")
    bar = fig.colorbar(image, ax=axes, label="reads per channel", ticks=[1, 3, 10, 30, 81])
    bar.ax.set_yticklabels(["1", "3", "10", "30", "81"][: len(bar.ax.get_yticks())])
    return fig


def phases(run: Run, until: int) -> Figure:
    """Draw what each thread of a block does, one access after the other, up to an interval between barriers."""
    from matplotlib import pyplot as plt

    accesses = run.accesses[run.accesses["interval"] <= until]
    fig, ax = plt.subplots(figsize=(8, 3.4))
    start, first = 0, []
    places = np.empty(len(accesses))
    for interval in range(until + 1):  # within an interval, the n-th access of each thread stands at n
        here = accesses["interval"] == interval
        longest = 0
        for thread in np.unique(accesses["thread"][here]):
            mine = np.flatnonzero(here & (accesses["thread"] == thread))
            places[mine] = start + np.arange(len(mine))
            longest = max(longest, len(mine))
        start += longest + 1
        first.append(start - 1)
    for name, (shared, writes, color, marker) in PHASES.items():
        chosen = ((accesses["array"] == SHARED) == shared) & (accesses["writes"] == writes)
        ax.scatter(places[chosen], accesses["thread"][chosen], 18, color, marker, label=name, linewidths=1)
    for place in first[:-1]:
        ax.plot([place, place], [-1, 33], color="#888888", linestyle="--")
        ax.text(place, 33.5, "barrier", ha="center", va="bottom", fontsize=8)
    ax.set(xlabel="accesses of a thread, in order", ylabel="thread", ylim=(-1, 37))
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=4, fontsize=8)
    return fig


def roofline(
    points: Mapping[str, Mapping[str, float]], measured: Mapping[str, tuple[float, float]] | None = None
) -> Figure:
    """Draw what each card can reach at an intensity: limits as published, and measured points where there are any.

    Args:
        points: Layer to the names of lines, and these to FLOP for each byte of global memory.
        measured: Name to (FLOP for each byte, TFLOP/s reached).
    """
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots(figsize=(9, 4), layout="constrained")
    intensity = np.geomspace(0.2, 250, 200)
    for style, color, (card, (flops, bandwidth)) in zip(STYLES, COLORS, CARDS.items(), strict=True):
        reached, label = np.minimum(flops, bandwidth * intensity), f"{card}, as published"
        ax.plot(intensity, reached, linestyle=style, color=color, label=label)
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for (layer, lines), color, style in zip(points.items(), ("#c44e00", "#5b2a86"), ("-", "--"), strict=True):
        for i, (name, x) in enumerate(lines.items()):
            ax.axvline(x, color=color, linewidth=1.2, linestyle=style, label=layer if i == 0 else None)
            ax.text(
                0.95 * x,
                0.06,
                f"{name}: {x:.1f}",
                fontsize=8,
                color=color,
                rotation=90,
                ha="right",
                va="bottom",
                bbox=paper,
            )
    for name, (x, y) in (measured or {}).items():
        ax.plot(x, y, "k*", markersize=12)
        ax.annotate(f"{name}, measured", (x, y), textcoords="offset points", xytext=(-6, -14), ha="right")
    ax.set(xscale="log", yscale="log", ylabel="TFLOP/s", ylim=(0.05, 150))
    ax.set_xlabel("arithmetic intensity, in FLOP per byte of the card's memory")
    fig.legend(loc="outside right upper", fontsize=8)
    return fig


def measured_on_this_card() -> dict[str, tuple[float, float]]:
    """Time FlowNetC's layer by the package's kernel on the GPU; nothing without one."""
    import torch

    import flowlab
    from flowlab_course.page.profile import profile

    if profile().name != "gpu":
        return {}
    a, b = torch.randn(2, BATCH, 256, 48, 64, device=profile().device).unbind()
    times = []
    for _ in range(WARM_UP + TIMED):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        torch.cuda._sleep(10_000_000)  # some 5 ms, in which the CPU launches the rest: its own time is not the card's
        start.record()
        out = flowlab.correlation(a, b)
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end) / 1e3)
    flop = 2 * out.numel() * 256
    reads_and_writes = 4 * (2 * a.numel() + out.numel())
    speed = flop / np.median(times[WARM_UP:]) / 1e12
    return {f"correlation.cu, batch {BATCH}": (flop / reads_and_writes, speed)}
