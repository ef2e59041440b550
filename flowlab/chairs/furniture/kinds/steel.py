"""Chairs of bent steel: cantilevers, office chairs, bar stools, café chairs, and cloth slung in a frame."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import palette
from flowlab.chairs.furniture.backs import Back, stuffed
from flowlab.chairs.furniture.curves import bend, line, ring, spline
from flowlab.chairs.furniture.members import corners, outline
from flowlab.chairs.furniture.workshop import Workshop, placed


def sling(shop: Workshop) -> None:
    """A deck chair or director's chair: cloth hung in a frame."""
    frame = palette.wood(shop) if shop.chance(0.6) else palette.metal(shop)
    accent = palette.cover(shop)
    x = shop.number(0.25, 0.29)
    if shop.chance(0.5):  # director's
        for y in (-0.2, 0.2):
            shop.beam(line((-x, y, 0.02), (x, y, 0.44)), 0.022, 0.034, frame, side=(0, 1, 0))
            shop.beam(line((x, y + 0.02, 0.02), (-x, y + 0.02, 0.44)), 0.022, 0.034, frame, side=(0, 1, 0))
        for sign in (-1, 1):
            shop.beam(line((sign * x, -0.24, 0.01), (sign * x, 0.24, 0.01)), 0.03, 0.025, frame)
            for y, top in ((0.2, 0.64), (-0.2, 0.88)):
                shop.beam(line((sign * x, y, 0.42), (sign * x, y, top)), 0.026, 0.034, frame)
            shop.beam(line((sign * x, -0.22, 0.645), (sign * x, 0.25, 0.645)), 0.055, 0.02, frame)
        s = np.linspace(-1, 1, 13)
        seat = np.stack(
            np.broadcast_arrays(s[:, None] * x, np.linspace(-0.2, 0.21, 5), 0.44 - 0.04 * (1 - s[:, None] ** 2)),
            axis=2,
        )
        shop.board(seat, 0.006, accent)
        rest = np.stack(
            np.broadcast_arrays(s[:, None] * x, -0.2 - 0.035 * (1 - s[:, None] ** 2), np.linspace(0.66, 0.87, 5)),
            axis=2,
        )
        shop.board(rest, 0.006, accent)
        return
    for sign in (-1, 1):
        shop.beam(line((sign * x, 0.5, 0.0), (sign * x, -0.5, 0.9)), 0.026, 0.042, frame)
        shop.beam(line((sign * x * 0.9, -0.42, 0.0), (sign * x * 0.9, 0.45, 0.42)), 0.026, 0.042, frame)
        shop.beam(line((sign * x * 0.82, -0.5, 0.05), (sign * x * 0.98, -0.22, 0.64)), 0.022, 0.03, frame)
    for y, z in ((-0.5, 0.9), (0.45, 0.42), (0.48, 0.03), (-0.42, 0.02)):
        shop.rod(line((-x, y, z), (x, y, z)), 0.014, frame, sides=8)
    profile = spline([(0, -0.5, 0.91), (0, -0.28, 0.52), (0, 0.0, 0.29), (0, 0.25, 0.28), (0, 0.45, 0.43)], 21)
    cloth = profile[:, None] + np.linspace(-1, 1, 7)[None, :, None] * np.array([x * 0.86, 0, 0])
    shop.board(cloth, 0.006, accent)


def cantilever(shop: Workshop) -> None:
    """One bent tube without rear legs; seat and back are slung or cushioned."""
    tube = palette.chrome() if shop.chance(0.6) else palette.metal(shop)
    accent = palette.cane(shop) if shop.chance(0.3) else palette.cover(shop)
    x, seat, high = shop.number(0.21, 0.25), shop.number(0.43, 0.46), shop.number(0.8, 0.95)
    lean = shop.number(0.04, 0.12)
    half = [
        (-x, -0.2 - lean, high),
        (-x, -0.2, seat - 0.02),
        (-x, 0.24, seat),
        (-x, 0.25, 0.012),
        (-x, -0.26, 0.012),
    ]
    path = bend([*half, *((-a, b, c) for a, b, c in half[::-1])], shop.number(0.05, 0.1))
    shop.rod(path, 0.0125, tube, sides=9)
    back = Back(2 * x, 2 * x, seat, high, -0.2, lean, hollow=0.02)
    if shop.chance(0.5):
        seat_grid = np.stack(
            np.broadcast_arrays(np.linspace(-x, x, 9)[:, None], np.linspace(-0.2, 0.25, 7), np.array(seat)),
            axis=2,
        )
        shop.board(seat_grid, 0.012, accent)
        shop.board(back.at(np.linspace(-1, 1, 9)[:, None], np.linspace(shop.number(0.15, 0.5), 1, 7)), 0.012, accent)
    else:
        shop.plate(outline(2.05 * x, 0.46, squareness=9), seat + 0.045, 0.05, accent, dish=-0.01, soft=0.4)
        stuffed(shop, back, accent, shop.number(0.15, 0.5), 1.0, 1.02, 0.04, shop.pick(0, 0, 5))
    if shop.chance(0.45):
        for sign in (-1, 1):
            shop.rod(
                bend(
                    [
                        (sign * x, -0.23, seat + 0.22),
                        (sign * x * 1.12, 0.2, seat + 0.22),
                        (sign * x, 0.23, seat - 0.02),
                    ],
                    0.06,
                ),
                0.011,
                tube,
                sides=8,
            )


