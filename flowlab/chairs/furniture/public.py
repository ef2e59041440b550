"""Chairs of offices, cafés, halls, schools, gardens: bent steel, slats, shells, wire baskets."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture.materials import CHROME, Material
from flowlab.chairs.furniture.members import MIRROR, UP, Back, ChairWorkshop, S
from flowlab.chairs.furniture.workshop import around, bend, corners, level, outline, spline, squircle, xyz


def sling(shop: ChairWorkshop) -> None:
    """A deck chair or director's chair: cloth hung in a frame."""
    frame = shop.wood() if shop.chance(0.6) else shop.metal()
    accent = shop.cover()
    x = shop.number(0.25, 0.29)
    if shop.chance(0.5):
        _directors(shop, frame, accent, x)
        return
    for side in MIRROR:
        shop.beam(side * [(x, 0.5, 0.0), (x, -0.5, 0.9)], 0.026, 0.042, frame)
        shop.beam(side * [(x * 0.9, -0.42, 0.0), (x * 0.9, 0.45, 0.42)], 0.026, 0.042, frame)
        shop.beam(side * [(x * 0.82, -0.5, 0.05), (x * 0.98, -0.22, 0.64)], 0.022, 0.03, frame)
    for y, z in ((-0.5, 0.9), (0.45, 0.42), (0.48, 0.03), (-0.42, 0.02)):
        shop.rod([(-x, y, z), (x, y, z)], 0.014, frame, sides=8)
    profile = spline([(0, -0.5, 0.91), (0, -0.28, 0.52), (0, 0.0, 0.29), (0, 0.25, 0.28), (0, 0.45, 0.43)], 21)
    cloth = profile[:, None] + np.linspace(-1, 1, 7)[None, :, None] * np.array([x * 0.86, 0, 0])
    shop.board(cloth, 0.006, accent)


def _directors(shop: ChairWorkshop, frame, accent, x: float) -> None:
    """Hang a seat and a back of cloth between two folding ends."""
    for y in (-0.2, 0.2):
        shop.beam([(-x, y, 0.02), (x, y, 0.44)], 0.022, 0.034, frame, side=(0, 1, 0))
        shop.beam([(x, y + 0.02, 0.02), (-x, y + 0.02, 0.44)], 0.022, 0.034, frame, side=(0, 1, 0))
    for side in MIRROR:
        shop.beam(side * [(x, -0.24, 0.01), (x, 0.24, 0.01)], 0.03, 0.025, frame)
        for y, top in ((0.2, 0.64), (-0.2, 0.88)):
            shop.beam(side * [(x, y, 0.42), (x, y, top)], 0.026, 0.034, frame)
        shop.beam(side * [(x, -0.22, 0.645), (x, 0.25, 0.645)], 0.055, 0.02, frame)
    s = S[:, None]
    shop.board(xyz(s * x, np.linspace(-0.2, 0.21, 5), 0.44 - 0.04 * (1 - s**2)), 0.006, accent)
    shop.board(xyz(s * x, -0.2 - 0.035 * (1 - s**2), np.linspace(0.66, 0.87, 5)), 0.006, accent)


def cantilever(shop: ChairWorkshop) -> None:
    """One bent tube without rear legs; seat and back are slung or cushioned."""
    tube = CHROME if shop.chance(0.6) else shop.metal()
    accent = shop.cane() if shop.chance(0.3) else shop.cover()
    x, seat, high = shop.number(0.21, 0.25), shop.number(0.43, 0.46), shop.number(0.8, 0.95)
    lean = shop.number(0.04, 0.12)
    upper, lower = [(-0.2 - lean, high), (-0.2, seat - 0.02)], [(0.24, seat), (0.25, 0.012), (-0.26, 0.012)]
    half = np.array([(x, y, z) for y, z in upper + lower])
    shop.rod(bend([*half * MIRROR[0], *half[::-1]], shop.number(0.05, 0.1)), 0.0125, tube, sides=9)
    back = Back(2 * x, 2 * x, seat, high, -0.2, lean, hollow=0.02)
    s = np.linspace(-1, 1, 9)[:, None]
    if shop.chance(0.5):
        shop.board(xyz(np.linspace(-x, x, 9)[:, None], np.linspace(-0.2, 0.25, 7), seat), 0.012, accent)
        shop.board(back.at(s, np.linspace(shop.number(0.15, 0.5), 1, 7)), 0.012, accent)
    else:
        shop.plate(outline(2.05 * x, 0.46, squareness=9), seat + 0.045, 0.05, accent, dish=-0.01, soft=0.4)
        shop.stuffed(back, accent, shop.number(0.15, 0.5), 1.0, 1.02, 0.04, shop.pick(0, 0, 5))
    if shop.chance(0.45):
        rest = bend([(x, -0.23, seat + 0.22), (x * 1.12, 0.2, seat + 0.22), (x, 0.23, seat - 0.02)], 0.06)
        for side in MIRROR:
            shop.rod(side * rest, 0.011, tube, sides=8)


