"""Augmentation that keeps the flow true: one transform for each frame, applied once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Shaped, UInt16
from torch import Tensor

from flowlab.datasets.augment.config import (
    CAFFE,
    MILD,
    PAPER,
    AugmentConfig,
    Distribution,
    PhotometricConfig,
    Ramp,
    SpatialConfig,
    normal,
    uniform,
)
from flowlab.datasets.augment.photometric import draw_noise, draw_tables, transform_frame, transform_frames
from flowlab.datasets.augment.spatial import draw_views, view_flow, view_matrix

__all__ = [
    "CAFFE",
    "MILD",
    "PAPER",
    "AugmentConfig",
    "Augmentation",
    "Distribution",
    "PhotometricConfig",
    "Ramp",
    "SpatialConfig",
    "normal",
    "sample_generator",
    "uniform",
    "view_flow",
    "view_matrix",
]

Batch = tuple[Float32[Tensor, "B 3 h w"], Float32[Tensor, "B 3 h w"], Float32[Tensor, "B 2 h w"], Bool[Tensor, "B h w"]]


def sample_generator(seed: int, epoch: int, index: int) -> np.random.Generator:
    """Return the random generator of one sample in one epoch, which depends on nothing else.

    Example:
        >>> a, b = (sample_generator(0, epoch, 7).random() for epoch in (2, 2))
        >>> a == b
        True
    """
    return np.random.default_rng((seed, epoch, index))


class AugmentParams(NamedTuple):
    """All random parameters of one augmentation."""

    views: tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3 3"]]  # T1 and T2, from the crop to frame 1 and 2
    tables: Float32[np.ndarray, "frames 3 256"]  # colours before and after the photometric change
    sigma: float  # standard deviation of the noise
    noise: UInt16[np.ndarray, "frames 3 h w"] | int  # uniform; or the seed of the normal noise that a GPU draws


class Augmentation:
    """Rotate, translate, zoom and crop pairs, change their colours, and compute the flow between the new frames.

    Each frame is interpolated once, bilinearly, with 8 bits; the flow is computed anew (``view_flow``). On the CPU
    OpenCV transforms the frames one by one, on a GPU torch transforms the batch at once. Both draw the same parameters
    on the CPU and give the same frames to within rounding, except for the noise: a GPU draws its own, with the same
    distribution and from a seed of the sample, since a million random numbers a pair would take longer than the rest.

    Args:
        config: The random distributions: ``PAPER``, ``CAFFE``, ``MILD`` or your own.

    Example:
        >>> augmentation = Augmentation(AugmentConfig(size=(24, 32)))
        >>> img1 = img2 = torch.rand(2, 3, 48, 64)
        >>> flow, valid = torch.zeros(2, 2, 48, 64), torch.ones(2, 48, 64, dtype=torch.bool)
        >>> generators = [sample_generator(seed=0, epoch=0, index=i) for i in (0, 1)]
        >>> img1, img2, flow, valid = augmentation(img1, img2, flow, valid, generators)
        >>> tuple(img1.shape), tuple(flow.shape)
        ((2, 3, 24, 32), (2, 2, 24, 32))
    """

    def __init__(self, config: AugmentConfig = PAPER):
        self.config = config

    def __call__(
        self,
        img1: Shaped[Tensor, "B 3 H W"],
        img2: Shaped[Tensor, "B 3 H W"],
        flow: Float[Tensor, "B 2 H W"],
        valid: Bool[Tensor, "B H W"],
        generators: Sequence[np.random.Generator],
        *,
        step: int | None = None,
    ) -> Batch:
        """Augment a batch.

        Args:
            img1: Frame 1: RGB, floats in [0, 1] or uint8.
            img2: Frame 2.
            flow: Pixels.
            valid: Mask of known flow.
            generators: The random generator of each sample.
            step: The training step, for a config with a ramp; None if the ramp has ended.

        Returns:
            The same four with the crop's size, float32, on the same device.

        Raises:
            TypeError: If ``valid`` is not bool.
            ValueError: If shapes or counts do not fit, frames exceed 1, or the crop is larger than the frames.
        """
        frame_size = self._check(img1, img2, flow, valid, generators)
        size = self.config.size or frame_size
        ramp = 1.0 if step is None or self.config.ramp is None else self.config.ramp.at(step)
        on_device = img1.device.type != "cpu"
        params = [draw_params(self.config, rng, size, frame_size, ramp, seed_noise=on_device) for rng in generators]
        augment = _augment_batch if on_device else _augment_one_by_one
        return augment(img1, img2, flow, valid, params, size)

    def _check(self, img1, img2, flow, valid, generators) -> tuple[int, int]:
        """Check that the arguments fit together, and return the frames' size."""
        B, _, H, W = img1.shape
        shapes = [tuple(t.shape) for t in (img1, img2, flow, valid)]
        if shapes != [(B, 3, H, W), (B, 3, H, W), (B, 2, H, W), (B, H, W)]:
            got = ", ".join(map(str, shapes))
            raise ValueError(f"expected (B, 3, H, W) twice, (B, 2, H, W) and (B, H, W), all of one size, got {got}")
        if valid.dtype != torch.bool:
            raise TypeError(f"valid must be bool, got {valid.dtype}; write valid > 0 or the like")
        for name, image in (("img1", img1), ("img2", img2)):
            if image.is_floating_point() and image.max() > 1.01:  # not 1: interpolation may overshoot a little
                raise ValueError(
                    f"{name} goes up to {image.max():g}; frames are floats in [0, 1]: divide by 255, or give uint8"
                )
        if len(generators) != B:
            raise ValueError(f"expected a generator for each of the {B} samples, got {len(generators)}")
        h, w = self.config.size or (H, W)
        if h > H or w > W:
            raise ValueError(
                f"a crop of {h} x {w} (height x width) does not fit into frames of {H} x {W}; take a smaller size, "
                "or None for the frames' own"
            )
        return H, W


