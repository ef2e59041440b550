"""Weights kept along the way, close together at the beginning, where they change fastest."""

from __future__ import annotations

from pathlib import Path

FOLDER = "snapshots"
FIRST = 10  # steps before the first


def snapshot_steps(count: int, steps: int) -> list[int]:
    """Say after which steps a snapshot is taken: equal ratios from 10 to the last step.

    Args:
        count: How many; fewer where two would be the same.
        steps: Of the run.

    Example:
        >>> snapshot_steps(4, 10_000)
        [10, 100, 1000, 10000]
    """
    if count < 1:
        return []
    if count == 1 or steps <= FIRST:
        return [steps]
    ratio = (steps / FIRST) ** (1 / (count - 1))
    return sorted({round(FIRST * ratio**n) for n in range(count)})


def snapshot_path(out: Path, step: int) -> Path:
    """Name the file of a snapshot, so that names sort as steps do."""
    return out / FOLDER / f"step-{step:07d}.safetensors"
