"""Flows and images on disk; the suffix of a flow gives its format: .flo, KITTI's .png, .pfm, .flo5 or .npy."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Bool, Float32, UInt8

from flowlab._disk import FilePath, open_to_read, write_atomically
from flowlab.field import formats
from flowlab.field.arrays import UNKNOWN_ABOVE, Flow, Mask, check_image, flow_batch, known, mask_batch

_FORMATS: dict[str, tuple[Callable, Callable]] = {  # read, encode
    ".flo": (formats.read_flo, formats.encode_flo),
    ".png": (formats.read_kitti, formats.encode_kitti),
    ".pfm": (formats.read_pfm, formats.encode_pfm),
    ".flo5": (formats.read_flo5, formats.encode_flo5),
    ".npy": (formats.read_npy, formats.encode_npy),
}
IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".ppm", ".pgm", ".bmp", ".tif", ".tiff", ".webp")
# A PPM of 8 bits; comments may stand between the numbers of its header.
_PPM = re.compile(rb"P6(?:\s+#[^\n]*)*\s+(\d{1,10})(?:\s+#[^\n]*)*\s+(\d{1,10})(?:\s+#[^\n]*)*\s+255\s")


def read_flow(path: FilePath, *, stride: int = 1) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Read a flow field and the mask of its known pixels.

    Args:
        path: A file in .flo (Middlebury, Sintel, Flying Chairs), .png (KITTI, 16 bits), .pfm
            (FlyingThings3D), .flo5 (Spring; needs h5py) or .npy ((H, W, 2) floats).
        stride: Keep one row and column in ``stride``. Spring's .flo5 files have twice the size of
            its images, in pixels of the images: ``stride=2`` gives the flow on the image's grid.

    Returns:
        (flow, valid): (H, W, 2) float32 in pixels, u right and v down; (H, W) bool. Unknown pixels
        (beyond 1e9 or NaN in the file, or masked by KITTI) are 0 with valid False.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the suffix is none of these, or the file is truncated, too long, absurdly large or of
            another kind; the message gives the file, the byte or field, and what was expected.
        ImportError: If a .flo5 file needs h5py and it is not installed.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_flow(f"{folder}/right.flo", np.full((2, 3, 2), (1.5, 0.0), np.float32))
        ...     flow, valid = read_flow(f"{folder}/right.flo")
        >>> flow[0, 0].tolist(), valid.all().item()
        ([1.5, 0.0], True)
    """
    if stride < 1:
        raise ValueError(f"stride must be at least 1, got {stride}")
    read, _ = _format(path)
    with open_to_read(path) as (stream, size):
        try:
            flow, valid = read(stream, size)
        except ValueError as error:
            raise ValueError(f"cannot read {path} as {Path(path).suffix}: {error}") from None
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite: unknown
        flow = np.ascontiguousarray(flow[::stride, ::stride], np.float32)
    valid = known(flow) if valid is None else np.ascontiguousarray(valid[::stride, ::stride])
    return formats.fill_unknown(flow, valid, 0.0), valid


