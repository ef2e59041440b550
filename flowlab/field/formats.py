"""Flow file formats: .flo, KITTI's .png, .pfm, .npy and Spring's .flo5; and what OpenCV lacks for images.

``read_X(stream, size)`` takes an open file and its length in bytes, and returns the flow with its unknown pixels,
and a mask where the format has one. ``encode_X(flow, valid)`` takes a flow whose unknown pixels are 1e10, and
returns the pieces of the file in order. Errors get the file's name in ``flowlab.field.files``.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

import cv2
import numpy as np
from jaxtyping import Bool, Float32

from flowlab._optional import optional

if TYPE_CHECKING:
    import h5py

Flow = Float32[np.ndarray, "H W 2"]
Valid = Bool[np.ndarray, "H W"]
Pieces = Sequence[bytes | np.ndarray]

UNKNOWN = 1e10  # the value that Middlebury writes for an unknown pixel

HEIC = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
MAX_PIXELS = 2**27  # of a PNG, JPEG or TIFF file: OpenCV first allocates what the header states
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_SIZE = re.compile(rb"\x89PNG.{8}IHDR(?P<width>....)(?P<height>....)", re.DOTALL)
_JPEG_SIZE = re.compile(  # a start-of-frame segment: marker, length, bits, then height and width
    rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]\0[\x0b-\x26].(?P<height>..)(?P<width>..)", re.DOTALL
)

_BEGINNINGS = {
    b"PIEH": "a Middlebury .flo file; read it with flowlab.read_flow",
    b"\x89PNG": "a PNG picture",
    b"\x89HDF": "HDF5, such as Keras weights or a .flo5 flow",
    b"\x93NUMPY": "a NumPy .npy file",
    b"PK\x03\x04": "a ZIP archive (or .npz)",
    b"PF": "a PFM file",
    b"Pf": "a PFM file with one channel (a disparity or depth map)",
    b"\xff\xd8\xff": "a JPEG picture",
    b"P6": "a PPM picture",
    b"\x1f\x8b": "a gzip file; unpack it first",
    b"version ": "a Git LFS pointer, not the file itself; fetch it with `git lfs pull`",
    b"<": "a web page or XML; the download may have given an error page: open it in a browser",
}


class FormatError(ValueError):
    """An error in the bytes of a file, without the file's name."""

    def __init__(self, where: str, what: str, expected: str) -> None:
        super().__init__(f"{where}: {what}; expected {expected}")


def looks_like(head: bytes) -> str:
    """Name the kind of a file by its first bytes; "" for one that is not in the table."""
    return next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), "")


def require_beginning(head: bytes, magic: bytes, name: str) -> None:
    """Refuse a file that does not begin with ``magic``, and name the format that it looks like."""
    if head.startswith(magic):
        return
    guess = f", like {looks}" if (looks := looks_like(head)) else ""
    what = f"the file begins with {head[: max(len(magic), 4)]!r}{guess}" if head else "the file is empty"
    raise FormatError("byte 0", what, f"{magic!r}, with which {name} begins")


def require_length(size: int, start: int, width: int, height: int, pixel: int, where: str) -> None:
    """Refuse a file of another length than its header states; pixels have ``pixel`` bytes, from ``start`` on."""
    if width < 1 or height < 1:
        raise FormatError(where, f"width {width} and height {height}", "both to be at least 1")
    end = start + width * height * pixel
    promise = f"since the header says {width} x {height} (width x height) pixels of {pixel} bytes"
    if size < end:
        raise FormatError(f"byte {size}", f"the file ends here, {end - size} bytes early", f"{end} bytes, {promise}")
    if size > end:
        raise FormatError(f"byte {end}", f"{size - end} bytes too many", f"the file to end here, {promise}")


def require_flow(array: np.ndarray | h5py.Dataset, where: str) -> None:
    """Refuse an array that does not have the type and the shape of a flow."""
    if array.dtype.kind != "f" or array.dtype.itemsize not in (2, 4, 8):
        raise FormatError(where, f"its type is {array.dtype}", "floats of 2, 4 or 8 bytes")
    if array.ndim != 3 or array.shape[2] != 2 or 0 in array.shape:
        hint = "; torch's order: save np.moveaxis(flow, 0, -1)" if array.shape[:1] == (2,) else ""
        raise FormatError(where, f"its shape is {array.shape}", f"(height, width, 2){hint}")


@contextmanager
def refused(where: str, expected: str) -> Iterator[None]:
    """Turn any error of a library that reads a damaged file into a FormatError."""
    try:
        yield
    except FormatError:
        raise
    except Exception as error:  # noqa: BLE001 - NumPy and h5py raise OSError, KeyError, SyntaxError, MemoryError, ...
        raise FormatError(where, str(error).partition("\n")[0], expected) from None


