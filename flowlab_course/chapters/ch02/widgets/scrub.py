"""A warp scrubbed between two frames: how far the flow carries frame 2 back to frame 1, and where it cannot."""

from __future__ import annotations

from dataclasses import dataclass

import ipywidgets
import numpy as np

import flowlab
from flowlab.datasets.samples import Pair, motorcycle, moving_photograph
from flowlab.field import inside
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

PICTURE, DIFFERENCE = "frame 2 on its way to frame 1", "its difference to frame 1"


@dataclass(frozen=True)
class Warped:
    """Frame 2 warped by ``t`` times the true flow, beside frame 1.

    Attributes:
        name: Of the pair.
        t: 0 is frame 2 as it is, 1 is frame 2 brought onto frame 1's grid.
        image: (H, W, 3) uint8, the warped frame 2.
        difference: (H, W, 3) uint8, its absolute difference to frame 1.
        error: Mean absolute difference in grey levels over pixels whose flow is known and stays inside.
        look: Which of the two to show.
    """

    name: str
    t: float
    image: np.ndarray
    difference: np.ndarray
    error: float
    look: str


def warped(pair: Pair, t: float, look: str = PICTURE) -> Warped:
    """Warp frame 2 by ``t`` times the true flow and compare it with frame 1."""
    flow = (t * pair.flow).astype(np.float32)
    image = flowlab.warp(pair.img2, flow, padding="border")
    difference = np.abs(image.astype(np.int16) - pair.img1).astype(np.uint8)
    seen = pair.valid & inside(pair.flow)
    return Warped(pair.name, t, image, difference, float(difference[seen].mean()), look)


def draw(w: Warped) -> Picture:
    """Draw the warped frame or the difference, with its mean under it."""
    shown = w.image if w.look == PICTURE else np.minimum(255, 3 * w.difference.astype(np.int16)).astype(np.uint8)
    text = f"t = {w.t:.2f}: mean difference to frame 1 where the true flow stays inside: {w.error:.1f} grey levels"
    alt = f"{w.name}, {w.look} at t = {w.t:.2f}. {text}."
    times = "" if w.look == PICTURE else " x 3"
    return Picture(canvas.titled(shown, f"{w.look}{times}, t = {w.t:.2f}"), alt, text)


def scrub_a_warp() -> Explorer:
    """Return the widget: t from frame 2 to frame 1, as a picture or as what is left over."""
    pairs = {
        "motorcycle, two cameras": motorcycle(reduce=0.6),
        "cat, turned": moving_photograph("chelsea", degrees=6.0, size=(250, 370), reduce=0.9),
        "astronaut, nearer": moving_photograph("astronaut", scale=1.12, size=(280, 400), reduce=0.9),
        "rocket, all at once": moving_photograph(
            "rocket", degrees=-4.0, scale=0.94, translation=(22.0, 9.0), size=(270, 400), reduce=0.8
        ),
    }

    def compute(pair: str, t: float, look: str) -> Warped:
        return warped(pairs[pair], t, look)

    controls = {
        "pair": ipywidgets.Dropdown(options=list(pairs), description="Pair"),
        "look": ipywidgets.Dropdown(options=[PICTURE, DIFFERENCE], description="Show"),
        "t": ipywidgets.FloatSlider(min=0, max=1, step=0.05, description="t, share of the flow"),
    }
    film = [
        ("t = 0: bright nearly everywhere", {"t": 0.0, "look": DIFFERENCE}),
        ("t = 0.5: still bright", {"t": 0.5, "look": DIFFERENCE}),
        ("t = 1: bright rims are left", {"t": 1.0, "look": DIFFERENCE}),
    ]
    return Explorer(
        compute, draw, controls, title="A warp scrubbed from frame 2 to frame 1", film=film, play={"t": 150}
    )
