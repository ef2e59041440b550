"""A short video whose motion is known: a camera that pans over a table while a portrait drifts across it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from flowlab.datasets.samples import photograph

SIZE = (160, 224)  # height x width
PAN, DRIFT = (2.0, 0.5), (-4.0, 2.0)  # px from frame to frame: what the table does, and what the portrait does
RADIUS = 34  # px of the portrait
START = (150, 50)  # (x, y) of its centre in frame 0


@dataclass(frozen=True)
class Clip:
    """Frames with what is true of them.

    Attributes:
        frames: (N, H, W, 3) uint8.
        flow: (N - 1, H, W, 2) from each frame to the next, in pixels.
        portrait: (N, H, W) bool, where the portrait is.
        seen: (N - 1, H, W) bool, whether the next frame shows the pixel too.
    """

    frames: np.ndarray
    flow: np.ndarray
    portrait: np.ndarray
    seen: np.ndarray


@cache
def drifting_portrait(count: int = 16, step: float = 1.0) -> Clip:
    """Make the clip.

    Args:
        count: Frames.
        step: Motion from frame to frame, in multiples of ``PAN`` and ``DRIFT``; a half gives the frames in between.

    Example:
        >>> clip = drifting_portrait(3)
        >>> clip.frames.shape, clip.flow[0, 5, 5].tolist(), clip.flow[0, 50, 150].tolist()
        ((3, 160, 224, 3), [2.0, 0.5], [-4.0, 2.0])
    """
    table = cv2.resize(photograph("coffee"), None, fx=0.62, fy=0.62, interpolation=cv2.INTER_AREA)
    face = cv2.resize(photograph("astronaut")[20:220, 120:320], (2 * RADIUS, 2 * RADIUS), interpolation=cv2.INTER_AREA)
    made = [_frame(table, face, step * i) for i in range(count)]
    frames, portrait = (np.stack(parts) for parts in zip(*made, strict=True))
    moves = [step * np.float32(move) for move in (PAN, DRIFT)]
    flow = np.where(portrait[:-1, ..., None], moves[1], moves[0]).astype(np.float32)
    return Clip(
        frames, flow, portrait, np.stack([_seen(*pair) for pair in zip(flow, portrait, portrait[1:], strict=False)])
    )


def _frame(table: np.ndarray, face: np.ndarray, time: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw one frame: both pictures are sampled once, at places between pixels."""
    H, W = SIZE
    x, y = np.meshgrid(np.arange(W, dtype=np.float32), np.arange(H, dtype=np.float32))
    left, top = 60 - time * PAN[0], 30 - time * PAN[1]
    ground = cv2.remap(table, x + np.float32(left), y + np.float32(top), cv2.INTER_CUBIC)
    from_centre = [x - np.float32(START[0] + time * DRIFT[0]), y - np.float32(START[1] + time * DRIFT[1])]
    inside = np.hypot(*from_centre) <= RADIUS - 1
    figure = cv2.remap(face, *(c + np.float32(RADIUS - 0.5) for c in from_centre), cv2.INTER_CUBIC)
    return np.where(inside[..., None], figure, ground), inside


def _seen(flow: np.ndarray, now: np.ndarray, then: np.ndarray) -> np.ndarray:
    """Say what the next frame shows: what stays inside, and is not covered by the portrait."""
    H, W = now.shape
    x, y = np.meshgrid(np.arange(W), np.arange(H))
    to_x, to_y = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    inside = (to_x >= 0) & (to_y >= 0) & (to_x < W) & (to_y < H)
    covered = then[to_y.clip(0, H - 1), to_x.clip(0, W - 1)]
    return inside & (now | ~covered)
