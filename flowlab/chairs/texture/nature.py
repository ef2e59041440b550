"""Outdoors: skies, mountains, open country, trees."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.colours import EARTHS, GREENS, SKIES, WHITE, near


def skyline(rng: np.random.Generator, roughness: float, count: int = 65) -> Float[ndarray, " N"]:
    """Draw the outline of a mountain: the middle of each interval moves, half as far at each step.

    Args:
        rng: The source of chance.
        roughness: How much of the height each halving keeps; 0.4 is a hill, 0.65 a crag.
        count: A power of two, plus one.

    Returns:
        Heights about 0.
    """
    y = rng.normal(0, 0.5, 2)
    step = 1.0
    while len(y) < count:
        step *= roughness
        finer = np.empty(2 * len(y) - 1)
        finer[::2] = y
        finer[1::2] = (y[:-1] + y[1:]) / 2 + rng.normal(0, step, len(y) - 1)
        y = finer
    return y[:count] - y.mean()


def sky(canvas: Canvas, horizon: float, noise: int) -> tuple[ndarray, ndarray]:
    """Paint a sky from the top to the horizon, with clouds or without."""
    rng = canvas.rng
    above, below = (np.asarray(c) for c in SKIES[int(rng.integers(len(SKIES)))])
    above, below = (c + rng.normal(0, 0.03, 3) for c in (above, below))
    clouds = rng.random() < 0.65
    amount = rng.uniform(0.25, 0.6) if clouds else 0.02
    bands = 24
    for n in range(bands):
        t = (n / (bands - 1)) ** 1.3
        colour = above * (1 - t) + below * t
        paint = canvas.paint(colour, colour + (WHITE - colour) * 0.75, noise=noise, amount=amount)
        canvas.box(0, horizon * n / bands, 1, horizon * (n + 1) / bands, paint)
    return above, below


def mountains(canvas: Canvas) -> None:
    """Ridge behind ridge, paler with distance; snow above, woods or meadows below."""
    rng = canvas.rng
    _, haze = sky(canvas, 0.75, 2)
    x = np.linspace(0, 1, 129)
    ridges = int(rng.integers(2, 6))
    top = rng.uniform(0.15, 0.4)
    snow = rng.random() < 0.5
    for n in range(ridges):
        distance = 1 - (n + 1) / ridges
        base = top + (0.85 - top) * n / ridges
        y = base - 0.16 * (0.4 + distance) * skyline(rng, rng.uniform(0.45, 0.62), 129)
        rock = near(rng, EARTHS if n < ridges - 1 or rng.random() < 0.5 else GREENS)
        rock = rock * (1 - 0.55 * distance) + haze * 0.55 * distance
        paint = canvas.paint(rock, rock * 0.45, noise=0, amount=0.5 * (1.2 - 0.7 * distance))
        shape = np.concatenate([np.stack([x, y], 1), [(1, 1.2), (0, 1.2)]])
        if snow and n < 2:
            white = canvas.paint(haze * 0.3 + 0.66, rock, noise=0, amount=0.25)
            canvas.polygon(shape, white)
            depth = 0.05 + 0.05 * skyline(rng, 0.7, 129)
            shape = np.concatenate([np.stack([x, y + np.abs(depth) * 1.6], 1), [(1, 1.2), (0, 1.2)]])
        canvas.polygon(shape, paint)
    _foreground(canvas, rng.uniform(0.8, 1.0))


def country(canvas: Canvas) -> None:
    """Fields, water and trees under a wide sky."""
    rng = canvas.rng
    horizon = rng.uniform(0.3, 0.6)
    _, haze = sky(canvas, horizon + 0.02, 2)
    edges = horizon + (1 - horizon) * np.sort(rng.random(int(rng.integers(2, 7)))) ** 1.6
    x = np.linspace(0, 1, 65)
    for n, edge in enumerate([horizon, *edges]):
        far = np.exp(-6 * (edge - horizon))
        if rng.random() < 0.2:
            colour = haze * 0.75
            paint = canvas.paint(colour, colour * 0.6, noise=1, amount=0.4)  # water takes the sky's colour
        else:
            colour = near(rng, GREENS if rng.random() < 0.65 else EARTHS)
            colour = colour * (1 - 0.4 * far) + haze * 0.4 * far
            paint = canvas.paint(colour, near(rng, GREENS) * 0.6, noise=n % 2, amount=0.6 - 0.35 * far)
        y = edge + 0.02 * (1.2 - far) * skyline(rng, 0.5)
        canvas.polygon(np.concatenate([np.stack([x, y], 1), [(1, 1.2), (0, 1.2)]]), paint)
        if n and rng.random() < 0.3:
            _furrows(canvas, horizon, edge, colour)
        if rng.random() < 0.75:
            _trees(canvas, edge, 0.015 + 0.12 * (edge - horizon), int(rng.integers(3, 30)))
    _foreground(canvas, rng.uniform(0.85, 1.05))


def _furrows(canvas: Canvas, horizon: float, edge: float, colour) -> None:
    """Plough the field below an edge, in rows that meet at the horizon."""
    rng = canvas.rng
    dark = canvas.paint(colour * rng.uniform(0.55, 0.85), noise=1, amount=0.3)
    x, step = rng.uniform(-0.3, 1.3), rng.uniform(0.04, 0.15)
    t = (edge - horizon) / (1.05 - horizon)
    for foot in np.arange(-2, 3, step):
        left, right = x + (foot - x) * t, x + (foot + 0.4 * step - x) * t
        canvas.polygon([(left, edge), (right, edge), (foot + 0.4 * step, 1.05), (foot, 1.05)], dark)


def _trees(canvas: Canvas, y: float, size: float, count: int) -> None:
    """Plant round or pointed trees along a line."""
    rng = canvas.rng
    paints = [canvas.paint(near(rng, GREENS) * 0.8, near(rng, GREENS) * 0.35, noise=0, amount=0.7) for _ in range(3)]
    trunk = canvas.paint(near(rng, EARTHS) * 0.5)
    pointed = rng.random() < 0.4
    middle, spread = rng.random(), rng.uniform(0.1, 0.6)
    for _ in range(count):
        x, s = rng.normal(middle, spread), size * rng.uniform(0.5, 1.4)
        paint = paints[int(rng.integers(3))]
        canvas.box(x - 0.06 * s, y - s, x + 0.06 * s, y + 0.2 * s, trunk)
        if pointed:
            canvas.polygon([(x, y - 3.2 * s), (x + 0.55 * s, y), (x - 0.55 * s, y)], paint)
        else:
            for dx, dy in rng.normal(0, 0.4, (6, 2)):
                canvas.disc(x + dx * s, y - 1.3 * s + dy * s, s * rng.uniform(0.3, 0.6), paint)


def _foreground(canvas: Canvas, y: float) -> None:
    """Put leaves, stones or grass at the lower edge."""
    rng = canvas.rng
    colours = GREENS if rng.random() < 0.6 else EARTHS
    paints = [canvas.paint(near(rng, colours), near(rng, colours) * 0.4, noise=1, amount=0.8) for _ in range(5)]
    for _ in range(int(rng.integers(0, 70))):
        s = rng.uniform(0.01, 0.04)
        canvas.disc(rng.random(), y + abs(rng.normal(0, 0.08)), s, paints[int(rng.integers(5))])
