"""Motion: similarities drawn from distributions with heavy tails, as matrices.

Most chairs of Flying Chairs hardly move, some move far. So a value is
``centre + sign(z) |z|**exponent * reach / norm`` with a normal z; a value beyond the reach becomes the
centre (as in the data set's own 2-D generator). Matrices are (2, 3), acting on (x, y, 1), x to the right
and y down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray

LAWS = ("heavy", "gaussian", "uniform")


@dataclass(frozen=True)
class HeavyTailed:
    """A distribution with heavy tails.

    Attributes:
        exponent: Power of the normal variable; 1 is a Gaussian, 4 is mostly near 0 and rarely far from it.
        reach: Largest distance from the centre.
        norm: Value of `|z|**exponent` that lies at the reach.
        centre: The value in the middle.
        probability: Probability that a value is drawn at all; otherwise it is the centre.
    """

    exponent: float
    reach: float
    norm: float
    centre: float = 0.0
    probability: float = 1.0

    def sample(self, rng: np.random.Generator, count: int, law: str = "heavy") -> Float[ndarray, " N"]:
        """Draw ``count`` values by one of LAWS.

        "gaussian" and "uniform" have the standard deviation, reach and probability of "heavy", to measure
        the effect of the tails.
        """
        z, moved = rng.standard_normal(count), rng.random(count) < self.probability
        if law == "heavy":
            step = np.sign(z) * np.abs(z) ** self.exponent * (self.reach / self.norm)
        elif law == "gaussian":
            step = z * _deviation(self.exponent, self.reach, self.norm)
        else:
            step = (2 * rng.random(count) - 1) * np.sqrt(3) * _deviation(self.exponent, self.reach, self.norm)
        return self.centre + np.where(moved & (np.abs(step) <= self.reach), step, 0.0)


@cache
def _deviation(exponent: float, reach: float, norm: float) -> float:
    """Return the standard deviation of the values that law "heavy" draws, by quadrature."""
    z = (np.arange(200_000) + 0.5) / 200_000 * min(norm ** (1 / exponent), 12.0)
    density = np.exp(-(z**2) / 2) * np.sqrt(2 / np.pi)
    return float(np.sqrt(np.sum((z**exponent * reach / norm) ** 2 * density) * (z[1] - z[0])))


@dataclass(frozen=True)
class MotionConfig:
    """The distributions of all motions; lengths in pixels of a 512 x 384 image, angles in degrees.

    Attributes:
        law: "heavy", "gaussian" or "uniform".
        background_translation: Of the background, in x and in y.
        background_rotation: About the middle of the image.
        background_scale: About the middle of the image.
        chair_translation: Of a chair against the background, in x and in y.
        chair_rotation: About its own centre.
        chair_scale: About its own centre.
    """

    law: str = "heavy"
    background_translation: HeavyTailed = HeavyTailed(exponent=4, reach=40, norm=15)
    background_rotation: HeavyTailed = HeavyTailed(exponent=2, reach=10, norm=6, probability=0.3)
    background_scale: HeavyTailed = HeavyTailed(exponent=2, reach=0.07, norm=6, centre=1.0, probability=0.6)
    chair_translation: HeavyTailed = HeavyTailed(exponent=3, reach=120, norm=10)
    chair_rotation: HeavyTailed = HeavyTailed(exponent=2, reach=30, norm=6, probability=0.7)
    chair_scale: HeavyTailed = HeavyTailed(exponent=2, reach=0.2, norm=6, centre=1.0, probability=0.7)


def background_motion(
    rng: np.random.Generator, config: MotionConfig, size: tuple[int, int], unit: float
) -> Float[ndarray, "2 3"]:
    """Draw the motion of the background, frame 1 to frame 2; ``unit`` as in ``scene.unit_of``."""
    shift = config.background_translation.sample(rng, 2, config.law) * unit
    degrees = config.background_rotation.sample(rng, 1, config.law)[0]
    scale = config.background_scale.sample(rng, 1, config.law)[0]
    centre = (np.array([size[1], size[0]], float) - 1) / 2  # pixel centres are whole numbers
    return similarity(centre, scale, degrees, shift)


def chair_motions(
    rng: np.random.Generator,
    config: MotionConfig,
    background: Float[ndarray, "2 3"],
    centres: Float[ndarray, "N 2"],
    unit: float,
) -> Float[ndarray, "N 2 3"]:
    """Draw the motions of chairs: about their centres in frame 1, then with the background."""
    N = len(centres)
    shift = config.chair_translation.sample(rng, 2 * N, config.law).reshape(N, 2) * unit
    degrees = config.chair_rotation.sample(rng, N, config.law)
    scale = config.chair_scale.sample(rng, N, config.law)
    return compose(background, similarity(centres, scale, degrees, shift))


def similarity(
    centre: Float[ndarray, "... 2"],
    scale: Float[ndarray, ...] | float = 1.0,
    degrees: Float[ndarray, ...] | float = 0.0,
    shift: Float[ndarray, "... 2"] | tuple = (0.0, 0.0),
) -> Float[ndarray, "... 2 3"]:
    """Return the matrix that turns and scales about a centre and then shifts.

    The angle leads from x towards y: with y down, clockwise for the viewer.
    """
    centre, shift = np.asarray(centre, float), np.asarray(shift, float)
    angle = np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    x, y = centre[..., 0], centre[..., 1]
    matrix = np.empty((*np.broadcast_shapes(centre.shape[:-1], np.shape(c), shift.shape[:-1]), 2, 3))
    matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 0, 2] = c, -s, x - c * x + s * y + shift[..., 0]
    matrix[..., 1, 0], matrix[..., 1, 1], matrix[..., 1, 2] = s, c, y - s * x - c * y + shift[..., 1]
    return matrix


def compose(outer: Float[ndarray, "... 2 3"], inner: Float[ndarray, "... 2 3"]) -> Float[ndarray, "... 2 3"]:
    """Return the matrix that applies ``inner`` first, then ``outer``."""
    matrix = outer[..., :2] @ inner
    matrix[..., 2] += outer[..., 2]
    return matrix


def invert(matrix: Float[ndarray, "... 2 3"]) -> Float[ndarray, "... 2 3"]:
    """Return the matrix of the inverse motion."""
    a, b, x = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 0, 2]
    c, d, y = matrix[..., 1, 0], matrix[..., 1, 1], matrix[..., 1, 2]
    inverse = np.empty(matrix.shape)  # np.linalg.inv takes many times as long for one matrix
    inverse[..., 0, 0], inverse[..., 0, 1], inverse[..., 0, 2] = d, -b, b * y - d * x
    inverse[..., 1, 0], inverse[..., 1, 1], inverse[..., 1, 2] = -c, a, c * x - a * y
    return inverse / (a * d - b * c)[..., None, None]


def enlargement(matrix: Float[ndarray, "... 2 3"]) -> Float[ndarray, ...]:
    """Return the factor by which a matrix enlarges along the direction that it enlarges most."""
    a, b, c, d = matrix[..., 0, 0], matrix[..., 0, 1], matrix[..., 1, 0], matrix[..., 1, 1]
    return (np.hypot(a + d, c - b) + np.hypot(a - d, b + c)) / 2  # the larger singular value
