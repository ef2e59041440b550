"""The table of planted faults and which test caught each, made by planting every one of them anew.

    python -m tests.chapters.table            # print it
    python -m tests.chapters.table --write    # into docs/guard.md, between its two marks

Takes a minute or two: the faults that only a running kernel shows are planted in a few chapters, which run as far as
the last of them; all others in every chapter.
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
from flowlab.evaluation.report import markdown_table
from flowlab_course.build import build
from tests.chapters.faults import BROKEN_CALLBACK, LINT_FAULTS, NBVAL_FAULTS, swap_u_and_v
from tests.chapters.lint import lint
from tests.chapters.paths import FIXTURE, NAMES, ROOT, load
from tests.chapters.test_guard_catches import QUICK, run, run_planted

PAGE = ROOT / "docs" / "guard.md"
BEGIN = "<!-- faults: written by `python -m tests.chapters.table --write`, not by hand -->"
END = "<!-- end of faults -->"
HEADS = [
    "planted fault",
    "caught by",
    "which said, in the small chapter of the tests",
    "chapters in which it was caught",
]
LINT, NBVAL = "test_contract.py, lint", "test_notebooks.py, nbval"
LONGEST = 100  # characters of what was said


@dataclass(frozen=True)
class Row:
    """A fault, the test that caught it, its words, and in how many chapters of how many."""

    fault: str
    test: str
    said: str
    caught: int
    of: int

    def cells(self) -> list[str]:
        said = (
            self.said[:LONGEST].replace("|", "\\|").replace("`", "'").replace("[", "\\[")
        )  # text, no table, code or link
        return [self.fault, self.test, said, f"{self.caught} of {self.of}"]


def lint_rows(fixture: nbformat.NotebookNode) -> Iterator[Row]:
    """Plant every lint fault in the fixture and in every chapter."""
    chapters = {name: load(name) for name in NAMES}
    for fault in LINT_FAULTS:
        said = caught_by_lint(fault, "01_fixture", fixture)
        caught = sum(caught_by_lint(fault, name, built) is not None for name, built in chapters.items())
        yield Row(fault.name, LINT, said.partition("[")[2] and "[" + said.partition("[")[2], caught, len(chapters))


def caught_by_lint(fault, name: str, built: nbformat.NotebookNode) -> str | None:
    """The problem that the lint reports, None if it reports none that speaks of the fault."""
    planted = copy.deepcopy(built)
    fault.plant(planted)
    return next((said for said in map(str, lint(name, planted)) if re.search(fault.expect, said)), None)


def nbval_rows(fixture: nbformat.NotebookNode, folder: Path) -> Iterator[Row]:
    """Plant what only a run can show, in the fixture and in a few chapters."""
    faults = [*NBVAL_FAULTS, BROKEN_CALLBACK]
    where, outcome = run_planted(copy.deepcopy(fixture), faults, made(folder / "fixture"))
    caught = dict.fromkeys((fault.name for fault in NBVAL_FAULTS), 0)
    for name in QUICK:
        there, ran = run_planted(load(name), NBVAL_FAULTS, made(folder / name), whole=False)
        for fault in NBVAL_FAULTS:
            caught[fault.name] += fault.expect in ran.failures.get(there[fault.name], "")
        print(name, "ran with faults inside", file=sys.stderr, flush=True)
    for fault in faults:
        message = outcome.failures.get(where[fault.name], "")
        line = next((line.strip() for line in message.splitlines() if fault.expect in line), "NOT CAUGHT")
        yield Row(fault.name, NBVAL, line, caught.get(fault.name, 1), len(QUICK) if fault.name in caught else 1)
    swapped = copy.deepcopy(fixture)
    swap_u_and_v(swapped)
    failures = run(swapped, made(folder / "swapped"), first_failure=True).failures
    words = next(
        (w.strip() for m in failures.values() for w in m.splitlines() if "Error" in w or "differ" in w), "NOT CAUGHT"
    )
    yield Row("u and v exchanged", NBVAL, words, 1, 1)


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
    missed = [row.fault for row in rows if row.caught < row.of or row.said == "NOT CAUGHT"]
    print(f"{len(rows)} faults, of which not caught everywhere: {missed or 'none'}", file=sys.stderr)
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
