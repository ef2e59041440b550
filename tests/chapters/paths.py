"""Where the chapters are, and how tests name them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "chapters"
TEXTS = sorted((CHAPTERS / "text").glob("[0-9][0-9]_*.py"))
NAMES = [text.stem for text in TEXTS]
FIXTURE = Path(__file__).parent / "fixtures" / "text" / "01_fixture.py"


def notebook_path(name: str) -> Path:
    """The built notebook of a chapter."""
    return CHAPTERS / f"{name}.ipynb"


def load(name: str) -> NotebookNode:
    """A chapter's built notebook, as it is in the repository."""
    import nbformat

    return nbformat.read(notebook_path(name), as_version=4)
