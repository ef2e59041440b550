"""bench/ablation.py records trainings that have all their steps, and no others."""

import importlib
import json
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from flowlab.datasets.samples import Pair
from flowlab.models import load_model
from tests.chapters.paths import ROOT

MOVED = {"generated chairs": (0, 2), "mine": (3, 4)}  # all pixels of the one pair of each set


@pytest.fixture
def bench(monkeypatch, tmp_path):
    """The script with two small pairs and a record of its own."""
    monkeypatch.syspath_prepend(str(ROOT / "bench"))
    script = importlib.import_module("ablation")
    records = importlib.import_module("flowlab_course.chapters.ch12.records")
    grey, all_known = np.full((64, 64, 3), 90, np.uint8), np.ones((64, 64), bool)
    flows = {name: np.full((64, 64, 2), way, np.float32) for name, way in MOVED.items()}
    sets = {name: [Pair(name, grey, grey, flow, all_known)] for name, flow in flows.items()}
    monkeypatch.setattr(script, "sets_in", lambda _: sets)
    for module in (script, records):
        monkeypatch.setattr(module, "ABLATION", tmp_path / "ablation.json")
    return script


def test_a_training_that_was_stopped_is_not_recorded(bench, monkeypatch, tmp_path, capsys):
    asked = []

    def fit(config, **_):
        """All steps of the first training; the second is stopped by a signal one step early."""
        asked.append(config.out)
        return SimpleNamespace(model=load_model("flownets-small"), step=config.steps - (len(asked) > 1))

    monkeypatch.setattr(bench, "fit", fit)
    monkeypatch.setattr("sys.argv", ["ablation.py", str(tmp_path)])
    bench.main()
    record = json.loads((tmp_path / "ablation.json").read_text())
    assert list(record["trainings"]) == ["furniture 0"]
    assert record["trainings"]["furniture 0"]["steps"] == record["steps"] == 6000
    assert record["beside"]["zero flow"] == {"generated chairs": 2.0, "mine": 5.0}
    assert [path.rpartition("/")[2] for path in asked] == ["furniture-0", "flat-0"]
    said = capsys.readouterr().out
    assert "flat 0: not recorded" in said
    assert "1 of 10 trainings are done, 6000 steps each." in said
    assert "| zero flow | 2.00 | 5.00 |" in said


def test_only_folders_with_all_steps_are_judged(bench, monkeypatch, tmp_path):
    plan = bench.planned(tmp_path, "bf16", 2)
    for name, event, step in (("furniture 0", "end", 6000), ("flat 0", "stopped", 2000), ("far 1", "end", 5999)):
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        (folder / "log.jsonl").write_text(json.dumps({"event": event, "step": step}) + "\n")
        (folder / "config.json").write_text(plan[name].as_json())
    monkeypatch.setattr(bench, "load_model", lambda _: torch.nn.Identity())
    found = [name for name, config in plan.items() if bench.trained(name, config, finished_only=True) is not None]
    assert found == ["furniture 0"]
    (tmp_path / "furniture-0" / "config.json").write_text(plan["furniture 1"].as_json())
    with pytest.raises(SystemExit, match="holds another training: seed was 1 and is 0"):
        bench.trained("furniture 0", plan["furniture 0"], finished_only=True)
