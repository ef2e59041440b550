"""A flow as an image: in colours, whose hue is the direction and whose strength is the length, or as arrows.

A wheel has the colour of each direction at full length; shorter vectors fade to white, longer ones are darkened.
The textbook formula takes an arc tangent, a square root and three interpolations for each pixel. Here it is
computed once, for an image of the wheel; colouring a flow samples that image at each vector.
"""

from __future__ import annotations

import functools
import itertools
import math
from typing import Literal, get_args

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, UInt8

from flowlab.field.arrays import Flow, Image, Mask, Number, check_image, filled, flow_batch, known, mask_batch

Palette = Literal["middlebury", "colorblind"]
Rgb = UInt8[np.ndarray, "H W 3"]
Plane = Float32[np.ndarray, "H W"]

# Middlebury's wheel: ramps between pure colours, in 55 steps as the eye distinguishes hues.
_RAMPS = (  # steps, from, to
    (15, (255, 0, 0), (255, 255, 0)),
    (6, (255, 255, 0), (0, 255, 0)),
    (4, (0, 255, 0), (0, 255, 255)),
    (11, (0, 255, 255), (0, 0, 255)),
    (13, (0, 0, 255), (255, 0, 255)),
    (6, (255, 0, 255), (255, 0, 0)),
)

# To an eye without red or green cones, colours differ in lightness and from blue to yellow only; this
# is a ring in that plane, neighbours near each other, none near white. A search maximised distances
# in CIELAB under four simulations (tests/field/test_color.py measures them).
_COLORBLIND = (
    (96, 16, 63),  # right: plum
    (137, 33, 20),  # down right: brick
    (226, 160, 47),  # down: amber
    (170, 186, 147),  # down left: sage
    (189, 166, 228),  # left: lilac
    (117, 114, 246),  # up left: periwinkle
    (0, 30, 220),  # up: blue
    (63, 0, 121),  # up right: indigo
)
_COLORBLIND_STEPS = 8

BEYOND = 0.75  # factor of the rim's colour for vectors that are longer than max_flow
# Pixels without a flow. Middlebury's wheel has no neutral grey: one channel is 255, or 191 beyond.
# Without red or green cones any palette has grey between two colours: "colorblind" has stripes.
_INVALID_GREY = 128
_INVALID_STRIPES = (64, 192)
_STRIPE = 2  # pixels

_CELLS = 256  # of the table, from centre to rim
_MARGIN = 2  # cells beyond the rim, for interpolation

_SUBPIXEL = 4  # cv2 draws at 1/16 px
_BLACK, _WHITE = (0, 0, 0), (255, 255, 255)


def flow_to_image(
    flow: Flow,
    max_flow: Number | None = None,
    valid: Mask | None = None,
    *,
    palette: Palette = "middlebury",
) -> Image:
    """Colour a flow field, or each of a batch.

    Args:
        flow: Pixels: NumPy (H, W, 2) or (B, H, W, 2), torch (2, H, W) or (B, 2, H, W).
        max_flow: Length in pixels that has the full colour. If not given, the longest valid vector of each field: then
            the strengths of two images cannot be compared. Longer vectors are darkened.
        valid: (H, W) or (B, H, W) bool. Pixels that are not valid, or whose flow is NaN or beyond 1e9, are mid grey
            (128, 128, 128), which is the colour of no vector; with "colorblind", they have grey stripes.
        palette: "middlebury", the field's standard, or "colorblind", whose eight main directions
            differ for eyes without red or without green cones.

    Returns:
        RGB uint8, (H, W, 3) for NumPy, (3, H, W) for torch on the same device, with the batch if
        there was one. Zero flow is white. Within one level of Middlebury's formula.

    Raises:
        TypeError: If ``flow`` is not of floating point, or ``valid`` is not bool.
        ValueError: If shapes do not fit, ``max_flow`` is not positive or the palette unknown.

    Source:
        Baker et al., "A database and evaluation methodology for optical flow", IJCV 2011: the wheel.

    Example:
        >>> right_still_unknown = np.array([[[2.0, 0.0], [0.0, 0.0], [np.nan, 0.0]]])
        >>> flow_to_image(right_still_unknown).tolist()
        [[[255, 0, 0], [255, 255, 255], [128, 128, 128]]]
    """
    batch, layout = flow_batch(flow)
    masks = [None] * len(batch) if valid is None else mask_batch(valid, layout).cpu().numpy()
    _check_scale(max_flow)
    color_wheel(palette)  # refuses an unknown name
    if max(batch.shape[-2:]) > 32_766:  # OpenCV's limit
        got = f"got {tuple(batch.shape[-2:])}"
        raise ValueError(f"flow_to_image takes sides up to 32,766 px, {got}: colour it in parts")
    fields = batch.detach().float().cpu().numpy()
    images = np.stack([_colored(field, max_flow, mask, palette) for field, mask in zip(fields, masks, strict=True)])
    if layout.numpy:
        return images if layout.batched else images[0]
    channels_first = np.ascontiguousarray(np.moveaxis(images, -1, 1))
    return layout.give_image(torch.from_numpy(channels_first).to(batch.device))


