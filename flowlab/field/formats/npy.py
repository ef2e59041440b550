"""NumPy's .npy, read by hand: the header must describe (height, width, 2) floats, and nothing is unpickled."""

from __future__ import annotations

import ast
import io
from collections.abc import Sequence
from typing import BinaryIO

import numpy as np
from jaxtyping import Bool, Float32

from flowlab.field.formats.common import (
    FormatError,
    mark_unknown,
    read_array,
    require_beginning,
    require_length,
    require_size,
)

_MAGIC = b"\x93NUMPY"
_LONGEST_HEADER = 10_000  # as NumPy: literal_eval is not to chew on more
_FLOATS = {order + kind: np.dtype(order + kind) for order in "<>" for kind in ("f2", "f4", "f8")}


def read(stream: BinaryIO, size: int) -> tuple[Float32[np.ndarray, "H W 2"], None]:
    """Read an .npy file of ``size`` bytes that holds (H, W, 2) floats of 2, 4 or 8 bytes."""
    fields, length = _read_header(stream)
    dtype = _FLOATS.get(fields["descr"]) if isinstance(fields["descr"], str) else None
    if dtype is None:
        raise FormatError("header field 'descr'", f"{fields['descr']!r}", f"floats: one of {', '.join(_FLOATS)}")
    if not isinstance(fields["fortran_order"], bool):
        raise FormatError("header field 'fortran_order'", f"{fields['fortran_order']!r}", "True or False")
    height, width = _shape(fields["shape"])
    promise = f"the header says shape ({height}, {width}, 2) of {dtype.itemsize}-byte floats"
    require_length(size, length, 2 * width * height * dtype.itemsize, promise)
    if fields["fortran_order"]:
        flow = read_array(stream, (2, width, height), dtype).transpose()
    else:
        flow = read_array(stream, (height, width, 2), dtype)
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite, which reads as unknown
        return np.ascontiguousarray(flow, dtype=np.float32), None


def encode(flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"]) -> Sequence[bytes | np.ndarray]:
    """Return the header and the rows."""
    array = mark_unknown(flow, valid)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, np.lib.format.header_data_from_array_1_0(array))
    return [header.getvalue(), array]


def _read_header(stream: BinaryIO) -> tuple[dict, int]:
    """Return the three fields, unchecked, and the number of bytes before the array."""
    head = stream.read(8)
    require_beginning(head, _MAGIC, "an .npy file")
    version = tuple(head[6:8])
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise FormatError("bytes 6 and 7", f"format version {version}", "(1, 0), (2, 0) or (3, 0)")
    width = 2 if version == (1, 0) else 4  # bytes of the length
    length = int.from_bytes(stream.read(width), "little")
    if length > _LONGEST_HEADER:
        raise FormatError("byte 8", f"a header of {length} bytes", f"at most {_LONGEST_HEADER}")
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


def _shape(shape: object) -> tuple[int, int]:
    """Return (height, width)."""
    whole = isinstance(shape, tuple) and all(type(side) is int for side in shape)
    if not whole or len(shape) != 3 or shape[2] != 2:
        hint = "; (2, H, W) is torch's order, save np.moveaxis(flow, 0, -1)" if whole and shape[:1] == (2,) else ""
        raise FormatError("header field 'shape'", f"{shape!r}", f"(height, width, 2){hint}")
    require_size(shape[1], shape[0], "header field 'shape'")
    return shape[:2]