def office(shop: ChairWorkshop) -> None:
    """A swivel chair: star base, castors, gas spring, adjustable everything."""
    accent = shop.leather() if shop.chance(0.4) else shop.cloth()
    black = Material("plain", (0.07, 0.07, 0.08), specular=0.35, gloss=25)
    steel = CHROME if shop.chance(0.4) else black
    seat, width = shop.number(0.45, 0.54), shop.number(0.44, 0.52)
    _star(shop, steel, black, seat)
    shop.beam([(0, -0.12, seat - 0.065), (0, 0.1, seat - 0.065)], 0.16, 0.05, black)
    shop.cushion((width, width * 0.96, 0.1), accent, (0, 0.02, seat), crown=0.1, round_=4.5)
    high = seat + shop.pick(shop.number(0.38, 0.5), shop.number(0.58, 0.75))
    top, lean, hollow = width * shop.number(0.75, 0.95), shop.number(0.02, 0.08), shop.number(0.02, 0.06)
    back = Back(width * 0.9, top, seat + 0.06, high, -width * 0.46, lean, 0.04, hollow)
    stem = [(0, -0.1, seat - 0.06), (0, -width * 0.52, seat - 0.03), back.at(0, 0.55) - (0, 0.03, 0)]
    shop.beam(spline(stem, 12), 0.07, 0.022, steel)
    if shop.chance(0.35):  # a mesh in a frame
        s, t = squircle(np.linspace(0, 2 * np.pi, 33), 0.45)
        shop.rod(back.at(s, 0.5 + 0.5 * t), 0.013, black, sides=8)
        shop.board(back.at(np.linspace(-0.97, 0.97, 9)[:, None], np.linspace(0.02, 0.98, 9)), 0.005, accent)
    else:
        shop.stuffed(back, accent, 0.0, 1.0, 1.0, shop.number(0.05, 0.1), shop.pick(0, 0, 0, 3, 5))
    if shop.chance(0.25):
        head = back.at(0, 1) + np.array((0, 0, 0.1))
        shop.cushion((0.28, 0.13, 0.06), accent, head, tilt=-85, round_=4)
        shop.beam([back.at(0, 0.9) - (0, 0.03, 0), head - (0, 0.03, 0)], 0.05, 0.012, black)
    if shop.chance(0.7):
        _office_arms(shop, black, seat, width / 2 + 0.04)


def _office_arms(shop: ChairWorkshop, black: Material, seat: float, x: float) -> None:
    """Put an arm rest on either side: a closed loop, or a pad on a post."""
    loop = shop.chance(0.4)
    for side in MIRROR:
        if loop:
            path = [(0.12, 0.02, seat - 0.06), (x, 0.02, seat - 0.06), (x, 0.12, seat + 0.2)]
            path = [*path, (x, -0.2, seat + 0.2), (x * 0.85, -0.24, seat + 0.12)]
            shop.beam(side * bend(path, 0.06), 0.03, 0.018, black, side=(0.3, 1, 0))
        else:
            path = bend([(0.12, 0, seat - 0.06), (x, 0, seat - 0.05), (x, 0, seat + 0.19)], 0.04)
            shop.beam(side * path, 0.045, 0.02, black, side=(0, 1, 0))
            shop.cushion((0.075, 0.26, 0.035), black, side * (x, 0.02, seat + 0.205), round_=5)


