"""From frame to frame: the flow between neighbours, forward and, where it is asked for, backward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from flowlab.field import occlusion
from flowlab.video.frames import Frame

Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Step:
    """Two neighbouring frames and the flow between them.

    Attributes:
        first: Frame 1; the step has its index and its name.
        second: Frame 2.
        flow: (H, W, 2) float32 from frame 1 to frame 2, or None where either is broken.
        backward_flow: (H, W, 2) from frame 2 to frame 1, on frame 2's grid, or None where it was not asked for.
        consistent: (H, W) bool, True where the way there and back ends where it began (``flowlab.occlusion`` says
            when it does not), or None without the backward flow.
    """

    first: Frame
    second: Frame
    flow: Float[np.ndarray, "H W 2"] | None
    backward_flow: Float[np.ndarray, "H W 2"] | None = None
    consistent: Bool[np.ndarray, "H W"] | None = None


def flows(
    frames: Iterable[Frame],
    estimate: Estimate,
    *,
    backward: bool = False,
    skip: Callable[[Frame], bool] | None = None,
) -> Iterator[Step]:
    """Estimate the flow from each frame to the next, with three frames in memory at most.

    Args:
        frames: From ``flowlab.video.frames``, or your own.
        estimate: Called with two frames (H, W, 3) uint8; returns (H, W, 2) pixels.
        backward: Also estimate from the second to the first, and compare.
        skip: Called with the first frame of each step; True leaves the step out, and saves its estimation.

    Returns:
        An iterator of steps, one fewer than there are frames. A broken frame breaks two of them.

    Raises:
        ValueError: If two frames differ in size; the message names both.

    Example:
        >>> import cv2
        >>> from flowlab.classical import run
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> clip = [Frame(i, str(i), np.roll(smooth, 2 * i, axis=1)) for i in range(3)]
        >>> [step.flow[32, 32].round().tolist() for step in flows(clip, lambda a, b: run("dis", a, b))]
        [[2.0, 0.0], [2.0, 0.0]]
    """
    first = seen = None  # the frame before, and the last one that could be read
    for second in frames:
        if second.image is not None:
            if seen is not None:
                require_one_size(seen, second)
            seen = second
        if first is not None and not (skip and skip(first)):
            yield _step(first, second, estimate, backward)
        first = second


def require_one_size(one: Frame, two: Frame) -> None:
    """Refuse two frames that differ in size.

    Raises:
        ValueError: If they do; the message names both.
    """
    (h, w), (H, W) = one.image.shape[:2], two.image.shape[:2]
    if (h, w) != (H, W):
        raise ValueError(
            f"{one.name} is {h} x {w} (height x width) and {two.name} is {H} x {W}; flow needs frames of one size"
        )


def _step(first: Frame, second: Frame, estimate: Estimate, backward: bool) -> Step:
    if first.image is None or second.image is None:
        return Step(first, second, None)
    flow = estimate(first.image, second.image)
    if not backward:
        return Step(first, second, flow)
    back = estimate(second.image, first.image)
    return Step(first, second, flow, back, ~occlusion(flow, back))
