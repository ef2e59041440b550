"""A chapter as a page: its saved outputs, a way to the notebook, and a kind word where something would move."""

from __future__ import annotations

import html
import re
from pathlib import Path

import nbformat
from nbformat import NotebookNode

WIDGET = re.compile(r"\[widget\] (.+)", re.DOTALL)
CARD = """{{.chapter-card}}
{{download}}`Download this notebook <../notebooks/{name}.ipynb>` ({size} kB) or type `make lab`: there you write the
code, ask whether it is right, and move the pictures. On this page nothing runs, and outputs are as they were saved."""
FILM = "<details open class='flowlab-film'>"
STILL = """<aside class="still" aria-label="{title}, standing still"><p><strong>{title}</strong> moves in the \
notebook, where you take hold of it with the mouse or the keys. A page has no Python to move it{instead}.</p></aside>"""


def find(folder: Path) -> dict[str, Path]:
    """Return the chapters that stand, by their number."""
    return {path.name[:2]: path for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))}


def page(path: Path) -> NotebookNode:
    """Return a chapter's notebook as Sphinx shall show it.

    Raises:
        ValueError: If it does not begin with its title.
    """
    notebook = nbformat.read(path, as_version=4)
    title(notebook, path)
    card = CARD.format(name=path.stem, size=round(path.stat().st_size / 1000))
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell(card, id="download"))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            stand_still(cell)
            fold(cell)
    return notebook


def fold(cell: NotebookNode) -> None:
    """Hide the source of a folded cell behind its first line, a comment that says what the cell does."""
    if cell.metadata.get("jupyter", {}).get("source_hidden"):
        said = cell.source.strip().partition("\n")[0].removeprefix("# ")
        cell.metadata.setdefault("tags", []).append("hide-input")
        cell.metadata["mystnb"] = {"code_prompt_show": said, "code_prompt_hide": said}


def title(notebook: NotebookNode, path: Path) -> str:
    """Return a chapter's title, such as "08 · Correlation".

    Raises:
        ValueError: If it does not begin with one.
    """
    first = notebook.cells[0].source.partition("\n")[0] if notebook.cells else ""
    if not first.startswith("# "):
        raise ValueError(f"{path.name} must begin with its title, such as '# 08 · Correlation', got {first[:60]!r}")
    return first.removeprefix("# ").strip()


def stand_still(cell: NotebookNode) -> None:
    """Say of a widget that it moves elsewhere, and open the film-strip that it left."""
    films = [output for output in cell.outputs if "flowlab-film" in html_of(output)]
    for output in films:
        output.data["text/html"] = html_of(output).replace("<details class='flowlab-film'>", FILM, 1)
    for output in cell.outputs:
        found = WIDGET.fullmatch(output.get("data", {}).get("text/plain", ""))
        if found and not html_of(output):
            instead = ", so here it is at a few of its settings" if films else ""
            output.data["text/html"] = STILL.format(title=html.escape(found[1].strip()), instead=instead)


def html_of(output: NotebookNode) -> str:
    """Return what an output shows as HTML, or nothing."""
    return output.get("data", {}).get("text/html", "")
