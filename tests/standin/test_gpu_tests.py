"""What is tested and measured on a GPU alone runs through once on the stand-in: a GPU's minutes are no time for typos.

The same tests run on a card with `make test-gpu`. Here they show that each line runs and that what it computes is
right; that it is fast, and that two streams or cards keep out of each other's way, only a card can show.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.budgets import HANG
from tests.chapters.paths import ROOT
from tests.standin import library
from tests.standin.chapters import SITE
from tests.standin.library import why_not

needs_standin = pytest.mark.skipif(bool(why_not()), reason=why_not() or "there is a stand-in for a GPU")
# Those with the most lines that nothing else runs; all others pass, too, when they are called so by hand.
FILES = ("tests/training/test_on_gpu.py", "tests/models/test_graph.py")
# Of the kernels: how they are launched. What they compute the CUDA-on-CPU header has shown, at every geometry.
KERNELS = (
    "two_runs_give_the_same_bits", "runs_on_the_side_stream_that_is_current",
    "is_captured_in_a_cuda_graph_with_its_gradients", "runs_on_the_second_device_whatever_is_current",
)  # fmt: skip


def test_a_library_is_kept_for_the_torch_that_it_was_linked_with_not_for_another_of_the_same_version(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    monkeypatch.setattr(library, "_compile", Path.touch)
    here = library.compiled()
    assert library.compiled() == here
    monkeypatch.setattr(library, "_torch", lambda: tmp_path / "removed since" / "torch")
    assert library.compiled() != here


def on_the_standin(*arguments: str, steps: int) -> subprocess.CompletedProcess:
    env = os.environ | {
        "FLOWLAB_PROFILE": "gpu",
        "FLOWLAB_STANDIN_STEPS": str(steps),
        "PYTHONPATH": os.pathsep.join([str(SITE), str(ROOT)]),
    }
    env.pop("CUDA_VISIBLE_DEVICES", None)
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=HANG)


@needs_standin
def test_the_tests_that_need_a_gpu_pass():
    launching = [f"tests/kernels/test_gpu.py::test_{name}" for name in KERNELS]
    files = (*FILES, *launching)
    done = on_the_standin("pytest", "-q", "-m", "gpu", "-p", "no:cacheprovider", *files, steps=12)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "nothing was skipped" in done.stdout


@needs_standin
def test_the_measurements_run_to_their_end_and_write_what_they_found(tmp_path):
    done = on_the_standin("tests.standin.benches", str(tmp_path), steps=30)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    written = {path.stem: json.loads(path.read_text()) for path in (tmp_path / "bench" / "results").glob("*.json")}
    assert sorted(written) == ["chairs_cuda", "correlation_cuda", "inference_cuda", "smoke_cuda", "train_cuda_0.5"]
    assert all(figures["card"] == "no GPU, but a stand-in for one" for figures in written.values())
    assert len(written["smoke_cuda"]["checked"]) == 8
    assert all(row["right"] for row in written["smoke_cuda"]["checked"])
    assert written["train_cuda_0.5"]["epe, sample"] > 0
    assert 1 <= round(written["correlation_cuda"]["memory"], 1) <= 1.2  # bytes do not depend on the machine
