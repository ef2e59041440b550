"""The suite's own bookkeeping: the seconds of each part against its budget, and the reason of each skip."""

from __future__ import annotations

import os
from collections import Counter, defaultdict

import pytest

from tests.budgets import BUDGETS, factor, held, of_part

NO_CUDA_DEVICE = "needs a CUDA device, torch sees none"  # the reason of each test marked gpu, and of no other skip
SLOW = "slow"  # the property of a test's report that says what took longer than its budget


class Ledger:
    """Keeps the seconds of each part of the suite and the reasons of its skips, and says both at the end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.skips: Counter[str] = Counter()
        self.slow: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[part(report.nodeid)] += report.duration
        if report.skipped and isinstance(report.longrepr, tuple):
            self.skips[report.longrepr[2].removeprefix("Skipped: ")] += 1
        if report.when == "call":
            self.slow += [said for name, said in report.user_properties if name == SLOW]

    def over(self) -> list[str]:
        """The parts that took longer than tests/budgets.json allows."""
        return [
            f"{name} took {spent:.0f} s, over its budget of {of_part(name):.0f} s"
            for name, spent in sorted(self.seconds.items())
            if spent > of_part(name)
        ]

    def untested(self) -> list[str]:
        """What was skipped because torch sees no CUDA device although the run is one for GPUs.

        A second card, a tool or memory that is missing is a skip like any other: it is counted and shown.
        """
        if os.environ.get("FLOWLAB_PROFILE") != "gpu" or not self.skips[NO_CUDA_DEVICE]:
            return []
        return [f"{self.skips[NO_CUDA_DEVICE]} tests skipped on the gpu profile: {NO_CUDA_DEVICE}"]

    def fails(self) -> bool:
        """Whether the run fails although each of its tests may have passed."""
        return bool(self.untested() or (held() and self.over()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        passed = session.exitstatus == pytest.ExitCode.OK  # an interrupted or empty run keeps its own status
        if passed and self.fails() and not hasattr(session.config, "workerinput"):  # xdist's controller does it
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("parts and skips")
        for name, spent in sorted(self.seconds.items()):
            write(f"{name:10} {spent:7.1f} s of {of_part(name):.0f} s")
        allowed = sum(BUDGETS["parts"].values()) * factor()
        write(f"{'all':10} {sum(self.seconds.values()):7.1f} s of {allowed:.0f} s")
        sign, colour = ("OVER BUDGET", {"red": True}) if held() else ("SLOW, but no failure", {"yellow": True})
        for line in [*self.over(), *self.slow]:
            write(f"{sign}: {line}", **colour)
        for line in self.untested():
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
