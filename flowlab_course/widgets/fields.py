"""A flow as the chapters' widgets show it: colours for all pixels, arrows for some."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float, UInt8

import flowlab
from flowlab_course.page.pictures import COLOURS, WHEEL, wheel
from flowlab_course.widgets import canvas

WHEEL_ROOM = canvas.GAP + WHEEL  # px by which `with_wheel` makes a picture wider


def enlarged(rgb: UInt8[np.ndarray, "H W 3"], factor: int) -> UInt8[np.ndarray, "newH newW 3"]:
    """Repeat every pixel ``factor`` times in both directions, so that pixels stay visible as squares."""
    return rgb.repeat(factor, axis=0).repeat(factor, axis=1)


def field_picture(
    flow: Float[np.ndarray, "H W 2"], *, max_flow: float, spacing: int = 24, longer: float = 1.0, zoom: int = 1
) -> UInt8[np.ndarray, "newH newW 3"]:
    """Draw a flow in colours, with an arrow every ``spacing`` pixels, of at most two spacings' length.

    Args:
        flow: In pixels.
        max_flow: The length that has full colour.
        spacing: Between arrows, in pixels of the flow.
        longer: How many times longer than the motion an arrow is drawn: slow motion would not show otherwise.
        zoom: Every pixel of the flow becomes a square of this many pixels.
    """
    rgb = enlarged(flowlab.flow_to_image(flow, max_flow=max_flow), zoom)
    H, W = flow.shape[:2]
    for y in range(spacing // 2, H, spacing):
        for x in range(spacing // 2, W, spacing):
            u, v = zoom * longer * flow[y, x]
            start = (zoom * (x + 0.5) - 0.5, zoom * (y + 0.5) - 0.5)
            length = np.hypot(u, v)
            if length >= 5:  # a shorter arrow would be a head without a direction
                part = min(1.0, 2 * zoom * spacing / length)
                canvas.arrow(rgb, start, (start[0] + part * u, start[1] + part * v))
    return rgb


def with_wheel(rgb: UInt8[np.ndarray, "H W 3"], max_flow: float) -> UInt8[np.ndarray, "newH newW 3"]:
    """Put the colour wheel at the right of pictures of flows, with the length in px that has full colour."""
    return canvas.side_by_side(rgb, canvas.titled(wheel(max_flow), COLOURS))


def heat(values: Float[np.ndarray, "H W"], most: float) -> UInt8[np.ndarray, "H W 3"]:
    """Draw a map from black, 0, to bright yellow, ``most`` and more."""
    grey = (255 * np.clip(values / most, 0, 1)).astype(np.uint8)
    return cv2.cvtColor(cv2.applyColorMap(grey, cv2.COLORMAP_INFERNO), cv2.COLOR_BGR2RGB)
