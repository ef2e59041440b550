"""A canvas of numbered shapes; their colours, and the noise that mixes two of them.

Shapes are drawn as numbers; each number is a paint: two colours mixed by a noise. Colour comes
last, for all pixels at once. The amplitude of the noise falls with frequency, as in photographs (Field, 1987).
"""

from __future__ import annotations

from functools import cache
from math import floor

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy import ndarray

SIDE = 1024  # texels along a tile

# Name: the exponent of noise, and how much longer than high its grains are.
KINDS = {
    "smooth": (2.0, 1.0),
    "clouds": (1.6, 1.8),
    "natural": (1.1, 1.0),
    "rough": (0.75, 1.0),
    "strata": (1.1, 5.0),
    "blades": (0.9, 0.25),
}

SKIES = (
    ((0.25, 0.45, 0.80), (0.70, 0.82, 0.93)),  # a clear day: above, at the horizon
    ((0.45, 0.58, 0.75), (0.86, 0.88, 0.88)),
    ((0.62, 0.66, 0.70), (0.82, 0.83, 0.83)),  # overcast
    ((0.30, 0.32, 0.50), (0.95, 0.62, 0.40)),  # dusk
    ((0.18, 0.22, 0.38), (0.65, 0.50, 0.50)),
)
GREENS = ((0.25, 0.35, 0.14), (0.36, 0.42, 0.18), (0.16, 0.26, 0.12), (0.45, 0.44, 0.22), (0.30, 0.28, 0.12))
EARTHS = ((0.50, 0.42, 0.33), (0.38, 0.32, 0.27), (0.62, 0.55, 0.45), (0.42, 0.30, 0.22), (0.33, 0.33, 0.34))
WALLS = (
    (0.62, 0.58, 0.52),
    (0.45, 0.43, 0.42),
    (0.72, 0.70, 0.66),
    (0.55, 0.34, 0.26),
    (0.66, 0.54, 0.38),
    (0.30, 0.34, 0.40),
    (0.24, 0.22, 0.22),
    (0.80, 0.78, 0.74),
)


def power_noise(rng: np.random.Generator, side: int, exponent: float, stretch: float = 1.0) -> Float[ndarray, "S S"]:
    """Draw seamless noise, amplitude frequency**-exponent, grains ``stretch`` times longer than high; std 1."""
    x = np.fft.rfftfreq(side) * side * stretch**0.5
    y = np.fft.fftfreq(side)[:, None] * side / stretch**0.5
    radius = np.hypot(x, y)
    radius[0, 0] = np.inf  # no mean
    noise = np.fft.irfft2(np.fft.rfft2(rng.standard_normal((side, side))) * radius**-exponent, s=(side, side))
    return (noise / noise.std()).astype(np.float32)


@cache
def tile(kind: str) -> Float[ndarray, "S S"]:
    """Return one of the program's own tiles of noise: one of KINDS, "relief" or "foliage".

    It is made at its first use (some 100 ms), and kept (4 MB). It repeats without a seam; its mean
    is about 0, and most values lie between -2 and 2.
    """
    if kind == "relief":  # a landscape lit from one side: rock, scree, plaster, crumpled cloth
        height = 0.35 * tile("natural") + 6 * np.roll(tile("smooth"), 97, axis=0)
        height = cv2.GaussianBlur(np.pad(height, 8, mode="wrap"), (0, 0), 1.2)[8:-8, 8:-8]
        slope = np.roll(height, 1, axis=1) - height + 0.5 * (np.roll(height, 1, axis=0) - height)
        return np.tanh(1.2 * slope / slope.std()) * 1.3
    if kind == "foliage":  # small blotches with edges in larger ones: leaves, scree, grass
        return (np.tanh(1.5 * tile("rough")) + 0.6 * np.roll(tile("natural"), 311, axis=1)).astype(np.float32)
    exponent, stretch = KINDS[kind]
    rng = np.random.default_rng([2015, list(KINDS).index(kind)])  # tiles belong to the program
    return power_noise(rng, SIDE, exponent, stretch)


