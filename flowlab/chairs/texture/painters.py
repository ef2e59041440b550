"""Painters of backgrounds: skies, mountains, open country, towns, and things seen close."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

from flowlab.chairs.texture.canvas import EARTHS, GREENS, SKIES, WALLS, Canvas


def skyline(canvas: Canvas, roughness: float, count: int = 65) -> Float[ndarray, " N"]:
    """Draw heights about 0 of a mountain by midpoint displacement (Fournier et al., 1982).

    ``roughness`` is the factor from one step's displacement to the next one's: 0.4 is a hill, 0.65 a crag.
    """
    y, step = canvas.rng.normal(0, 0.5, 2), 1.0
    while len(y) < count:
        step *= roughness
        finer = np.empty(2 * len(y) - 1)
        finer[::2] = y
        finer[1::2] = (y[:-1] + y[1:]) / 2 + canvas.rng.normal(0, step, len(y) - 1)
        y = finer
    return y[:count] - y.mean()


def sky(canvas: Canvas, horizon: float, noise: int) -> tuple[ndarray, ndarray]:
    """Paint a sky from the top to the horizon, with clouds or without."""
    above, below = (np.asarray(c) for c in canvas.pick(*SKIES))
    above, below = (c + canvas.rng.normal(0, 0.03, 3) for c in (above, below))
    clouds = canvas.number(0.25, 0.6) if canvas.chance(0.65) else 0.02
    bands = 24
    for n in range(bands):
        t = (n / (bands - 1)) ** 1.3
        colour = above * (1 - t) + below * t
        paint = canvas.paint(colour, colour + (1 - colour) * 0.75, noise=noise, amount=clouds)
        canvas.box(0, horizon * n / bands, 1, horizon * (n + 1) / bands, paint)
    return above, below


def mountains(canvas: Canvas) -> None:
    """Ridge behind ridge, paler with distance; snow above, woods or meadows below."""
    _, haze = sky(canvas, 0.75, 2)
    ridges = canvas.count(2, 5)
    top = canvas.number(0.15, 0.4)
    snow = canvas.chance(0.5)
    for n in range(ridges):
        distance = 1 - (n + 1) / ridges
        base = top + (0.85 - top) * n / ridges
        y = base - 0.16 * (0.4 + distance) * skyline(canvas, canvas.number(0.45, 0.62), 129)
        rock = canvas.near(EARTHS if n < ridges - 1 or canvas.chance(0.5) else GREENS)
        rock = rock * (1 - 0.55 * distance) + haze * 0.55 * distance
        paint = canvas.paint(rock, rock * 0.45, noise=0, amount=0.5 * (1.2 - 0.7 * distance))
        if snow and n < 2:
            canvas.below(y, canvas.paint(haze * 0.3 + 0.66, rock, noise=0, amount=0.25))
            depth = 0.05 + 0.05 * skyline(canvas, 0.7, 129)
            y = y + np.abs(depth) * 1.6
        canvas.below(y, paint)
    _foreground(canvas, canvas.number(0.8, 1.0))


def country(canvas: Canvas) -> None:
    """Fields, water and trees under a wide sky."""
    horizon = canvas.number(0.3, 0.6)
    _, haze = sky(canvas, horizon + 0.02, 2)
    edges = horizon + (1 - horizon) * np.sort(canvas.rng.random(canvas.count(2, 6))) ** 1.6
    for n, edge in enumerate([horizon, *edges]):
        far = np.exp(-6 * (edge - horizon))
        if canvas.chance(0.2):
            colour = haze * 0.75  # water takes the sky's colour
            paint = canvas.paint(colour, noise=1, amount=0.4)
        else:
            colour = canvas.near(GREENS if canvas.chance(0.65) else EARTHS)
            colour = colour * (1 - 0.4 * far) + haze * 0.4 * far
            paint = canvas.paint(colour, canvas.near(GREENS) * 0.6, noise=n % 2, amount=0.6 - 0.35 * far)
        canvas.below(edge + 0.02 * (1.2 - far) * skyline(canvas, 0.5), paint)
        if n and canvas.chance(0.3):
            _furrows(canvas, horizon, edge, colour)
        if canvas.chance(0.75):
            _trees(canvas, edge, 0.015 + 0.12 * (edge - horizon), canvas.count(3, 29))
    _foreground(canvas, canvas.number(0.85, 1.05))


def _furrows(canvas: Canvas, horizon: float, edge: float, colour) -> None:
    """Plough the field below an edge, in rows that meet at the horizon."""
    dark = canvas.paint(colour * canvas.number(0.55, 0.85), noise=1, amount=0.3)
    x, step = canvas.number(-0.3, 1.3), canvas.number(0.04, 0.15)
    t = (edge - horizon) / (1.05 - horizon)
    for foot in np.arange(-2, 3, step):
        left, right = x + (foot - x) * t, x + (foot + 0.4 * step - x) * t
        canvas.polygon([(left, edge), (right, edge), (foot + 0.4 * step, 1.05), (foot, 1.05)], dark)


def _trees(canvas: Canvas, y: float, size: float, count: int) -> None:
    """Plant round or pointed trees along a line."""
    paints = []
    for _ in range(3):
        paints.append(canvas.paint(canvas.near(GREENS) * 0.8, canvas.near(GREENS) * 0.35, noise=0, amount=0.7))
    trunk = canvas.paint(canvas.near(EARTHS) * 0.5)
    pointed = canvas.chance(0.4)
    middle, spread = canvas.rng.random(), canvas.number(0.1, 0.6)
    for _ in range(count):
        x, s = canvas.rng.normal(middle, spread), size * canvas.number(0.5, 1.4)
        paint = canvas.pick(*paints)
        canvas.box(x - 0.06 * s, y - s, x + 0.06 * s, y + 0.2 * s, trunk)
        if pointed:
            canvas.polygon([(x, y - 3.2 * s), (x + 0.55 * s, y), (x - 0.55 * s, y)], paint)
        else:
            for dx, dy in canvas.rng.normal(0, 0.4, (6, 2)):
                canvas.disc(x + dx * s, y - 1.3 * s + dy * s, s * canvas.number(0.3, 0.6), paint)


def _foreground(canvas: Canvas, y: float) -> None:
    """Put leaves, stones or grass at the lower edge."""
    colours = GREENS if canvas.chance(0.6) else EARTHS
    paints = [canvas.paint(canvas.near(colours), canvas.near(colours) * 0.4, noise=1, amount=0.8) for _ in range(5)]
    for _ in range(canvas.count(0, 69)):
        s = canvas.number(0.01, 0.04)
        canvas.disc(canvas.rng.random(), y + abs(canvas.rng.normal(0, 0.08)), s, canvas.pick(*paints))


def city(canvas: Canvas) -> None:
    """Buildings before buildings, by day or by night."""
    night = canvas.chance(0.3)
    horizon = canvas.number(0.15, 0.6)
    if night:
        dark = np.array([0.02, 0.025, 0.05]) + canvas.rng.random(3) * 0.03
        canvas.box(0, 0, 1, 1, canvas.paint(dark, dark + 0.1, noise=2, amount=0.15))
        canvas.shade = 0.3
        haze = dark + 0.04
    else:
        _, haze = sky(canvas, 1.0, 2)
    rows = canvas.count(3, 5)
    lamps = [np.array(colour) for colour in ((1, 0.85, 0.55), (1, 0.95, 0.85), (0.8, 0.9, 1))]
    lit = [canvas.paint(lamp * b, noise=1, amount=0.4) for lamp in lamps for b in (0.9, 0.5)]
    glass = [canvas.paint(canvas.near(((0.16, 0.19, 0.24), (0.35, 0.42, 0.50))), noise=2, amount=0.5) for _ in range(4)]
    for n in range(rows):
        far = 1 - (n + 1) / rows
        base = horizon + (1.15 - horizon) * (n + 1) / rows
        wide = 0.05 + 0.16 * (1 - far)
        ground = canvas.near(EARTHS) * (0.1 if night else 0.7) * (1 - 0.6 * far) + haze * 0.6 * far
        canvas.box(0, base - 0.1, 1, 1, canvas.paint(ground, noise=0, amount=0.3))
        left = -canvas.rng.random() * wide
        while left < 1:
            right = left + wide * canvas.number(0.5, 1.5)
            top = base - (0.12 + 0.28 * (1 - far)) * canvas.rng.gamma(3, 0.4)
            wall = canvas.near(WALLS) * (0.12 if night else 1.0)
            wall = wall * (1 - 0.6 * far) + haze * 0.6 * far
            _building(canvas, left, top, right, base, wall, (lit + 8 * [-1] if night else glass))
            left = right + (wide * canvas.number(0, 0.4) if canvas.chance(0.4) else 0)
    if canvas.chance(0.5):
        _street(canvas, night, lit)


def _building(canvas: Canvas, left, top, right, base, wall, windows) -> None:
    """Put up a front with windows and a side in the shade."""
    front = canvas.paint(wall, wall * 0.7, noise=0, amount=0.4) if len(canvas) < 200 else canvas.count(30, 199)
    canvas.box(left, top, right, base, front)
    edge = left + (right - left) * canvas.number(0.55, 1.0)
    columns, rows = canvas.count(3, 11), canvas.count(4, 21)
    canvas.grid(left, top + 0.01, edge, base, columns, rows, windows, canvas.number(0.35, 0.75))
    if edge < right and len(canvas) < 200:
        canvas.box(edge, top, right, base, canvas.paint(wall * 0.6, wall * 0.45, noise=0, amount=0.25))
    if canvas.chance(0.3):
        x = canvas.rng.uniform(left, right)
        canvas.box(x, top - canvas.number(0.01, 0.07), x + 0.008, top, front)


def _street(canvas: Canvas, night: bool, lights: list[int]) -> None:
    """Lead a street towards the viewer, with cars."""
    x = canvas.number(0.2, 0.8)
    dark = 0.3 if night else 1.0
    asphalt = canvas.paint(np.full(3, 0.32) * dark, np.full(3, 0.22) * dark, noise=1, amount=0.3)
    canvas.polygon([(x - 0.02, 0.72), (x + 0.02, 0.72), (x + 0.6, 1.1), (x - 0.6, 1.1)], asphalt)
    cars = [canvas.paint(canvas.near(WALLS) * dark, noise=1, amount=0.2) for _ in range(4)] + (lights if night else [])
    for _ in range(canvas.count(3, 24)):
        t = canvas.rng.random() ** 1.5
        y, s = 0.74 + 0.25 * t, 0.01 + 0.05 * t
        middle = x + canvas.number(-1, 1) * 0.5 * t
        canvas.box(middle, y - 0.6 * s, middle + s, y, canvas.pick(*cars))


def front(canvas: Canvas) -> None:
    """A wall seen aslant: windows, bricks or tiles, a door, a pavement."""
    wall = canvas.near(WALLS)
    canvas.box(0, 0, 1, 1, canvas.paint(wall, wall * 0.6, noise=0, amount=0.45))
    bricks = [canvas.paint(canvas.near((wall,), 0.03), wall * 0.65, noise=1, amount=0.5) for _ in range(6)]
    if canvas.chance(0.6):
        rows = canvas.count(15, 44)
        canvas.grid(0, 0, 1, 1, int(rows * 0.6), rows, bricks, canvas.number(0.8, 0.95))
    columns, rows = canvas.count(2, 6), canvas.count(2, 4)
    frame = canvas.paint(canvas.near(WALLS), noise=1, amount=0.1)
    panes = ((0.1, 0.12, 0.15), (0.4, 0.48, 0.55))
    glass = [canvas.paint(canvas.near(panes), canvas.near(SKIES[0]), noise=2, amount=0.4) for _ in range(4)]
    w, h = canvas.number(0.4, 0.7) / columns / 2, canvas.number(0.45, 0.75) / rows / 2
    for column in range(columns):
        for row in range(rows):
            x, y = (column + 0.5) / columns, (row + 0.5) / rows
            canvas.box(x - w - 0.012, y - h - 0.015, x + w + 0.012, y + h + 0.015, frame)
            canvas.grid(x - w, y - h, x + w, y + h, 2, canvas.count(1, 3), glass, 0.9)
    canvas.tilt(np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) + canvas.rng.uniform(-0.25, 0.25, (4, 2)) * (1.0, 0.7))
    if canvas.chance(0.5):
        ground = canvas.near(EARTHS)
        edge = [canvas.number(0.7, 1), canvas.number(0.7, 1)]
        canvas.below(edge, canvas.paint(ground, ground * 0.6, noise=1, amount=0.3), bottom=1.1)


def leaves(canvas: Canvas) -> None:
    """Shapes that hide each other, of all sizes alike: dead leaves (Lee et al., 2001)."""
    rng = canvas.rng
    bank = (GREENS, EARTHS, WALLS, tuple(0.3 + 0.4 * rng.random((3, 3))))
    colours = np.concatenate([canvas.shades(canvas.pick(*bank), 2, 0.06) for _ in range(3)])
    first = canvas.shades(colours, 90, 0.05)
    second = canvas.shades(colours, 90, 0.05) * canvas.number(0.4, 0.9)
    amounts = rng.uniform(0.1, 0.9, 90)
    paints = [canvas.paint(first[n], second[n], noise=n % 3, amount=amounts[n]) for n in range(90)]
    canvas.box(0, 0, 1, 1, paints[0])
    small, large = 0.012, 0.4
    count = canvas.count(250, 699)
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
    canvas.polygons(shapes, [paints[n] for n in rng.integers(0, 90, count)])


def surface(canvas: Canvas) -> None:
    """One or a few surfaces close by: rock, bark, grass, gravel, plaster, cloth."""
    colours = canvas.pick(GREENS, EARTHS, WALLS)
    canvas.shade = canvas.number(0.1, 0.3)
    for n in range(canvas.count(1, 4)):
        first = canvas.near(colours, 0.05)
        second = canvas.near(colours, 0.05) * canvas.number(0.2, 0.8)
        paint = canvas.paint(first, second, noise=n % 3, amount=canvas.number(0.4, 1.0))
        if n == 0:
            canvas.box(0, 0, 1, 1, paint)
        else:
            canvas.below(canvas.rng.random() + 0.15 * skyline(canvas, 0.55), paint, bottom=1.3)


# Name: painter, weight, and the noises it works with. The original backgrounds are photographs of
# cities (321), landscapes (129) and mountains (514).
FAMILIES = {
    "mountains": (mountains, 3.0, ("relief", "foliage", "clouds")),
    "country": (country, 2.0, ("foliage", "strata", "clouds")),
    "city": (city, 3.0, ("rough", "natural", "clouds")),
    "leaves": (leaves, 2.0, ("natural", "rough", "foliage")),
    "surface": (surface, 1.0, ("relief", "foliage", "blades")),
    "front": (front, 1.5, ("rough", "natural", "clouds")),
}


def background(rng: np.random.Generator, size: tuple[int, int], family: str | None = None) -> UInt8[ndarray, "H W 3"]:
    """Paint a background.

    Args:
        rng: Random generator.
        size: Height and width, pixels.
        family: One of FAMILIES; drawn by weight when left out.

    Raises:
        ValueError: If the family is none of FAMILIES.
    """
    if family is None:
        weights = np.array([weight for _, weight, _ in FAMILIES.values()])
        family = list(FAMILIES)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    elif family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    painter, _, noises = FAMILIES[family]
    canvas = Canvas(rng, size, noises)
    painter(canvas)
    blur = rng.gamma(2, 1.2) if rng.random() < 0.1 else rng.uniform(0.5, 0.8)
    return develop(rng, canvas.finish(blur * max(size[1] / 600, 0.6)))


def develop(rng: np.random.Generator, picture: UInt8[ndarray, "H W 3"]) -> UInt8[ndarray, "H W 3"]:
    """Vary the exposure, contrast and white balance of a picture, as cameras do."""
    t = np.arange(256)[:, None] / 255
    curve = t ** np.exp(rng.normal(-0.05, 0.18)) * np.exp(rng.normal(0, 0.1)) * np.exp(rng.normal(0, 0.05, 3))
    curve = 0.5 + (curve - 0.5) * np.exp(rng.normal(0, 0.1))
    return cv2.LUT(picture, np.rint(np.clip(curve, 0, 1) * 255).astype(np.uint8)[:, None])
