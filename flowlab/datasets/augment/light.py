"""What the frames look like: light as a table of 256 values for each channel, and noise.

A change of colour, gamma, brightness and contrast takes each 8-bit value of a channel to another value, whatever the
pixel. So it is computed 256 times and not for each pixel.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import torch
from jaxtyping import Float, Float32, Shaped, UInt8, UInt16
from torch import Tensor
from torch.nn import functional as F  # noqa: N812 - its name all over PyTorch

from flowlab.datasets.augment.config import AugmentConfig, LightConfig, Number
from flowlab.datasets.augment.views import sampling_grid


def light_table(
    colour: Float[np.ndarray, " 3"], gamma: Number, brightness: Number, contrast: Number
) -> Float32[np.ndarray, "3 256"]:
    """Return what becomes of each 8-bit value of red, green and blue, in [0, 1].

    Example:
        >>> brighter = light_table(np.ones(3), gamma=1, brightness=0.25, contrast=1)
        >>> brighter[0, [0, 64, 255]].tolist() == [0.25, np.float32(64 / 255 + 0.25), 1.0]
        True
    """
    value = np.clip(np.arange(256) / 255 * np.asarray(colour)[:, None], 0, 1)  # (3, 256)
    value = (value**gamma + brightness - 0.5) * contrast + 0.5
    return np.clip(value, 0, 1).astype(np.float32)


def draw_tables(
    config: AugmentConfig, rng: np.random.Generator, ramp: Number = 1.0
) -> Float32[np.ndarray, "frames 3 256"]:
    """Draw the light of both frames.

    Example:
        >>> draw_tables(AugmentConfig(), np.random.default_rng(0)).shape
        (2, 3, 256)
    """
    colour, gamma, brightness, contrast = _draw(config.light, rng, ramp)
    first = light_table(colour, gamma, brightness, contrast)
    more = _draw(config.relative_light, rng, ramp)
    second = light_table(colour * more[0], gamma * more[1], brightness + more[2], contrast * more[3])
    return np.stack([first, second])


def draw_noise(rng: np.random.Generator, size: tuple[int, int]) -> UInt16[np.ndarray, "frames 3 h w"]:
    """Draw the noise of both frames as evenly spread 16-bit numbers: ``quantiles`` makes normal ones of them."""
    count = 2 * 3 * size[0] * size[1]
    words = rng.integers(0, 2**64 - 1, -(-count // 4), np.uint64, endpoint=True)
    return words.view(np.uint16)[:count].reshape(2, 3, *size)


@cache
def quantiles() -> Float32[np.ndarray, " 65536"]:
    """Return the normal law's quantiles: looking up even 16-bit numbers costs a tenth of drawing normal ones.

    Example:
        >>> z = quantiles()
        >>> round(float(z.mean()), 6), round(float(z.std()), 3), round(float(z.max()), 1)
        (0.0, 1.0, 4.3)
    """
    return torch.special.ndtri((torch.arange(65536, dtype=torch.float64) + 0.5) / 65536).float().numpy()


def view_frame(
    frame: UInt8[np.ndarray, "H W 3"],
    view: Float[np.ndarray, "3 3"],
    table: Float32[np.ndarray, "3 256"],
    sigma: Number,
    noise: UInt16[np.ndarray, "3 h w"],
    out: Float32[np.ndarray, "3 h w"],
) -> None:
    """Look at a frame through a view, in other light, with noise: by OpenCV, on the CPU.

    Args:
        frame: RGB.
        view: Crop to frame.
        table: The light.
        sigma: The noise's standard deviation.
        noise: Even 16-bit numbers; their size is the crop's.
        out: What comes out, RGB in [0, 1].
    """
    h, w = out.shape[1:]
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(frame, view[:2], (w, h), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    for plane, values, target in zip(cv2.split(seen), table, out, strict=True):
        cv2.LUT(plane, values, dst=target)
    if sigma > 0:
        out += np.take(np.float32(sigma) * quantiles(), noise, mode="clip")
        np.clip(out, 0, 1, out=out)


def view_frames(
    frames: Shaped[Tensor, "B 3 H W"],
    views: Float[np.ndarray, "B 3 3"],
    tables: Float32[np.ndarray, "B 3 256"],
    sigmas: Float[np.ndarray, " B"],
    noise: Float32[Tensor, "B 3 h w"] | None,
    size: tuple[int, int],
) -> Float32[Tensor, "B 3 h w"]:
    """Do what ``view_frame`` does to a batch, by torch, where the batch is.

    Args:
        frames: RGB, uint8 or floats in [0, 1].
        views: Crop to frame.
        tables: The light.
        sigmas: The noise's standard deviations.
        noise: Normal numbers; None for no noise.
        size: Height and width of the crop.

    Returns:
        RGB in [0, 1].
    """
    device = frames.device
    full = frames.float() if frames.dtype == torch.uint8 else frames.float() * 255
    grid = sampling_grid(views, size, frames.shape[-2:], device)
    seen = F.grid_sample(full, grid, "bilinear", "border", align_corners=True)
    level = seen.round_().clamp_(0, 255).long()  # 8 bits, as on the CPU
    lit = torch.from_numpy(tables).to(device).gather(2, level.flatten(2)).view_as(seen)
    if noise is None:
        return lit
    sigma = torch.from_numpy(sigmas).to(device, torch.float32).view(-1, 1, 1, 1)
    return torch.addcmul(lit, sigma, noise).clamp_(0, 1)


def _draw(config: LightConfig, rng: np.random.Generator, ramp: Number) -> tuple[np.ndarray, float, float, float]:
    colour = config.colour.sample(rng, (3,), ramp)
    rest = (law.sample(rng, (1,), ramp) for law in (config.gamma, config.brightness, config.contrast))
    return colour, *(float(value[0]) for value in rest)
