"""Every classical method by one call, in flowlab's conventions: RGB in, (H, W, 2) pixels out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import cv2
import numpy as np
from jaxtyping import Float

from flowlab._optional import optional
from flowlab.classical.constancy import Grey, check_flow, check_pair, grey_uint8
from flowlab.classical.horn_schunck import horn_schunck
from flowlab.classical.lucas_kanade import lucas_kanade

Method = Callable[..., np.ndarray]  # takes two checked images, and DIS an initial flow too


def run(
    method: str, img1: np.ndarray, img2: np.ndarray, *, initial: Float[np.ndarray, "H W 2"] | None = None
) -> Float[np.ndarray, "H W 2"]:
    """Estimate the flow from ``img1`` to ``img2`` by any classical method, with its defaults.

    Args:
        method: A name in ``METHODS``. "lucas-kanade" and "horn-schunck" are flowlab's own; in
            OpenCV "dis", "dis-fast", "dis-ultrafast" (Kroeger et al., ECCV 2016; "dis" is the
            medium preset) and "farneback" (Farneback, SCIA 2003); in scikit-image "tvl1" (Zach et
            al., DAGM 2007) and "ilk" (Le Besnerais and Champagnat, ICIP 2005), which take seconds.
        img1: (H, W, 3) RGB or (H, W) grey; uint8, or float in [0, 1].
        img2: The same, of the same height and width.
        initial: A flow to start from, (H, W, 2) in pixels, for the methods of DIS; None for no motion.

    Returns:
        (H, W, 2) float32 in pixels, ``I1(x) = I2(x + flow(x))``.

    Raises:
        TypeError: If the dtype of an image is not supported.
        ValueError: If the method is unknown or takes no initial flow, or images and flow do not fit.
        ModuleNotFoundError: If the method needs scikit-image, which is not installed.

    Example:
        >>> noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
        >>> smooth = cv2.GaussianBlur(noise, (0, 0), 3)
        >>> flow = run("dis", smooth, np.roll(smooth, 2, axis=1))
        >>> np.median(flow, axis=(0, 1)).round().tolist()
        [2.0, 0.0]
    """
    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; choose one of {', '.join(METHODS)}")
    pair = check_pair(img1, img2)
    if initial is None:
        return METHODS[method](*pair)
    if method not in DIS:
        raise ValueError(f"{method} takes no initial flow; {', '.join(DIS)} do")
    return METHODS[method](*pair, check_flow(initial, pair[0].shape[:2], "initial"))


def _on_grey(estimate: Callable[[Grey, Grey], np.ndarray], least: int = 1) -> Method:
    """Call a method with 8-bit grey images, padded by their edges to ``least`` pixels a side."""

    def flow(img1: np.ndarray, img2: np.ndarray, *initial: np.ndarray) -> np.ndarray:
        """Make both images grey, pad them and an initial flow, and cut the flow to their size."""
        H, W = img1.shape[:2]
        edge = (0, max(0, least - H), 0, max(0, least - W))
        planes = (grey_uint8(img1), grey_uint8(img2), *initial)
        padded = (cv2.copyMakeBorder(plane, *edge, cv2.BORDER_REPLICATE) for plane in planes)
        return np.ascontiguousarray(estimate(*padded)[:H, :W], np.float32)

    return flow


def _dis(preset: int, grey1: Grey, grey2: Grey, initial: np.ndarray | None = None) -> np.ndarray:
    if initial is not None:  # no further than the image is wide; a copy, since OpenCV writes the result into it
        initial = np.clip(initial, -max(grey1.shape), max(grey1.shape))
    return cv2.DISOpticalFlow_create(preset).calc(grey1, grey2, initial)


def _skimage(name: str, grey1: Grey, grey2: Grey) -> np.ndarray:
    estimate = getattr(optional("skimage").registration, name)
    rows, columns = estimate(*(np.float32(grey) / 255 for grey in (grey1, grey2)))
    return np.stack([columns, rows], axis=-1)


DIS = ("dis-ultrafast", "dis-fast", "dis")
METHODS: dict[str, Method] = {
    "lucas-kanade": lambda img1, img2: lucas_kanade(img1, img2).flow,
    "horn-schunck": horn_schunck,
    "farneback": _on_grey(lambda a, b: cv2.calcOpticalFlowFarneback(a, b, None, 0.5, 5, 15, 3, 5, 1.1, 0)),
    # Below four patches of 8 px OpenCV 5's DIS ends the process (segmentation fault).
    "dis-ultrafast": _on_grey(partial(_dis, cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST), least=32),
    "dis-fast": _on_grey(partial(_dis, cv2.DISOPTICAL_FLOW_PRESET_FAST), least=32),
    "dis": _on_grey(partial(_dis, cv2.DISOPTICAL_FLOW_PRESET_MEDIUM), least=32),
    "tvl1": _on_grey(partial(_skimage, "optical_flow_tvl1"), least=16),
    "ilk": _on_grey(partial(_skimage, "optical_flow_ilk"), least=16),
}
