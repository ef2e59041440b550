"""Flow as a picture: the direction is a hue, the length its strength.

The textbook way computes an arc tangent, a square root and three interpolations for each pixel. Here that is done
once, for a picture of the wheel itself; after that, colouring a flow means looking each vector up in that picture.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
import torch
from jaxtyping import Bool, Float32, UInt8

from flowlab.field.arrays import UNKNOWN_ABOVE, Flow, Mask, Number, Picture, flow_batch, mask_batch
from flowlab.field.palettes import BEYOND, Palette, color_wheel, faded_color

# Pixels without a value. No vector gets a neutral grey from Middlebury's wheel, whose colours keep one channel at 255,
# or at 191 beyond the rim. An eye without red or green cones sees grey on the way from white to plum, whatever the
# palette; there, stripes tell what the colour cannot.
_INVALID_GREY = 128
_INVALID_STRIPES = (64, 192)
_STRIPE = 2  # pixels

_CELLS = 256  # of the table, from the centre to the rim
_MARGIN = 2  # cells beyond the rim, so that the lookup can interpolate there


def flow_to_image(
    flow: Flow,
    max_flow: Number | None = None,
    valid: Mask | None = None,
    *,
    palette: Palette = "middlebury",
) -> Picture:
    """Colour a flow field, or each of a batch.

    Args:
        flow: Pixels: NumPy (H, W, 2) or (B, H, W, 2), torch (2, H, W) or (B, 2, H, W).
        max_flow: Length in pixels that gets the full colour. If not given, the longest valid vector of each field
            by itself: then two pictures cannot be compared by strength. Longer vectors are shown darkened.
        valid: (H, W) or (B, H, W) bool. Pixels that are not valid, or whose flow is NaN or beyond 1e9, come out in
            mid grey (128, 128, 128), which stands for no vector; with "colorblind", in grey stripes.
        palette: "middlebury", the field's standard, or "colorblind", whose eight main directions stay apart for
            eyes without red or without green cones.

    Returns:
        RGB uint8, (H, W, 3) for NumPy, (3, H, W) for torch on the same device, with the batch if there was one.
        Zero flow is white. Within one level of Middlebury's formula.

    Raises:
        TypeError: If ``valid`` is not bool.
        ValueError: If shapes do not fit, ``max_flow`` is not positive or the palette unknown.

    Source:
        Baker et al., "A database and evaluation methodology for optical flow", IJCV 2011, for the wheel.

    Example:
        >>> right_still_unknown = np.array([[[2.0, 0.0], [0.0, 0.0], [np.nan, 0.0]]])
        >>> flow_to_image(right_still_unknown).tolist()
        [[[255, 0, 0], [255, 255, 255], [128, 128, 128]]]
    """
    batch, layout = flow_batch(flow)
    masks = [None] * len(batch) if valid is None else mask_batch(valid, layout).cpu().numpy()
    _check_scale(max_flow)
    color_wheel(palette)  # refuses an unknown name
    fields = batch.detach().float().cpu().numpy()
    pictures = np.stack([_picture(*field, max_flow, mask, palette) for field, mask in zip(fields, masks, strict=True)])
    if layout.numpy:
        return pictures if layout.batched else pictures[0]
    channels_first = np.ascontiguousarray(np.moveaxis(pictures, -1, 1))
    return layout.give_image(torch.from_numpy(channels_first).to(batch.device))


def color_wheel_legend(
    size: int = 128, max_flow: Number | None = None, palette: Palette = "middlebury"
) -> UInt8[np.ndarray, "S S 3"]:
    """Draw the wheel: the colour that each vector from the centre gets, on white.

    Args:
        size: Side of the picture in pixels, at least 3.
        max_flow: If given, the length in pixels at the rim, written into the lower left corner; this needs a side of
            96 or more.
        palette: As in ``flow_to_image``.

    Returns:
        (S, S, 3) uint8 RGB.

    Raises:
        ValueError: If ``size`` is below 3, or below 96 with a ``max_flow`` to write, or that is not positive.

    Example:
        >>> legend = color_wheel_legend(65)
        >>> legend[32, 64].tolist(), legend[32, 32].tolist(), legend[0, 0].tolist()  # rim, centre, corner
        ([255, 0, 0], [255, 255, 255], [255, 255, 255])
    """
    if size < 3 or (max_flow is not None and size < 96):
        raise ValueError(f"size must be at least 3, and 96 to hold a label, got {size}")
    _check_scale(max_flow)
    across = np.linspace(-1, 1, size)
    vectors = np.stack(np.meshgrid(across, across), axis=-1)
    outside = np.hypot(vectors[..., 0], vectors[..., 1]) > 1
    vectors[outside] = 0
    legend = flow_to_image(vectors, max_flow=1, palette=palette)
    if max_flow is not None:
        scale = size / 320  # a letter is about a tenth of the side
        corner = (2, size - 3)
        cv2.putText(legend, f"{max_flow:g} px", corner, cv2.FONT_HERSHEY_SIMPLEX, scale, (0, 0, 0), 1, cv2.LINE_AA)
    return legend


def _check_scale(max_flow: Number | None) -> None:
    if max_flow is not None and not (1e-6 <= max_flow < math.inf):
        raise ValueError(
            f"max_flow must be a positive number of pixels, got {max_flow}; without it each field is fitted"
        )


def _picture(
    u: Float32[np.ndarray, "H W"],
    v: Float32[np.ndarray, "H W"],
    max_flow: Number | None,
    valid: Bool[np.ndarray, "H W"] | None,
    palette: Palette,
) -> UInt8[np.ndarray, "H W 3"]:
    with np.errstate(over="ignore", invalid="ignore"):  # unknown pixels may overflow here; they are found next
        squared = u * u + v * v
        all_known = squared.max() <= UNKNOWN_ABOVE**2
    shown = None if all_known else (np.abs(u) <= UNKNOWN_ABOVE) & (np.abs(v) <= UNKNOWN_ABOVE)
    if valid is not None:
        shown = valid if shown is None else shown & valid
    if shown is not None:
        u, v, squared = (np.where(shown, values, np.float32(0)) for values in (u, v, squared))
    longest = math.sqrt(squared.max())
    rim = longest if max_flow is None else float(max_flow)
    if rim > 1e-18:
        rgb = _look_up(u, v, rim, _shortening(squared, rim) if longest > rim else None, palette)
    else:  # vectors so short that their square is no float32 are still
        rgb = np.full((*u.shape, 3), 255, np.uint8)
    if shown is not None:
        _paint_invalid(rgb, ~shown, palette)
    return rgb


def _paint_invalid(rgb: UInt8[np.ndarray, "H W 3"], where: Bool[np.ndarray, "H W"], palette: Palette) -> None:
    if palette == "middlebury":
        rgb[where] = _INVALID_GREY
        return
    y, x = np.nonzero(where)
    stripe = (x + y) // _STRIPE % 2  # diagonal
    rgb[y, x] = np.array(_INVALID_STRIPES, np.uint8)[stripe, None]


def _shortening(squared: Float32[np.ndarray, "H W"], rim: float) -> Float32[np.ndarray, "H W"]:
    """Return the factor that brings each vector back to the rim, 1 for those within; rounding is no excess."""
    with np.errstate(divide="ignore"):
        return np.minimum(np.float32(rim * (1 + 1e-6)) / np.sqrt(squared), np.float32(1))


def _look_up(
    u: Float32[np.ndarray, "H W"],
    v: Float32[np.ndarray, "H W"],
    rim: float,
    shorten: Float32[np.ndarray, "H W"] | None,
    palette: Palette,
) -> UInt8[np.ndarray, "H W 3"]:
    """Read each vector's colour off the table, between its cells.

    Where ``shorten`` is below 1, the vector is read at the rim, in the table's darkened half.
    """
    table = _table(palette)
    cells = np.float32(_CELLS / rim)
    column, row = u * cells, v * cells
    if shorten is not None:
        column *= shorten
        row *= shorten
    column += np.float32(_CELLS + _MARGIN)
    row += np.float32(_CELLS + _MARGIN + 1)
    row -= v < 0  # the upper half stands one row farther up, see _table
    if shorten is not None:
        row += (shorten < 1) * np.float32(len(table) // 2)
    return _remap(table, column, row)


def _remap(
    table: UInt8[np.ndarray, "rows columns 3"], column: Float32[np.ndarray, "H W"], row: Float32[np.ndarray, "H W"]
) -> UInt8[np.ndarray, "H W 3"]:
    if max(column.shape) < 2**15 - 1:  # OpenCV counts in 16 bits here
        return cv2.remap(table, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    axis = int(np.argmax(column.shape))
    halves = zip(np.array_split(column, 2, axis), np.array_split(row, 2, axis), strict=True)
    return np.concatenate([_remap(table, *half) for half in halves], axis)


@functools.cache
def _table(palette: Palette) -> UInt8[np.ndarray, "rows columns 3"]:
    """Draw the wheel on a grid of cells: upwards vectors, downwards vectors, and both again, darkened.

    The row v = 0 is there twice, once as the end of either part: Middlebury's colours jump across it, and a lookup
    that interpolated from one side to the other would blur that seam.
    """
    cells = np.arange(_CELLS + _MARGIN + 1) / _CELLS
    across = np.concatenate([-cells[:0:-1], cells])
    # -0.0 is where the upper half ends: its arc tangent is the limit from above.
    halves = [faded_color(*np.meshgrid(across, down), palette) for down in (-cells[::-1], cells)]
    wheel = np.concatenate(halves)
    table = np.concatenate([wheel, BEYOND * wheel]).astype(np.uint8)
    table.flags.writeable = False
    return table
