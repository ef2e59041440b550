"""The snippets and commands of README and two pages, as they stand, in a folder with the files that they name."""

import re

import jaxtyping
import numpy as np
import pytest
import torch

import flowlab
from flowlab.field import write_image
from tests.chapters.paths import ROOT
from tests.cli.commands import run
from tests.video.clips import clip, picture, window

PAGES = {
    name: (ROOT / name).read_text(encoding="utf-8") for name in ("docs/recipes.md", "docs/not-learning.md", "README.md")
}
SNIPPETS = [
    text for page in PAGES.values() for text in re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
]
MOTION = np.array([-3, -1])  # px: the window of the clips goes right and down


@pytest.fixture
def names(tmp_path, monkeypatch):
    """Run the snippet of this number; return what it named."""
    monkeypatch.chdir(tmp_path)
    scene = picture(120, 200)
    write_image("one.png", window(scene, 0, (96, 128)))
    write_image("two.png", window(scene, 1, (96, 128)))
    clip(tmp_path / "clip.mp4", 3)

    def snippet(number):
        names = {"__name__": "snippet"}
        exec(compile(SNIPPETS[number], f"snippet {number}", "exec"), names)
        return names

    return snippet


def test_there_are_eight():
    assert len(SNIPPETS) == 8


def test_readme_is_a_page_and_no_manual():
    assert len(PAGES["README.md"].splitlines()) <= 130


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#]+)\)", PAGES[page].replace("\n", " "))
    files = [link for link in links if "://" not in link]
    assert files
    assert [link for link in files if not ((ROOT / page).parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_have_their_options(page):
    """Each command is typed with --help in place of running it: names and options must be there."""
    commands = re.findall(r"^    python -m flowlab (.*?)(?:  #.*)?$", PAGES[page], re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        name, *words = command.split()
        told = run(name, "--help") if name != "--help" else run("--help")
        assert told.exit_code == 0, command
        assert [word for word in words if word.startswith("--") and word not in told.output] == [], command


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
    found = names(3)
    assert found["flow"].shape == (1, 2, 96, 128)
    found["flow"].sum().backward()
    assert found["Matcher"].__name__ == "Matcher"


def test_training_pairs(names):
    found = names(4)
    assert found["loss"].isfinite()
    assert all(torch.isfinite(p.grad).all() for p in found["model"].parameters() if p.grad is not None)
    assert sum(p.grad is not None for p in found["model"].parameters()) > 20


def test_a_function_of_ones_own_is_evaluated(names):
    assert names(5)["result"]["epe"] == pytest.approx(flowlab.evaluate("zero", "motions")["epe"])


def test_a_network_outside_of_torch(names, monkeypatch):
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # it takes traced sizes for wrong ones
    for module in ("onnxruntime", "onnxscript"):
        pytest.importorskip(module, reason="onnx, onnxscript and onnxruntime are not all installed")
    flow = names(6)["flow"][0].transpose(1, 2, 0)
    ours = flowlab.predict("flownetc-small", flowlab.read_image("one.png"), flowlab.read_image("two.png"))
    assert np.abs(flow - ours).max() < 1e-3


def test_readmes_tour(names):
    found = names(7)
    assert found["flow"].shape == (96, 128, 2)
    assert (flowlab.read_flow("flow.flo")[0] == found["flow"]).all()
    assert found["pair"].flow.shape[-1] == 2
