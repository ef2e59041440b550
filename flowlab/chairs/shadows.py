"""Soft shadows: layers without colour that move with what throws them and own no pixel."""

from __future__ import annotations

import cv2
import numpy as np

from flowlab.chairs._number import Number
from flowlab.chairs.matrices import compose, enlargement
from flowlab.chairs.scene import Layer

DARKEST = 0.45  # part of the light that a shadow takes; below a half, so that no pixel belongs to it
FURTHEST = 30.0  # pixels of a 512 x 384 image, from a thing to its shadow
SIDE = 96  # of the picture of a shadow: it is blurred, so it can be small


def with_shadows(rng: np.random.Generator, layers: list[Layer], unit: Number) -> list[Layer]:
    """Put a shadow behind each layer; all lie on the same side, some nearer and some further.

    Args:
        rng: The source of chance.
        layers: What flies, the farthest first; at most 125.
        unit: Pixels for each pixel of a 512 x 384 image.

    Returns:
        Twice as many layers.

    Example:
        >>> square = Layer(np.full((40, 40, 4), 255, np.uint8), np.eye(2, 3), np.eye(2, 3))
        >>> behind, front = with_shadows(np.random.default_rng(0), [square], 1.0)
        >>> front is square, int(behind.sprite[..., :3].max()), 0 < int(behind.sprite[..., 3].max()) < 128
        (True, 0, True)
    """
    angle, dark = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.0) * DARKEST
    way = np.array([np.cos(angle), np.sin(angle)])
    both = []
    for layer in layers:
        away = rng.uniform(0.1, 1.0) * FURTHEST * unit
        both += [_shadow(layer, way * away, 0.3 * away, dark), layer]
    return both


def _shadow(layer: Layer, shift, blur: Number, dark: Number) -> Layer:
    """Draw the shadow of one layer, shifted and blurred by pixels of frame 1."""
    alpha = cv2.extractChannel(layer.sprite, 3)
    factor = max(max(alpha.shape) / SIDE, 1.0)
    small = cv2.resize(alpha, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    factor = np.array(alpha.shape[::-1]) / small.shape[::-1]  # what rounding made of it
    width = max(blur / (enlargement(layer.pose) * factor.mean()), 0.5)
    edge = int(np.ceil(3 * width))
    small = cv2.GaussianBlur(np.pad(small, edge), (0, 0), width)
    sprite = np.zeros((*small.shape, 4), np.uint8)
    sprite[..., 3] = np.rint(small * dark)
    (a, b), rest = factor, (factor - 1) / 2 - factor * edge
    pose = compose(layer.pose, np.array([[a, 0, rest[0]], [0, b, rest[1]]]))
    pose[:, 2] += shift
    return Layer(sprite, pose, layer.motion)
