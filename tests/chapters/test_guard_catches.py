"""The guard of the course, guarded: each planted fault is caught, and a chapter without one passes."""

import copy
import re

import nbformat
import pytest

from flowlab_course.build import read_text, same_sources
from tests.chapters.faults import LINT_FAULTS, NBVAL_FAULTS, SWAPPED, swap_u_and_v
from tests.chapters.lint import lint, lint_together
from tests.chapters.nbval import run_nbval
from tests.chapters.paths import FIXTURE, ROOT

HELPER = '''
def {name}({argument}):
    """{name}"""
    total = 0
    for item in {argument}:
        total += item
    return total
'''


def cases(faults):
    return pytest.mark.parametrize("fault", faults, ids=lambda fault: fault.name.replace(" ", "-"))


def run_planted(notebook, folder):
    """Plant the nbval faults in one copy, each in a cell of its own, and run it; return what happened by fault."""
    where = {fault.name: code_number(notebook, fault.plant(notebook)) for fault in NBVAL_FAULTS}
    assert len(set(where.values())) == len(NBVAL_FAULTS), f"two faults share a cell: {where}"
    return where, run(notebook, folder)


def run(notebook, folder, **options):
    path = folder / "chapters" / "planted.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    return run_nbval(path, folder / "run", **options)


def code_number(notebook, index):
    return sum(cell.cell_type == "code" for cell in notebook.cells[:index])


def test_the_chapter_without_a_fault_passes(fixture_chapter, fixture_path, tmp_path):
    assert lint("01_fixture", fixture_chapter) == []
    assert same_sources(read_text(FIXTURE), fixture_chapter)
    # Other pixels, same words: what nbval must let pass, or a figure would fail on the next kind of CPU.
    for cell in fixture_chapter.cells:
        for output in cell.get("outputs", []):
            if "text/html" in output.get("data", {}):
                output.data["text/html"] = output.data["text/html"].replace(";base64,", ";base64,AAAA")
    outcome = run(fixture_chapter, tmp_path)
    assert not outcome.failures, outcome.explain()
    assert len(outcome.cells) == code_number(fixture_chapter, len(fixture_chapter.cells))


@cases(LINT_FAULTS)
def test_lint_catches(fault, fixture_chapter):
    fault.plant(fixture_chapter)
    problems = [str(problem) for problem in lint("01_fixture", fixture_chapter)]
    assert any(re.search(fault.expect, problem) for problem in problems), problems


def test_a_helper_pasted_under_another_name_is_caught(fixture_chapter):
    other = copy.deepcopy(fixture_chapter)
    for notebook, name, argument in ((fixture_chapter, "add_up", "items"), (other, "sum_of", "values")):
        notebook.cells[2].source += HELPER.format(name=name, argument=argument)
        for cell in notebook.cells[3:]:
            cell.source = "" if cell.cell_type == "code" else cell.source
    (problem,) = lint_together({"01_fixture": fixture_chapter, "02_other": other})
    assert "sum_of is add_up of 01_fixture, cell 2 again" in str(problem)


def test_an_edit_of_the_notebook_alone_is_caught(fixture_chapter):
    fixture_chapter.cells[4].source += "\n"
    assert not same_sources(read_text(FIXTURE), fixture_chapter)


@pytest.fixture(scope="module")
def planted_fixture(fixture_path, tmp_path_factory):
    notebook = nbformat.read(fixture_path, as_version=4)
    return run_planted(notebook, tmp_path_factory.mktemp("planted"))


@cases(NBVAL_FAULTS)
def test_nbval_catches(fault, planted_fixture):
    where, outcome = planted_fixture
    assert fault.expect in outcome.failures.get(where[fault.name], ""), outcome.explain()


def test_nbval_blames_only_the_cells_with_faults(planted_fixture):
    where, outcome = planted_fixture
    last = outcome.cells[-1].cell  # course.end() counts the claims that held: one fewer
    assert set(outcome.failures) == {*where.values(), last}


def test_swapped_u_and_v_are_caught(fixture_chapter, tmp_path):
    swap_u_and_v(fixture_chapter)
    outcome = run(fixture_chapter, tmp_path, first_failure=True)
    assert outcome.failures, "nothing failed: no claim and no saved output depends on which component is which"


def test_the_committed_table_has_each_fault_once():
    """docs/guard.md is written by a command that plants everything; here it is only asked whether it is the newest."""
    page = (ROOT / "docs" / "guard.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+) \| test_\w+\.py, \w+ \| (?!NOT CAUGHT).+ \|$", page, re.MULTILINE)
    faults = [*(fault.name for fault in NBVAL_FAULTS), SWAPPED, *(fault.name for fault in LINT_FAULTS)]
    assert rows == faults, "run `python -m tests.chapters.table --write`"
