"""The barber's pole: one picture of stripes, two motions that make it, and a third that windows see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np
from jaxtyping import Bool, Float, UInt8

from flowlab.classical import lucas_kanade
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (170, 150)  # px
LEFT, RIGHT = 40, 110  # px: the pole's sides
PERIOD = 40  # px between stripes of one colour, along a row and along a column
SPEED = 2.0  # px per frame
FULL = 2.5  # px that have full colour
TURNS, SLIDES = "the pole turns", "its paper slides up"
FRAME, FOUND, TRUE = "the frame alone", "what Lucas-Kanade finds", "what really moves"
RED, BLUE, PAPER, WALL = (196, 40, 48), (40, 70, 160), (250, 248, 240), (150, 160, 150)


def on_the_pole() -> Bool[np.ndarray, "H W"]:
    """Return the pixels that show the pole."""
    mask = np.zeros(SIZE, bool)
    mask[10:-10, LEFT:RIGHT] = True
    return mask


def frame(number: int) -> UInt8[np.ndarray, "H W 3"]:
    """Return a frame: stripes that fall to the right, seen flat, so that turning and sliding look the same.

    A turn takes the paint to the right, a slide takes it up, both by ``SPEED`` pixels a frame: on stripes of 45
    degrees the two give the same picture.
    """
    y, x = np.mgrid[: SIZE[0], : SIZE[1]]
    phase = (x - y - SPEED * number) % PERIOD / PERIOD  # x to the right or y up by SPEED: the same phase
    paint = np.empty((*SIZE, 3), np.float32)
    # Four smooth bands: red, paper, blue, paper. Soft borders move by parts of a pixel without flicker.
    for c in range(3):
        knots = [RED[c], PAPER[c], BLUE[c], PAPER[c], RED[c]]
        paint[..., c] = np.interp(_bands(phase), range(5), knots)
    out = np.where(on_the_pole()[..., None], paint, np.float32(WALL))
    return cv2.GaussianBlur(out, (0, 0), 0.7).round().astype(np.uint8)


def true_flow(what: str) -> Float[np.ndarray, "H W 2"]:
    """Return how the paint moves: to the right when the pole turns, up when its paper slides."""
    flow = np.zeros((*SIZE, 2), np.float32)
    flow[on_the_pole()] = (SPEED, 0) if what == TURNS else (0, -SPEED)
    return flow


@cache
def found_flow(number: int) -> Float[np.ndarray, "H W 2"]:
    """Return what Lucas-Kanade finds from this frame to the next, with a window of sigma 4 px."""
    return lucas_kanade(frame(number), frame(number + 1), sigma=4.0, levels=1).flow


@dataclass(frozen=True)
class Pole:
    """A frame, and a flow where one is to be shown."""

    number: int
    picture: np.ndarray
    flow: np.ndarray | None
    look: str
    truth: str


def compute(truth: str, number: int, look: str) -> Pole:
    """Make a frame, and the flow that ``look`` asks for."""
    flow = None
    if look == FOUND:
        flow = found_flow(number)
    elif look == TRUE:
        flow = true_flow(truth)
    return Pole(number, frame(number), flow, look, truth)


def draw(pole: Pole) -> Picture:
    """Draw the frame, and the flow in colours with arrows beside it."""
    picture = canvas.titled(fields.enlarged(pole.picture, 2), f"frame {pole.number}")
    if pole.flow is None:
        return Picture(picture, f"Frame {pole.number} of a barber's pole with diagonal stripes, before a grey wall.")
    colours = fields.field_picture(pole.flow, max_flow=FULL, spacing=20, longer=5.0, zoom=2)
    inner, rim = (np.median(pole.flow[70:-70, a:b], axis=(0, 1)) for a, b in ((70, 80), (LEFT, LEFT + 2)))
    text = (
        f"Middle of the pole: u = {inner[0]:+.1f}, v = {inner[1]:+.1f} px. "
        f"Its left side: u = {rim[0]:+.1f}, v = {rim[1]:+.1f} px."
    )
    who = pole.look if pole.look == FOUND else f"{pole.look}: {pole.truth}"
    alt = f"Frame {pole.number} of a barber's pole; beside it, in colours with arrows, {who}. {text}"
    parts = canvas.side_by_side(picture, canvas.titled(colours, who))
    return Picture(fields.with_wheel(parts, FULL), alt, text)


def barbers_pole() -> Explorer:
    """Return the widget: step through the frames, change what really happens, and see what windows make of it."""
    controls = {
        "number": ipywidgets.IntSlider(min=0, max=19, description="Frame"),
        "truth": ipywidgets.Dropdown(options=[TURNS, SLIDES], description="What happens"),
        "look": ipywidgets.Dropdown(options=[FRAME, FOUND, TRUE], description="Show"),
    }
    film = [
        ("the pole turns: all paint goes right", {"look": TRUE}),
        ("the paper slides: all paint goes up", {"look": TRUE, "truth": SLIDES}),
        ("the windows: across the stripes", {"look": FOUND}),
    ]
    return Explorer(compute, draw, controls, title="The barber's pole", film=film, play={"number": 100})


def _bands(phase: np.ndarray) -> np.ndarray:
    """Turn a phase of 0 to 1 into a place among four bands, with plateaus and soft borders between them."""
    place = 4 * phase
    whole = np.floor(place)
    return whole + np.clip((place - whole - 0.6) / 0.4, 0, 1)
