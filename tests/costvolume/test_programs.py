"""The layer can be compiled, exported with any size, and written to ONNX; each in a process without the checker."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from flowlab.costvolume import reference
from flowlab.costvolume.onnx import decomposed_corr
from tests.costvolume.oracle import cases, two_axes

ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.costvolume.programs", *arguments],
        cwd=ROOT,
        env={**os.environ, "FLOWLAB_TYPECHECK": "0", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]


def test_compiles_as_one_graph_with_its_gradients_for_any_size():
    run("compile")


def test_transforms_of_torch_func_are_compiled():
    run("transforms")


def test_is_exported_for_any_size_as_itself_and_as_plain_operators():
    run("export")


def test_onnxruntime_agrees_for_any_size(tmp_path):
    run("onnx", str(tmp_path / "correlation.onnx"))


@settings(max_examples=100)
@given(st.one_of(cases(), two_axes()))
def test_plain_operators_equal_the_loops(case):
    geometry, shape = case
    a, b = torch.randn(2, *shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(decomposed_corr(a, b, geometry), reference.corr(a, b, geometry))
