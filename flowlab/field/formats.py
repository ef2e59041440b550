"""Flow file formats: .flo, KITTI's .png, .pfm and .npy (.flo5 has its own module).

``read_X(stream, size)`` takes an open binary file and its length in bytes, and returns the flow with its unknown
pixels, and a mask where the format has one. ``encode_X(flow, valid)`` returns the pieces of the file in their order.
Neither knows the file's name: ``flowlab.field.files`` adds it to errors.
"""

from __future__ import annotations

import ast
import io
import math
import re
import struct
from collections.abc import Sequence
from typing import BinaryIO

import cv2
import numpy as np
from jaxtyping import Bool, Float32

Flow = Float32[np.ndarray, "H W 2"]
Valid = Bool[np.ndarray, "H W"]
Pieces = Sequence[bytes | np.ndarray]

UNKNOWN = 1e10  # Middlebury's convention, for every format here without a mask

# The largest image (134 megapixels) that a compressed file may state. An uncompressed file needs no limit: its length
# must be the one that its header states.
MAX_PIXELS = 2**27
# The largest ratio of Deflate (zlib, "Technical details"): the length of a file limits the image in it.
DEFLATE_RATIO = 1032

_BEGINNINGS = {
    b"PIEH": "a Middlebury .flo file",
    b"\x89PNG": "a PNG picture",
    b"\x89HDF": "an HDF5 file (.flo5)",
    b"\x93NUMPY": "a NumPy .npy file",
    b"PK\x03\x04": "a ZIP archive (or .npz)",
    b"PF": "a PFM file",
    b"Pf": "a PFM file with one channel",
    b"\xff\xd8\xff": "a JPEG picture",
    b"P6": "a PPM picture",
    b"\x1f\x8b": "a gzip file",
    b"version ": "a Git LFS pointer, not the file itself (git lfs pull fetches it)",
    b"<": "an HTML or XML page",
}


class FormatError(ValueError):
    """An error in the bytes of a file, without the file's name."""

    def __init__(self, where: str, what: str, expected: str) -> None:
        super().__init__(f"{where}: {what}; expected {expected}")


def require_beginning(head: bytes, magic: bytes, name: str) -> None:
    """Refuse a file that does not begin with ``magic``, and name the format that it looks like."""
    if head.startswith(magic):
        return
    if not head:
        raise FormatError("byte 0", "the file is empty", f"{magic!r}, with which {name} begins")
    looks_like = next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), None)
    guess = f", like {looks_like}" if looks_like else ""
    found = head[: max(len(magic), 4)]
    raise FormatError("byte 0", f"the file begins with {found!r}{guess}", f"{magic!r}, with which {name} begins")


def require_length(size: int, header: int, payload: int, promise: str) -> None:
    """Refuse a file that is shorter or longer than its header states, before anything is allocated."""
    due = header + payload
    if size < due:
        raise FormatError(
            f"byte {size}", f"the file ends here, {due - size} bytes early", f"{due} bytes, since {promise}"
        )
    if size > due:
        raise FormatError(f"byte {due}", f"{size - due} bytes too many", f"the file to end here, since {promise}")


def require_size(width: int, height: int, where: str) -> None:
    """Refuse an image without pixels."""
    if width < 1 or height < 1:
        raise FormatError(where, f"width {width} and height {height}", "both to be at least 1")


def read_array(stream: BinaryIO, shape: tuple[int, ...], dtype: np.dtype | str) -> np.ndarray:
    """Read the next bytes straight into a new array, in C order."""
    array = np.empty(shape, dtype)
    got = stream.readinto(memoryview(array).cast("B"))
    if got != array.nbytes:  # the length was checked: it shrank while we read
        raise FormatError(
            f"byte {stream.tell()}", "the file ended while it was read", f"{array.nbytes - got} more bytes"
        )
    return array


