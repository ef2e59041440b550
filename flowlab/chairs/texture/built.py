"""Towns: buildings by day and by night, streets, fronts seen aslant."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.colours import EARTHS, SKIES, WALLS, near
from flowlab.chairs.texture.nature import sky


def city(canvas: Canvas) -> None:
    """Buildings before buildings, by day or by night."""
    rng = canvas.rng
    night = rng.random() < 0.3
    horizon = rng.uniform(0.15, 0.6)
    if night:
        dark = np.array([0.02, 0.025, 0.05]) + rng.random(3) * 0.03
        canvas.box(0, 0, 1, 1, canvas.paint(dark, dark + 0.1, noise=2, amount=0.15))
        canvas.shade = 0.3
        haze = dark + 0.04
    else:
        _, haze = sky(canvas, 1.0, 2)
    rows = int(rng.integers(3, 6))
    lit = [
        canvas.paint(np.array(c) * b, noise=1, amount=0.4)
        for c in ((1, 0.85, 0.55), (1, 0.95, 0.85), (0.8, 0.9, 1))
        for b in (0.9, 0.5)
    ]
    glass = [canvas.paint(near(rng, ((0.16, 0.19, 0.24), (0.35, 0.42, 0.50))), noise=2, amount=0.5) for _ in range(4)]
    for n in range(rows):
        far = 1 - (n + 1) / rows
        base = horizon + (1.15 - horizon) * (n + 1) / rows
        wide = 0.05 + 0.16 * (1 - far)
        ground = near(rng, EARTHS) * (0.1 if night else 0.7) * (1 - 0.6 * far) + haze * 0.6 * far
        canvas.box(0, base - 0.1, 1, 1, canvas.paint(ground, noise=0, amount=0.3))
        left = -rng.random() * wide
        while left < 1:
            right = left + wide * rng.uniform(0.5, 1.5)
            top = base - (0.12 + 0.28 * (1 - far)) * rng.gamma(3, 0.4)
            wall = near(rng, WALLS) * (0.12 if night else 1.0)
            wall = wall * (1 - 0.6 * far) + haze * 0.6 * far
            _building(canvas, left, top, right, base, wall, (lit + 8 * [-1] if night else glass))
            left = right + (wide * rng.uniform(0, 0.4) if rng.random() < 0.4 else 0)
    if rng.random() < 0.5:
        _street(canvas, night, lit)


def _building(canvas: Canvas, left, top, right, base, wall, windows) -> None:
    """Put up a front with windows and a side in the shade."""
    rng = canvas.rng
    front = canvas.paint(wall, wall * 0.7, noise=0, amount=0.4) if len(canvas) < 200 else int(rng.integers(30, 200))
    canvas.box(left, top, right, base, front)
    edge = left + (right - left) * rng.uniform(0.55, 1.0)
    columns, rows = int(rng.integers(3, 12)), int(rng.integers(4, 22))
    canvas.grid(left, top + 0.01, edge, base, columns, rows, windows, rng.uniform(0.35, 0.75))
    if edge < right and len(canvas) < 200:
        canvas.box(edge, top, right, base, canvas.paint(wall * 0.6, wall * 0.45, noise=0, amount=0.25))
    if rng.random() < 0.3:
        x = rng.uniform(left, right)
        canvas.box(x, top - rng.uniform(0.01, 0.07), x + 0.008, top, front)


def _street(canvas: Canvas, night: bool, lights: list[int]) -> None:
    """Lead a street towards the viewer, with cars."""
    rng = canvas.rng
    x = rng.uniform(0.2, 0.8)
    dark = 0.3 if night else 1.0
    asphalt = canvas.paint(np.full(3, 0.32) * dark, np.full(3, 0.22) * dark, noise=1, amount=0.3)
    canvas.polygon([(x - 0.02, 0.72), (x + 0.02, 0.72), (x + 0.6, 1.1), (x - 0.6, 1.1)], asphalt)
    cars = [canvas.paint(near(rng, WALLS) * dark, noise=1, amount=0.2) for _ in range(4)] + (lights if night else [])
    for _ in range(int(rng.integers(3, 25))):
        t = rng.random() ** 1.5
        y, s = 0.74 + 0.25 * t, 0.01 + 0.05 * t
        middle = x + rng.uniform(-1, 1) * 0.5 * t
        canvas.box(middle, y - 0.6 * s, middle + s, y, cars[int(rng.integers(len(cars)))])


def front(canvas: Canvas) -> None:
    """A wall seen aslant: windows, bricks or tiles, a door, a pavement."""
    rng = canvas.rng
    wall = near(rng, WALLS)
    canvas.box(0, 0, 1, 1, canvas.paint(wall, wall * 0.6, noise=0, amount=0.45))
    bricks = [canvas.paint(near(rng, (wall,), 0.03), wall * 0.65, noise=1, amount=0.5) for _ in range(6)]
    if rng.random() < 0.6:
        rows = int(rng.integers(15, 45))
        canvas.grid(0, 0, 1, 1, int(rows * 0.6), rows, bricks, rng.uniform(0.8, 0.95))
    columns, rows = int(rng.integers(2, 7)), int(rng.integers(2, 5))
    frame = canvas.paint(near(rng, WALLS), noise=1, amount=0.1)
    glass = [
        canvas.paint(near(rng, ((0.1, 0.12, 0.15), (0.4, 0.48, 0.55))), near(rng, SKIES[0]), noise=2, amount=0.4)
        for _ in range(4)
    ]
    width, height = rng.uniform(0.4, 0.7) / columns, rng.uniform(0.45, 0.75) / rows
    for column in range(columns):
        for row in range(rows):
            x, y = (column + 0.5) / columns, (row + 0.5) / rows
            canvas.box(
                x - width / 2 - 0.012,
                y - height / 2 - 0.015,
                x + width / 2 + 0.012,
                y + height / 2 + 0.015,
                frame,
            )
            canvas.grid(
                x - width / 2,
                y - height / 2,
                x + width / 2,
                y + height / 2,
                2,
                int(rng.integers(1, 4)),
                glass,
                0.9,
            )
    canvas.tilt(np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + rng.uniform(-0.25, 0.25, (4, 2)) * (1.0, 0.7))
    if rng.random() < 0.5:
        ground = near(rng, EARTHS)
        canvas.polygon(
            [(0, rng.uniform(0.7, 1)), (1, rng.uniform(0.7, 1)), (1, 1.1), (0, 1.1)],
            canvas.paint(ground, ground * 0.6, noise=1, amount=0.3),
        )
