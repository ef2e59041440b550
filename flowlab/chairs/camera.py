"""What Flying Chairs does not have: shadows, motion blur, and what a real camera does to a picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.motion import compose, enlargement
from flowlab.chairs.scene import Layer

DARKEST = 0.45  # largest alpha of a shadow; below a half, so that no pixel belongs to it
FURTHEST = 30.0  # largest offset of a shadow, pixels of a 512 x 384 image
SIDE = 96  # longest side of a shadow's sprite: it is blurred, so it can be small


@dataclass(frozen=True)
class CameraConfig:
    """What a camera does to the images. Each share is the part of the pairs in which the effect occurs.

    Attributes:
        haze: Share; contrast falls towards a grey, by up to ``haze_most``.
        haze_most: Part of the contrast that the thickest haze takes.
        blur: Share; both frames are out of focus, about equally, by up to ``blur_most``.
        blur_most: Width of the widest blur, pixels of a 512 x 384 image.
        exposure: Spread of the logarithm of brightness from frame to frame.
        tint: The same for each colour channel separately.
        noise: Share; sensor noise, more where it is bright.
        noise_most: Its largest standard deviation, as a part of white.
        compression: Share; frames go through JPEG, of a quality within ``quality``.
        quality: Lowest and highest, 1 to 100.

    Raises:
        ValueError: If a share is not between 0 and 1, or a quality not between 1 and 100.

    Example:
        >>> CameraConfig(noise=0.0).quality
        (30, 95)
    """

    haze: float = 0.2
    haze_most: float = 0.6
    blur: float = 0.3
    blur_most: float = 2.0
    exposure: float = 0.03
    tint: float = 0.01
    noise: float = 0.5
    noise_most: float = 0.03
    compression: float = 0.3
    quality: tuple[int, int] = (30, 95)

    def __post_init__(self):
        for name in ("haze", "haze_most", "blur", "noise", "noise_most", "compression"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {getattr(self, name)}")
        if not 1 <= self.quality[0] <= self.quality[1] <= 100:
            raise ValueError(f"quality must be (lowest, highest) between 1 and 100, got {self.quality}")


def shoot(
    rng: np.random.Generator,
    frames: tuple[UInt8[ndarray, "H W 3"], UInt8[ndarray, "H W 3"]],
    config: CameraConfig,
    unit: float,
) -> list[UInt8[ndarray, "H W 3"]]:
    """Apply haze, defocus, exposure, noise and compression to both frames.

    Args:
        rng: Random generator.
        frames: Both frames, RGB.
        config: Strength and frequency of each effect.
        unit: Pixels for each pixel of a 512 x 384 image.

    Returns:
        Both frames.

    Example:
        >>> grey = np.full((8, 8, 3), 128, np.uint8)
        >>> [frame.shape for frame in shoot(np.random.default_rng(0), (grey, grey), CameraConfig(), 1.0)]
        [(8, 8, 3), (8, 8, 3)]
    """
    thick = rng.uniform(0.1, 1) * config.haze_most if rng.random() < config.haze else 0.0
    grey = rng.uniform(0.4, 0.95) + rng.normal(0, 0.03, 3)
    width = rng.uniform(0.2, 1) * config.blur_most * unit if rng.random() < config.blur else 0.0
    grain = rng.uniform(0.1, 1) * config.noise_most if rng.random() < config.noise else 0.0
    quality = int(rng.integers(config.quality[0], config.quality[1] + 1)) if rng.random() < config.compression else 0
    shot = []
    for frame in frames:
        gain = np.exp(rng.normal(0, config.exposure / np.sqrt(2)) + rng.normal(0, config.tint / np.sqrt(2), 3))
        t = np.arange(256)[:, None] / 255
        table = (t * (1 - thick) + grey * thick) * gain
        picture = cv2.LUT(frame, np.rint(np.clip(table, 0, 1) * 255).astype(np.uint8)[:, None])
        if width > 0.2:
            picture = cv2.GaussianBlur(picture, (0, 0), width * np.exp(rng.normal(0, 0.1)))
        if grain:
            picture = _grainy(rng, picture, grain)
        if quality:
            picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 1)
        shot.append(picture)
    return shot


def _grainy(rng: np.random.Generator, picture: UInt8[ndarray, "H W 3"], sigma: float) -> UInt8[ndarray, "H W 3"]:
    """Add noise whose variance grows with brightness: half of it in the dark, all of it in white."""
    level = picture.astype(np.float32)
    noise = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(255 * sigma)
    return np.rint(np.clip(level + noise * np.sqrt(0.5 + level / 510), 0, 255)).astype(np.uint8)


def with_shadows(rng: np.random.Generator, layers: list[Layer], unit: float) -> list[Layer]:
    """Put a shadow behind each layer: all on the same side, at different distances.

    Args:
        rng: Random generator.
        layers: The flying objects, the farthest first; at most 125.
        unit: Pixels for each pixel of a 512 x 384 image.

    Returns:
        Twice as many layers.

    Example:
        >>> square = Layer(np.full((40, 40, 4), 255, np.uint8), np.eye(2, 3), np.eye(2, 3))
        >>> behind, front = with_shadows(np.random.default_rng(0), [square], 1.0)
        >>> front is square, int(behind.sprite[..., :3].max()), 0 < int(behind.sprite[..., 3].max()) < 128
        (True, 0, True)
    """
    angle, dark = rng.uniform(0, 2 * np.pi), rng.uniform(0.4, 1.0) * DARKEST
    way = np.array([np.cos(angle), np.sin(angle)])
    both = []
    for layer in layers:
        away = rng.uniform(0.1, 1.0) * FURTHEST * unit
        both += [_shadow(layer, way * away, 0.3 * away, dark), layer]
    return both


def _shadow(layer: Layer, shift, blur: float, dark: float) -> Layer:
    """Draw the shadow of one layer, shifted and blurred by pixels of frame 1."""
    alpha = cv2.extractChannel(layer.sprite, 3)
    factor = max(max(alpha.shape) / SIDE, 1.0)
    small = cv2.resize(alpha, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    factor = np.array(alpha.shape[::-1]) / small.shape[::-1]  # what rounding made of it
    width = max(blur / (enlargement(layer.pose) * factor.mean()), 0.5)
    edge = int(np.ceil(3 * width))
    small = cv2.GaussianBlur(np.pad(small, edge), (0, 0), width)
    sprite = np.zeros((*small.shape, 4), np.uint8)
    sprite[..., 3] = np.rint(small * dark)
    (a, b), rest = factor, (factor - 1) / 2 - factor * edge
    pose = compose(layer.pose, np.array([[a, 0, rest[0]], [0, b, rest[1]]]))
    pose[:, 2] += shift
    return Layer(sprite, pose, layer.motion)
