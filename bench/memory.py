"""What a chapter's kernel holds in memory, for whoever plans a server: at its most, at its end, and of that its own.

    python bench/memory.py [NN ...]     # print a line for each chapter, or for those named
    python bench/memory.py --write      # and put them into the table of docs/teachers.md; rows of others stay

Each chapter runs from top to bottom in a kernel of its own, as in the tests: laptop profile, one thread. "Its own" is
what no other process shares (USS): a second student costs that much, the rest is there once. Linux only.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from _tables import replaced
from nbformat.v4 import new_code_cell

from flowlab_course.build import execute, read_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "teachers.md"
STATUS = Path("/proc/self/status")
BEGIN = "<!-- memory: written by `python bench/memory.py --write`, not by hand -->"
END = "<!-- end of memory -->"
ASK = """
import json, pathlib, psutil
status = pathlib.Path("/proc/self/status").read_text(encoding="utf-8")
held = {name: int(status.partition(name + ":")[2].split()[0]) // 1000 for name in ("VmHWM", "VmRSS")}
print(json.dumps(held | {"USS": psutil.Process().memory_full_info().uss // 1_000_000}))
"""


@dataclass(frozen=True)
class Held:
    """MB that a kernel held, and the seconds that its chapter took here."""

    chapter: str
    most: int
    end: int
    own: int
    seconds: float


def held(text: Path) -> Held:
    """Run a chapter and ask its kernel, in one more cell at the end."""
    notebook = read_text(text)
    notebook.cells.append(new_code_cell(ASK))
    start = time.perf_counter()
    execute(notebook, ROOT / "chapters")
    said = json.loads(notebook.cells[-1].outputs[0].text)
    return Held(text.stem, said["VmHWM"], said["VmRSS"], said["USS"], time.perf_counter() - start)


def with_those_before(rows: list[Held], page: str) -> list[Held]:
    """Return the rows and, of chapters that did not run this time, those of the page."""
    there = re.findall(r"^\| (\d\d_\w+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    before = {name: Held(name, *map(int, numbers), 0.0) for name, *numbers in there}
    return sorted((before | {row.chapter: row for row in rows}).values(), key=lambda row: row.chapter)


def markdown(rows: list[Held]) -> str:
    """Return the table as it stands on the teachers' page."""
    lines = ["| chapter | at its most, MB | at its end, MB | of that its own, MB |", "|---|--:|--:|--:|"]
    lines += [f"| {row.chapter} | {row.most} | {row.end} | {row.own} |" for row in rows]
    most = max(rows, key=lambda row: row.most)
    return "\n".join([*lines, "", f"The largest is {most.chapter}: {most.most} MB."])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("numbers", nargs="*", metavar="NN", help="chapters; all when left out")
    parser.add_argument("--write", action="store_true", help="write the table into docs/teachers.md")
    options = parser.parse_args()
    if not STATUS.exists():
        print("skipped: it reads /proc/self/status, which is Linux's")
        return 77
    texts = sorted((ROOT / "chapters" / "text").glob("[0-9][0-9]_*.py"))
    rows = []
    for text in texts:
        if not options.numbers or text.stem[:2] in options.numbers:
            rows.append(held(text))
            row = rows[-1]
            print(
                f"{row.chapter:24} most {row.most:5} MB, end {row.end:5} MB, own {row.own:5} MB, {row.seconds:5.1f} s",
                flush=True,
            )
    if options.write:
        page = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replaced(page, markdown(with_those_before(rows, page)), BEGIN, END), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
