"""What a camera does to a picture: haze before it, a lens out of focus, exposure, noise, compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs._number import Number


@dataclass(frozen=True)
class CameraConfig:
    """How far from perfect the pictures are. Each share says in which part of the pairs it happens.

    Attributes:
        haze: Share; contrast falls towards a grey, by up to ``haze_most``.
        haze_most: Part of the contrast that the thickest haze takes.
        blur: Share; both frames are out of focus, about equally, by up to ``blur_most``.
        blur_most: Width of the widest blur, pixels of a 512 x 384 image.
        exposure: Spread of the logarithm of brightness from frame to frame.
        tint: The same for each colour by itself.
        noise: Share; sensor noise, more where it is bright.
        noise_most: Its largest standard deviation, as a part of white.
        compression: Share; frames go through JPEG, of a quality within ``quality``.
        quality: Lowest and highest, 1 to 100.

    Raises:
        ValueError: If a share is not between 0 and 1, or the qualities cannot be.

    Example:
        >>> CameraConfig(noise=0.0).quality
        (30, 95)
    """

    haze: Number = 0.2
    haze_most: Number = 0.6
    blur: Number = 0.3
    blur_most: Number = 2.0
    exposure: Number = 0.03
    tint: Number = 0.01
    noise: Number = 0.5
    noise_most: Number = 0.03
    compression: Number = 0.3
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
    unit: Number,
) -> list[UInt8[ndarray, "H W 3"]]:
    """Take both pictures again with a real camera.

    Args:
        rng: The source of chance.
        frames: Both frames, RGB.
        config: What the camera is like.
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


def _grainy(rng: np.random.Generator, picture: UInt8[ndarray, "H W 3"], sigma: Number) -> UInt8[ndarray, "H W 3"]:
    """Add noise whose variance grows with brightness: half of it in the dark, all of it in white."""
    level = picture.astype(np.float32)
    noise = rng.standard_normal(picture.shape, dtype=np.float32) * np.float32(255 * sigma)
    return np.rint(np.clip(level + noise * np.sqrt(0.5 + level / 510), 0, 255)).astype(np.uint8)
