"""Chairs that a joiner makes: dining chairs, Windsor chairs, rockers, stools, thrones."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import palette
from flowlab.chairs.furniture.backs import INFILLS, Back, T, infill, posts, rail, random_back
from flowlab.chairs.furniture.curves import line
from flowlab.chairs.furniture.members import LEGS, apron, arm, corners, legs, outline, stretchers
from flowlab.chairs.furniture.workshop import Workshop, placed


def dining(shop: Workshop) -> None:
    """Four legs, a seat, a back of any style; now and then with arms."""
    frame, accent = palette.wood(shop), palette.cover(shop)
    width, depth, seat = shop.number(0.4, 0.5), shop.number(0.38, 0.46), shop.number(0.42, 0.48)
    back = random_back(shop, width, depth, seat)
    style = shop.pick(*LEGS, "square", "square", "round")
    size = shop.number(0.03, 0.045)
    _four_legs(shop, frame, width, depth, seat - 0.03, style, size)
    if shop.chance(0.6):
        apron(shop, width * 0.94, depth * 0.9, seat - 0.01, shop.number(0.04, 0.08), frame)
    _seat(shop, frame, accent, width, depth, seat)
    posts(shop, back, size * 0.9, frame, round_=style in ("round", "turned"), start=-0.05)
    kind = shop.pick(*INFILLS)
    infill(shop, back, kind, frame, palette.cane(shop) if kind == "woven" and shop.chance(0.6) else accent)
    if shop.chance(0.25):
        _arms(shop, back, width, depth, seat, frame)


def windsor(shop: Workshop) -> None:
    """A saddle seat, splayed turned legs, spindles under a bow or a comb."""
    frame = palette.wood(shop)
    width, depth, seat = shop.number(0.42, 0.5), shop.number(0.4, 0.45), shop.number(0.42, 0.46)
    shop.plate(outline(width, depth, squareness=2.6, rear=0.9), seat, 0.04, frame, dish=0.018, soft=0.4)
    tops = [(0.32 * width * np.sign(x), 0.3 * depth * np.sign(y), seat - 0.03) for x, y in corners(1, 1)]
    feet = [(0.5 * width * np.sign(x), 0.5 * depth * np.sign(y) - (0.03 if y < 0 else 0), 0) for x, y in corners(1, 1)]
    legs(shop, tops, feet, shop.pick("turned", "turned", "round"), 0.038, frame)
    stretchers(shop, feet, tops, 0.02, frame, shop.pick("h", "h", "box"))
    back = Back(
        width * 0.8,
        width * shop.number(0.85, 1),
        seat,
        seat + shop.number(0.4, 0.62),
        -depth * 0.4,
        0.1,
        0.03,
        0.05,
    )
    count = shop.count(5, 9)
    bow = shop.chance(0.6)
    a = np.linspace(0, np.pi, 29)
    square = shop.number(2, 3.5)
    s, t = (np.sign(f) * np.abs(f) ** (2 / square) for f in (np.cos(a), np.sin(a)))
    for spot in np.linspace(-1, 1, count + 2)[1:-1] * 0.9:
        height = (1 - abs(spot) ** square) ** (1 / square) if bow else 1.0
        radius = 0.0065 * (1 + 0.5 * np.sin(np.pi * T))
        shop.rod(back.at(spot * (0.75 + 0.25 * T), T * height), radius, frame, sides=7)
    if bow:
        shop.rod(back.at(s, t), 0.012, frame, sides=8)
    else:
        rail(shop, back, 1.0, shop.number(0.06, 0.1), 0.016, frame, 1.08)
    if shop.chance(0.4):
        _arms(shop, back, width, depth, seat, frame)


def rocker(shop: Workshop) -> None:
    """A high back, arms, and two runners on which it rocks."""
    frame, accent = palette.wood(shop), palette.cover(shop)
    width, depth, seat = shop.number(0.46, 0.54), shop.number(0.44, 0.5), shop.number(0.38, 0.42)
    back = Back(width * 0.92, width * 0.95, seat, seat + shop.number(0.6, 0.75), -depth / 2, 0.18, 0.03, 0.04, 0.03)
    radius = shop.number(0.85, 1.2)
    y = np.linspace(-0.48, 0.36, 15)
    z = radius - np.sqrt(radius**2 - y**2) + 0.015
    for x in (-width / 2, width / 2):
        shop.beam(np.stack([np.full(15, x), y, z], axis=1), 0.028, 0.035, frame)
    lift = float(np.interp(depth / 2, y, z))
    spots = corners(width, depth)
    tops, feet = [(x, y, seat - 0.02) for x, y in spots], [(x, y, lift) for x, y in spots]
    legs(shop, tops, feet, shop.pick("turned", "round", "square"), 0.038, frame)
    stretchers(shop, feet, tops, 0.022, frame, "box")
    _seat(shop, frame, accent, width, depth, seat)
    posts(shop, back, 0.036, frame, round_=shop.chance(0.5), start=-0.05)
    infill(shop, back, shop.pick("spindles", "slats", "ladder", "pad", "woven"), frame, accent)
    _arms(shop, back, width, depth, seat, frame)


def stool(shop: Workshop) -> None:
    """Three or four legs and a seat, low or as high as a bar."""
    frame, accent = palette.wood(shop), palette.cover(shop)
    seat = shop.pick(shop.number(0.4, 0.5), shop.number(0.62, 0.78))
    width = shop.number(0.3, 0.42)
    splay = shop.number(1.0, 1.35)
    count = shop.pick(3, 4, 4)
    a = 2 * np.pi * (np.arange(count) + 0.5) / count
    spots = np.stack([np.cos(a), np.sin(a)], axis=1) * width * 0.42
    tops = np.column_stack([spots, np.full(count, seat - 0.03)])
    feet = np.column_stack([spots * splay, np.zeros(count)])
    legs(shop, tops, feet, shop.pick("square", "round", "turned"), shop.number(0.03, 0.042), frame)
    for high in (0.3, 0.5)[: shop.count(0, 2)]:
        at = feet + (tops - feet) * high
        for n in range(count):
            shop.rod(line(at[n], at[(n + 1) % count]), 0.01, frame, sides=8)
    shape = outline(width, width, squareness=shop.pick(2, 2, 8))
    shop.plate(shape, seat, shop.number(0.025, 0.045), frame, dish=shop.number(0, 0.015))
    if shop.chance(0.4):
        shop.plate(shape * 0.97, seat + 0.045, 0.045, accent, dish=-0.015, soft=0.5)


def throne(shop: Workshop) -> None:
    """An old armchair: cabriole or turned legs, a high stuffed back, scrolled arms."""
    frame, accent = palette.wood(shop), palette.cover(shop)
    width, depth, seat = shop.number(0.5, 0.6), shop.number(0.48, 0.54), shop.number(0.42, 0.46)
    back = Back(
        width * 0.85,
        width * shop.number(0.8, 0.95),
        seat,
        seat + shop.number(0.5, 0.75),
        -depth / 2,
        0.1,
        0.02,
        0.02,
        shop.number(0, 0.09),
    )
    _four_legs(shop, frame, width, depth, seat - 0.05, shop.pick("cabriole", "cabriole", "turned"), 0.05)
    apron(shop, width * 0.95, depth * 0.93, seat - 0.01, 0.07, frame)
    shop.cushion((width * 0.97, depth * 0.95, 0.11), accent, placed((0, 0, seat + 0.02)), crown=0.25, round_=7)
    posts(shop, back, 0.045, frame, start=-0.1)
    if shop.chance(0.4):
        infill(shop, back, "hoop", frame, accent)
    else:
        rail(shop, back, 1.0, 0.06, 0.04, frame, 1.05)
        infill(shop, back, "pad", frame, accent)
    _arms(shop, back, width, depth, seat, frame, "scroll")


def _four_legs(shop: Workshop, material, width: float, depth: float, top: float, style: str, size: float) -> None:
    """Stand a seat on four legs and tie them if they are to be tied."""
    splay = shop.number(1.0, 1.12) if style in ("round", "square") else 1.0
    spots = [(x * 0.93, y * 0.92) for x, y in corners(width, depth)]
    tops = [(x, y, top) for x, y in spots]
    feet = [(x * splay, y * splay - (0.02 if y < 0 else 0), 0) for x, y in spots]
    legs(shop, tops, feet, style, size, material)
    if style not in ("cabriole", "sabre"):
        stretchers(shop, feet, tops, shop.number(0.016, 0.026), material, shop.pick("none", "none", "box", "h", "x"))


def _seat(shop: Workshop, frame, accent, width: float, depth: float, seat: float) -> None:
    """Lay a wooden seat, a caned one, a pad or a cushion."""
    shape = outline(width, depth, squareness=shop.number(5, 14), rear=shop.number(0.85, 1))
    kind = shop.pick("wood", "caned", "pad", "pad", "cushion")
    if kind == "wood":
        shop.plate(shape, seat, shop.number(0.018, 0.03), frame, dish=shop.number(0, 0.015))
    elif kind == "caned":
        shop.plate(shape, seat - 0.004, 0.03, frame)
        shop.plate(shape * 0.86, seat + 0.002, 0.01, palette.cane(shop), dish=0.004)
    else:
        shop.plate(shape, seat - 0.015, 0.022, frame)
        if kind == "pad":
            shop.plate(shape * 0.96, seat + 0.025, 0.042, accent, dish=-0.015, soft=0.45)
        else:
            size = (width * 0.96, depth * 0.95, shop.number(0.05, 0.08))
            shop.cushion(size, accent, placed((0, 0, seat + 0.02)), crown=0.2, round_=6)


def _arms(shop: Workshop, back: Back, width: float, depth: float, seat: float, material, style: str = "") -> None:
    """Put an arm rest on either side."""
    style = style or shop.pick("flat", "round", "scroll")
    high, size = shop.number(0.19, 0.24), shop.number(0.035, 0.05)
    t = high / (back.high - back.low)
    for sign in (-1, 1):
        x = sign * (width / 2 + 0.015)
        arm(
            shop,
            back.at(sign, t),
            (x, depth * 0.32, seat + high),
            (x * 0.95, depth * 0.3, seat - 0.02),
            style,
            size,
            material,
        )
