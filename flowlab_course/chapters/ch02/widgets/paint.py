"""A flow painted with the mouse, and the picture that moves by it, backwards or forwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import ipywidgets
import numpy as np
from jaxtyping import Bool, Float, UInt8

import flowlab
from flowlab.datasets.samples import photograph
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

BACKWARD, FORWARD = "fetch: new(x) = picture(x + flow(x))", "push: new(x + flow(x)) = picture(x)"
FULL = 40.0  # px that have full colour

Strokes = Sequence[Sequence[canvas.Point]]


def painted_flow(strokes: Strokes, size: tuple[int, int], radius: float | int) -> Float[np.ndarray, "H W 2"]:
    """Turn drags into a flow: each step of a drag adds itself to the pixels under the brush.

    Args:
        strokes: Each a list of (x, y) in pixels.
        size: (height, width) in pixels.
        radius: Of the brush, in pixels: where its weight has fallen to 0.6.

    Returns:
        (H, W, 2) float32. A drag of n pixels paints a flow of n pixels along most of its way, if it is longer than
        the brush; less at the rim.
    """
    H, W = size
    flow = np.zeros((H, W, 2), np.float32)
    reach = int(3 * radius) + 1
    for stroke in strokes:
        for (x0, y0), (x1, y1) in pairwise(stroke):
            left, right = max(0, int(x0) - reach), min(W, int(x0) + reach + 1)
            top, bottom = max(0, int(y0) - reach), min(H, int(y0) + reach + 1)
            if left >= right or top >= bottom:
                continue
            y, x = np.ogrid[top:bottom, left:right]
            weight = np.exp(-((x - x0) ** 2 + (y - y0) ** 2) / (2 * radius**2)).astype(np.float32)
            flow[top:bottom, left:right] += weight[..., None] * np.array([x1 - x0, y1 - y0], np.float32)
    return flow


@dataclass(frozen=True)
class Painted:
    """The painted flow, the picture before and after it, and which way the pixels went."""

    flow: np.ndarray
    moved: np.ndarray
    direction: str
    holes: float  # share of the new picture that no pixel reached


def picture() -> np.ndarray:
    """Return the photograph that is painted on: a cup of coffee, 220 x 330."""
    return cv2.resize(photograph("coffee"), (330, 220), interpolation=cv2.INTER_AREA)


def compute(strokes: Strokes, radius: int, direction: str) -> Painted:
    """Paint the flow and move the picture by it."""
    photo = picture()
    H, W = photo.shape[:2]
    # The pad holds two pictures under titles, and the wheel; the left picture is painted.
    width, height = 2 * W + canvas.GAP + fields.WHEEL_ROOM, H + canvas.TITLE
    pixels = [[(x * width, y * height - canvas.TITLE) for x, y in stroke] for stroke in strokes]
    flow = painted_flow(pixels, (H, W), radius)
    if direction == BACKWARD:
        return Painted(flow, flowlab.warp(photo, flow, padding="border"), direction, 0.0)
    moved, reached = push(photo, flow)
    moved[~reached] = (255, 0, 255)  # magenta: a colour that the photograph does not have
    return Painted(flow, moved, direction, float(1 - reached.mean()))


def push(
    picture: UInt8[np.ndarray, "H W C"], flow: Float[np.ndarray, "H W 2"]
) -> tuple[UInt8[np.ndarray, "H W C"], Bool[np.ndarray, "H W"]]:
    """Push every pixel to the nearest pixel of its target; of several that meet, the last one stays.

    Returns:
        (the pushed picture, 0 in its holes; which pixels were reached).
    """
    H, W = flow.shape[:2]
    y, x = np.mgrid[:H, :W]
    tx, ty = np.rint(x + flow[..., 0]).astype(int), np.rint(y + flow[..., 1]).astype(int)
    lands = (tx >= 0) & (tx < W) & (ty >= 0) & (ty < H)
    pushed, reached = np.zeros_like(picture), np.zeros((H, W), bool)
    pushed[ty[lands], tx[lands]] = picture[lands]
    reached[ty[lands], tx[lands]] = True
    return pushed, reached


def draw(painted: Painted) -> Picture:
    """Draw the moved picture and the flow in colours, with the numbers."""
    length = np.hypot(painted.flow[..., 0], painted.flow[..., 1])
    colours = flowlab.flow_to_image(painted.flow, max_flow=FULL)
    longest = np.unravel_index(length.argmax(), length.shape)
    u, v = painted.flow[longest]
    if length.max() > 1:
        end = (longest[1] + u, longest[0] + v)
        canvas.arrow(colours, longest[::-1], end)
    holes = (
        f"; {100 * painted.holes:.1f} % of the new picture is holes (magenta)" if painted.direction == FORWARD else ""
    )
    text = (
        f"Longest vector: u = {u:+.1f} px, v = {v:+.1f} px{holes}." if length.max() > 0 else "Nothing is painted yet."
    )
    way = "fetched through" if painted.direction == BACKWARD else "pushed along"
    alt = f"A cup of coffee {way} the painted flow, and that flow in colours. {text}"
    title = "drag here" if length.max() < 1 else painted.direction.split(":")[0]
    parts = canvas.titled(painted.moved, title), canvas.titled(colours, "the flow that you painted")
    return Picture(fields.with_wheel(canvas.side_by_side(*parts), FULL), alt, text)


def paint_a_flow() -> Explorer:
    """Return the widget: drag on the picture to paint a flow; the dropdown turns fetching into pushing."""
    controls = {
        "direction": ipywidgets.Dropdown(options=[BACKWARD, FORWARD], description="The flow is used to"),
        "radius": ipywidgets.IntSlider(value=30, min=10, max=60, description="Brush radius, px"),
    }
    drag = [[[0.176 + 0.0132 * i, 0.5] for i in range(8)]]  # 71 px to the right, across the cup
    film = [
        ("nothing painted", {"strokes": []}),
        ("a drag to the right, fetched: the cup goes left", {"strokes": drag}),
        ("the same drag, pushed: right, and holes", {"strokes": drag, "direction": FORWARD}),
    ]
    return Explorer(compute, draw, controls, title="Paint a flow", film=film, pad="strokes", cursor=(0.22, 0.5))
