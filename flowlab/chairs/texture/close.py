"""Things seen close: shapes that hide each other, and bare surfaces."""

from __future__ import annotations

import numpy as np

from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.colours import EARTHS, GREENS, WALLS, near, shades
from flowlab.chairs.texture.nature import skyline


def leaves(canvas: Canvas) -> None:
    """Shapes that hide each other, of all sizes alike: dead leaves (Lee et al., 2001)."""
    rng = canvas.rng
    bank = (GREENS, EARTHS, WALLS, tuple(0.3 + 0.4 * rng.random((3, 3))))
    colours = np.concatenate([shades(rng, bank[int(rng.integers(len(bank)))], 2, 0.06) for _ in range(3)])
    first, second = shades(rng, colours, 90, 0.05), shades(rng, colours, 90, 0.05) * rng.uniform(0.4, 0.9)
    amounts = rng.uniform(0.1, 0.9, 90)
    paints = [canvas.paint(first[n], second[n], noise=n % 3, amount=amounts[n]) for n in range(90)]
    canvas.box(0, 0, 1, 1, paints[0])
    small, large = 0.012, 0.4
    count = int(rng.integers(250, 700))
    # Areas covered are alike at every size: the density of radii falls with the cube.
    radii = small / np.sqrt(1 - rng.random(count) * (1 - (small / large) ** 2))
    corners = int(rng.choice((4, 6, 16, 16)))
    smooth = corners == 16
    a = 2 * np.pi * (np.arange(corners) + (0 if smooth else 0.5 * rng.random((count, corners)))) / corners
    a = a + rng.uniform(0, 2 * np.pi, (count, 1)) * (corners != 4)  # boxes stand straight
    long = np.exp(rng.normal(0, 0.3, (count, 1)))
    turn = rng.uniform(0, np.pi, (count, 1))
    reach = radii[:, None] / np.sqrt(long * np.cos(a - turn) ** 2 + np.sin(a - turn) ** 2 / long)
    places = rng.uniform(-0.1, 1.1, (count, 2))
    shapes = places[:, None] + np.stack([reach * np.cos(a), 1.33 * reach * np.sin(a)], axis=2)
    canvas.polygons(shapes, np.asarray(paints)[rng.integers(0, 90, count)])


def surface(canvas: Canvas) -> None:
    """One or a few surfaces close by: rock, bark, grass, gravel, plaster, cloth."""
    rng = canvas.rng
    colours = (GREENS, EARTHS, WALLS)[int(rng.integers(3))]
    canvas.shade = rng.uniform(0.1, 0.3)
    for n in range(int(rng.integers(1, 5))):
        first = near(rng, colours, 0.05)
        paint = canvas.paint(
            first, near(rng, colours, 0.05) * rng.uniform(0.2, 0.8), noise=n % 3, amount=rng.uniform(0.4, 1.0)
        )
        if n == 0:
            canvas.box(0, 0, 1, 1, paint)
        else:
            x = np.linspace(0, 1, 65)
            y = rng.random() + 0.15 * skyline(rng, 0.55)
            canvas.polygon(np.concatenate([np.stack([x, y], 1), [(1, 1.3), (0, 1.3)]]), paint)
