"""The two colour wheels and the formula that colours a vector with them.

A wheel gives the colour of each direction at full length; shorter vectors fade to white, longer ones are darkened.
"""

from __future__ import annotations

import functools
import itertools
from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, UInt8

Palette = Literal["middlebury", "colorblind"]

# Middlebury's wheel: six ramps from one pure colour to the next, with so many steps each, 55 in all. The numbers
# follow how finely the eye tells hues apart there.
_RAMPS = (  # steps, from, to
    (15, (255, 0, 0), (255, 255, 0)),
    (6, (255, 255, 0), (0, 255, 0)),
    (4, (0, 255, 0), (0, 255, 255)),
    (11, (0, 255, 255), (0, 0, 255)),
    (13, (0, 0, 255), (255, 0, 255)),
    (6, (255, 0, 255), (255, 0, 0)),
)

# Right, then clockwise in steps of 45 degrees. To an eye without red or green cones colours differ in lightness and
# from blue to yellow only; this is a ring in that plane, found by a search that kept the eight as far apart in CIELAB
# as it could under four simulations (tests/field/test_color.py repeats the measurement), neighbours near each other,
# and all of them off white.
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

# Beyond the largest magnitude, colours are those of the rim times this.
BEYOND = 0.75


@functools.cache
def color_wheel(palette: Palette = "middlebury") -> UInt8[np.ndarray, "K 3"]:
    """Return the colours of a palette's rim, clockwise on the screen from "right".

    Args:
        palette: "middlebury" (55 colours) or "colorblind" (65, the last the same as the first).

    Returns:
        (K, 3) uint8 RGB, read-only. The first colour stands at 0 degrees, the last at 360.

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


def rim_color(
    u: Float[np.ndarray, "*shape"], v: Float[np.ndarray, "*shape"], palette: Palette
) -> Float[np.ndarray, "*shape 3"]:
    """Return the colour of each direction at full length, 0 to 255, interpolated between the wheel's."""
    wheel = color_wheel(palette).astype(np.float64)
    # Middlebury's own arithmetic: the angle runs over K - 1 of the K steps, so that its 55 colours have a seam at
    # "right", where the last is not quite the first.
    place = (np.arctan2(-v, -u) / np.pi + 1) / 2 * (len(wheel) - 1)
    lower = np.floor(place).astype(np.intp)
    upper = (lower + 1) % len(wheel)
    share = (place - lower)[..., None]
    return (1 - share) * wheel[lower] + share * wheel[upper]


def faded_color(
    u: Float[np.ndarray, "*shape"], v: Float[np.ndarray, "*shape"], palette: Palette
) -> Float[np.ndarray, "*shape 3"]:
    """Return the colour of vectors of length 0 (white) to 1 (the rim's), 0 to 255."""
    length = np.hypot(u, v)[..., None]
    return np.maximum(255 - length * (255 - rim_color(u, v, palette)), 0)


def _ramp(steps: int, start: tuple[int, int, int], end: tuple[int, int, int]) -> np.ndarray:
    """Return ``steps`` colours from ``start`` up to, but not including, ``end``; the change is cut to whole numbers."""
    change = np.subtract(end, start)
    amount = np.abs(change) * np.arange(steps)[:, None] // steps
    return np.add(start, np.sign(change) * amount)
