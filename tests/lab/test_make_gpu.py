"""`make test-gpu` is for machines with a GPU: without one it fails at once, and says what to do."""

import os
import subprocess
import sys

from tests.budgets import HANG
from tests.chapters.paths import ROOT


def make(target, folder, *options):
    stamp = folder / "installed"
    stamp.touch()  # newer than requirements.txt, so that nothing is installed for this
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", target, *options, f"PY={sys.executable}", f"STAMP={stamp}", f"SITE_STAMP={stamp}"],
        cwd=ROOT,
        env=environment | {"CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=HANG,
    )


def test_without_a_gpu_it_fails_and_says_so(tmp_path):
    done = make("test-gpu", tmp_path)
    assert done.returncode != 0
    assert "make test-gpu needs a CUDA device, and torch sees none: python -m flowlab doctor" in done.stderr
    assert "passed" not in done.stdout, "no test is run, so none is skipped"


def test_it_runs_the_same_tests_on_the_gpu_profile(tmp_path):
    on_cpu, on_gpu = (make(target, tmp_path, "--dry-run").stdout.splitlines()[-1] for target in ("test", "test-gpu"))
    two_at_a_time = " -n 2 --dist loadscope"  # not on a GPU: two processes would share its memory
    assert on_cpu.endswith(f"-m pytest{two_at_a_time}")
    assert on_gpu == f"FLOWLAB_PROFILE=gpu {on_cpu.removesuffix(two_at_a_time)}"
