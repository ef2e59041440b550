"""What all flow file formats share: how to refuse, how to check a length, what unknown means."""

from __future__ import annotations

from typing import BinaryIO

import numpy as np
from jaxtyping import Bool, Float, Float32

# Middlebury's convention, used by every format here that has no mask of its own.
UNKNOWN_ABOVE = 1e9
UNKNOWN = 1e10

# The largest picture (134 megapixels) that a compressed file may promise. An uncompressed one needs no such limit:
# its own length shows whether the header lies.
MAX_PIXELS = 2**27
# Deflate cannot shrink further than this (zlib, "Technical details"), so a file bounds what it can unpack to.
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
    """What is wrong with a file's bytes; whoever knows the file's name puts it in front."""

    def __init__(self, where: str, what: str, expected: str) -> None:
        super().__init__(f"{where}: {what}; expected {expected}")


def require_beginning(head: bytes, magic: bytes, name: str) -> None:
    """Refuse a file that does not begin with ``magic``, and say what it looks like instead."""
    if head.startswith(magic):
        return
    if not head:
        raise FormatError("byte 0", "the file is empty", f"{magic!r}, with which {name} begins")
    looks_like = next((kind for start, kind in _BEGINNINGS.items() if head.startswith(start)), None)
    guess = f", like {looks_like}" if looks_like else ""
    found = head[: max(len(magic), 4)]
    raise FormatError("byte 0", f"the file begins with {found!r}{guess}", f"{magic!r}, with which {name} begins")


def require_length(size: int, header: int, payload: int, promise: str) -> None:
    """Refuse a file that is shorter or longer than its header says, before anything is allocated."""
    due = header + payload
    if size < due:
        raise FormatError(
            f"byte {size}", f"the file ends here, {due - size} bytes early", f"{due} bytes, since {promise}"
        )
    if size > due:
        raise FormatError(f"byte {due}", f"{size - due} bytes too many", f"the file to end here, since {promise}")


def require_size(width: int, height: int, where: str) -> None:
    """Refuse a picture without pixels."""
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


def known(flow: Float[np.ndarray, "H W 2"]) -> Bool[np.ndarray, "H W"]:
    """Say which pixels are known: neither component NaN nor beyond 1e9."""
    # Most files have no unknown pixel, and two reductions see that sooner than a mask; NaN fails them.
    if flow.min() >= -UNKNOWN_ABOVE and flow.max() <= UNKNOWN_ABOVE:
        return np.ones(flow.shape[:2], np.bool_)
    u, v = flow[..., 0], flow[..., 1]
    return (np.abs(u) <= UNKNOWN_ABOVE) & (np.abs(v) <= UNKNOWN_ABOVE)


def fill_unknown(
    flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"], value: float
) -> Float32[np.ndarray, "H W 2"]:
    """Return the flow in C order, with both components set to ``value`` where it is not valid."""
    flow = np.ascontiguousarray(flow)
    if valid.all():
        return flow
    pairs = flow.view(np.complex64)[..., 0]  # a pixel as one number: quicker than two under one mask
    filled = np.where(valid, pairs, np.complex64(complex(value, value)))
    return filled[..., None].view(np.float32)


def mark_unknown(flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"]) -> Float32[np.ndarray, "H W 2"]:
    """Return the flow as formats without a mask write it: 1e10 where it is unknown."""
    return fill_unknown(flow, valid, UNKNOWN)
