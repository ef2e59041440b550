"""The page about training: its Python, as it stands, in a folder with the files that it names."""

import re
import sys
from types import ModuleType

import pytest
import torch
from torch import nn

import flowlab
from flowlab.field import write_flow, write_image
from tests.chapters.paths import ROOT

TEXT = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


class Iterated(nn.Module):
    """Stands for torchvision's RAFT, which is not a dependency: as picky about its images, and a list of flows."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Conv2d(6, 2, 3, padding=1)

    def forward(self, img1, img2):
        assert img1.shape[-2] % 8 == img1.shape[-1] % 8 == 0
        assert -1 <= img1.min() < -0.2
        flow = self.layer(torch.cat([img1, img2], dim=1))
        return [0.5 * flow, flow]


@pytest.fixture
def pairs(tmp_path, monkeypatch):
    """Pairs that slide by (2, -1), of a size that no network likes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my" / "pairs").mkdir(parents=True)
    for i in range(6):
        noise = torch.rand(1, 3, 40, 48, generator=torch.Generator().manual_seed(i))
        scene = (255 * nn.functional.interpolate(noise, scale_factor=4)[0]).byte().permute(1, 2, 0).numpy()
        frames = scene[10:143, 10:160], scene[11:144, 8:158]
        for number, frame in enumerate(frames, start=1):
            write_image(f"my/pairs/{i}_img{number}.png", frame.copy())
        flow = torch.tensor([2.0, -1.0]).expand(133, 150, 2).numpy()
        write_flow(f"my/pairs/{i}_flow.flo", flow)
    for name, frame in zip("ab", frames, strict=True):
        write_image(f"{name}.png", frame.copy())


def short(text):
    """The same training in a few steps."""
    return text.replace("steps=2000", "steps=12, batch=2, workers=0, tensorboard=False, device='cpu', lr=1e-3")


def test_a_network_of_ones_own_is_trained_loaded_and_evaluated(pairs):
    names = {"__name__": "page"}
    own, later, raft = (text for text in SNIPPETS if "Matcher" in text or "Raft" in text)
    exec(compile(short(own), "page", "exec"), names)
    log = names["result"].log
    assert log[1]["event"] == "before"
    assert log[1]["epe"] > next(row["epe"] for row in reversed(log) if row["event"] == "validation")
    assert names["flow"].shape == (133, 150, 2)
    exec(compile(later, "page", "exec"), names)
    torchvision = ModuleType("torchvision.models.optical_flow")
    torchvision.raft_small = lambda weights: Iterated()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("torchvision", "torchvision.models"):
            patch.setitem(sys.modules, name, ModuleType(name))
        patch.setitem(sys.modules, "torchvision.models.optical_flow", torchvision)
        exec(compile(short(raft).replace('finetune", ', 'finetune", rehearsal=0, '), "page", "exec"), names)
    assert flowlab.predict(names["Raft"](), *torch.rand(2, 3, 50, 70)).shape == (2, 50, 70)
