"""Every chapter runs with its exercises solved, and every check then says so."""

import nbformat
import pytest

from flowlab.course import copies
from flowlab.course.build import execute
from tests.chapters.lint import Chapter
from tests.chapters.paths import NAMES


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teacher")
    copies.export_teacher(folder)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_with_the_solutions_every_check_says_right(name, solved):
    notebook = execute(nbformat.read(solved / f"{name}.ipynb", as_version=4), solved)
    checks = {i for i, _ in Chapter(name, notebook).calls("check")}
    assert len(checks) >= 2
    for i in checks:
        said = "".join(output.get("text", "") for output in notebook.cells[i].outputs)
        assert "right" in said.lower(), f"{name}, cell {i} says {said!r} of its own solution"
        assert "not attempted" not in said.lower()
    last = "".join(output.get("text", "") for output in notebook.cells[-1].outputs)
    assert f"{len(checks)} of {len(checks)} exercises solved" in last, last