def cut(rng: np.random.Generator, kind: str, size: tuple[int, int]) -> Float[ndarray, "H W"]:
    """Cut a piece out of a tile at a random place, every other time mirrored; a view if possible."""
    source = tile(kind)
    y, x = (int(p * max(SIDE - n, 0) / SIDE) for p, n in zip(rng.integers(0, SIDE, 2), size, strict=True))
    piece = source[y : y + size[0], x : x + size[1]]
    if piece.shape != tuple(size):  # larger than a tile: go round
        piece = source[np.ix_(np.arange(y, y + size[0]) % SIDE, np.arange(x, x + size[1]) % SIDE)]
    return piece[:, ::-1] if rng.random() < 0.5 else piece


class Choices:
    """Random choices, one at a time."""

    def __init__(self, rng: np.random.Generator):
        self.rng = rng

    def number(self, low: float, high: float) -> float:
        """Draw a uniform number."""
        return float(self.rng.uniform(low, high))

    def count(self, low: int, high: int) -> int:
        """Draw a whole number, both ends possible."""
        return int(self.rng.integers(low, high + 1))

    def chance(self, probability: float) -> bool:
        """Toss a biased coin."""
        return bool(self.rng.random() < probability)

    def pick(self, *options):
        """Choose one of the options."""
        return options[int(self.rng.integers(len(options)))]


