"""Every bug that is planted in the kernel is found, by what bugs.py says; and the kernel itself is clean."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flowlab.kernels import trace
from flowlab.kernels.source import text
from flowlab.kernels.trace import KernelError
from tests.kernels.bugs import BUGS, Bug
from tests.kernels.geometries import GRID
from tests.kernels.grid import needs_gcc
from tests.kernels.plain import run

pytestmark = needs_gcc
ROOT = Path(__file__).resolve().parents[2]
named = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)


def first_error(bug: Bug) -> str:
    for case in GRID:
        try:
            run(bug.source, case, bug.kernel, "watched")
        except KernelError as error:
            return error.kind
    return ""


@named
def test_a_planted_bug_is_caught_by_what_watches(bug):
    assert first_error(bug) == bug.watched


@pytest.mark.parametrize("order", trace.ORDERS)
@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.plain], ids=lambda bug: bug.name)
def test_what_a_planted_bug_does_where_nothing_watches(bug, order):
    shown = "nothing"
    for case in GRID:
        try:
            result = run(bug.source, case, bug.kernel, "fast", order)
        except KernelError as error:
            shown = error.kind
            break
        if not np.allclose(result, run(text("correlation.cu"), case, bug.kernel, "fast"), atol=1e-5):
            shown = "wrong numbers"
            break
    assert shown == bug.plain


def test_every_planted_bug_is_caught_by_something():
    assert all(bug.watched or bug.address or bug.plain == "wrong numbers" for bug in BUGS)


def under_address_sanitizer(*arguments: str) -> subprocess.CompletedProcess[str]:
    library = subprocess.run(
        ["g++", "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert Path(library).is_file(), "g++ has come without its AddressSanitizer"
    return subprocess.run(
        [sys.executable, "-m", "tests.kernels.plain", *arguments],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FLOWLAB_TYPECHECK": "0",
            "LD_PRELOAD": library,
            "ASAN_OPTIONS": "detect_leaks=0",  # Python's own
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_address_sanitizer_finds_nothing_in_the_kernels():
    done = under_address_sanitizer()
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == f"{len(GRID)} geometries, 3 kernels"


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.address], ids=lambda bug: bug.name)
def test_address_sanitizer_stops_an_access_outside_of_all_arrays(bug):
    done = under_address_sanitizer(bug.name)
    assert done.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in done.stderr
