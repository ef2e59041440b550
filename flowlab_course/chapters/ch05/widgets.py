"""A chair to dress, and a scene of layers to move: the generator in the reader's hands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import ipywidgets
import numpy as np

import flowlab
from flowlab.chairs import Layer, Sample, composite
from flowlab.chairs.furniture import KINDS, VIEWS, Material, picture
from flowlab.chairs.motion import compose, similarity
from flowlab.chairs.texture import background
from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIDE = 300  # px of the dressed chair's picture
SIZE = (200, 270)  # of the scene's frames
FULL = 80  # px that have full colour
AS_IT_CAME = "its own"
MATERIALS = {
    AS_IT_CAME: None,
    "white paint": Material("plain", (0.92, 0.91, 0.88), specular=0.3, gloss=30),
    "oak": Material("wood", (0.66, 0.46, 0.27), contrast=0.7),
    "chrome": Material("plain", (0.95, 0.96, 1.0), specular=0.7, gloss=60, mirror=0.85),
    "leather": Material("leather", (0.45, 0.22, 0.12), contrast=0.25, specular=0.25, gloss=14),
    "wicker": Material("wicker", (0.80, 0.62, 0.40), contrast=0.8, specular=0.05),
    "stripes": Material("stripes", (0.20, 0.36, 0.50), (0.92, 0.91, 0.88), 0.9, 0.7, 0.04, 6.0),
    "checks": Material("checks", (0.55, 0.12, 0.10), (0.92, 0.88, 0.80), 0.9, 0.7, 0.04, 6.0),
    "flowers": Material("flowers", (0.38, 0.50, 0.36), (0.92, 0.80, 0.82), 0.9, 0.8, 0.04, 6.0),
}


@dataclass(frozen=True)
class Dressed:
    """A chair's picture, premultiplied by its alpha, and what it is."""

    rgba: np.ndarray
    kind: str
    view: int
    seed: int
    material: str
    thin: bool


def dress(kind: str, view: int, seed: int, material: str, thin: bool) -> Dressed:
    """Build a chair from a seed, all of one material or of its own, and take its picture."""
    rng = np.random.default_rng(seed)
    rgba = picture(rng, SIDE, kind=kind, view=view, thin=thin, material=MATERIALS[material])
    return Dressed(rgba, kind, view, seed, material, thin)


def draw_chair(chair: Dressed) -> Picture:
    """Draw the chair on white, and its alpha."""
    h, w = chair.rgba.shape[:2]
    rgb, alpha = np.full((SIDE, SIDE, 3), 255, np.uint8), np.zeros((SIDE, SIDE, 3), np.uint8)
    top, left = (SIDE - h) // 2, (SIDE - w) // 2
    here = np.s_[top : top + h, left : left + w]
    cover = chair.rgba[..., 3:]
    rgb[here] = chair.rgba[..., :3] + (255 - cover)
    alpha[here] = cover
    parts = "with" if chair.thin else "without"
    made = "of its own materials" if chair.material == AS_IT_CAME else f"all {chair.material}"
    name = f"A {chair.kind} chair, number {chair.seed}, {made}, from view {chair.view} of {VIEWS}"
    alt = f"{name}, {parts} thin parts; beside it its alpha."
    covered = (cover > 127).mean()
    text = f"{chair.kind}, chair {chair.seed}, {made}, view {chair.view}: covers {covered:.0%} of its box."
    return Picture(canvas.side_by_side(canvas.titled(rgb, "the chair"), canvas.titled(alpha, "its alpha")), alt, text)


def dress_a_chair() -> Explorer:
    """Return the widget: kind, view, seed and material of a chair; the seed chooses measures, materials and light."""
    kinds = list(KINDS)
    controls = {
        "kind": ipywidgets.Dropdown(options=kinds, description="Kind"),
        "view": ipywidgets.IntSlider(value=5, min=0, max=VIEWS - 1, description="View", continuous_update=False),
        "seed": ipywidgets.IntSlider(value=1, min=0, max=200, description="Chair and light", continuous_update=False),
        "material": ipywidgets.Dropdown(options=list(MATERIALS), description="Material"),
        "thin": ipywidgets.Checkbox(value=True, description="Thin parts"),
    }
    film = [
        (f"{kind}, view {view}, {material}", {"kind": kind, "view": view, "material": material})
        for kind, view, material in zip((kinds[0], kinds[2]), (5, 20), (AS_IT_CAME, "oak"), strict=True)
    ]
    return Explorer(dress, draw_chair, controls, title="Make a chair", film=film)


