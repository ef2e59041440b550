"""Time two or more ways to do the same thing, turn by turn, so that the machine's moods meet all of them."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Mapping


def interleaved(ways: Mapping[str, Callable[[], object]], repeats: int = 50, warmup: int = 3) -> dict[str, list[float]]:
    """Run every way once per round, for ``repeats`` rounds after ``warmup`` ones; return seconds by name."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(warmup + repeats):
        for name, run in ways.items():
            start = time.perf_counter()
            run()
            if turn >= warmup:
                seconds[name].append(time.perf_counter() - start)
    return seconds


def table(title: str, seconds: Mapping[str, list[float]]) -> None:
    """Print median, fastest and slowest of each way, in milliseconds."""
    print(f"{title} ({platform.machine()}, Python {platform.python_version()})")
    print(f"{'':<34}{'median ms':>11}{'min':>9}{'max':>9}")
    for name, times in seconds.items():
        ms = [1e3 * t for t in (statistics.median(times), min(times), max(times))]
        print(f"{name:<34}{ms[0]:>11.3f}{ms[1]:>9.3f}{ms[2]:>9.3f}")


def ratio(seconds: Mapping[str, list[float]], of: str, to: str) -> float:
    """Return the ratio of the medians of two ways."""
    return statistics.median(seconds[of]) / statistics.median(seconds[to])