def _star(shop: ChairWorkshop, steel, black, seat: float) -> None:
    """Make a base of five or four arms with castors or glides, and the column on it."""
    count = shop.pick(5, 5, 5, 4)
    reach, start = shop.number(0.27, 0.33), shop.number(0, 2 * np.pi)
    castors = shop.chance(0.85)
    floor = 0.075 if castors else 0.02
    for n in range(count):
        a = start + 2 * np.pi * n / count
        way = np.array([np.cos(a), np.sin(a), 0])
        tip = way * reach + (0, 0, floor)
        width, depth = np.linspace(0.05, 0.03, 4), np.linspace(0.04, 0.022, 4)
        shop.beam([(0, 0, floor + 0.045), tip], width, depth, steel, side=(-way[1], way[0], 0))
        if castors:
            turn = a + shop.number(0, 2 * np.pi)
            axle = np.array([np.cos(turn), np.sin(turn), 0])
            hub = tip * (1, 1, 0) + (0, 0, 0.03)
            for side in (-0.017, 0.017):
                shop.rod([hub + axle * (side - 0.009), hub + axle * (side + 0.009)], 0.03, black, sides=14)
            shop.rod([hub, tip], 0.009, black, sides=8)
        else:
            shop.rod([tip - (0, 0, 0.02), tip], 0.022, black)
    shop.rod([(0, 0, floor), (0, 0, seat * 0.6)], 0.03, black, sides=14)
    shop.rod([(0, 0, seat * 0.6), (0, 0, seat - 0.06)], 0.016, steel, sides=12)


def barstool(shop: ChairWorkshop) -> None:
    """A high seat on a column with a foot plate, or on four tubes with a ring."""
    steel = CHROME if shop.chance(0.6) else shop.metal()
    accent = shop.cover() if shop.chance(0.6) else shop.plastic()
    seat, width = shop.number(0.66, 0.8), shop.number(0.34, 0.42)
    if shop.chance(0.55):
        radius = 0.024 + 0.2 * np.exp(-np.linspace(0, 1, 12) * 22)
        shop.rod([(0, 0, 0), (0, 0, seat - 0.04)], radius, steel, sides=24)
        loop = np.array([(0, 0), (0.1, 0.12), (0, 0.2), (-0.1, 0.12), (0, 0)])
        shop.rod(bend(level(loop, shop.number(0.25, 0.35)), 0.08), 0.009, steel, sides=8)
    else:
        spots = corners(width * 0.75, width * 0.75)
        for x, y in spots:
            shop.rod([(x * 1.35, y * 1.35, 0), (x, y, seat - 0.03)], 0.011, steel, sides=8)
        high = shop.number(0.22, 0.35)
        for pair in around(level(spots * (1.35 - 0.35 * high / seat), high)):
            shop.rod(pair, 0.009, steel, sides=8)
    shape = outline(width, width, squareness=shop.pick(2, 2.5, 7))
    shop.plate(shape, seat, shop.number(0.04, 0.08), accent, dish=-0.01, soft=0.45)
    if shop.chance(0.55):
        back = Back(width * 0.95, width * 0.95, seat, seat + shop.number(0.15, 0.34), -width * 0.4, 0.03, 0.02, 0.08)
        for s in (-0.5, 0.5):
            shop.rod(back.at(s, np.linspace(-0.05, 0.8, 5)) - (0, 0.01, 0), 0.009, steel, sides=8)
        shop.stuffed(back, accent, 0.3, 1.0, 1.0, 0.035)


