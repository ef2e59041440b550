"""Chapter 09 where there is no compiler: it says which one to install, and claims nothing."""

from __future__ import annotations

import pytest

from flowlab_course.build import BuildError, execute, read_text
from tests.chapters.paths import CHAPTERS


def test_without_a_compiler_the_chapter_says_which_one_to_install_and_claims_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", "no-compiler-of-this-name")
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path / "kernels"))
    notebook = read_text(CHAPTERS / "text" / "09_the_raw_kernel.py")
    with pytest.raises(BuildError, match=r"takes g\+\+, which is not installed .*; until then, read on"):
        execute(notebook, tmp_path)
    said = [output.get("text", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    assert said[0].startswith("Chapter 09")
    assert not [text for text in said if "\N{CHECK MARK}" in text]
