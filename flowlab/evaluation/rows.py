"""One row for each pair, and what the rows come to for the whole set."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float

from flowlab.evaluation.pairs import Pair
from flowlab.field import SPEED_BANDS, FlowMetrics, epe

Row = dict[str, float | int | str]
# Each metric, and the column that counts the pixels that it is a mean over.
PIXELS_OF = {
    **{name: "pixels" for name in FlowMetrics.NAMES if not name.startswith("epe_s")},
    **{f"epe_{band}": f"pixels_{band}" for band in SPEED_BANDS},
    "epe_visible": "pixels_visible",
    "epe_occluded": "pixels_occluded",
}


def measure(pair: Pair, flow: Float[np.ndarray, "H W 2"]) -> Row:
    """Measure an estimated flow against a pair's truth.

    Args:
        pair: With its truth.
        flow: (H, W, 2) in pixels.

    Returns:
        Each metric of ``FlowMetrics`` by name (end-point error in pixels, angles in degrees, outliers in per cent),
        the mean error of pixels that frame 2 shows and of those that it hides, where the pair says, and the pixels
        that each is a mean over. NaN is the mean over no pixel.

    Raises:
        ValueError: If the flow has another size, or is not finite at a valid pixel; with the pair's name.
    """
    metrics = FlowMetrics()
    try:
        metrics.update(np.ascontiguousarray(flow, np.float32), pair.flow, pair.valid)
    except ValueError as error:
        raise ValueError(f"pair {pair.name}: {error}") from None
    found = metrics.compute()
    row: Row = {"name": pair.name, "pixels": found["pixels"]}
    row |= {name: found[f"{name}_over_pixels"] for name in FlowMetrics.NAMES}
    speed = np.linalg.norm(pair.flow.astype(np.float64), axis=-1)
    for band, (low, high) in SPEED_BANDS.items():
        row[f"pixels_{band}"] = int((pair.valid & (speed >= low) & (speed < high)).sum())
    if pair.occlusion is not None:
        for name, mask in (("visible", ~pair.occlusion), ("occluded", pair.occlusion)):
            counted = pair.valid & mask
            row[f"epe_{name}"] = epe(np.float32(flow), pair.flow, counted)
            row[f"pixels_{name}"] = int(counted.sum())
    return row


def summary(rows: Sequence[Mapping[str, float | int | str]]) -> dict[str, float | int]:
    """Return what the rows come to.

    Args:
        rows: From ``measure``, with ``seconds`` where the time was taken.

    Returns:
        ``images``, ``pixels``, and each metric twice, since publications differ: ``epe_over_pixels`` weighs every
        valid pixel of the set the same, ``epe_over_images`` every image that has one. ``epe``, ``angular_error`` and
        ``fl_all`` are those over pixels by their short names; ``seconds_per_pair`` is the median. Names with
        ``visible`` and ``occluded`` are there if a pair says what is hidden.

    Example:
        >>> rows = [{"pixels": 100, "epe": 1.0}, {"pixels": 300, "epe": 2.0}]
        >>> result = summary(rows)
        >>> result["epe_over_pixels"], result["epe_over_images"]
        (1.75, 1.5)
    """
    result: dict[str, float | int] = {"images": len(rows), "pixels": int(sum(row["pixels"] for row in rows))}
    for name, counts in PIXELS_OF.items():
        counted = [(float(row[name]), int(row[counts])) for row in rows if name in row and row[counts]]
        if not counted and not any(name in row for row in rows):
            continue
        total = sum(n for _, n in counted)
        result[f"{name}_over_pixels"] = math.fsum(value * n for value, n in counted) / total if total else math.nan
        result[f"{name}_over_images"] = math.fsum(v for v, _ in counted) / len(counted) if counted else math.nan
    for name in ("epe", "angular_error", "fl_all"):
        if f"{name}_over_pixels" in result:
            result[name] = result[f"{name}_over_pixels"]
    times = [float(row["seconds"]) for row in rows if "seconds" in row]
    if times:
        result["seconds_per_pair"] = float(np.median(times))
    return result
