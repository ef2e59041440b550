"""The bench says that it has no GPU, and does not end as if it had measured something."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_without_a_gpu_there_are_no_figures_and_no_success():
    done = subprocess.run(
        [sys.executable, "bench/correlation_cuda.py"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "FLOWLAB_TYPECHECK": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 77, done.stderr
    assert done.stdout.startswith("no figures: torch sees no CUDA device")


def test_make_bench_goes_on_where_a_script_has_nothing_to_measure_on():
    assert "[ $$? = 77 ]" in (ROOT / "Makefile").read_text(encoding="utf-8")
