"""What the displacement explorer knows: pairs, features, and one pixel's search by the correlation layer itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from flowlab.chairs import make_pair
from flowlab.costvolume import Geometry, correlation
from flowlab.datasets.samples import Pair, motorcycle, moving_photograph
from flowlab_course.chapters.ch08.features import conv3_features, random_features, trained_network, unit_length
from flowlab_course.features import patches


def _chairs() -> Pair:
    sample = make_pair(3, 7, size=(180, 260))
    return Pair("chairs", sample.img1, sample.img2, sample.flow, ~sample.occlusion)


PAIRS: dict[str, Callable[[], Pair]] = {
    "motorcycle, two cameras": lambda: motorcycle(reduce=0.35),
    "chairs, made by chapter 05": _chairs,
    "cat, turned": lambda: moving_photograph("chelsea", degrees=8.0, size=(180, 270), reduce=0.7),
    "rocket, all at once": lambda: moving_photograph(
        "rocket", degrees=-4.0, scale=0.94, translation=(18.0, 8.0), size=(180, 270), reduce=0.55
    ),
}
PATCHES, RANDOM, COLOURS, TRAINED = (
    "patches, normalised",
    "random filters",
    "colours as they are",
    "trained: FlowNetC's conv3, scaled",
)


def kinds() -> tuple[str, ...]:
    """List the features to choose from; trained ones once a FlowNetC is shipped."""
    return (PATCHES, RANDOM, COLOURS, *([TRAINED] if trained_network() else []))


@cache
def pair(name: str) -> Pair:
    """Return a pair by name, made once."""
    return PAIRS[name]()


@lru_cache(maxsize=6)  # some 30 MB each
def features(name: str, kind: str) -> tuple[Tensor, Tensor]:
    """Return the features of both frames of a pair, (1, C, H, W) each."""
    make = {
        PATCHES: patches,
        RANDOM: random_features,
        COLOURS: lambda image: image,
        # As FlowNetC correlates them they differ in length, and the largest product is that of the longest.
        TRAINED: lambda image: unit_length(conv3_features(image)),
    }[kind]
    frames = (torch.from_numpy(img).permute(2, 0, 1)[None].float() / 255 for img in pair(name)[1:3])
    first, second = (make(frame) for frame in frames)
    return first, second


@dataclass(frozen=True)
class Search:
    """One pixel's search.

    Attributes:
        pair: The two frames and the truth.
        point: (x, y) of the pixel in frame 1, on the grid of stride1.
        geometry: The layer's settings.
        kind: How a pixel is described, one of ``kinds()``.
        features: C, the numbers that describe a pixel.
        scores: (D, D): the layer's channels at this pixel, dy by dx.
        peak: (dx, dy) of the best, in pixels.
        output: (Ho, Wo) of the whole layer on these frames.
    """

    pair: Pair
    point: tuple[int, int]
    geometry: Geometry
    kind: str
    features: int
    scores: np.ndarray
    peak: tuple[int, int]
    output: tuple[int, int]

    @property
    def channels(self) -> int:
        """Count the output's channels, D * D."""
        return self.geometry.side**2

    @property
    def products(self) -> int:
        """Count the multiplications that the definition asks for, over the whole output."""
        Ho, Wo = self.output
        return Ho * Wo * self.channels * self.geometry.kernel_size**2 * self.features

    @property
    def truth(self) -> tuple[float, float] | None:
        """Tell the true displacement (u, v) in pixels, None where it is unknown or hidden in frame 2."""
        x, y = self.point
        u, v = self.pair.flow[y, x]
        return (float(u), float(v)) if self.pair.valid[y, x] else None

    @property
    def miss(self) -> float | None:
        """Measure from the best match to the truth, in pixels."""
        return None if self.truth is None else float(np.hypot(*np.subtract(self.peak, self.truth)))


def search(a: Tensor, b: Tensor, point: tuple[int, int], geometry: Geometry) -> np.ndarray:
    """Compute the layer's D * D channels at one pixel, (D, D).

    The layer itself does it, on pieces just large enough for one output: the patch of ``a`` and all that it meets.
    """
    margin = geometry.max_displacement + geometry.kernel_size // 2
    numbers = geometry.kernel_size, geometry.max_displacement, 1, geometry.stride2
    pieces = (_around(point, margin, features) for features in (a, b))
    return correlation(*pieces, *numbers, pad_size=0).view(geometry.side, geometry.side).numpy()


def _around(point: tuple[int, int], margin: int, features: Tensor) -> Tensor:
    """Cut out the square of ``margin`` pixels around a point; zeros outside the picture."""
    (x, y), (H, W) = point, features.shape[2:]
    left, right, top, bottom = x - margin, x + margin + 1, y - margin, y + margin + 1
    inside = features[:, :, max(top, 0) : bottom, max(left, 0) : right]
    return functional.pad(inside, (max(-left, 0), max(right - W, 0), max(-top, 0), max(bottom - H, 0)))


def find(point: tuple[int, int], name: str, kind: str, d: int, stride2: int, K: int, stride1: int) -> Search:
    """Search frame 2 of a pair for a pixel of frame 1; the pixel moves up and left to stride1's grid."""
    frames, (a, b) = pair(name), features(name, kind)
    x, y = (i // stride1 * stride1 for i in point)
    geometry = Geometry(K, d, stride1, stride2, d + K // 2)
    scores = search(a, b, (x, y), geometry)
    row, column = np.unravel_index(scores.argmax(), scores.shape)
    peak = (int(column - geometry.radius) * stride2, int(row - geometry.radius) * stride2)
    return Search(frames, (x, y), geometry, kind, a.shape[1], scores, peak, geometry.output_size(*a.shape[2:]))
