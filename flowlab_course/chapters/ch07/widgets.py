"""Two widgets: what an output of FlowNetS sees of the picture, and what a network does without one of its parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial

import cv2
import ipywidgets
import numpy as np

import flowlab
from flowlab.datasets.samples import motorcycle, photograph
from flowlab_course.chapters.ch07.diagrams import SKIPS
from flowlab_course.widgets import canvas
from flowlab_course.widgets import fields as maps
from flowlab_course.widgets.explorer import Explorer, Picture

# kernel and stride of each layer of the contracting part
LAYERS = {
    "conv1": (7, 2),
    "conv2": (5, 2),
    "conv3": (5, 2),
    "conv3_1": (3, 1),
    "conv4": (3, 2),
    "conv4_1": (3, 1),
    "conv5": (3, 2),
    "conv5_1": (3, 1),
    "conv6": (3, 2),
    "conv6_1": (3, 1),
}
PREDICTIONS = {f"predict_flow{level}": level for level in (6, 5, 4, 3, 2)}
SIZE = (384, 512)  # px, height and width
LENS = 100  # px: fields of less than half of this are also shown enlarged to this side


def fields() -> dict[str, tuple[int, int]]:
    """Side of the receptive field and distance between outputs, both in pixels of the image, of every layer.

    Example:
        >>> fields()["conv3"], fields()["conv6_1"]
        ((31, 8), (383, 64))
    """
    field, step, found = 1, 1, {}
    for name, (kernel, stride) in LAYERS.items():
        field, step = field + (kernel - 1) * step, step * stride
        found[name] = field, step
    return found


def interval(layer: str, first: int, last: int) -> tuple[int, int]:
    """First and last pixel, along one axis, that outputs `first` to `last` of a layer or a prediction depend on.

    Example:
        >>> interval("conv2", 1, 1), interval("predict_flow6", 0, 0)
        ((-3, 11), (-255, 255))
    """
    if layer in PREDICTIONS:
        return _of_stack(PREDICTIONS[layer], first - 1, last + 1)
    names = list(LAYERS)
    for kernel, stride in (LAYERS[name] for name in reversed(names[: names.index(layer) + 1])):
        first, last = first * stride - kernel // 2, last * stride + kernel // 2
    return first, last


def _of_stack(level: int, first: int, last: int) -> tuple[int, int]:
    """Do the same for a stack: what its skip sees, and the prediction below, which sees more than the features there.

    An upconvolution of 4 with a stride of 2 makes output i of the inputs (i - 1) // 2 to (i + 1) // 2.
    """
    if level == 6:
        return interval("conv6_1", first, last)
    skip = interval(SKIPS[level], first, last)
    below = interval(f"predict_flow{level + 1}", (first - 1) // 2, (last + 1) // 2)
    return min(skip[0], below[0]), max(skip[1], below[1])


@dataclass(frozen=True)
class Seen:
    """What one output sees.

    Attributes:
        layer: Its name.
        size: Rows and columns of the layer's output.
        place: Row and column of the output that was picked.
        field: Width of its receptive field in pixels.
        step: Pixels between two outputs.
        box: Left, top, right, bottom of the field in pixels, both ends included; it may reach beyond the image.
    """

    layer: str
    size: tuple[int, int]
    place: tuple[int, int]
    field: int
    step: int
    box: tuple[int, int, int, int]

    @property
    def share(self) -> float:
        """Part of the image that lies in the field."""
        left, top, right, bottom = self.box
        H, W = SIZE
        width, height = min(right, W - 1) - max(left, 0) + 1, min(bottom, H - 1) - max(top, 0) + 1
        return width * height / (H * W)


def compute(layer: str, cursor: Sequence[float]) -> Seen:
    """Find the output nearest to the cursor, which lies at place times step, and its field."""
    step = 2 ** PREDICTIONS[layer] if layer in PREDICTIONS else fields()[layer][1]
    size = SIZE[0] // step, SIZE[1] // step
    row, column = (
        min(side - 1, round(float(at) * full / step))
        for side, at, full in zip(size, reversed(list(cursor)), SIZE, strict=True)
    )
    (left, right), (top, bottom) = (interval(layer, place, place) for place in (column, row))
    return Seen(layer, size, (row, column), right - left + 1, step, (left, top, right, bottom))


@cache
def _image() -> np.ndarray:
    return cv2.resize(photograph("chelsea")[:, 30:-20], SIZE[::-1], interpolation=cv2.INTER_AREA)


def draw(seen: Seen) -> Picture:
    """Draw the image, dark outside of the field, a dot for each output where there is room, small fields enlarged."""
    rgb = (0.35 * _image()).astype(np.uint8)
    left, top, right, bottom = seen.box
    inside = np.s_[max(top, 0) : bottom + 1, max(left, 0) : right + 1]
    rgb[inside] = _image()[inside]
    if seen.step >= 8:
        rows, columns = seen.size
        for y in range(rows):
            for x in range(columns):
                cv2.circle(rgb, (x * seen.step, y * seen.step), 1, (255, 255, 255), -1)
    row, column = seen.place
    centre = column * seen.step, row * seen.step
    if seen.layer not in PREDICTIONS:  # a prediction's field is larger than the image
        canvas.square(rgb, centre, seen.field / 2)
    if seen.field < LENS / 2:
        _enlarge(rgb, _image()[inside], left=centre[0] > SIZE[1] / 2)
    else:
        canvas.ring(rgb, centre, 5)
    lens = " Enlarged in the corner." if seen.field < LENS / 2 else ""
    text = (
        f"{seen.layer}: {seen.size[0]} x {seen.size[1]} outputs, {seen.step} px apart. The one in row {row}, column "
        f"{column} sees {seen.field} x {bottom - top + 1} px, {seen.share:.1%} of this image.{lens}"
    )
    return Picture(rgb, f"A cat, dark but for the square that an output of {seen.layer} sees. {text}", text)


def _enlarge(rgb: np.ndarray, seen: np.ndarray, *, left: bool) -> None:
    """Put what a small field sees into a lower corner, enlarged, with a white frame."""
    rim, side = 8, LENS
    large = cv2.resize(seen, (side, side), interpolation=cv2.INTER_NEAREST)
    large = cv2.copyMakeBorder(large, 3, 3, 3, 3, cv2.BORDER_CONSTANT, value=canvas.WHITE)
    top, start = SIZE[0] - len(large) - rim, rim if left else SIZE[1] - len(large) - rim
    rgb[top : top + len(large), start : start + len(large)] = large


def receptive_field() -> Explorer:
    """Return the widget: pick a layer, and one of its outputs on the picture."""
    controls = {"layer": ipywidgets.Dropdown(options=[*LAYERS, *PREDICTIONS], value="conv3", description="Layer")}
    film = [
        (f"{layer}: {compute(layer, (0.45, 0.4)).field} px", {"layer": layer})
        for layer in ("conv3", "conv6_1", "predict_flow2")
    ]
    return Explorer(compute, draw, controls, title="What an output sees", film=film, pad="cursor", cursor=(0.45, 0.4))


LONGEST = 30.0  # px, of the flow and of the error that are drawn brightest
LEVELS = {"all four": (5, 4, 3, 2), "5, the coarsest": (5,), "4": (4,), "3": (3,), "2, the finest": (2,)}
Without = Callable[[str, Sequence[int]], np.ndarray]


@dataclass(frozen=True)
class Ablated:
    """The flow of a network without a part, and how it compares.

    Attributes:
        part: What was taken away: "skip", "features", "flow" or "nothing".
        levels: At which levels, in words.
        flow: (H, W, 2), of the motorcycle.
        error: Its EPE in px.
        whole: The EPE of the whole network.
    """

    part: str
    levels: str
    flow: np.ndarray
    error: float
    whole: float


def ablate(without: Without, part: str, levels: str) -> Ablated:
    """Compute the motorcycle's flow without a part, and its error."""
    bike = motorcycle(reduce=0.5)
    flow, whole = (without(part, at) for at in (LEVELS[levels] if part != "nothing" else (), ()))
    return Ablated(part, levels, flow, *(float(flowlab.epe(w, bike.flow, bike.valid)) for w in (flow, whole)))


