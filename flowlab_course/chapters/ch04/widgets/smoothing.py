"""Horn-Schunck's two dials, iterations and smoothness, and what flows into places where the picture is silent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.classical.constancy import constraint, grey_float
from flowlab.classical.horn_schunck import relax
from flowlab.datasets.samples import moving_photograph
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (64, 88)  # px
ZOOM = 3
SQUARE = (22, 42, 34, 54)  # top, bottom, left, right, px
STEPS = (0, 1, 3, 10, 30, 100, 300, 1000)
ALPHAS = (0.01, 0.03, 0.1, 0.3, 1.0)
PLAIN, PHOTO = "a plain square slides over a still, textured background", "a photograph comes nearer"
LONGEST = 1.2  # px, full colour and the profile's height


@cache
def scene(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both frames in grey, (H, W) float32, and the true flow."""
    if name == PHOTO:
        pair = moving_photograph("chelsea", scale=1.026, size=SIZE, reduce=0.4)
        return grey_float(pair.img1), grey_float(pair.img2), pair.flow
    rng = np.random.default_rng(0)
    ground = cv2.GaussianBlur(rng.random(SIZE, dtype=np.float32), (0, 0), 1.2)
    ground = 0.35 + 0.5 * (ground - ground.mean())
    top, bottom, left, right = SQUARE
    flow = np.zeros((*SIZE, 2), np.float32)
    flow[top:bottom, left:right, 0] = 1
    frames = []
    for t in (0, 1):
        frame = ground.copy()
        frame[top:bottom, left + t : right + t] = 0.75
        frames.append(cv2.GaussianBlur(frame, (0, 0), 0.8))
    return frames[0], frames[1], flow


@dataclass(frozen=True)
class Smoothed:
    """The flow after so many iterations.

    Attributes:
        frame1: (H, W) grey.
        flow: (H, W, 2), found so far.
        truth: (H, W, 2).
        iterations: So far.
        alpha: Weight of smoothness, brightness per px.
    """

    frame1: np.ndarray
    flow: np.ndarray
    truth: np.ndarray
    iterations: int
    alpha: float


@cache
def compute(scene_name: str, alpha: float, iterations: int) -> Smoothed:
    """Run Jacobi's iteration from zero flow."""
    I1, I2, truth = scene(scene_name)
    zero = np.zeros_like(truth)
    flow = relax(zero, *constraint(I1, I2), alpha=alpha, iterations=iterations, radius=0.0)
    return Smoothed(I1, flow, truth, iterations, alpha)


def draw(s: Smoothed) -> Picture:
    """Draw frame 1, the flow in colours, and u along the middle row, found and true."""
    frame = (255 * s.frame1.clip(0, 1)).astype(np.uint8)[..., None].repeat(3, axis=2)
    frame = fields.enlarged(frame, ZOOM)
    row = ZOOM * (SIZE[0] // 2)
    cv2.line(frame, (0, row), (frame.shape[1], row), canvas.WHITE, 1)
    colours = fields.field_picture(s.flow, max_flow=LONGEST, spacing=11, longer=6.0, zoom=ZOOM)
    epe = float(flowlab.epe(s.flow, s.truth))
    middle, true = (flow[SIZE[0] // 2, SIZE[1] // 2, 0] for flow in (s.flow, s.truth))
    text = f"In the picture's middle u = {middle:+.2f} px, in truth {true:+.2f} px. EPE of all pixels {epe:.2f} px."
    alt = (
        f"Frame 1, the flow in colours with arrows, and u along the middle row, found and true, after {s.iterations} "
        f"iterations with alpha {s.alpha:g}. {text}"
    )
    parts = (
        ("frame 1", frame),
        (f"flow after {s.iterations} iterations", colours),
        ("u along the line; true: thin", _profile(s)),
    )
    row = canvas.side_by_side(*(canvas.titled(p, name) for name, p in parts))
    return Picture(fields.with_wheel(row, LONGEST), alt, text)


def _profile(s: Smoothed) -> np.ndarray:
    """Plot u of the middle row, zero in the middle of the height: true thin, found thick."""
    H, W = (ZOOM * n for n in SIZE)
    chart = np.full((H, W, 3), 255, np.uint8)
    cv2.line(chart, (0, H // 2), (W, H // 2), canvas.GREY, 1)
    for flow, color, thickness in ((s.truth, canvas.BLACK, 1), (s.flow, (200, 60, 20), 3)):
        u = flow[SIZE[0] // 2, :, 0].clip(-LONGEST, LONGEST)
        points = np.stack([ZOOM * (np.arange(SIZE[1]) + 0.5), H / 2 * (1 - 0.95 * u / LONGEST)], axis=1)
        cv2.polylines(chart, [np.round(16 * points).astype(np.int32)], False, color, thickness, cv2.LINE_AA, 4)
    for value in (-1, 1):
        level = round(H / 2 * (1 - 0.95 * value / LONGEST))
        cv2.putText(
            chart, f"{value:+d} px", (2, level - 3), cv2.FONT_HERSHEY_SIMPLEX, 0.4, canvas.BLACK, 1, cv2.LINE_AA
        )
        cv2.line(chart, (0, level), (6, level), canvas.BLACK, 1)
    return chart


def smoothness_and_iterations() -> Explorer:
    """Return the widget: scrub through the iterations, change the smoothness, and see motion flow in."""
    controls = {
        "scene_name": ipywidgets.Dropdown(options=[PLAIN, PHOTO], description="Scene"),
        "iterations": ipywidgets.SelectionSlider(options=STEPS, value=30, description="Iterations"),
        "alpha": ipywidgets.SelectionSlider(options=ALPHAS, value=0.1, description="Smoothness alpha"),
    }
    film = [
        ("3 iterations: only the edges move", {"iterations": 3}),
        ("30 iterations: motion spreads inwards", {"iterations": 30}),
        ("1000 iterations: motion has reached the middle", {"iterations": 1000}),
        ("1000 iterations, alpha ten times as large: the background moves along", {"iterations": 1000, "alpha": 1.0}),
    ]
    return Explorer(
        compute, draw, controls, title="Iterations and smoothness of Horn-Schunck", film=film, play={"iterations": 800}
    )
