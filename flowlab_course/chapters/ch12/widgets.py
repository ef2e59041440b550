"""A gallery of failures: a pair, a method, a measure of error, and all about the pixel under the pointer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ipywidgets
import numpy as np
import torch
from jaxtyping import Float

import flowlab
from flowlab.evaluation import Generated, Method, Pair, as_pair, method_of
from flowlab.field.metrics import angle
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

# Methods as the course calls them, and by the names that `flowlab.evaluate` knows.
METHODS = {
    "zero flow": "zero",
    "Horn-Schunck": "horn-schunck",
    "DIS": "dis",
    "FlowNetS": "flownets-small",
    "FlowNetC": "flownetc-small",
    "FlowNetC+v": "flownetc-small+v",
}
BIKE, LEAP, CHAIRS = "the motorcycle", "the rocket leaps", ("chairs, first pair", "chairs, second pair")
DISTANCE, SHARE, ANGLE = "end-point error, 0 to 10 px", "error / motion, 0 to 100 %", "angle, 0 to 90 degrees"
MOST = {DISTANCE: 10.0, SHARE: 100.0, ANGLE: 90.0}
CHAIRS_SIZE = (192, 256)
ACROSS = 2  # tiles side by side


def offered() -> list[str]:
    """Name the methods that can be shown: networks only where their weights are shipped."""
    from flowlab.models import shipped

    networks = set(shipped())
    return [name for name, way in METHODS.items() if "flownet" not in way or way.removesuffix("+v") in networks]


@cache
def pair(name: str) -> Pair:
    """Return the pair of that name, smaller than it is elsewhere, so that four fit on a page."""
    from flowlab.datasets.samples import motorcycle, moving_photograph

    if name == BIKE:
        return as_pair(motorcycle(reduce=0.36), name)
    if name == LEAP:
        return as_pair(moving_photograph("rocket", degrees=-4.0, scale=0.94, translation=(22.0, 9.0)), name)
    return Generated(2, CHAIRS_SIZE)[CHAIRS.index(name)]._replace(name=name)


@cache
def method(name: str) -> Method:
    """Return a method by its name in the course; networks are loaded once."""
    return method_of(METHODS[name])


@cache
def estimate(pair_name: str, method_name: str) -> Float[np.ndarray, "H W 2"]:
    """Return what a method finds on a pair, computed once."""
    shown = pair(pair_name)
    return np.float32(method(method_name)(shown.img1, shown.img2))


@dataclass(frozen=True)
class Case:
    """A method's flow on a pair, measured.

    Attributes:
        pair: With its truth.
        method: As the course calls it.
        flow: (H, W, 2), estimated.
        metric: Which error ``error`` is.
        error: (H, W); 0 where the truth is not known.
        x: Of the pixel under the pointer.
        y: Of the pixel under the pointer.
    """

    pair: Pair
    method: str
    flow: np.ndarray
    metric: str
    error: np.ndarray
    x: int
    y: int


def errors(shown: Pair, flow: Float[np.ndarray, "H W 2"], metric: str) -> Float[np.ndarray, "H W"]:
    """Return the error of each pixel: in pixels, in per cent of the true motion, or in degrees between (u, v, 1)."""
    if metric == ANGLE:
        a, b = (torch.from_numpy(np.float64(f)).movedim(-1, 0)[None] for f in (flow, shown.flow))
        found = angle(a, b)[0].numpy()
    else:
        found = flowlab.epe_map(flow, shown.flow).astype(np.float64)
        if metric == SHARE:
            found = 100 * found / np.maximum(np.linalg.norm(shown.flow, axis=-1), 1e-6)
    return np.where(shown.valid, found, 0.0)


def compute(cursor: list[float], pair_name: str, method_name: str, metric: str) -> Case:
    """Estimate, measure, and look up the pixel under the cursor, whichever of the four tiles it is in."""
    shown = pair(pair_name)
    flow = estimate(pair_name, method_name)
    H, W = shown.flow.shape[:2]
    x, y = _pixel(cursor, H, W)
    return Case(shown, method_name, flow, metric, errors(shown, flow, metric), x, y)


def draw(case: Case) -> Picture:
    """Draw frame 1, the error, the true and the estimated flow, with the pixel ringed in each."""
    known = np.linalg.norm(case.pair.flow[case.pair.valid], axis=-1)
    longest = 1.1 * max(float(known.max(initial=0.0)), 1.0)
    hot = fields.heat(case.error, MOST[case.metric])
    hot[~case.pair.valid] = canvas.GREY
    tiles = {
        "frame 1": case.pair.img1.copy(),
        f"{case.metric}; grey: unknown": hot,
        "true flow": flowlab.flow_to_image(case.pair.flow, max_flow=longest, valid=case.pair.valid),
        f"flow by {case.method}": flowlab.flow_to_image(case.flow, max_flow=longest),
    }
    for rgb in tiles.values():
        canvas.ring(rgb, (case.x, case.y))
    for rgb, flow in zip(list(tiles.values())[2:], (case.pair.flow, case.flow), strict=True):
        u, v = flow[case.y, case.x]
        canvas.arrow(rgb, (case.x, case.y), (case.x + u, case.y + v))
    titled = [canvas.titled(rgb, name)[:, : rgb.shape[1]] for name, rgb in tiles.items()]
    rows = [canvas.side_by_side(*titled[i : i + ACROSS]) for i in (0, ACROSS)]
    mean = flowlab.epe(case.flow, case.pair.flow, case.pair.valid)
    outliers = flowlab.fl_all(case.flow, case.pair.flow, case.pair.valid)
    text = f"{_pixel_in_words(case)}<br>The whole picture: EPE {mean:.2f} px, Fl-all {outliers:.1f} %."
    alt = (
        f"{case.pair.name}: frame 1, a map of the {case.metric}, the true flow and the one by {case.method}; a ring at "
        f"x = {case.x}, y = {case.y}. EPE {mean:.2f} px."
    )
    return Picture(fields.with_wheel(np.concatenate(rows), longest), alt, text)


def failure_gallery() -> Explorer:
    """Return the widget: choose pair, method and measure, and drag the pointer over the failures."""
    methods = offered()
    network = next((name for name in ("FlowNetC", "FlowNetS") if name in methods), "Horn-Schunck")
    controls = {
        "pair_name": ipywidgets.Dropdown(options=[BIKE, LEAP, *CHAIRS], description="Pair"),
        "method_name": ipywidgets.Dropdown(options=methods, value=network, description="Method"),
        "metric": ipywidgets.Dropdown(options=list(MOST), description="Error"),
    }
    film = [
        (f"the motorcycle by {network}", {}),
        ("chairs by DIS", {"pair_name": CHAIRS[0], "method_name": "DIS"}),
        (f"the same chairs by {network}", {"pair_name": CHAIRS[0]}),
    ]
    return Explorer(
        compute, draw, controls, title="A gallery of failures", film=film, pad="cursor", cursor=(0.205, 0.3)
    )


def at(pair_name: str, x: float | int, y: float | int) -> list[float]:
    """Return the cursor that points at (x, y) of frame 1, in pixels."""
    H, W = pair(pair_name).flow.shape[:2]
    return [(x + 0.5) / _width(W), (y + 0.5 + canvas.TITLE) / (2 * (H + canvas.TITLE))]


def _width(W: int) -> int:
    return ACROSS * W + canvas.GAP + fields.WHEEL_ROOM


def _pixel(cursor: list[float], H: int, W: int) -> tuple[int, int]:
    x, y = cursor[0] * _width(W), cursor[1] * 2 * (H + canvas.TITLE)
    x -= (W + canvas.GAP) * (x >= W + canvas.GAP)
    y -= (H + canvas.TITLE) * (y >= H + canvas.TITLE)
    return int(np.clip(x, 0, W - 1)), int(np.clip(y - canvas.TITLE, 0, H - 1))


def _pixel_in_words(case: Case) -> str:
    """Say all that is known about the pixel under the pointer."""
    here = case.y, case.x
    (u, v), (p, q) = case.pair.flow[here], case.flow[here]
    where = f"At x = {case.x}, y = {case.y}: found ({p:+.1f}, {q:+.1f})"
    if not case.pair.valid[here]:
        return f"{where}; the truth is not known here."
    only = Pair("pixel", *(part[case.y : case.y + 1, case.x : case.x + 1] for part in case.pair[1:5]))
    flow = case.flow[case.y : case.y + 1, case.x : case.x + 1]
    off, share, angle = (float(errors(only, flow, metric)[0, 0]) for metric in (DISTANCE, SHARE, ANGLE))
    outlier = "an outlier" if flowlab.fl_all(flow, only.flow) else "no outlier"
    hidden = ""
    if case.pair.occlusion is not None:
        hidden = ", hidden in frame 2" if case.pair.occlusion[here] else ", seen in frame 2"
    return (
        f"{where}, true ({u:+.1f}, {v:+.1f}): off by <b>{off:.1f} px</b>, {share:.0f} % of the motion, {angle:.0f} "
        f"degrees; {outlier} of Fl-all{hidden}."
    )