class Canvas(Choices):
    """A picture of numbered shapes; later shapes cover earlier ones.

    ``size`` is its height and width in pixels. Coordinates are parts of it: x and y from 0 to 1, y
    down. Paints choose one of three noises by number.
    """

    def __init__(self, rng: np.random.Generator, size: tuple[int, int], noises: tuple[str, str, str]):
        super().__init__(rng)
        self.size = size
        self.noises = [cut(rng, kind, size) for kind in noises]
        self.height, self.width = size
        self.scale = np.array([size[1], size[0]], float)
        self.light = cut(rng, "smooth", size)
        self.shade = 0.12  # how uneven the light is, in standard deviations
        self._number = np.zeros(size, np.uint8)
        self._paints: list[tuple] = []  # colour, second colour, noise, amount

    def __len__(self) -> int:
        return len(self._paints)

    def paint(self, colour, second=None, *, noise: int = 0, amount: float = 0.3) -> int:
        """Mix a paint of two colours, RGB from 0 to 1, and return its number.

        The second colour is the first at 60 % brightness if it is not given. Its share is 0.5 plus
        ``amount`` times the noise of that number, whose standard deviation is 1.
        """
        if len(self) == 256:
            raise ValueError("a canvas holds 256 paints; use one for several shapes")
        self._paints.append((colour, 0.6 * np.asarray(colour) if second is None else second, noise, amount))
        return len(self) - 1

    def near(self, colours, spread: float = 0.03) -> Float[ndarray, 3]:
        """Pick one of the colours and vary it, brightness twice as much as hue."""
        colour = self.pick(*colours) + self.rng.normal(0, spread, 3) + self.rng.normal(0, 2 * spread)
        return np.minimum(np.maximum(colour, 0.01), 0.99)  # np.clip takes ten times as long

    def shades(self, colours, count: int, spread: float = 0.03) -> Float[ndarray, "N 3"]:
        """Do what ``near`` does, many times at once."""
        chosen = np.asarray(colours)[self.rng.integers(0, len(colours), count)]
        chosen = chosen + self.rng.normal(0, spread, (count, 3)) + self.rng.normal(0, 2 * spread, (count, 1))
        return np.clip(chosen, 0.01, 0.99)

    def box(self, left: float, top: float, right: float, bottom: float, paint: int) -> None:
        """Fill an upright rectangle."""
        x0, x1 = (max(_round(x * self.width), 0) for x in (left, right))
        y0, y1 = (max(_round(y * self.height), 0) for y in (top, bottom))
        self._number[y0:y1, x0:x1] = paint

    def below(self, y, paint: int, bottom: float = 1.2) -> None:
        """Fill everything below a line through (N,) heights from the left edge to the right one."""
        line = np.stack([np.linspace(0, 1, len(y)), y], axis=1)
        self.polygon(np.concatenate([line, [(1, bottom), (0, bottom)]]), paint)

    def polygon(self, points, paint: int) -> None:
        """Fill a polygon with (N, 2) corners."""
        self.polygons([points], [paint])

    def polygons(self, points, paints: list[int]) -> None:
        """Fill polygons with (N, K, 2) corners, each with its paint."""
        corners = np.rint(np.asarray(points) * self.scale * 16).astype(np.int32)
        for outline, paint in zip(corners, paints, strict=True):
            cv2.fillPoly(self._number, [outline], paint, shift=4)

    def disc(self, x: float, y: float, radius: float, paint: int) -> None:
        """Fill a circle; its radius is a part of the width."""
        W, H = self.width, self.height
        cv2.circle(self._number, (_round(x * W), _round(y * H)), _round(radius * W), paint, -1)

    def grid(self, left, top, right, bottom, columns: int, rows: int, paints, fill: float = 0.6) -> None:
        """Fill the cells of a grid, such as windows, each with one of the paints; -1 for none."""
        W, H = self.width, self.height
        y0, y1, x0, x1 = (_round(v) for v in (top * H, bottom * H, left * W, right * W))
        y, x = np.arange(max(y0, 0), min(y1, H)), np.arange(max(x0, 0), min(x1, W))
        if len(y) == 0 or len(x) == 0:
            return
        row, down = np.divmod((y - y0 + 0.5) * rows / (y1 - y0), 1)
        column, along = np.divmod((x - x0 + 0.5) * columns / (x1 - x0), 1)
        chosen = np.asarray(paints)[self.rng.integers(0, len(paints), (rows, columns))]
        chosen = chosen[row.astype(int)[:, None], column.astype(int)]
        chosen = np.where((np.abs(down - 0.5) < fill / 2)[:, None] & (np.abs(along - 0.5) < fill / 2), chosen, -1)
        part = self._number[y[0] : y[-1] + 1, x[0] : x[-1] + 1]
        np.copyto(part, chosen, where=chosen >= 0, casting="unsafe")

    def tilt(self, corners) -> None:
        """Tilt the canvas: its corners go to (4, 2) points, clockwise from the upper left."""
        source = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * self.scale
        target = np.asarray(corners) * self.scale
        matrix = cv2.getPerspectiveTransform(source.astype(np.float32), target.astype(np.float32))
        how = {"flags": cv2.INTER_NEAREST, "borderMode": cv2.BORDER_REFLECT}
        self._number = cv2.warpPerspective(self._number, matrix, (self.width, self.height), **how)

    def finish(self, blur: float = 0.6) -> UInt8[ndarray, "H W 3"]:
        """Colour every pixel; the lens' blur, in pixels, also takes the stairs off the edges."""
        *colours, which, amounts = (np.array(values) for values in zip(*self._paints, strict=True))
        first, second = (self._table(np.rint(np.clip(colour, 0, 1) * 255), np.uint8) for colour in colours)
        mix = np.full(self.size, 0.5, np.float32)
        for layer, noise in enumerate(self.noises):
            if (which == layer).any():
                mix += cv2.LUT(self._number, self._table(np.where(which == layer, amounts, 0), np.float32)) * noise
        np.clip(mix, 0, 1, out=mix)
        pictures = (cv2.applyColorMap(self._number, table) for table in (first, second))
        picture = cv2.blendLinear(*pictures, 1 - mix, mix)
        light = np.maximum(1 + self.shade * self.light, 0.2)
        picture = cv2.multiply(picture, cv2.merge([light] * 3), dtype=cv2.CV_8U)
        return cv2.GaussianBlur(picture, (0, 0), blur) if blur > 0.3 else picture

    @staticmethod
    def _table(values, dtype) -> ndarray:
        """Fill a table up to the 256 entries that OpenCV wants."""
        table = np.zeros((256, *np.shape(values)[1:]), dtype)
        table[: len(values)] = values
        return table[:, None]


def _round(value) -> int:
    return floor(value + 0.5)  # round() takes microseconds for NumPy's numbers
