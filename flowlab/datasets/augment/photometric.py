"""Photometric augmentation: colour, gamma, brightness and contrast as lookup tables, and noise.

Such a change maps each 8-bit value of a channel to another value, at every pixel alike. So it is
computed for 256 values and not for each pixel.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import torch
from jaxtyping import Float, Float32, Shaped, UInt8, UInt16
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.datasets.augment.config import AugmentConfig, PhotometricConfig
from flowlab.datasets.augment.spatial import sampling_grid


def photometric_table(
    colour: Float[np.ndarray, " 3"], gamma: float, brightness: float, contrast: float
) -> Float32[np.ndarray, "3 256"]:
    """Return the new value, in [0, 1], of each 8-bit value of red, green and blue.

    Example:
        >>> brighter = photometric_table(np.ones(3), gamma=1, brightness=0.25, contrast=1)
        >>> brighter[0, [0, 64, 255]].tolist() == [0.25, np.float32(64 / 255 + 0.25), 1.0]
        True
    """
    value = np.clip(np.arange(256) / 255 * np.asarray(colour)[:, None], 0, 1)  # (3, 256)
    value = (value**gamma + brightness - 0.5) * contrast + 0.5
    return np.clip(value, 0, 1).astype(np.float32)


def draw_tables(
    config: AugmentConfig, rng: np.random.Generator, ramp: float = 1.0
) -> Float32[np.ndarray, "frames 3 256"]:
    """Draw the lookup tables of both frames."""
    colour, gamma, brightness, contrast = _draw_changes(config.photometric, rng, ramp)
    first = photometric_table(colour, gamma, brightness, contrast)
    more = _draw_changes(config.relative_photometric, rng, ramp)
    second = photometric_table(colour * more[0], gamma * more[1], brightness + more[2], contrast * more[3])
    return np.stack([first, second])


def draw_noise(rng: np.random.Generator, size: tuple[int, int]) -> UInt16[np.ndarray, "frames 3 h w"]:
    """Draw both frames' noise as uniform 16-bit numbers; ``normal_quantiles`` makes them normal."""
    count = 2 * 3 * size[0] * size[1]
    words = rng.integers(0, 2**64 - 1, -(-count // 4), np.uint64, endpoint=True)
    return words.view(np.uint16)[:count].reshape(2, 3, *size)


@cache
def normal_quantiles() -> Float32[np.ndarray, " 65536"]:
    """Return the quantiles of the normal distribution.

    Looking up uniform 16-bit numbers in it takes a tenth of the time of drawing normal numbers.

    Example:
        >>> z = normal_quantiles()
        >>> round(float(z.mean()), 6), round(float(z.std()), 3), round(float(z.max()), 1)
        (0.0, 1.0, 4.3)
    """
    return torch.special.ndtri((torch.arange(65536, dtype=torch.float64) + 0.5) / 65536).float().numpy()


def transform_frame(
    frame: UInt8[np.ndarray, "H W 3"],
    view: Float[np.ndarray, "3 3"],
    table: Float32[np.ndarray, "3 256"],
    sigma: float,
    noise: UInt16[np.ndarray, "3 h w"],
    out: Float32[np.ndarray, "3 h w"],
) -> None:
    """Crop a frame, change its colours and add noise, with OpenCV; ``out`` is RGB in [0, 1]."""
    h, w = out.shape[1:]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(frame, view[:2], (w, h), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    for plane, values, target in zip(cv2.split(crop), table, out, strict=True):
        cv2.LUT(plane, values, dst=target)
    if sigma > 0:
        out += np.take(np.float32(sigma) * normal_quantiles(), noise, mode="clip")
        np.clip(out, 0, 1, out=out)


def transform_frames(
    frames: Shaped[Tensor, "B 3 H W"],
    views: Float[np.ndarray, "B 3 3"],
    tables: Float32[np.ndarray, "B 3 256"],
    sigmas: Float[np.ndarray, " B"],
    noise: Float32[Tensor, "B 3 h w"] | None,
    size: tuple[int, int],
) -> Float32[Tensor, "B 3 h w"]:
    """Do the same to a batch with torch on its device; frames are uint8 or floats in [0, 1], the noise is normal."""
    device = frames.device
    full = frames.float() if frames.dtype == torch.uint8 else frames.float() * 255
    grid = sampling_grid(views, size, frames.shape[-2:], device)
    crops = F.grid_sample(full, grid, "bilinear", "border", align_corners=True)
    level = crops.round_().clamp_(0, 255).long()  # 8 bits, as on the CPU
    changed = torch.from_numpy(tables).to(device).gather(2, level.flatten(2)).view_as(crops)
    if noise is None:
        return changed
    sigma = torch.from_numpy(sigmas).to(device, torch.float32).view(-1, 1, 1, 1)
    return torch.addcmul(changed, sigma, noise).clamp_(0, 1)


def _draw_changes(
    config: PhotometricConfig, rng: np.random.Generator, ramp: float
) -> tuple[np.ndarray, float, float, float]:
    """Draw colour, gamma, brightness and contrast."""
    colour = config.colour.sample(rng, (3,), ramp)
    rest = (config.gamma, config.brightness, config.contrast)
    return colour, *(float(values.sample(rng, (1,), ramp)[0]) for values in rest)
