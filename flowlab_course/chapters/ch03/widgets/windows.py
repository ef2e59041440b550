"""The window of Lucas-Kanade against noise and against edges of motion, and both against a change of light."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.classical import lucas_kanade
from flowlab.datasets.samples import photograph
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (150, 190)  # px
CENTRE, RADIUS = (95, 75), 36  # px, of the disc
GROUND, DISC = (-1.0, 0.5), (2.0, -1.0)  # px: how the photograph behind moves, and how the disc before it does
NAMES = ("coffee", "chelsea")  # the photograph behind, and the one on the disc
SAME, BRIGHTER, SHADOW = "as in frame 1", "a tenth brighter", "a shadow falls in from the left"
FULL = 2.5  # px that have full colour
SIGMAS = (1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)


@cache
def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return both frames, (H, W, 3) uint8, and the true flow: a round piece of one photograph before another."""
    H, W = SIZE
    shrunk = (cv2.resize(photograph(name), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA) for name in NAMES)
    behind, before = (np.ascontiguousarray(photo[-H:, -W:]) for photo in shrunk)
    y, x = np.mgrid[:H, :W].astype(np.float32)
    flow = np.empty((H, W, 2), np.float32)

    def disc(dx: float, dy: float) -> np.ndarray:
        return np.hypot(x - CENTRE[0] - dx, y - CENTRE[1] - dy) <= RADIUS

    flow[:] = GROUND
    flow[disc(0.0, 0.0)] = DISC
    frames = []
    for t in (0.0, 1.0):
        back, front = (_shifted(photo, t * u, t * v) for photo, (u, v) in ((behind, GROUND), (before, DISC)))
        frames.append(np.where(disc(t * DISC[0], t * DISC[1])[..., None], front, back))
    return frames[0], frames[1], flow


@dataclass(frozen=True)
class Windowed:
    """What Lucas-Kanade makes of frame 2 as it was changed.

    Attributes:
        frame2: (H, W, 3) uint8, with noise and light.
        flow: (H, W, 2), found.
        error: (H, W), its distance from the truth in pixels.
        sigma: Of the window, px.
        story: The conditions in words.
    """

    frame2: np.ndarray
    flow: np.ndarray
    error: np.ndarray
    sigma: float
    story: str


def compute(sigma: float, noise: int, light: str) -> Windowed:
    """Add noise to both frames and change the light of the second, then look for the motion."""
    first, second, flow = scene()
    rng = np.random.default_rng(0)
    gain = {SAME: 1.0, BRIGHTER: 1.1, SHADOW: np.linspace(0.75, 1.0, SIZE[1])[:, None]}[light]
    frames = []
    for picture, lit in ((first, 1.0), (second, gain)):
        grainy = picture * lit + noise * rng.normal(size=picture.shape)
        frames.append(grainy.clip(0, 255).round().astype(np.uint8))
    found = lucas_kanade(*frames, sigma=sigma, levels=2).flow
    story = f"window with sigma {sigma:g} px, noise {noise} grey levels, light {light}"
    return Windowed(frames[1], found, flowlab.epe_map(found, flow), sigma, story)


def draw(w: Windowed) -> Picture:
    """Draw frame 2, the flow, and the error, with its mean in all and along the disc's edge."""
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    from_edge = np.abs(np.hypot(x - CENTRE[0], y - CENTRE[1]) - RADIUS)
    edge, away = w.error[from_edge < 6].mean(), w.error[from_edge > 12].mean()
    text = f"EPE {w.error.mean():.2f} px: {edge:.2f} px within 6 px of the disc's edge, {away:.2f} px away from it."
    alt = (
        f"Frame 2; the flow in colours with arrows, a disc that moves right before a background that moves left; "
        f"the error, bright where large. {w.story}. {text}"
    )
    parts = (
        ("frame 2", w.frame2),
        ("flow", fields.field_picture(w.flow, max_flow=FULL, longer=6.0, spacing=21)),
        ("error, 0 to 2 px", fields.heat(w.error, 2.0)),
    )
    row = canvas.side_by_side(*(canvas.titled(p, name) for name, p in parts))
    return Picture(fields.with_wheel(row, FULL), alt, text)


def window_noise_and_light() -> Explorer:
    """Return the widget: the window's size, noise in both frames, and the light of the second."""
    controls = {
        "sigma": ipywidgets.SelectionSlider(options=SIGMAS, value=4.0, description="Window's sigma, px"),
        "noise": ipywidgets.SelectionSlider(options=(0, 2, 5, 10, 20), value=0, description="Noise, grey levels"),
        "light": ipywidgets.Dropdown(options=[SAME, BRIGHTER, SHADOW], description="Light in frame 2"),
    }
    film = [
        ("noise, small window: it follows the noise", {"sigma": 1.5, "noise": 10}),
        ("noise, window with a sigma of 4 px", {"sigma": 4.0, "noise": 10}),
        ("noise, large window: smooth, and the disc's edge is blurred", {"sigma": 12.0, "noise": 10}),
        ("no noise, but the light changes", {"sigma": 4.0, "noise": 0, "light": SHADOW}),
    ]
    return Explorer(compute, draw, controls, title="Window, noise and light", film=film)


def _shifted(photo: np.ndarray, u: float, v: float) -> np.ndarray:
    matrix = np.array([[1, 0, u], [0, 1, v]], np.float32)
    return cv2.warpAffine(
        photo, matrix, photo.shape[1::-1], flags=cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REFLECT_101
    )
