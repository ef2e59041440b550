"""Other libraries' methods in flowlab's conventions: RGB in, (H, W, 2) pixels out."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from jaxtyping import Float

Grey = np.ndarray  # (H, W) uint8


def run(method: str, img1: np.ndarray, img2: np.ndarray) -> Float[np.ndarray, "H W 2"]:
    """Estimate the flow from ``img1`` to ``img2`` by a method of another library.

    Args:
        method: A name in ``METHODS``. "dis", "dis-ultrafast", "dis-fast": Kroeger et al., ECCV 2016, in OpenCV
            ("dis" is its medium preset); "farneback": Farneback, SCIA 2003, in OpenCV.
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.

    Returns:
        (H, W, 2) float32 in pixels, ``I1(x) = I2(x + flow(x))``.

    Raises:
        ValueError: If the method is unknown, or the images do not fit.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> flow = run("dis", smooth, np.roll(smooth, 2, axis=1))
        >>> np.median(flow, axis=(0, 1)).round().tolist()
        [2.0, 0.0]
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; choose one of {', '.join(METHODS)}")
    grey1, grey2 = _grey("img1", img1), _grey("img2", img2)
    if grey1.shape != grey2.shape:
        raise ValueError(f"img1 is {grey1.shape[0]} x {grey1.shape[1]}, img2 {grey2.shape[0]} x {grey2.shape[1]}")
    return METHODS[method](grey1, grey2)


def _grey(name: str, img: np.ndarray) -> Grey:
    img = np.asarray(img)
    if not (img.ndim == 2 or (img.ndim == 3 and img.shape[2] == 3)) or img.size == 0:
        raise ValueError(f"{name} must be (H, W, 3) RGB or (H, W) grey, got shape {img.shape}")
    if np.issubdtype(img.dtype, np.floating):
        if not np.isfinite(img).all():
            raise ValueError(f"{name} has NaN or infinite values")
        img = (255 * img.clip(0, 1)).round().astype(np.uint8)
    if img.dtype != np.uint8:
        raise ValueError(f"{name} must be uint8, or float in [0, 1], got {img.dtype}")
    return img if img.ndim == 2 else cv2.cvtColor(img, cv2.COLOR_RGB2GRAY)


def _dis(preset: int) -> Callable[[Grey, Grey], np.ndarray]:
    def flow(grey1: Grey, grey2: Grey) -> np.ndarray:
        H, W = grey1.shape
        # Below four patches of 8 px OpenCV 5's DIS ends the process (segmentation fault): repeat the edge up to there.
        small = 32
        pad = (0, max(0, small - H), 0, max(0, small - W))
        grey1, grey2 = (cv2.copyMakeBorder(g, *pad, cv2.BORDER_REPLICATE) for g in (grey1, grey2))
        return cv2.DISOpticalFlow_create(preset).calc(grey1, grey2, None)[:H, :W]

    return flow


def _farneback(grey1: Grey, grey2: Grey) -> np.ndarray:
    return cv2.calcOpticalFlowFarneback(grey1, grey2, None, 0.5, 5, 15, 3, 5, 1.1, 0)


METHODS: dict[str, Callable[[Grey, Grey], np.ndarray]] = {
    "dis-ultrafast": _dis(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST),
    "dis-fast": _dis(cv2.DISOPTICAL_FLOW_PRESET_FAST),
    "dis": _dis(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM),
    "farneback": _farneback,
}
