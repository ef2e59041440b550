"""What the kernels of chapter 09 did when the chapter was last recorded, for readers who can run none of them.

FLOWLAB_RECORD=FILE makes every run of lab.py add to FILE; `python -m flowlab_course.chapters.ch09.records` runs the
chapter so, and puts the file in its place beside this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import numpy as np

from flowlab_course.cuda_on_cpu import compile as gcc
from flowlab_course.cuda_on_cpu import trace

FILE = "kernel_records.npz"
SMALL = np.dtype(
    [("thread", "u2"), ("array", "i1"), ("offset", "i4"), ("bytes", "u1"), ("writes", "u1"), ("interval", "u2")]
)


def key(*parts: Any) -> str:
    """Name a run after all that went into it."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else repr(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def find(name: str) -> dict[str, Any]:
    """Return a record.

    Raises:
        RuntimeError: If there is none; the message says what it takes to run a kernel here.
    """
    if name not in _all():
        raise RuntimeError(f"{gcc.why_not()}; there is no record of this kernel, for it is not the chapter's own")
    return _all()[name]


def named(name: str) -> dict[str, Any]:
    """Return the record of a run that was given a name; while records are made, of the run just before."""
    own = os.environ.get("FLOWLAB_RECORD")
    stored = _read(Path(own)) if own else _all()
    return next(record for record in stored.values() if record["name"] == name)


def keep(
    name: str,
    counts: dict[str, int] | None = None,
    accesses: np.ndarray | None = None,
    changed: dict[int, np.ndarray] | None = None,
    touched: dict[int, np.ndarray] | None = None,
    label: str = "",
    error: trace.KernelError | None = None,
) -> None:
    """Add a run to the file that FLOWLAB_RECORD names, if it names one."""
    if not (path := os.environ.get("FLOWLAB_RECORD")):
        return
    arrays = dict(np.load(path)) if Path(path).exists() else {}
    stored = {f"changed {i}": array for i, array in (changed or {}).items()}
    stored |= {f"touched {i}": array for i, array in (touched or {}).items()}
    if accesses is not None and len(accesses):
        small = np.empty(len(accesses), SMALL)
        for field in SMALL.names:
            small[field] = accesses[field]
        stored["accesses"] = small.view(np.uint8)
    where = {}
    for part, array in stored.items():
        array = _smaller(array)
        where[part] = f"array {key(array.dtype.str, array.shape, array.tobytes())}"  # many runs end alike
        arrays[where[part]] = array
    said = {"kind": error.kind, "line": error.line, "message": str(error)} if error else None
    meta = {"counts": counts or {}, "error": said, "name": label, "where": where}
    arrays[f"{name}/meta"] = np.frombuffer(json.dumps(meta).encode(), np.uint8)
    np.savez_compressed(path, **arrays)


def _smaller(array: np.ndarray) -> np.ndarray:
    """Store numbers in half of the bytes where that loses nothing."""
    half = {"f": np.float16, "i": np.int16}.get(array.dtype.kind)
    if half is None or not np.array_equal(array.astype(half), array, equal_nan=array.dtype.kind == "f"):
        return array
    return array.astype(half)


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    with as_file(files("flowlab_course.chapters.ch09").joinpath(FILE)) as path:
        return _read(path)


def _read(path: Path) -> dict[str, dict[str, Any]]:
    with np.load(path) as stored:
        arrays = dict(stored)
    kinds = {problem.kind: problem for problem in trace.PROBLEMS}
    found = {}
    for name in (entry.removesuffix("/meta") for entry in arrays if entry.endswith("/meta")):
        meta = json.loads(arrays[f"{name}/meta"].tobytes())
        said = meta["error"]
        parts = {part: arrays[place] for part, place in meta["where"].items()}
        found[name] = {
            "counts": meta["counts"],
            "error": kinds[said["kind"]](said["message"], said["line"]) if said else None,
            "name": meta["name"],
            "changed": _numbered(parts, "changed", np.float32),
            "touched": _numbered(parts, "touched", np.int32),
            "accesses": parts.get("accesses", np.empty(0, np.uint8)).view(SMALL),
        }
    return found


def _numbered(parts: dict[str, np.ndarray], kind: str, dtype: type) -> dict[int, np.ndarray]:
    found = {int(part.split()[1]): array.astype(dtype) for part, array in parts.items() if part.startswith(kind)}
    for array in found.values():
        if dtype == np.float32:  # a NaN comes from poisoned shared memory, and has all bits set, here as there
            array.view(np.uint32)[np.isnan(array)] = 0xFFFFFFFF
    return found


def main() -> int:
    """Run chapter 09 and store what its kernels did."""
    from flowlab_course.build import execute, read_text

    if missing := gcc.why_not():
        print(missing)
        return 1
    target = Path(__file__).with_name(FILE)
    part = target.with_name(f"part-{FILE}")
    part.unlink(missing_ok=True)
    os.environ["FLOWLAB_RECORD"] = str(part)
    try:
        execute(read_text(Path("chapters/text/09_the_raw_kernel.py")), Path("chapters"))
        os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    print(f"{target.name}: {target.stat().st_size / 1000:.0f} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
