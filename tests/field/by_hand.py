"""Flow files made and read with struct and plain arithmetic, and flows in closed form: the oracle for flowlab's own."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np

SUFFIXES = (".flo", ".png", ".pfm", ".flo5", ".npy")


def flo(flow: np.ndarray) -> bytes:
    height, width, _ = flow.shape
    return b"PIEH" + struct.pack("<ii", width, height) + struct.pack(f"<{flow.size}f", *flow.ravel())


def pfm(flow: np.ndarray, order: str = "<", third: float = 0.0) -> bytes:
    height, width, _ = flow.shape
    head = f"PF\n{width} {height}\n{'-' if order == '<' else ''}1.0\n".encode()
    rows = (struct.pack(f"{order}3f", u, v, third) for row in flow[::-1].tolist() for u, v in row)
    return head + b"".join(rows)


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(header: bytes, pixels: bytes) -> bytes:
    """A PNG of these 13 header bytes and these filtered rows; every checksum is right, whatever they say."""
    chunks = (png_chunk(b"IHDR", header), png_chunk(b"IDAT", zlib.compress(pixels)), png_chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_header(width: int, height: int, depth: int = 16, colour: int = 2) -> bytes:
    return struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)


def kitti(flow: np.ndarray, valid: np.ndarray) -> bytes:
    """KITTI's encoding with floor(x + 1/2), row by row, without PNG filters."""
    rows = b""
    for flow_row, valid_row in zip(flow.tolist(), valid.tolist(), strict=True):
        rows += b"\0"
        for (u, v), known in zip(flow_row, valid_row, strict=True):
            steps = [int(np.floor(64 * x + 32768 + 0.5)) for x in (u, v)] if known else [32768, 32768]
            rows += struct.pack(">3H", *steps, known)
    return png(png_header(flow.shape[1], flow.shape[0]), rows)


def tiff(values: np.ndarray, kind: int, order: str = "<", bits: int | None = None, data: bytes | None = None) -> bytes:
    """A grey TIFF of (H, W) numbers; kind 1 is unsigned, 2 signed, 3 floats; ``bits`` and ``data`` of packed pixels."""
    data = values.astype(values.dtype.newbyteorder(order)).tobytes() if data is None else data
    size, bits = values.shape, bits or 8 * values.itemsize
    tags = [(256, size[1]), (257, size[0]), (258, bits), (259, 1), (262, 1), (273, 8), (277, 1), (278, size[0])]
    tags += [(279, len(data)), (339, kind)]
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(data) + len(data) % 2)
    entries = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in tags)
    return head + data + bytes(len(data) % 2) + struct.pack(f"{order}H", len(tags)) + entries + bytes(4)


def npy(flow: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, flow)
    return buffer.getvalue()


def npy_with(header: str, payload: bytes = b"") -> bytes:
    text = header.encode("latin-1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + payload


def flo5(fill: Callable[[h5py.File], object], **options) -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **options) as file:
        fill(file)
    return buffer.getvalue()


def spring(flow: np.ndarray, **options) -> bytes:
    """Spring's own way: one compressed data set, the library's default version."""
    return flo5(lambda file: file.create_dataset("flow", data=flow, compression="gzip"), **options)


def sample(suffix: str, height: int = 5, width: int = 7) -> tuple[bytes, np.ndarray]:
    """A good file of a format and the flow in it, whose values every format holds exactly."""
    flow = (np.random.default_rng(7).integers(-640, 640, (height, width, 2)) / 64).astype(np.float32)
    valid = np.ones((height, width), np.bool_)
    makers = {".flo": flo, ".png": lambda f: kitti(f, valid), ".pfm": pfm, ".flo5": spring, ".npy": npy}
    return makers[suffix](flow), flow


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def translation_flow(size: tuple[int, int], u: float, v: float) -> np.ndarray:
    return np.full((*size, 2), (u, v), np.float32)


def matrix_flow(size: tuple[int, int], matrix: np.ndarray) -> np.ndarray:
    """The flow of a projective motion (3 x 3)."""
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float64)
    end = np.stack([x, y, np.ones(size)], axis=-1) @ matrix.T
    return (end[..., :2] / end[..., 2:] - np.stack([x, y], axis=-1)).astype(np.float32)