def bistro(shop: ChairWorkshop) -> None:
    """A café chair of bent rod: round seat, looped back."""
    steel = shop.wood() if shop.chance(0.5) else shop.metal()
    accent = shop.cane() if shop.chance(0.5) else shop.wood()
    seat, radius = shop.number(0.44, 0.47), shop.number(0.19, 0.22)
    thick = shop.number(0.009, 0.016)
    shop.plate(outline(2 * radius, 2 * radius, squareness=2.3), seat, 0.025, accent, dish=0.008, soft=0.4)
    a = np.linspace(0, 2 * np.pi, 25)
    circle = np.stack([np.cos(a), np.sin(a)], axis=1)
    shop.rod(level(radius * 0.98 * circle, seat - 0.02), thick, steel, sides=8)
    for x, y in corners(1.35 * radius, 1.35 * radius):
        leg = spline([(x, y, seat - 0.02), (x * 1.05, y * 1.05, 0.25), (x * 1.3, y * 1.35, 0)], 8)
        shop.rod(leg, thick, steel, sides=8)
    shop.rod(level(radius * circle, seat * shop.number(0.4, 0.6)), thick * 0.7, steel, sides=7)
    high = seat + shop.number(0.4, 0.46)
    back = Back(1.5 * radius, 1.8 * radius, seat - 0.02, high, -0.72 * radius, lean=0.08, sweep=0.03, hollow=0.05)
    a = np.linspace(0, np.pi, 25)
    for scale in (1.0, shop.number(0.45, 0.75)):
        s = np.sign(np.cos(a)) * np.abs(np.cos(a)) ** 0.75 * scale
        shop.rod(back.at(s, np.sin(a) ** 0.8 * (0.4 + 0.6 * scale)), thick, steel, sides=8)


def folding(shop: ChairWorkshop) -> None:
    """Two crossed frames, a slatted or solid seat and a rail at the back."""
    frame = shop.wood() if shop.chance(0.6) else shop.metal()
    accent = frame if shop.chance(0.6) else shop.plastic()
    width, seat, high = shop.number(0.4, 0.46), shop.number(0.43, 0.47), shop.number(0.76, 0.88)
    size = shop.number(0.02, 0.03)
    outer, inner = width / 2, width / 2 - 0.03
    for side in MIRROR:
        shop.beam(side * [(outer, 0.2, 0), (outer, -0.24, high)], size, size * 1.3, frame)
        shop.beam(side * [(inner, -0.22, 0), (inner, 0.19, seat)], size, size * 1.3, frame)
    for x, foot, up in ((outer, 0.2, (-0.44, high)), (inner, -0.22, (0.41, seat))):  # a fifth of the way up
        y, z = foot + 0.2 * up[0], 0.2 * up[1]
        shop.rod([(-x, y, z), (x, y, z)], 0.009, frame, sides=8)
    if shop.chance(0.5):
        for y in np.linspace(-0.17, 0.2, shop.count(4, 7)):
            shop.crossbar(width / 2 - 0.02, y, seat, 0.014, 0.042, accent)
    else:
        shop.plate(outline(width * 0.92, 0.4, squareness=8), seat + 0.01, 0.022, accent, dish=0.008)
    back = Back(width, width, 0, high, 0.2, 0.44, hollow=0.02)
    for t in np.linspace(0.97, shop.number(0.75, 0.85), shop.count(1, 3)):
        shop.rail(back, t, shop.number(0.05, 0.1), 0.014, accent)


def school(shop: ChairWorkshop) -> None:
    """A plywood seat and back on a frame of bent wood or steel."""
    frame = shop.metal() if shop.chance(0.6) else shop.wood()
    shell = shop.wood() if shop.chance(0.6) else shop.plastic()
    width, seat = shop.number(0.36, 0.42), shop.number(0.42, 0.46)
    back = Back(width, width, seat, seat + shop.number(0.34, 0.42), -0.19, 0.06, 0.02, 0.035)
    for x, y in corners(width * 0.85, 0.34):
        path = [(x * 1.18, y * 1.25, 0), (x, y, seat - 0.01)]
        if y < 0:  # the rear legs go on up to the back
            top = back.at(np.sign(x) * 0.85, 0.9) - (0, 0.012, 0)
            path = spline([path[0], (x, y - 0.005, seat), top], 12)
        shop.rod(path, 0.012, frame, sides=8)
    for x in (width * 0.42, -width * 0.42):
        shop.rod([(x, 0.17, seat - 0.015), (x, -0.18, seat - 0.015)], 0.011, frame, sides=8)

    def _droop(points):  # the front edge turns down
        return points - np.array([0, 0, 4]) * np.clip(points[..., 1:2] - 0.12, 0, 1) ** 2

    shop.plate(outline(width, 0.4, squareness=5), seat, 0.014, shell, dish=0.012, bend=_droop)
    low = shop.number(0.45, 0.6)
    shop.board(back.at(S[:, None] * 1.05, np.linspace(low, 1, 7)), 0.012, shell)


