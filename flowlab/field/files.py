"""Flows and images on disk; the suffix of a flow gives its format: .flo, KITTI's .png, .pfm, .flo5 or .npy."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from flowlab._disk import FilePath, open_to_read, write_atomically
from flowlab.field import arrays, formats
from flowlab.field.arrays import Flow, Mask, check_image, flow_batch, known, mask_batch

_FORMATS: dict[str, tuple[Callable, Callable]] = {  # read, encode
    ".flo": (formats.read_flo, formats.encode_flo),
    ".png": (formats.read_kitti, formats.encode_kitti),
    ".pfm": (formats.read_pfm, formats.encode_pfm),
    ".flo5": (formats.read_flo5, formats.encode_flo5),
    ".npy": (formats.read_npy, formats.encode_npy),
}
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")


def read_flow(
    path: FilePath, *, stride: int = 1, scale: float | None = None
) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Read a flow field and the mask of its known pixels.

    Args:
        path: A file in .flo (Middlebury, Sintel, Flying Chairs), .png (KITTI, 16 bits), .pfm
            (FlyingThings3D), .flo5 (Spring; needs h5py) or .npy ((H, W, 2) floats).
        stride: Keep one row and column in ``stride``. Spring's .flo5 files have twice the size of
            its images, in pixels of the images: ``stride=2`` gives the flow on the image's grid.
        scale: Of a .png, its steps per pixel: None for KITTI's 64. DSEC's files look the same but
            have 128; without ``scale=128`` their flow comes out twice as long.

    Returns:
        (flow, valid): (H, W, 2) float32 in pixels, u right and v down; (H, W) bool. Unknown pixels
        (beyond 1e9 or NaN in the file, or masked by KITTI) are 0 with valid False.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the suffix is none of these or takes no ``scale``, or the file is truncated,
            too long, absurdly large or of another kind; the message gives the file, the byte or
            field, and what was expected.
        ImportError: If a .flo5 file needs h5py and it is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_flow(f"{folder}/right.flo", np.full((2, 3, 2), (1.5, 0.0), np.float32))
        ...     flow, valid = read_flow(f"{folder}/right.flo")
        >>> flow[0, 0].tolist(), valid.all().item()
        ([1.5, 0.0], True)
    """
    if stride < 1 or stride % 1:
        raise ValueError(f"stride must be a whole number of at least 1, got {stride}")
    read, _ = _format(path, scale)
    with open_to_read(path) as (stream, size):
        try:
            flow, valid = read(stream, size)
        except ValueError as error:
            raise ValueError(f"cannot read {path} as {Path(path).suffix}: {error}") from None
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite: unknown
        flow = np.ascontiguousarray(flow[::stride, ::stride], np.float32)
    valid = known(flow) if valid is None else np.ascontiguousarray(valid[::stride, ::stride])
    return formats.fill_unknown(flow, valid, 0.0), valid


def write_flow(path: FilePath, flow: Flow, valid: Mask | None = None, *, scale: float | None = None) -> None:
    """Write a flow field in one step: if it fails, the old file is unchanged.

    Args:
        path: The file; the suffix gives the format, as in ``read_flow``.
        flow: (H, W, 2), or a tensor (2, H, W) or (1, 2, H, W), in pixels. All formats hold float32,
            but KITTI's .png holds 1/64 px, to which it is rounded. Pixels that ``numpy.ma`` masks
            are unknown.
        valid: (H, W) bool, False where the flow is unknown (1e10 is written, KITTI has a mask). If
            not given, a pixel that is NaN or beyond 1e9 is unknown.
        scale: Of a .png, its steps per pixel, as in ``read_flow``.

    Raises:
        ValueError: If the suffix is unknown, the shapes do not fit, a valid pixel is NaN or beyond
            1e9, or a flow is too long for KITTI's .png (512 px).
        OSError: If the folder does not exist or may not be written to, or the disk is full.
        ImportError: If .flo5 needs h5py and it is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_flow(f"{folder}/half.png", np.full((1, 2, 2), 0.5), np.array([[True, False]]))
        ...     flow, valid = read_flow(f"{folder}/half.png")
        >>> flow.tolist(), valid.tolist()
        ([[[0.5, 0.5], [0.0, 0.0]]], [[True, False]])
    """
    _, encode = _format(path, scale)
    array, mask = _one_flow(flow, valid)
    try:
        pieces = encode(formats.fill_unknown(array, mask, formats.UNKNOWN), mask)
    except ValueError as error:
        raise ValueError(f"cannot write {path}: {error}") from None
    write_atomically(path, pieces)


