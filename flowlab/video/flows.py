"""The flow between neighbouring frames: forward and, on request, backward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from flowlab.field import occlusion
from flowlab.video.frames import Frame

Estimate = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class FlowStep:
    """Two neighbouring frames and the flow between them.

    Attributes:
        first: Frame 1; results are named after it.
        second: Frame 2.
        flow: (H, W, 2) float32 from frame 1 to frame 2, or None where either is broken.
        backward_flow: (H, W, 2) from frame 2 to frame 1, on frame 2's grid, or None if not requested.
        consistent: (H, W) bool, True where forward and backward flow agree (``flowlab.occlusion`` is the opposite), or
            None without the backward flow.
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
) -> Iterator[FlowStep]:
    """Estimate the flow from each frame to the next, with at most three frames in memory.

    Args:
        frames: From ``flowlab.video.frames``, or your own.
        estimate: Called with two frames (H, W, 3) uint8; returns (H, W, 2) pixels.
        backward: Also estimate the flow from frame 2 to frame 1, and compare both.
        skip: Called with frame 1 of each step, in order; True leaves the step out without estimating it.

    Returns:
        An iterator of steps, one fewer than there are frames. The two steps of a broken frame have no flow.

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
    first = readable = None  # the frame before, and the last one with an image
    for second in frames:
        if second.image is not None:
            if readable is not None:
                require_one_size(readable, second)
            readable = second
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


def _step(first: Frame, second: Frame, estimate: Estimate, backward: bool) -> FlowStep:
    if first.image is None or second.image is None:
        return FlowStep(first, second, None)
    flow = estimate(first.image, second.image)
    if not backward:
        return FlowStep(first, second, flow)
    back = estimate(second.image, first.image)
    return FlowStep(first, second, flow, back, ~occlusion(flow, back))
