"""Runs chapters on the gpu profile, on the stand-in for a GPU, and says where one goes wrong.

python -m tests.standin.chapters [NN ...] [--steps N]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from flowlab.course.build import chapter_number, kernel_environment, read_text
from tests.chapters.paths import CHAPTERS, TEXTS

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).with_name("site")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Fault:
    """A cell that does not run on a GPU: chapter, the cell's number among all cells from 0, its first line, the error."""

    chapter: str
    cell: int
    line: str
    error: str

    def __str__(self) -> str:
        return f"chapter {self.chapter}, cell {self.cell} ({self.line}): {self.error}"


def environment(folder: Path, *, steps: int | None = None) -> dict[str, str]:
    """Return the environment of a kernel on the gpu profile that finds a stand-in for a GPU.

    Args:
        folder: As for kernel_environment.
        steps: What ``pick(gpu=...)`` gives at most; None for all.
    """
    path = os.pathsep.join([str(SITE), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    size = {} if steps is None else {"FLOWLAB_STANDIN_STEPS": str(steps)}
    return kernel_environment(folder, profile="gpu") | {"PYTHONPATH": path} | size


def run(chapter: str, notebook: NotebookNode, *, steps: int | None = None, timeout: int = 900) -> Fault | None:
    """Run a notebook's cells; return the first fault, or None."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    at: list[int] = []
    began: list[float] = []
    with tempfile.TemporaryDirectory(prefix="flowlab-standin-") as own:
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name="python3",
            resources={"metadata": {"path": str(CHAPTERS)}},
            on_cell_start=lambda cell, cell_index: (at.append(cell_index), began.append(time.perf_counter())),
        )
        words = Path(own) / "stderr"
        try:
            with words.open("w") as stderr:
                client.execute(env=environment(Path(own), steps=steps), stderr=stderr)
        except (CellControlSignal, TimeoutError, DeadKernelError) as error:
            said = getattr(error, "evalue", "") or str(error)
            kind = getattr(error, "ename", type(error).__name__)
            first = notebook.cells[at[-1]].source.splitlines()[0] if at else "no cell"
            if isinstance(error, DeadKernelError):
                said += "\n" + words.read_text(errors="replace")[-2000:]
            return Fault(chapter, at[-1] if at else -1, first, COLOURS.sub("", f"{kind}: {said}"))
    return None


def main() -> int:
    """Run the chapters that were named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin.chapters", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN")
    parser.add_argument("--steps", type=int)
    given = parser.parse_args()
    faults = 0
    for text in TEXTS:
        if given.numbers and chapter_number(text) not in given.numbers:
            continue
        start = time.perf_counter()
        notebook = read_text(text)
        notebook.cells.append(new_code_cell("import torch\nprint(torch.cuda.memory_allocated())"))
        fault = run(chapter_number(text), notebook, steps=given.steps)
        faults += fault is not None
        left = "" if fault else notebook.cells[-1].outputs[0].text.strip()
        print(f"{text.stem:28} {time.perf_counter() - start:6.1f} s  {fault or 'runs'} {left}", flush=True)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
