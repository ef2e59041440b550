"""The displacement explorer: what the correlation layer computes at one pixel, with every setting in reach."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from flowlab.costvolume import Geometry, correlation
from flowlab.course.features import patches, random_features
from flowlab.course.widgets import canvas
from flowlab.course.widgets.explorer import Explorer, Picture
from flowlab.datasets.samples import SamplePair, motorcycle, moving_photograph

Number = float | int | np.number
KINDS = ("patches, normalised", "random filters", "colours as they are")
ZOOM = 1.4  # screen pixels for a pixel of the frames: a patch of a few of them should be seen
MAP = 240  # screen pixels of the score map's side
PAIRS = {
    "motorcycle, two cameras": lambda: motorcycle(reduce=0.35),
    "cat, turned": lambda: moving_photograph("chelsea", degrees=8.0, size=(190, 290), reduce=0.7),
    "rocket, all at once": lambda: moving_photograph(
        "rocket", degrees=-4.0, scale=0.94, translation=(18.0, 8.0), size=(200, 300), reduce=0.55
    ),
}


@cache
def pair(name: str) -> SamplePair:
    """Return a pair by name, made once."""
    return PAIRS[name]()


@cache
def features(name: str, kind: str) -> tuple[Tensor, Tensor]:
    """Return the features of both frames of a pair, (1, C, H, W) each."""
    make = {KINDS[0]: patches, KINDS[1]: random_features, KINDS[2]: lambda image: image}[kind]
    frames = (torch.from_numpy(img).permute(2, 0, 1)[None].float() / 255 for img in pair(name)[1:3])
    first, second = (make(frame) for frame in frames)
    return first, second


@dataclass(frozen=True)
class Search:
    """One pixel's search.

    Attributes:
        pair: The two frames and the truth.
        point: (x, y) of the pixel in frame 1, on the grid of stride1.
        geometry: The layer's settings.
        scores: (D, D): the layer's channels at this pixel, dy by dx.
        peak: (dx, dy) of the best, in pixels.
        channels: D * D.
        output: (Ho, Wo) of the whole layer on these frames.
        products: Multiplications that the definition asks for, over the whole output.
    """

    pair: SamplePair
    point: tuple[int, int]
    geometry: Geometry
    scores: np.ndarray
    peak: tuple[int, int]
    channels: int
    output: tuple[int, int]
    products: int


def search(a: Tensor, b: Tensor, point: tuple[int, int], geometry: Geometry) -> np.ndarray:
    """Compute the layer's D * D channels at one pixel, (D, D).

    The layer itself does it, on pieces just large enough for one output: the patch of ``a`` and all that it meets.
    """
    margin = geometry.max_displacement + geometry.kernel_size // 2
    (x, y), side = point, 2 * margin + 1
    piece_a, piece_b = (functional.pad(f, (margin,) * 4)[:, :, y : y + side, x : x + side] for f in (a, b))
    numbers = geometry.kernel_size, geometry.max_displacement, 1, geometry.stride2
    return correlation(piece_a, piece_b, *numbers, pad_size=0).view(geometry.side, geometry.side).numpy()


def compute(
    cursor: list[float], name: str, kind: str, max_displacement: int, stride2: int, kernel_size: int, stride1: int
) -> Search:
    """Search for the pixel under the cursor in frame 2."""
    frames, (a, b) = pair(name), features(name, kind)
    H, W = frames.img1.shape[:2]
    wide, high = round(ZOOM * W), round(ZOOM * H)  # of a frame on the screen
    width, height = 2 * wide + MAP + 2 * canvas.GAP, max(high, MAP) + canvas.TITLE
    x = int(np.clip(cursor[0] * width / ZOOM, 0, W - 1)) // stride1 * stride1
    y = int(np.clip((cursor[1] * height - canvas.TITLE) / ZOOM, 0, H - 1)) // stride1 * stride1
    pad = max_displacement + kernel_size // 2
    geometry = Geometry(kernel_size, max_displacement, stride1, stride2, pad)
    scores = search(a, b, (x, y), geometry)
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    peak = tuple(int(i - geometry.radius) * stride2 for i in (column, row))
    Ho, Wo = geometry.output_size(H, W)
    products = Ho * Wo * geometry.side**2 * kernel_size**2 * a.shape[1]
    return Search(frames, (x, y), geometry, scores, peak, geometry.side**2, (Ho, Wo), products)


def draw(s: Search) -> Picture:
    """Draw the pixel in frame 1, its search window and best match in frame 2, and the score map."""
    (x, y), g = s.point, s.geometry
    frame1, frame2 = (
        cv2.resize(img, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_LINEAR) for img in (s.pair.img1, s.pair.img2)
    )

    def at(dx: Number, dy: Number) -> tuple[float, float]:
        """Where the pixel's centre, moved by (dx, dy), lies on the screen."""
        return float(ZOOM * (x + dx + 0.5) - 0.5), float(ZOOM * (y + dy + 0.5) - 0.5)

    canvas.square(frame1, at(0, 0), ZOOM * g.kernel_size / 2)
    canvas.ring(frame1, at(0, 0), 12)
    reach = g.radius * g.stride2
    canvas.square(frame2, at(0, 0), ZOOM * (reach + g.kernel_size / 2))
    if g.stride2 > 1:  # where the layer looks; every pixel would be a grey square
        offsets = range(-reach, reach + 1, g.stride2)
        canvas.dots(frame2, [at(dx, dy) for dy in offsets for dx in offsets])
    canvas.arrow(frame2, at(0, 0), at(*s.peak))
    known = bool(s.pair.valid[y, x])
    u, v = s.pair.flow[y, x]
    if known:
        canvas.ring(frame2, at(u, v), 8)
    truth = f"the truth is ({u:+.1f}, {v:+.1f}) px" if known else "the truth is not known here"
    Ho, Wo = s.output
    text = (
        f"<b>{g.side} x {g.side} = {s.channels} channels</b>, output {Ho} x {Wo} x {s.channels}, "
        f"<b>{s.products / 1e6:,.0f} million products</b> for the whole picture.<br>"
        f"Best match of pixel ({x}, {y}): ({s.peak[0]:+d}, {s.peak[1]:+d}) px; {truth} (ring)."
    )
    alt = (
        f"{s.pair.name}: pixel ({x}, {y}) of frame 1, its window of {2 * reach + 1} pixels a side in frame 2 and "
        f"the best match there, ({s.peak[0]:+d}, {s.peak[1]:+d}) pixels away; {truth}. "
        f"Beside them the {g.side} x {g.side} scores."
    )
    parts = (("frame 1: pick a pixel", frame1), ("frame 2: window, best match", frame2), ("scores", _score_map(s)))
    return Picture(canvas.side_by_side(*(canvas.titled(p, title) for title, p in parts)), alt, text)


