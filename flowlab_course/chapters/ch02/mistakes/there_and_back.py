"""Wrong answers to exercise 2.4, the pixels that miss their start."""

import numpy as np

from flowlab_course.chapters.ch02.solutions import misses
from flowlab_course.exercises.spec import Mistakes

mistake = Mistakes()


@mistake(
    "2.4",
    "asked at the start",
    "You take the backward flow at the start. It lives on frame 2's grid: ask it where the pixel has arrived.",
)
def _asked_at_the_start(flow, backward_flow, limit=1.0):
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]), np.rint(y + flow[..., 1])
    there = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    return ~there | (np.linalg.norm(flow + backward_flow, axis=-1) > limit)


@mistake("2.4", "minus", "A perfect backward flow is the opposite of the flow, so their sum is zero: plus, not minus.")
def _minus(flow, backward_flow, limit=1.0):
    return misses(flow, -backward_flow, limit)


@mistake(
    "2.4",
    "outside forgiven",
    "A target outside the picture was clipped to the edge and may look like an arrival: count it as a miss.",
)
def _outside_counts_as_arrived(flow, backward_flow, limit=1.0):
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    return np.linalg.norm(flow + backward_flow[ty.clip(0, H - 1), tx.clip(0, W - 1)], axis=-1) > limit


@mistake("2.4", "the visible ones", "The mask is the wrong way round: True is for the pixels that miss.")
def _the_visible_ones(flow, backward_flow, limit=1.0):
    return ~misses(flow, backward_flow, limit)