def draw_ablated(found: Ablated) -> Picture:
    """Draw the length of the flow, and beside it the error, white where the true flow is unknown."""
    bike = motorcycle(reduce=0.5)
    length = maps.heat(np.linalg.norm(found.flow, axis=-1), LONGEST)
    error = maps.heat(np.linalg.norm(found.flow - bike.flow, axis=-1), LONGEST)
    error[~bike.valid] = 255
    scale = f"black 0, yellow {LONGEST:g} px"
    pair = canvas.titled(length, f"length of the flow: {scale}"), canvas.titled(error, f"error: {scale}")
    missing = "the whole network" if found.part == "nothing" else f"without the {found.part}, levels {found.levels}"
    text = f"{missing}: EPE {found.error:.2f} px (whole network {found.whole:.2f} px)"
    return Picture(canvas.side_by_side(*pair), f"The length of the flow and its error, {text}.", text)


def take_a_part_away(without: Without) -> Explorer:
    """Return the widget: pick a part and where to take it away; ``without(part, levels)`` gives the flow."""
    controls = {
        "part": ipywidgets.Dropdown(
            options=["nothing", "skip", "features", "flow"], value="skip", description="Take away"
        ),
        "levels": ipywidgets.Dropdown(options=list(LEVELS), description="at levels"),
    }
    film = [("the whole network", {"part": "nothing"}), ("without the skips", {"part": "skip"})]
    title = "A network without one of its parts"
    return Explorer(partial(ablate, cache(without)), draw_ablated, controls, title=title, film=film, still=520)