def fill_unknown(flow: Flow, valid: Valid, value: float) -> Flow:
    """Return the flow in C order, with both components set to ``value`` where it is not valid."""
    flow = np.ascontiguousarray(flow)
    if valid.all():
        return flow
    pairs = flow.view(np.complex64)[..., 0]  # one number per pixel is faster than two
    filled = np.where(valid, pairs, np.complex64(complex(value, value)))
    return filled[..., None].view(np.float32)


def refuse_pixels(where: Bool[np.ndarray, "H W"], channel: np.ndarray, name: str, expected: str) -> None:
    """Refuse a file with a pixel for which ``where`` is True; the message gives the first one."""
    if where.any():
        y, x = np.argwhere(where)[0]
        raise FormatError(f"{name} channel at row {y}, column {x}", f"{channel[y, x]:g}", expected)


_FLO_TAG = struct.pack("<f", 202021.25)  # "PIEH" as text, if the byte order is right
_FLO_HEADER = 12


def read_flo(stream: BinaryIO, size: int) -> tuple[np.ndarray, None]:
    """Read Middlebury's .flo: tag, width, height, rows of u, v; little-endian, 4 bytes each."""
    head = stream.read(_FLO_HEADER)
    require_beginning(head, _FLO_TAG, "a .flo file")
    if len(head) < _FLO_HEADER:
        raise FormatError(f"byte {len(head)}", "the header ends here", f"{_FLO_HEADER} bytes: tag, width and height")
    width, height = struct.unpack("<ii", head[4:])
    require_length(size, _FLO_HEADER, width, height, 8, "bytes 4 to 11")
    return np.fromfile(stream, "<f4").reshape(height, width, 2), None


