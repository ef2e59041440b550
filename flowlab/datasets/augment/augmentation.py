"""A batch of pairs in, other pairs out, whose flow is as true as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32, Shaped, UInt16
from torch import Tensor

from flowlab.datasets.augment.config import PAPER, AugmentConfig, Number
from flowlab.datasets.augment.light import draw_noise, draw_tables, quantiles, view_frame, view_frames
from flowlab.datasets.augment.views import draw_views, view_flow

Batch = tuple[Float32[Tensor, "B 3 h w"], Float32[Tensor, "B 3 h w"], Float32[Tensor, "B 2 h w"], Bool[Tensor, "B h w"]]


def sample_generator(seed: int, epoch: int, index: int) -> np.random.Generator:
    """Return the source of chance of one sample of one epoch, which depends on nothing else.

    Example:
        >>> a, b = (sample_generator(0, epoch, 7).random() for epoch in (2, 2))
        >>> a == b
        True
    """
    return np.random.default_rng((seed, epoch, index))


@dataclass(frozen=True)
class Draw:
    """Everything that chance has a say in for one sample.

    Attributes:
        views: T1 and T2, crop to frame.
        tables: Light of both frames.
        sigma: Standard deviation of the noise.
        noise: Even 16-bit numbers, of the crop's size; or the seed of noise that is drawn where the batch is.
    """

    views: tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3 3"]]
    tables: Float32[np.ndarray, "frames 3 256"]
    sigma: float
    noise: UInt16[np.ndarray, "frames 3 h w"] | int


class Augmentation:
    """Turns, moves, zooms, crops and lights pairs anew, and computes the flow between what comes out.

    Frames are looked at once, bilinearly, as pictures of 8 bits; the flow is recomputed (``view_flow``). On the CPU
    the frames go through OpenCV one by one, elsewhere the batch goes through torch at once; both make the same draws,
    on the CPU, and give the same pictures to within rounding, but for the noise: a GPU draws its own, of the same law
    and from a seed of the sample's, since a million random numbers a pair would hold up everything else.

    Args:
        config: What may happen: ``PAPER``, ``CAFFE``, ``MILD`` or numbers of your own.

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
            valid: Where the flow is known.
            generators: One for each sample, from which all its draws are taken.
            step: Where the training is, for a config with a ramp; None is its end.

        Returns:
            The same four of the crop's size, float32, on the same device.

        Raises:
            TypeError: If ``valid`` is not bool.
            ValueError: If shapes or counts do not fit, frames exceed 1, or the crop is larger than the frames.
        """
        frame_size = self._check(img1, img2, flow, valid, generators)
        size = self.config.size or frame_size
        ramp = 1.0 if step is None or self.config.ramp is None else self.config.ramp.at(step)
        there = img1.device.type != "cpu"
        draws = [draw(self.config, rng, size, frame_size, ramp, seed_noise=there) for rng in generators]
        if there:
            return _on_device(img1, img2, flow, valid, draws, size)
        # One by one: a sample stays in the processor's cache from its first step to its last.
        frames = torch.empty(2, len(draws), 3, *size)
        flows = []
        for i, d in enumerate(draws):
            _frames(img1[i], img2[i], d, frames[:, i].numpy())
            views = (view[None] for view in d.views)
            flows.append(view_flow(flow[i : i + 1].float(), valid[i : i + 1], *views, size))
        return *frames, *(torch.cat(parts) for parts in zip(*flows, strict=True))

    def _check(self, img1, img2, flow, valid, generators) -> tuple[int, int]:
        """Refuse what does not fit together; return the frames' size."""
        B, _, *frame_size = img1.shape
        shapes = tuple(tuple(t.shape) for t in (img1, img2, flow, valid))
        if shapes != ((B, 3, *frame_size), (B, 3, *frame_size), (B, 2, *frame_size), (B, *frame_size)):
            said = ", ".join(str(shape) for shape in shapes)
            raise ValueError(f"expected (B, 3, H, W) twice, (B, 2, H, W) and (B, H, W), all of one size, got {said}")
        if valid.dtype != torch.bool:
            raise TypeError(f"valid must be bool, got {valid.dtype}; write valid > 0 or the like")
        for name, image in (("img1", img1), ("img2", img2)):
            if image.is_floating_point() and image.max() > 1.01:  # not 1: interpolation may overshoot a little
                most = float(image.max())
                raise ValueError(
                    f"{name} goes up to {most:g}; frames are floats in [0, 1]: divide by 255, or give uint8"
                )
        if len(generators) != B:
            raise ValueError(f"expected a generator for each of the {B} samples, got {len(generators)}")
        size = self.config.size
        if size is not None and (size[0] > frame_size[0] or size[1] > frame_size[1]):
            raise ValueError(
                f"a crop of {size[0]} x {size[1]} (height x width) does not fit into frames of {frame_size[0]} x "
                f"{frame_size[1]}; take a smaller size, or None for the frames' own"
            )
        return tuple(frame_size)


def draw(
    config: AugmentConfig,
    rng: np.random.Generator,
    size: tuple[int, int],
    frame_size: tuple[int, int],
    ramp: Number = 1.0,
    *,
    seed_noise: bool = False,
) -> Draw:
    """Draw everything for one sample, always in the same order; of the noise only a seed, if that is enough.

    Example:
        >>> draw(PAPER, np.random.default_rng(0), (320, 448), (384, 512)).noise.shape
        (2, 3, 320, 448)
    """
    views = draw_views(config, rng, size, frame_size, ramp)
    tables = draw_tables(config, rng, ramp)
    sigma = float(config.noise.sample(rng, (1,), ramp)[0])
    return Draw(views, tables, sigma, int(rng.integers(2**63)) if seed_noise else draw_noise(rng, size))


def _frames(img1: Shaped[Tensor, "3 H W"], img2: Shaped[Tensor, "3 H W"], d: Draw, out: np.ndarray) -> None:
    """Look at both frames on the CPU; ``out`` is (2, 3, h, w)."""
    for which, image in enumerate((img1, img2)):
        levels = image if image.dtype == torch.uint8 else (image * 255).round_().clamp_(0, 255).to(torch.uint8)
        picture = np.ascontiguousarray(levels.permute(1, 2, 0).numpy())
        view_frame(picture, d.views[which], d.tables[which], d.sigma, d.noise[which], out[which])


def _on_device(img1, img2, flow, valid, draws: list[Draw], size: tuple[int, int]) -> Batch:
    """Augment a whole batch where it is."""
    views, tables = (np.stack([getattr(d, name) for d in draws], axis=1) for name in ("views", "tables"))
    sigmas = np.array([d.sigma for d in draws])
    noise = _noise(draws, size, flow.device) if sigmas.any() else (None, None)
    frames = [view_frames(image, views[i], tables[i], sigmas, noise[i], size) for i, image in enumerate((img1, img2))]
    return *frames, *view_flow(flow.float(), valid, views[0], views[1], size)


def _noise(draws: list[Draw], size: tuple[int, int], device: torch.device) -> Float32[Tensor, "frames B 3 h w"]:
    """Give normal noise for a batch: of each sample's own seed, or of the numbers that it has drawn."""
    if isinstance(draws[0].noise, int):
        chances = [torch.Generator(device).manual_seed(d.noise) for d in draws]
        return torch.stack([torch.randn(2, 3, *size, generator=g, device=device) for g in chances], dim=1)
    numbers = torch.from_numpy(np.stack([d.noise for d in draws], axis=1).view(np.int16)).to(device)
    return torch.from_numpy(quantiles()).to(device)[numbers.int() & 0xFFFF]  # torch knows few unsigned types
