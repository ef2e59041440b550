"""Chairs of offices, cafés, halls, schools and gardens: bent steel, slats, stacking chairs."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import materials
from flowlab.chairs.furniture.backs import Back, S, rail, stuffed
from flowlab.chairs.furniture.members import arm, bend, corners, line, outline, ring, spline
from flowlab.chairs.furniture.workshop import Workshop, placed


def sling(shop: Workshop) -> None:
    """A deck chair or director's chair: cloth hung in a frame."""
    frame = materials.wood(shop) if shop.chance(0.6) else materials.metal(shop)
    accent = materials.cover(shop)
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
    tube = materials.chrome() if shop.chance(0.6) else materials.metal(shop)
    accent = materials.cane(shop) if shop.chance(0.3) else materials.cover(shop)
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
    accent = materials.leather(shop) if shop.chance(0.4) else materials.cloth(shop)
    black = materials.Material("plain", (0.07, 0.07, 0.08), specular=0.35, gloss=25)
    steel = materials.chrome() if shop.chance(0.4) else black
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
        _office_arms(shop, black, seat, width)


def _office_arms(shop: Workshop, black: materials.Material, seat: float, width: float) -> None:
    """Put an arm rest on either side: a closed loop, or a pad on a post."""
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
            path = bend([(sign * 0.12, 0, seat - 0.06), (x, 0, seat - 0.05), (x, 0, seat + 0.19)], 0.04)
            shop.beam(path, 0.045, 0.02, black, side=(0, 1, 0))
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
    steel = materials.chrome() if shop.chance(0.6) else materials.metal(shop)
    accent = materials.cover(shop) if shop.chance(0.6) else materials.plastic(shop)
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
    steel = materials.wood(shop) if shop.chance(0.5) else materials.metal(shop)
    accent = materials.cane(shop) if shop.chance(0.5) else materials.wood(shop)
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


def bench(shop: Workshop) -> None:
    """A garden bench: slats between two ends, mostly with a back."""
    frame = materials.wood(shop)
    iron = materials.metal(shop) if shop.chance(0.4) else frame
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
    frame = materials.wood(shop) if shop.chance(0.6) else materials.metal(shop)
    accent = frame if shop.chance(0.6) else materials.plastic(shop)
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
    frame = materials.wood(shop)
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
    frame = materials.metal(shop) if shop.chance(0.6) else materials.wood(shop)
    shell = materials.wood(shop) if shop.chance(0.6) else materials.plastic(shop)
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
    white = materials.plastic(shop)
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
