"""Backgrounds with the statistics of photographs; or pieces of photographs, from a folder or from scikit-image."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy import ndarray

from flowlab.chairs.texture.canvas import Canvas
from flowlab.chairs.texture.painters import city, country, front, leaves, mountains, surface

__all__ = ["FAMILIES", "background", "develop", "fingerprint", "photograph", "photographs"]

# Name: painter, weight, and the noises it works with. The original backgrounds are photographs of
# cities (321), landscapes (129) and mountains (514).
FAMILIES = {
    "mountains": (mountains, 3.0, ("relief", "foliage", "clouds")),
    "country": (country, 2.0, ("foliage", "strata", "clouds")),
    "city": (city, 3.0, ("rough", "natural", "clouds")),
    "leaves": (leaves, 2.0, ("natural", "rough", "foliage")),
    "surface": (surface, 1.0, ("relief", "foliage", "blades")),
    "front": (front, 1.5, ("rough", "natural", "clouds")),
}
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


def background(rng: np.random.Generator, size: tuple[int, int], family: str | None = None) -> UInt8[ndarray, "H W 3"]:
    """Paint a background.

    Args:
        rng: Random generator.
        size: Height and width, pixels.
        family: One of FAMILIES; drawn by weight when left out.

    Returns:
        The picture, RGB.

    Raises:
        ValueError: If there is no such family.

    Example:
        >>> background(np.random.default_rng(0), (48, 64)).shape
        (48, 64, 3)
    """
    if family is None:
        weights = np.array([weight for _, weight, _ in FAMILIES.values()])
        family = list(FAMILIES)[int(rng.choice(len(weights), p=weights / weights.sum()))]
    elif family not in FAMILIES:
        raise ValueError(f"family must be one of {', '.join(FAMILIES)}, got {family!r}")
    painter, _, noises = FAMILIES[family]
    canvas = Canvas(rng, size, noises)
    painter(canvas)
    blur = rng.gamma(2, 1.2) if rng.random() < 0.1 else rng.uniform(0.5, 0.8)
    return develop(rng, canvas.finish(blur * max(size[1] / 600, 0.6)))


def develop(rng: np.random.Generator, picture: UInt8[ndarray, "H W 3"]) -> UInt8[ndarray, "H W 3"]:
    """Vary exposure, contrast and white balance, as cameras do.

    Args:
        rng: Random generator.
        picture: RGB.

    Returns:
        A new picture.

    Example:
        >>> develop(np.random.default_rng(0), np.full((2, 2, 3), 128, np.uint8)).shape
        (2, 2, 3)
    """
    t = np.arange(256)[:, None] / 255
    curve = t ** np.exp(rng.normal(-0.05, 0.18)) * np.exp(rng.normal(0, 0.1)) * np.exp(rng.normal(0, 0.05, 3))
    curve = 0.5 + (curve - 0.5) * np.exp(rng.normal(0, 0.1))
    return cv2.LUT(picture, np.rint(np.clip(curve, 0, 1) * 255).astype(np.uint8)[:, None])


@lru_cache(maxsize=8)
def photographs(source: str) -> tuple[Path, ...]:
    """List the photographs of a source in order of their names: "skimage", or a folder with its sub-folders.

    Raises:
        ValueError: If there is no such folder, or no image in it.
        ModuleNotFoundError: If scikit-image is asked for and not installed.
    """
    if source == "skimage":
        try:
            import skimage
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError("photographs='skimage' needs scikit-image: pip install scikit-image") from error
        folder = Path(skimage.__file__).parent / "data"
        files = [folder / name for name in SKIMAGE if (folder / name).is_file()]
    else:
        folder = Path(source)
        if not folder.is_dir():
            raise ValueError(f"photographs must be 'skimage' or a folder, got {source!r}, which is not a folder")
        files = [f for f in sorted(folder.rglob("*")) if f.suffix.lower() in SUFFIXES]
    if not files:
        raise ValueError(f"no photograph in {folder}: expected files ending in {', '.join(sorted(SUFFIXES))}")
    return tuple(files)


def fingerprint(source: str) -> str:
    """Hash the names and sizes of a source's photographs, for the manifest of a data set: 16 hexadecimal digits."""
    said = "\n".join(f"{f.name} {f.stat().st_size}" for f in photographs(source))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def photograph(rng: np.random.Generator, size: tuple[int, int], source: str) -> UInt8[ndarray, "H W 3"]:
    """Crop a piece out of one of a source's photographs: 60 to 100 % of it, half of the time mirrored.

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
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{file} is not an image that OpenCV can read; remove it from the folder")
    shrink = 1280 / max(picture.shape[:2])
    if shrink < 1:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return picture[..., ::-1]
