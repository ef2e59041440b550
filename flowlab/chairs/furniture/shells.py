"""Chairs moulded in one piece, on a stem or on legs, and baskets of wire."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.furniture import materials
from flowlab.chairs.furniture.members import bend, corners, line, outline, spline
from flowlab.chairs.furniture.workshop import Workshop


def tulip(shop: Workshop) -> None:
    """A bowl on a flaring stem."""
    white = materials.plastic(shop)
    accent = materials.cloth(shop)
    seat = shop.number(0.42, 0.46)
    t = np.linspace(0, 1, 25)
    stem = 0.028 + 0.22 * np.exp(-t * 14) + 0.13 * np.exp((t - 1) * 12)
    shop.rod(line((0, 0, 0), (0, 0, seat - 0.02), 25), stem, white, sides=24)
    _shell(shop, white, seat, shop.number(0.23, 0.27), shop.number(0.32, 0.42), arms=shop.chance(0.5))
    shop.plate(outline(0.4, 0.4, squareness=2.4), seat + 0.045, 0.04, accent, dish=-0.008, soft=0.5)


def shell(shop: Workshop) -> None:
    """A moulded shell on dowels, wires, tubes or a star."""
    colour = materials.plastic(shop) if shop.chance(0.75) else materials.leather(shop)
    seat = shop.number(0.42, 0.46)
    _shell(shop, colour, seat, shop.number(0.21, 0.26), shop.number(0.3, 0.42), arms=shop.chance(0.4))
    base = shop.pick("dowels", "dowels", "wires", "tubes", "sled")
    steel = materials.metal(shop)
    low = seat - 0.02
    if base == "dowels":
        timber = materials.wood(shop)
        for x, y in corners(0.2, 0.2):
            shop.rod(line((x * 2.4, y * 2.3, 0), (x, y, low), 3), (0.009, 0.016, 0.018), timber)
            shop.rod(line((x * 1.9, y * 1.85, 0.14), (-x, y, low - 0.02)), 0.004, steel, sides=6)
            shop.rod(line((x * 1.9, y * 1.85, 0.14), (x, -y, low - 0.02)), 0.004, steel, sides=6)
    elif base == "wires":
        for x, y in corners(0.26, 0.24):
            foot = (x * 1.75, y * 1.8, 0)
            shop.rod(line(foot, (x, y, low)), 0.007, steel, sides=7)
            shop.rod(line(foot, (x * 0.2, y, low - 0.02)), 0.005, steel, sides=6)
            shop.rod(line((x * 1.4, y * 1.4, 0.2), (-x * 0.9, y, low - 0.02)), 0.005, steel, sides=6)
            shop.rod(line((x * 1.4, y * 1.4, 0.2), (x, -y * 0.9, low - 0.02)), 0.005, steel, sides=6)
    elif base == "tubes":
        for x, y in corners(0.3, 0.28):
            shop.rod(line((x * 1.5, y * 1.5, 0), (x, y, low)), 0.011, steel, sides=8)
    else:
        for sign in (-1, 1):
            x = sign * 0.2
            shop.rod(
                bend([(x * 0.6, 0.13, low), (x, 0.22, 0.01), (x, -0.24, 0.01), (x * 0.6, -0.13, low)], 0.05),
                0.008,
                steel,
                sides=8,
            )


def _shell(shop: Workshop, material, seat: float, half: float, high: float, *, arms: bool) -> None:
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
    shop.board(np.stack([width, y, z], axis=2), 0.01, material)


def wire(shop: Workshop) -> None:
    """A basket of bent wire."""
    steel = materials.metal(shop)
    seat, half, high = 0.44, shop.number(0.22, 0.27), shop.number(0.32, 0.42)
    profile = spline(
        [
            (0, 0.24, seat + 0.01),
            (0, 0.1, seat - 0.02),
            (0, -0.12, seat),
            (0, -0.22, seat + 0.14),
            (0, -0.29, seat + high),
        ],
        17,
    )
    s = np.linspace(-1, 1, 13)
    width = half * (0.85 + 0.15 * np.sin(np.linspace(0, np.pi, 17)))
    grid = profile[:, None] + s[None, :, None] * np.stack([width, 0 * width, 0 * width], axis=1)[:, None]
    grid[..., 1] += np.abs(s) ** 2.5 * np.linspace(0, 0.08, 17)[:, None]
    grid[..., 2] += np.abs(s) ** 2.5 * np.linspace(0.05, 0.02, 17)[:, None]
    for n in range(0, 13, 1 if shop.chance(0.5) else 2):
        shop.rod(grid[:, n], 0.0035, steel, sides=5)
    for n in range(0, 17, 1 if shop.chance(0.5) else 2):
        shop.rod(grid[n], 0.0035, steel, sides=5)
    edge = np.concatenate([grid[0], grid[1:, -1], grid[-1, ::-1][1:], grid[::-1, 0][1:]])
    shop.rod(edge, 0.007, steel, sides=6)
    for sign in (-1, 1):
        x = sign * 0.19
        shop.rod(
            bend(
                [
                    (x * 0.7, 0.15, seat - 0.02),
                    (x * 1.2, 0.22, 0.01),
                    (x * 1.2, -0.24, 0.01),
                    (x * 0.7, -0.12, seat - 0.02),
                ],
                0.05,
            ),
            0.007,
            steel,
            sides=7,
        )
    if shop.chance(0.6):
        shop.plate(outline(0.4, 0.38, squareness=3), seat + 0.03, 0.035, materials.cloth(shop), dish=-0.01, soft=0.5)
