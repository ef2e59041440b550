"""Chairs that an upholsterer makes: club, wing, slipper, lounge and Barcelona chairs."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import palette
from flowlab.chairs.furniture.backs import Back, stuffed
from flowlab.chairs.furniture.curves import line, spline
from flowlab.chairs.furniture.members import corners, legs, outline
from flowlab.chairs.furniture.workshop import Workshop, placed


def club(shop: Workshop) -> None:
    """A deep box with thick arms and loose cushions; wide ones are love seats."""
    accent = palette.cover(shop)
    seats = shop.pick(1, 1, 1, 2)
    inner, thick = shop.number(0.5, 0.6) * (1 if seats == 1 else 1.85), shop.number(0.12, 0.2)
    depth, seat, high = shop.number(0.75, 0.9), shop.number(0.4, 0.45), shop.number(0.72, 0.9)
    base, rest = shop.number(0.06, 0.15), shop.number(0.55, 0.65)
    hard = shop.number(6, 14)
    outer = inner + 2 * thick
    _feet(shop, outer * 0.9, depth * 0.85, base + 0.02)
    shop.cushion(
        (outer * 0.98, depth, seat - 0.12 - base),
        accent,
        placed((0, 0, (seat - 0.12 + base) / 2)),
        crown=0.0,
        round_=14,
    )
    for n in range(seats):
        x = (n - (seats - 1) / 2) * inner / seats
        shop.cushion(
            (inner / seats, depth * 0.78, 0.17),
            accent,
            placed((x, 0.09 * depth, seat - 0.06)),
            crown=0.2,
            round_=6,
        )
        size = (inner / seats, high - seat + 0.12, 0.2)
        shop.cushion(size, accent, placed((x, -depth * 0.25, (high + seat) / 2 + 0.03), tilt=-80), crown=0.3, round_=6)
    for sign in (-1, 1):
        x = sign * (inner + thick) / 2
        shop.cushion((thick, depth, rest - base), accent, placed((x, 0, (rest + base) / 2)), crown=0.1, round_=hard)
        if hard < 9:  # a rolled arm
            shop.rod(
                line((x, -depth * 0.48, rest - 0.03), (x, depth * 0.5, rest - 0.03), 4),
                thick * 0.62,
                accent,
                sides=18,
            )
    size = (outer * 0.98, high - base, 0.16)
    shop.cushion(size, accent, placed((0, -depth * 0.42, (high + base) / 2), tilt=-84), crown=0.05, round_=hard)


def wing(shop: Workshop) -> None:
    """A high back with wings that keep the draught away."""
    accent, wood = palette.cover(shop), palette.wood(shop)
    width, depth, high = shop.number(0.56, 0.64), 0.66, shop.number(1.0, 1.15)
    spots = corners(width * 0.95, depth * 0.85)
    style = shop.pick("square", "turned", "cabriole")
    legs(shop, [(x, y, 0.22) for x, y in spots], [(x, y, 0) for x, y in spots], style, 0.05, wood)
    shop.cushion((width, depth, 0.16), accent, placed((0, 0, 0.28)), crown=0.0, round_=12)
    shop.cushion((width * 0.9, depth * 0.85, 0.15), accent, placed((0, 0.04, 0.42)), crown=0.25, round_=6)
    channels = shop.pick(0, 0, 4, 6)
    shop.cushion(
        (width, high - 0.3, 0.16),
        accent,
        placed((0, -0.34, (high + 0.3) / 2), tilt=-80),
        crown=0.2,
        round_=7,
        channels=channels,
    )
    for sign in (-1, 1):
        x = sign * width / 2
        shop.cushion((0.1, 0.6, 0.34), accent, placed((x, 0.0, 0.43)), crown=0.15, round_=6)
        shop.rod(line((x * 1.08, -0.28, 0.6), (x * 1.08, 0.3, 0.6), 4), 0.065, accent, sides=14)
        shop.cushion(
            (0.07, high - 0.6, 0.3),
            accent,
            placed((x * 1.02, -0.2, (high + 0.6) / 2), tilt=-82, turn=-9 * sign),
            crown=0.0,
            round_=3.5,
        )


def slipper(shop: Workshop) -> None:
    """A low or high chair covered all over, without arms."""
    accent, wood = palette.cover(shop), palette.wood(shop)
    width, depth, seat = shop.number(0.44, 0.6), shop.number(0.44, 0.55), shop.number(0.38, 0.47)
    high = shop.number(0.78, 1.05)
    spots = corners(width * 0.88, depth * 0.88)
    feet = [(x * 1.03, y * 1.05 - (0.03 if y < 0 else 0), 0) for x, y in spots]
    legs(
        shop,
        [(x, y, seat - 0.09) for x, y in spots],
        feet,
        shop.pick("square", "round", "turned", "sabre"),
        0.04,
        wood,
    )
    shop.cushion((width, depth, 0.13), accent, placed((0, 0, seat - 0.05)), crown=0.15, round_=9)
    back = Back(
        width,
        width * shop.number(0.85, 1.05),
        seat - 0.08,
        high,
        -depth / 2 + 0.04,
        shop.number(0.05, 0.14),
        0.03,
        shop.number(0, 0.06),
        shop.number(0, 0.05),
    )
    stuffed(shop, back, accent, 0.0, 1.0, 1.0, shop.number(0.06, 0.1), shop.pick(0, 0, 0, 5, 7))
    if shop.chance(0.25):
        shop.plate(outline(width, depth, squareness=12), seat - 0.08, seat - 0.11, accent, soft=0.05)


def lounge(shop: Workshop) -> None:
    """An open wooden frame with two loose cushions, as in the 1950s."""
    accent, wood = palette.cover(shop), palette.wood(shop)
    width, rest = shop.number(0.56, 0.66), shop.number(0.52, 0.6)
    tilt = shop.number(6, 12)
    for sign in (-1, 1):
        x = sign * width / 2
        front = [(x, 0.3, 0), (x, 0.27, rest)]
        rear = [(x, -0.38, 0), (x, -0.28, rest)]
        for foot, top in (front, rear):
            shop.rod(line(foot, top, 3), (0.014, 0.021, 0.017), wood)
        path = spline([(x, 0.36, rest), (x * 1.03, 0.05, rest + 0.02), (x, -0.36, rest - 0.01)], 9)
        shop.beam(path, np.linspace(0.07, 0.04, 9), 0.024, wood)
        shop.beam(line((x * 0.97, 0.3, 0.36), (x * 0.97, -0.3, 0.27)), 0.022, 0.045, wood)
        shop.beam(line((x * 0.9, -0.22, 0.24), (x * 0.9, -0.5, 0.9)), 0.024, 0.034, wood)
    shop.beam(line((-width / 2, 0.27, 0.34), (width / 2, 0.27, 0.34)), 0.045, 0.022, wood, side=(0, 0, 1))
    shop.beam(line((-width * 0.46, -0.5, 0.9), (width * 0.46, -0.5, 0.9)), 0.05, 0.022, wood, side=(0, 0, 1))
    for t in np.linspace(0.25, 0.85, shop.count(2, 5)):
        y, z = -0.23 - 0.27 * t, 0.26 + 0.64 * t
        shop.beam(line((-width * 0.45, y, z), (width * 0.45, y, z)), 0.03, 0.012, wood, side=(0, 0, 1))
    shop.cushion((width * 0.9, 0.56, 0.12), accent, placed((0, 0.03, 0.4), tilt=tilt), crown=0.15, round_=7)
    shop.cushion(
        (width * 0.88, 0.58, 0.12),
        accent,
        placed((0, -0.31, 0.66), tilt=-67),
        crown=0.2,
        round_=7,
        channels=shop.pick(0, 0, 4),
    )


def barcelona(shop: Workshop) -> None:
    """Two quilted cushions on crossed bars of steel."""
    hide = palette.leather(shop)
    hide = type(hide)("quilt", hide.colour, tuple(0.5 * c for c in hide.colour), 0.8, 0.8, 0.25, 14.0)
    steel = palette.chrome()
    width = shop.number(0.66, 0.78)
    for sign in (-1, 1):
        x = sign * width * 0.42
        shop.beam(spline([(x, 0.36, 0), (x, 0.1, 0.2), (x, -0.25, 0.42), (x, -0.47, 0.82)], 15), 0.035, 0.013, steel)
        shop.beam(spline([(x, -0.36, 0), (x, -0.15, 0.2), (x, 0.1, 0.3), (x, 0.36, 0.36)], 15), 0.035, 0.013, steel)
    shop.cushion((width, 0.66, 0.11), hide, placed((0, 0.06, 0.4), tilt=8), crown=0.1, round_=10)
    shop.cushion((width, 0.56, 0.1), hide, placed((0, -0.32, 0.69), tilt=-68), crown=0.1, round_=10)


def _feet(shop: Workshop, width: float, depth: float, height: float) -> None:
    """Stand a heavy chair on short feet."""
    wood = palette.wood(shop) if shop.chance(0.7) else palette.chrome()
    style = shop.pick("square", "round", "turned")
    spots = corners(width, depth)
    legs(shop, [(x, y, height) for x, y in spots], [(x, y, 0) for x, y in spots], style, 0.06, wood)
