"""Runs nbval over one notebook in a process of its own, in the environment that chapters are built in.

A process of its own, because the environment must be the kernel's from its start, and so that one run can be
timed and planted with faults like any other. What nbval does not check (order, alt text, ...) the lint does.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from flowlab_course.build import kernel_environment
from tests.budgets import HANG

ROOT = Path(__file__).resolve().parents[2]
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Cell:
    """What nbval says of a code cell, and the cell itself, in print; cells are counted from 0, markdown left out."""

    cell: int
    outcome: str
    message: str
    seconds: float
    said: str


@dataclass(frozen=True)
class Outcome:
    """A run of nbval over one notebook."""

    cells: list[Cell]
    seconds: float
    log: str

    @property
    def failures(self) -> dict[int, str]:
        """Messages of the cells that did not pass, by cell."""
        return {cell.cell: cell.message for cell in self.cells if cell.outcome != "passed"}

    def explain(self) -> str:
        """The failures for a person; the whole log where nothing was even collected."""
        return "\n\n".join(self.failures.values()) or self.log


def run_nbval(
    notebook: Path, folder: Path, *, profile: str = "laptop", first_failure: bool = False, timeout: float = 2 * HANG
) -> Outcome:
    """Run every cell of a notebook and compare what it prints with what is saved.

    Args:
        notebook: Its folder is the kernel's working directory.
        folder: An empty folder for progress, IPython and the report.
        profile: On "gpu" the cells run at full size, so no output is compared: the claims must hold, and do the work.
        first_failure: Stop at the first cell that fails.
        timeout: Seconds for all cells together.
    """
    report = folder / "report.json"
    environment = kernel_environment(folder, profile=profile) | {
        "FLOWLAB_NBVAL_REPORT": str(report),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
        "JUPYTER_PLATFORM_DIRS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",  # saves the seconds in which plugins import torch
    }
    compare = "--nbval" if profile == "laptop" else "--nbval-lax"
    command = [
        *(sys.executable, "-m", "pytest", "-p", "nbval.plugin", compare, "--nbval-current-env", "--color=no", "-q"),
        *("-p", "tests.chapters.nbval_plugin", "-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml")),
        *("--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg")),
        *(f"--nbval-cell-timeout={timeout}", f"--maxfail={int(first_failure)}", str(notebook)),
    ]
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=notebook.parent, env=environment, capture_output=True, text=True, timeout=timeout + 60
    )
    seconds = time.perf_counter() - start
    cells = json.loads(report.read_text(encoding="utf-8")) if report.exists() else []
    plain = [Cell(**cell | {"message": COLOURS.sub("", cell["message"])}) for cell in cells]
    return Outcome(plain, seconds, COLOURS.sub("", done.stdout + done.stderr))