def _score_map(s: Search) -> np.ndarray:
    low, high = s.scores.min(), s.scores.max()
    grey = ((s.scores - low) / max(high - low, 1e-9) * 255).astype(np.uint8)
    large = cv2.resize(grey, (MAP, MAP), interpolation=cv2.INTER_NEAREST)
    rgb = cv2.cvtColor(cv2.applyColorMap(large, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
    cell = MAP / s.geometry.side
    centre = tuple((d / s.geometry.stride2 + s.geometry.radius + 0.5) * cell for d in s.peak)
    canvas.ring(rgb, centre, max(5.0, 0.7 * cell))
    return rgb


def displacement_explorer() -> Explorer:
    """Return the widget: pick a pixel of frame 1 and see every score that the correlation layer gives it."""
    slider = ipywidgets.IntSlider
    controls = {
        "name": ipywidgets.Dropdown(options=list(PAIRS), description="Pair"),
        "kind": ipywidgets.Dropdown(options=KINDS, description="Features"),
        "max_displacement": slider(value=20, min=2, max=40, description="max displacement d, px"),
        "stride2": slider(value=2, min=1, max=8, description="stride2: step between displacements"),
        "kernel_size": slider(value=1, min=1, max=15, step=2, description="patch K, px"),
        "stride1": slider(value=1, min=1, max=8, description="stride1: step between pixels"),
    }
    film = [
        ("d = 20, every second displacement: 441 channels", {}),
        ("d = 8: the window is too small for this wheel", {"max_displacement": 8}),
        ("colours as they are: the brightest place wins", {"kind": KINDS[2]}),
    ]
    return Explorer(
        compute, draw, controls, title="The displacement explorer", film=film, pad="cursor", cursor=(0.285, 0.7)
    )
