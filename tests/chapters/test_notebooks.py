"""Every chapter runs offline, prints what is saved with it, does so again in the same kernel, and can be solved.

One run shows all of it: the chapter as it is, and behind it, in the same kernel, the chapter with its exercises solved.
"""

import copy
import functools
import os
import re

import nbformat
import pytest

from flowlab_course.exercises.solutions import inject_solutions
from tests.budgets import factor, of_chapter
from tests.chapters.lint import Chapter
from tests.chapters.lint.frame import TIME
from tests.chapters.nbval import run_nbval
from tests.chapters.paths import NAMES, load


def twice(name):
    """The chapter, and again with the solutions, whose checks are not compared; no other output may depend on them."""
    notebook = load(name)
    again = inject_solutions(copy.deepcopy(notebook))
    for cell in again.cells:
        cell.id += "-again"
    notebook.cells += again.cells
    return notebook


def code_cells(notebook):
    return [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"]


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run a chapter, once for all tests; return what its first and its second half did, and all of it."""

    @functools.cache
    def run(name):
        folder = tmp_path_factory.mktemp(name)
        copied = folder / "chapters" / f"{name}.ipynb"
        copied.parent.mkdir()
        nbformat.write(twice(name), copied)  # a copy, so that a chapter can lean on no file beside it
        outcome = run_nbval(copied, folder / "run", profile=os.environ["FLOWLAB_PROFILE"])
        half = len(code_cells(load(name)))
        assert len(outcome.cells) == 2 * half, f"nbval saw {len(outcome.cells)} of {2 * half}:\n{outcome.log}"
        return outcome.cells[:half], outcome.cells[half:], outcome

    return run


def explained(cells):
    return "\n\n".join(cell.message for cell in cells if cell.outcome != "passed")


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_prints_what_is_saved_within_its_budget(name, ran, within):
    first, second, outcome = ran(name)
    assert not explained(first), f"{name} differs\n{explained(first)}"
    seconds = outcome.seconds - sum(cell.seconds for cell in second)
    within(name, seconds, of_chapter(name))
    said = float(re.search(TIME, load(name).cells[1].source)[2])
    slack = (3 * said + 20) * factor()  # the sentence is about a free machine, and a kernel starts in seconds
    within(f"{name}, which says {said:.0f} s,", seconds, slack)


@pytest.mark.parametrize("name", NAMES)
def test_a_second_run_in_the_same_kernel_prints_the_same(name, ran):
    """All but the checks, which are solved by then: whoever runs a cell again must not be told something else."""
    _, second, _ = ran(name)
    assert not explained(second), f"{name} differs when it runs again\n{explained(second)}"


@pytest.mark.parametrize("name", NAMES)
def test_with_the_solutions_every_check_says_right(name, ran):
    _, second, _ = ran(name)
    order = code_cells(load(name))
    checks = [order.index(i) for i, _ in Chapter(name, load(name)).calls("check")]
    assert len(checks) >= 2
    for k in checks:
        said = second[k].said
        assert "right" in said.lower(), f"{name}, cell {order[k]} says {said!r} of its own solution"
        assert "not attempted" not in said.lower()
    last = second[-1].said
    assert f"{len(checks)} of {len(checks)} exercises solved" in last, last
