"""README's snippets, each run as it stands, in a folder with the files that it names."""

import re

import numpy as np
import pytest
import torch

import flowlab
from flowlab.field import write_image
from tests.chapters.paths import ROOT
from tests.video.clips import clip, picture, window

README = (ROOT / "README.md").read_text(encoding="utf-8")
SECTION = README.partition("## Use it in your project")[2].partition("\n## ")[0]
SNIPPETS = re.findall(r"^```python\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)
MOTION = np.array([-3, -1])  # px: the window of the clips goes right and down


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Run the snippet of this number; return what it named."""
    monkeypatch.chdir(tmp_path)
    scene = picture(120, 200)
    write_image("one.png", window(scene, 0, (96, 128)))
    write_image("two.png", window(scene, 1, (96, 128)))
    clip(tmp_path / "clip.mp4", 3)

    def run(number):
        names = {"__name__": "snippet"}
        exec(compile(SNIPPETS[number], f"README.md, snippet {number}", "exec"), names)
        return names

    return run


def test_there_are_five():
    assert len(SNIPPETS) == 5


def test_two_pictures(names):
    flow = names(0)["flow"]
    assert np.abs(np.median(flow, axis=(0, 1)) - MOTION).max() < 0.1
    assert (flowlab.read_flow("flow.flo")[0] == flow).all()
    assert flowlab.read_image("flow.png").shape == (96, 128, 3)


def test_a_network(names):
    flow = names(1)["flow"]
    assert flow.shape == (96, 128, 2)
    assert flow.dtype == np.float32


def test_a_video(names):
    assert names(2)["believed"] > 0.9
    flow, valid = flowlab.read_flow("000001.flo")
    assert np.abs(np.median(flow[valid], axis=0) - MOTION).max() < 0.3
    assert not valid.all()


def test_a_layer(names):
    run = names(3)
    assert run["flow"].shape == (1, 2, 96, 128)
    run["flow"].sum().backward()
    assert run["Matcher"].__name__ == "Matcher"


def test_training_pairs(names):
    run = names(4)
    assert run["loss"].isfinite()
    assert all(torch.isfinite(p.grad).all() for p in run["model"].parameters() if p.grad is not None)
    assert sum(p.grad is not None for p in run["model"].parameters()) > 20
