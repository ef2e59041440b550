"""Runs a CUDA kernel on the CPU, thread for thread, and keeps who touched what.

    program = Program(text, ["scale"])
    trace = program.run("scale", grid=(2,), block=(32,), args=(x, out, 64))

The text is compiled as it stands. Threads take turns at barriers, in one of three orders; shared memory is poisoned
before each block; and a watched build finds four faults, whatever the order: a barrier that not all threads reach, an
access outside of all arrays, shared memory that is read before it is written, and two accesses to one place, one of
them a write, that no barrier keeps apart. It needs g++ on Linux; `compile.why_not` says so elsewhere.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from flowlab_course.cuda_on_cpu.compile import compile_for_cpu
from flowlab_course.cuda_on_cpu.memory import Guarded, is_array, scalar

ORDERS = {"up": 0, "down": 1, "rotated": 2}
KINDS = ("global reads", "global writes", "shared reads", "shared writes")
SHARED = -1  # the number of shared memory among the arrays
ACCESS = np.dtype(
    [("thread", "u4"), ("array", "i4"), ("offset", "i8"), ("bytes", "i4"), ("writes", "i4"), ("interval", "u4")],
    align=True,
)
PLACE = np.dtype([("code", "u8"), ("block", "u4"), ("depth", "u4")], align=True)
_lock = threading.Lock()  # a compiled kernel's threads are global to it


class KernelError(RuntimeError):
    """A kernel did what is not allowed on a GPU; the message says which thread, where, and what to do.

    Attributes:
        kind: What it did, in two words.
        line: Of the kernel's text; 0 where it is not known.
    """

    kind = ""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


class DivergentBarrierError(KernelError):
    """Some threads of a block wait at a barrier that others never reach."""

    kind = "divergent barrier"


class OutsideError(KernelError):
    """An access outside of all arrays and of shared memory."""

    kind = "outside"


class UnwrittenError(KernelError):
    """Shared memory was read before any thread of the block had written it."""

    kind = "unwritten"


class SharedRaceError(KernelError):
    """Two threads touched one place of shared memory, one of them writing, with no barrier between."""

    kind = "shared race"


class GlobalRaceError(KernelError):
    """Two threads touched one element of an array, one of them writing, and nothing keeps them apart."""

    kind = "global race"


# As cuda_on_cpu.cpp numbers them, from 1.
PROBLEMS = (DivergentBarrierError, OutsideError, UnwrittenError, SharedRaceError, GlobalRaceError)


@dataclass(frozen=True)
class Trace:
    """What a kernel touched.

    Attributes:
        counts: Accesses of the whole launch: "global reads", "global writes", "shared reads", "shared writes".
        bytes: What they amount to, by the same names.
        accesses: Those of the recorded blocks in order, of dtype ACCESS: its thread, the array (as numbered among the
            arguments that are arrays; SHARED), bytes from its beginning, how many, whether it writes, barriers passed
            before.
        places: Where each of them stands, of dtype PLACE: the address in the compiled kernel, the block, and how deep
            in calls.
    """

    counts: dict[str, int]
    bytes: dict[str, int]
    accesses: np.ndarray
    places: np.ndarray

    def of(self, array: int, *, writes: bool) -> np.ndarray:
        """Choose the accesses to one array."""
        chosen = (self.accesses["array"] == array) & (self.accesses["writes"] == writes)
        return self.accesses[chosen]


class _CLaunch(ctypes.Structure):
    _fields_ = (
        ("grid", ctypes.c_uint * 3),
        ("block", ctypes.c_uint * 3),
        ("shared_bytes", ctypes.c_uint),
        ("order", ctypes.c_int),
        ("buffers", ctypes.c_int),
        ("begin", ctypes.POINTER(ctypes.c_void_p)),
        ("bytes", ctypes.POINTER(ctypes.c_ulonglong)),
        ("recorded", ctypes.c_char_p),
    )


class _CReport(ctypes.Structure):
    _fields_ = (
        ("problem", ctypes.c_int),
        ("buffer", ctypes.c_int),
        ("writes", ctypes.c_int),
        ("block", ctypes.c_uint * 3),
        ("thread", ctypes.c_uint * 3),
        ("other", ctypes.c_uint * 3),
        ("offset", ctypes.c_longlong),
        ("code", ctypes.c_ulonglong),
    )


class Program:
    """A kernel's text, compiled for the CPU.

    Args:
        source: CUDA C++ with one or more kernels.
        kernels: Their names, templates with their arguments: "corr<float, 1, int>".
        build: "as written" counts each access that the text names; "watched" finds the same faults faster; "fast"
            only runs; "address" is for a process with AddressSanitizer.
        name: What messages call the text.

    Raises:
        RuntimeError: If there is no g++ here.
        SyntaxError: If g++ does not understand the text.
    """

    def __init__(self, source: str, kernels: Sequence[str], build: str = "as written", name: str = "kernel.cu") -> None:
        self.kernels = tuple(kernels)
        self.path = compile_for_cpu(source, self.kernels, build, name)
        self.watches = build in ("as written", "watched")

    @cached_property
    def library(self) -> ctypes.CDLL:
        """The compiled kernels, loaded."""
        library = ctypes.CDLL(str(self.path))
        library.on_cpu_report.restype = ctypes.POINTER(_CReport)
        library.on_cpu_accesses.restype = ctypes.c_void_p
        library.on_cpu_places.restype = ctypes.c_void_p
        library.on_cpu_access_count.restype = ctypes.c_ulonglong
        library.on_cpu_totals.restype = ctypes.POINTER(ctypes.c_ulonglong)
        return library

    def run(
        self,
        kernel: str,
        grid: tuple[int, ...],
        block: tuple[int, ...],
        args: Sequence[Any],
        *,
        shared: int = 0,
        order: str = "up",
        record: int | str | Sequence[int] | None = None,
    ) -> Trace:
        """Run all blocks, one after the other; arrays among the arguments are changed in place.

        Args:
            kernel: One of `kernels`.
            grid: Blocks along x, y, z.
            block: Threads of a block along x, y, z.
            args: Contiguous arrays and CPU tensors, integers, NumPy scalars.
            shared: Bytes of dynamic shared memory.
            order: In which threads take turns: "up", "down" or "rotated".
            record: The block or blocks whose accesses are kept, counted along x, then y, then z; or "all".

        Raises:
            KernelError: If the kernel did what is not allowed.
            TypeError: If an argument is of no kind that a kernel takes.
            ValueError: If an array is not contiguous, or block and grid make no sense.
        """
        if kernel not in self.kernels:
            raise ValueError(f"there is no kernel {kernel!r} in this program; it has {', '.join(self.kernels)}")
        arrays = [Guarded(a, i, self.watches) for i, a in enumerate(a for a in args if is_array(a))]
        waiting = iter(arrays)
        values = [ctypes.c_void_p(next(waiting).address) if is_array(a) else scalar(a) for a in args]
        pointers = (ctypes.c_void_p * len(values))(*map(ctypes.addressof, values))
        launch = _CLaunch(
            _three("grid", grid, 2**31 - 1),
            _three("block", block, 1024),
            shared,
            ORDERS[order],
            len(arrays),
            (ctypes.c_void_p * len(arrays))(*(a.address for a in arrays)),
            (ctypes.c_ulonglong * len(arrays))(*(a.bytes for a in arrays)),
            _recorded(record, int(np.prod(grid))),
        )
        with _lock:
            problem = getattr(self.library, f"kernel_{self.kernels.index(kernel)}")(ctypes.byref(launch), pointers)
            if problem:
                raise self._error(self.library.on_cpu_report().contents, arrays)
            trace = self._trace()
        for array in arrays:
            array.copy_back()
        return trace

    def _trace(self) -> Trace:
        totals = self.library.on_cpu_totals()
        count = self.library.on_cpu_access_count()
        counts, sizes = ({name: totals[4 * part + i] for i, name in enumerate(KINDS)} for part in (0, 1))
        accesses = _copied(self.library.on_cpu_accesses(), ACCESS, count)
        places = _copied(self.library.on_cpu_places(), PLACE, count)
        return Trace(counts, sizes, accesses, places)

    def _error(self, report: _CReport, arrays: Sequence[Guarded]) -> KernelError:
        line = self._line(report.code)
        at = f"line {line}: " if line else ""
        me = f"thread {tuple(report.thread)} of block {tuple(report.block)}"
        other = "another thread" if report.other[0] == 2**32 - 1 else f"thread {tuple(report.other)}"
        does = "writes" if report.writes else "reads"
        place, size = f"byte {report.offset} of shared memory", ""
        if report.buffer >= 0:
            array = arrays[report.buffer]
            place, size = f"{array.name} at element {array.element(report.offset)}", f", which has {array.elements}"
        said = (
            f"{at}{other} waits at a __syncthreads() that {me} does not reach; all threads of a block must reach it",
            f"{at}{me} {does} outside of all arrays; the nearest place is {place}{size}",
            f"{at}{me} reads {place}, which no thread has written yet; is a __syncthreads() missing before it?",
            f"{at}{me} {does} {place}, which {other} touches too, and no __syncthreads() stands between the two",
            f"{at}{me} {does} {place}, which {other} touches too, and nothing keeps them apart",
        )
        return PROBLEMS[report.problem - 1](said[report.problem - 1], line)

    def _line(self, code: int) -> int:
        """Find the line of the kernel's text, among those of the functions that were compiled into it."""
        if not (code and shutil.which("addr2line")):
            return 0
        command = ["addr2line", "-i", "-e", str(self.path), hex(code - 1)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        places = (line.split(" ")[0].rpartition(":") for line in done.stdout.splitlines())
        lines = [int(number) for file, _, number in places if not file.endswith(".hpp") and number.isdigit()]
        return lines[0] if lines else 0


def _copied(address: int | None, dtype: np.dtype, count: int) -> np.ndarray:
    return np.frombuffer(ctypes.string_at(address, count * dtype.itemsize) if count else b"", dtype)


def _recorded(record: int | str | Sequence[int] | None, blocks: int) -> bytes | None:
    """Mark the blocks whose accesses are kept."""
    if record is None:
        return None
    chosen = np.zeros(blocks, np.uint8)
    chosen[slice(None) if record == "all" else record] = 1
    return chosen.tobytes()


def _three(name: str, size: Sequence[int], most: int) -> Any:
    product = int(np.prod(size, dtype=object))
    if not 1 <= len(size) <= 3 or min(size) < 1 or product > most:
        raise ValueError(f"{name} must be one to three numbers from 1, with a product up to {most}, got {tuple(size)}")
    return (ctypes.c_uint * 3)(*(*size, 1, 1)[:3])
