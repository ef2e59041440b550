"""Loaded into the pytest process that runs nbval: a patient output timeout, and a report that tests can read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

OUTPUT_TIMEOUT = 300  # seconds; nbval's own 5 is too short for a cell that is silent on a busy machine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.output_timeout = OUTPUT_TIMEOUT


class Report:
    """Collects what nbval says of each cell and writes it as JSON."""

    def __init__(self) -> None:
        self.cells: list[dict] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> pytest.TestReport:
        report = yield
        report.said = "".join(output.get("text", "") for output in item.test_outputs or ())
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or not report.passed:
            message = str(report.longrepr) if report.longrepr else ""
            cell = int(report.nodeid.rpartition("Cell ")[2])
            what = {"cell": cell, "outcome": report.outcome, "message": message}
            self.cells.append(what | {"seconds": report.duration, "said": report.said})

    def pytest_sessionfinish(self) -> None:
        Path(os.environ["FLOWLAB_NBVAL_REPORT"]).write_text(json.dumps(self.cells), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Report(), "flowlab-nbval-report")
