"""Random dots: a shape that no single frame shows and that any two frames give away."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import ipywidgets
import numpy as np
from jaxtyping import Bool, UInt8

import flowlab
from flowlab.classical import run
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (200, 280)
STEP, ARROW = 40, 18  # px between arrows, and of an arrow as long as the speed
SHAPES = ("disc", "triangle", "letter F")


def shape_mask(shape: str, size: tuple[int, int] = SIZE) -> Bool[np.ndarray, "H W"]:
    """Return where the hidden shape lies.

    Args:
        shape: One of ``SHAPES``.
        size: (height, width) in pixels.

    Raises:
        ValueError: If there is no such shape.
    """
    H, W = size
    mask = np.zeros(size, np.uint8)
    if shape == "disc":
        cv2.circle(mask, (W // 2, H // 2), round(0.3 * H), 1, -1)
    elif shape == "triangle":
        corners = np.array([[0.5 * W, 0.18 * H], [0.3 * W, 0.8 * H], [0.7 * W, 0.8 * H]])
        cv2.fillPoly(mask, [corners.round().astype(np.int32)], 1)
    elif shape == "letter F":
        for top, bottom, left, right in (
            (0.15, 0.85, 0.36, 0.46),
            (0.15, 0.3, 0.36, 0.66),
            (0.43, 0.57, 0.36, 0.6),
        ):
            mask[round(top * H) : round(bottom * H), round(left * W) : round(right * W)] = 1
    else:
        raise ValueError(f"no shape {shape!r}; choose one of {', '.join(SHAPES)}")
    return mask.astype(bool)


def dots_frame(
    shape: str, frame: int, speed: int, *, seed: int = 0, size: tuple[int, int] = SIZE, blur: float = 0
) -> UInt8[np.ndarray, "H W"]:
    """Return one frame: dots drift right inside the shape and left outside it.

    Each frame on its own is nothing but random dots: both textures are, and the border is where one stops and the
    other begins.

    Args:
        shape: One of ``SHAPES``.
        frame: Which frame, from 0.
        speed: Pixels per frame.
        seed: Of the dots.
        size: (height, width) in pixels.
        blur: Sigma in pixels of a Gaussian that makes spots of the dots before they move.

    Returns:
        (H, W) uint8, without blur 0 or 255.
    """
    rng = np.random.default_rng(seed)
    inside, outside = 255 * rng.integers(0, 2, (2, *size), dtype=np.uint8)
    if blur:
        inside, outside = (cv2.GaussianBlur(texture, (0, 0), blur) for texture in (inside, outside))
    shift = frame * speed
    return np.where(shape_mask(shape, size), np.roll(inside, shift, axis=1), np.roll(outside, -shift, axis=1))


@dataclass(frozen=True)
class Dots:
    """A frame of the dots and, where asked for, the flow that DIS finds to the next one.

    Attributes:
        frame1: (H, W) uint8.
        frame: Its number.
        flow: (H, W, 2), or None.
        speed: Pixels per frame.
        found: Share of the shape's pixels at which that flow goes to the right.
    """

    frame1: np.ndarray
    frame: int
    flow: np.ndarray | None
    speed: int
    found: float


def compute(shape: str, frame: int, speed: int, look: str) -> Dots:
    """Make a frame, and estimate the flow to the next where ``look`` asks for it."""
    first, second = (dots_frame(shape, frame + i, speed) for i in (0, 1))
    flow = run("dis", first, second) if look == "the flow to the next frame" else None
    found = 0.0 if flow is None else float((flow[..., 0] > 0)[shape_mask(shape)].mean())
    return Dots(first, frame, flow, speed, found)


def draw(dots: Dots) -> Picture:
    """Draw the frame alone, or the flow in colours with arrows beside it."""
    frame = canvas.titled(cv2.cvtColor(dots.frame1, cv2.COLOR_GRAY2RGB), f"frame {dots.frame}")
    if dots.flow is None:
        return Picture(frame, f"Frame {dots.frame}: black and white dots at random, no shape to be seen.")
    full = max(2.0 * dots.speed, 1.0)
    colours = flowlab.flow_to_image(dots.flow, max_flow=full)
    H, W = dots.flow.shape[:2]
    longer = ARROW / max(dots.speed, 1)
    for y in range(STEP // 2, H, STEP):
        for x in range(STEP // 2, W, STEP):
            u, v = longer * dots.flow[y, x]
            canvas.arrow(colours, (x, y), (x + u, y + v))
    colours = canvas.titled(colours, "flow to the next frame, arrows longer")
    text = f"By this flow {dots.found:.0%} of the shape goes to the right."
    alt = (
        f"Frame {dots.frame} of the dots, which go {dots.speed} pixels to the right inside a shape and to the left "
        f"elsewhere; beside it the flow to the next frame in colours with arrows. {text}"
    )
    return Picture(fields.with_wheel(canvas.side_by_side(frame, colours), full), alt, text)


def random_dots() -> Explorer:
    """Return the widget: step through the frames by hand and see the shape only while it moves."""
    controls = {
        "shape": ipywidgets.Dropdown(options=SHAPES, description="Hidden shape"),
        "frame": ipywidgets.IntSlider(min=0, max=20, description="Frame"),
        "speed": ipywidgets.IntSlider(value=2, min=0, max=10, description="Speed, px a frame"),
        "look": ipywidgets.Dropdown(options=["one frame", "the flow to the next frame"], description="Show"),
    }
    film = [
        ("frame 0: nothing", {"frame": 0}),
        ("frame 1: nothing", {"frame": 1}),
        ("the flow from 0 to 1: a disc", {"look": "the flow to the next frame"}),
    ]
    return Explorer(
        compute, draw, controls, title="Random dots that only motion reveals", film=film, play={"frame": 100}, still=480
    )
