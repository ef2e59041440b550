"""How things move: similarities drawn from laws with heavy tails.

Most chairs stay nearly where they are, some fly: |flow| of Flying Chairs has that shape. A value is
``centre + sign(z) |z|**exponent * reach / norm`` with a normal z; what falls outside the reach becomes
the centre (the samplers of the data set's own 2-D generator). Stretch and perspective are for those
who want more than Flying Chairs has.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from flowlab.chairs._number import Number
from flowlab.chairs.matrices import compose, invert, similarity, stretch

LAWS = ("heavy", "gaussian", "uniform")


@dataclass(frozen=True)
class Tail:
    """A law with heavy tails.

    Attributes:
        exponent: Power of the normal variable; 1 is a Gaussian, 4 is mostly zero and now and then far.
        reach: Largest distance from the centre.
        norm: Value of `|z|**exponent` that lies at the reach.
        centre: The value in the middle.
        probability: How often there is a draw at all; otherwise the value is the centre.
    """

    exponent: Number
    reach: Number
    norm: Number
    centre: Number = 0.0
    probability: Number = 1.0

    def sample(self, rng: np.random.Generator, count: int, law: str = "heavy") -> Float[ndarray, " N"]:
        """Draw values.

        Args:
            rng: The source of chance.
            count: How many.
            law: "heavy"; or "gaussian" and "uniform", which have the same standard deviation, reach and
                probability, to see what the tails are worth.

        Returns:
            The values.

        Raises:
            ValueError: If the law is none of the three.

        Example:
            >>> Tail(4, 40, 15).sample(np.random.default_rng(0), 3).round(2).tolist()
            [0.0, -0.0, 0.45]
        """
        if law not in LAWS:
            raise ValueError(f"law must be one of {', '.join(LAWS)}, got {law!r}")
        z, moved = rng.standard_normal(count), rng.random(count) < self.probability
        if law == "heavy":
            step = np.sign(z) * np.abs(z) ** self.exponent * (self.reach / self.norm)
        elif law == "gaussian":
            step = z * self.deviation()
        else:
            step = (2 * rng.random(count) - 1) * np.sqrt(3) * self.deviation()
        return self.centre + np.where(moved & (np.abs(step) <= self.reach), step, 0.0)

    def deviation(self) -> float:
        """Give the standard deviation of the values that are drawn, by quadrature.

        Example:
            >>> round(Tail(1, 100, 100).deviation(), 4)
            1.0
        """
        return _deviation(self.exponent, self.reach, self.norm)


@cache
def _deviation(exponent: Number, reach: Number, norm: Number) -> float:
    z = (np.arange(200_000) + 0.5) / 200_000 * min(norm ** (1 / exponent), 12.0)
    density = np.exp(-(z**2) / 2) * np.sqrt(2 / np.pi)
    return float(np.sqrt(np.sum((z**exponent * reach / norm) ** 2 * density) * (z[1] - z[0])))


@dataclass(frozen=True)
class MotionConfig:
    """Every number of the motion. Lengths are pixels of a 512 x 384 image, angles are degrees.

    Attributes:
        law: "heavy", "gaussian" or "uniform".
        background_translation: Of the background, in x and in y.
        background_rotation: About the middle of the image.
        background_scale: About the middle of the image.
        chair_translation: Of a chair against the background, in x and in y.
        chair_rotation: About its own centre.
        chair_scale: About its own centre.
        background_stretch: How much longer the background becomes along some direction, and shorter across it.
            None, here and below, is the similarity of Flying Chairs.
        background_perspective: The background as a plane that tilts: by which part things at the middle of an edge
            grow or shrink against the middle of the image, in x and in y. Reach below 0.45.
        chair_stretch: The stretch of a chair, about its own centre.

    Raises:
        ValueError: If the perspective reaches so far that the horizon may come into the image.

    Example:
        >>> MotionConfig().chair_translation.reach
        120
    """

    law: str = "heavy"
    background_translation: Tail = Tail(exponent=4, reach=40, norm=15)
    background_rotation: Tail = Tail(exponent=2, reach=10, norm=6, probability=0.3)
    background_scale: Tail = Tail(exponent=2, reach=0.07, norm=6, centre=1.0, probability=0.6)
    chair_translation: Tail = Tail(exponent=3, reach=120, norm=10)
    chair_rotation: Tail = Tail(exponent=2, reach=30, norm=6, probability=0.7)
    chair_scale: Tail = Tail(exponent=2, reach=0.2, norm=6, centre=1.0, probability=0.7)
    background_stretch: Tail | None = None
    background_perspective: Tail | None = None
    chair_stretch: Tail | None = None

    def __post_init__(self):
        tilt = self.background_perspective
        if tilt is not None and abs(tilt.centre) + tilt.reach >= 0.45:
            raise ValueError(f"background_perspective must stay below 0.45, got {abs(tilt.centre) + tilt.reach:g}")


def background_motion(
    rng: np.random.Generator, config: MotionConfig, size: tuple[int, int], unit: Number
) -> Float[ndarray, "R 3"]:
    """Draw how the background moves.

    Args:
        rng: The source of chance.
        config: The laws.
        size: Height and width, pixels.
        unit: Pixels for each pixel of a 512 x 384 image.

    Returns:
        From a point of frame 1 to the same point of the scene in frame 2: (2, 3), or (3, 3) with perspective.
    """
    shift = config.background_translation.sample(rng, 2, config.law) * unit
    degrees = config.background_rotation.sample(rng, 1, config.law)[0]
    scale = config.background_scale.sample(rng, 1, config.law)[0]
    centre = (np.array([size[1], size[0]], float) - 1) / 2  # pixel centres are whole numbers
    move = similarity(centre, scale, degrees, shift)
    if config.background_stretch is not None:
        factor = config.background_stretch.sample(rng, 1, config.law)[0]
        move = compose(move, stretch(centre, factor, rng.uniform(0, 180)))
    if config.background_perspective is None:
        return move
    tilt = config.background_perspective.sample(rng, 2, config.law) / (centre + 0.5)
    # Seen from the middle, x becomes x / (1 - tilt . x): what is on the side of the tilt comes nearer.
    middle = similarity(np.zeros(2), shift=centre)
    plane = np.vstack([middle, [0, 0, 1]]) @ np.array([[1, 0, 0], [0, 1, 0], [*-tilt, 1]])
    motion = np.vstack([move, [0, 0, 1]]) @ plane @ np.vstack([invert(middle), [0, 0, 1]])
    return motion / motion[2, 2]


def chair_motions(
    rng: np.random.Generator,
    config: MotionConfig,
    background: Float[ndarray, "*N 2 3"],
    centres: Float[ndarray, "N 2"],
    unit: Number,
) -> Float[ndarray, "N 2 3"]:
    """Draw how chairs move: first about their own centres, then with the background.

    Args:
        rng: The source of chance.
        config: The laws.
        background: Motion of the background, one for all chairs or one for each.
        centres: Centres of the chairs in frame 1, pixels.
        unit: Pixels for each pixel of a 512 x 384 image.

    Returns:
        For each chair, from frame 1 to frame 2.
    """
    N = len(centres)
    shift = config.chair_translation.sample(rng, 2 * N, config.law).reshape(N, 2) * unit
    degrees = config.chair_rotation.sample(rng, N, config.law)
    scale = config.chair_scale.sample(rng, N, config.law)
    own = similarity(centres, scale, degrees, shift)
    if config.chair_stretch is not None:
        factor = config.chair_stretch.sample(rng, N, config.law)
        own = compose(own, stretch(centres, factor, rng.uniform(0, 180, N)))
    return compose(background, own)