def _format(path: FilePath, scale: float | None) -> tuple[Callable, Callable]:
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ValueError(f"{path}: no flow format has the suffix {suffix!r}; expected one of {', '.join(_FORMATS)}")
    if scale is None:
        return _FORMATS[suffix]
    if suffix != ".png":
        raise ValueError(f"{path}: scale is for .png files; leave it out, a {suffix} is in pixels")
    if not 1 <= scale < math.inf:
        raise ValueError(f"scale must be steps per pixel, such as 64 (KITTI) or 128 (DSEC), got {scale}")
    return partial(formats.read_kitti, steps=scale), partial(formats.encode_kitti, steps=scale)


def _one_flow(flow: Flow, valid: Mask | None) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    batch, layout = flow_batch(flow)
    if len(batch) != 1:
        raise ValueError(f"flow of shape {layout.shape} is a batch of {len(batch)}; a file holds one: write each")
    mask = None if valid is None else arrays.without_masked(mask_batch(valid, layout), flow)[0].cpu().numpy()
    array = batch[0].detach().movedim(0, -1).float().cpu().numpy()
    if mask is None:
        return array, known(array)
    if wrong := int((mask & ~known(array)).sum()):
        raise ValueError(f"flow is NaN or beyond {arrays.UNKNOWN_ABOVE:g} at {wrong} of {int(mask.sum())} valid pixels")
    return array, mask


def read_image(path: FilePath, *, scale: float | None = None) -> UInt8[np.ndarray, "H W 3"]:
    """Read an image as RGB.

    Args:
        path: A file that OpenCV reads: PNG, JPEG, PPM and PGM, BMP, TIFF, WebP.
        scale: The value in the file that is white; larger ones are white, too. None for the largest
            of its type (255 or 65535), of a PPM or PGM file the maximum in its header, and 1 for
            floats. Files of a camera of 12 bits need 4095.

    Returns:
        (H, W, 3) uint8. Grey is repeated on three channels, other ranges are rounded to 8 bits,
        transparent parts stand on white, and the EXIF orientation is applied. A 16-bit image with
        less than an eighth of its range gets a warning, which suggests a ``scale``.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, absurdly large or not an image, or needs a ``scale``.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_image(f"{folder}/red.png", np.full((1, 2, 3), (255, 0, 0), np.uint8))
        ...     read_image(f"{folder}/red.png").tolist()
        [[[255, 0, 0], [255, 0, 0]]]
    """
    if scale is not None and not 0 < scale < math.inf:
        raise ValueError(f"scale must be the value that is white, such as 255 or 4095, got {scale}")
    with open_to_read(path) as (stream, _):
        data = stream.read()
    try:
        if pnm := formats.pnm_pixels(data):  # faster than OpenCV, which ignores most maxima
            pixels, white = pnm
            rgb = _as_bytes(pixels, scale or white)
            return rgb if rgb.shape[2] == 3 else cv2.cvtColor(rgb, cv2.COLOR_GRAY2RGB)
        pixels = _decoded(data)
        return _as_rgb(_as_bytes(pixels, scale or _white(path, pixels)))
    except ValueError as error:
        raise ValueError(f"cannot read {path} as an image: {error}") from None


