"""What every test relies on: one thread, no GPU unless asked, checked shapes, visible skips, held budgets."""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Tests import each other's helpers as tests.chapters.lint and the like, from wherever pytest was started.
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

# Before torch and the kernels of subprocesses read them.
os.environ.update(
    OMP_NUM_THREADS="1",
    FLOWLAB_THREADS="1",
    JUPYTER_PLATFORM_DIRS="1",  # else jupyter_core warns about a change of folders, and warnings are errors
    MPLBACKEND="Agg",
    PYDEVD_DISABLE_FILE_VALIDATION="1",
)
if os.environ.get("FLOWLAB_PROFILE") != "gpu":
    os.environ.update(FLOWLAB_PROFILE="laptop", CUDA_VISIBLE_DEVICES="")

# Shapes in annotations are checked at run time, in tests only. A test of torch.compile starts a subprocess with
# FLOWLAB_TYPECHECK=0, since compiled code and the checker do not mix.
if os.environ.get("FLOWLAB_TYPECHECK") != "0":
    from jaxtyping import install_import_hook

    install_import_hook("flowlab", "beartype.beartype")

BUDGETS = json.loads((ROOT / "tests" / "budgets.json").read_text(encoding="utf-8"))


def pytest_configure(config: pytest.Config) -> None:
    from hypothesis import settings

    settings.register_profile("flowlab", derandomize=True, deadline=None, database=None)
    settings.load_profile("flowlab")
    config.pluginmanager.register(Ledger(), "flowlab-ledger")


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    import cv2
    import torch

    torch.set_num_threads(1)
    cv2.setNumThreads(1)


_number = itertools.count()


@pytest.fixture(autouse=True)
def _own_progress(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test a progress file of its own, far from the reader's."""
    path = tmp_path_factory.getbasetemp() / f"progress-{next(_number)}.json"
    monkeypatch.setenv("FLOWLAB_PROGRESS", str(path))


class Ledger:
    """Keeps the seconds of each part of the suite and the reasons of its skips, and says both at the end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.skips: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[part(report.nodeid)] += report.duration
        if report.skipped and isinstance(report.longrepr, tuple):
            self.skips[report.longrepr[2].removeprefix("Skipped: ")] += 1

    def over(self) -> list[str]:
        """The parts that took longer than tests/budgets.json allows."""
        factor = budget_factor()
        return [
            f"{name} took {spent:.0f} s, over its budget of {BUDGETS['parts'][name] * factor:.0f} s"
            for name, spent in sorted(self.seconds.items())
            if spent > BUDGETS["parts"][name] * factor
        ]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.over() and not hasattr(session.config, "workerinput"):  # xdist's workers leave it to the controller
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("parts and skips")
        for name, spent in sorted(self.seconds.items()):
            write(f"{name:10} {spent:7.1f} s of {BUDGETS['parts'][name] * budget_factor():.0f} s")
        for line in self.over():
            write(f"OVER BUDGET: {line}", red=True)
        for reason, count in sorted(self.skips.items()):
            write(f"SKIPPED {count}: {reason}", yellow=True)
        if not self.skips:
            write("nothing was skipped")


def part(nodeid: str) -> str:
    """The part of the suite that a test belongs to, one of those in tests/budgets.json."""
    if "chapters/test_guard_catches" in nodeid:
        return "meta"
    for name in ("chapters", "browser", "lab"):
        if nodeid.startswith(f"tests/{name}/"):
            return name
    return "unit"


def budget_factor() -> float:
    """How much slower than 2 CPU cores this machine may be: FLOWLAB_BUDGET_FACTOR, normally 1."""
    return float(os.environ.get("FLOWLAB_BUDGET_FACTOR", "1"))
