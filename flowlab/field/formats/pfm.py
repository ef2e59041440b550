"""PFM as FlyingThings3D has it: a text header "PF", size and scale, then rows of u, v, 0 from the bottom up."""

from __future__ import annotations

import math
import re
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

_LONGEST_HEADER = 128
_HEADER = re.compile(rb"PF\s+(\S+)\s+(\S+)\s+(\S+)\s")


def read(stream: BinaryIO, size: int) -> tuple[Float32[np.ndarray, "H W 2"], None]:
    """Read a PFM file of ``size`` bytes, in either byte order."""
    head = stream.read(_LONGEST_HEADER)
    if head[:2] == b"Pf":
        raise FormatError("byte 0", "'Pf' has one channel (a disparity or depth map)", "'PF', with three: u, v and 0")
    require_beginning(head, b"PF", "a PFM file with colour")
    header = _HEADER.match(head)
    if header is None:
        raise FormatError("byte 2", f"{head[2:40]!r}", "width, height and scale as text, each followed by one blank")
    width, height = (_whole_number(header, group) for group in (1, 2))
    require_size(width, height, f"byte {header.start(1)}")
    order = "<" if _scale(header) < 0 else ">"
    promise = f"the header says {width} x {height} (width x height) pixels of 3 channels"
    require_length(size, header.end(), 12 * width * height, promise)
    stream.seek(header.end())
    rows = read_array(stream, (height, width, 3), f"{order}f4")[::-1]
    _require_no_third_channel(rows)
    return np.ascontiguousarray(rows[..., :2], dtype=np.float32), None


def encode(flow: Float32[np.ndarray, "H W 2"], valid: Bool[np.ndarray, "H W"]) -> Sequence[bytes | np.ndarray]:
    """Return the header and the rows, little-endian."""
    height, width = flow.shape[:2]
    rows = np.zeros((height, width, 3), "<f4")
    rows[..., :2] = mark_unknown(flow, valid)[::-1]
    return [b"PF\n%d %d\n-1.0\n" % (width, height), rows]


def _whole_number(header: re.Match[bytes], group: int) -> int:
    text = header[group]
    if not text.isdigit() or len(text) > 10:
        raise FormatError(f"byte {header.start(group)}", f"{text!r}", f"the {('width', 'height')[group - 1]} in digits")
    return int(text)


def _scale(header: re.Match[bytes]) -> float:
    """Return the third field: its sign gives the byte order, its size means nothing for a flow."""
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
            "0 everywhere, as in a flow; this is a picture of three channels",
        )
