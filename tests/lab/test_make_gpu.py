"""`make test-gpu` is for machines with a GPU: without one it fails at once, and says what to do."""

import os
import re
import subprocess
import sys

from tests.budgets import HANG
from tests.chapters.paths import ROOT


def test_without_a_gpu_it_fails_and_says_so(tmp_path):
    stamp = tmp_path / "installed"
    stamp.touch()  # newer than requirements.txt, so that nothing is installed for this
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "test-gpu", f"PY={sys.executable}", f"STAMP={stamp}", f"SITE_STAMP={stamp}"],
        cwd=ROOT,
        env=environment | {"CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=HANG,
    )
    assert done.returncode != 0
    assert "make test-gpu needs a CUDA device, and torch sees none: python -m flowlab doctor" in done.stderr
    assert "passed" not in done.stdout, "no test is run, so none is skipped"


def test_it_runs_the_same_tests_on_the_gpu_profile():
    recipes = dict(re.findall(r"^(test|test-gpu): .*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(), re.MULTILINE))
    *before, last = recipes["test"].splitlines()
    assert last == "\t$(PY) -m pytest"
    assert all("page/build.py" in line for line in before)
    assert recipes["test-gpu"].endswith("\tFLOWLAB_PROFILE=gpu $(PY) -m pytest\n")
