"""The distributions of an augmentation: the paper's, those of the released Caffe files, and milder ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Distribution:
    """A random distribution: ``centre + spread * z``, or the exponential of that.

    Attributes:
        kind: z is "uniform" in [-1, 1], or "normal".
        centre: The mean.
        spread: Half the range, or the standard deviation.
        exponential: Draw the logarithm: for factors, so that 2 is as likely as 1/2.

    Example:
        >>> uniform(0.9, 2.0)
        Distribution(kind='uniform', centre=1.45, spread=0.55, exponential=False)
        >>> normal(0.03, exponential=True)
        Distribution(kind='normal', centre=0.0, spread=0.03, exponential=True)
    """

    kind: str
    centre: float
    spread: float
    exponential: bool = False

    def __post_init__(self):
        if self.kind not in ("uniform", "normal"):
            raise ValueError(f"kind must be 'uniform' or 'normal', got {self.kind!r}")
        if not self.spread >= 0:
            raise ValueError(f"spread must be at least 0, got {self.spread}")

    def sample(self, rng: np.random.Generator, shape: tuple[int, ...], ramp: float = 1.0) -> np.ndarray:
        """Draw float64 values; ``ramp`` is a factor on the spread.

        Example:
            >>> uniform(2, 4).sample(np.random.default_rng(0), (2,), ramp=0).tolist()
            [3.0, 3.0]
        """
        z = rng.uniform(-1, 1, shape) if self.kind == "uniform" else rng.standard_normal(shape)
        value = self.centre + ramp * self.spread * z
        return np.exp(value) if self.exponential else value


def uniform(low: float, high: float, *, exponential: bool = False) -> Distribution:
    """Return the uniform distribution between two values (of the logarithm, if ``exponential``)."""
    if not low <= high:
        raise ValueError(f"low must not be above high, got {low} and {high}")
    return Distribution("uniform", (low + high) / 2, (high - low) / 2, exponential)


def normal(sigma: float, *, exponential: bool = False) -> Distribution:
    """Return the normal distribution about 0 (of the logarithm, if ``exponential``)."""
    return Distribution("normal", 0.0, sigma, exponential)


_ZERO, _ONE = uniform(0, 0), uniform(1, 1)


@dataclass(frozen=True)
class SpatialConfig:
    """Spatial augmentation: the position of a crop on a frame.

    Attributes:
        translation: Right and down, in units of ``translation_unit``.
        translation_unit: "frame width" for both; or "crop": crop widths right, crop heights down.
        rotation: Degrees.
        zoom: Above 1 enlarges.
        squeeze: Factor on the width; the height is divided by it.
        flip_x: Probability of a horizontal flip.
        flip_y: Probability of a vertical flip.

    Raises:
        ValueError: If a value is out of range.
    """

    translation: Distribution = _ZERO
    translation_unit: str = "crop"
    rotation: Distribution = _ZERO
    zoom: Distribution = _ONE
    squeeze: Distribution = _ONE
    flip_x: float = 0.0
    flip_y: float = 0.0

    def __post_init__(self):
        if self.translation_unit not in ("frame width", "crop"):
            raise ValueError(f"translation_unit must be 'frame width' or 'crop', got {self.translation_unit!r}")
        for name in ("flip_x", "flip_y"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is a probability, between 0 and 1, got {getattr(self, name)}")
        for name in ("zoom", "squeeze"):
            values = getattr(self, name)
            if not values.exponential and (values.kind == "normal" or values.centre - values.spread <= 0):
                raise ValueError(f"{name} must stay positive, got {values}; take exponential=True")


@dataclass(frozen=True)
class PhotometricConfig:
    """Photometric augmentation, in this order; values are in [0, 1], and clipped to it.

    Attributes:
        colour: Factors on red, green and blue.
        gamma: Exponent.
        brightness: Added.
        contrast: Factor on the difference from 1/2.
    """

    colour: Distribution = _ONE
    gamma: Distribution = _ONE
    brightness: Distribution = _ZERO
    contrast: Distribution = _ONE


@dataclass(frozen=True)
class Ramp:
    """A factor on all spreads that grows with the training: from ``start``, half-way to 1 after ``half_life`` steps."""

    start: float = 0.5
    half_life: float = 50_000

    def __post_init__(self):
        if not (0 <= self.start <= 1 and self.half_life > 0):
            raise ValueError(f"start must be in [0, 1] and half_life positive, got {self.start} and {self.half_life}")

    def at(self, step: int) -> float:
        """Return the factor at a training step, a logistic curve as in the released code.

        Example:
            >>> [round(Ramp(0.5, 100).at(step), 3) for step in (0, 100, 1000)]
            [0.5, 0.75, 1.0]
        """
        if step < 0:
            raise ValueError(f"step must be at least 0, got {step}")
        return self.start + (1 - self.start) * math.tanh(math.log(3) / 2 * step / self.half_life)


@dataclass(frozen=True)
class AugmentConfig:
    """All distributions of an augmentation. Defaults: the paper's (section 4.3), with Caffe's relative changes.

    Attributes:
        size: Height and width of the crop; None keeps the frames' size.
        spatial: View of the crop, shared by both frames.
        relative_spatial: Further change of the view of frame 2, within the crop.
        photometric: Change of colours, shared by both frames.
        relative_photometric: Further change of the colours of frame 2.
        noise: Standard deviation of the noise, independent in each pixel, channel and frame.
        ramp: Factor on the spreads that grows with the training, or None.
        tries: Number of draws of a view to find one whose crop lies inside the frame.

    Raises:
        ValueError: If a value is out of range.
    """

    size: tuple[int, int] | None = (320, 448)
    spatial: SpatialConfig = SpatialConfig(
        translation=uniform(-0.2, 0.2),
        translation_unit="frame width",
        rotation=uniform(-17, 17),
        zoom=uniform(0.9, 2.0),
    )
    # The paper has no numbers for its "smaller relative transformation"; these are Caffe's.
    relative_spatial: SpatialConfig = SpatialConfig(
        translation=normal(0.03), rotation=normal(math.degrees(0.03)), zoom=normal(0.03, exponential=True)
    )
    photometric: PhotometricConfig = PhotometricConfig(
        colour=uniform(0.5, 2.0), gamma=uniform(0.7, 1.5), brightness=normal(0.2), contrast=uniform(0.2, 1.4)
    )
    relative_photometric: PhotometricConfig = PhotometricConfig(
        colour=normal(0.02, exponential=True),
        gamma=normal(0.02, exponential=True),
        brightness=normal(0.02),
        contrast=normal(0.02, exponential=True),
    )
    noise: Distribution = Distribution("uniform", 0.02, 0.02)  # 0 to 0.04
    ramp: Ramp | None = None
    tries: int = 50

    def __post_init__(self):
        if self.size is not None and (len(self.size) != 2 or min(self.size) < 1):
            raise ValueError(f"size must be (height, width), both at least 1, or None, got {self.size}")
        if self.tries < 1:
            raise ValueError(f"tries must be at least 1, got {self.tries}")
        if self.noise.kind != "uniform" or self.noise.centre - self.noise.spread < 0:
            raise ValueError(f"noise must be a uniform distribution of values of at least 0, got {self.noise}")


PAPER = AugmentConfig()
"""Section 4.3 of the paper, for 512 x 384 cropped to 448 x 320."""

CAFFE = AugmentConfig(
    spatial=SpatialConfig(
        translation=uniform(-0.4, 0.4),
        rotation=uniform(-math.degrees(0.4), math.degrees(0.4)),
        zoom=uniform(-0.2, 0.6, exponential=True),
        squeeze=uniform(-0.3, 0.3, exponential=True),
    ),
    noise=uniform(0, 0.06),
    ramp=Ramp(),
)
"""The motions, relative photometric changes, noise and ramp of the released training files.

For the photometric change that both frames share, those files use the principal axes of the training images' colours;
here the paper's distributions replace it.
"""

MILD = AugmentConfig(
    size=None,
    spatial=SpatialConfig(
        translation=uniform(-0.1, 0.1),
        rotation=uniform(-8, 8),
        zoom=uniform(1.0, 1.6),
        flip_x=0.5,
        flip_y=0.1,
    ),
    relative_spatial=SpatialConfig(
        translation=normal(0.01), rotation=normal(math.degrees(0.01)), zoom=normal(0.01, exponential=True)
    ),
    photometric=PhotometricConfig(
        colour=uniform(0.8, 1.25), gamma=uniform(0.8, 1.25), brightness=normal(0.05), contrast=uniform(0.7, 1.3)
    ),
    noise=uniform(0, 0.02),
)
"""For small networks and short trainings: smaller changes, with flips, at the frames' own size."""
