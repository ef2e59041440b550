"""Stereo pairs made from photographs, to train a small matcher on: a background and something nearer in front of it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from flowlab.datasets.samples import PHOTOGRAPHS, photograph
from flowlab.field import write_flow, write_image

FARTHEST, NEAREST = 19, 37  # px: no background is nearer than the first, nothing at all nearer than the second

Batch = tuple[Float[Tensor, "B 3 H W"], Float[Tensor, "B 3 H W"], Float[Tensor, "B H W"]]


def stereo_batch(rng: np.random.Generator, count: int = 4, size: tuple[int, int] = (96, 160)) -> Batch:
    """Make pairs: left and right in [0, 1], and the disparity of the left one, in pixels to the left.

    Example:
        >>> left, right, disparity = stereo_batch(np.random.default_rng(0), 1)
        >>> d = int(disparity[0, 0, 80])  # of the background, on the uppermost row
        >>> bool((left[0, :, 0, 80] == right[0, :, 0, 80 - d]).all())
        True
    """
    pairs = [_pair(rng, *size) for _ in range(count)]
    left, right, disparity = (torch.stack(parts) for parts in zip(*pairs, strict=True))
    return left, right, disparity


def write_pairs(folder: Path, count: int, seed: int = 1) -> None:
    """Write pairs as files for ``flowlab train``: 00_img1.png, 00_img2.png, 00_flow.flo and so on."""
    folder.mkdir()
    for n, (left, right, disparity) in enumerate(zip(*stereo_batch(np.random.default_rng(seed), count), strict=True)):
        for frame, image in (("img1", left), ("img2", right)):
            write_image(folder / f"{n:02d}_{frame}.png", (255 * image).round().byte().permute(1, 2, 0).numpy())
        write_flow(folder / f"{n:02d}_flow.flo", torch.stack([-disparity, torch.zeros_like(disparity)]))


def ingredients(rng: np.random.Generator, H: int = 96, W: int = 160) -> dict[str, object]:
    """Draw what a pair is made of: two cuts of photographs, their disparities, and where the nearer one stands.

    Returns:
        background, foreground (3, H, W + NEAREST); far, near in px; rows, columns, the slices of the foreground.
    """
    far = int(rng.integers(0, FARTHEST + 1))
    near = int(rng.integers(max(far, 8), NEAREST + 1))
    background, foreground = (_cut(rng, H, W) for _ in range(2))
    height, width = int(rng.integers(24, 46)), int(rng.integers(30, 60))
    y, x = int(rng.integers(1, H - height)), int(rng.integers(0, W - width))
    place = {"rows": slice(y, y + height), "columns": slice(x, x + width)}
    return {"background": background, "foreground": foreground, "far": far, "near": near, **place}


def _pair(rng: np.random.Generator, H: int, W: int) -> tuple[Tensor, Tensor, Tensor]:
    drawn = ingredients(rng, H, W)
    far, near, rows, columns = (drawn[name] for name in ("far", "near", "rows", "columns"))
    left, right = (drawn["background"][..., shift : shift + W].clone() for shift in (0, far))
    disparity = torch.full((H, W), float(far))
    disparity[rows, columns] = near
    left[:, rows, columns] = drawn["foreground"][:, rows, columns]
    start, end = (max(0, side - near) for side in (columns.start, columns.stop))
    right[:, rows, start:end] = drawn["foreground"][:, rows, start + near : end + near]
    return left, right, disparity


def _cut(rng: np.random.Generator, H: int, W: int) -> Tensor:
    """Cut out a photograph, ``NEAREST`` px wider than a view, so that the second view can be shifted."""
    photo = _photographs()[int(rng.integers(len(PHOTOGRAPHS)))]
    y, x = int(rng.integers(photo.shape[1] - H)), int(rng.integers(photo.shape[2] - W - NEAREST))
    return photo[:, y : y + H, x : x + W + NEAREST]


@cache
def _photographs() -> list[Tensor]:
    small = (cv2.resize(photograph(name), None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA) for name in PHOTOGRAPHS)
    return [torch.from_numpy(image).permute(2, 0, 1).float() / 255 for image in small]