def _check_scale(max_flow: Number | None) -> None:
    if max_flow is not None and not (1e-6 <= max_flow < math.inf):
        expected = "a positive number of pixels"
        raise ValueError(f"max_flow must be {expected}, got {max_flow}; without it each field has its own scale")


def color_wheel_legend(size: int = 128, max_flow: Number | None = None, palette: Palette = "middlebury") -> Rgb:
    """Draw the wheel: the colour of each vector from the centre, on white.

    Args:
        size: Side of the square image in pixels.
        max_flow: If given, the length in pixels at the rim, written into the lower left corner; it
            can be read from a side of about 96 pixels on.
        palette: As in ``flow_to_image``.

    Example:
        >>> legend = color_wheel_legend(65)
        >>> legend[32, 64].tolist(), legend[32, 32].tolist(), legend[0, 0].tolist()  # rim, centre, corner
        ([255, 0, 0], [255, 255, 255], [255, 255, 255])
    """
    _check_scale(max_flow)
    across = np.linspace(-1, 1, size)
    vectors = np.stack(np.meshgrid(across, across), axis=-1)
    vectors[np.hypot(vectors[..., 0], vectors[..., 1]) > 1] = 0
    legend = flow_to_image(vectors, max_flow=1, palette=palette)
    if max_flow is not None:  # a letter is about a tenth of the side
        at, font, scale = (2, size - 3), cv2.FONT_HERSHEY_SIMPLEX, size / 320
        cv2.putText(legend, f"{max_flow:g} px", at, font, scale, _BLACK, 1, cv2.LINE_AA)
    return legend


def _colored(
    field: Float32[np.ndarray, "2 H W"],
    max_flow: Number | None,
    valid: Bool[np.ndarray, "H W"] | None,
    palette: Palette,
) -> Rgb:
    shown = known(np.moveaxis(field, 0, -1))
    shown = shown if valid is None else shown & valid
    u, v = field if shown.all() else np.where(shown, field, np.float32(0))
    length = np.sqrt(u * u + v * v)
    rim = float(length.max() if max_flow is None else max_flow)
    if rim > 1e-18:
        rgb = _look_up(u, v, length, rim, palette)
    else:  # vectors whose square underflows in float32 count as zero
        rgb = np.full((*u.shape, 3), 255, np.uint8)
    if palette == "middlebury":
        rgb[~shown] = _INVALID_GREY
    else:
        y, x = np.nonzero(~shown)
        stripe = (x + y) // _STRIPE % 2  # diagonal
        rgb[y, x] = np.array(_INVALID_STRIPES, np.uint8)[stripe, None]
    return rgb


