"""Ways to break a notebook: each returns or is a function that changes a notebook in place."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.chapters.lint.chapter import Chapter, calls_in


def view(notebook: NotebookNode) -> Chapter:
    title = next(cell.source for cell in notebook.cells)
    return Chapter(title[2:4], notebook)


def edit(cell: NotebookNode, pattern: str, replacement: str, *, count: int = 1, flags: int = re.DOTALL) -> None:
    """Replace in a cell's source; a fault that changes nothing would prove nothing."""
    cell.source, done = re.subn(pattern, replacement, cell.source, count=count, flags=flags)
    assert done, f"nothing to break: {pattern!r} is not in\n{cell.source}"


def cell_with(notebook: NotebookNode, text: str, kind: str = "code") -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == kind and text in cell.source)


def body_cells(notebook: NotebookNode, kind: str) -> list[int]:
    return [i for i in view(notebook).body if notebook.cells[i].cell_type == kind]


def append_code(text: str) -> Callable[[NotebookNode], None]:
    """A fault that adds a line to the first cell with a figure."""

    def plant(notebook: NotebookNode) -> None:
        index, _ = view(notebook).figures()[0]
        notebook.cells[index].source += f"\n{text}"

    return plant


def append_prose(text: str) -> Callable[[NotebookNode], None]:
    """A fault that adds words to the first cell of the body."""

    def plant(notebook: NotebookNode) -> None:
        notebook.cells[body_cells(notebook, "markdown")[0]].source += f"\n\n{text}"

    return plant


def add_term(line: str) -> Callable[[NotebookNode], None]:
    """A fault that adds a section of terms with one line before the further reading."""

    def plant(notebook: NotebookNode) -> None:
        at = next(i for i, cell in enumerate(notebook.cells) if cell.source.startswith("## Further reading"))
        notebook.cells.insert(at, new_markdown_cell(f"## Terms\n\n{line}"))

    return plant


def save_output(output: NotebookNode) -> Callable[[NotebookNode], None]:
    """A fault that saves an output of the wrong kind."""

    def plant(notebook: NotebookNode) -> None:
        cell_with(notebook, "course.begin(").outputs.append(output)

    return plant


def edit_html(marker: str, pattern: str, replacement: str) -> Callable[[NotebookNode], int]:
    """A fault in the first saved HTML output that holds the marker; returns its cell."""

    def plant(notebook: NotebookNode) -> int:
        for i, cell in enumerate(notebook.cells):
            for output in cell.get("outputs", []):
                html = output.get("data", {}).get("text/html", "")
                if marker in html:
                    changed, done = re.subn(pattern, replacement, html, count=1, flags=re.DOTALL)
                    assert done, f"nothing to break: {pattern!r}"
                    output.data["text/html"] = changed
                    return i
        raise AssertionError(f"no saved output holds {marker!r}")

    return plant


def edit_source(
    text: str, pattern: str, replacement: str, kind: str = "code", *, flags: int = re.DOTALL
) -> Callable[[NotebookNode], None]:
    """A fault in the source of the first cell that holds the text."""
    return lambda notebook: edit(cell_with(notebook, text, kind), pattern, replacement, flags=flags)


def drop_argument(name: str) -> Callable[[NotebookNode], None]:
    """A fault that removes an argument of the first figure's call, and the sentence below it."""

    def plant(notebook: NotebookNode) -> None:
        index, _ = view(notebook).figures()[0]
        tree = ast.parse(notebook.cells[index].source)
        call = (calls_in(tree, "show") + calls_in(tree, "pictures"))[0]
        call.keywords = [keyword for keyword in call.keywords if keyword.arg != name]
        notebook.cells[index].source = ast.unparse(tree)
        below = notebook.cells[index + 1]
        below.source = below.source.replace("What you should see", "Nothing much")

    return plant


def by_key(key: str) -> Callable[[NotebookNode], None]:
    """A fault that asks for the caption of the first figure by a key."""

    def plant(notebook: NotebookNode) -> None:
        index, call = view(notebook).figures()[0]
        cell = notebook.cells[index]
        cell.source = cell.source.replace(ast.get_source_segment(cell.source, call), f"course.figure({key!r}, fig)")

    return plant


def before_the_answer(line: str) -> Callable[[NotebookNode], None]:
    """A fault that adds a line above the first answer."""
    return edit_source("course.answer(", r"(?=^course\.answer\()", f"{line}\n", flags=re.MULTILINE)


def fold(text: str) -> Callable[[NotebookNode], None]:
    """A fault that folds the first cell that holds a text."""

    def plant(notebook: NotebookNode) -> None:
        cell = cell_with(notebook, text)
        cell.source = f"# Here something is done.\n{cell.source}"
        cell.metadata["jupyter"] = {"source_hidden": True}

    return plant


def one_section(notebook: NotebookNode) -> None:
    """Move the exercises of the body under their heading at the end."""
    chapter = view(notebook)
    start = chapter.exercises[0].cell
    moved, target = notebook.cells[start : start + 3], notebook.cells[chapter.section("Exercises").start]
    del notebook.cells[start : start + 3]
    place = notebook.cells.index(target) + 1
    notebook.cells[place:place] = moved


def swap_counts(notebook: NotebookNode) -> None:
    first, second = [cell for cell in notebook.cells if cell.cell_type == "code"][3:5]
    first.execution_count, second.execution_count = second.execution_count, first.execution_count


def strip_count(notebook: NotebookNode) -> None:
    cell_with(notebook, "course.begin(").execution_count = None


def add_tag(tag: str) -> Callable[[NotebookNode], None]:
    def plant(notebook: NotebookNode) -> None:
        cell_with(notebook, "course.claim(").metadata["tags"] = [tag]

    return plant


def silence(call: str, instead: str) -> Callable[[NotebookNode], None]:
    """A fault that takes every call of one kind away."""

    def plant(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.source = cell.source.replace(f"{call}(", f"{instead}(")

    return plant


def drop_films(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [o for o in cell.outputs if "flowlab-film" not in o.get("data", {}).get("text/html", "")]


def drop_widgets(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            kept = [o for o in cell.outputs if not o.get("data", {}).get("text/plain", "").startswith("[widget]")]
            cell.outputs = kept


def drop_formulas(notebook: NotebookNode) -> None:
    for i in body_cells(notebook, "markdown"):
        notebook.cells[i].source = notebook.cells[i].source.replace("$", "")


def unproven_figure(notebook: NotebookNode) -> None:
    """Silence the claims between the first figure and the next."""
    figures = sorted({i for i, _ in view(notebook).figures()})
    for cell in notebook.cells[figures[0] : figures[1]]:
        if cell.cell_type == "code":
            cell.source = cell.source.replace("course.claim(", "print(")


def save_widget_state(notebook: NotebookNode) -> None:
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}


def repeat_an_id(notebook: NotebookNode) -> None:
    notebook.cells[1]["id"] = notebook.cells[0]["id"]


def add_cell_after_the_end(notebook: NotebookNode) -> None:
    last = view(notebook).code
    notebook.cells.append(new_code_cell("print('one more thing')", execution_count=len(last) + 1))


def too_many_cells(notebook: NotebookNode) -> None:
    at, count = body_cells(notebook, "code")[0], max(cell.get("execution_count") or 0 for cell in notebook.cells)
    notebook.cells[at:at] = [new_code_cell("pass", execution_count=count) for _ in range(46)]
