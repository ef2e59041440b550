"""Pictures on disk, as RGB uint8: what a damaged file, a palette, 16 bits or transparency turn into is said here."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import UInt8

from flowlab._disk import FilePath, open_to_read, write_atomically
from flowlab.field.formats.common import MAX_PIXELS, FormatError, require_length, require_size
from flowlab.field.formats.png import SIGNATURE as PNG_SIGNATURE
from flowlab.field.formats.png import check_png

_PNM = re.compile(rb"P[56](?:\s+#[^\n]*)*\s+(\d{1,10})(?:\s+#[^\n]*)*\s+(\d{1,10})(?:\s+#[^\n]*)*\s+(\d{1,5})\s")
_SUFFIXES = (".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")


def read_image(path: FilePath) -> UInt8[np.ndarray, "H W 3"]:
    """Read a picture as RGB.

    Args:
        path: A file that OpenCV reads: PNG, JPEG, PPM, BMP, TIFF, WebP.

    Returns:
        (H, W, 3) uint8. Grey is repeated on three channels, 16 bits are rounded to 8, transparent parts stand on
        white, and photographs are turned upright as their camera noted (EXIF).

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, absurdly large or no picture, or its values are floats.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_image(f"{folder}/red.png", np.full((1, 2, 3), (255, 0, 0), np.uint8))
        ...     read_image(f"{folder}/red.png").tolist()
        [[[255, 0, 0], [255, 0, 0]]]
    """
    with open_to_read(path) as (stream, size):
        if size > 8 * MAX_PIXELS:
            raise ValueError(f"cannot read {path}: {size} bytes are more than any picture here may have")
        data = stream.read()
    try:
        _check(data)
    except FormatError as error:
        raise ValueError(f"cannot read {path} as a picture: {error}") from None
    if (pnm := _PNM.match(data)) and data.startswith(b"P6") and int(pnm[3]) == 255:
        # These bytes are the answer. OpenCV would turn each pixel around and _as_rgb back, in ten times the time.
        return np.frombuffer(data, np.uint8, offset=pnm.end()).reshape(int(pnm[2]), int(pnm[1]), 3).copy()
    # "Unchanged" keeps transparency, but would leave photographs lying on their side.
    may_be_transparent = data.startswith((PNG_SIGNATURE, b"RIFF", b"II*\0", b"MM\0*"))
    flags = cv2.IMREAD_UNCHANGED if may_be_transparent else cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise ValueError(f"cannot read {path} as a picture: {error.err}") from None
    if pixels is None:
        raise ValueError(
            f"cannot read {path}: it begins with {data[:8]!r}, and is no picture that OpenCV can read; expected PNG, "
            "JPEG, PPM, BMP, TIFF or WebP"
        )
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"cannot read {path}: its values are {pixels.dtype}; expected a picture of 8 or 16 bits")
    return _as_rgb(pixels)


def write_image(path: FilePath, image: UInt8[np.ndarray, "H W 3"] | UInt8[np.ndarray, "H W"]) -> None:
    """Write a picture, in one step: if it fails, the old file stands as it was.

    Args:
        path: Where to; the suffix gives the format (.png and .ppm keep every bit, .jpg does not).
        image: RGB (H, W, 3) or grey (H, W), uint8.

    Raises:
        TypeError: If ``image`` is not a uint8 array.
        ValueError: If its shape is no picture's, or the suffix is unknown.
        OSError: If the folder does not exist or may not be written to, or the disk is full.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_image(f"{folder}/grey.png", np.array([[0, 200]], np.uint8))
        ...     read_image(f"{folder}/grey.png").tolist()
        [[[0, 0, 0], [200, 200, 200]]]
    """
    suffix = Path(path).suffix.lower()
    if suffix not in _SUFFIXES:
        raise ValueError(f"{path}: no picture has the suffix {suffix!r}; expected one of {', '.join(_SUFFIXES)}")
    if not isinstance(image, np.ndarray) or image.dtype != np.uint8:
        kind = image.dtype if isinstance(image, np.ndarray) else type(image).__name__
        raise TypeError(
            f"image must be a uint8 array, got {kind}; floats in [0, 1]: (image * 255).round().astype('uint8')"
        )
    if image.size == 0 or not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] == 3)):
        raise ValueError(f"image must be (H, W, 3) or (H, W), got shape {image.shape}")
    bgr = image[..., ::-1] if image.ndim == 3 else image
    done, data = cv2.imencode(suffix, np.ascontiguousarray(bgr))
    if not done:
        raise ValueError(f"{path}: OpenCV cannot encode an image of shape {image.shape} as {suffix}")
    write_atomically(path, [data])


def _check(data: bytes) -> None:
    """Look for damage that OpenCV would paint over with grey, or that would have it allocate gigabytes."""
    if not data:
        raise FormatError("byte 0", "the file is empty", "a picture")
    if data.startswith(PNG_SIGNATURE):
        check_png(data)
    elif data.startswith(b"\xff\xd8"):
        _check_jpeg(data)
    elif pnm := _PNM.match(data):
        width, height, largest = (int(number) for number in pnm.groups())
        require_size(width, height, f"byte {pnm.start(1)}")
        row = width * (3 if data.startswith(b"P6") else 1) * (1 if largest < 256 else 2)
        promise = f"the header says {width} x {height} (width x height) pixels"
        require_length(len(data), pnm.end(), height * row, promise)


def _check_jpeg(data: bytes) -> None:
    """Walk the segments up to the pixels, read the size on the way, and see that the pixels end."""
    start = 2
    while True:
        if len(data) < start + 4 or data[start] != 0xFF:
            raise FormatError(f"byte {min(start, len(data))}", "no JPEG segment begins here", "one, up to the pixels")
        marker, length = data[start + 1], int.from_bytes(data[start + 2 : start + 4], "big")
        if marker == 0xFF:  # a fill byte
            start += 1
            continue
        if marker in range(0xC0, 0xD0) and marker not in (0xC4, 0xC8, 0xCC) and len(data) >= start + 9:
            height, width = struct.unpack_from(">HH", data, start + 5)
            if width * height > MAX_PIXELS:
                raise FormatError(f"byte {start + 5}", f"{width} x {height} pixels", f"at most {MAX_PIXELS}")
        start += 2 + length
        if marker == 0xDA:
            break
    if data.find(b"\xff\xd9", start) < 0:
        raise FormatError(f"byte {len(data)}", "the file ends within its pixels", "an end-of-image marker, ff d9")


def _as_rgb(pixels: np.ndarray) -> UInt8[np.ndarray, "H W 3"]:
    """Turn grey, BGR or BGRA of 8 or 16 bits into RGB."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        full = np.iinfo(pixels.dtype).max
        alpha = pixels[..., -1:].astype(np.float64) / full
        pixels = np.rint(alpha * pixels[..., :-1] + (1 - alpha) * full).astype(pixels.dtype)
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)  # 65535 is 255 * 257
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return np.ascontiguousarray(pixels[..., ::-1])