def garden(shop: ChairWorkshop) -> None:
    """A stacking chair of plastic: a slotted back between wide arms."""
    white = shop.plastic()
    width, seat = shop.number(0.42, 0.46), 0.42
    shop.plate(outline(width, 0.44, squareness=7), seat, 0.03, white, dish=0.015)
    back = Back(width, width * 1.08, seat, seat + shop.number(0.36, 0.46), -0.2, 0.1, 0.02, 0.06, 0.03)
    for t, height in ((0.95, 0.07), (0.12, 0.05)):
        shop.beam(back.at(np.linspace(-1.05, 1.05, 13), t), height, 0.02, white, side=UP)
    for s in np.linspace(-1, 1, shop.count(5, 8)):
        shop.beam(back.at(s, np.linspace(0, 0.95, 7)), width / 13, 0.012, white)
    x = width / 2 + 0.05
    for side in MIRROR:
        for y, high in ((0.2, 0.2), (-0.2, 0.18)):
            leg = side * [(x * 1.03, y * 1.15, 0), (x * 0.96, y, seat + high)]
            shop.beam(leg, 0.05, (0.03, 0.055), white, side=(0, 1, 0))
        rest = side * [(x * 0.97, 0.24, seat + 0.21), (x, 0.0, seat + 0.22), back.at(1.02, 0.6)]
        shop.beam(spline(rest, 9), np.linspace(0.055, 0.045, 9), 0.018, white)


def tulip(shop: ChairWorkshop) -> None:
    """A bowl on a flaring stem."""
    white = shop.plastic()
    accent = shop.cloth()
    seat = shop.number(0.42, 0.46)
    t = np.linspace(0, 1, 25)
    stem = 0.028 + 0.22 * np.exp(-t * 14) + 0.13 * np.exp((t - 1) * 12)
    shop.rod([(0, 0, 0), (0, 0, seat - 0.02)], stem, white, sides=24)
    _shell(shop, white, seat, shop.number(0.23, 0.27), shop.number(0.32, 0.42), arms=shop.chance(0.5))
    shop.plate(outline(0.4, 0.4, squareness=2.4), seat + 0.045, 0.04, accent, dish=-0.008, soft=0.5)


def shell(shop: ChairWorkshop) -> None:
    """A moulded shell on dowels, wires, tubes or runners."""
    colour = shop.plastic() if shop.chance(0.75) else shop.leather()
    seat = shop.number(0.42, 0.46)
    _shell(shop, colour, seat, shop.number(0.21, 0.26), shop.number(0.3, 0.42), arms=shop.chance(0.4))
    base = shop.pick("dowels", "dowels", "wires", "tubes", "sled")
    steel = shop.metal()
    low = seat - 0.02
    if base == "dowels":
        timber = shop.wood()
        for x, y in corners(0.2, 0.2):
            shop.rod([(x * 2.4, y * 2.3, 0), (x, y, low)], (0.009, 0.016, 0.018), timber)
            for end in ((-x, y), (x, -y)):
                shop.rod([(x * 1.9, y * 1.85, 0.14), (*end, low - 0.02)], 0.004, steel, sides=6)
    elif base == "wires":
        for x, y in corners(0.26, 0.24):
            foot = (x * 1.75, y * 1.8, 0)
            shop.rod([foot, (x, y, low)], 0.007, steel, sides=7)
            shop.rod([foot, (x * 0.2, y, low - 0.02)], 0.005, steel, sides=6)
            for end in ((-x * 0.9, y), (x, -y * 0.9)):
                shop.rod([(x * 1.4, y * 1.4, 0.2), (*end, low - 0.02)], 0.005, steel, sides=6)
    elif base == "tubes":
        for x, y in corners(0.3, 0.28):
            shop.rod([(x * 1.5, y * 1.5, 0), (x, y, low)], 0.011, steel, sides=8)
    else:
        runner = bend([(0.2 * 0.6, 0.13, low), (0.2, 0.22, 0.01), (0.2, -0.24, 0.01), (0.2 * 0.6, -0.13, low)], 0.05)
        for side in MIRROR:
            shop.rod(side * runner, 0.008, steel, sides=8)