def fill_unknown(flow: Flow, valid: Valid, value: float = UNKNOWN) -> Flow:
    """Return the flow in C order, with both components set to ``value`` where it is not valid."""
    flow = np.ascontiguousarray(flow)
    if valid.all():
        return flow
    pairs = flow.view(np.complex64)[..., 0]  # one number per pixel is faster than two under one mask
    filled = np.where(valid, pairs, np.complex64(complex(value, value)))
    return filled[..., None].view(np.float32)


_FLO_TAG = struct.pack("<f", 202021.25)  # "PIEH" as text, if the byte order is right
_FLO_HEADER = 12


def read_flo(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read Middlebury's .flo: tag, width, height, then rows of u, v; little-endian, 4 bytes each."""
    head = stream.read(_FLO_HEADER)
    require_beginning(head, _FLO_TAG, "a .flo file")
    if len(head) < _FLO_HEADER:
        raise FormatError(f"byte {len(head)}", "the header ends here", f"{_FLO_HEADER} bytes: tag, width and height")
    width, height = struct.unpack("<ii", head[4:])
    require_size(width, height, "bytes 4 to 11")
    require_length(size, _FLO_HEADER, 8 * width * height, f"the header says {width} x {height} (width x height) pixels")
    return read_array(stream, (height, width, 2), "<f4").astype(np.float32, copy=False), None


def encode_flo(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    height, width = flow.shape[:2]
    return [_FLO_TAG + struct.pack("<ii", width, height), fill_unknown(flow, valid).astype("<f4", copy=False)]


_LONGEST_PFM_HEADER = 128
_PFM_HEADER = re.compile(rb"PF\s+(\S+)\s+(\S+)\s+(\S+)\s")


def read_pfm(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read FlyingThings3D's PFM, in either byte order: "PF", size, scale, then rows of u, v, 0 from the bottom up."""
    head = stream.read(_LONGEST_PFM_HEADER)
    if head[:2] == b"Pf":
        raise FormatError("byte 0", "'Pf' has one channel (a disparity or depth map)", "'PF', with three: u, v and 0")
    require_beginning(head, b"PF", "a PFM file with colour")
    header = _PFM_HEADER.match(head)
    if header is None:
        raise FormatError("byte 2", f"{head[2:40]!r}", "width, height and scale as text, each followed by one blank")
    width, height = (_pfm_side(header, group) for group in (1, 2))
    require_size(width, height, f"byte {header.start(1)}")
    order = "<" if _pfm_scale(header) < 0 else ">"
    promise = f"the header says {width} x {height} (width x height) pixels of 3 channels"
    require_length(size, header.end(), 12 * width * height, promise)
    stream.seek(header.end())
    rows = read_array(stream, (height, width, 3), f"{order}f4")[::-1]
    _require_no_third_channel(rows)
    return np.ascontiguousarray(rows[..., :2], dtype=np.float32), None


def encode_pfm(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows, little-endian."""
    height, width = flow.shape[:2]
    rows = np.zeros((height, width, 3), "<f4")
    rows[..., :2] = fill_unknown(flow, valid)[::-1]
    return [b"PF\n%d %d\n-1.0\n" % (width, height), rows]


def _pfm_side(header: re.Match[bytes], group: int) -> int:
    text = header[group]
    if not text.isdigit() or len(text) > 10:
        raise FormatError(f"byte {header.start(group)}", f"{text!r}", f"the {('width', 'height')[group - 1]} in digits")
    return int(text)


def _pfm_scale(header: re.Match[bytes]) -> float:
    """Return the third field: its sign gives the byte order, its size has no meaning for a flow."""
    try:
        scale = float(header[3])
    except ValueError:
        scale = math.nan
    if not math.isfinite(scale) or scale == 0:
        expected = "the scale: a number below 0 for little-endian, above 0 for big-endian"
        raise FormatError(f"byte {header.start(3)}", f"{header[3]!r}", expected)
    return scale


def _require_no_third_channel(rows: Float32[np.ndarray, "H W 3"]) -> None:
    third = rows[..., 2]
    if third.any():  # NaN counts as true
        y, x = np.argwhere(third != 0)[0]
        raise FormatError(
            f"third channel at row {y}, column {x}",
            f"{third[y, x]:g}",
            "0 everywhere, as in a flow; this is an image of three channels",
        )


_NPY_MAGIC = b"\x93NUMPY"
_LONGEST_NPY_HEADER = 10_000  # NumPy's own limit for literal_eval
_NPY_FLOATS = {order + kind: np.dtype(order + kind) for order in "<>" for kind in ("f2", "f4", "f8")}


def read_npy(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read NumPy's .npy of (H, W, 2) floats of 2, 4 or 8 bytes; nothing is unpickled."""
    fields, length = _read_npy_header(stream)
    dtype = _NPY_FLOATS.get(fields["descr"]) if isinstance(fields["descr"], str) else None
    if dtype is None:
        raise FormatError("header field 'descr'", f"{fields['descr']!r}", f"floats: one of {', '.join(_NPY_FLOATS)}")
    if not isinstance(fields["fortran_order"], bool):
        raise FormatError("header field 'fortran_order'", f"{fields['fortran_order']!r}", "True or False")
    height, width = _npy_shape(fields["shape"])
    promise = f"the header says shape ({height}, {width}, 2) of {dtype.itemsize}-byte floats"
    require_length(size, length, 2 * width * height * dtype.itemsize, promise)
    if fields["fortran_order"]:
        flow = read_array(stream, (2, width, height), dtype).transpose()
    else:
        flow = read_array(stream, (height, width, 2), dtype)
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite, which reads as unknown
        return np.ascontiguousarray(flow, dtype=np.float32), None


def encode_npy(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    array = fill_unknown(flow, valid)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return [header.getvalue(), array]


def _read_npy_header(stream: BinaryIO) -> tuple[dict, int]:
    """Return the three fields, not checked, and the number of bytes before the array."""
    head = stream.read(8)
    require_beginning(head, _NPY_MAGIC, "an .npy file")
    version = tuple(head[6:8])
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise FormatError("bytes 6 and 7", f"format version {version}", "(1, 0), (2, 0) or (3, 0)")
    width = 2 if version == (1, 0) else 4  # bytes of the length
    length = int.from_bytes(stream.read(width), "little")
    if length > _LONGEST_NPY_HEADER:
        raise FormatError("byte 8", f"a header of {length} bytes", f"at most {_LONGEST_NPY_HEADER}")
    text = stream.read(length)
    start = 8 + width
    if len(text) < length:
        raise FormatError(f"byte {start + len(text)}", "the header ends here", f"{length} bytes of it")
    try:
        fields = ast.literal_eval(text.decode("utf-8" if version == (3, 0) else "latin-1").strip())
    except (ValueError, SyntaxError, RecursionError, MemoryError) as error:
        raise FormatError(f"byte {start}", f"the header is unreadable ({type(error).__name__})", "a dict") from None
    if not isinstance(fields, dict) or set(fields) != {"descr", "fortran_order", "shape"}:
        raise FormatError(f"byte {start}", f"{text[:60]!r}", "a dict with 'descr', 'fortran_order' and 'shape'")
    return fields, start + length


def _npy_shape(shape: object) -> tuple[int, int]:
    """Return (height, width)."""
    whole = isinstance(shape, tuple) and all(type(side) is int for side in shape)
    if not whole or len(shape) != 3 or shape[2] != 2:
        hint = "; (2, H, W) is torch's order, save np.moveaxis(flow, 0, -1)" if whole and shape[:1] == (2,) else ""
        raise FormatError("header field 'shape'", f"{shape!r}", f"(height, width, 2){hint}")
    require_size(shape[1], shape[0], "header field 'shape'")
    return shape[:2]


PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_COLORS = {0: ("grey", 1), 2: ("RGB", 3), 3: ("palette", 1), 4: ("grey with alpha", 2), 6: ("RGB with alpha", 4)}


def check_png(data: bytes) -> tuple[int, int, int, str]:
    """Check the size in the header of a PNG before OpenCV allocates it; OpenCV checks the rest of the file.

    Returns:
        Width, height, bits per channel, and the name of the colour type.
    """
    require_beginning(data, PNG_SIGNATURE, "a PNG file")
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        raise FormatError("byte 8", f"{data[8:16]!r}", "a chunk IHDR of 13 bytes")
    width, height, depth, color = struct.unpack_from(">IIBB", data, 16)
    require_size(width, height, "chunk IHDR")
    name, channels = _PNG_COLORS.get(color, (f"colour type {color}", 1))
    size = f"{width} x {height} (width x height) pixels"
    if width * height > MAX_PIXELS:
        raise FormatError("chunk IHDR", size, f"at most {MAX_PIXELS}")
    if width * height * depth * channels // 8 > DEFLATE_RATIO * len(data) + 1024:
        most = f"at most {DEFLATE_RATIO} times the {len(data)} bytes of the file"
        raise FormatError("chunk IHDR", size, most)
    return width, height, depth, name


def decoded(data: bytes, flags: int) -> np.ndarray | None:
    """Return the pixels of an image file as OpenCV reads them, or None if it cannot."""
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None


_KITTI_ZERO = 32768
_KITTI_STEPS = 64
_KITTI_LARGEST = (65535 - _KITTI_ZERO) / _KITTI_STEPS  # 511.98 px to the right; 512 to the left


def read_kitti(stream: BinaryIO, size: int) -> tuple[Flow, Valid]:
    """Read KITTI's 16-bit RGB PNG: red is 64 u + 32768, green 64 v + 32768, and blue 1 where valid."""
    if size > 8 * MAX_PIXELS:
        raise FormatError(f"byte {8 * MAX_PIXELS}", f"the file has {size} bytes", "at most 8 per pixel")
    data = stream.read()
    width, height, depth, color = check_png(data)
    if (depth, color) != (16, "RGB"):
        what = f"{depth} bits a channel, {color}"
        raise FormatError("chunk IHDR", what, "KITTI's flow: 16 bits, RGB; this is an image, read_image reads it")
    bgr = decoded(data, cv2.IMREAD_UNCHANGED)  # channels are blue, green, red
    if bgr is None or bgr.dtype != np.uint16 or bgr.shape != (height, width, 3):
        where = f"chunks after byte 33 of {len(data)}"
        raise FormatError(where, "the pixels do not unpack", f"{width} x {height} whole 16-bit RGB pixels")
    blue = bgr[..., 0]
    if blue.max() > 1:
        y, x = np.argwhere(blue > 1)[0]
        expected = "0 (unknown) or 1 (valid); other 16-bit pictures, Virtual KITTI 2's flow too, have another scale"
        raise FormatError(f"blue channel at row {y}, column {x}", f"{blue[y, x]}", expected)
    flow = (bgr[..., :0:-1].astype(np.float32) - _KITTI_ZERO) / _KITTI_STEPS
    return flow, blue == 1


def encode_kitti(flow: Flow, valid: Valid) -> Pieces:
    """Return the PNG file. Values are rounded to the nearest 1/64 px, not cut.

    Raises:
        ValueError: If a valid pixel moves farther than the format can hold.
    """
    steps = np.rint(np.where(valid[..., None], flow, 0) * _KITTI_STEPS) + _KITTI_ZERO
    beyond = int(((steps < 0) | (steps > 65535)).any(axis=-1).sum())
    if beyond:
        raise ValueError(
            f"{beyond} pixels move farther than a KITTI PNG can hold (-512 to {_KITTI_LARGEST:.2f} px); write .flo, "
            ".pfm, .flo5 or .npy, or mark these pixels as not valid"
        )
    bgr = np.zeros((*valid.shape, 3), np.uint16)
    bgr[..., :0:-1] = np.where(valid[..., None], steps, 0)  # unknown pixels are 0, 0, 0, as in KITTI's own files
    bgr[..., 0] = valid
    done, data = cv2.imencode(".png", bgr)
    if not done or not data.tobytes().startswith(PNG_SIGNATURE):
        raise RuntimeError(f"OpenCV did not encode a 16-bit PNG of shape {bgr.shape}")
    return [data]
