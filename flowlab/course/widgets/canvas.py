"""Drawing on pictures fast enough to follow a mouse: milliseconds, where a figure takes a tenth of a second."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (128, 128, 128)
GAP = 12  # px between pictures that stand side by side
TITLE = 22  # px of the line that holds a picture's title
Point = Sequence[float | int | np.number]  # (x, y) in pixels
_SUBPIXEL = 4  # cv2 draws at 1/16 px


def arrow(rgb: np.ndarray, start: Point, end: Point) -> None:
    """Draw an arrow from ``start`` to ``end`` ((x, y) in pixels), black with a white rim, so that it shows anywhere."""
    p, q = (tuple(round(16 * v) for v in point) for point in (start, end))
    length = max(np.hypot(end[0] - start[0], end[1] - start[1]), 1e-6)
    tip = min(0.4, 9.0 / length)  # a head of about 9 px, however long the arrow
    for color, thickness in ((WHITE, 5), (BLACK, 2)):
        cv2.arrowedLine(rgb, p, q, color, thickness, cv2.LINE_AA, _SUBPIXEL, tip)


def ring(rgb: np.ndarray, centre: Point, radius: float = 6.0) -> None:
    """Draw a ring around ``centre`` ((x, y) in pixels), black with a white rim."""
    c, r = tuple(round(16 * v) for v in centre), round(16 * radius)
    for color, thickness in ((WHITE, 5), (BLACK, 2)):
        cv2.circle(rgb, c, r, color, thickness, cv2.LINE_AA, _SUBPIXEL)


def titled(rgb: np.ndarray, title: str) -> np.ndarray:
    """Put a title on white above a picture; a title that is wider than the picture widens it to the right."""
    H, W = rgb.shape[:2]
    font, size = cv2.FONT_HERSHEY_SIMPLEX, 0.45
    (width, _), _ = cv2.getTextSize(title, font, size, 1)
    out = np.full((H + TITLE, max(W, width + 4), 3), 255, np.uint8)
    out[TITLE:, :W] = rgb
    cv2.putText(out, title, (2, TITLE - 7), font, size, BLACK, 1, cv2.LINE_AA)
    return out


def side_by_side(*pictures: np.ndarray) -> np.ndarray:
    """Set pictures next to each other on white, aligned at the top."""
    H = max(p.shape[0] for p in pictures)
    W = sum(p.shape[1] for p in pictures) + GAP * (len(pictures) - 1)
    out, x = np.full((H, W, 3), 255, np.uint8), 0
    for picture in pictures:
        h, w = picture.shape[:2]
        out[:h, x : x + w] = picture
        x += w + GAP
    return out
