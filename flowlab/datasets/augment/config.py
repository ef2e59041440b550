"""What may happen to a pair, in numbers: the paper's, the released Caffe files', and mild ones for small nets."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

Number = float | int | np.number


@dataclass(frozen=True)
class Law:
    """A law of chance: ``centre + spread * z``, or the exponential of that.

    Attributes:
        kind: z is "uniform" in [-1, 1], or "normal".
        centre: The value in the middle.
        spread: Half the range, or the standard deviation.
        exponential: Draw the logarithm: for factors, whose double and half should be as likely.

    Example:
        >>> uniform(0.9, 2.0)
        Law(kind='uniform', centre=1.45, spread=0.55, exponential=False)
    """

    kind: str
    centre: Number
    spread: Number
    exponential: bool = False

    def __post_init__(self):
        if self.kind not in ("uniform", "normal"):
            raise ValueError(f"kind must be 'uniform' or 'normal', got {self.kind!r}")
        if not self.spread >= 0:
            raise ValueError(f"spread must be at least 0, got {self.spread}")

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...], ramp: Number = 1.0) -> np.ndarray:
        """Draw values.

        Args:
            rng: The source of chance.
            shape: How many.
            ramp: What the spread is multiplied by.

        Returns:
            The values, float64, of that shape.

        Example:
            >>> uniform(2, 4).sample(np.random.default_rng(0), (2,), ramp=0).tolist()
            [3.0, 3.0]
        """
        z = rng.uniform(-1, 1, shape) if self.kind == "uniform" else rng.standard_normal(shape)
        value = self.centre + ramp * self.spread * z
        return np.exp(value) if self.exponential else value


def uniform(low: Number, high: Number, *, exponential: bool = False) -> Law:
    """Return the law that is uniform between two values (of the logarithm, if ``exponential``)."""
    if not low <= high:
        raise ValueError(f"low must not be above high, got {low} and {high}")
    return Law("uniform", (low + high) / 2, (high - low) / 2, exponential)


def normal(sigma: Number, *, exponential: bool = False) -> Law:
    """Return the normal law about 0, or for factors the one whose logarithm is normal about 0."""
    return Law("normal", 0.0, sigma, exponential)


NOTHING, UNCHANGED = uniform(0, 0), uniform(1, 1)


@dataclass(frozen=True)
class ViewConfig:
    """How a crop may lie on a frame.

    Attributes:
        translation: Right and down, in parts of ``translation_unit``.
        translation_unit: "frame width" for both; or "crop": right in crop widths, down in crop heights.
        rotation: Degrees.
        zoom: Above 1 things grow.
        squeeze: Width times this, height divided by it.
        flip_x: Probability of left and right in each other's place.
        flip_y: Probability of up and down in each other's place.

    Raises:
        ValueError: If a number cannot be.
    """

    translation: Law = NOTHING
    translation_unit: str = "crop"
    rotation: Law = NOTHING
    zoom: Law = UNCHANGED
    squeeze: Law = UNCHANGED
    flip_x: Number = 0.0
    flip_y: Number = 0.0

    def __post_init__(self):
        if self.translation_unit not in ("frame width", "crop"):
            raise ValueError(f"translation_unit must be 'frame width' or 'crop', got {self.translation_unit!r}")
        for name in ("flip_x", "flip_y"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a probability, between 0 and 1, got {getattr(self, name)}")
        for name in ("zoom", "squeeze"):
            law = getattr(self, name)
            if not law.exponential and (law.kind == "normal" or law.centre - law.spread <= 0):
                raise ValueError(f"{name} must stay positive, got {law}; take exponential=True")


@dataclass(frozen=True)
class LightConfig:
    """How the light may change; values are in [0, 1], and clipped to it.

    Attributes:
        colour: What each of red, green and blue is multiplied by.
        gamma: The power that they are then raised to.
        brightness: What is then added.
        contrast: What the distance from 1/2 is at last multiplied by.
    """

    colour: Law = UNCHANGED
    gamma: Law = UNCHANGED
    brightness: Law = NOTHING
    contrast: Law = UNCHANGED


@dataclass(frozen=True)
class Ramp:
    """Spreads that begin smaller: ``start`` of their size, half of the rest after ``half_life`` steps, then all."""

    start: Number = 0.5
    half_life: Number = 50_000

    def __post_init__(self):
        if not (0 <= self.start <= 1 and self.half_life > 0):
            raise ValueError(f"start must be in [0, 1] and half_life positive, got {self.start} and {self.half_life}")

    def at(self, step: int) -> float:
        """Return what spreads are multiplied by: a logistic curve, as in the released code.

        Example:
            >>> [round(Ramp(0.5, 100).at(step), 3) for step in (0, 100, 1000)]
            [0.5, 0.75, 1.0]
        """
        if step < 0:
            raise ValueError(f"step must be at least 0, got {step}")
        return self.start + (1 - self.start) * math.tanh(math.log(3) / 2 * step / self.half_life)


# The paper's, section 5.2.
_VIEW = ViewConfig(
    translation=uniform(-0.2, 0.2), translation_unit="frame width", rotation=uniform(-17, 17), zoom=uniform(0.9, 2.0)
)
_LIGHT = LightConfig(
    colour=uniform(0.5, 2.0), gamma=uniform(0.7, 1.5), brightness=normal(0.2), contrast=uniform(0.2, 1.4)
)
_NOISE = uniform(0, 0.04)
# It gives no numbers for the "smaller relative transformation" between the frames; these are Caffe's.
_RELATIVE = ViewConfig(
    translation=normal(0.03),
    rotation=normal(math.degrees(0.03)),
    zoom=normal(0.03, exponential=True),
)
_RELATIVE_LIGHT = LightConfig(
    colour=normal(0.02, exponential=True),
    gamma=normal(0.02, exponential=True),
    brightness=normal(0.02),
    contrast=normal(0.02, exponential=True),
)


@dataclass(frozen=True)
class AugmentConfig:
    """What happens to a pair. The defaults are the paper's (section 5.2), with Caffe's relative changes.

    Attributes:
        size: Height and width of the crop; None keeps the frames' size.
        view: What both frames share.
        relative: What happens to frame 2 besides, within the crop.
        light: What both frames share.
        relative_light: What happens to frame 2 besides.
        noise: Standard deviation of the noise, which is independent in each pixel, channel and frame.
        ramp: Spreads that grow with the training's steps, or None.
        tries: How often a view is drawn until the crop lies inside the frame.

    Raises:
        ValueError: If a number cannot be.

    Example:
        >>> AugmentConfig(size=(64, 96)).view.zoom
        Law(kind='uniform', centre=1.45, spread=0.55, exponential=False)
    """

    size: tuple[int, int] | None = (320, 448)
    view: ViewConfig = _VIEW
    relative: ViewConfig = _RELATIVE
    light: LightConfig = _LIGHT
    relative_light: LightConfig = _RELATIVE_LIGHT
    noise: Law = _NOISE
    ramp: Ramp | None = None
    tries: int = 50

    def __post_init__(self):
        if self.size is not None and (len(self.size) != 2 or min(self.size) < 1):
            raise ValueError(f"size must be (height, width), both at least 1, or None, got {self.size}")
        if self.tries < 1:
            raise ValueError(f"tries must be at least 1, got {self.tries}")
        if self.noise.kind != "uniform" or self.noise.centre - self.noise.spread < 0:
            raise ValueError(f"noise must be a uniform law of standard deviations, none below 0, got {self.noise}")


PAPER = AugmentConfig()
"""Section 5.2 of the paper, for 512 x 384 cropped to 448 x 320."""

CAFFE = AugmentConfig(
    view=ViewConfig(
        translation=uniform(-0.4, 0.4),
        rotation=uniform(-math.degrees(0.4), math.degrees(0.4)),
        zoom=uniform(-0.2, 0.6, exponential=True),
        squeeze=uniform(-0.3, 0.3, exponential=True),
    ),
    noise=uniform(0, 0.06),
    ramp=Ramp(),
)
"""The released training files' motions, relative light, noise and ramp.

They change what light both frames share along the principal axes of the training pictures' colours; the paper's laws
stand here in place of that.
"""

MILD = AugmentConfig(
    size=None,
    view=ViewConfig(
        translation=uniform(-0.1, 0.1),
        rotation=uniform(-8, 8),
        zoom=uniform(1.0, 1.6),
        flip_x=0.5,
        flip_y=0.1,
    ),
    relative=ViewConfig(
        translation=normal(0.01), rotation=normal(math.degrees(0.01)), zoom=normal(0.01, exponential=True)
    ),
    light=LightConfig(
        colour=uniform(0.8, 1.25), gamma=uniform(0.8, 1.25), brightness=normal(0.05), contrast=uniform(0.7, 1.3)
    ),
    noise=uniform(0, 0.02),
)
"""For small networks and short trainings, at any size: gentler than the paper, with flips, the frames' size kept."""
