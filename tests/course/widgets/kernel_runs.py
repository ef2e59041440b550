"""The three runs of kernels that chapter 09 names, for the widget that draws them."""

import ast
from functools import cache

import pytest

from flowlab_course.build import read_text
from flowlab_course.chapters.ch09 import lab
from flowlab_course.cuda_on_cpu.compile import why_not
from tests.chapters.paths import CHAPTERS

INPUTS = {"FIRST", "TILED", "C, H, W, r", "D", "a, b", "layer", "expected", "out", "grid, block", "block", "args"}


def run_named_kernels():
    """Run them as the chapter's cells do; skip the test where there is no compiler."""
    if why_not():
        pytest.skip(why_not())
    lab._named.update(_runs())


@cache
def _runs():
    names = {"device": "cpu"}
    cells = read_text(CHAPTERS / "text" / "09_the_raw_kernel.py").cells
    for source in (cell.source for cell in cells if cell.cell_type == "code"):
        for node in ast.parse(source.replace("%matplotlib", "# %matplotlib")).body:
            if isinstance(node, ast.Import | ast.ImportFrom) or is_input(node) or runs_a_named_kernel(node):
                exec(ast.unparse(node), names)
        if "widgets.who_reads_what" in source:
            break
    return {name: lab.recorded(name) for name in ("first", "tiled", "corr")}


def is_input(node):
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()") in INPUTS


def runs_a_named_kernel(node):
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    return any(keyword.arg == "name" for call in calls for keyword in call.keywords)
