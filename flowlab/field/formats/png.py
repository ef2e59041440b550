"""The outside of a PNG file: its chunks, their checksums, and the size it promises."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from flowlab.field.formats.common import DEFLATE_RATIO, MAX_PIXELS, FormatError, require_beginning, require_size

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
COLOURS = {0: "grey", 2: "RGB", 3: "palette", 4: "grey with alpha", 6: "RGB with alpha"}


@dataclass(frozen=True)
class PngHeader:
    """What the IHDR chunk says: pixels, bits per channel, colour type (2 is RGB)."""

    width: int
    height: int
    depth: int
    colour: int


def check_png(data: bytes) -> PngHeader:
    """Walk all chunks of a PNG file and check order, lengths, checksums and a possible size.

    Raises:
        FormatError: At the first byte that does not fit, before any pixel is unpacked.
    """
    require_beginning(data, SIGNATURE, "a PNG file")
    header, compressed, start = None, 0, len(SIGNATURE)
    while True:
        kind, body, end = _chunk(data, start)
        if header is None:
            header = _header(kind, body, start)
        if kind == b"IDAT":
            compressed += len(body)
        if kind == b"IEND":
            break
        start = end
    if end != len(data):
        raise FormatError(f"byte {end}", f"{len(data) - end} bytes too many", "the file to end with its IEND chunk")
    _require_possible(header, compressed)
    return header


def _chunk(data: bytes, start: int) -> tuple[bytes, memoryview, int]:
    """Return type, body and end of the chunk at ``start``; its checksum holds."""
    if len(data) - start < 12:
        raise FormatError(f"byte {len(data)}", "the file ends here", "another chunk, the last being IEND")
    (length,) = struct.unpack_from(">I", data, start)
    kind = data[start + 4 : start + 8]
    end = start + 12 + length
    if end > len(data):
        missing = f"the file ends {end - len(data)} bytes before its chunk {kind!r} does"
        raise FormatError(f"byte {start}", missing, f"{length} bytes of it and a checksum")
    body = memoryview(data)[start + 8 : end - 4]
    (stored,) = struct.unpack_from(">I", data, end - 4)
    if zlib.crc32(memoryview(data)[start + 4 : end - 4]) != stored:
        raise FormatError(f"byte {start}", f"chunk {kind!r} is damaged", f"its checksum to be {stored:#010x}")
    return kind, body, end


def _header(kind: bytes, body: memoryview, start: int) -> PngHeader:
    if kind != b"IHDR" or len(body) != 13:
        raise FormatError(f"byte {start}", f"chunk {kind!r} of {len(body)} bytes", "IHDR, of 13 bytes")
    header = PngHeader(*struct.unpack_from(">IIBB", body))
    require_size(header.width, header.height, "chunk IHDR")
    if header.colour not in _CHANNELS or header.depth not in (1, 2, 4, 8, 16):
        what = f"colour type {header.colour} with {header.depth} bits"
        raise FormatError("chunk IHDR", what, "a colour type of 0, 2, 3, 4 or 6 with 1 to 16 bits")
    return header


def _require_possible(header: PngHeader, compressed: int) -> None:
    """Refuse a size that the compressed bytes cannot unpack to, or that is absurd."""
    pixels = header.width * header.height
    promise = f"{header.width} x {header.height} (width x height) pixels"
    if pixels > MAX_PIXELS:
        raise FormatError("chunk IHDR", promise, f"at most {MAX_PIXELS}")
    unpacked = pixels * header.depth * _CHANNELS[header.colour] // 8
    if unpacked > DEFLATE_RATIO * compressed + 1024:
        most = f"the {compressed} bytes of IDAT chunks, which cannot unpack to more than {DEFLATE_RATIO} times as much"
        raise FormatError("chunk IHDR", f"{promise}, too many for what follows", f"a size that fits {most}")
