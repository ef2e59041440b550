"""bench: a row for each method, in milliseconds that are those of the method."""

import sys

import numpy as np
import pytest
import torch

from flowlab.classical import run as estimate
from flowlab.cli.evaluate import SHIFT, _pair, timed
from tests.cli.commands import run


@pytest.fixture(autouse=True)
def _threads_as_before():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_every_method_has_a_row():
    result = run("bench", "dis-fast", "farneback", "--size", "64x96", "--repeats", "2", "--threads", "1")
    assert result.exit_code == 0, result.output
    head, _, first, second = result.output.strip().splitlines()
    assert head.startswith("64 x 96 pixels, 2 turns, 1 threads")
    for row, name in ((first, "dis-fast"), (second, "farneback")):
        method, median, least, rate = row.split()
        assert method == name
        assert float(least) <= float(median) <= 1000
        assert float(rate) == pytest.approx(1000 / float(median), rel=0.2)


def test_the_times_are_those_of_the_method_and_the_first_turn_does_not_count(monkeypatch):
    now, calls = [0.0], []
    monkeypatch.setattr(sys.modules[timed.__module__].time, "perf_counter", lambda: now[0])

    def slow(img1, img2):
        calls.append(1)
        now[0] += 0.3 if len(calls) == 1 else 0.02 * len(calls)

    (ms,) = timed({"slow": slow}, np.zeros(1), np.zeros(1), 3).values()
    assert ms == pytest.approx([40, 60, 80])


def test_the_pair_moves_as_the_help_says():
    flow = estimate("dis", *_pair(96, 128))
    assert np.abs(np.median(flow, axis=(0, 1)) - SHIFT).max() < 0.1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["magic"], 2, "unknown method 'magic'"),
        (["--size", "large"], 2, "size is height x width"),
        (["--size", "0x5"], 2, "a size is height x width"),
        (["gone.safetensors"], 1, "there is no such file"),
    ],
)
def test_what_cannot_be_timed_is_refused(arguments, code, said):
    result = run("bench", *arguments)
    assert result.exit_code == code
    assert said in " ".join(result.output.replace("│", " ").split())
