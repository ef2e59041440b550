"""Augmentation as a square: from a crop to its frame, along the flow, and back into the other crop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from flowlab.datasets.augment import PAPER, AugmentConfig, Distribution, view_matrix
from flowlab.datasets.samples import moving_photograph
from flowlab_course.page.diagram import SMALL, Point, Sheet, pale

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FRAME, CROP = (140, 200), (84, 120)  # rows and columns
SCALE = 1.3  # of frames and crops: at zoom 1 a crop is as large as its outline
PLACES = {"frame 1": (8, 30), "frame 2": (300, 30), "crop 1": (60, 288), "crop 2": (352, 288)}
KINDS = {"1": "first", "2": "second"}
POINT = (44, 38)  # column and row of the pixel of crop 1 that is followed
SIDE, BETWEEN = 590, 247  # left side of the lists; the height between frames and crops


def views(config: AugmentConfig = PAPER) -> Figure:
    """Draw the two views on a photograph under a known motion, and list what is applied to which frame."""
    pair = moving_photograph("chelsea", degrees=4, translation=(16, 9), size=FRAME)
    T1 = view_matrix(CROP, FRAME, degrees=14, translation=(-4, -2))
    T2 = T1 @ view_matrix(CROP, CROP, degrees=7, translation=(5, 4))
    sheet = Sheet(424)
    for name, image, view in (("1", pair.img1, T1), ("2", pair.img2, T2)):
        crop = cv2.warpAffine(image, view[:2], CROP[::-1], flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        _picture(sheet, f"frame {name}", image, KINDS[name])
        _picture(sheet, f"crop {name}", crop, KINDS[name])
    corners = np.array([(0, 0, 1), (CROP[1], 0, 1), (CROP[1], CROP[0], 1), (0, CROP[0], 1)])
    for name, view, kind in (("frame 1", T1, "first"), ("frame 2", T1, "first"), ("frame 2", T2, "second")):
        outline = [on_sheet(name, corner) for corner in corners @ view.T]
        sheet.polygon(outline, kind=kind, fill=False, dashed=name == "frame 2" and kind == "first", width=2)
    _follow(sheet, pair.flow, T1, T2)
    _lists(sheet, config)
    return sheet.fig


def on_sheet(name: str, point: np.ndarray) -> Point:
    """Return where a point of a picture lies on the sheet."""
    x, y = PLACES[name]
    return x + SCALE * point[0], y + SCALE * point[1]


def _picture(sheet: Sheet, name: str, image: np.ndarray, kind: str) -> None:
    x, y = PLACES[name]
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)[..., None].repeat(3, axis=2) // 8 * 8  # lets the lines stand out
    sheet.image(pale(grey), x, y, SCALE * image.shape[1], SCALE * image.shape[0])
    below = y + SCALE * image.shape[0] + 13
    sheet.text(x, y - 13 if name.startswith("frame") else below, name, kind=kind, bold=True, align="left")


def _follow(sheet: Sheet, flow: np.ndarray, T1: np.ndarray, T2: np.ndarray) -> None:
    """Draw the way of one pixel, and the flow between the crops."""
    x = np.array((*POINT, 1.0))
    there = T1 @ x
    moved = there + np.append(flow[round(there[1]), round(there[0])], 0)
    points = {"crop 1": x, "frame 1": there, "frame 2": moved, "crop 2": np.linalg.inv(T2) @ moved}
    places = [on_sheet(name, point) for name, point in points.items()]
    ways = ((0, 1, "T1", "first"), (1, 2, "w", "ink"), (2, 3, "T2⁻¹", "second"), (0, 3, "w′", "result"))
    for a, b, name, kind in ways:
        flows = kind in ("ink", "result")  # these leave room for the short line at their end
        sheet.arrow(
            places[a], places[b], kind=kind, dashed=(a, b) == (0, 3), width=1.2 if flows else 2, gap=30 if flows else 6
        )
        x, y = np.add(places[a], places[b]) / 2
        aside = (x, y - 13) if flows else (x + (12 if a == 0 else 6), BETWEEN)
        sheet.text(*aside, name, kind=kind, size=11, bold=True, align="center" if flows else "left")
    for name, start, end, kind in (
        ("frame 2", there, places[2], "ink"),
        ("crop 2", points["crop 1"], places[3], "result"),
    ):
        begin = on_sheet(name, start)  # the same numbers x, y as where the flow starts: so its true length shows
        sheet.line(begin, end, kind=kind, width=4)
        sheet.dots([begin], size=5, kind=kind)
    sheet.dots(places, size=8, ring=True)


def _lists(sheet: Sheet, config: AugmentConfig) -> None:
    """Write what is applied to both frames, to the second alone, to each by itself, and what happens to the flow."""
    s, p, rs, rp = config.spatial, config.photometric, config.relative_spatial, config.relative_photometric
    blocks = {
        ("both frames alike: T1, and light", "first"): (
            f"shift by up to {high(s.translation):.0%} of the width",
            f"rotation by up to {high(s.rotation):.0f}°, zoom {span(s.zoom)}",
            f"colours × {span(p.colour)}, gamma {span(p.gamma)}",
            f"contrast × {span(p.contrast)}",
            f"brightness by about {p.brightness.spread:g}",
        ),
        ("frame 2 a little more: T2, and light", "second"): (
            f"shift by about {rs.translation.spread:.0%} of the crop",
            f"rotation by about {rs.rotation.spread:.1f}°, zoom by about {rs.zoom.spread:.0%}",
            f"colours, gamma, contrast by about {rp.colour.spread:.0%}",
            f"brightness by about {rp.brightness.spread:g}",
        ),
        ("each frame by itself", "ink"): (f"noise, standard deviation up to {high(config.noise):g}",),
        ("the flow", "result"): ("w′(x) = T2⁻¹(T1 x + w(T1 x)) − x", "light and noise do not change it"),
    }
    y = 17
    for (title, kind), lines in blocks.items():
        sheet.text(SIDE, y, title, kind=kind, bold=True, align="left")
        for line in lines:
            y += 21
            sheet.text(SIDE, y, line, size=SMALL, align="left")
        y += 36


def high(law: Distribution) -> float:
    """Return the upper end of a uniform distribution."""
    return law.centre + law.spread


def span(law: Distribution) -> str:
    """Write both ends of a uniform distribution.

    Example:
        >>> span(PAPER.spatial.zoom)
        '0.9 to 2'
    """
    return f"{law.centre - law.spread:g} to {high(law):g}"
