"""Chairs of a home: dining and Windsor chairs, rockers, stools, thrones, and upholstered ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flowlab.chairs.furniture.materials import CHROME
from flowlab.chairs.furniture.members import INFILLS, LEGS, MIRROR, Back, ChairWorkshop, T
from flowlab.chairs.furniture.workshop import around, corners, feet, level, outline, spline, squircle


def dining(shop: ChairWorkshop) -> None:
    """Four legs, a seat, a back of any style; now and then with arms."""
    frame, accent = shop.wood(), shop.cover()
    width, depth, seat = shop.number(0.4, 0.5), shop.number(0.38, 0.46), shop.number(0.42, 0.48)
    back = shop.random_back(width, depth, seat)
    style = shop.pick(*LEGS, "square", "square", "round")
    size = shop.number(0.03, 0.045)
    _four_legs(shop, frame, width, depth, seat - 0.03, style, size)
    if shop.chance(0.6):
        shop.apron(width * 0.94, depth * 0.9, seat - 0.01, shop.number(0.04, 0.08), frame)
    _seat(shop, frame, accent, width, depth, seat)
    shop.posts(back, size * 0.9, frame, round_=style in ("round", "turned"), start=-0.05)
    kind = shop.pick(*INFILLS)
    INFILLS[kind](shop, back, frame, shop.cane() if kind == "woven" and shop.chance(0.6) else accent)
    if shop.chance(0.25):
        _arms(shop, back, width, depth, seat, frame)


def windsor(shop: ChairWorkshop) -> None:
    """A saddle seat, splayed turned legs, spindles under a bow or a comb."""
    frame = shop.wood()
    width, depth, seat = shop.number(0.42, 0.5), shop.number(0.4, 0.45), shop.number(0.42, 0.46)
    shop.plate(outline(width, depth, squareness=2.6, rear=0.9), seat, 0.04, frame, dish=0.018, soft=0.4)
    tops, floor = level(corners(0.64 * width, 0.6 * depth), seat - 0.03), feet(corners(width, depth), back=0.03)
    shop.legs(tops, floor, shop.pick("turned", "turned", "round"), 0.038, frame)
    shop.stretchers(floor, tops, 0.02, frame, shop.pick("h", "h", "box"))
    top, high = width * shop.number(0.85, 1), seat + shop.number(0.4, 0.62)
    back = Back(width * 0.8, top, seat, high, -depth * 0.4, lean=0.1, sweep=0.03, hollow=0.05)
    count = shop.count(5, 9)
    bow = shop.chance(0.6)
    square = shop.number(2, 3.5)
    for spot in np.linspace(-1, 1, count + 2)[1:-1] * 0.9:
        height = (1 - abs(spot) ** square) ** (1 / square) if bow else 1.0
        radius = 0.0065 * (1 + 0.5 * np.sin(np.pi * T))
        shop.rod(back.at(spot * (0.75 + 0.25 * T), T * height), radius, frame, sides=7)
    if bow:
        shop.rod(back.at(*squircle(np.linspace(0, np.pi, 29), 2 / square)), 0.012, frame, sides=8)
    else:
        shop.rail(back, 1.0, shop.number(0.06, 0.1), 0.016, frame, 1.08)
    if shop.chance(0.4):
        _arms(shop, back, width, depth, seat, frame)


def rocker(shop: ChairWorkshop) -> None:
    """A high back, arms, and two runners on which it rocks."""
    frame, accent = shop.wood(), shop.cover()
    width, depth, seat = shop.number(0.46, 0.54), shop.number(0.44, 0.5), shop.number(0.38, 0.42)
    back = Back(width * 0.92, width * 0.95, seat, seat + shop.number(0.6, 0.75), -depth / 2, 0.18, 0.03, 0.04, 0.03)
    radius = shop.number(0.85, 1.2)
    y = np.linspace(-0.48, 0.36, 15)
    z = radius - np.sqrt(radius**2 - y**2) + 0.015
    for x in (-width / 2, width / 2):
        shop.beam(np.stack([np.full(15, x), y, z], axis=1), 0.028, 0.035, frame)
    spots = corners(width, depth)
    tops, ends = level(spots, seat - 0.02), level(spots, np.interp(depth / 2, y, z))
    shop.legs(tops, ends, shop.pick("turned", "round", "square"), 0.038, frame)
    shop.stretchers(ends, tops, 0.022, frame, "box")
    _seat(shop, frame, accent, width, depth, seat)
    shop.posts(back, 0.036, frame, round_=shop.chance(0.5), start=-0.05)
    INFILLS[shop.pick("spindles", "slats", "ladder", "pad", "woven")](shop, back, frame, accent)
    _arms(shop, back, width, depth, seat, frame)


def stool(shop: ChairWorkshop) -> None:
    """Three or four legs and a seat, low or as high as a bar."""
    frame, accent = shop.wood(), shop.cover()
    seat = shop.pick(shop.number(0.4, 0.5), shop.number(0.62, 0.78))
    width = shop.number(0.3, 0.42)
    splay = shop.number(1.0, 1.35)
    count = shop.pick(3, 4, 4)
    a = 2 * np.pi * (np.arange(count) + 0.5) / count
    spots = np.stack([np.cos(a), np.sin(a)], axis=1) * width * 0.42
    tops, floor = level(spots, seat - 0.03), level(spots * splay, 0)
    shop.legs(tops, floor, shop.pick("square", "round", "turned"), shop.number(0.03, 0.042), frame)
    for high in (0.3, 0.5)[: shop.count(0, 2)]:
        for pair in around(floor + (tops - floor) * high):
            shop.rod(pair, 0.01, frame, sides=8)
    shape = outline(width, width, squareness=shop.pick(2, 2, 8))
    shop.plate(shape, seat, shop.number(0.025, 0.045), frame, dish=shop.number(0, 0.015))
    if shop.chance(0.4):
        shop.plate(shape * 0.97, seat + 0.045, 0.045, accent, dish=-0.015, soft=0.5)


def throne(shop: ChairWorkshop) -> None:
    """An old armchair: cabriole or turned legs, a high stuffed back, scrolled arms."""
    frame, accent = shop.wood(), shop.cover()
    width, depth, seat = shop.number(0.5, 0.6), shop.number(0.48, 0.54), shop.number(0.42, 0.46)
    top, high, crest = width * shop.number(0.8, 0.95), seat + shop.number(0.5, 0.75), shop.number(0, 0.09)
    back = Back(width * 0.85, top, seat, high, -depth / 2, lean=0.1, sweep=0.02, hollow=0.02, crest=crest)
    _four_legs(shop, frame, width, depth, seat - 0.05, shop.pick("cabriole", "cabriole", "turned"), 0.05)
    shop.apron(width * 0.95, depth * 0.93, seat - 0.01, 0.07, frame)
    shop.cushion((width * 0.97, depth * 0.95, 0.11), accent, (0, 0, seat + 0.02), crown=0.25, round_=7)
    shop.posts(back, 0.045, frame, start=-0.1)
    hoop = shop.chance(0.4)
    if not hoop:
        shop.rail(back, 1.0, 0.06, 0.04, frame, 1.05)
    INFILLS["hoop" if hoop else "pad"](shop, back, frame, accent)
    _arms(shop, back, width, depth, seat, frame, "scroll")


def _four_legs(shop: ChairWorkshop, material, width, depth, top: float, style: str, size: float) -> None:
    """Stand a seat on four legs, with stretchers or without."""
    splay = shop.number(1.0, 1.12) if style in ("round", "square") else 1.0
    spots = corners(width, depth) * (0.93, 0.92)
    tops, floor = level(spots, top), feet(spots, splay, back=0.02)
    shop.legs(tops, floor, style, size, material)
    if style not in ("cabriole", "sabre"):
        shop.stretchers(floor, tops, shop.number(0.016, 0.026), material, shop.pick("none", "none", "box", "h", "x"))


def _seat(shop: ChairWorkshop, frame, accent, width: float, depth: float, seat: float) -> None:
    """Lay a wooden seat, a caned one, a pad or a cushion."""
    shape = outline(width, depth, squareness=shop.number(5, 14), rear=shop.number(0.85, 1))
    kind = shop.pick("wood", "caned", "pad", "pad", "cushion")
    if kind == "wood":
        shop.plate(shape, seat, shop.number(0.018, 0.03), frame, dish=shop.number(0, 0.015))
    elif kind == "caned":
        shop.plate(shape, seat - 0.004, 0.03, frame)
        shop.plate(shape * 0.86, seat + 0.002, 0.01, shop.cane(), dish=0.004)
    else:
        shop.plate(shape, seat - 0.015, 0.022, frame)
        if kind == "pad":
            shop.plate(shape * 0.96, seat + 0.025, 0.042, accent, dish=-0.015, soft=0.45)
        else:
            size = (width * 0.96, depth * 0.95, shop.number(0.05, 0.08))
            shop.cushion(size, accent, (0, 0, seat + 0.02), crown=0.2, round_=6)


def _arms(shop: ChairWorkshop, back: Back, width, depth, seat: float, material, style: str = "") -> None:
    """Put an arm rest on either side."""
    style = style or shop.pick("flat", "round", "scroll")
    high, size = shop.number(0.19, 0.24), shop.number(0.035, 0.05)
    for sign in (-1, 1):
        x, rear = sign * (width / 2 + 0.015), back.at(sign, high / (back.high - back.low))
        front, post = (x, depth * 0.32, seat + high), (x * 0.95, depth * 0.3, seat - 0.02)
        shop.arm(rear, front, post, style, size, material)


def club(shop: ChairWorkshop) -> None:
    """A deep box with thick arms and loose cushions; wide ones are love seats."""
    accent = shop.cover()
    seats = shop.pick(1, 1, 1, 2)
    inner, thick = shop.number(0.5, 0.6) * (1 if seats == 1 else 1.85), shop.number(0.12, 0.2)
    depth, seat, high = shop.number(0.75, 0.9), shop.number(0.4, 0.45), shop.number(0.72, 0.9)
    base, rest = shop.number(0.06, 0.15), shop.number(0.55, 0.65)
    hard = shop.number(6, 14)
    outer, part = inner + 2 * thick, inner / seats
    wood = shop.wood() if shop.chance(0.7) else CHROME
    spots = corners(outer * 0.9, depth * 0.85)
    shop.legs(level(spots, base + 0.02), feet(spots), shop.pick("square", "round", "turned"), 0.06, wood)
    low = seat - 0.12
    shop.cushion((outer * 0.98, depth, low - base), accent, (0, 0, (low + base) / 2), crown=0, round_=14)
    for n in range(seats):
        x = (n - (seats - 1) / 2) * inner / seats
        shop.cushion((part, depth * 0.78, 0.17), accent, (x, 0.09 * depth, seat - 0.06), crown=0.2, round_=6)
        size, at = (part, high - seat + 0.12, 0.2), (x, -depth * 0.25, (high + seat) / 2 + 0.03)
        shop.cushion(size, accent, at, tilt=-80, crown=0.3, round_=6)
    for sign in (-1, 1):
        x = sign * (inner + thick) / 2
        shop.cushion((thick, depth, rest - base), accent, (x, 0, (rest + base) / 2), crown=0.1, round_=hard)
        if hard < 9:  # a rolled arm
            ends = [(x, -depth * 0.48, rest - 0.03), (x, depth * 0.5, rest - 0.03)]
            shop.rod(ends, np.full(4, thick * 0.62), accent, sides=18)
    size, at = (outer * 0.98, high - base, 0.16), (0, -depth * 0.42, (high + base) / 2)
    shop.cushion(size, accent, at, tilt=-84, crown=0.05, round_=hard)


def wing(shop: ChairWorkshop) -> None:
    """A high back with wings that keep the draught away."""
    accent, wood = shop.cover(), shop.wood()
    width, depth, high = shop.number(0.56, 0.64), 0.66, shop.number(1.0, 1.15)
    spots = corners(width * 0.95, depth * 0.85)
    shop.legs(level(spots, 0.22), feet(spots), shop.pick("square", "turned", "cabriole"), 0.05, wood)
    shop.cushion((width, depth, 0.16), accent, (0, 0, 0.28), crown=0, round_=12)
    shop.cushion((width * 0.9, depth * 0.85, 0.15), accent, (0, 0.04, 0.42), crown=0.25, round_=6)
    size, at, channels = (width, high - 0.3, 0.16), (0, -0.34, (high + 0.3) / 2), shop.pick(0, 0, 4, 6)
    shop.cushion(size, accent, at, tilt=-80, crown=0.2, round_=7, channels=channels)
    for sign in (-1, 1):
        x = sign * width / 2
        shop.cushion((0.1, 0.6, 0.34), accent, (x, 0.0, 0.43), crown=0.15, round_=6)
        shop.rod([(x * 1.08, -0.28, 0.6), (x * 1.08, 0.3, 0.6)], np.full(4, 0.065), accent, sides=14)
        size, at = (0.07, high - 0.6, 0.3), (x * 1.02, -0.2, (high + 0.6) / 2)
        shop.cushion(size, accent, at, tilt=-82, turn=-9 * sign, crown=0, round_=3.5)


def slipper(shop: ChairWorkshop) -> None:
    """A low or high chair covered all over, without arms."""
    accent, wood = shop.cover(), shop.wood()
    width, depth, seat = shop.number(0.44, 0.6), shop.number(0.44, 0.55), shop.number(0.38, 0.47)
    high = shop.number(0.78, 1.05)
    spots, style = corners(width * 0.88, depth * 0.88), shop.pick("square", "round", "turned", "sabre")
    shop.legs(level(spots, seat - 0.09), feet(spots, (1.03, 1.05), back=0.03), style, 0.04, wood)
    shop.cushion((width, depth, 0.13), accent, (0, 0, seat - 0.05), crown=0.15, round_=9)
    top, lean, hollow, crest = (shop.number(*r) for r in ((0.85, 1.05), (0.05, 0.14), (0, 0.06), (0, 0.05)))
    back = Back(width, width * top, seat - 0.08, high, -depth / 2 + 0.04, lean, 0.03, hollow, crest)
    shop.stuffed(back, accent, 0.0, 1.0, 1.0, shop.number(0.06, 0.1), shop.pick(0, 0, 0, 5, 7))
    if shop.chance(0.25):
        shop.plate(outline(width, depth, squareness=12), seat - 0.08, seat - 0.11, accent, soft=0.05)


def lounge(shop: ChairWorkshop) -> None:
    """An open wooden frame with two loose cushions, as in the 1950s."""
    accent, wood = shop.cover(), shop.wood()
    width, rest = shop.number(0.56, 0.66), shop.number(0.52, 0.6)
    tilt = shop.number(6, 12)
    x = width / 2
    for side in MIRROR:
        for leg in ([(x, 0.3, 0), (x, 0.27, rest)], [(x, -0.38, 0), (x, -0.28, rest)]):
            shop.rod(side * leg, (0.014, 0.021, 0.017), wood)
        path = spline(side * [(x, 0.36, rest), (x * 1.03, 0.05, rest + 0.02), (x, -0.36, rest - 0.01)], 9)
        shop.beam(path, np.linspace(0.07, 0.04, 9), 0.024, wood)
        shop.beam(side * [(x * 0.97, 0.3, 0.36), (x * 0.97, -0.3, 0.27)], 0.022, 0.045, wood)
        shop.beam(side * [(x * 0.9, -0.22, 0.24), (x * 0.9, -0.5, 0.9)], 0.024, 0.034, wood)
    shop.crossbar(x, 0.27, 0.34, 0.045, 0.022, wood)
    shop.crossbar(width * 0.46, -0.5, 0.9, 0.05, 0.022, wood)
    for t in np.linspace(0.25, 0.85, shop.count(2, 5)):
        shop.crossbar(width * 0.45, -0.23 - 0.27 * t, 0.26 + 0.64 * t, 0.03, 0.012, wood)
    shop.cushion((width * 0.9, 0.56, 0.12), accent, (0, 0.03, 0.4), tilt=tilt, crown=0.15, round_=7)
    size, channels = (width * 0.88, 0.58, 0.12), shop.pick(0, 0, 4)
    shop.cushion(size, accent, (0, -0.31, 0.66), tilt=-67, crown=0.2, round_=7, channels=channels)


def barcelona(shop: ChairWorkshop) -> None:
    """Two quilted cushions on crossed bars of steel."""
    hide = shop.leather()
    second = tuple(0.5 * c for c in hide.colour)
    hide = replace(hide, pattern="quilt", second=second, contrast=0.8, extent=0.8, specular=0.25, gloss=14.0)
    width = shop.number(0.66, 0.78)
    x = width * 0.42
    rear = [(x, 0.36, 0), (x, 0.1, 0.2), (x, -0.25, 0.42), (x, -0.47, 0.82)]
    front = [(x, -0.36, 0), (x, -0.15, 0.2), (x, 0.1, 0.3), (x, 0.36, 0.36)]
    for side in MIRROR:
        for bar in (rear, front):
            shop.beam(spline(side * bar, 15), 0.035, 0.013, CHROME)
    shop.cushion((width, 0.66, 0.11), hide, (0, 0.06, 0.4), tilt=8, crown=0.1, round_=10)
    shop.cushion((width, 0.56, 0.1), hide, (0, -0.32, 0.69), tilt=-68, crown=0.1, round_=10)


def bench(shop: ChairWorkshop) -> None:
    """A garden bench: slats between two ends, mostly with a back."""
    frame = shop.wood()
    iron = shop.metal() if shop.chance(0.4) else frame
    width, depth, seat = shop.number(0.9, 1.5), shop.number(0.38, 0.46), shop.number(0.4, 0.45)
    count = shop.count(3, 7)
    slat = depth / count * shop.number(0.65, 0.85)
    for y in np.linspace(-depth / 2, depth / 2, count):
        shop.crossbar(width / 2, y, seat, 0.022, slat, frame)
    ends = np.linspace(-0.44, 0.44, shop.pick(2, 2, 3)) * width
    lean, high = shop.number(0.08, 0.16), shop.number(0.36, 0.48)
    y = depth / 2
    for x in ends:
        shop.beam([(x, y - 0.03, seat - 0.01), (x, y, 0)], 0.045, 0.05, iron)
        shop.beam([(x, -y + 0.03, seat - 0.01), (x, -y - 0.04, 0)], 0.045, 0.05, iron)
        shop.beam([(x, -y, seat - 0.03), (x, y, seat - 0.03)], 0.04, 0.04, iron)
    if not shop.chance(0.7):
        return
    back = Back(width, width, seat, seat + high, -y, lean)
    for x in ends:
        shop.beam(back.at(2 * x / width, [-0.1, 1]) + np.array((0, -0.03, 0)), 0.045, 0.04, iron)
    if shop.chance(0.6):
        for t in np.linspace(0.3, 0.97, shop.count(2, 4)):
            shop.rail(back, t, shop.number(0.06, 0.09), 0.02, frame)
    else:
        shop.rail(back, 0.97, 0.06, 0.03, frame)
        shop.rail(back, 0.15, 0.04, 0.03, frame)
        for s in np.linspace(-1, 1, int(width * 14)):
            shop.beam(back.at(s * 0.97, [0.15, 0.97]), 0.03, 0.014, frame)
    if shop.chance(0.6):
        for x in (-width / 2 * 0.95, width / 2 * 0.95):
            shop.arm((x, -y - 0.05, seat + 0.2), (x, y, seat + 0.2), (x, y, seat), "flat", 0.05, iron)


def adirondack(shop: ChairWorkshop) -> None:
    """A low garden chair: a fan of boards, a sloping seat and wide arms."""
    frame = shop.wood()
    width = shop.number(0.5, 0.58)
    for n in range(shop.pick(5, 6, 7)):
        shop.crossbar(width / 2, 0.28 - 0.085 * n, 0.36 - 0.028 * n, 0.018, 0.07, frame, side=(0, 0.32, 1))
    count = shop.pick(5, 7)
    for s in np.linspace(-1, 1, count):
        top = shop.number(0.0, 0.002) + 1.0 - 0.14 * s**2
        foot, head = (s * width * 0.4, -0.25, 0.2), (s * width * 0.56, -0.62, top)
        shop.beam([foot, head], width / count * 0.86, 0.018, frame)
    for t in (0.25, 0.65):
        shop.crossbar(width * 0.52, -0.27 - 0.37 * t, 0.2 + 0.75 * t, 0.06, 0.02, frame)
    x = width / 2 + 0.02
    for side in MIRROR:
        shop.beam(side * [(x, 0.3, 0.34), (x, -0.65, 0.02)], 0.025, 0.1, frame)
        shop.beam(side * [(x + 0.02, 0.27, 0), (x + 0.02, 0.27, 0.53)], 0.025, 0.1, frame)
        path = spline(side * [(x + 0.02, 0.38, 0.54), (x + 0.04, 0.1, 0.54), (x, -0.5, 0.54)], 9)
        shop.beam(path, np.linspace(0.14, 0.09, 9), 0.022, frame)
