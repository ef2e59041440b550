"""A built chapter as the lint rules look at it: cells, sections, syntax trees, calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
MAGIC = "%matplotlib inline"
FIGURES = ("figure", "pictures", "show")  # the functions of the course that show one


@dataclass(frozen=True)
class Problem:
    """One breach of the contract: where, which rule, and what to do about it."""

    chapter: str
    cell: int | None
    rule: str
    message: str

    def __str__(self) -> str:
        place = self.chapter if self.cell is None else f"{self.chapter}, cell {self.cell}"
        return f"{place} [{self.rule}]: {self.message}"


@dataclass(frozen=True)
class Heading:
    """A markdown heading and the cell that it stands in."""

    cell: int
    level: int
    text: str


class Chapter:
    """A notebook with the questions that several rules ask of it. Cells are counted from 0."""

    def __init__(self, name: str, notebook: NotebookNode) -> None:
        self.name, self.notebook, self.cells = name, notebook, notebook.cells

    @property
    def number(self) -> str:
        return self.name[:2]

    def problem(self, rule: str, cell: int | None, message: str) -> Problem:
        return Problem(self.name, cell, rule, message)

    @cached_property
    def markdown(self) -> dict[int, str]:
        """Markdown cells by index."""
        return {i: cell.source for i, cell in enumerate(self.cells) if cell.cell_type == "markdown"}

    @cached_property
    def code(self) -> dict[int, str]:
        """Code cells that hold something, by index."""
        pairs = enumerate(self.cells)
        return {i: cell.source for i, cell in pairs if cell.cell_type == "code" and cell.source.strip()}

    @cached_property
    def trees(self) -> dict[int, ast.Module]:
        """Syntax trees of the code cells that are Python but for the one allowed magic."""
        trees = {}
        for i, source in self.code.items():
            try:
                trees[i] = ast.parse(without_magic(source))
            except SyntaxError:
                continue  # the rule `magic` reports it
        return trees

    @cached_property
    def headings(self) -> list[Heading]:
        found = []
        for i, source in self.markdown.items():
            for match in re.finditer(r"^(#+)[ \t]+(.+?)[ \t]*$", FENCE.sub("", source), re.MULTILINE):
                found.append(Heading(i, len(match[1]), match[2]))
        return found

    def section(self, title: str) -> range:
        """The cells of a level-2 section, its heading's cell included; empty when there is no such one."""
        tops = [h for h in self.headings if h.level <= 2]
        for this, following in zip(tops, [*tops[1:], None], strict=True):
            if this.level == 2 and this.text == title:
                return range(this.cell, following.cell if following else len(self.cells))
        return range(0)

    @cached_property
    def body(self) -> range:
        """The cells between 'Before you start' and the recap."""
        recap = self.section("Recap")
        return range(2, recap.start if recap else len(self.cells))

    @cached_property
    def exercises(self) -> list[Heading]:
        """The headings of the exercises, wherever they stand."""
        return [h for h in self.headings if h.level == 3 and h.text.startswith("Exercise")]

    @cached_property
    def of_exercises(self) -> set[int]:
        """The cells of the exercises: task, stub and check each, and all of the section of that name."""
        apart = {h.cell + k for h in self.exercises for k in range(3)}
        return apart | set(self.section("Exercises"))

    def calls(self, name: str) -> list[tuple[int, ast.Call]]:
        """Every call of ``course.name`` (or ``name`` where imported), with its cell."""
        return [(i, call) for i, tree in self.trees.items() for call in calls_in(tree, name)]

    def figures(self) -> list[tuple[int, ast.Call]]:
        """Every call that shows a figure, with its cell."""
        found = [call for name in FIGURES for call in self.calls(name)]
        return sorted(found, key=lambda found: found[0])

    def outputs(self) -> Iterator[tuple[int, NotebookNode]]:
        """Every stored output with its cell."""
        for i in self.code:
            for output in self.cells[i].outputs:
                yield i, output

    def html(self) -> Iterator[tuple[int, str]]:
        """Every stored HTML output with its cell."""
        for i, output in self.outputs():
            html = output.get("data", {}).get("text/html")
            if html is not None:
                yield i, "".join(html)


def without_magic(source: str) -> str:
    """Blank out the one allowed magic, so that the rest is plain Python with the same line numbers."""
    return "\n".join("" if line.strip() == MAGIC else line for line in source.split("\n"))


def calls_in(tree: ast.AST, name: str) -> list[ast.Call]:
    """Every call of ``course.name`` or bare ``name`` below a node, in the order of the lines."""
    found = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) in (name, f"course.{name}")]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """A call's argument by keyword, or by position where one is given."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    return call.args[position] if position is not None and len(call.args) > position else None


def literal(node: ast.expr | None) -> object:
    """The value of a constant expression, else None."""
    try:
        return None if node is None else ast.literal_eval(node)
    except ValueError:
        return None
