"""Flow file formats: .flo, KITTI's .png, .pfm, .npy and Spring's .flo5.

``read_X(stream, size)`` takes an open file and its length in bytes, and returns the flow with its unknown pixels, and a
mask where the format has one. ``encode_X(flow, valid)`` returns the pieces of the file in their order. Neither knows
the file's name: ``flowlab.field.files`` adds it to errors.
"""

from __future__ import annotations

import io
import math
import re
import struct
from collections.abc import Sequence
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import cv2
import numpy as np
from jaxtyping import Bool, Float32

if TYPE_CHECKING:
    import h5py

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


def require_size(width: int, height: int, where: str) -> None:
    """Refuse an image without pixels."""
    if width < 1 or height < 1:
        raise FormatError(where, f"width {width} and height {height}", "both to be at least 1")


def require_small(width: int, height: int, where: str, unpacked: int, stored: int) -> None:
    """Refuse a compressed image of no or too many pixels, or whose ``unpacked`` bytes ``stored`` ones cannot hold."""
    require_size(width, height, where)
    # A pixel has at most 16 bytes: two float64.
    if max(width * height, unpacked // 16) > MAX_PIXELS or unpacked > DEFLATE_RATIO * stored:
        what = f"{width} x {height} (width x height) pixels in {stored} bytes"
        raise FormatError(where, what, f"at most {MAX_PIXELS} pixels, and {DEFLATE_RATIO} times the bytes")


def require_length(size: int, start: int, width: int, height: int, pixel: int, where: str) -> None:
    """Refuse a file that is not as long as its header states: ``pixel`` bytes each, from byte ``start`` on."""
    require_size(width, height, where)
    end = start + width * height * pixel
    promise = f"since the header says {width} x {height} (width x height) pixels of {pixel} bytes"
    if size < end:
        raise FormatError(f"byte {size}", f"the file ends here, {end - size} bytes early", f"{end} bytes, {promise}")
    if size > end:
        raise FormatError(f"byte {end}", f"{size - end} bytes too many", f"the file to end here, {promise}")


def read_array(stream: BinaryIO, shape: tuple[int, ...], dtype: np.dtype | str) -> np.ndarray:
    """Read the next numbers straight into a new array, in C order; the length of the file is checked before."""
    return np.fromfile(stream, dtype, math.prod(shape)).reshape(shape)


def fill_unknown(flow: Flow, valid: Valid, value: float = UNKNOWN) -> Flow:
    """Return the flow in C order, with both components set to ``value`` where it is not valid."""
    flow = np.ascontiguousarray(flow)
    if valid.all():
        return flow
    pairs = flow.view(np.complex64)[..., 0]  # one number per pixel is faster than two under one mask
    filled = np.where(valid, pairs, np.complex64(complex(value, value)))
    return filled[..., None].view(np.float32)


def as_float32(flow: np.ndarray) -> Flow:
    """Return a copy in C order; a float64 beyond float32 becomes infinite, which reads as unknown."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(flow, dtype=np.float32)


def refuse_pixels(where: Bool[np.ndarray, "H W"], channel: np.ndarray, name: str, expected: str) -> None:
    """Refuse a file with a pixel for which ``where`` is True; the message gives the first one and its value."""
    if where.any():
        y, x = np.argwhere(where)[0]
        raise FormatError(f"{name} channel at row {y}, column {x}", f"{channel[y, x]:g}", expected)


_FLO_TAG = struct.pack("<f", 202021.25)  # "PIEH" as text, if the byte order is right
_FLO_HEADER = 12


def read_flo(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read Middlebury's .flo: tag, width, height, then rows of u, v; little-endian, 4 bytes each."""
    head = stream.read(_FLO_HEADER)
    require_beginning(head, _FLO_TAG, "a .flo file")
    if len(head) < _FLO_HEADER:
        raise FormatError(f"byte {len(head)}", "the header ends here", f"{_FLO_HEADER} bytes: tag, width and height")
    width, height = struct.unpack("<ii", head[4:])
    require_length(size, _FLO_HEADER, width, height, 8, "bytes 4 to 11")
    return read_array(stream, (height, width, 2), "<f4").astype(np.float32, copy=False), None


def encode_flo(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    height, width = flow.shape[:2]
    return [_FLO_TAG + struct.pack("<ii", width, height), fill_unknown(flow, valid).astype("<f4", copy=False)]


_LONGEST_PFM_HEADER = 128
_PFM_HEADER = re.compile(rb"PF\s+(\d{1,10})\s+(\d{1,10})\s+([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s")


def read_pfm(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read FlyingThings3D's PFM, in either byte order: "PF", size, scale, then rows of u, v, 0 from the bottom up."""
    head = stream.read(_LONGEST_PFM_HEADER)
    if head[:2] == b"Pf":
        raise FormatError("byte 0", "'Pf' has one channel (a disparity or depth map)", "'PF', with three: u, v and 0")
    require_beginning(head, b"PF", "a PFM file with colour")
    header = _PFM_HEADER.match(head)
    scale = float(header[3]) if header else 0.0  # its sign gives the byte order, its size has no meaning for a flow
    if header is None or scale == 0:
        expected = "width and height in digits, and the scale (below 0 for little-endian, above 0 for big-endian)"
        raise FormatError("byte 2", f"{head[2:40]!r}", f"{expected}, each followed by one blank")
    width, height = int(header[1]), int(header[2])
    require_length(size, header.end(), width, height, 12, f"byte {header.start(1)}")
    stream.seek(header.end())
    rows = read_array(stream, (height, width, 3), "<f4" if scale < 0 else ">f4")[::-1]
    third = rows[..., 2]
    refuse_pixels(third != 0, third, "third", "0 everywhere, as in a flow; this is an image of three channels")
    return as_float32(rows[..., :2]), None


def encode_pfm(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows, little-endian."""
    height, width = flow.shape[:2]
    rows = np.zeros((height, width, 3), "<f4")
    rows[..., :2] = fill_unknown(flow, valid)[::-1]
    return [b"PF\n%d %d\n-1.0\n" % (width, height), rows]


_LONGEST_NPY_HEADER = 12 + 10_000  # magic, version and length, then NumPy's own limit


def read_npy(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read NumPy's .npy of (H, W, 2) floats of 2, 4 or 8 bytes; nothing is unpickled."""
    head = stream.read(_LONGEST_NPY_HEADER)
    require_beginning(head, b"\x93NUMPY", "an .npy file")
    shape, fortran_order, dtype, length = _read_npy_header(io.BytesIO(head))
    if dtype.kind != "f" or dtype.itemsize not in (2, 4, 8):
        raise FormatError("header field 'descr'", f"{dtype.str!r}", "floats of 2, 4 or 8 bytes")
    if len(shape) != 3 or shape[2] != 2:
        hint = "; (2, H, W) is torch's order, save np.moveaxis(flow, 0, -1)" if shape[:1] == (2,) else ""
        raise FormatError("header field 'shape'", f"{shape}", f"(height, width, 2){hint}")
    height, width, _ = shape
    require_length(size, length, width, height, 2 * dtype.itemsize, "header field 'shape'")
    stream.seek(length)
    flow = read_array(stream, shape[::-1] if fortran_order else shape, dtype)
    return as_float32(flow.transpose() if fortran_order else flow), None


def encode_npy(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    array = fill_unknown(flow, valid)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return [header.getvalue(), array]


def _read_npy_header(head: io.BytesIO) -> tuple[tuple[int, ...], bool, np.dtype, int]:
    """Return the three fields and the number of bytes before the array."""
    try:
        version = np.lib.format.read_magic(head)
        if version not in ((1, 0), (2, 0), (3, 0)):
            raise FormatError("bytes 6 and 7", f"format version {version}", "(1, 0), (2, 0) or (3, 0)")
        # Versions 2 and 3 differ in the names of fields only, which no flow has.
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        return (*read(head), head.tell())
    except FormatError:
        raise
    except Exception as error:  # noqa: BLE001 - damaged text fails as anything: ValueError, SyntaxError, MemoryError
        first_line = str(error).partition("\n")[0]
        what = f"the header is unreadable ({first_line})"
        raise FormatError("byte 8", what, "NumPy's dict of three fields") from None


PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_RGB = 2
_PNG_CHANNELS = {0: 1, _PNG_RGB: 3, 3: 1, 4: 2, 6: 4}  # by colour type


def check_png(data: bytes) -> tuple[int, int, int, int]:
    """Check the size in the header of a PNG before OpenCV allocates it; OpenCV checks the rest of the file.

    Returns:
        Width, height, bits per channel, and the number of the colour type.
    """
    require_beginning(data, PNG_SIGNATURE, "a PNG file")
    if len(data) < 33 or data[8:16] != b"\0\0\0\rIHDR":
        raise FormatError("byte 8", f"{data[8:16]!r}", "a chunk IHDR of 13 bytes")
    width, height, depth, color = struct.unpack_from(">IIBB", data, 16)
    unpacked = width * height * depth * _PNG_CHANNELS.get(color, 1) // 8
    require_small(width, height, "chunk IHDR", unpacked, len(data))
    return width, height, depth, color


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
    if (depth, color) != (16, _PNG_RGB):
        what, expected = f"{depth} bits a channel, colour type {color}", f"KITTI's flow: 16 bits, type {_PNG_RGB} (RGB)"
        raise FormatError("chunk IHDR", what, f"{expected}; this is an image, read_image reads it")
    bgr = decoded(data, cv2.IMREAD_UNCHANGED)  # channels are blue, green, red
    if bgr is None or bgr.dtype != np.uint16 or bgr.shape != (height, width, 3):
        where = f"chunks after byte 33 of {len(data)}"
        raise FormatError(where, "the pixels do not unpack", f"{width} x {height} whole 16-bit RGB pixels")
    blue = bgr[..., 0]
    expected = "0 (unknown) or 1 (valid); other 16-bit pictures, Virtual KITTI 2's flow too, have another scale"
    refuse_pixels(blue > 1, blue, "blue", expected)
    flow = (bgr[..., :0:-1].astype(np.float32) - _KITTI_ZERO) / _KITTI_STEPS
    return flow, blue == 1


def encode_kitti(flow: Flow, valid: Valid) -> Pieces:
    """Return the PNG file. Values are rounded to the nearest 1/64 px, not cut.

    Raises:
        ValueError: If a valid pixel moves farther than the format can hold.
    """
    steps = np.rint(np.where(valid[..., None], flow, 0) * _KITTI_STEPS) + _KITTI_ZERO
    if beyond := int(((steps < 0) | (steps > 65535)).any(axis=-1).sum()):
        what = f"{beyond} pixels move farther than a KITTI PNG can hold (-512 to {_KITTI_LARGEST:.2f} px)"
        raise ValueError(f"{what}; write .flo, .pfm, .flo5 or .npy, or mark these pixels as not valid")
    bgr = np.zeros((*valid.shape, 3), np.uint16)
    bgr[..., :0:-1] = np.where(valid[..., None], steps, 0)  # unknown pixels are 0, 0, 0, as in KITTI's own files
    bgr[..., 0] = valid
    done, data = cv2.imencode(".png", bgr)
    if not done or not data.tobytes().startswith(PNG_SIGNATURE):
        raise RuntimeError(f"OpenCV did not encode a 16-bit PNG of shape {bgr.shape}")
    return [data]


def read_flo5(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read Spring's .flo5: an HDF5 file, whose length HDF5 checks, with a data set "flow" of (height, width, 2)."""
    require_beginning(stream.read(8), b"\x89HDF\r\n\x1a\n", "an HDF5 file")
    stream.seek(0)
    h5py = _h5py()
    try:
        # Through the open file, not by name: HDF5 would lock it, and some network disks refuse locks.
        with h5py.File(stream, "r") as file:
            flow = _flow_of(h5py, file)[...]
    except (FormatError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a damaged HDF5 file can fail as anything: OSError, KeyError, TypeError
        first_line = str(error).partition("\n")[0]
        raise FormatError(f"inside the HDF5 file of {size} bytes", first_line, "a readable data set 'flow'") from None
    return as_float32(flow), None


def encode_flo5(flow: Flow, valid: Valid) -> Pieces:
    """Return the HDF5 file: compressed like Spring's, with checksums, so that damage is detected."""
    h5py = _h5py()
    buffer = io.BytesIO()
    # Before HDF5 1.10 the format has no checksum on the structure itself.
    with h5py.File(buffer, "w", libver=("v110", "v110")) as file:
        array = fill_unknown(flow, valid)
        file.create_dataset("flow", data=array, compression="gzip", compression_opts=5, fletcher32=True)
    return [buffer.getvalue()]


def _h5py() -> ModuleType:
    try:
        import h5py
    except ImportError as error:
        raise ImportError("files in .flo5 need h5py: pip install 'flowlab[flo5]'") from error
    return h5py


def _flow_of(h5py: ModuleType, file: h5py.File) -> h5py.Dataset:
    """Return the data set "flow" if it is in this file and its size fits the stored bytes."""
    link = file.get("flow", getlink=True)
    if link is None:
        held = ", ".join(map(repr, list(file)[:5])) or "nothing"
        raise FormatError("the top of the HDF5 file", f"it holds {held}", "a data set 'flow'")
    data = file["flow"] if isinstance(link, h5py.HardLink) else None
    if not isinstance(data, h5py.Dataset) or data.external or data.is_virtual:
        raise FormatError("'flow'", "it is no data set of this file (a group, or a link elsewhere)", "a data set")
    if data.dtype.kind != "f" or data.dtype.itemsize not in (2, 4, 8):
        raise FormatError("data set 'flow'", f"its type is {data.dtype}", "floats of 2, 4 or 8 bytes")
    if data.ndim != 3 or data.shape[2] != 2:
        raise FormatError("data set 'flow'", f"its shape is {data.shape}", "(height, width, 2)")
    height, width, _ = data.shape
    chunk = math.prod(data.chunks or (0,)) * data.dtype.itemsize  # HDF5 unpacks a whole one
    require_small(width, height, "data set 'flow'", max(data.nbytes, chunk), data.id.get_storage_size())
    return data
