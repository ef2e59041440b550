"""How far FlowNetC's correlation reaches: a texture that slides, and the scores of all displacements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np
import torch

import flowlab
from flowlab_course.widgets import canvas
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (256, 384)  # px
STRIDE = 8  # px of the image between two features of conv3
MAP = 252  # px at which the scores are drawn
CENTRED, RAW = "centred", "as conv3 gives them"


@cache
def texture() -> np.ndarray:
    """Return a texture (H, W, 3) float32 in [0, 1] that goes on at its other side."""
    rng, H, W = np.random.default_rng(0), *SIZE
    rgb = np.full((H, W, 3), 0.5)
    for sigma in (3, 6, 12):
        noise = np.tile(rng.normal(size=(H, W, 3)), (3, 3, 1))
        noise = cv2.GaussianBlur(noise, (0, 0), sigma)[H : 2 * H, W : 2 * W]
        rgb += 0.12 * noise / noise.std()
    return rgb.clip(0, 1).astype(np.float32)


@cache
def _network() -> flowlab.FlowNetC:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return flowlab.FlowNetC(width=0.25).eval()


def features(image: np.ndarray, kind: str) -> torch.Tensor:
    """Describe an image (H, W, 3) by conv3 of a FlowNetC that was never trained; centred, without channels' means."""
    network = _network()
    x = torch.from_numpy(image).permute(2, 0, 1)[None]
    with torch.no_grad():
        x = network.conv3(network.conv2(network.conv1(x - x.mean((2, 3), keepdim=True))))
    return x - x.mean((2, 3), keepdim=True) if kind == CENTRED else x


@dataclass(frozen=True)
class Reach:
    """The scores of one slide.

    Attributes:
        u: Slide to the right, in pixels of the image.
        v: Slide downwards.
        d: Largest displacement of the correlation, in pixels of its maps.
        stride2: Its step.
        kind: CENTRED or RAW features.
        scores: (D, D), the mean score of each displacement over all places, dy outer.
    """

    u: int
    v: int
    d: int
    stride2: int
    kind: str
    scores: np.ndarray

    @property
    def best(self) -> tuple[int, int]:
        """The displacement (u, v) with the best score, in pixels of the image."""
        row, column = np.unravel_index(self.scores.argmax(), self.scores.shape)
        r, unit = len(self.scores) // 2, STRIDE * self.stride2
        return (int(column) - r) * unit, (int(row) - r) * unit


@cache
def compute(u: int, v: int, d: int, stride2: int, kind: str = CENTRED) -> Reach:
    """Correlate the texture's features with those of the texture, slid by (u, v) pixels."""
    a, b = (features(image, kind) for image in (texture(), np.roll(texture(), (v, u), axis=(0, 1))))
    scores = flowlab.correlation(a, b, 1, d, 1, stride2, d)[0].mean((1, 2)) * a.shape[1]
    side = 2 * (d // stride2) + 1
    return Reach(u, v, d, stride2, kind, scores.view(side, side).numpy())


def draw(at: Reach) -> Picture:
    """Draw both frames, and the scores as a square of squares with a ring at the true displacement."""
    frames = []
    for image in (texture(), np.roll(texture(), (at.v, at.u), axis=(0, 1))):
        rgb = (255 * image).astype(np.uint8)
        frames.append(cv2.resize(rgb, (MAP * 3 // 4, MAP // 2), interpolation=cv2.INTER_AREA))
    side = len(at.scores)
    low, high = at.scores.min(), at.scores.max()
    levels = (255 * (at.scores - low) / max(high - low, 1e-6)).astype(np.uint8)
    cell = MAP / side
    grey = cv2.resize(levels, (MAP, MAP), interpolation=cv2.INTER_NEAREST)
    scores = cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_MAGMA), cv2.COLOR_BGR2RGB)
    unit, r = STRIDE * at.stride2, side // 2
    inside = max(abs(at.u), abs(at.v)) <= unit * r
    if inside:
        canvas.ring(scores, tuple((slide / unit + r + 0.5) * cell for slide in (at.u, at.v)), max(6.0, 0.7 * cell))
    where = "inside" if inside else "outside"
    text = (
        f"{side} x {side} = {side**2} channels reach {unit * r} px in steps of {unit} px. The slide by "
        f"({at.u}, {at.v}) px lies {where}; with features {at.kind} the best score stands at "
        f"({at.best[0]}, {at.best[1]}) px. White is the best score, black the lowest."
    )
    parts = (("frame 1", frames[0]), ("frame 2", frames[1]), (f"{side} x {side} scores", scores))
    alt = f"A texture in two frames, and the scores of all displacements as squares from dark to light. {text}"
    return Picture(canvas.side_by_side(*(canvas.titled(part, name) for name, part in parts)), alt, text)


def how_far_it_reaches() -> Explorer:
    """Return the widget: slide a texture, and change the correlation's reach and step."""
    slider = ipywidgets.IntSlider
    controls = {
        "u": slider(value=48, min=-184, max=184, step=8, description="Slide u, px", continuous_update=False),
        "v": slider(value=-32, min=-120, max=120, step=8, description="Slide v, px", continuous_update=False),
        "d": slider(value=20, min=4, max=20, step=4, description="Largest displacement d", continuous_update=False),
        "stride2": slider(value=2, min=1, max=4, description="stride2", continuous_update=False),
        "kind": ipywidgets.Dropdown(options=[CENTRED, RAW], description="Features"),
    }
    film = [
        ("a slide by (48, -32) px", {}),
        ("the same, features as conv3 gives them", {"kind": RAW}),
        ("by 152 px: between the last two columns", {"u": 152, "v": 0}),
        ("by 184 px: out of reach", {"u": 184, "v": 0}),
    ]
    return Explorer(compute, draw, controls, title="How far the correlation reaches", film=film)
