"""Runs chapters on the gpu profile, on the stand-in for a GPU, and says where one goes wrong.

python -m tests.standin.chapters [NN ...] [--steps N]
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from flowlab_course.build import chapter_number, kernel_environment, read_text
from tests.chapters.paths import CHAPTERS, TEXTS

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).with_name("site")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


# Behind the last cell: what is left on the GPU, and the most that there was.
LEFT = "import torch\nprint(torch.cuda.memory_allocated(), torch.cuda.max_memory_allocated())"


class Fault(NamedTuple):
    """A cell that does not run on a GPU: its chapter, its number among all cells from 0, its first line, the error."""

    chapter: str
    cell: int
    line: str
    error: str

    def __str__(self) -> str:
        return f"chapter {self.chapter}, cell {self.cell} ({self.line}): {self.error}"


class Ran(NamedTuple):
    """What a chapter did: its faults, bytes left on the GPU after its last cell, and the most bytes there."""

    faults: list[Fault]
    left: int
    most: int


def environment(folder: Path, *, steps: int | None = None) -> dict[str, str]:
    """Return the environment of a kernel on the gpu profile that finds a stand-in for a GPU.

    Args:
        folder: As for kernel_environment.
        steps: What ``pick(gpu=...)`` gives at most; None for all.
    """
    path = os.pathsep.join([str(SITE), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    size = {} if steps is None else {"FLOWLAB_STANDIN_STEPS": str(steps)}
    return kernel_environment(folder, profile="gpu") | {"PYTHONPATH": path} | size


def run(name: str, notebook: NotebookNode, *, steps: int | None = None, go_on: bool = False) -> Ran:
    """Run a notebook's cells on the gpu profile, in a kernel of its own.

    Args:
        name: Of the chapter.
        notebook: It is left as it is.
        steps: As for `environment`.
        go_on: Do not stop at the first fault.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import CellControlSignal, DeadKernelError

    notebook = copy.deepcopy(notebook)
    notebook.cells.append(new_code_cell(LEFT))
    died = ""
    with tempfile.TemporaryDirectory(prefix="flowlab-standin-") as own:
        client = NotebookClient(
            notebook,
            timeout=1800,
            kernel_name="python3",
            resources={"metadata": {"path": str(CHAPTERS)}},
            allow_errors=go_on,
        )
        words = Path(own) / "stderr"
        try:
            with words.open("w") as stderr:
                client.execute(env=environment(Path(own), steps=steps), stderr=stderr)
        except (DeadKernelError, TimeoutError) as error:
            died = f"{error}\n{words.read_text(errors='replace')[-2000:]}"
        except CellControlSignal:
            pass  # it is among the cell's outputs
    faults = [
        Fault(name[:2], i, cell.source.splitlines()[0], COLOURS.sub("", f"{output.ename}: {output.evalue}"))
        for i, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    said = "".join(output.get("text", "") for output in notebook.cells[-1].outputs).split()
    if died or not (faults or said):
        faults.append(Fault(name[:2], -1, "the kernel", died or "said nothing"))
    left, most = map(int, said) if len(said) == 2 else (-1, -1)
    return Ran(faults, left, most)


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
        ran = run(text.stem, read_text(text), steps=given.steps)
        faults += len(ran.faults)
        said = (
            "; ".join(map(str, ran.faults)) or f"runs, {ran.most / 1e6:.1f} MB on the GPU, {ran.left} bytes at the end"
        )
        print(f"{text.stem:28} {time.perf_counter() - start:6.1f} s  {said}", flush=True)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
