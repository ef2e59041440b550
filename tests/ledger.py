"""The suite's own bookkeeping: the seconds of each part against its budget, and the reason of each skip."""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

BUDGETS = json.loads((Path(__file__).parent / "budgets.json").read_text(encoding="utf-8"))


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

    def missing_gpu(self) -> list[str]:
        """What was skipped for want of a GPU although the run is one for GPUs."""
        if os.environ.get("FLOWLAB_PROFILE") != "gpu":
            return []
        found = sorted((reason, count) for reason, count in self.skips.items() if "CUDA" in reason)
        return [f"{count} tests skipped on the gpu profile: {reason}" for reason, count in found]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if (self.over() or self.missing_gpu()) and not hasattr(
            session.config, "workerinput"
        ):  # xdist's workers leave it to the controller
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("parts and skips")
        for name, spent in sorted(self.seconds.items()):
            write(f"{name:10} {spent:7.1f} s of {BUDGETS['parts'][name] * budget_factor():.0f} s")
        allowed = sum(BUDGETS["parts"].values()) * budget_factor()
        write(f"{'all':10} {sum(self.seconds.values()):7.1f} s of {allowed:.0f} s")
        for line in self.over():
            write(f"OVER BUDGET: {line}", red=True)
        for line in self.missing_gpu():
            write(f"NOT TESTED: {line}", red=True)
        for reason, count in sorted(self.skips.items()):
            write(f"SKIPPED {count}: {reason}", yellow=True)
        if not self.skips:
            write("nothing was skipped")


def part(nodeid: str) -> str:
    """The part of the suite that a test belongs to, one of those in tests/budgets.json."""
    file = nodeid.partition("::")[0]
    if file == "tests/chapters/test_guard_catches.py":
        return "meta"
    folder = file.split("/")[1:2]
    return folder[0] if folder and folder[0] in BUDGETS["parts"] else "unit"


def budget_factor() -> float:
    """How much slower than 2 CPU cores this machine may be: FLOWLAB_BUDGET_FACTOR, normally 1."""
    return float(os.environ.get("FLOWLAB_BUDGET_FACTOR", "1"))
