"""Chairs for gardens, halls and schools: benches, folding chairs, Adirondacks, stacking chairs."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import palette
from flowlab.chairs.furniture.backs import Back, S, rail
from flowlab.chairs.furniture.curves import line, spline
from flowlab.chairs.furniture.members import arm, corners, outline
from flowlab.chairs.furniture.workshop import Workshop


def bench(shop: Workshop) -> None:
    """A garden bench: slats between two ends, mostly with a back."""
    frame = palette.wood(shop)
    iron = palette.metal(shop) if shop.chance(0.4) else frame
    width, depth, seat = shop.number(0.9, 1.5), shop.number(0.38, 0.46), shop.number(0.4, 0.45)
    count = shop.count(3, 7)
    slat = depth / count * shop.number(0.65, 0.85)
    for y in np.linspace(-depth / 2, depth / 2, count):
        shop.beam(line((-width / 2, y, seat), (width / 2, y, seat)), 0.022, slat, frame, side=(0, 0, 1))
    ends = np.linspace(-0.44, 0.44, shop.pick(2, 2, 3)) * width
    lean, high = shop.number(0.08, 0.16), shop.number(0.36, 0.48)
    for x in ends:
        shop.beam(line((x, depth / 2 - 0.03, seat - 0.01), (x, depth / 2, 0)), 0.045, 0.05, iron)
        shop.beam(line((x, -depth / 2 + 0.03, seat - 0.01), (x, -depth / 2 - 0.04, 0)), 0.045, 0.05, iron)
        shop.beam(line((x, -depth / 2, seat - 0.03), (x, depth / 2, seat - 0.03)), 0.04, 0.04, iron)
    if shop.chance(0.7):
        back = Back(width, width, seat, seat + high, -depth / 2, lean)
        for x in ends:
            shop.beam(back.at(2 * x / width, [-0.1, 1]) + np.array((0, -0.03, 0)), 0.045, 0.04, iron)
        if shop.chance(0.6):
            for t in np.linspace(0.3, 0.97, shop.count(2, 4)):
                rail(shop, back, t, shop.number(0.06, 0.09), 0.02, frame)
        else:
            rail(shop, back, 0.97, 0.06, 0.03, frame)
            rail(shop, back, 0.15, 0.04, 0.03, frame)
            for s in np.linspace(-1, 1, int(width * 14)):
                shop.beam(back.at(s * 0.97, [0.15, 0.97]), 0.03, 0.014, frame)
        if shop.chance(0.6):
            for x in (-width / 2 * 0.95, width / 2 * 0.95):
                arm(
                    shop,
                    (x, -depth / 2 - 0.05, seat + 0.2),
                    (x, depth / 2, seat + 0.2),
                    (x, depth / 2, seat),
                    "flat",
                    0.05,
                    iron,
                )


def folding(shop: Workshop) -> None:
    """Two crossed frames, a slatted or solid seat and a rail at the back."""
    frame = palette.wood(shop) if shop.chance(0.6) else palette.metal(shop)
    accent = frame if shop.chance(0.6) else palette.plastic(shop)
    width, seat, high = shop.number(0.4, 0.46), shop.number(0.43, 0.47), shop.number(0.76, 0.88)
    size = shop.number(0.02, 0.03)
    for sign in (-1, 1):
        outer, inner = sign * width / 2, sign * (width / 2 - 0.03)
        shop.beam(line((outer, 0.2, 0), (outer, -0.24, high)), size, size * 1.3, frame)
        shop.beam(line((inner, -0.22, 0), (inner, 0.19, seat)), size, size * 1.3, frame)
    for y in (0.2, -0.22):
        x, t = (width / 2, 0.2) if y > 0 else (width / 2 - 0.03, 0.2)
        foot = np.array([0, y, 0]) + t * (np.array([0, -0.44, high]) if y > 0 else np.array([0, 0.41, seat]))
        shop.rod(line(foot - (x, 0, 0), foot + np.array((x, 0, 0))), 0.009, frame, sides=8)
    if shop.chance(0.5):
        for y in np.linspace(-0.17, 0.2, shop.count(4, 7)):
            shop.beam(
                line((-width / 2 + 0.02, y, seat), (width / 2 - 0.02, y, seat)),
                0.014,
                0.042,
                accent,
                side=(0, 0, 1),
            )
    else:
        shop.plate(outline(width * 0.92, 0.4, squareness=8), seat + 0.01, 0.022, accent, dish=0.008)
    back = Back(width, width, 0, high, 0.2, 0.44, hollow=0.02)
    for t in np.linspace(0.97, shop.number(0.75, 0.85), shop.count(1, 3)):
        rail(shop, back, t, shop.number(0.05, 0.1), 0.014, accent)


def adirondack(shop: Workshop) -> None:
    """A low garden chair: a fan of boards, a sloping seat and wide arms."""
    frame = palette.wood(shop)
    width = shop.number(0.5, 0.58)
    for n in range(shop.pick(5, 6, 7)):
        y, z = 0.28 - 0.085 * n, 0.36 - 0.028 * n
        shop.beam(line((-width / 2, y, z), (width / 2, y, z)), 0.018, 0.07, frame, side=(0, 0.32, 1))
    count = shop.pick(5, 7)
    for s in np.linspace(-1, 1, count):
        top = shop.number(0.0, 0.002) + 1.0 - 0.14 * s**2
        foot, head = (s * width * 0.4, -0.25, 0.2), (s * width * 0.56, -0.62, top)
        shop.beam(line(foot, head), width / count * 0.86, 0.018, frame)
    for t in (0.25, 0.65):
        y, z = -0.27 - 0.37 * t, 0.2 + 0.75 * t
        shop.beam(line((-width * 0.52, y, z), (width * 0.52, y, z)), 0.06, 0.02, frame, side=(0, 0, 1))
    for sign in (-1, 1):
        x = sign * (width / 2 + 0.02)
        shop.beam(line((x, 0.3, 0.34), (x, -0.65, 0.02)), 0.025, 0.1, frame)
        shop.beam(line((x + 0.02 * sign, 0.27, 0), (x + 0.02 * sign, 0.27, 0.53)), 0.025, 0.1, frame)
        path = spline([(x + 0.02 * sign, 0.38, 0.54), (x + 0.04 * sign, 0.1, 0.54), (x, -0.5, 0.54)], 9)
        shop.beam(path, np.linspace(0.14, 0.09, 9), 0.022, frame)


def school(shop: Workshop) -> None:
    """A plywood seat and back on a frame of bent wood or steel."""
    frame = palette.metal(shop) if shop.chance(0.6) else palette.wood(shop)
    shell = palette.wood(shop) if shop.chance(0.6) else palette.plastic(shop)
    width, seat = shop.number(0.36, 0.42), shop.number(0.42, 0.46)
    back = Back(width, width, seat, seat + shop.number(0.34, 0.42), -0.19, 0.06, 0.02, 0.035)
    spots = corners(width * 0.85, 0.34)
    for x, y in spots:
        foot = np.array([x * 1.18, y * 1.25, 0])
        if y > 0:
            shop.rod(line(foot, (x, y, seat - 0.01)), 0.012, frame, sides=8)
        else:
            shop.rod(
                spline([foot, (x, y - 0.005, seat), back.at(np.sign(x) * 0.85, 0.9) - (0, 0.012, 0)], 12),
                0.012,
                frame,
                sides=8,
            )
    for x in (width * 0.42, -width * 0.42):
        shop.rod(line((x, 0.17, seat - 0.015), (x, -0.18, seat - 0.015)), 0.011, frame, sides=8)

    def droop(points):  # the front edge turns down
        return points - np.array([0, 0, 4]) * np.clip(points[..., 1:2] - 0.12, 0, 1) ** 2

    shop.plate(outline(width, 0.4, squareness=5), seat, 0.014, shell, dish=0.012, bend=droop)
    low = shop.number(0.45, 0.6)
    shop.board(back.at(S[:, None] * 1.05, np.linspace(low, 1, 7)), 0.012, shell)


def garden(shop: Workshop) -> None:
    """A stacking chair of plastic: a slotted back between wide arms."""
    white = palette.plastic(shop)
    width, seat = shop.number(0.42, 0.46), 0.42
    shop.plate(outline(width, 0.44, squareness=7), seat, 0.03, white, dish=0.015)
    back = Back(width, width * 1.08, seat, seat + shop.number(0.36, 0.46), -0.2, 0.1, 0.02, 0.06, 0.03)
    shop.beam(back.at(np.linspace(-1.05, 1.05, 13), 0.95), 0.07, 0.02, white, side=(0, 0, 1))
    shop.beam(back.at(np.linspace(-1.05, 1.05, 13), 0.12), 0.05, 0.02, white, side=(0, 0, 1))
    for s in np.linspace(-1, 1, shop.count(5, 8)):
        shop.beam(back.at(s, np.linspace(0, 0.95, 7)), width / 13, 0.012, white)
    for sign in (-1, 1):
        x = sign * (width / 2 + 0.05)
        for y in (0.2, -0.2):
            shop.beam(
                line((x * 1.03, y * 1.15, 0), (x * 0.96, y, seat + (0.2 if y > 0 else 0.18))),
                0.05,
                np.array([0.03, 0.055]),
                white,
                side=(0, 1, 0),
            )
        path = spline([(x * 0.97, 0.24, seat + 0.21), (x, 0.0, seat + 0.22), tuple(back.at(sign * 1.02, 0.6))], 9)
        shop.beam(path, np.linspace(0.055, 0.045, 9), 0.018, white)
