"""Middlebury's .flo: tag, width, height, then rows of u, v; everything little-endian and 4 bytes long."""

from __future__ import annotations

import struct
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

TAG = struct.pack("<f", 202021.25)  # reads "PIEH" as text, and something else if bytes were swapped
_HEADER = 12


def read(stream: BinaryIO, size: int) -> tuple[Float32[np.ndarray, "H W 2"], None]:
    """Read a .flo file of ``size`` bytes."""
    head = stream.read(_HEADER)
    require_beginning(head, TAG, "a .flo file")
    if len(head) < _HEADER:
        raise FormatError(f"byte {len(head)}", "the header ends here", f"{_HEADER} bytes: tag, width and height")
    width, height = struct.unpack("<ii", head[4:])
    require_size(width, height, "bytes 4 to 11")
    require_length(size, _HEADER, 8 * width * height, f"the header says {width} x {height} (width x height) pixels")
    return read_array(stream, (height, width, 2), "<f4").astype(np.float32, copy=False), None


def encode(flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"]) -> Sequence[bytes | np.ndarray]:
    """Return the header and the rows."""
    height, width = flow.shape[:2]
    return [TAG + struct.pack("<ii", width, height), mark_unknown(flow, valid).astype("<f4", copy=False)]
