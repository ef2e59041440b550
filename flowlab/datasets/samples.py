"""Pairs that need no download: moved photographs, and a real stereo pair.

The photographs come with scikit-image (``pip install scikit-image``).
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8

from flowlab._optional import optional
from flowlab.field import read_image, similarity_flow

PHOTOGRAPHS = ("astronaut", "chelsea", "coffee", "rocket")


class Pair(NamedTuple):
    """Two frames and the flow between them: ``I1(x) = I2(x + flow(x))`` where ``valid``.

    Attributes:
        name: The pair's name.
        img1: (H, W, 3) uint8 RGB.
        img2: (H, W, 3) uint8 RGB.
        flow: (H, W, 2) float32 in pixels; 0 where unknown.
        valid: (H, W) bool, True where the flow is known.
        occlusion: (H, W) bool, True where a pixel of frame 1 is occluded in frame 2; None if that is unknown.
    """

    name: str
    img1: UInt8[np.ndarray, "H W 3"]
    img2: UInt8[np.ndarray, "H W 3"]
    flow: Float[np.ndarray, "H W 2"]
    valid: Bool[np.ndarray, "H W"]
    occlusion: Bool[np.ndarray, "H W"] | None = None


def photograph(name: str) -> UInt8[np.ndarray, "H W 3"]:
    """Return one of scikit-image's photographs, RGB.

    Args:
        name: "astronaut" (512 x 512), "chelsea" the cat (300 x 451), "coffee" (400 x 600), "rocket" (427 x 640).

    Raises:
        ValueError: If there is no photograph of that name.
        ModuleNotFoundError: If scikit-image is not installed.

    Example:
        >>> photograph("chelsea").shape
        (300, 451, 3)
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"no photograph {name!r}; choose one of {', '.join(PHOTOGRAPHS)}")
    return read_image(_photograph_folder() / f"{name}{'.jpg' if name == 'rocket' else '.png'}")


def moving_photograph(
    name: str,
    *,
    degrees: float = 0.0,
    scale: float = 1.0,
    translation: tuple[float, float] = (0.0, 0.0),
    size: tuple[int, int] = (192, 256),
    reduce: float = 0.5,
) -> Pair:
    """Make two frames of a photograph that rotates, scales and moves by a known similarity.

    Frame 2 is the middle of the photograph. Frame 1 is sampled from the whole photograph along the
    flow, so no pixel at its edge has to be invented.

    Args:
        name: See ``photograph``.
        degrees: Rotation about the window's centre, positive clockwise on the screen.
        scale: Scaling about the centre from frame 1 to frame 2; above 1 enlarges.
        translation: (u, v) of the centre in pixels.
        size: (height, width) of the frames.
        reduce: Factor by which the photograph is resized first.

    Returns:
        The pair. ``valid`` is False where frame 1 would need pixels beyond the photograph's edge.

    Raises:
        ValueError: If the resized photograph is smaller than ``size``.

    Example:
        >>> pair = moving_photograph("chelsea", translation=(3.0, -2.0), size=(64, 96))
        >>> pair.img1.shape, pair.flow[10, 20].tolist()
        ((64, 96, 3), [3.0, -2.0])
        >>> pair.valid.all().item()
        True
    """
    photo = cv2.resize(photograph(name), None, fx=reduce, fy=reduce, interpolation=cv2.INTER_AREA)
    (H, W), (height, width) = photo.shape[:2], size
    if height > H or width > W:
        raise ValueError(
            f"{name} at reduce={reduce} is {H} x {W}, smaller than the size {height} x {width} asked for; "
            "use a larger reduce or a smaller size"
        )
    top, left = (H - height) // 2, (W - width) // 2
    flow = similarity_flow(size, degrees=degrees, scale=scale, translation=translation)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    x, y = x + flow[..., 0] + left, y + flow[..., 1] + top  # frame 1's pixels in the photograph
    img1 = cv2.remap(photo, x, y, cv2.INTER_LANCZOS4, borderMode=cv2.BORDER_REPLICATE)
    img2 = photo[top : top + height, left : left + width].copy()
    valid = (x >= 0) & (y >= 0) & (x <= W - 1) & (y <= H - 1)
    return Pair(name, img1, img2, flow, valid)


def motorcycle(*, reduce: float = 1.0) -> Pair:
    """Return a real stereo pair with dense measured ground truth: a motorcycle in a garage.

    In a stereo pair v = 0: a disparity of d is a motion of d to the left. Each pixel is the mean of 4 x 4 of the
    pair in Scharstein et al., "High-resolution stereo datasets with subpixel-accurate ground truth", GCPR 2014.

    Args:
        reduce: Factor by which the pair and its flow are resized; 1 gives 500 x 741 with motions of 7 to 60 px.

    Returns:
        The pair. ``valid`` is False where the scanner has no measurement.
    """
    folder = _photograph_folder()
    left, right = read_image(folder / "motorcycle_left.png"), read_image(folder / "motorcycle_right.png")
    with np.load(folder / "motorcycle_disp.npz") as archive:
        disparity = archive["arr_0"]
    valid = np.isfinite(disparity)
    flow = np.zeros((*disparity.shape, 2), np.float32)
    flow[..., 0] = -np.where(valid, disparity, 0)
    if reduce != 1.0:
        H, W = (round(reduce * n) for n in disparity.shape)
        left, right = (cv2.resize(img, (W, H), interpolation=cv2.INTER_AREA) for img in (left, right))
        # Nearest: averaging across a motion boundary would make motions that no object has.
        nearest = {"dsize": (W, H), "interpolation": cv2.INTER_NEAREST_EXACT}
        flow = cv2.resize(flow, **nearest) * np.float32(W / disparity.shape[1])  # v is 0
        valid = cv2.resize(valid.astype(np.uint8), **nearest).astype(bool)
    return Pair("motorcycle", left, right, flow, valid)


def scoreboard_pairs() -> list[Pair]:
    """Return the pairs on which the course compares every method, from easy to hard."""
    return [
        moving_photograph("coffee", translation=(4.0, -2.5))._replace(name="coffee slides"),
        moving_photograph("chelsea", degrees=6.0, size=(144, 208))._replace(name="cat turns"),
        moving_photograph("astronaut", scale=1.12)._replace(name="astronaut nears"),
        moving_photograph("rocket", degrees=-4.0, scale=0.94, translation=(22.0, 9.0))._replace(name="rocket leaps"),
        motorcycle(reduce=0.5),
    ]


def _photograph_folder() -> Path:
    return Path(optional("skimage").__file__).parent / "data"