def office(shop: Workshop) -> None:
    """A swivel chair: star base, castors, gas spring, adjustable everything."""
    accent = palette.leather(shop) if shop.chance(0.4) else palette.cloth(shop)
    black = palette.Material("plain", (0.07, 0.07, 0.08), specular=0.35, gloss=25)
    steel = palette.chrome() if shop.chance(0.4) else black
    seat, width = shop.number(0.45, 0.54), shop.number(0.44, 0.52)
    _star(shop, steel, black, seat)
    shop.beam(line((0, -0.12, seat - 0.065), (0, 0.1, seat - 0.065)), 0.16, 0.05, black)
    shop.cushion((width, width * 0.96, 0.1), accent, placed((0, 0.02, seat)), crown=0.1, round_=4.5)
    high = shop.pick(shop.number(0.38, 0.5), shop.number(0.58, 0.75))
    back = Back(
        width * 0.9,
        width * shop.number(0.75, 0.95),
        seat + 0.06,
        seat + high,
        -width * 0.46,
        shop.number(0.02, 0.08),
        0.04,
        shop.number(0.02, 0.06),
    )
    shop.beam(
        spline([(0, -0.1, seat - 0.06), (0, -width * 0.52, seat - 0.03), back.at(0, 0.55) - (0, 0.03, 0)], 12),
        0.07,
        0.022,
        steel,
    )
    if shop.chance(0.35):  # a mesh in a frame
        a = np.linspace(0, 2 * np.pi, 33)
        s, t = (np.sign(f) * np.abs(f) ** 0.45 for f in (np.cos(a), np.sin(a)))
        shop.rod(back.at(s, 0.5 + 0.5 * t), 0.013, black, sides=8)
        shop.board(back.at(np.linspace(-0.97, 0.97, 9)[:, None], np.linspace(0.02, 0.98, 9)), 0.005, accent)
    else:
        stuffed(shop, back, accent, 0.0, 1.0, 1.0, shop.number(0.05, 0.1), shop.pick(0, 0, 0, 3, 5))
    if shop.chance(0.25):
        head = back.at(0, 1) + np.array((0, 0, 0.1))
        shop.cushion((0.28, 0.13, 0.06), accent, placed(tuple(head), tilt=-85), round_=4)
        shop.beam(line(back.at(0, 0.9) - (0, 0.03, 0), head - (0, 0.03, 0)), 0.05, 0.012, black)
    if shop.chance(0.7):
        loop = shop.chance(0.4)
        for sign in (-1, 1):
            x = sign * (width / 2 + 0.04)
            if loop:
                path = bend(
                    [
                        (sign * 0.12, 0.02, seat - 0.06),
                        (x, 0.02, seat - 0.06),
                        (x, 0.12, seat + 0.2),
                        (x, -0.2, seat + 0.2),
                        (x * 0.85, -0.24, seat + 0.12),
                    ],
                    0.06,
                )
                shop.beam(path, 0.03, 0.018, black, side=(0.3, 1, 0))
            else:
                shop.beam(
                    bend([(sign * 0.12, 0, seat - 0.06), (x, 0, seat - 0.05), (x, 0, seat + 0.19)], 0.04),
                    0.045,
                    0.02,
                    black,
                    side=(0, 1, 0),
                )
                shop.cushion((0.075, 0.26, 0.035), black, placed((x, 0.02, seat + 0.205)), round_=5)