def encode_flo(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    height, width = flow.shape[:2]
    return [_FLO_TAG + struct.pack("<ii", width, height), flow.astype("<f4", copy=False)]


_LONGEST_PFM_HEADER = 128
_PFM_HEADER = re.compile(rb"PF\s+(\d{1,10})\s+(\d{1,10})\s+([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?:\r\n|\s)")


def read_pfm(stream: BinaryIO, size: int) -> tuple[np.ndarray, None]:
    """Read FlyingThings3D's PFM: "PF", size, scale (its sign: the byte order), rows of u, v, 0 from the bottom up."""
    head = stream.read(_LONGEST_PFM_HEADER)
    require_beginning(head, b"PF", "a PFM file with three channels")
    header = _PFM_HEADER.match(head)
    scale = float(header[3]) if header else 0.0  # its sign gives the byte order
    if header is None or scale == 0:
        expected = "width and height in digits, and the scale (below 0 for little-endian, above 0 for big-endian)"
        raise FormatError("byte 2", f"{head[2:40]!r}", f"{expected}, each followed by one blank")
    width, height = int(header[1]), int(header[2])
    require_length(size, header.end(), width, height, 12, f"byte {header.start(1)}")
    stream.seek(header.end())
    rows = np.fromfile(stream, "<f4" if scale < 0 else ">f4").reshape(height, width, 3)[::-1]
    u, v, third = np.moveaxis(rows, -1, 0)
    marked = (third != 0) & ~(np.isnan(u) | np.isnan(v))  # SelFlow and ptlflow write 1 beside NaN, an unknown pixel
    refuse_pixels(marked, third, "third", "0 where the flow is known; images and other masks are not read")
    return rows[..., :2], None


def encode_pfm(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows, little-endian."""
    rows = np.zeros((*flow.shape[:2], 3), "<f4")
    rows[..., :2] = flow[::-1]
    return [b"PF\n%d %d\n-1.0\n" % flow.shape[1::-1], rows]


def read_npy(stream: BinaryIO, size: int) -> tuple[np.ndarray, None]:
    """Read NumPy's .npy of (H, W, 2) floats of 2, 4 or 8 bytes; nothing is unpickled."""
    require_beginning(stream.read(8), b"\x93NUMPY", "an .npy file")
    with refused(f"inside the .npy file of {size} bytes", "NumPy's header and the numbers it states"):
        array = np.lib.format.open_memmap(stream.name, mode="r")  # allocates no more than the file
    require_flow(array, "the array")
    require_length(size, array.offset, array.shape[1], array.shape[0], 2 * array.itemsize, "the array's shape")
    return np.array(array, order="C"), None


def encode_npy(flow: Flow, valid: Valid) -> Pieces:
    """Return the header and the rows."""
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(flow))
    return [header.getvalue(), flow]


def decoded(data: bytes, flags: int) -> np.ndarray | None:
    """Return the pixels of an image file as OpenCV reads them, or None if it cannot.

    Refuse a PNG, JPEG or TIFF file that states more than ``MAX_PIXELS``, also for a thumbnail, and a JPEG
    file without its end, which OpenCV before 5 fills with grey.
    """
    if data.startswith((b"II*\0", b"MM\0*")) and (pixels := tiff_pixels(data)) > MAX_PIXELS:
        raise FormatError("its tags ImageWidth and ImageLength", f"{pixels} pixels", f"at most {MAX_PIXELS}")
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        what = "it is HEIC or AVIF, as phones write it"
        raise ValueError(f"{what}; convert it to JPEG or PNG (heif-convert, or the phone's most compatible format)")
    is_jpeg, end = data.startswith(b"\xff\xd8"), 0
    for size in _JPEG_SIZE.finditer(data) if is_jpeg else filter(None, [_PNG_SIZE.match(data)]):
        width, height = (int.from_bytes(size[side], "big") for side in ("width", "height"))
        if width * height > MAX_PIXELS:
            raise FormatError(f"byte {size.start(1)}", f"{width} x {height} pixels", f"at most {MAX_PIXELS}")
        end = size.end()
    if is_jpeg and data.find(b"\xff\xd9", end) < 0:
        raise FormatError(f"byte {len(data)}", "the file ends within its header or its pixels", "the marker ff d9")
    if data.startswith(b"P7"):  # OpenCV 5.0 exchanges its red and blue
        raise ValueError("it is a PAM file; convert it to PPM or PNG (pamtopnm, pamtopng)")
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error:
        return None


def tiff_pixels(data: bytes) -> int:
    """Return the number of pixels that the first image of a TIFF file states; 0 where it cannot be read."""
    tags = tiff_tags(data)
    return tags.get(256, 0) * tags.get(257, 0)  # ImageWidth and ImageLength


def tiff_tags(data: bytes) -> dict[int, int]:
    """Return the tags of a TIFF file's first image, or of an EXIF note, with their values as SHORT (3) or LONG."""
    order, tags = "<" if data.startswith(b"II") else ">", {}
    with suppress(struct.error):  # it is cut off
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (count,) = struct.unpack_from(f"{order}H", data, start)
        for entry in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind = struct.unpack_from(f"{order}HH", data, entry)
            (tags[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, entry + 8)
    return tags


_PNM = re.compile(rb"P([2356])" + 3 * rb"(?:\s|#[^\r\n]*[\r\n])+(\d{1,10})" + rb"\s")


def pnm_pixels(data: bytes) -> tuple[np.ndarray, int] | None:
    """Return the pixels of a PGM or PPM file, RGB, and its header's maximum; None for other files."""
    if not (header := _PNM.match(data)):
        return None
    width, height, maximum = map(int, header.groups()[1:])
    channels = 3 if header[1] in b"36" else 1
    if not 1 <= maximum <= 65535:
        raise FormatError(f"byte {header.start(4)}", f"the maximum is {maximum}", "1 to 65535")
    kind = np.dtype(">u2" if maximum > 255 else "u1")
    if header[1] in b"56":
        where, pixel = f"byte {header.start(2)}", channels * kind.itemsize
        end = header.end() + width * height * pixel
        size = end if data[end:].isspace() else len(data)  # an end of the line may follow
        require_length(size, header.end(), width, height, pixel, where)
        values = np.frombuffer(data, kind, width * height * channels, header.end())
    else:
        numbers = re.sub(rb"#[^\n]*", b"", data[header.end() :]).split()
        require_length(len(numbers), 0, width, height, channels, "the numbers")
        with refused("the numbers", f"decimal numbers up to {maximum}"):
            values = np.array([int(number) for number in numbers], kind)
    if maximum < np.iinfo(kind).max and (brightest := int(values.max())) > maximum:
        raise FormatError("the pixels", f"the value {brightest}", f"at most the maximum {maximum}")
    return values.astype(kind.newbyteorder("=")).reshape(height, width, channels), maximum


def orientation(data: bytes) -> int:
    """Return the EXIF orientation of a PNG, WebP or JPEG file, 1 to 8; 1 where none can be read."""
    is_png, note = data.startswith(PNG_SIGNATURE), b""
    at = 8 if is_png else 12
    if data.startswith(b"\xff\xd8"):  # no chunks, but segments
        segment = re.search(rb"\xff\xe1..Exif\0\0", data[: 1 << 18], re.DOTALL)
        at, note = len(data), data[segment.end() :] if segment else b""
    while at + 8 <= len(data) and not note:  # over the file's chunks
        (length,) = struct.unpack_from(">I" if is_png else "<4xI", data, at)
        if data[at + 4 : at + 8] == b"eXIf" or data[at : at + 4] == b"EXIF":
            note = data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0")
        at += 12 + length if is_png else 8 + length + length % 2  # with a checksum; to an even length
    value = tiff_tags(note).get(0x0112, 1)
    return value if 1 <= value <= 8 else 1


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Turn and mirror an image as its EXIF orientation says."""
    if orientation >= 5:
        pixels = pixels.swapaxes(0, 1)
    rows, columns = (-1 if orientation in flipped else 1 for flipped in ((3, 4, 7, 8), (2, 3, 6, 7)))
    return pixels[::rows, ::columns]


_KITTI_ZERO = 32768
KITTI_STEPS = 64  # per pixel of motion


def read_kitti(stream: BinaryIO, size: int, steps: float = KITTI_STEPS) -> tuple[np.ndarray, Valid]:
    """Read KITTI's 16-bit PNG: red is steps u + 32768, green steps v + 32768, and blue 1 where valid."""
    data = stream.read()
    require_beginning(data, PNG_SIGNATURE, "a PNG file")
    bgr = decoded(data, cv2.IMREAD_UNCHANGED)  # channels are blue, green, red
    if bgr is None:
        raise FormatError(f"after byte 8 of {size}", "the pixels do not unpack", "a whole PNG file of 16-bit RGB")
    if bgr.dtype != np.uint16 or bgr.shape[2:] != (3,):
        what = f"{bgr.dtype} of shape {bgr.shape}"
        raise FormatError("the pixels", what, "16-bit RGB, as KITTI's flow; read_image reads images")
    blue = bgr[..., 0]
    expected = "0 (unknown) or 1 (valid); Virtual KITTI 2's flow and others have another scale"
    refuse_pixels(blue > 1, blue, "blue", expected)
    flow = (bgr[..., :0:-1].astype(np.float32) - _KITTI_ZERO) / np.float32(steps)
    return flow, blue == 1


def encode_kitti(flow: Flow, valid: Valid, steps: float = KITTI_STEPS) -> Pieces:
    """Return the PNG file, rounded to the nearest step (1/64 px); refuse values that do not fit."""
    # Unknown is 32768, 32768, 0, as in KITTI's files: no motion to readers that ignore the mask.
    levels = np.rint(np.where(valid[..., None], flow, 0) * np.float32(steps)) + _KITTI_ZERO
    if beyond := int(((levels < 0) | (levels > 65535)).any(axis=-1).sum()):
        limits = f"{-32768 / steps:g} to {32767 / steps:.2f} px"
        what = f"{beyond} pixels move farther than a KITTI PNG can hold ({limits})"
        raise ValueError(f"{what}; write .flo, .pfm, .flo5 or .npy, or mark these pixels not valid")
    bgr = np.zeros((*valid.shape, 3), np.uint16)
    bgr[..., :0:-1] = levels
    bgr[..., 0] = valid
    return [cv2.imencode(".png", bgr)[1]]


DEFLATE_RATIO = 1032  # the largest ratio of HDF5's compression (zlib, "Technical details")


def read_flo5(stream: BinaryIO, size: int) -> tuple[np.ndarray, None]:
    """Read Spring's .flo5: an HDF5 file, whose length HDF5 checks, with a data set "flow" of (height, width, 2)."""
    require_beginning(stream.read(8), b"\x89HDF\r\n\x1a\n", "an HDF5 file")
    stream.seek(0)
    h5py = optional("h5py")
    # Through the open file, not by name: HDF5 would lock it, and some network disks refuse locks.
    with refused(f"inside the HDF5 file of {size} bytes", "a readable data set 'flow'"), h5py.File(stream, "r") as file:
        data = file.get("flow")
        if not isinstance(data, h5py.Dataset):
            held = ", ".join(map(repr, list(file)[:5])) or "nothing"
            raise FormatError("the top of the HDF5 file", f"it holds {held}", "a data set 'flow', not a group")
        require_flow(data, "data set 'flow'")
        if data.nbytes > DEFLATE_RATIO * (stored := data.id.get_storage_size()):
            what = f"shape {data.shape} in {stored} bytes"
            raise FormatError("data set 'flow'", what, f"an array of at most {DEFLATE_RATIO} times the bytes")
        return data[...], None


def encode_flo5(flow: Flow, valid: Valid) -> Pieces:
    """Return the HDF5 file, compressed like Spring's, with checksums to detect damage."""
    h5py = optional("h5py")
    buffer = io.BytesIO()
    # Before HDF5 1.10 the format has no checksum on the structure itself.
    with h5py.File(buffer, "w", libver=("v110", "v110")) as file:
        file.create_dataset("flow", data=flow, compression="gzip", compression_opts=5, fletcher32=True)
    return [buffer.getvalue()]
