"""From layers to a pair: two frames, flow both ways, occlusion both ways.

Every layer is a picture under a similarity. Both frames are sampled from the pictures, neither from
the other, and the flow is a formula. Pixel centres are whole numbers, x to the right and y down.
Matrices are (2, 3).
"""

from __future__ import annotations

from math import ceil, floor, sqrt
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8
from numpy import ndarray

from flowlab.chairs.motion import compose, enlargement, invert

REFERENCE = (384, 512)  # height and width for which lengths are given
APRON = 40.0  # the background reaches this far beyond the frame, pixels of a 512 x 384 image
LEAST = 0.6  # a sprite drawn smaller than this is halved first, unless a side is below SMALLEST
SMALLEST = 4
HALF = np.array([[2, 0, 0.5], [0, 2, 0.5]])


def unit_of(size: tuple[int, int]) -> float:
    """Return how many pixels an image has for each pixel of a 512 x 384 image, along a side."""
    return sqrt(size[0] * size[1] / (REFERENCE[0] * REFERENCE[1]))


def edge_of(size: tuple[int, int]) -> int:
    """Return by how many pixels the background is wider than the frame, on each side."""
    return int(np.ceil(APRON * unit_of(size)))


class Sample(NamedTuple):
    """A pair and all that is known about it."""

    img1: UInt8[ndarray, "H W 3"]
    img2: UInt8[ndarray, "H W 3"]
    flow: Float[ndarray, "H W 2"]  # img1(x) = img2(x + flow(x)), pixels
    backward_flow: Float[ndarray, "H W 2"]  # img2(x) = img1(x + backward_flow(x))
    occlusion: Bool[ndarray, "H W"]  # seen in img1, not in img2
    backward_occlusion: Bool[ndarray, "H W"]  # seen in img2, not in img1
    layers: UInt8[ndarray, "H W"]  # in front at each pixel of img1; 0 is the background
    backward_layers: UInt8[ndarray, "H W"]  # the same of img2
    motions: Float[ndarray, "L 2 3"]  # of each layer, from frame 1 to frame 2


class Layer(NamedTuple):
    """A picture in the scene."""

    sprite: UInt8[ndarray, "h w 4"]  # RGB times alpha, and alpha
    pose: Float[ndarray, "2 3"]  # from the sprite's pixels to frame 1
    motion: Float[ndarray, "2 3"]  # from frame 1 to frame 2


def composite(
    background: UInt8[ndarray, "h w 3"],
    pose: Float[ndarray, "2 3"],
    motion: Float[ndarray, "2 3"],
    layers: list[Layer],
    size: tuple[int, int],
) -> Sample:
    """Composite a pair. A pixel belongs to the front layer that covers more than half of it.

    Args:
        background: Texture; beyond its edges it goes on mirrored.
        pose: From the texture's pixels to frame 1.
        motion: Of the background, from frame 1 to frame 2.
        layers: The flying objects, the farthest first; at most 250.
        size: Height and width of the frames.

    Example:
        >>> still = np.eye(2, 3)
        >>> red = np.full((4, 4, 4), (255, 0, 0, 255), np.uint8)
        >>> right = still + [[0, 0, 3], [0, 0, 0]]
        >>> pair = composite(np.zeros((8, 8, 3), np.uint8), still, still, [Layer(red, still, right)], (8, 8))
        >>> pair.flow[2, 2].tolist(), bool(pair.occlusion[2, 6]), bool(pair.occlusion[6, 6])
        ([3.0, 0.0], True, False)
    """
    motions = np.stack([motion, *(layer.motion for layer in layers)]).astype(float)
    returns = invert(motions)
    # invert() differs from it in the last bit, and pairs of one VERSION have the same bytes.
    returns[0] = np.linalg.inv(np.vstack([motion, [0, 0, 1]]))[:2]
    moved = [layer._replace(pose=compose(layer.motion, layer.pose)) for layer in layers]
    first, layers1 = _frame(background, pose, layers, size)
    second, layers2 = _frame(background, compose(motion, pose), moved, size)
    flow, backward = _flow(motions, layers1), _flow(returns, layers2)
    occlusions = _hidden(flow, layers1, layers2), _hidden(backward, layers2, layers1)
    return Sample(first, second, flow, backward, *occlusions, layers1, layers2, motions)