def _star(shop: Workshop, steel, black, seat: float) -> None:
    """Make a base of five or four arms with castors or glides, and the column on it."""
    count = shop.pick(5, 5, 5, 4)
    reach, start = shop.number(0.27, 0.33), shop.number(0, 2 * np.pi)
    castors = shop.chance(0.85)
    floor = 0.075 if castors else 0.02
    for n in range(count):
        a = start + 2 * np.pi * n / count
        way = np.array([np.cos(a), np.sin(a), 0])
        tip = way * reach + (0, 0, floor)
        path = line((0, 0, floor + 0.045), tip, 4)
        shop.beam(path, np.linspace(0.05, 0.03, 4), np.linspace(0.04, 0.022, 4), steel, side=(-way[1], way[0], 0))
        if castors:
            turn = a + shop.number(0, 2 * np.pi)
            axle = np.array([np.cos(turn), np.sin(turn), 0])
            hub = tip * (1, 1, 0) + (0, 0, 0.03)
            for side in (-0.017, 0.017):
                shop.rod(line(hub + axle * (side - 0.009), hub + axle * (side + 0.009)), 0.03, black, sides=14)
            shop.rod(line(hub, tip), 0.009, black, sides=8)
        else:
            shop.rod(line(tip - (0, 0, 0.02), tip), 0.022, black)
    shop.rod(line((0, 0, floor), (0, 0, seat * 0.6)), 0.03, black, sides=14)
    shop.rod(line((0, 0, seat * 0.6), (0, 0, seat - 0.06)), 0.016, steel, sides=12)


def barstool(shop: Workshop) -> None:
    """A high seat on a column with a foot plate, or on four tubes with a ring."""
    steel = palette.chrome() if shop.chance(0.6) else palette.metal(shop)
    accent = palette.cover(shop) if shop.chance(0.6) else palette.plastic(shop)
    seat, width = shop.number(0.66, 0.8), shop.number(0.34, 0.42)
    if shop.chance(0.55):
        t = np.linspace(0, 1, 12)
        radius = 0.024 + 0.2 * np.exp(-t * 22)
        shop.rod(line((0, 0, 0), (0, 0, seat - 0.04), 12), radius, steel, sides=24)
        high = shop.number(0.25, 0.35)
        shop.rod(
            bend([(0, 0, high), (0.1, 0.12, high), (0, 0.2, high), (-0.1, 0.12, high), (0, 0, high)], 0.08),
            0.009,
            steel,
            sides=8,
        )
    else:
        spots = corners(width * 0.75, width * 0.75)
        for x, y in spots:
            shop.rod(line((x * 1.35, y * 1.35, 0), (x, y, seat - 0.03)), 0.011, steel, sides=8)
        high = shop.number(0.22, 0.35)
        spread = 1.35 - 0.35 * high / seat
        for n in range(4):
            (x0, y0), (x1, y1) = spots[n], spots[(n + 1) % 4]
            shop.rod(
                line((x0 * spread, y0 * spread, high), (x1 * spread, y1 * spread, high)),
                0.009,
                steel,
                sides=8,
            )
    shape = outline(width, width, squareness=shop.pick(2, 2.5, 7))
    shop.plate(shape, seat, shop.number(0.04, 0.08), accent, dish=-0.01, soft=0.45)
    if shop.chance(0.55):
        back = Back(width * 0.95, width * 0.95, seat, seat + shop.number(0.15, 0.34), -width * 0.4, 0.03, 0.02, 0.08)
        for s in (-0.5, 0.5):
            shop.rod(back.at(s, np.linspace(-0.05, 0.8, 5)) - (0, 0.01, 0), 0.009, steel, sides=8)
        stuffed(shop, back, accent, 0.3, 1.0, 1.0, 0.035)


def bistro(shop: Workshop) -> None:
    """A café chair of bent rod: round seat, looped back."""
    steel = palette.wood(shop) if shop.chance(0.5) else palette.metal(shop)
    accent = palette.cane(shop) if shop.chance(0.5) else palette.wood(shop)
    seat, radius = shop.number(0.44, 0.47), shop.number(0.19, 0.22)
    thick = shop.number(0.009, 0.016)
    shop.plate(outline(2 * radius, 2 * radius, squareness=2.3), seat, 0.025, accent, dish=0.008, soft=0.4)
    shop.rod(ring((0, 0, seat - 0.02), radius * 0.98), thick, steel, sides=8)
    for x, y in corners(1.35 * radius, 1.35 * radius):
        shop.rod(
            spline([(x, y, seat - 0.02), (x * 1.05, y * 1.05, 0.25), (x * 1.3, y * 1.35, 0)], 8),
            thick,
            steel,
            sides=8,
        )
    shop.rod(ring((0, 0, seat * shop.number(0.4, 0.6)), radius * 1.0), thick * 0.7, steel, sides=7)
    back = Back(
        1.5 * radius,
        1.8 * radius,
        seat - 0.02,
        seat + shop.number(0.4, 0.46),
        -0.72 * radius,
        0.08,
        0.03,
        0.05,
    )
    a = np.linspace(0, np.pi, 25)
    for scale in (1.0, shop.number(0.45, 0.75)):
        s = np.sign(np.cos(a)) * np.abs(np.cos(a)) ** 0.75 * scale
        shop.rod(back.at(s, np.sin(a) ** 0.8 * (0.4 + 0.6 * scale)), thick, steel, sides=8)
