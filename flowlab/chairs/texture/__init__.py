"""Backgrounds with the statistics of photographs, or pieces of photographs of a folder or of scikit-image."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab._disk import UsageError, files_below
from flowlab._optional import optional
from flowlab.chairs.texture.painters import FAMILIES, background, develop
from flowlab.field.files import read_image

__all__ = ["FAMILIES", "background", "develop", "fingerprint", "photograph", "photographs"]

SUFFIXES = {".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".webp", ".tif", ".tiff"}
# What scikit-image carries in its package, no download: photographs only.
SKIMAGE = (
    "astronaut.png",
    "brick.png",
    "camera.png",
    "chelsea.png",
    "coffee.png",
    "grass.png",
    "gravel.png",
    "hubble_deep_field.jpg",
    "motorcycle_left.png",
    "rocket.jpg",
)


@lru_cache(maxsize=8)
def photographs(source: str) -> tuple[Path, ...]:
    """List the photographs of "skimage" or of a folder with its sub-folders, sorted by name.

    Raises:
        ValueError: If there is no such folder, or no image in it.
        ModuleNotFoundError: If scikit-image is asked for and not installed.
    """
    if source == "skimage":
        folder = Path(optional("skimage").__file__).parent / "data"
        files = [folder / name for name in SKIMAGE if (folder / name).is_file()]
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise UsageError(f"photographs must be 'skimage' or a folder, got {source!r}, which is not a folder")
        files = [f for f in sorted(files_below(folder)) if f.suffix.lower() in SUFFIXES]
    if not files:
        raise ValueError(f"no photograph in {folder}; expected {', '.join(sorted(SUFFIXES))}")
    return tuple(files)


def fingerprint(source: str) -> str:
    """Hash the names and sizes of a source's photographs, for a manifest: 16 hexadecimal digits."""
    said = "\n".join(f"{f.name} {f.stat().st_size}" for f in photographs(source))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def photograph(rng: np.random.Generator, size: tuple[int, int], source: str) -> UInt8[ndarray, "H W 3"]:
    """Crop a piece out of a random photograph: 60 to 100 % of it, half of the time mirrored.

    Raises:
        ValueError: If the file cannot be decoded.
    """
    files = photographs(source)
    picture = _decode(files[int(rng.integers(len(files)))])
    largest = min(picture.shape[0] / size[0], picture.shape[1] / size[1])
    height, width = (max(round(n * largest * part), 1) for n, part in zip(size, 2 * [rng.uniform(0.6, 1)], strict=True))
    y, x = int(rng.integers(picture.shape[0] - height + 1)), int(rng.integers(picture.shape[1] - width + 1))
    piece = picture[y : y + height, x : x + width]
    if rng.random() < 0.5:
        piece = piece[:, ::-1]
    smooth = cv2.INTER_AREA if height >= size[0] else cv2.INTER_CUBIC
    return cv2.resize(np.ascontiguousarray(piece), size[::-1], interpolation=smooth)


@lru_cache(maxsize=32)
def _decode(file: Path) -> UInt8[ndarray, "H W 3"]:
    """Read an image; 32 stay in memory, none longer than 1280 pixels."""
    picture = read_image(file)
    shrink = 1280 / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return picture
