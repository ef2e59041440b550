"""Damaged files at large: see mutations.py, which runs in a process of its own under a limit on its memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.budgets import HANG

ROOT = Path(__file__).resolve().parents[2]


def six_gb() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (6 * 2**30, 6 * 2**30))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a process's memory")
def test_400_mutated_files_are_refused_by_name_within_6_gb(tmp_path):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "OPENCV_LOG_LEVEL": "SILENT"}
    command = [sys.executable, "-W", "error", "-m", "tests.field.mutations", str(tmp_path)]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, preexec_fn=six_gb, capture_output=True, text=True, timeout=HANG, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    counts = json.loads(run.stdout.splitlines()[-1])
    assert counts["files"] == 500
    assert counts["refused"] >= 400
    assert counts["read right"] > 0  # else nothing checked that what is not refused is right
    assert counts["peak_bytes"] < 2**30
