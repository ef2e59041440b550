"""Runs the kernels that readers write in the exercises of chapter 09: every access is watched and counted.

A kernel without an end, or one that divides by 0, ends alone: lab.run works in a child process.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import torch

from flowlab_course.chapters.ch09 import lab
from flowlab_course.cuda_on_cpu.trace import KernelError

SECONDS = 3  # of computing; no kernel of an exercise takes a tenth of one
_done: dict[tuple, tuple[lab.Run, np.ndarray] | KernelFaultError] = {}  # by text, grid and numbers

# What nvcc knows besides; it stands in the head's line. The exercises' blocks are one warp, so its barrier is theirs.
ALSO = (
    'extern "C" int printf(const char*, ...); template <class T> T __ldg(const T* place) { return *place; } '
    "struct Warp { void operator()(unsigned = ~0u) const { __syncthreads(); } }; "
)
WARP_BARRIER = " const Warp __syncwarp; "
PYTHONS_DIVISION = re.compile(r"[\w)\]] *// *[\w(][^;\n]*;[ \t]*$", re.MULTILINE)


class KernelFaultError(RuntimeError):
    """What is wrong with a reader's kernel.

    Formatted, as the check tells it, the error names the line. Its `str` leaves the line out: two kernels that differ
    in their layout have the same fault.
    """

    def __init__(self, kind: str, said: str) -> None:
        self.said = f"{kind}, {said}"
        super().__init__(re.sub(r"line \d+: ", "", self.said))

    def __format__(self, how: str) -> str:
        return format(self.said, how)


@dataclass(frozen=True)
class Kernel:
    """A kernel of which the reader writes some lines.

    Attributes:
        name: Of the kernel.
        arrays: The names of its arrays, as the faults call them.
        head: What stands above the reader's lines; it is one line.
        tail: What stands below them.
    """

    name: str
    arrays: tuple[str, ...]
    head: str
    tail: str = "}"


@dataclass(frozen=True)
class Yours:
    """What an exercise hands out as `run`: it takes the reader's lines and returns what their kernel wrote.

    Attributes:
        kernel: The kernel around the lines.
        grid: Blocks along x, y and z; a block has 32 threads.
        given: The arrays that the kernel reads.
        numbers: The kernel's other arguments.
        expected: What it should write.
        reads: Numbers that the whole grid may read from global memory.
        barriers: Barriers that each thread may pass.
    """

    kernel: Kernel
    grid: tuple[int, ...]
    given: tuple[torch.Tensor, ...]
    numbers: tuple[int, ...]
    expected: np.ndarray
    reads: int
    barriers: int = 0

    def __call__(self, lines: object) -> np.ndarray:
        """Run the kernel with these lines.

        Raises:
            KernelFaultError: If the tracer found a fault, or if the numbers are right and too much was read for them.
            SyntaxError: If the compiler does not understand the lines.
            TypeError: If they are no text.
        """
        if not isinstance(lines, str):
            raise TypeError(f"run takes your lines as a text in C, got {type(lines).__name__}")
        text = ALSO + self.kernel.head + WARP_BARRIER + lines + "\n" + self.kernel.tail
        try:
            lab.watched(text, self.kernel.name)
        except SyntaxError:
            if division := PYTHONS_DIVISION.search(lines):
                said = (
                    f"`//` begins a comment in C, and here it cuts a line short: {division[0]} Integers divide with /"
                )
                raise KernelFaultError("comment", said) from None
            raise
        key = (text, self.grid, self.numbers)  # a check runs the recorded wrong kernels, and the next one again
        if key not in _done or "printf" in lines:
            _done[key] = self._outcome(text)
        outcome = _done[key]
        if isinstance(outcome, KernelFaultError):
            raise outcome
        run, written = outcome[0], outcome[1].copy()
        if np.allclose(written, self.expected, atol=1e-6):
            self._counted(run)
        return written

    def _outcome(self, text: str) -> tuple[lab.Run, np.ndarray] | KernelFaultError:
        """Run the kernel, and return what it touched and wrote, or its fault."""
        out = torch.full(self.expected.shape, torch.nan)
        args = (*self.given, out, *self.numbers)
        try:
            run = lab.run(text, self.kernel.name, self.grid, (32,), args, record=0, seconds=SECONDS)
        except KernelError as error:
            return KernelFaultError(error.kind, self._named(str(error)))
        except lab.Ended as ended:
            return KernelFaultError(ended.kind, str(ended))
        return run, out.numpy()

    def _named(self, said: str) -> str:
        return re.sub(r"array (\d+)", lambda found: self.kernel.arrays[int(found[1])], said)

    def _counted(self, run: lab.Run) -> None:
        """Raise an error where the numbers are right, and the kernel reads or waits more than it has to."""
        reads, barriers = run.counts["global reads"], int(run.accesses["interval"].max(initial=0))
        if (worker := _works_alone(run.accesses)) is not None:
            said = (
                f"the numbers are right, but thread {worker} does work of the whole block, and the others wait for it"
            )
            raise KernelFaultError("one thread", said)
        if barriers > self.barriers:
            said = f"the numbers are right, but each thread passes {_barriers(barriers)}; {self.barriers} are enough"
            raise KernelFaultError("too many barriers", said)
        if reads > self.reads:
            said = f"the numbers are right, but the grid reads {reads} from global memory; {self.reads} are enough"
            raise KernelFaultError("too many reads", said)


def _barriers(count: int) -> str:
    return "one barrier" if count == 1 else f"{count} barriers"


def _works_alone(accesses: np.ndarray) -> int | None:
    """Return the thread that makes all of a block's reads of an array, or all of its writes; None if there is none."""
    for array in np.unique(accesses["array"]):
        for writes in (0, 1):
            threads = accesses["thread"][(accesses["array"] == array) & (accesses["writes"] == writes)]
            if len(threads) > 1 and len(set(threads.tolist())) == 1:
                return int(threads[0])
    return None
