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


@dataclass(frozen=True)
class Trust:
    """A flow and what is left of it.

    Attributes:
        flow: (H, W, 2) of the method.
        kept: (H, W) bool, within the limit and with a known truth.
        known: (H, W) bool, where the truth is known.
        error: (H, W), px from the truth.
        limit: px.
    """

    flow: np.ndarray
    kept: np.ndarray
    known: np.ndarray
    error: np.ndarray
    limit: float

    @property
    def share(self) -> float:
        """Of the known pixels, how many are kept."""
        return float(self.kept.sum() / self.known.sum())

    @property
    def errors(self) -> tuple[float, float, float]:
        """Mean error in px of what is kept, of what is not, and of all."""
        parts = self.kept, self.known & ~self.kept, self.known
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
    return Trust(flow, (distance <= limit) & known, known, error, limit)


def draw(trust: Trust) -> Picture:
    """Draw the flow, what is not believed in grey, beside its true error."""
    longest = max(float(np.quantile(np.hypot(trust.flow[..., 0], trust.flow[..., 1]), 0.99)), 1.0)
    kept = flowlab.flow_to_image(trust.flow, max_flow=longest, valid=trust.kept)
    heat = cv2.applyColorMap(np.uint8(255 * np.clip(trust.error / WORST, 0, 1)), cv2.COLORMAP_MAGMA)[..., ::-1].copy()
    heat[~trust.known] = 128
    of_kept, of_rest, of_all = trust.errors
    text = (
        f"Kept {trust.share:.0%} of the pixels. Mean error of what is kept {of_kept:.2f} px, of what is not "
        f"{of_rest:.2f} px, of all {of_all:.2f} px."
    )
    alt = f"The flow with distrusted pixels in grey, and its error as a map, dark to light up to {WORST:g} px. {text}"
    parts = canvas.titled(kept, f"believed within {trust.limit:g} px"), canvas.titled(heat, "true error")
    return Picture(fields.with_wheel(canvas.side_by_side(*parts), longest), alt, text)


def trust_by_consistency() -> Explorer:
    """Return the widget: the limit of the way there and back, on three pairs and with three methods."""
    controls = {
        "name": ipywidgets.Dropdown(options=[NEXT, LATER, BIKE], description="Pair"),
        "method": ipywidgets.Dropdown(options=METHODS, description="Method"),
        "limit": ipywidgets.SelectionSlider(options=LIMITS, value=1.0, description="Limit, px"),
    }
    film = [
        ("the next frame, limit 1 px", {}),
        ("four frames on: what is wrong does not come back", {"name": LATER}),
        ("the motorcycle, a strict limit", {"name": BIKE, "limit": 0.25}),
    ]
    return Explorer(compute, draw, controls, title="How much to believe", film=film)
