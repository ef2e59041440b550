"""The bench says that it has no GPU, and does not end as if it had measured something."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def on_cpu(*arguments):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": "", "FLOWLAB_TYPECHECK": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", ["correlation_cuda", "inference_cuda", "train_cuda", "gpu_day"])
def test_without_a_gpu_there_are_no_figures_and_no_success(script):
    done = on_cpu(f"bench/{script}.py")
    assert done.returncode == 77, done.stderr
    assert done.stdout.startswith("no figures: torch sees no CUDA device")


@pytest.fixture
def day(monkeypatch, tmp_path):
    """The GPU's day, with a folder of its own for what is done."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    module = importlib.import_module("gpu_day")
    monkeypatch.setattr(module, "DAY", tmp_path)
    return module


def test_every_step_of_the_day_names_what_there_is(day):
    assert len({step.name for step in day.STEPS}) == len(day.STEPS)
    for step in day.STEPS:
        for word in step.arguments.split():
            if word.startswith(("bench/", "tests/")):
                assert (ROOT / word).exists(), step
    chapters = {path.name[:2] for path in (ROOT / "chapters").glob("[0-9][0-9]_*.ipynb")}
    assert {step.name[-2:] for step in day.STEPS if step.name.startswith("chapter-")} >= chapters


def test_a_step_that_is_done_is_left_out_and_one_that_failed_comes_last(day):
    steps = tuple(day.Step(name, code, 20) for name, code in (("good", "-c 1"), ("bad", "-c 1/0"), ("new", "-c 2")))
    assert day.run(steps[0], 20, "a card") == 0
    assert day.run(steps[1], 20, "a card") != 0
    assert [step.name for step in day.in_order(steps)] == ["new", "bad"]
    known = day.status(steps[1])
    assert known["card"] == "a card"
    assert known["command"] == "python -c 1/0"
    assert known["said"][-1] == "ZeroDivisionError: division by zero"


def test_a_step_that_takes_too_long_is_ended_and_counts_as_failed(day):
    assert day.run(day.Step("slow", "-c __import__('time').sleep(60)", 1), 1, "a card") == 124
    assert day.status(day.Step("slow", "", 1))["seconds"] < 30
