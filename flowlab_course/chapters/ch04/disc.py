"""A disc that moves over a background of the same kind, to see how fast a thing may move before a method loses it."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import UInt8

from flowlab.datasets.samples import Pair


def moving_disc(
    radius: int,
    step: int,
    *,
    seed: int = 0,
    size: tuple[int, int] = (128, 192),
    contrast: float = 1.0,
    brighter: int = 0,
) -> Pair:
    """Make a textured disc that moves to the right over a textured background at rest.

    Args:
        radius: Radius of the disc in pixels.
        step: Motion of the disc in pixels.
        seed: Seed of both textures.
        size: (height, width) of the frames; the disc's path is centred in them.
        contrast: Both textures are multiplied by this, at most 1.
        brighter: Grey levels that are added to the disc. It has to fit above the texture's contrast.

    Returns:
        The pair. The flow is 0 except on the disc, also on background that the disc occludes in frame 2.

    Raises:
        ValueError: If the disc and its path do not fit into ``size``, or its brightness into 0 to 255.

    Example:
        >>> pair = moving_disc(4, 12, size=(32, 48))
        >>> pair.flow[16, 18].tolist(), int((pair.flow[..., 0] > 0).sum())
        ([12.0, 0.0], 49)
    """
    H, W = size
    if radius < 1 or step < 1 or 2 * radius >= H or 2 * radius + step >= W:
        raise ValueError(
            f"a disc of radius {radius} that moves by {step} px does not fit into {H} x {W}: "
            f"both must be at least 1, the height above {2 * radius} and the width above {2 * radius + step}"
        )
    if not 0 <= brighter <= 255 * (1 - contrast):
        raise ValueError(
            f"a disc {brighter} grey levels brighter at a contrast of {contrast:g} leaves 0 to 255: "
            f"brighter must be 0 to {int(255 * (1 - contrast))}; a lower contrast leaves more room"
        )
    rng = np.random.default_rng(seed)
    ground, skin = ((contrast * _texture(rng, size)).round().astype(np.uint8) for _ in range(2))
    skin = skin + np.uint8(brighter)
    y, x = np.mgrid[:H, :W]
    left = (W - step) // 2
    on1, on2 = ((x - left - moved) ** 2 + (y - H // 2) ** 2 <= radius**2 for moved in (0, step))
    frame1, frame2 = np.where(on1, skin, ground), np.where(on2, np.roll(skin, step, axis=1), ground)
    flow = np.zeros((H, W, 2), np.float32)
    flow[on1, 0] = step
    img1, img2 = (frame[..., None].repeat(3, axis=2) for frame in (frame1, frame2))
    return Pair(f"disc of radius {radius} px by {step} px", img1, img2, flow, np.ones((H, W), bool))


def brightness_gap(pair: Pair) -> float:
    """Return by how much the mean brightness of disc and background differs, in standard deviations of the background.

    Example:
        >>> round(brightness_gap(moving_disc(8, 24, contrast=0.5, brighter=102)))
        6
    """
    disc, grey = pair.flow[..., 0] > 0, pair.img1[..., 0]
    return float(abs(grey[disc].mean() - grey[~disc].mean()) / grey[~disc].std())


def _texture(rng: np.random.Generator, size: tuple[int, int]) -> UInt8[np.ndarray, "H W"]:
    """Return a grey texture with details of a few pixels and high contrast."""
    noise = cv2.GaussianBlur(rng.random(size, dtype=np.float32), (0, 0), 1.5)
    return (255 * (0.5 + 2.5 * (noise - 0.5)).clip(0, 1)).round().astype(np.uint8)
