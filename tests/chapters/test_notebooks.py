"""Every chapter runs offline on a laptop, prints what is saved with it, and stays within its budget."""

import os
import re
import shutil

import pytest

from tests.chapters.lint.frame import TIME
from tests.chapters.nbval import run_nbval
from tests.chapters.paths import FACTOR, NAMES, budget, load, notebook_path


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_prints_what_is_saved_within_its_budget(name, tmp_path):
    copy = tmp_path / "chapters" / f"{name}.ipynb"
    copy.parent.mkdir()
    shutil.copy(notebook_path(name), copy)  # a copy, so that a chapter can lean on no file beside it
    outcome = run_nbval(copy, tmp_path / "run", profile=os.environ["FLOWLAB_PROFILE"])
    assert not outcome.failures, f"{name}: {len(outcome.failures)} cells differ\n{outcome.explain()}"
    code_cells = sum(cell.cell_type == "code" for cell in load(name).cells)
    assert len(outcome.cells) == code_cells, f"nbval saw {len(outcome.cells)} of {code_cells}:\n{outcome.log}"
    assert outcome.seconds <= budget(name), f"{name} took {outcome.seconds:.0f} s; its budget is {budget(name):.0f} s"
    said = float(re.search(TIME, load(name).cells[1].source)[2])
    slack = (3 * said + 20) * FACTOR  # the sentence is about a free machine, and a kernel starts in seconds
    assert outcome.seconds <= slack, f"{name} says {said:.0f} s and took {outcome.seconds:.0f} s"
