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

COURSE = CHAPTERS.parent / "flowlab_course"
NAMES = {"laptop", "gpu", "cpu", "cuda"}  # of profiles and devices


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
# On a CPU one step runs with them (test_gpu_counts.py); whether the chapter's claims hold, nothing has shown yet.
NEEDS_A_GPU = {
    Pick("11", "0.25", "1.0"): "500 steps of a FlowNetS of full width",
    Pick("11", "1e-3", "4e-4"): "it is the rate for the full width",
}


class Branch(NamedTuple):
    """A condition, besides picks, that the profile or the device decides: file, function, and as it stands there."""

    file: str
    function: str
    condition: str


SESSION, PROFILE = "tests/course/test_session.py::", "tests/course/test_profile.py::"
ON_THE_STANDIN = "tests/standin/test_chapters.py::test_what_the_device_concerns_runs_there_and_leaves_nothing_behind"
# With the tests that run what is decided for a GPU. Each of them runs in the suite, without one.
BRANCHES = {
    Branch("chapters/text/11_training.py", "", "profile.name == 'gpu'"): ON_THE_STANDIN,
    Branch("build.py", "kernel_environment", "profile == 'laptop'"): ON_THE_STANDIN,
    Branch("chapters/ch09/figures.py", "measured_on_this_card", "profile().name != 'gpu'"): ON_THE_STANDIN,
    Branch("chapters/ch09/hardware.py", "cupy_here", "profile().name == 'gpu'"): ON_THE_STANDIN,
    Branch("chapters/ch09/lab.py", "where", "profile().name == 'gpu'"): PROFILE
    + "test_chapter_09_says_where_kernels_run",
    Branch("chapters/ch09/lab.py", "run", "t.device.type == 'cuda'"): ON_THE_STANDIN,
    Branch("chapters/ch09/lab.py", "gradients_hold", "device.type == 'cuda'"): ON_THE_STANDIN,
    Branch("chapters/ch09/lab.py", "_launched", "launch.why_not()"): ON_THE_STANDIN,
    Branch("page/gpu.py", "free_gpu", "torch.cuda.is_initialized()"): ON_THE_STANDIN,
    Branch("page/gpu.py", "to_cpu", "value.device.type in ('cpu', 'meta')"): (
        SESSION + "test_everything_that_a_notebook_names_moves_to_the_cpu"
    ),
    Branch("page/profile.py", "pick", "self.name == 'laptop'"): PROFILE + "test_pick_takes_the_profiles_value",
    Branch("page/profile.py", "profile", "torch.cuda.is_available()"): (
        PROFILE + "test_without_the_variable_cuda_decides"
    ),
    Branch("page/profile.py", "profile", "asked == 'gpu'"): PROFILE + "test_gpu_without_cuda_says_what_to_do",
    Branch("page/profile.py", "profile", "name == 'gpu'"): PROFILE + "test_without_the_variable_cuda_decides",
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


def branches_of(path: Path) -> list[Branch]:
    """Every condition of a file that the profile's name, a device or what CUDA has decides."""
    base = COURSE if COURSE in path.parents else CHAPTERS.parent
    file, found = path.relative_to(base).as_posix(), []

    def visit(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            if _decides(child):
                found.append(Branch(file, function, ast.unparse(child)))
            visit(child, child.name if isinstance(child, ast.FunctionDef) else function)

    visit(ast.parse(path.read_text(encoding="utf-8")), "")
    return found


def _decides(node: ast.AST) -> bool:
    """Whether a node compares with a device's or a profile's name, or asks what CUDA has."""
    if isinstance(node, ast.Compare):
        return not NAMES.isdisjoint(part.value for part in ast.walk(node) if isinstance(part, ast.Constant))
    if isinstance(node, ast.Call):
        asked = ast.unparse(node.func)
        return asked.startswith(("torch.cuda.is_", "torch.cuda.device_count")) or asked.endswith("launch.why_not")
    return isinstance(node, ast.Attribute) and node.attr in ("is_cuda", "is_cpu")


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
