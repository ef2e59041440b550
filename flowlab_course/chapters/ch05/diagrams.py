"""The generator's layers: a background and chairs, each with its motion, and what is computed from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from flowlab import flow_to_image
from flowlab.chairs import ChairsConfig
from flowlab.chairs.motion import HeavyTailed, compose, similarity
from flowlab.chairs.scene import Layer, Sample, composite, edge_of
from flowlab.chairs.sprites import SpriteStore
from flowlab_course.page.diagram import SMALL, Sheet, pale
from flowlab_course.page.pictures import wheel

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (150, 200)  # rows and columns of a frame
CONFIG = ChairsConfig()
# Of each chair, the farther first: its number, longer side in px, centre, and its own motion.
CHAIRS = (
    (7, 105, (62.0, 78.0), {"degrees": -8, "shift": (26, 20)}),
    (4, 95, (128.0, 92.0), {"scale": 1.1, "shift": (-44, 6)}),
)
GROUND = similarity(np.array([99.5, 74.5]), 1.0, 3.0, (22.0, -8.0))
ACROSS, LEAN, DOWN = 0.9, 0.42, 0.44  # of a sheet that lies on the ground, seen from aslant
TOPS, SIDE = (240, 128, 16), 268  # px: upper edges of the sheets, and the left side of their texts
LONGEST = 54  # px that have full colour
PANELS = (452, 660, 196, 147)  # left sides, width and height of the four pictures


def scene() -> tuple[UInt8[np.ndarray, "h w 3"], Float[np.ndarray, "2 3"], list[Layer]]:
    """Return the background, its pose, and the chairs of the scene that is drawn."""
    store = SpriteStore(1, SIZE, CONFIG)
    layers = []
    for number, side, centre, own in CHAIRS:
        (found,), _ = store.find(np.array([0]), np.array([300.0]), np.array([number]))
        sprite = store.sprite(found)
        scale = side / max(sprite.shape[:2])
        middle = scale * (np.array(sprite.shape[1::-1]) - 1) / 2
        pose = np.array([[scale, 0, centre[0] - middle[0]], [0, scale, centre[1] - middle[1]]])
        layers.append(Layer(sprite, pose, compose(GROUND, similarity(np.array(centre), **own))))
    return store.background(4), similarity(np.zeros(2), shift=(-edge_of(SIZE),) * 2), layers


def layers() -> Figure:
    """Draw the layers of a scene above each other, and beside them the pair that the generator makes of them."""
    from matplotlib.patheffects import withStroke

    background, pose, chairs = scene()
    pair = composite(background, pose, GROUND, chairs, SIZE)
    sheet = Sheet(392)
    ground = np.dstack([pale(cv2.warpAffine(background, pose, SIZE[::-1])), np.full(SIZE, 255, np.uint8)])
    pictures = [ground, *(cv2.warpAffine(layer.sprite, layer.pose, SIZE[::-1]) for layer in chairs)]
    motions = [GROUND, *(layer.motion for layer in chairs)]
    centres = [(100.0, 75.0), *(centre for _, _, centre, _ in CHAIRS)]
    for top, picture, motion, centre in zip(TOPS, pictures, motions, centres, strict=True):
        _lying(sheet, top, picture)
        ends = (on_sheet(top, point) for point in (centre, motion @ (*centre, 1)))
        sheet.arrow(*ends, kind="second", width=2.4)
        for drawn in (sheet.axes.lines[-1], sheet.axes.patches[-1]):  # a white rim, for an arrow on a brown chair
            drawn.set_path_effects([withStroke(linewidth=drawn.get_linewidth() + 4, foreground="white")])
    _texts(sheet)
    _pair(sheet, pair)
    return sheet.fig


def on_sheet(top: float, point: tuple[float, float] | np.ndarray) -> tuple[float, float]:
    """Return where a point of a frame lies on a sheet that is seen from aslant."""
    return 8 + ACROSS * point[0] + LEAN * (SIZE[0] - point[1]), top + DOWN * point[1]


def _lying(sheet: Sheet, top: float, picture: UInt8[np.ndarray, "H W 4"]) -> None:
    """Draw a layer as a sheet of glass; where nothing is painted it is pale."""
    H, W = SIZE
    corners = [on_sheet(top, corner) for corner in ((0, 0), (W, 0), (W, H), (0, H))]
    sheet.polygon(corners, kind="ink")
    matrix = 2 * np.array([[ACROSS, -LEAN, LEAN * H], [0, DOWN, 0]])  # twice as fine, for smooth edges
    wide, tall = ACROSS * W + LEAN * H, DOWN * H
    lying = cv2.warpAffine(picture, matrix, (round(2 * wide), round(2 * tall)), flags=cv2.INTER_AREA)
    alpha = np.maximum(lying[..., 3:], 1)
    lying = np.dstack([np.minimum(lying[..., :3] * (255.0 / alpha), 255), lying[..., 3]]).astype(np.uint8)
    sheet.image(lying, 8, top, wide, tall, frame=False)
    sheet.polygon(corners, fill=False)


def _texts(sheet: Sheet) -> None:
    """Write beside each layer how it moves, and how far at most."""
    motion, (few, many) = CONFIG.motion, CONFIG.chairs
    laws = (motion.chair_translation, motion.chair_rotation, motion.chair_scale)
    ground = (motion.background_translation, motion.background_rotation, motion.background_scale)
    texts = (
        ("background", "moves by A0", reach(*ground)),
        ("chair 1", "A1 = A0 · its own motion", reach(*laws)),
        ("chair 2, in front", "A2 = A0 · its own motion", reach(*laws)),
    )
    for top, (name, how, far) in zip(TOPS, texts, strict=True):
        sheet.text(SIDE, top + 12, name, bold=True, align="left")
        sheet.text(SIDE, top + 32, how, kind="second", size=SMALL, align="left")
        sheet.text(SIDE, top + 58, far, size=SMALL, align="left")
    note = (
        f"{few} to {many} chairs a scene, most outside the frame;\n"
        "each moves first by itself, then with the background;\n"
        "the largest motions are those of frames of 512 x 384"
    )
    sheet.text(8, 340, note, size=SMALL, align="left")


def reach(translation: HeavyTailed, rotation: HeavyTailed, scale: HeavyTailed) -> str:
    r"""Write how far a layer moves at most.

    Example:
        >>> reach(CONFIG.motion.chair_translation, CONFIG.motion.chair_rotation, CONFIG.motion.chair_scale)
        '±120 px, ±30°,\n× 0.8 to 1.2'
    """
    low, high = scale.centre - scale.reach, scale.centre + scale.reach
    return f"±{translation.reach:g} px, ±{rotation.reach:g}°,\n× {low:g} to {high:g}"


def _pair(sheet: Sheet, pair: Sample) -> None:
    """Draw both frames, the flow with its colour wheel, and the occlusion."""
    first, second, w, h = PANELS
    hidden = np.where(pair.occlusion[..., None], 255, 30).astype(np.uint8).repeat(3, -1)
    panels = (
        ("frame 1: the layers", pair.img1, first, 28),
        ("frame 2: moved", pair.img2, second, 28),
        ("flow: of the layer in front", flow_to_image(pair.flow, max_flow=LONGEST), first, 218),
        ("occlusion (white)", hidden, second, 218),
    )
    for title, picture, x, y in panels:
        sheet.image(picture, x, y, w, h)
        sheet.text(x, y - 12, title, size=SMALL, bold=True, align="left")
    sheet.image(wheel(LONGEST, zoom=2), first - 62, 300, 52, 67, frame=False)
