"""A round hole slid over a moving shape: what can be known of the motion from what is seen through it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import cv2
import ipywidgets
import numpy as np
from jaxtyping import Float

from flowlab_course.widgets import canvas, fields
from flowlab_course.widgets.explorer import Explorer, Picture

SIZE = (220, 280)  # px
TITLE = 22  # px of the line above each picture
MOTION = (4, -3)  # px: the shape goes right and up
REACH = 8  # px: the largest motion that is tried, either way
CELL = 12  # px of one tried motion on the map
SLOPE = 0.05  # brightness per px: an eigenvalue below its square is as good as nothing

# The rectangle's corners: tilted, so that none of its edges runs along rows or columns.
CORNERS = np.array([[60, 70], [190, 35], [220, 150], [90, 185]], float)


@cache
def frame(number: int) -> Float[np.ndarray, "H W"]:
    """Return frame 1 or 2, brightness in [0, 1]: a plain bright rectangle, softly drawn, on a plain dark ground."""
    corners = CORNERS + (number - 1) * np.array(MOTION)
    grey = np.full(SIZE, 0.25, np.float32)
    cv2.fillConvexPoly(grey, np.round(16 * corners).astype(np.int32), 0.75, cv2.LINE_8, 4)
    return cv2.GaussianBlur(grey, (0, 0), 1.5)


@dataclass(frozen=True)
class Seen:
    """What shows through the hole.

    Attributes:
        x: Of the hole's centre, in pixels.
        y: Of the hole's centre.
        radius: Of the hole.
        misfit: (17, 17) root mean square difference in brightness when frame 2 is moved back by (u, v), rows are v.
        slopes: The roots of the structure tensor's eigenvalues: mean slope across and along, in brightness per px.
    """

    x: int
    y: int
    radius: int
    misfit: np.ndarray
    slopes: tuple[float, float]

    @property
    def verdict(self) -> str:
        """What kind of place it is."""
        if self.slopes[0] < SLOPE:
            return "nothing to see: any motion fits"
        if self.slopes[1] < SLOPE / 3:
            return "an edge: a whole valley of motions fits"
        return "a corner: one motion fits"


def compute(cursor: list[float], radius: int) -> Seen:
    """Look through a hole of this radius at the cursor, and try every whole motion up to 8 px."""
    H, W = SIZE
    width, height = W + 2 * canvas.GAP + _hole_side() + (2 * REACH + 1) * CELL, H + TITLE
    margin = max(_radii()) + REACH
    x = int(np.clip(round(cursor[0] * width), margin, W - 1 - margin))
    y = int(np.clip(round(cursor[1] * height - TITLE), margin, H - 1 - margin))
    first, second = frame(1), frame(2)
    here = np.s_[y - radius : y + radius + 1, x - radius : x + radius + 1]
    hole = _disc(radius)
    steps = range(-REACH, REACH + 1)
    misfit = [[_rms((_moved(second, here, u, v) - first[here])[hole]) for u in steps] for v in steps]
    Iy, Ix = np.gradient(first.astype(float))
    gx, gy = Ix[here][hole], Iy[here][hole]
    small, large = np.linalg.eigvalsh([[gx @ gx, gx @ gy], [gx @ gy, gy @ gy]])
    # Per pixel of a band one hole wide, so that a larger hole on the same edge does not count as a fainter edge.
    slopes = np.sqrt(np.maximum([large, small], 0) / (2 * radius + 1))
    return Seen(x, y, radius, np.array(misfit), (float(slopes[0]), float(slopes[1])))


def draw(seen: Seen) -> Picture:
    """Draw the scene with the hole, the hole in both frames, and the map of misfits."""
    scene = _rgb(frame(1))
    canvas.ring(scene, (seen.x, seen.y), float(seen.radius))
    holes = np.full((SIZE[0], _hole_side(), 3), 255, np.uint8)
    half = _hole_side()
    for number, top in ((1, 0), (2, SIZE[0] - half)):
        here = np.s_[seen.y - seen.radius : seen.y + seen.radius + 1, seen.x - seen.radius : seen.x + seen.radius + 1]
        patch = _rgb(frame(number))[here]
        patch[~_disc(seen.radius)] = 255
        holes[top : top + half] = cv2.resize(patch, (half, half), interpolation=cv2.INTER_NEAREST)
        cv2.putText(holes, str(number), (2, top + 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, canvas.BLACK, 1, cv2.LINE_AA)
    chart = fields.enlarged(fields.heat(seen.misfit, 0.15), CELL)
    centre = (REACH + 0.5) * CELL
    _axes(chart, round(centre))
    canvas.arrow(chart, (centre, centre), (centre + CELL * MOTION[0], centre + CELL * MOTION[1]))
    fits = int((seen.misfit < seen.misfit.min() + 0.01).sum())
    text = (
        f"<b>{seen.verdict}</b>. {fits} of {seen.misfit.size} motions fit to within 0.01 of the best; the arrow is the "
        f"true one. Slope across {seen.slopes[0]:.2f}, along {seen.slopes[1]:.2f} brightness per px."
    )
    alt = (
        f"A bright tilted rectangle with a round hole of radius {seen.radius} at x = {seen.x}, y = {seen.y}; the hole "
        f"in both frames; a map of how badly each motion fits, u to the right and v down from -{REACH} to {REACH} px, "
        f"with the true one as an arrow from zero. {seen.verdict}."
    )
    parts = (("drag the hole", scene), ("through it", holes), ("misfit of (u, v), dark fits", chart))
    return Picture(canvas.side_by_side(*(canvas.titled(p, name) for name, p in parts)), alt, text)


def aperture_on_an_edge() -> Explorer:
    """Return the widget: drag a round hole over a moving rectangle, and see which motions explain what shows."""
    radius = ipywidgets.SelectionSlider(options=_radii(), value=14, description="Radius of the hole, px")
    film = [
        ("on nothing: all is dark, any motion fits", {"cursor": at(140, 108)}),
        ("on an edge: a valley", {"cursor": at(125, 52)}),
        ("at a corner: one place", {"cursor": at(190, 44)}),
    ]
    return Explorer(
        compute,
        draw,
        {"radius": radius},
        title="An aperture slid along an edge",
        film=film,
        pad="cursor",
        cursor=tuple(at(125, 52)),
    )


def at(x: float | int, y: float | int) -> list[float]:
    """Return the cursor that puts the hole at (x, y) of the scene, in pixels."""
    width = SIZE[1] + 2 * canvas.GAP + _hole_side() + (2 * REACH + 1) * CELL
    return [x / width, (y + TITLE) / (SIZE[0] + TITLE)]


def _radii() -> list[int]:
    return [6, 10, 14, 20, 26]


def _axes(chart: np.ndarray, centre: int) -> None:
    """Draw the axes of the map through zero motion, with their names and ends in pixels."""
    end = len(chart) - 1
    cv2.line(chart, (0, centre), (end, centre), canvas.GREY, 1)
    cv2.line(chart, (centre, 0), (centre, end), canvas.GREY, 1)
    places = (("0", centre + 4, centre + 15), (f"u = {REACH}", end - 42, centre + 15))
    for text, x, y in (*places, (f"v = {REACH}", centre + 5, end - 5)):
        for colour, thickness in ((canvas.WHITE, 4), (canvas.BLACK, 1)):
            cv2.putText(chart, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.42, colour, thickness, cv2.LINE_AA)


def _hole_side() -> int:
    return 104  # px: two of them and a gap are as high as the scene


def _disc(radius: int) -> np.ndarray:
    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    return x * x + y * y <= (radius + 0.5) ** 2  # without the half, four single pixels stick out


def _moved(I2: np.ndarray, here: tuple[slice, slice], u: int, v: int) -> np.ndarray:
    rows, columns = here
    return I2[rows.start + v : rows.stop + v, columns.start + u : columns.stop + u]


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt((values**2).mean()))


def _rgb(grey: np.ndarray) -> np.ndarray:
    return (255 * grey).round().astype(np.uint8)[..., None].repeat(3, axis=2)