def _decoded(data: bytes) -> np.ndarray:
    """Decode an image file, upright; grey, BGR or BGRA."""
    # "Unchanged" keeps transparency, but ignores the orientation (not of TIFF).
    oriented = data.startswith((formats.PNG_SIGNATURE, b"RIFF", b"\xff\xd8"))
    unchanged = data.startswith((formats.PNG_SIGNATURE, b"RIFF", b"II*\0", b"MM\0*"))
    photograph = cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_IGNORE_ORIENTATION
    pixels = formats.decoded(data, cv2.IMREAD_UNCHANGED if unchanged else photograph)
    if pixels is None:
        what = f"it begins with {data[:8]!r}, and is not an image that OpenCV can read, or damaged"
        raise ValueError(f"{what}; expected PNG, JPEG, PPM, BMP, TIFF or WebP")
    if pixels.dtype.kind == "f" and not np.isfinite(pixels).all():
        raise ValueError("it has NaN or infinite values; expected a number for each pixel")
    end = data.find(b"IDAT") if pixels.ndim == 2 and data.startswith(formats.PNG_SIGNATURE) else 0
    if (clear := data.find(b"\0\0\0\2tRNS", 33, end)) > 0:
        level, white = int.from_bytes(data[clear + 8 : clear + 10]), np.iinfo(pixels.dtype).max
        pixels[pixels == level * white // (2 ** data[24] - 1)] = white  # byte 24: bits of a level
    return formats.upright(pixels, formats.orientation(data)) if oriented else pixels


def _white(path: FilePath, pixels: np.ndarray) -> float:
    """Return the value of white where the caller has given none; warn where it hardly fits."""
    if pixels.dtype == np.uint8:
        return 255
    least, brightest = pixels.min().item(), pixels.max().item()
    white = arrays.white_of(brightest)
    if pixels.dtype == np.uint16:
        if 0 < brightest < arrays.SLIVER:
            what = f"images in {Path(path).parent} use few of their 16 bits: almost black"
            warnings.warn(f"{what}; if {white} is white: read_image(path, scale={white})", stacklevel=3)
        return 65535
    if pixels.dtype.kind == "f" and least >= -0.5 and brightest <= 1.5:  # as check_image
        return 1
    what = f"its values are {pixels.dtype}, from {least:g} to {brightest:g}"
    raise ValueError(f"{what}; give the value that is white, as scale={white:g}")


def write_image(path: FilePath, image: UInt8[np.ndarray, "H W 3"] | UInt8[np.ndarray, "H W"]) -> None:
    """Write an image in one step: if it fails, the old file is unchanged.

    Args:
        path: The file; the suffix gives the format (.png and .ppm are lossless, .jpg is not).
        image: RGB (H, W, 3) or grey (H, W), uint8.

    Raises:
        TypeError: If ``image`` is not a uint8 array.
        ValueError: If its shape is not an image's, or the suffix is unknown.
        OSError: If the folder does not exist or may not be written to, or the disk is full.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_image(f"{folder}/grey.png", np.array([[0, 200]], np.uint8))
        ...     read_image(f"{folder}/grey.png").tolist()
        [[[0, 0, 0], [200, 200, 200]]]
    """
    suffix = Path(path).suffix.lower()
    if suffix not in IMAGE_SUFFIXES:
        raise ValueError(f"{path}: no image has the suffix {suffix!r}; expected one of {', '.join(IMAGE_SUFFIXES)}")
    layout = check_image(image)
    if not layout.numpy or image.dtype != np.uint8:
        floats = "floats in [0, 1]: (image * 255).round().astype('uint8')"
        raise TypeError(f"image must be a uint8 array, got {image.dtype}; {floats}")
    if layout.batched or image.shape[2:] == (4,):
        raise ValueError(f"image must be (H, W, 3) or (H, W), got shape {image.shape}")
    bgr = image[..., ::-1] if image.ndim == 3 else image
    done, data = cv2.imencode(suffix, np.ascontiguousarray(bgr))
    if not done:
        raise ValueError(f"{path}: OpenCV cannot write an image of shape {image.shape} as {suffix}")
    write_atomically(path, [data])


def _as_bytes(pixels: np.ndarray, white: float) -> UInt8[np.ndarray, ...]:
    """Convert numbers from 0 to ``white`` to 8 bits, rounded."""
    if pixels.dtype == np.uint8 and white == 255:
        return pixels
    if (pixels > white).mean() > 0.5:
        what = f"more than half of its values are above {white:g}, which is to be white"
        raise ValueError(f"{what}; they go up to {pixels.max():g}: give another scale")
    return np.rint(255.0 * pixels / white).clip(0, 255).astype(np.uint8)


def _as_rgb(pixels: UInt8[np.ndarray, ...]) -> UInt8[np.ndarray, "H W 3"]:
    """Convert grey, BGR or BGRA to RGB."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1:].astype(np.float64) / 255
        pixels = np.rint(alpha * pixels[..., :-1] + (1 - alpha) * 255).astype(np.uint8)
    conversion = cv2.COLOR_BGR2RGB if pixels.shape[2:] == (3,) else cv2.COLOR_GRAY2RGB
    return cv2.cvtColor(np.ascontiguousarray(pixels), conversion)
