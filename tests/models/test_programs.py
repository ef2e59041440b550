"""The networks can be compiled, exported and written to ONNX, for any size; each in a process without the checker."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import flowlab

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.models.programs", *arguments],
        cwd=ROOT,
        env={**os.environ, "FLOWLAB_TYPECHECK": "0", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def test_compiles_as_one_graph_with_its_gradients_for_any_size():
    run("compile")


def test_is_exported_for_any_batch_and_size():
    run("export")


@pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnx, onnxscript, onnxruntime are not installed"
)
def test_onnxruntime_agrees_to_a_thousandth_of_a_pixel_for_any_size(tmp_path):
    run("onnx", str(tmp_path))


def test_only_the_two_networks_are_exported(tmp_path, as_users_run_it):
    with pytest.raises(TypeError, match="export_onnx takes a FlowNetS or a FlowNetC, got Linear"):
        flowlab.export_onnx(torch.nn.Linear(1, 1), tmp_path / "a.onnx")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_package_is_named_with_the_way_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxscript", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install onnx onnxscript"):
        flowlab.export_onnx(flowlab.FlowNetS(width=0.125), tmp_path / "a.onnx")
