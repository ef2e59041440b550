"""The reference is made of the docstrings, and names everything that is public, with its arguments."""

import os
import subprocess
import sys

import flowlab
from tests.chapters.paths import ROOT


def test_every_public_name_is_in_the_reference_with_its_arguments(tmp_path):
    call = [sys.executable, str(ROOT / "docs" / "api.py"), str(tmp_path / "api.md")]
    done = subprocess.run(call, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "api.md").read_text(encoding="utf-8")
    for name in set(flowlab.__all__) - {"__version__", "course"}:
        assert f"### {name}\n" in page or f"## flowlab.{name}\n" in page, name
    assert "angular_error(pred: Flow, target: Flow, valid: Mask | None = None) -> float\n" in page
    assert "    max_displacement: int = 20,\n" in page
    assert " at 0x" not in page  # an address would make it another page each time
