"""The widgets of chapter 13 by name; frames in between with a slider for the time."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial

import cv2
import ipywidgets
import numpy as np

from flowlab.classical import run
from flowlab_course.chapters.ch13.clips import drifting_portrait
from flowlab_course.chapters.ch13.trust import trust_by_consistency
from flowlab_course.chapters.ch13.yours import your_own
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

__all__ = ["slow_motion", "trust_by_consistency", "your_own"]

ALONG, MEAN = "pushed along the flow", "the mean of both frames"
EIGHTHS = 8  # steps of the time from one frame to the next
CUT = np.s_[5:125, 70:200]  # of the frames: the portrait with some of the table around it
ZOOM = 2
FIRST = 4  # the frame at time 0

Between = Callable[[np.ndarray, np.ndarray, float, np.ndarray, np.ndarray], np.ndarray]


@cache
def _both_ways(apart: int) -> tuple[np.ndarray, np.ndarray]:
    one, two = (drifting_portrait().frames[i] for i in (FIRST, FIRST + apart))
    return run("dis", one, two), run("dis", two, one)


def at_time(between: Between, how: str, apart: int, t: float) -> dict[str, np.ndarray]:
    """Return the frame at time t made by ``how``, and the true one, (H, W, 3) float32; ``apart`` frames apart."""
    start, end = (drifting_portrait().frames[i].astype(np.float32) for i in (FIRST, FIRST + apart))
    fine = drifting_portrait(EIGHTHS * 8 + 1, step=1 / EIGHTHS).frames
    truth = fine[round(EIGHTHS * (FIRST + apart * t))].astype(np.float32)
    if t in (0, 1):
        made = end if t else start
    elif how == MEAN:
        made = (1 - t) * start + t * end
    else:
        made = between(start, end, t, *_both_ways(apart))
    return {"made": made, "truth": truth}


def _draw(shown: dict[str, np.ndarray]) -> Picture:
    made, truth = shown["made"], shown["truth"]
    off = np.abs(made - truth).mean(axis=-1)
    difference = np.repeat(off[..., None], 3, axis=-1) * 2
    parts = {"made": made, "the true frame": truth, "difference, times 2": difference}
    tiles = []
    for name, part in parts.items():
        cut = part[CUT].round().clip(0, 255).astype(np.uint8)
        tiles.append(canvas.titled(cv2.resize(cut, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_CUBIC), name))
    text = f"Mean difference to the true frame: {off.mean():.2f} grey levels, over the whole picture."
    alt = f"The portrait in a frame that was made, in the true one, and their difference. {text}"
    return Picture(canvas.side_by_side(*tiles), alt, text)


def slow_motion(between: Between) -> Explorer:
    """Return the widget: the frame at time t, made by the reader's function or as a mean, beside the true one."""
    controls = {
        "how": ipywidgets.Dropdown(options=[ALONG, MEAN], description="Made as"),
        "apart": ipywidgets.Dropdown(
            options=[("the next one", 1), ("two frames on", 2), ("four frames on", 4)], description="Frame 2 is"
        ),
        "t": ipywidgets.FloatSlider(
            max=1, value=0.5, step=1 / EIGHTHS, description="Time t", readout_format=".3f", continuous_update=False
        ),
    }
    film = [
        ("pushed along the flow, t = 0.5", {}),
        ("four frames on, pushed along the flow", {"apart": 4}),
    ]
    title, play = "Slow motion", {"t": 300}
    return Explorer(partial(at_time, between), _draw, controls, title=title, film=film, play=play)
