"""An augmented pair: turn, zoom, move and flip its crops, and see whether the flow still fits the frames."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np
import torch

import flowlab
from flowlab.chairs import Sample, make_pair
from flowlab.datasets.augment import view_flow, view_matrix
from flowlab.datasets.augment.spatial import fits
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

FRAME, CROP = (144, 192), (96, 128)  # px
SHOWN = (192, 256)  # px of each picture on the screen
RECOMPUTED, LOOKED_UP = "recomputed", "looked up, vectors left as they were"
FULL = 30.0  # px that have full colour
MOST = 60.0  # grey levels of error that are drawn brightest


@cache
def scene() -> Sample:
    """Return the pair, made once."""
    return make_pair(seed=1, index=3, size=FRAME)


@dataclass(frozen=True)
class Disguised:
    """Two crops, the flow that is claimed between them, and what it explains.

    Attributes:
        views: T1 and T2, crop to frame, 3 x 3.
        frames: Both crops, RGB.
        flow: (h, w, 2), px.
        error: Photometric error, grey levels: crop 1 against crop 2 warped along the flow; 0 where it is not ``shown``.
        shown: Pixels that frame 2 does not hide, and whose target lies in crop 2.
        inside: Both crops lie inside their frames.
        way: How the flow was made.
    """

    views: tuple[np.ndarray, np.ndarray]
    frames: tuple[np.ndarray, np.ndarray]
    flow: np.ndarray
    error: np.ndarray
    shown: np.ndarray
    inside: bool
    way: str


def compute(degrees: int, zoom: float, right: int, second: int, flip: bool, way: str) -> Disguised:
    """Look at both frames through their views; ``second`` turns frame 2's crop by that much more."""
    pair = scene()
    first = view_matrix(
        CROP, FRAME, translation=(zoom * right, 0), degrees=degrees, zoom=(-zoom if flip else zoom, zoom)
    )
    views = (first, first @ view_matrix(CROP, CROP, degrees=second))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    frames = tuple(
        cv2.warpAffine(image, view[:2], CROP[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE)
        for image, view in zip((pair.img1, pair.img2), views, strict=True)
    )
    nearest = {
        "dsize": CROP[::-1],
        "flags": cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
        "borderMode": cv2.BORDER_REPLICATE,
    }
    if way == LOOKED_UP:
        flow = cv2.warpAffine(pair.flow, first[:2], **nearest)
    else:
        known = torch.ones(1, *FRAME, dtype=torch.bool)
        new, _ = view_flow(torch.from_numpy(pair.flow).permute(2, 0, 1)[None], known, first[None], views[1][None], CROP)
        flow = new[0].permute(1, 2, 0).numpy().copy()
    hidden = cv2.warpAffine(pair.occlusion.astype(np.uint8), first[:2], **nearest) > 0
    shown = ~hidden & flowlab.inside(flow)
    error = np.abs(flowlab.warp(frames[1], flow).astype(float) - frames[0]).mean(-1) * shown
    return Disguised(views, frames, flow, error, shown, bool(fits(np.stack(views), CROP, FRAME).all()), way)


def draw(d: Disguised) -> Picture:
    """Draw both frames with their crops, both crops, the flow and the misfit."""
    pair = scene()
    names = ("frame 1 and its crop", "frame 2 and its crop")
    whole = [
        canvas.titled(_outlined(image, view), name)
        for image, view, name in zip((pair.img1, pair.img2), d.views, names, strict=True)
    ]
    crops = [canvas.titled(_enlarged(frame), f"crop {n}") for n, frame in enumerate(d.frames, 1)]
    colours = fields.field_picture(d.flow, max_flow=FULL, spacing=16, zoom=SHOWN[0] // CROP[0])
    heat = _enlarged(fields.heat(d.error, MOST))
    top = canvas.side_by_side(whole[0], *crops)
    title = "flow, " + d.way.partition(",")[0]
    bottom = canvas.side_by_side(whole[1], canvas.titled(colours, title), canvas.titled(heat, "photometric error"))
    gap = np.full((canvas.GAP, top.shape[1], 3), 255, np.uint8)
    where = "Both crops lie inside." if d.inside else "A crop leaves its frame: a loader draws again."
    mean = d.error[d.shown].mean() if d.shown.any() else float("nan")
    text = f"Flow {d.way}. Mean photometric error {mean:.1f} grey levels of 255. {where}"
    alt = f"Two frames, a crop outlined on each, both crops, the flow between them and its photometric error. {text}"
    return Picture(fields.with_wheel(np.concatenate([top, gap, bottom]), FULL), alt, text)


def augmentation_explorer() -> Explorer:
    """Return the widget: a crop's turn, zoom, place and flip, frame 2's own turn, and two ways to make the flow."""
    controls = {
        "degrees": ipywidgets.IntSlider(value=0, min=-40, max=40, description="Turn both, degrees"),
        "zoom": ipywidgets.FloatSlider(value=1.0, min=0.8, max=2.0, step=0.1, description="Zoom"),
        "right": ipywidgets.IntSlider(value=0, min=-40, max=40, description="Crop to the right, px"),
        "second": ipywidgets.IntSlider(value=0, min=-15, max=15, description="Turn frame 2 more, degrees"),
        "flip": ipywidgets.Checkbox(value=False, description="Flip left and right"),
        "way": ipywidgets.Dropdown(options=[RECOMPUTED, LOOKED_UP], description="The flow is"),
    }
    film = [
        ("flipped left and right, the flow recomputed", {"flip": True}),
        ("turned and zoomed, the flow recomputed", {"degrees": 25, "zoom": 1.5}),
        ("the same, the vectors left as they were", {"degrees": 25, "zoom": 1.5, "way": LOOKED_UP}),
        ("frame 2 turned a little more", {"zoom": 1.5, "second": 8}),
    ]
    return Explorer(compute, draw, controls, title="Augmentation explorer", film=film)


def _enlarged(rgb: np.ndarray) -> np.ndarray:
    return cv2.resize(rgb, SHOWN[::-1], interpolation=cv2.INTER_LINEAR)


def _outlined(image: np.ndarray, view: np.ndarray) -> np.ndarray:
    """Draw a crop's outline on a frame, its upper edge thick, so that turns and flips show."""
    rgb, scale = _enlarged(image), SHOWN[0] / FRAME[0]
    right, bottom = CROP[1] - 1, CROP[0] - 1
    corners = (view @ np.array([[0, right, right, 0], [0, 0, bottom, bottom], [1, 1, 1, 1]]))[:2].T
    points = np.round(16 * (scale * (corners + 0.5) - 0.5)).astype(np.int32)
    for colour, thickness in ((canvas.WHITE, 4), (canvas.BLACK, 1)):
        cv2.polylines(rgb, [points], True, colour, thickness, cv2.LINE_AA, 4)
    cv2.line(rgb, points[0].tolist(), points[1].tolist(), canvas.BLACK, 3, cv2.LINE_AA, 4)
    canvas.ring(rgb, (points[0] / 16).tolist(), 4)
    return rgb
