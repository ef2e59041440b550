"""Drawing on pictures fast enough to follow a mouse: milliseconds, where a figure takes a tenth of a second."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

BLACK, WHITE, GREY = (0, 0, 0), (255, 255, 255), (128, 128, 128)
GAP = 12  # px between pictures that stand side by side
TITLE = 22  # px of the line that holds a picture's title
FONT, SIZE = cv2.FONT_HERSHEY_SIMPLEX, 0.45
Point = Sequence[float | int | np.number]  # (x, y) in pixels
_SUBPIXEL = 4  # cv2 draws at 1/16 px


def arrow(rgb: np.ndarray, start: Point, end: Point) -> None:
    """Draw an arrow from ``start`` to ``end`` ((x, y) in pixels), black with a white rim, so that it shows anywhere."""
    p, q = (tuple(round(16 * v) for v in point) for point in (start, end))
    length = max(np.hypot(end[0] - start[0], end[1] - start[1]), 1e-6)
    tip = min(0.4, 9.0 / length)  # a head of about 9 px, however long the arrow
    for color, thickness in ((WHITE, 5), (BLACK, 2)):
        cv2.arrowedLine(rgb, p, q, color, thickness, cv2.LINE_AA, _SUBPIXEL, tip)


def ring(rgb: np.ndarray, centre: Point, radius: float | int = 6.0) -> None:
    """Draw a ring around ``centre`` ((x, y) in pixels), black with a white rim."""
    c, r = tuple(round(16 * v) for v in centre), round(16 * radius)
    for color, thickness in ((WHITE, 5), (BLACK, 2)):
        cv2.circle(rgb, c, r, color, thickness, cv2.LINE_AA, _SUBPIXEL)


def square(rgb: np.ndarray, centre: Point, half: float) -> None:
    """Draw the outline of a square ``2 * half`` pixels wide around ``centre``, black with a white rim."""
    corners = [tuple(round(16 * (c + sign * half)) for c in centre) for sign in (-1, 1)]
    for color, thickness in ((WHITE, 3), (BLACK, 1)):
        cv2.rectangle(rgb, *corners, color, thickness, cv2.LINE_AA, _SUBPIXEL)


def dots(rgb: np.ndarray, centres: Sequence[Point]) -> None:
    """Set single pixels to white where they lie inside the picture."""
    H, W = rgb.shape[:2]
    for x, y in centres:
        if 0 <= x < W and 0 <= y < H:
            rgb[int(y), int(x)] = WHITE


def write(rgb: np.ndarray, text: str, at: Point, *, centred: bool = False, right: bool = False) -> None:
    """Write black letters on a baseline that starts, or with ``right`` ends, or is ``centred`` at (x, y)."""
    (width, _), _ = cv2.getTextSize(text, FONT, SIZE, 1)
    x = at[0] - (width / 2 if centred else width if right else 0)
    x = min(max(x, 0), rgb.shape[1] - width)
    cv2.putText(rgb, text, (round(x), round(at[1])), FONT, SIZE, BLACK, 1, cv2.LINE_AA)


def titled(rgb: np.ndarray, title: str) -> np.ndarray:
    """Put a title on white above a picture; a title that is wider than the picture widens it to the right."""
    H, W = rgb.shape[:2]
    (width, _), _ = cv2.getTextSize(title, FONT, SIZE, 1)
    out = np.full((H + TITLE, max(W, width + 4), 3), 255, np.uint8)
    out[TITLE:, :W] = rgb
    write(out, title, (2, TITLE - 7))
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


def stacked(*pictures: np.ndarray) -> np.ndarray:
    """Set pictures below each other on white, aligned at the left."""
    return side_by_side(*(p.swapaxes(0, 1) for p in pictures)).swapaxes(0, 1)


def png(rgb: np.ndarray) -> bytes:
    """Encode a picture as PNG, quickly rather than small: it goes to the screen, not into a file.

    Example:
        >>> png(np.zeros((4, 6, 3), np.uint8))[1:4]
        b'PNG'
    """
    bgr = cv2.cvtColor(np.ascontiguousarray(rgb), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".png", bgr, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1].tobytes()
