"""The table of planted faults and which test caught each, made by planting every one of them anew.

    python -m tests.chapters.table            # print it
    python -m tests.chapters.table --write    # into docs/guard.md, between its two marks

All of them are planted in the small chapter of the tests, which runs twice for the faults that only a kernel shows.
"""

from __future__ import annotations

import argparse
import copy
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat

from bench._tables import replaced
from flowlab.evaluation.scores import markdown_table
from flowlab_course.build import build
from tests.chapters.faults import LINT_FAULTS, NBVAL_FAULTS, SWAPPED, swap_u_and_v
from tests.chapters.lint import lint
from tests.chapters.paths import FIXTURE, ROOT
from tests.chapters.test_guard_catches import run, run_planted

PAGE = ROOT / "docs" / "guard.md"
BEGIN = "<!-- faults: written by `python -m tests.chapters.table --write`, not by hand -->"
END = "<!-- end of faults -->"
HEADS = ["planted fault", "caught by", "which said"]
MISSED = "NOT CAUGHT"
LINT, NBVAL = "test_contract.py, lint", "test_notebooks.py, nbval"
LONGEST = 100  # characters of what was said


@dataclass(frozen=True)
class Row:
    """A fault, the test that caught it, and its words."""

    fault: str
    test: str
    said: str

    def cells(self) -> list[str]:
        # Text, and neither table nor code nor link.
        said = self.said[:LONGEST].replace("|", "\\|").replace("`", "'").replace("[", "\\[")
        return [self.fault, self.test, said]


def lint_rows(fixture: nbformat.NotebookNode) -> Iterator[Row]:
    """Plant every lint fault."""
    for fault in LINT_FAULTS:
        planted = copy.deepcopy(fixture)
        fault.plant(planted)
        problems = map(str, lint("01_fixture", planted))
        said = next((said for said in problems if re.search(fault.expect, said)), MISSED)
        yield Row(fault.name, LINT, said[said.find("[") :] if "[" in said else said)


def nbval_rows(fixture: nbformat.NotebookNode, folder: Path) -> Iterator[Row]:
    """Plant what only a run can show."""
    where, outcome = run_planted(copy.deepcopy(fixture), made(folder / "planted"))
    for fault in NBVAL_FAULTS:
        message = outcome.failures.get(where[fault.name], "")
        yield Row(fault.name, NBVAL, first_line(message.splitlines(), fault.expect))
    swapped = copy.deepcopy(fixture)
    swap_u_and_v(swapped)
    failures = run(swapped, made(folder / "swapped"), first_failure=True).failures
    lines = [line for message in failures.values() for line in message.splitlines()]
    yield Row(SWAPPED, NBVAL, first_line(lines, "Error", "differ"))


def first_line(lines: list[str], *words: str) -> str:
    """Return the first line with one of the words in it."""
    return next((line.strip() for line in lines if any(word in line for word in words)), MISSED)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write docs/guard.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fixture = nbformat.read(build(FIXTURE, made(folder / "built")).path, as_version=4)
        rows = [*nbval_rows(fixture, folder), *lint_rows(fixture)]
    table = markdown_table(HEADS, [row.cells() for row in rows])
    print(table)
    if options.write:
        PAGE.write_text(replaced(PAGE.read_text(encoding="utf-8"), table, BEGIN, END), encoding="utf-8")
    missed = [row.fault for row in rows if row.said == MISSED]
    print(f"{len(rows)} faults, of which not caught: {missed or 'none'}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
