"""The bench says that it has no GPU, and does not end as if it had measured something."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
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
def traffic(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    return importlib.import_module("correlation_traffic")


def test_the_limit_is_that_of_flop_where_bytes_take_less(traffic):
    assert traffic.limit() == 8 * 441 * 48 * 64 * 256 / (132 * 128)
    assert traffic.limit() / traffic.CLOCK == pytest.approx(8 * 2 * 441 * 48 * 64 * 256 / 67e12)


def test_each_part_of_the_card_has_its_own_clocks(traffic):
    shared, asked = traffic.SHARED, traffic.traffic.Asked
    products, numbers = 66 * 32 * 1000, 17 * 32 * 1000  # a thousand tiles of 6 x 11, a warp each
    counted = {(shared, False): asked(17_000, 4 * numbers, 17_000), (0, False): asked(400, 204_800, 6_400)}
    assert traffic.products_of("corr", counted) == products
    parts = {part: share * traffic.limit() for part, share in traffic.times_the_limit("corr", counted).items()}
    assert parts == pytest.approx(
        {
            "arithmetic": 66_000 / 4 / 132,
            "instructions": (66_000 + 17_000 + 400) / 4 / 132,
            "shared memory": (17_000 + 1_600) / 132,
            "L2": 204_800 / 5120,
        }
    )


def test_the_busiest_sm_is_the_one_with_a_block_more(traffic):
    assert traffic.uneven(np.ones(132 * 3)) == 1
    assert traffic.uneven(np.ones(132 * 3 + 1)) == pytest.approx(4 / (3 + 1 / 132))
    assert traffic.uneven(np.array([2.0] + [1.0] * 131 + [1.0] * 131)) == pytest.approx(2 / (264 / 132))


def test_registers_and_shared_memory_limit_what_an_sm_holds(traffic):
    launch = traffic.planned("corr", 256)[0]
    assert (launch.block, launch.shared) == ((32, 2), 21440)
    assert traffic.blocks_of_an_sm(launch, 128) == 8  # 65,536 registers, 64 threads of 128
    assert traffic.blocks_of_an_sm(launch, 121) == 8  # given out by eights
    assert traffic.blocks_of_an_sm(launch, 32) == 10  # of 21,440 bytes and one KiB, in 228 KiB


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


def test_make_bench_goes_on_where_a_script_has_nothing_to_measure_on():
    assert "[ $$? = 77 ]" in (ROOT / "Makefile").read_text(encoding="utf-8")