def write_flow(path: FilePath, flow: Flow, valid: Mask | None = None) -> None:
    """Write a flow field in one step: if it fails, the old file is unchanged.

    Args:
        path: The file; the suffix gives the format, as in ``read_flow``.
        flow: (H, W, 2), or a tensor (2, H, W) or (1, 2, H, W), in pixels. All formats hold float32,
            but KITTI's .png holds 1/64 px, to which it is rounded.
        valid: (H, W) bool, False where the flow is unknown (1e10 is written, KITTI has a mask). If
            not given, a pixel that is NaN or beyond 1e9 is unknown.

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
    _, encode = _format(path)
    array, mask = _one_flow(flow, valid)
    try:
        pieces = encode(formats.fill_unknown(array, mask, formats.UNKNOWN), mask)
    except ValueError as error:
        raise ValueError(f"cannot write {path}: {error}") from None
    write_atomically(path, pieces)


def _format(path: FilePath) -> tuple[Callable, Callable]:
    suffix = Path(path).suffix.lower()
    if suffix not in _FORMATS:
        raise ValueError(f"{path}: no flow format has the suffix {suffix!r}; expected one of {', '.join(_FORMATS)}")
    return _FORMATS[suffix]


def _one_flow(flow: Flow, valid: Mask | None) -> tuple[Float32[np.ndarray, "H W 2"], Bool[np.ndarray, "H W"]]:
    """Return one flow in NumPy's layout, with its mask."""
    batch, layout = flow_batch(flow)
    mask = None if valid is None else mask_batch(valid, layout)[0].cpu().numpy()
    if len(batch) != 1:
        raise ValueError(f"flow of shape {layout.shape} is a batch of {len(batch)}; a file holds one: write each")
    array = batch[0].detach().movedim(0, -1).float().cpu().numpy()
    if mask is None:
        return array, known(array)
    if wrong := int((mask & ~known(array)).sum()):
        raise ValueError(f"flow is NaN or beyond {UNKNOWN_ABOVE:g} at {wrong} of {int(mask.sum())} valid pixels")
    return array, mask


def read_image(path: FilePath) -> UInt8[np.ndarray, "H W 3"]:
    """Read an image as RGB.

    Args:
        path: A file that OpenCV reads: PNG, JPEG, PPM, BMP, TIFF, WebP.

    Returns:
        (H, W, 3) uint8. Grey is repeated on three channels, 16 bits are rounded to 8, transparent
        parts stand on white, and photographs are turned by their EXIF orientation.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If the file is damaged, absurdly large or not an image, or has floats.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_image(f"{folder}/red.png", np.full((1, 2, 3), (255, 0, 0), np.uint8))
        ...     read_image(f"{folder}/red.png").tolist()
        [[[255, 0, 0], [255, 0, 0]]]
    """
    with open_to_read(path) as (stream, _):
        data = stream.read()
    # "Unchanged" keeps transparency, but ignores the orientation of photographs.
    may_be_transparent = data.startswith((formats.PNG_SIGNATURE, b"RIFF", b"II*\0", b"MM\0*"))
    flags = cv2.IMREAD_UNCHANGED if may_be_transparent else cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH
    try:
        if ppm := _PPM.match(data):  # its bytes are the pixels: ten times faster than OpenCV
            width, height = int(ppm[1]), int(ppm[2])
            formats.require_length(len(data), ppm.end(), width, height, 3, f"byte {ppm.start(1)}")
            return np.frombuffer(data, np.uint8, offset=ppm.end()).reshape(height, width, 3).copy()
        pixels = formats.decoded(data, flags)
    except ValueError as error:
        raise ValueError(f"cannot read {path} as an image: {error}") from None
    if pixels is None:
        what = f"it begins with {data[:8]!r}, and is not an image that OpenCV can read, or damaged"
        raise ValueError(f"cannot read {path}: {what}; expected PNG, JPEG, PPM, BMP, TIFF or WebP")
    if pixels.dtype not in (np.uint8, np.uint16):
        raise ValueError(f"cannot read {path}: its values are {pixels.dtype}; expected an image of 8 or 16 bits")
    return _as_rgb(pixels)


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


def _as_rgb(pixels: np.ndarray) -> UInt8[np.ndarray, "H W 3"]:
    """Convert grey, BGR or BGRA of 8 or 16 bits to RGB."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        full = np.iinfo(pixels.dtype).max
        alpha = pixels[..., -1:].astype(np.float64) / full
        pixels = np.rint(alpha * pixels[..., :-1] + (1 - alpha) * full).astype(pixels.dtype)
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)  # 65535 is 255 * 257
    return cv2.cvtColor(pixels, cv2.COLOR_BGR2RGB if pixels.shape[2:] == (3,) else cv2.COLOR_GRAY2RGB)
