"""Spring's .flo5: an HDF5 file whose data set "flow" is (height, width, 2). Needs h5py."""

from __future__ import annotations

import io
from types import ModuleType
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from flowlab.field.formats import (
    DEFLATE_RATIO,
    MAX_PIXELS,
    Flow,
    FormatError,
    Pieces,
    Valid,
    fill_unknown,
    require_beginning,
    require_length,
    require_size,
)

if TYPE_CHECKING:
    import h5py

_MAGIC = b"\x89HDF\r\n\x1a\n"
# Offset of the length of the file in each version's superblock (HDF5 File Format Specification, II.A).
_END_ADDRESS_AT = {0: 40, 1: 44, 2: 28, 3: 28}


def read_flo5(stream: BinaryIO, size: int) -> tuple[Flow, None]:
    """Read a .flo5 file of ``size`` bytes, without a mask."""
    _check_superblock(stream.read(64), size)
    h5py = _h5py()
    stream.seek(0)
    try:
        # Through the open file, not by name: HDF5 would lock it, and some network disks refuse locks.
        with h5py.File(stream, "r") as file:
            data = _checked(h5py, file)
            flow = data[...]
    except (FormatError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - a damaged HDF5 file can fail as anything: OSError, KeyError, TypeError
        first_line = str(error).partition("\n")[0]
        raise FormatError("inside the HDF5 file", first_line, "a readable data set 'flow'") from None
    with np.errstate(over="ignore"):  # a float64 beyond float32 becomes infinite, which reads as unknown
        return np.ascontiguousarray(flow, dtype=np.float32), None


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


def _check_superblock(head: bytes, size: int) -> None:
    """Refuse a file that is not HDF5, or whose length is not the one that it states."""
    require_beginning(head, _MAGIC, "an HDF5 file")
    if len(head) < 64:
        raise FormatError(f"byte {size}", "the file ends here", "an HDF5 superblock and more")
    version = head[8]
    if version not in _END_ADDRESS_AT:
        raise FormatError("byte 8", f"superblock version {version}", f"one of {', '.join(map(str, _END_ADDRESS_AT))}")
    bytes_per_address = head[13] if version < 2 else head[9]
    if bytes_per_address == 8:  # the usual size; HDF5 itself checks others
        start = _END_ADDRESS_AT[version]
        stated = int.from_bytes(head[start : start + 8], "little")
        require_length(size, 0, stated, f"byte {start} of the header says so")


def _checked(h5py: ModuleType, file: h5py.File) -> h5py.Dataset:
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
    require_size(width, height, "data set 'flow'")
    stored = data.id.get_storage_size()
    chunk = int(np.prod(data.chunks, dtype=object)) if data.chunks else 0
    if max(height * width, chunk // 2) > MAX_PIXELS or data.nbytes > DEFLATE_RATIO * stored:
        what = f"{width} x {height} (width x height) pixels in {stored} bytes"
        raise FormatError("data set 'flow'", what, f"at most {MAX_PIXELS}, and {DEFLATE_RATIO} times its bytes")
    return data
