"""Every bug that is planted in the kernel is found, by what bugs.py says; and the kernel itself is clean."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flowlab_course.cuda_on_cpu import trace
from flowlab_course.cuda_on_cpu.trace import KernelError
from tests.kernels import plain
from tests.kernels.bugs import BUGS, SOURCE, Bug
from tests.kernels.geometries import GRID
from tests.kernels.grid import config_of, needs_gcc, numbers

pytestmark = needs_gcc
ROOT = Path(__file__).resolve().parents[2]
named = pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)


def launch_of(case: str, kernel: str) -> dict:
    """Describe a launch in plain numbers."""
    geometry, shape = numbers(case)
    config = config_of(kernel, shape, geometry)
    output = (shape[0], geometry.side**2, *geometry.output_size(*shape[2:]))
    fields = {name: getattr(config, name) for name in ("expression", "blocks", "block", "shared", "numbers")}
    return fields | {"output": output}


def run(source: str, case: str, kernel: str, build: str, order: str = "up") -> np.ndarray:
    return plain.run(source, case, kernel, launch_of(case, kernel), build, order)


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
        if not np.allclose(result, run(SOURCE, case, bug.kernel, "fast"), atol=1e-5):
            shown = "wrong numbers"
            break
    assert shown == bug.plain


def test_every_planted_bug_is_caught_by_something():
    assert all(bug.watched or bug.address or bug.plain == "wrong numbers" for bug in BUGS)


@pytest.fixture(scope="module")
def configs(tmp_path_factory) -> Path:
    """All launches of the grid, in a file."""
    path = tmp_path_factory.mktemp("launches") / "launches.json"
    path.write_text(json.dumps({case: {kernel: launch_of(case, kernel) for kernel in plain.KERNELS} for case in GRID}))
    return path


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


def test_address_sanitizer_finds_nothing_in_the_kernels(configs):
    done = under_address_sanitizer(str(configs))
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == f"{len(GRID)} geometries, 3 kernels"


@pytest.mark.parametrize("bug", [bug for bug in BUGS if bug.address], ids=lambda bug: bug.name)
def test_address_sanitizer_stops_an_access_outside_of_all_arrays(bug, configs):
    done = under_address_sanitizer(str(configs), bug.name)
    assert done.returncode != 0
    assert "AddressSanitizer: heap-buffer-overflow" in done.stderr
