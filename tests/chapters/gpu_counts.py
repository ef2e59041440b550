"""Runs chapters on the CPU with the counts that the gpu profile picks: whether their claims hold, and the seconds.

python -m tests.chapters.gpu_counts [NN ...]
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
import time
from pathlib import Path
from typing import NamedTuple

from nbformat.v4 import new_code_cell

from flowlab_course.build import BuildError, chapter_number, execute, read_text
from tests.chapters.lint.chapter import without_magic
from tests.chapters.paths import CHAPTERS, TEXTS


class Pick(NamedTuple):
    """A call of ``profile().pick(laptop=, gpu=)`` in a chapter, as it stands there."""

    chapter: str
    laptop: str
    gpu: str

    def __str__(self) -> str:
        return f"chapter {self.chapter}, {self.gpu} instead of {self.laptop}"


# What a CPU can run, with about the seconds of one core that the chapter takes.
ON_A_CPU = {
    Pick("07", "200", "1000"): 200,
    Pick("10", "160", "800"): 220,
    Pick("12", "10", "64"): 130,
}
NEEDS_A_GPU = {
    Pick("11", "0.25", "1.0"): "900 steps of a FlowNetS of full width",
    Pick("11", "2e-3", "5e-4"): "it is the rate for the full width",
}

# The first cell: picks are the gpu profile's, the device stays the CPU, and a false claim does not end the run.
PRELUDE = """
import flowlab_course as course

def pick(self, *, laptop, gpu):
    print(f"PICKED {gpu} instead of {laptop}")
    return gpu

def claim(sentence, condition, claim=course.claim):
    try:
        claim(sentence, condition)
    except course.ClaimError as error:
        print("FALSE", " ".join(str(error).split()))

type(course.profile()).pick, course.claim = pick, claim
"""


class Counted(NamedTuple):
    """A chapter with the gpu profile's counts: its picks, its false claims, what ended it early, and its seconds."""

    picks: list[str]
    false: list[str]
    error: str
    seconds: float


def picks_of(text: Path) -> list[Pick]:
    """Every pick of a chapter, in its order."""
    code = "\n".join(without_magic(cell.source) for cell in read_text(text).cells if cell.cell_type == "code")
    calls = [call for call in ast.walk(ast.parse(code)) if isinstance(call, ast.Call)]
    words = [{word.arg: ast.get_source_segment(code, word.value) for word in call.keywords} for call in calls]
    return [Pick(chapter_number(text), **word) for word in words if word.keys() == {"laptop", "gpu"}]


def run(text: Path) -> Counted:
    """Run a chapter on the CPU, in a kernel of its own, with the gpu profile's counts."""
    notebook, error, start = read_text(text), "", time.perf_counter()
    notebook.cells.insert(0, new_code_cell(PRELUDE))
    try:
        execute(notebook, CHAPTERS, timeout=7200)
    except BuildError as fault:
        error = str(fault)
    said = "".join(output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", ()))
    picked, false = (re.findall(f"^{word} (.*)", said, re.MULTILINE) for word in ("PICKED", "FALSE"))
    return Counted(picked, false, error, time.perf_counter() - start)


def main() -> int:
    """Run the chapters that were named, or all that a CPU can run."""
    parser = argparse.ArgumentParser(prog="python -m tests.chapters.gpu_counts", description=__doc__)
    parser.add_argument("numbers", nargs="*", metavar="NN")
    numbers = parser.parse_args().numbers or sorted({pick.chapter for pick in ON_A_CPU})
    failed = False
    for text in TEXTS:
        if chapter_number(text) in numbers:
            ran = run(text)
            failed |= bool(ran.false or ran.error)
            said = f"{', '.join(ran.picks)}; {ran.seconds:.0f} s; {len(ran.false)} claims are false"
            print("\n  ".join(filter(None, [f"{text.stem}: {said}", *ran.false, ran.error])), flush=True)
    for pick, why in NEEDS_A_GPU.items():
        print(f"{pick}: not tried on a CPU, {why}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
