"""The bench says that it has no GPU, and does not end as if it had measured something."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from tests.budgets import HANG

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


@pytest.mark.parametrize("script", ["correlation_cuda", "inference_cuda", "train_cuda", "gpu_smoke"])
def test_without_a_gpu_there_are_no_figures_and_no_success(script):
    done = on_cpu(f"bench/{script}.py")
    assert done.returncode == 77, done.stderr
    assert done.stdout.startswith("no figures: torch sees no CUDA device")


STEPS = (
    "00-machine", "01-smoke", "10-corr", "11-ncu", "12-infer", "13-chairs", "20-kernels", "21-package",
    "22-memcheck", "22-racecheck", "23-ch07", "23-ch09", "23-ch10", "23-ch11", "30-train",
)  # fmt: skip


def gpu_run(folder, python, **settings):
    """Run gpu_run.sh with a script in Python's place; return it, its summary by step, and the names in its archive."""
    (folder / "python").write_text(f'#!/bin/bash\necho "$*" >>{folder}/calls\n{python}\n')
    (folder / "python").chmod(0o755)
    env = {**os.environ, "OUT": str(folder / "out"), "PY": str(folder / "python"), **settings}
    command = ["bash", str(ROOT / "bench" / "gpu_run.sh")]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=HANG)
    lines = (folder / "out" / "summary.txt").read_text().splitlines()
    with tarfile.open(folder / "out" / "results.tgz") as archive:
        names = {Path(name).name for name in archive.getnames()}
    return done, {line.split()[0]: line for line in lines}, names


def test_the_run_on_a_gpu_names_what_there_is_and_keeps_the_log_of_every_step(tmp_path):
    done, steps, names = gpu_run(tmp_path, 'case "$*" in *inference*) echo above the aim; exit 1;; esac')
    assert sorted(steps) == sorted(STEPS), done.stderr
    assert {f"{name}.log" for name in STEPS} <= names
    assert "exit 1 " in steps["12-infer"]
    assert steps["12-infer"].endswith("above the aim")
    assert done.returncode == 1
    for name in ("11-ncu", "22-memcheck"):
        assert "exit 77 " in steps[name] or shutil.which("ncu") or shutil.which("compute-sanitizer")
    words = [word for call in (tmp_path / "calls").read_text().splitlines() for word in call.split()]
    files = [word for word in words if word.startswith(("bench/", "tests/", "chapters/"))]
    assert len(files) >= 15
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_a_step_that_takes_too_long_ends_with_its_children_and_the_whole_keeps_its_limit(tmp_path):
    begun = time.monotonic()
    hangs = f'case "$*" in *doctor*) (sleep 25; touch {tmp_path}/orphan) & wait;; esac'
    done, steps, _ = gpu_run(tmp_path, hangs, LIMIT="7")
    assert time.monotonic() - begun < 25
    assert all("exit 124 " in line for line in steps.values()), steps
    assert steps["30-train"].endswith("no time was left for it")
    assert done.returncode == 1
    time.sleep(max(0.0, begun + 27 - time.monotonic()))
    assert not (tmp_path / "orphan").exists()


@pytest.fixture
def correlation_bench(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    monkeypatch.setattr(importlib.import_module("_gpu"), "RESULTS", tmp_path / "bench" / "results")
    (tmp_path / "bench").mkdir()
    return importlib.import_module("correlation_cuda")


def card(monkeypatch, capability, sms, clock, memory_clock, bus):
    known = SimpleNamespace(major=capability[0], minor=capability[1], multi_processor_count=sms)
    if clock is not None:
        known.clock_rate, known.memory_clock_rate, known.memory_bus_width = clock, memory_clock, bus
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device=None: known)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda device=None: "a card of tomorrow")


# SMs, boost and memory clocks in kHz and bits of the bus; then what the maker's data sheet says: TFLOP/s and TB/s.
SHEETS = {
    "T4": ((7, 5), 40, 1_590_000, 5_001_000, 256, 8.1, 0.32),
    "V100": ((7, 0), 80, 1_530_000, 877_000, 4096, 15.7, 0.9),
    "A100": ((8, 0), 108, 1_410_000, 1_593_000, 5120, 19.5, 2.04),
    "RTX 3090": ((8, 6), 82, 1_695_000, 9_751_000, 384, 35.6, 0.936),
    "RTX 4090": ((8, 9), 128, 2_520_000, 10_501_000, 384, 82.6, 1.008),
    "H100": ((9, 0), 132, 1_980_000, 2_619_000, 5120, 67.0, 3.35),
    "H200": ((9, 0), 132, 1_980_000, 3_201_000, 6144, 67.0, 4.8),
}


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_a_cards_rates_follow_from_its_sms_and_clocks(sheet, correlation_bench, monkeypatch):
    *known, tflops, terabytes = sheet
    card(monkeypatch, *known)
    assert correlation_bench.rates() == pytest.approx((tflops * 1e12, terabytes * 1e12), rel=0.03)
    flop, numbers = 2 * 8 * 441 * 256 * 48 * 64, 8 * (2 * 256 + 441) * 48 * 64  # FlowNetC's layer, batch 8
    bounds = {"arithmetic": flop / (tflops * 1e12), "memory": 4 * numbers / (terabytes * 1e12)}
    seconds, whose = correlation_bench.limit(8, 4, backward=False)
    assert (seconds, whose) == (pytest.approx(max(bounds.values()), rel=0.03), max(bounds, key=bounds.get))


@pytest.mark.parametrize("clocks", [(None, None, None), (0, 0, 0), (1_980_000, -1, 6144)], ids=str)
def test_an_unknown_limit_is_null_in_the_file_and_said_in_the_chapter(clocks, correlation_bench, monkeypatch):
    from flowlab_course.page import gpu

    card(monkeypatch, (15, 0), 200, *clocks)
    row = correlation_bench.row_of(
        "batch 8", "raw kernels", (0.5, 3.0), correlation_bench.limit(8, 4, True), [1.0, 2.0]
    )
    assert row["over the limit"] is row["limit ms"] is None
    path = correlation_bench.write_result("correlation_cuda", {"worst over the limit": None, "rows": [row]})
    written = json.loads(path.read_text(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert written["rows"][0]["limit ms"] is None
    monkeypatch.setattr(gpu, "RESULTS", path.parent)
    said = gpu.measured_on_a_gpu("correlation_cuda", "worst over the limit", unit="times the limit")
    assert said.startswith("correlation_cuda: no worst over the limit on a card of tomorrow, ")
    with pytest.raises(ValueError, match="not JSON compliant"):
        correlation_bench.write_result("correlation_cuda", {"ms": float("nan")})
