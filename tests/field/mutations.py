"""500 damaged flow files, read one after the other: ``python -m tests.field.mutations FOLDER``.

A hundred of each format: cut, prolonged, with absurd or foreign headers, and with bytes changed at random. Each must be
refused with a ValueError that names the file, unless the damage hit only numbers (or nothing that counts, such as bytes
after the end of a PNG or HDF5 file): then the reading must be what ``by_oracle`` says. Prints the counts as JSON.
"""

from __future__ import annotations

import json
import resource
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from flowlab import read_flow
from tests.field import by_hand
from tests.field.by_hand import SUFFIXES

EACH = 100
SIDES = (0, -1, 1, 6, 46341, 2**16, 2**31 - 1, -(2**31))


def mutants(suffix: str, rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """Yield (kind of damage, bytes), ``EACH`` of them; all but the last 25 must be refused."""
    good, flow = sample(suffix)
    for _ in range(30):
        yield "cut", good[: rng.integers(0, len(good))]
    for _ in range(20):
        yield "prolonged", good + rng.bytes(int(rng.integers(1, 5000)))
    headers = [absurd(suffix, flow, w, h) for w in SIDES for h in SIDES if (w, h) != (1, 1)]
    for i in rng.permutation(len(headers))[:15]:
        yield "absurd header", headers[i]
    for other in SUFFIXES:
        if other != suffix:
            yield "mislabelled", by_hand.sample(other)[0]
    for _ in range(6):
        yield "foreign", rng.bytes(int(rng.integers(1, 3000)))
    for count in (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 16, 32, 64, 128, 256, 512):
        changed = bytearray(good)
        near_the_head = rng.random() < 0.5
        for at in rng.integers(0, 96 if near_the_head else len(good), count):
            changed[at] = rng.integers(256)
        yield "bytes changed", bytes(changed)


def sample(suffix: str) -> tuple[bytes, np.ndarray]:
    """A good file and its flow; .flo5 as flowlab writes it, with checksums, without which HDF5 misreads some damage."""
    good, flow = by_hand.sample(suffix, 11, 13)
    if suffix == ".flo5":
        options = {"compression": "gzip", "fletcher32": True}
        good = by_hand.flo5(lambda file: file.create_dataset("flow", data=flow, **options), libver=("v110", "v110"))
    return good, flow


def absurd(suffix: str, flow: np.ndarray, width: int, height: int) -> bytes:
    """The sample's numbers under a header with another size."""
    good = sample(suffix)[0]
    if suffix == ".flo":
        return good[:4] + struct.pack("<ii", width, height) + good[12:]
    if suffix == ".png":
        return by_hand.png(by_hand.png_header(width % 2**32, height % 2**32), flow.tobytes())
    if suffix == ".pfm":
        return f"PF\n{width} {height}\n-1.0\n".encode() + good[len("PF\n13 11\n-1.0\n") :]
    if suffix == ".npy":
        shape = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({height}, {width}, 2)}}"
        return by_hand.npy_with(shape, flow.tobytes())
    shape = (abs(height), abs(width), 2)  # HDF5 itself refuses to write a negative side
    options = {"chunks": (1, 1, 2), "maxshape": (None, None, 2), "compression": "gzip"}
    return by_hand.flo5(lambda file: file.create_dataset("flow", shape, "f4", **options))


def by_oracle(path: Path, suffix: str) -> np.ndarray:
    """The numbers of a file whose damage only changed numbers, by somebody else's reader; unknown ones as 0."""
    data = path.read_bytes()
    if suffix == ".flo":
        flow = cv2.readOpticalFlow(str(path))
    elif suffix == ".pfm":
        magic, width, height, rest = data.split(maxsplit=3)
        scale, rest = rest[: rest.index(b"\n")], rest[rest.index(b"\n") + 1 :]
        assert magic == b"PF"
        order = "<" if float(scale) < 0 else ">"
        numbers = struct.unpack(f"{order}{len(rest) // 4}f", rest)
        flow = np.array(numbers, np.float32).reshape(int(height), int(width), 3)[::-1, :, :2]
    elif suffix == ".npy":
        flow = np.load(path, allow_pickle=False)
    else:  # both have checksums: what is read must be the sample
        return sample(suffix)[1]
    with np.errstate(invalid="ignore", over="ignore"):
        flow = flow.astype(np.float32)
        return np.where((np.abs(flow) <= 1e9).all(-1, keepdims=True), flow, 0)


def main(folder: Path) -> None:
    counts: Counter[str] = Counter()
    for suffix in SUFFIXES:
        rng = np.random.default_rng(SUFFIXES.index(suffix))
        for number, (kind, data) in enumerate(mutants(suffix, rng)):
            path = by_hand.put(folder, f"{kind.replace(' ', '-')}-{number}{suffix}", data)
            try:
                flow, _ = read_flow(path)
            except ValueError as error:
                if str(path) not in str(error):
                    raise AssertionError(f"refused without its name: {error}") from error
                counts["refused"] += 1
            else:
                if kind != "bytes changed" and not (kind == "prolonged" and suffix in (".png", ".flo5")):
                    raise AssertionError(f"{path.name} was read")
                np.testing.assert_array_equal(flow, by_oracle(path, suffix), err_msg=path.name)
                counts["read right"] += 1
            counts["files"] += 1
    print(json.dumps({**counts, "peak_bytes": peak_bytes()}))


def peak_bytes() -> int:
    """The most memory that this program held; ru_maxrss would count that of the process it was forked from, too."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # macOS, in bytes


if __name__ == "__main__":
    main(Path(sys.argv[1]))