@cache
def _scenery() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the background and two chairs of the scene, made once."""
    rng = np.random.default_rng(11)
    ground = background(rng, (SIZE[0] + 80, SIZE[1] + 80))
    return ground, picture(np.random.default_rng(4), 110), picture(np.random.default_rng(9), 130)


@dataclass(frozen=True)
class Moved:
    """The scene's pair, and how its front chair moved."""

    sample: Sample
    shift: tuple[float, float]
    degrees: int
    look: str


OCCLUDED, LAYERS = "occlusion", "layers"


def move(cursor: list[float], degrees: int, ground: int, look: str) -> Moved:
    """Move the front chair to the cursor in frame 2, and the background and the chair behind by ``ground`` px."""
    texture, back, front = _scenery()
    H, W = SIZE
    width, height = 2 * W + canvas.GAP + fields.WHEEL_ROOM, 2 * (H + canvas.TITLE) + canvas.GAP
    start = np.array([0.3 * W, 0.5 * H])
    target = np.array(
        [cursor[0] * width % (W + canvas.GAP), cursor[1] * height % (H + canvas.TITLE + canvas.GAP) - canvas.TITLE]
    )
    carry = similarity(np.zeros(2), shift=(float(ground), 0.0))
    shift = target - start - (ground, 0)
    own = similarity(start, degrees=float(degrees), shift=(float(shift[0]), float(shift[1])))
    layers = []
    for sprite, centre, motion in ((back, np.array([0.62 * W, 0.5 * H]), carry), (front, start, compose(carry, own))):
        middle = (np.array(sprite.shape[1::-1]) - 1) / 2
        layers.append(Layer(sprite, similarity(np.zeros(2), shift=tuple((centre - middle).tolist())), motion))
    pose = similarity(np.zeros(2), shift=(-40.0, -40.0))
    return Moved(
        composite(texture, pose, carry, layers, SIZE),
        (float(target[0] - start[0]), float(target[1] - start[1])),
        degrees,
        look,
    )


def draw_scene(m: Moved) -> Picture:
    """Draw both frames, the flow, and what frame 2 hides."""
    s = m.sample
    colours = flowlab.flow_to_image(s.flow, max_flow=FULL)
    if m.look == OCCLUDED:
        last = np.where(s.occlusion[..., None], np.array([230, 159, 0], np.uint8), s.img1 // 3)
    else:
        shades = np.array([(90, 90, 90), (230, 159, 0), (86, 180, 233)], np.uint8)
        last = shades[s.layers]
    top = canvas.side_by_side(canvas.titled(s.img1, "frame 1"), canvas.titled(s.img2, "frame 2"))
    name = "occluded in frame 2 (orange)" if m.look == OCCLUDED else "layers of frame 1"
    bottom = canvas.side_by_side(canvas.titled(colours, "flow"), canvas.titled(last, name))
    gap = np.full((canvas.GAP, top.shape[1], 3), 255, np.uint8)
    text = (
        f"The front chair moves by ({m.shift[0]:+.0f}, {m.shift[1]:+.0f}) px and turns by {m.degrees:+.0f} degrees; "
        f"{s.occlusion.mean():.1%} of frame 1 is occluded in frame 2."
    )
    alt = f"Two frames of two chairs in front of a background, the flow in colours, and the {m.look} map. {text}"
    return Picture(fields.with_wheel(np.concatenate([top, gap, bottom]), FULL), alt, text)


def move_a_layer() -> Explorer:
    """Return the widget: put the front chair somewhere else, turn it, slide the ground; see flow and occlusion."""
    controls = {
        "degrees": ipywidgets.IntSlider(value=0, min=-40, max=40, description="Turn, degrees"),
        "ground": ipywidgets.IntSlider(value=0, min=-20, max=20, description="Background, px to the right"),
        "look": ipywidgets.Dropdown(options=[OCCLUDED, LAYERS], description="Last map"),
    }
    film = [
        ("the front chair goes right", {"cursor": [0.189, 0.3]}),
        ("it goes up and turns", {"cursor": [0.154, 0.2], "degrees": 30}),
        ("the ground goes along", {"cursor": [0.189, 0.3], "ground": 15, "look": LAYERS}),
    ]
    return Explorer(move, draw_scene, controls, title="Move a layer", film=film, pad="cursor", cursor=(0.206, 0.3))
