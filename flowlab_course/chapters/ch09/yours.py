"""Runs the kernels that readers write in the exercises of chapter 09: every access is watched and counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import torch

from flowlab_course.chapters.ch09 import lab
from flowlab_course.cuda_on_cpu.trace import KernelError


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
        out = torch.full(self.expected.shape, torch.nan)
        text = self.kernel.head + lines + self.kernel.tail
        try:
            run = lab.run(text, self.kernel.name, self.grid, (32,), (*self.given, out, *self.numbers), record=0)
        except KernelError as error:
            raise KernelFaultError(error.kind, self._named(str(error))) from None
        if np.allclose(out.numpy(), self.expected, atol=1e-6):
            self._counted(run)
        return out.numpy()

    def _named(self, said: str) -> str:
        return re.sub(r"array (\d+)", lambda found: self.kernel.arrays[int(found[1])], said)

    def _counted(self, run: lab.Run) -> None:
        """Raise an error where the numbers are right, and the kernel reads or waits more than it has to."""
        reads, barriers = run.counts["global reads"], int(run.accesses["interval"].max(initial=0))
        if barriers > self.barriers:
            said = f"the numbers are right, but each thread passes {barriers} barriers; {self.barriers} are enough"
            raise KernelFaultError("too many barriers", said)
        if reads > self.reads:
            said = f"the numbers are right, but the grid reads {reads} from global memory; {self.reads} are enough"
            raise KernelFaultError("too many reads", said)