def _look_up(u: Plane, v: Plane, length: Plane, rim: float, palette: Palette) -> Rgb:
    """Sample each vector's colour in the table, bilinearly; beyond the rim its darkened half has the colour."""
    table = _table(palette)
    # The factor that shortens each vector to the rim, 1 for those within up to rounding.
    with np.errstate(divide="ignore", over="ignore"):
        shorten = np.minimum(np.float32(rim * (1 + 1e-6)) / length, np.float32(1))
    column, row = (component * np.float32(_CELLS / rim) * shorten for component in (u, v))
    column += np.float32(_CELLS + _MARGIN)
    row += np.float32(_CELLS + _MARGIN + 1)
    row -= v < 0  # the upper half is one row farther up, see _table
    row += (shorten < 1) * np.float32(len(table) // 2)
    return cv2.remap(table, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


@functools.cache
def _table(palette: Palette) -> UInt8[np.ndarray, "rows columns 3"]:
    """Draw the wheel on a grid of cells: upper half, lower half, and both again, darkened.

    The row v = 0 is there twice, as the end of either part: Middlebury's colours jump across it,
    and interpolation from one side to the other would blur that seam.
    """
    cells = np.arange(_CELLS + _MARGIN + 1) / _CELLS
    across = np.concatenate([-cells[:0:-1], cells])
    # The upper half ends at -0.0, whose arc tangent is the limit from above.
    halves = [_formula(*np.meshgrid(across, down), palette) for down in (-cells[::-1], cells)]
    wheel = np.concatenate(halves)
    table = np.concatenate([wheel, BEYOND * wheel]).astype(np.uint8)
    table.flags.writeable = False
    return table


@functools.cache
def color_wheel(palette: Palette = "middlebury") -> UInt8[np.ndarray, "K 3"]:
    """Return the colours of a palette at full length as (K, 3) uint8, clockwise on the screen from "right".

    "middlebury" has 55, "colorblind" 65, the last the same as the first. The array is read-only.

    Raises:
        ValueError: If there is no such palette.

    Example:
        >>> color_wheel().shape, color_wheel()[0].tolist()
        ((55, 3), [255, 0, 0])
    """
    if palette not in get_args(Palette):
        raise ValueError(f"palette must be one of {', '.join(map(repr, get_args(Palette)))}, got {palette!r}")
    if palette == "middlebury":
        wheel = np.concatenate([_ramp(*ramp) for ramp in _RAMPS])
    else:
        anchors = [*_COLORBLIND, _COLORBLIND[0]]
        ramps = [_ramp(_COLORBLIND_STEPS, *ends) for ends in itertools.pairwise(anchors)]
        wheel = np.concatenate([*ramps, np.array(anchors[-1:])])
    wheel = wheel.astype(np.uint8)
    wheel.flags.writeable = False
    return wheel


def _formula(
    u: Float[np.ndarray, "*shape"], v: Float[np.ndarray, "*shape"], palette: Palette
) -> Float[np.ndarray, "*shape 3"]:
    """Return the colour, 0 to 255, of vectors of length 0 (white) to 1 (the wheel's colour)."""
    wheel = color_wheel(palette).astype(np.float64)
    # Middlebury's own arithmetic: the angle runs over K - 1 of the K steps, so that its 55 colours
    # have a seam at "right", where the last is not quite the first.
    position = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    lower = np.floor(position).astype(np.intp)
    upper = (lower + 1) % len(wheel)
    share = (position - lower)[..., None]
    rim = (1 - share) * wheel[lower] + share * wheel[upper]
    return np.maximum(255 - np.hypot(u, v)[..., None] * (255 - rim), 0)


def _ramp(steps: int, start: tuple[int, int, int], end: tuple[int, int, int]) -> np.ndarray:
    """Return ``steps`` colours from ``start`` towards ``end``, which is not among them; changes are cut to integers."""
    change = np.subtract(end, start)
    amount = np.abs(change) * np.arange(steps)[:, None] // steps
    return np.add(start, np.sign(change) * amount)


def draw_arrows(
    image: Rgb,
    flow: Float[np.ndarray, "h w 2"],
    *,
    step: int | None = None,
    valid: Bool[np.ndarray, "h w"] | None = None,
) -> Rgb:
    """Draw the flow as arrows on a copy of the image, each from its pixel to the pixel's target.

    They are black with a white rim, to be visible on any background.

    Args:
        image: RGB.
        flow: Pixels, of the same height and width.
        step: Distance between two arrows in pixels; None for about 25 along the longer side.
        valid: Where False, no arrow is drawn; likewise where the flow is NaN or beyond 1e9, or the
            arrow would be shorter than a pixel.

    Returns:
        A new image, on which each arrow is the flow of one pixel, not a mean.

    Raises:
        ValueError: If the sizes differ, or the image is not uint8.

    Example:
        >>> grey, right = np.full((64, 64, 3), 128, np.uint8), np.zeros((64, 64, 2), np.float32)
        >>> right[..., 0] = 20
        >>> drawn = draw_arrows(grey, right, step=64)
        >>> int(drawn[32, 36:48].max()), int(grey.min())  # a dark shaft; the argument is unchanged
        (23, 128)
    """
    if check_image(image).batched or image.dtype != np.uint8 or image.shape[2:] != (3,):
        raise ValueError(f"image must be (H, W, 3) uint8, got {image.dtype} of shape {image.shape}")
    H, W = image.shape[:2]
    flow, valid = filled(flow), None if valid is None else np.ma.filled(valid, fill_value=False)
    if flow.shape[:2] != (H, W) or (valid is not None and valid.shape != (H, W)):
        shapes = f"{image.shape} and {flow.shape}" + (f" and {valid.shape}" if valid is not None else "")
        raise ValueError(f"image, flow and valid must be of one height and width, got {shapes}")
    step = max(12, max(H, W) // 25) if step is None else step
    drawn = np.ascontiguousarray(image.copy())
    shown = known(flow) if valid is None else known(flow) & valid
    longest = 4 * max(H, W)  # the rest of an arrow would be invisible, and cv2 has 32 bits
    for y in range(step // 2, H, step):
        for x in range(step // 2, W, step):
            u, v = (float(c) for c in flow[y, x]) if shown[y, x] else (0.0, 0.0)
            if (length := math.hypot(u, v)) < 1:
                continue
            shorten = min(1.0, longest / length)
            p, q = (16 * x, 16 * y), (round(16 * (x + shorten * u)), round(16 * (y + shorten * v)))
            tip = min(0.4, 6.0 / length)  # a head of 6 px at most
            for color, thickness in ((_WHITE, 3), (_BLACK, 1)):
                cv2.arrowedLine(drawn, p, q, color, thickness, cv2.LINE_AA, _SUBPIXEL, tip)
    return drawn
