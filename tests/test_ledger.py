"""A part of the suite over its budget fails a CI's run; a skip is counted with its reason."""

import os
import re
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.budgets import BUDGETS, HANG, factor, held
from tests.chapters.paths import ROOT
from tests.ledger import NO_CUDA_DEVICE, SLOW, Ledger, part

ONE_CARD = "needs two CUDA devices, torch sees 1"
NO_TOOL = "compute-sanitizer, of the CUDA toolkit, is not on the path"


def report(nodeid, *, duration=0.0, skipped="", slow=()):
    longrepr = ("file", 1, f"Skipped: {skipped}") if skipped else None
    return SimpleNamespace(
        nodeid=nodeid,
        duration=duration,
        skipped=bool(skipped),
        longrepr=longrepr,
        when="call",
        user_properties=[(SLOW, said) for said in slow],
    )


def skipping(*reasons):
    ledger = Ledger()
    for reason in reasons:
        ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", skipped=reason))
    return ledger


def run_by_itself(*tests, **changes):
    """Run tests in a process of its own; a change to None takes a variable away."""
    environment = {name: value for name, value in (os.environ | changes).items() if value is not None}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG)
    return done.returncode, done.stdout + done.stderr


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


@pytest.mark.parametrize(("factor", "fails"), [(None, False), ("1", True), ("3", False)])
def test_seconds_add_up_by_part_and_the_excess_fails_a_run_that_holds_its_budgets(monkeypatch, factor, fails):
    monkeypatch.delenv("FLOWLAB_BUDGET_FACTOR", raising=False)
    monkeypatch.delenv("FLOWLAB_PROFILE")
    if factor:
        monkeypatch.setenv("FLOWLAB_BUDGET_FACTOR", factor)
    ledger = Ledger()
    for _ in range(3):
        ledger.pytest_runtest_logreport(report("tests/lab/test_make_lab.py::t", duration=BUDGETS["parts"]["lab"] / 2))
    ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", duration=1))
    assert [line.partition(" took")[0] for line in ledger.over()] == ["lab"] * (factor != "3")
    assert ledger.fails() == fails


def test_a_test_over_its_own_budget_fails_where_budgets_are_held_and_is_named_elsewhere(monkeypatch, request, within):
    monkeypatch.setenv("FLOWLAB_BUDGET_FACTOR", "1")
    with pytest.raises(AssertionError, match="reading took 3 s, over its budget of 2 s"):
        within("reading", 3, 2)
    monkeypatch.delenv("FLOWLAB_BUDGET_FACTOR")
    within("writing", 1, 2)
    within("reading", 3, 2)
    said = [value for _, value in request.node.user_properties]
    request.node.user_properties.clear()  # this run was not slow
    ledger = Ledger()
    ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", slow=said))
    assert ledger.slow == ["reading took 3 s, over its budget of 2 s"]
    assert not ledger.fails()


@pytest.mark.parametrize("said", ["abc", "1,5", "nan", "inf", "-1", "0"])
def test_a_factor_that_is_no_number_above_0_is_refused(monkeypatch, said):
    monkeypatch.setenv("FLOWLAB_BUDGET_FACTOR", said)
    with pytest.raises(ValueError, match=f"must be a number above 0, such as 3 or 1.5, got '{said}'"):
        factor()


def test_an_empty_factor_is_none(monkeypatch):
    monkeypatch.setenv("FLOWLAB_BUDGET_FACTOR", "")
    assert (held(), factor()) == (False, 1.0)


@pytest.mark.parametrize(("status", "after"), [(0, 1), (1, 1), (2, 2), (5, 5)])
def test_an_interrupted_run_keeps_its_status(monkeypatch, status, after):
    monkeypatch.setenv("FLOWLAB_BUDGET_FACTOR", "1")
    ledger = Ledger()
    ledger.pytest_runtest_logreport(report("tests/lab/test_make_lab.py::t", duration=BUDGETS["parts"]["lab"] * 2))
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=status)
    ledger.pytest_sessionfinish(session)
    assert session.exitstatus == after


def test_skips_are_counted_by_reason():
    ledger = Ledger()
    for reason in ("no GPU", "no browser", "no GPU"):
        ledger.pytest_runtest_logreport(report("tests/field/test_x.py::t", skipped=reason))
    assert ledger.skips == {"no GPU": 2, "no browser": 1}


@pytest.mark.parametrize(
    ("profile", "reasons", "fails"),
    [
        ("gpu", [NO_CUDA_DEVICE, NO_CUDA_DEVICE, "no browser"], True),
        ("gpu", [ONE_CARD, NO_TOOL, "CuPy is not installed", "needs 24 GiB of free GPU memory"], False),
        ("gpu", [], False),
        ("laptop", [NO_CUDA_DEVICE], False),
    ],
)
def test_on_the_gpu_profile_a_skip_fails_the_run_where_torch_sees_no_device(monkeypatch, profile, reasons, fails):
    """One card, or none of the toolkit's programs, is a machine of a reader: what cannot run there is counted."""
    monkeypatch.setenv("FLOWLAB_PROFILE", profile)
    ledger = skipping(*reasons)
    assert ledger.skips.total() == len(reasons)
    assert ledger.fails() == fails
    assert ledger.untested() == [f"2 tests skipped on the gpu profile: {NO_CUDA_DEVICE}"] * fails


def test_a_run_over_budget_fails_only_where_budgets_are_held():
    quick = "tests/test_ledger.py::test_skips_are_counted_by_reason"
    code, said = run_by_itself(quick, FLOWLAB_BUDGET_FACTOR="1e-9")
    assert "1 passed" in said
    assert "OVER BUDGET: unit took" in said
    assert code == 1
    code, said = run_by_itself(quick, FLOWLAB_BUDGET_FACTOR=None)
    assert "1 passed" in said
    assert "unit " in said.partition("parts and skips")[2]
    assert code == 0


def test_every_test_that_needs_a_gpu_is_skipped_by_its_mark():
    """No skip of its own words, which the ledger would not know, and no test that only some conditions skip."""
    code, said = run_by_itself(
        *("tests/kernels/test_gpu.py", "tests/cli/test_on_gpu.py"), FLOWLAB_PROFILE="gpu", CUDA_VISIBLE_DEVICES=""
    )
    assert code == 1, said
    count = int(re.search(rf"NOT TESTED: (\d+) tests skipped on the gpu profile: {NO_CUDA_DEVICE}", said)[1])
    assert f"{count} skipped" in said
    assert " passed" not in said


def test_only_the_mark_asks_whether_there_is_a_gpu():
    asking = "skipif(not torch.cuda" + ".is_available()"
    assert [path for path in (ROOT / "tests").rglob("*.py") if asking in path.read_text(encoding="utf-8")] == []
