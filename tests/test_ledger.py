"""A part of the suite over its budget fails the run; a skip is counted with its reason."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.chapters.paths import ROOT
from tests.ledger import BUDGETS, Ledger, part


def report(nodeid, *, duration=0.0, skipped=""):
    longrepr = ("file", 1, f"Skipped: {skipped}") if skipped else None
    return SimpleNamespace(nodeid=nodeid, duration=duration, skipped=bool(skipped), longrepr=longrepr)


@pytest.mark.parametrize(
    ("nodeid", "name"),
    [
        ("tests/field/test_files.py::test_x", "unit"),
        ("tests/test_ledger.py::test_x", "unit"),
        ("tests/chapters/test_notebooks.py::test_x[01]", "chapters"),
        ("tests/chapters/test_guard_catches.py::test_x", "meta"),
        ("tests/browser/test_chapters.py::test_x", "browser"),
        ("tests/lab/test_make_lab.py::test_x", "lab"),
        ("tests/standin/test_chapters.py::test_x", "standin"),
    ],
)
def test_every_test_belongs_to_a_part_with_a_budget(nodeid, name):
    assert part(nodeid) == name
    assert BUDGETS["parts"][name] > 0


def test_seconds_add_up_by_part_and_the_excess_is_named(monkeypatch):
    monkeypatch.delenv("FLOWLAB_BUDGET_FACTOR", raising=False)  # this machine's own may be generous
    ledger = Ledger()
    for _ in range(3):
        ledger.pytest_runtest_logreport(report("tests/lab/test_make_lab.py::t", duration=BUDGETS["parts"]["lab"] / 2))
    ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", duration=1))
    (line,) = ledger.over()
    assert line.startswith("lab took")


def test_skips_are_counted_by_reason():
    ledger = Ledger()
    for reason in ("no GPU", "no browser", "no GPU"):
        ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", skipped=reason))
    assert ledger.skips == {"no GPU": 2, "no browser": 1}


def test_a_run_over_budget_fails_though_every_test_passes():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "tests/test_ledger.py::test_skips_are_counted_by_reason"],
        cwd=ROOT,
        env=os.environ | {"FLOWLAB_BUDGET_FACTOR": "0"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert "OVER BUDGET: unit took" in done.stdout
    assert done.returncode == 1
