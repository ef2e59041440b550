"""The aperture problem: an edge behind a hole, the motions that explain it, and how a corner decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from flowlab_course.page.diagram import SMALL, Sheet

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOTION = np.array((2.0, 1.0))  # px, the true one
ANGLES = (20, -55)  # degrees of the normals of two edges
UNIT, RADIUS = 24, 92  # px of the drawing for one px of motion; of the hole
CENTRES = ((104, 152), (430, 152), (748, 152))  # of the three panels
ALONG = (-2.0, -1.0, 0.0, 1.0, 2.0)  # px along the edge, of the motions that are drawn


def aperture() -> Figure:
    """Draw an edge behind a hole, its motions in the (u, v) plane, and two edges there."""
    sheet = Sheet(304)
    titles = ("an edge behind a hole", "its motions: a line", "a corner: two lines, one point")
    for (x, _), title in zip(CENTRES, titles, strict=True):
        sheet.text(x, 16, title, bold=True)
    normals = [np.array((np.cos(a), np.sin(a))) for a in np.deg2rad(ANGLES)]
    _hole(sheet, normals[0])
    _plane(sheet, CENTRES[1], normals[:1])
    _plane(sheet, CENTRES[2], normals)
    sheet.text(CENTRES[0][0], 276, "all arrows explain what is seen", size=SMALL)
    sheet.text(CENTRES[1][0], 276, "the shortest one is the normal flow", kind="result", size=SMALL)
    sheet.text(CENTRES[2][0], 276, f"(u, v) = ({MOTION[0]:g}, {MOTION[1]:g})", size=SMALL)
    return sheet.fig


def motions(normal: np.ndarray) -> np.ndarray:
    """Return motions (5, 2) that look the same behind the hole: equal across the edge, different along it.

    Example:
        >>> (motions(np.array((1.0, 0.0)))[:, 0]).tolist()
        [2.0, 2.0, 2.0, 2.0, 2.0]
    """
    along = np.array((-normal[1], normal[0]))
    return (normal @ MOTION) * normal + np.array(ALONG)[:, None] * along


def _chord(sheet: Sheet, normal: np.ndarray, offset: float, kind: str, dashed: bool) -> None:
    """Draw the part of an edge that is seen in the hole."""
    half = np.sqrt(RADIUS**2 - offset**2)
    along = np.array((-normal[1], normal[0]))
    ends = (np.array(CENTRES[0]) + offset * normal + t * along for t in (-half, half))
    sheet.line(*ends, kind=kind, dashed=dashed, width=2.4)


def _hole(sheet: Sheet, normal: np.ndarray) -> None:
    circle = np.linspace(0, 2 * np.pi, 73)[:-1]
    sheet.polygon(list(np.array(CENTRES[0]) + RADIUS * np.stack([np.cos(circle), np.sin(circle)], 1)), width=1.6)
    half = UNIT * (normal @ MOTION) / 2
    _chord(sheet, normal, -half, "first", False)
    _chord(sheet, normal, half, "second", True)
    start = np.array(CENTRES[0]) - half * normal
    _fan(sheet, start, normal)
    sheet.dots([tuple(start)], kind="first", size=8)
    sheet.text(54, 62, "frame 1", kind="first", size=SMALL, align="right")
    sheet.text(152, 62, "frame 2", kind="second", size=SMALL, align="left")


def _fan(sheet: Sheet, start: np.ndarray, normal: np.ndarray) -> None:
    """Draw the motions that look the same as arrows from one point, the normal flow stronger."""
    for motion, along in zip(motions(normal), ALONG, strict=True):
        style = {"kind": "plain", "width": 1.2} if along else {"kind": "result", "width": 2.4}
        sheet.arrow(tuple(start), tuple(start + UNIT * motion), **style)


def _plane(sheet: Sheet, centre: tuple[float, float], normals: list[np.ndarray]) -> None:
    """Draw the (u, v) plane with the line of each edge."""
    zero = np.array(centre) - UNIT * np.array((1.0, 0.5))
    low, high = np.array(centre) - 100.0, np.array(centre) + 100.0
    sheet.box(*low, 200, 200, kind="ink")
    sheet.arrow((low[0], zero[1]), (high[0], zero[1]), width=0.9)
    sheet.arrow((zero[0], low[1]), (zero[0], high[1]), width=0.9)
    sheet.text(high[0] - 10, zero[1] - 12, "u", size=SMALL)
    sheet.text(zero[0] - 12, high[1] - 10, "v", size=SMALL)
    for normal, kind in zip(normals, ("first", "second"), strict=False):
        foot = zero + UNIT * (normal @ MOTION) * normal
        along = np.array((-normal[1], normal[0]))
        inside = [t for t in np.linspace(-250, 250, 2001) if np.all(np.abs(foot + t * along - centre) <= 97)]
        ends = (tuple(foot + t * along) for t in (inside[0], inside[-1]))
        sheet.line(*ends, kind=kind, dashed=kind == "second", width=2)
        if len(normals) == 1:
            _fan(sheet, zero, normal)
    if len(normals) > 1:
        sheet.arrow(tuple(zero), tuple(zero + UNIT * MOTION), kind="ink", width=2.4, gap=6)
        sheet.dots([tuple(zero + UNIT * MOTION)], size=9, ring=True)
