"""Things seen close: shapes that hide each other, and bare surfaces."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.colours import EARTHS, GREENS, WALLS, near
from flowlab.chairs.texture.nature import skyline


def leaves(canvas: Canvas) -> None:
    """Shapes that hide each other, of all sizes alike: dead leaves (Lee et al., 2001)."""
    rng = canvas.rng
    bank = (GREENS, EARTHS, WALLS, tuple(rng.random((3, 3))))
    colours = [near(rng, bank[int(rng.integers(len(bank)))], 0.06) for _ in range(int(rng.integers(2, 7)))]
    paints = [
        canvas.paint(
            near(rng, colours, 0.05),
            near(rng, colours, 0.05) * rng.uniform(0.4, 0.9),
            noise=n % 3,
            amount=rng.uniform(0.05, 0.5),
        )
        for n in range(90)
    ]
    canvas.box(0, 0, 1, 1, paints[0])
    small, large = 0.008, 0.35
    count = int(rng.integers(150, 420))
    # Areas covered are alike at every size: the density of radii falls with the cube.
    radii = small / np.sqrt(1 - rng.random(count) * (1 - (small / large) ** 2))
    kind = int(rng.integers(4))
    places = rng.uniform(-0.1, 1.1, (count, 2))
    for (x, y), radius in zip(places, np.sort(radii)[::-1], strict=True):
        paint = paints[int(rng.integers(90))]
        if kind == 0:
            canvas.disc(x, y, radius, paint)
        elif kind == 1:
            canvas.box(x - radius, y - radius * rng.uniform(0.3, 1.7), x + radius, y + radius, paint)
        else:
            corners = 5 if kind == 2 else 14
            a = 2 * np.pi * (np.arange(corners) + 0.6 * rng.random(corners)) / corners
            reach = radius * (
                rng.uniform(0.5, 1.2, corners) if kind == 2 else 1 + 0.25 * np.sin(2 * a + rng.random() * 6)
            )
            canvas.polygon(np.stack([x + reach * np.cos(a), y + 1.33 * reach * np.sin(a)], 1), paint)


def surface(canvas: Canvas) -> None:
    """One or a few surfaces close by: rock, bark, grass, gravel, plaster, cloth."""
    rng = canvas.rng
    colours = (GREENS, EARTHS, WALLS)[int(rng.integers(3))]
    canvas.shade = rng.uniform(0.1, 0.3)
    for n in range(int(rng.integers(1, 5))):
        first = near(rng, colours, 0.05)
        paint = canvas.paint(
            first, near(rng, colours, 0.05) * rng.uniform(0.2, 0.8), noise=n % 3, amount=rng.uniform(0.2, 0.6)
        )
        if n == 0:
            canvas.box(0, 0, 1, 1, paint)
        else:
            x = np.linspace(0, 1, 65)
            y = rng.random() + 0.15 * skyline(rng, 0.55)
            canvas.polygon(np.concatenate([np.stack([x, y], 1), [(1, 1.3), (0, 1.3)]]), paint)