def _shell(shop: ChairWorkshop, material, seat: float, half, high, *, arms: bool) -> None:
    """Mould a seat and a back in one piece."""
    lean = shop.number(0.02, 0.1)
    t = (1 - np.cos(np.linspace(0, np.pi, 27))) / 2  # closer at the ends, where the outline turns
    bends = [(0.23, -0.025), (0.14, 0.0), (-0.06, -0.012), (-0.17, 0.045)]
    bends += [(-0.225 - lean / 3, 0.5 * high), (-0.235 - lean, high)]
    smooth = spline([(0, y, seat + z) for y, z in bends], 101)
    profile = np.stack([np.interp(t, np.linspace(0, 1, 101), c) for c in smooth.T], axis=1)
    waist = 1 - shop.number(0, 0.25) * np.exp(-((t - 0.55) ** 2) / 0.02)
    ends = np.clip(1 - np.abs(2 * t - 1) ** shop.number(5, 14), 0.003, 1) ** 0.45
    s = np.linspace(-1, 1, 15)
    width = (half * waist * ends)[:, None] * s
    back = np.clip((t - 0.35) / 0.3, 0, 1)[:, None]
    rise = shop.number(0.02, 0.05) + (0.17 if arms else 0.0) * np.exp(-((t - 0.42) ** 2) / 0.03)[:, None]
    lift = np.abs(s) ** 2.6 * ends[:, None]
    y = profile[:, 1:2] + back * lift * shop.number(0.03, 0.09)
    z = profile[:, 2:] + (1 - back) * lift * rise + back * lift * rise * 0.5
    shop.board(xyz(width, y, z), 0.01, material)


def wire(shop: ChairWorkshop) -> None:
    """A basket of bent wire."""
    steel = shop.metal()
    seat, half, high = 0.44, shop.number(0.22, 0.27), shop.number(0.32, 0.42)
    profile = [(0.24, 0.01), (0.1, -0.02), (-0.12, 0), (-0.22, 0.14), (-0.29, high)]
    profile = spline([(0, y, seat + z) for y, z in profile], 17)
    s = np.linspace(-1, 1, 13)
    width = half * (0.85 + 0.15 * np.sin(np.linspace(0, np.pi, 17)))
    sides = np.abs(s) ** 2.5
    y = profile[:, 1:2] + sides * np.linspace(0, 0.08, 17)[:, None]
    wires = xyz(s * width[:, None], y, profile[:, 2:] + sides * np.linspace(0.05, 0.02, 17)[:, None])
    for n in range(0, 13, 1 if shop.chance(0.5) else 2):
        shop.rod(wires[:, n], 0.0035, steel, sides=5)
    for n in range(0, 17, 1 if shop.chance(0.5) else 2):
        shop.rod(wires[n], 0.0035, steel, sides=5)
    edge = np.concatenate([wires[0], wires[1:, -1], wires[-1, ::-1][1:], wires[::-1, 0][1:]])
    shop.rod(edge, 0.007, steel, sides=6)
    x, low = 0.19, seat - 0.02
    runner = [(x * 0.7, 0.15, low), (x * 1.2, 0.22, 0.01), (x * 1.2, -0.24, 0.01), (x * 0.7, -0.12, low)]
    for side in MIRROR:
        shop.rod(side * bend(runner, 0.05), 0.007, steel, sides=7)
    if shop.chance(0.6):
        shop.plate(outline(0.4, 0.38, squareness=3), seat + 0.03, 0.035, shop.cloth(), dish=-0.01, soft=0.5)
