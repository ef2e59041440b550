"""A vector dragged on the colour wheel: which colour is which motion."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets
import numpy as np

import flowlab
from flowlab.datasets.samples import photograph
from flowlab.field import color_wheel_legend
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

SIDE = 224  # px of each of the three squares
MAX_FLOW = 60.0  # px at the wheel's rim
POINT = (112.0, 108.0)  # between the cat's eyes, in the crop that is shown


@dataclass(frozen=True)
class Vector:
    """A displacement and how it looks.

    Attributes:
        u: Pixels to the right.
        v: Pixels down.
        rgb: Its colour on the wheel, 0 to 255.
        palette: The palette's name.
    """

    u: float
    v: float
    rgb: tuple[int, int, int]
    palette: str


def compute(cursor: list[float], palette: str) -> Vector:
    """Read the vector under the cursor: from the wheel's centre, never longer than its radius."""
    width, height = 3 * SIDE + 2 * canvas.GAP, SIDE + canvas.TITLE
    x, y = cursor[0] * width - SIDE / 2, cursor[1] * height - canvas.TITLE - SIDE / 2
    length = np.hypot(x, y)
    scale = MAX_FLOW / (SIDE / 2) * min(1.0, SIDE / 2 / max(length, 1e-6))
    u, v = float(x * scale), float(y * scale)
    swatch = flowlab.flow_to_image(np.array([[[u, v]]], np.float32), max_flow=MAX_FLOW, palette=palette)
    return Vector(u, v, tuple(int(c) for c in swatch[0, 0]), palette)


def draw(vector: Vector) -> Picture:
    """Draw the wheel with the vector, and the picture before and after it moved by it."""
    wheel = color_wheel_legend(SIDE, max_flow=MAX_FLOW, palette=vector.palette).copy()
    reach, centre = SIDE / 2 / MAX_FLOW, SIDE / 2
    canvas.arrow(wheel, (centre, centre), (centre + reach * vector.u, centre + reach * vector.v))
    photo, (x, y) = photograph("chelsea"), POINT
    top, left = 20, 140  # the crop holds the face and leaves more than MAX_FLOW on every side but the top
    frame1 = photo[top : top + SIDE, left : left + SIDE].copy()
    flow = np.broadcast_to(np.array([-vector.u, -vector.v], np.float32), (*photo.shape[:2], 2))
    moved = flowlab.warp(photo, np.ascontiguousarray(flow), padding="border")
    frame2 = moved[top : top + SIDE, left : left + SIDE].copy()
    canvas.ring(frame1, POINT)
    canvas.arrow(frame2, POINT, (x + vector.u, y + vector.v))
    length = np.hypot(vector.u, vector.v)
    across, down = ("right" if vector.u >= 0 else "left"), ("down" if vector.v >= 0 else "up")
    swatch = "rgb({}, {}, {})".format(*vector.rgb)
    text = (
        f"<span style='background:{swatch};border:1px solid black'>&emsp;&emsp;</span> "
        f"u = {vector.u:+.0f} px ({across}), v = {vector.v:+.0f} px ({down}), length {length:.0f} px; colour {swatch}"
    )
    alt = (
        f"The colour wheel with an arrow of {length:.0f} pixels, {abs(vector.u):.0f} {across} and {abs(vector.v):.0f} "
        f"{down}; beside it a cat in frame 1, and in frame 2 moved by that arrow."
    )
    parts = (("the wheel: drag here", wheel), ("frame 1", frame1), ("frame 2", frame2))
    return Picture(canvas.side_by_side(*(canvas.titled(p, name) for name, p in parts)), alt, text)


def vector_on_the_wheel() -> Explorer:
    """Return the widget: drag on the wheel (or use the arrow keys) and see vector, colour and motion together."""
    palette = ipywidgets.Dropdown(options=["middlebury", "colorblind"], description="Palette")
    film = [
        ("to the right", {"cursor": [0.25, 0.55]}),
        ("up", {"cursor": [0.16, 0.2]}),
        ("down and left, small", {"cursor": [0.12, 0.65]}),
    ]
    title = "A vector on the colour wheel"
    return Explorer(compute, draw, {"palette": palette}, title=title, film=film, pad="cursor", cursor=(0.25, 0.4))
