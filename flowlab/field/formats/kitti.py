"""KITTI's flow as a 16-bit RGB PNG: red and green hold 64 u + 32768 and 64 v + 32768, blue is 1 where valid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import cv2
import numpy as np
from jaxtyping import Bool, Float32

from flowlab.field.formats.common import MAX_PIXELS, FormatError
from flowlab.field.formats.png import COLOURS, SIGNATURE, check_png

_ZERO = 32768
_STEPS_PER_PIXEL = 64
_LARGEST = (65535 - _ZERO) / _STEPS_PER_PIXEL  # 511.98 px to the right; 512 to the left


def read(stream: BinaryIO, size: int) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Read a KITTI flow PNG of ``size`` bytes, to 1/64 px."""
    if size > 8 * MAX_PIXELS:
        raise FormatError(f"byte {8 * MAX_PIXELS}", f"the file has {size} bytes", "at most 8 for each possible pixel")
    data = stream.read()
    header = check_png(data)
    if (header.depth, header.colour) != (16, 2):
        what = f"{header.depth} bits a channel, {COLOURS[header.colour]}"
        raise FormatError("chunk IHDR", what, "KITTI's flow: 16 bits, RGB; this is a picture, read_image reads it")
    # OpenCV has channels as blue, green, red.
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if bgr is None or bgr.dtype != np.uint16 or bgr.shape != (header.height, header.width, 3):
        where = f"byte {data.find(b'IDAT')}"
        raise FormatError(where, "the pixels do not unpack", f"{header.width} x {header.height} 16-bit RGB pixels")
    blue = bgr[..., 0]
    if blue.max() > 1:
        y, x = np.argwhere(blue > 1)[0]
        expected = "0 (unknown) or 1 (valid); other 16-bit pictures, Virtual KITTI 2's flow too, have another scale"
        raise FormatError(f"blue channel at row {y}, column {x}", f"{blue[y, x]}", expected)
    flow = (bgr[..., :0:-1].astype(np.float32) - _ZERO) / _STEPS_PER_PIXEL
    return flow, blue == 1


def encode(flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"]) -> Sequence[bytes | np.ndarray]:
    """Return the PNG file. Values are rounded to the nearest 1/64 px, not cut.

    Raises:
        ValueError: If a valid pixel moves farther than the format can say.
    """
    steps = np.rint(np.where(valid[..., None], flow, 0) * _STEPS_PER_PIXEL) + _ZERO
    beyond = int(((steps < 0) | (steps > 65535)).any(axis=-1).sum())
    if beyond:
        raise ValueError(
            f"{beyond} pixels move farther than a KITTI PNG can say (-512 to {_LARGEST:.2f} px); write .flo, .pfm, "
            ".flo5 or .npy, or mark these pixels as not valid"
        )
    bgr = np.zeros((*valid.shape, 3), np.uint16)
    bgr[..., :0:-1] = np.where(valid[..., None], steps, 0)  # unknown pixels are 0, 0, 0, as in KITTI's own files
    bgr[..., 0] = valid
    done, data = cv2.imencode(".png", bgr)
    if not done or not data.tobytes().startswith(SIGNATURE):
        raise RuntimeError(f"OpenCV did not encode a 16-bit PNG of shape {bgr.shape}")
    return [data]