def _frame(background, pose, layers: list[Layer], size: tuple[int, int]):
    """Composite one frame; return it and the number of the front layer at each pixel."""
    H, W = size
    how = {"flags": cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, "borderMode": cv2.BORDER_REFLECT_101}
    image = cv2.warpAffine(background, invert(pose), (W, H), **how)
    number = np.zeros(size, np.uint8)
    for n, (sprite, matrix, _) in enumerate(layers, start=1):
        while enlargement(matrix) < LEAST and min(sprite.shape[:2]) >= SMALLEST:
            sprite, matrix = halved(sprite), compose(matrix, HALF)
        place = _place(sprite.shape, matrix, size)
        if place is None:
            continue
        rows, columns = place
        inverse = invert(matrix)
        inverse[:, 2] += inverse[:, :2] @ (columns.start, rows.start)
        shape = (columns.stop - columns.start, rows.stop - rows.start)
        patch = cv2.warpAffine(sprite, inverse, shape, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        alpha = cv2.extractChannel(patch, 3)
        through = cv2.cvtColor(cv2.bitwise_not(alpha), cv2.COLOR_GRAY2RGB)
        below = cv2.multiply(image[rows, columns], through, scale=1 / 255)
        image[rows, columns] = cv2.add(below, cv2.cvtColor(patch, cv2.COLOR_RGBA2RGB))
        np.copyto(number[rows, columns], n, where=alpha > 127)
    return image, number


def halved(sprite: UInt8[ndarray, "h w 4"]) -> UInt8[ndarray, "h2 w2 4"]:
    """Average the pixels of a sprite two by two; HALF leads from the half to the whole."""
    H, W = sprite.shape[:2]
    return cv2.resize(sprite[: H // 2 * 2, : W // 2 * 2], (W // 2, H // 2), interpolation=cv2.INTER_AREA)


def _place(shape, matrix, size: tuple[int, int]) -> tuple[slice, slice] | None:
    """Find the rectangle of the frame that a sprite can touch; None outside."""
    h, w = shape[:2]
    (a, b, x), (c, d, y) = matrix.tolist()
    # Corners lie at -1 and at w or h: bilinear sampling reaches one pixel further.
    left, right = x + min(-a, a * w) + min(-b, b * h), x + max(-a, a * w) + max(-b, b * h)
    top, bottom = y + min(-c, c * w) + min(-d, d * h), y + max(-c, c * w) + max(-d, d * h)
    rows = slice(max(floor(top), 0), min(ceil(bottom) + 1, size[0]))
    columns = slice(max(floor(left), 0), min(ceil(right) + 1, size[1]))
    return (rows, columns) if rows.start < rows.stop and columns.start < columns.stop else None


def _flow(motions: Float[ndarray, "L 2 3"], number: UInt8[ndarray, "H W"]) -> Float[ndarray, "H W 2"]:
    """Write the motion of the front layer at each pixel."""
    H, W = number.shape
    x, y = np.arange(W, dtype=np.float32), np.arange(H, dtype=np.float32)[:, None]
    table = np.zeros((256, 2, 3), np.float32)
    table[: len(motions)] = motions - np.eye(2, 3)
    components = []
    for row in range(2):
        a, b, c = (cv2.LUT(number, np.ascontiguousarray(table[:, row, k])) for k in range(3))
        a *= x
        b *= y
        components.append(a + b + c)
    return cv2.merge(components)


def _hidden(flow, here: UInt8[ndarray, "H W"], there: UInt8[ndarray, "H W"]) -> Bool[ndarray, "H W"]:
    """Find the points that leave the frame or are covered by a nearer layer in the other frame."""
    H, W = here.shape
    x = flow[..., 0] + np.arange(W, dtype=np.float32)
    y = flow[..., 1] + np.arange(H, dtype=np.float32)[:, None]
    met = cv2.remap(there, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=255)
    return met > here
