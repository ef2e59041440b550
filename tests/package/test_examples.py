"""The examples run against the installed wheel, are as short as they say, and do what they say."""

import re

import numpy as np
import pytest

from flowlab.field import read_image, write_image
from tests.chapters.paths import ROOT
from tests.video.clips import picture

EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize(("name", "lines"), [("interpolate.py", 60), ("network.py", 40), ("own_data.py", 50)])
def test_they_are_short(name, lines):
    text = (EXAMPLES / name).read_text()
    assert len([line for line in text.splitlines() if line.strip()]) <= lines


def test_a_frame_in_between_is_nearer_to_the_truth_than_the_mean(installed, tmp_path):
    scene = picture(140, 200)
    first, middle, last = (scene[10 + 4 * i : 106 + 4 * i, 10 + 6 * i : 138 + 6 * i] for i in range(3))
    write_image(tmp_path / "one.png", np.ascontiguousarray(first))
    write_image(tmp_path / "two.png", np.ascontiguousarray(last))
    run = installed(EXAMPLES / "interpolate.py", "one.png", "two.png", "--frames", "3", "--out", "between")
    assert run.returncode == 0, run.stderr
    assert sorted(path.name for path in (tmp_path / "between").iterdir()) == ["001.png", "002.png", "003.png"]
    frame = read_image(tmp_path / "between" / "002.png").astype(float)
    error, of_the_mean = (np.abs(image - middle).mean() for image in (frame, (first.astype(float) + last) / 2))
    assert error < of_the_mean / 5


def test_the_network_learns(installed):
    run = installed(EXAMPLES / "network.py", "40")
    assert run.returncode == 0, run.stderr
    share = [float(a) / float(b) for a, b in re.findall(r"error\s+([\d.]+) px of\s+([\d.]+) px", run.stdout)]
    assert len(share) == 40
    assert np.mean(share[-10:]) < 0.8 * np.mean(share[:10])


def test_a_network_is_trained_further_on_a_data_set_in_python(installed):
    run = installed(EXAMPLES / "own_data.py", "40")
    assert run.returncode == 0, run.stderr
    before, after = (float(error) for error in re.findall(r"error ([\d.]+) px", run.stdout))
    assert after < before
