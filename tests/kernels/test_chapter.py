"""Chapter 09 goes on where there is no compiler, with what its kernels once did."""

from __future__ import annotations

from pathlib import Path

from flowlab_course.build import execute, read_text
from tests.chapters.paths import CHAPTERS, load
from tests.kernels.grid import needs_gcc

NAME = "09_the_raw_kernel"


def said(notebook) -> list[str]:
    cells = [
        c for c in notebook.cells if c.cell_type == "code" and "nbval-ignore-output" not in c.metadata.get("tags", [])
    ]
    return ["".join(o.get("text", "") for o in cell.outputs) for cell in cells]


@needs_gcc
def test_without_a_compiler_the_chapter_says_the_same_from_its_records(monkeypatch, tmp_path):
    monkeypatch.setenv("CXX", "no-compiler-of-this-name")
    monkeypatch.setenv("FLOWLAB_CACHE", str(tmp_path))
    notebook = execute(read_text(CHAPTERS / "text" / f"{NAME}.py"), tmp_path)
    assert said(notebook) == said(load(NAME))
    assert not list(Path(tmp_path).rglob("*.so"))
    where = "".join(o.get("text", "") for o in notebook.cells[3].outputs)
    assert where.startswith("Kernels are shown as they once ran, for to run a CUDA kernel on the CPU takes g++")


def test_the_records_are_small():
    from flowlab_course.chapters.ch09 import records as kernel_records

    assert (Path(kernel_records.__file__).parent / kernel_records.FILE).stat().st_size < 200_000