def draw_params(
    config: AugmentConfig,
    rng: np.random.Generator,
    size: tuple[int, int],
    frame_size: tuple[int, int],
    ramp: float = 1.0,
    *,
    seed_noise: bool = False,
) -> AugmentParams:
    """Draw the random parameters of one sample; the noise as a seed if ``seed_noise``."""
    views = draw_views(config, rng, size, frame_size, ramp)
    tables = draw_tables(config, rng, ramp)
    sigma = float(config.noise.sample(rng, (1,), ramp)[0])
    return AugmentParams(views, tables, sigma, int(rng.integers(2**63)) if seed_noise else draw_noise(rng, size))


def _augment_one_by_one(img1, img2, flow, valid, params: list[AugmentParams], size: tuple[int, int]) -> Batch:
    """Augment on the CPU: a sample stays in the processor's cache from first step to last."""
    frames = torch.empty(2, len(params), 3, *size)
    flows = []
    for i, p in enumerate(params):
        for which, image in enumerate((img1[i], img2[i])):
            levels = image if image.dtype == torch.uint8 else (image * 255).round_().clamp_(0, 255).to(torch.uint8)
            frame = np.ascontiguousarray(levels.permute(1, 2, 0).numpy())
            out = frames[which, i].numpy()
            transform_frame(frame, p.views[which], p.tables[which], p.sigma, p.noise[which], out)
        flows.append(view_flow(flow[i : i + 1].float(), valid[i : i + 1], *(view[None] for view in p.views), size))
    return *frames, *(torch.cat(parts) for parts in zip(*flows, strict=True))


def _augment_batch(img1, img2, flow, valid, params: list[AugmentParams], size: tuple[int, int]) -> Batch:
    """Augment a whole batch on its own device."""
    views, tables = (np.stack([getattr(p, name) for p in params], axis=1) for name in ("views", "tables"))
    sigmas = np.array([p.sigma for p in params])
    noise = None, None
    if sigmas.any():
        generators = [torch.Generator(flow.device).manual_seed(p.noise) for p in params]
        draws = [torch.randn(2, 3, *size, generator=g, device=flow.device) for g in generators]
        noise = torch.stack(draws, dim=1)  # (frames, B, 3, h, w)
    frames = [
        transform_frames(image, views[i], tables[i], sigmas, noise[i], size) for i, image in enumerate((img1, img2))
    ]
    return *frames, *view_flow(flow.float(), valid, views[0], views[1], size)
