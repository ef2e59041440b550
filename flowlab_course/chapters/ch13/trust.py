"""How much of a flow to believe: the way there and back as a test, its limit moved by hand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.classical import run
from flowlab.datasets.samples import motorcycle
from flowlab_course.chapters.ch13.clips import drifting_portrait
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

NEXT, LATER, BIKE = "the next frame", "four frames on", "the motorcycle"
LIMITS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)  # px
METHODS = ("dis", "dis-ultrafast", "farneback")
WORST = 8.0  # px of error that is drawn brightest
FAILS, LEAVES = "grey", "black"
SHADE = {FAILS: 128, LEAVES: 0}


@dataclass(frozen=True)
class Trust:
    """A flow and what is left of it.

    Attributes:
        flow: (H, W, 2) of the method.
        kept: (H, W) bool, within the limit and with a known truth.
        leaves: (H, W) bool, led out of the frame by the flow, where the test cannot be made; with a known truth.
        known: (H, W) bool, where the truth is known.
        error: (H, W), px from the truth.
        limit: px.
    """

    flow: np.ndarray
    kept: np.ndarray
    leaves: np.ndarray
    known: np.ndarray
    error: np.ndarray
    limit: float

    @property
    def share(self) -> float:
        """Of the known pixels, how many are kept."""
        return float(self.kept.sum() / self.known.sum())

    @property
    def fails(self) -> np.ndarray:
        """(H, W) bool, inside the frame and further from the start than the limit."""
        return self.known & ~self.kept & ~self.leaves

    @property
    def errors(self) -> tuple[float, float, float]:
        """Mean error in px of what is kept, of what fails, and of what leaves the frame; NaN for no pixel."""
        parts = self.kept, self.fails, self.leaves
        return tuple(float(self.error[part].mean()) if part.any() else float("nan") for part in parts)


@cache
def flows(name: str, method: str) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Estimate a pair both ways: the flow, how far it misses there and back, its error, where the truth is known."""
    if name == BIKE:
        _, img1, img2, truth, known, _ = motorcycle(reduce=0.4)
    else:
        steps = 1 if name == NEXT else 4
        clip = drifting_portrait()
        img1, img2 = clip.frames[4], clip.frames[4 + steps]
        truth, known = steps * clip.flow[4], np.ones(img1.shape[:2], bool)
    flow, back = run(method, img1, img2), run(method, img2, img1)
    return flow, flowlab.consistency(flow, back), flowlab.epe_map(flow, truth), known


def compute(name: str, method: str, limit: float) -> Trust:
    """Keep what comes back to within ``limit`` pixels of its start."""
    flow, distance, error, known = flows(name, method)
    leaves = np.isinf(distance) & known
    return Trust(flow, (distance <= limit) & known, leaves, known, error, limit)


def in_grey(flow: np.ndarray, kept: np.ndarray, leaves: np.ndarray, longest: float) -> np.ndarray:
    """Draw a flow in colours, grey where it is not kept and black where it leaves the frame."""
    colours = flowlab.flow_to_image(flow, max_flow=longest, valid=kept)
    colours[leaves] = SHADE[LEAVES]
    return colours


def draw(trust: Trust) -> Picture:
    """Draw the flow, what fails in grey and what leaves the frame in black, beside its true error."""
    longest = max(float(np.quantile(np.hypot(trust.flow[..., 0], trust.flow[..., 1]), 0.99)), 1.0)
    kept = in_grey(trust.flow, trust.kept, trust.leaves, longest)
    heat = cv2.applyColorMap(np.uint8(255 * np.clip(trust.error / WORST, 0, 1)), cv2.COLORMAP_MAGMA)[..., ::-1].copy()
    heat[~trust.known] = 128
    names = "Kept", f"fails ({FAILS})", f"leaves the frame ({LEAVES})"
    rows = []
    for name, part, error in zip(names, (trust.kept, trust.fails, trust.leaves), trust.errors, strict=True):
        off = f", mean error {error:.2f} px" if part.any() else ""
        rows.append(f"{name}: {part.sum() / trust.known.sum():.0%} of the pixels{off}")
    text = "; ".join(rows) + "."
    alt = f"The flow, grey where it fails, black where it leaves the frame; its error, light at {WORST:g} px. {text}"
    parts = canvas.titled(kept, f"comes back to within {trust.limit:g} px"), canvas.titled(heat, "true error")
    return Picture(fields.with_wheel(canvas.side_by_side(*parts), longest), alt, text)


def trust_by_consistency() -> Explorer:
    """Return the widget: the limit of the way there and back, on three pairs and with three methods."""
    controls = {
        "name": ipywidgets.Dropdown(options=[NEXT, LATER, BIKE], description="Pair"),
        "method": ipywidgets.Dropdown(options=METHODS, description="Method"),
        "limit": ipywidgets.SelectionSlider(options=LIMITS, value=1.0, description="Limit, px"),
    }
    film = [
        ("four frames on, limit 1 px", {"name": LATER}),
        ("four frames on, limit 16 px", {"name": LATER, "limit": 16.0}),
    ]
    return Explorer(compute, draw, controls, title="How much to believe", film=film)
