"""A pyramid descended level by level: large motions that become small, and small things that are gone."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.classical import horn_schunck
from flowlab.classical.constancy import grey_float
from flowlab.classical.pyramid import depth, pyramid
from flowlab.datasets.samples import Pair, motorcycle, moving_photograph, photograph
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

BIKE, LEAP, BALL = "the motorcycle, up to 20 px", "a photograph leaps 24 px", "a small ball, 24 px"
WIDTH = 280  # px at which every level is drawn
BALL_AT, BALL_RADIUS, BALL_STEP = (100, 40), 7, 24  # px


@cache
def pair(name: str) -> Pair:
    """Return the pair of that name."""
    if name == BIKE:
        return motorcycle(reduce=0.32)
    if name == LEAP:
        return moving_photograph("coffee", translation=(22.0, -10.0), size=(160, 224))
    return _ball()


def _ball() -> Pair:
    """Make a checkered ball that crosses a still photograph by more than three times its radius."""
    H, W = 160, 224
    ground = cv2.resize(photograph("coffee"), (300, 200), interpolation=cv2.INTER_AREA)[30 : 30 + H, 40 : 40 + W]
    y, x = np.mgrid[:H, :W]

    def on(step: int) -> np.ndarray:
        return (x - BALL_AT[0] - step) ** 2 + (y - BALL_AT[1]) ** 2 <= BALL_RADIUS**2

    frames = []
    for step in (0, BALL_STEP):
        checks = np.where(((x - step) // 4 + y // 4) % 2, 235, 25).astype(np.uint8)[..., None]
        frames.append(np.where(on(step)[..., None], checks, ground))
    flow = np.zeros((H, W, 2), np.float32)
    flow[on(0), 0] = BALL_STEP
    return Pair(BALL, frames[0], frames[1], flow, np.ones((H, W), bool))


@dataclass(frozen=True)
class Level:
    """One level of the descent.

    Attributes:
        name: Of the pair.
        place: "3 of 4", the coarsest counts 1.
        frame: (h, w) grey, frame 1 at this level.
        flow: (h, w, 2), found from the coarsest level up to this one, in this level's pixels.
        reduction: How many times smaller this level is than the picture.
        longest: The largest true motion, in this level's pixels.
        epe: Of the flow, enlarged to the picture's size, in the picture's pixels.
        fastest: The same for the tenth of the pixels that move farthest.
    """

    name: str
    place: str
    frame: np.ndarray
    flow: np.ndarray
    reduction: int
    longest: float
    epe: float
    fastest: float


@cache
def compute(name: str, level: int) -> Level:
    """Climb from the coarsest level, 1, to ``level``; to the picture itself where there are fewer."""
    p = pair(name)
    levels = depth(p.flow.shape[:2])
    up = min(level, levels)
    small1, small2 = (pyramid(grey_float(img), levels)[levels - up] for img in (p.img1, p.img2))
    flow = horn_schunck(small1, small2, levels=up)
    large = flowlab.resize_flow(flow, p.flow.shape[:2])
    length = np.hypot(p.flow[..., 0], p.flow[..., 1])
    error = flowlab.epe_map(large, p.flow)
    moving = p.valid & (length >= np.quantile(length[p.valid], 0.9)) & (length > 0)
    reduction = 2 ** (levels - up)
    longest = float(length[p.valid].max()) / reduction
    epe, fastest = float(error[p.valid].mean()), float(error[moving].mean())
    return Level(name, f"{up} of {levels}", small1, flow, reduction, longest, epe, fastest)


def draw(at: Level) -> Picture:
    """Draw frame 1 and the flow of one level, each pixel as a square, at one width for all levels."""
    H, W = at.frame.shape
    size = (WIDTH, round(WIDTH * H / W))
    grey = (255 * at.frame.clip(0, 1)).astype(np.uint8)[..., None].repeat(3, axis=2)
    full = max(1.1 * at.longest, 1e-6)  # an estimate a little too long is no reason for the dark of "out of range"
    colours = flowlab.flow_to_image(at.flow, max_flow=full)
    frame, colours = (cv2.resize(rgb, size, interpolation=cv2.INTER_NEAREST) for rgb in (grey, colours))
    scale = WIDTH / W
    for y in range(20, size[1], 40):
        for x in range(20, size[0], 40):
            u, v = scale * at.flow[int(y / scale), int(x / scale)]
            if np.hypot(u, v) >= 5:
                canvas.arrow(colours, (x, y), (x + u, y + v))
    if at.name == BALL:
        x, y, scale = *BALL_AT, scale / at.reduction
        canvas.ring(frame, (scale * x, scale * y), scale * (BALL_RADIUS + 4))
        canvas.arrow(frame, (scale * (x + 12), scale * y), (scale * (x + 12 + BALL_STEP), scale * y))
    text = (
        f"Level {at.place}, {H} x {W} pixels. The largest true motion is {at.longest:.1f} pixels of this level. "
        f"Enlarged, the flow has an EPE of {at.epe:.2f} px; on what moves farthest {at.fastest:.1f} px."
    )
    alt = f"{at.name}: frame 1 at one level of the pyramid, its pixels as squares, and the flow there. {text}"
    parts = ((f"frame 1, {H} x {W}", frame), ("flow up to this level", colours))
    row = canvas.side_by_side(*(canvas.titled(p, name) for name, p in parts))
    return Picture(fields.with_wheel(row, full), alt, text)


def pyramid_levels() -> Explorer:
    """Return the widget: descend the pyramid, on a pair where it helps and on one where it does not."""
    controls = {
        "name": ipywidgets.Dropdown(options=[BIKE, LEAP, BALL], description="Pair"),
        "level": ipywidgets.IntSlider(value=1, min=1, max=5, description="Level, 1 is the coarsest"),
    }
    film = [
        ("the motorcycle, coarsest level", {"level": 1}),
        ("two levels up", {"level": 3}),
        ("the ball at the coarsest level: it is not there", {"name": BALL, "level": 1}),
        ("the ball at the finest: too far to be found", {"name": BALL, "level": 5}),
    ]
    return Explorer(compute, draw, controls, title="A pyramid, level by level", film=film, play={"level": 1200})
