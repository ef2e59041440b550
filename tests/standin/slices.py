"""Which cells of a chapter the device concerns: those that name it, those that use what came of it, and what they need.

A cell that is in no such chain computes on the CPU on both profiles, and the chapter's own test has run it there.
"""

from __future__ import annotations

import ast
import copy

from nbformat import NotebookNode

from tests.chapters.lint.chapter import without_magic

ASKED = frozenset(("device",))  # of course.profile() or course.begin(...)
FRAME = ("course.begin(", "course.end(")


def the_devices_part(notebook: NotebookNode) -> NotebookNode | None:
    """Return a copy with those code cells alone, or None where no cell asks for a device."""
    code = [i for i, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    trees = {i: ast.parse(without_magic(notebook.cells[i].source)) for i in code}
    stored, free = {i: _stored(trees[i]) for i in code}, {i: _free(trees[i]) for i in code}
    concerned, tainted = set(), set(ASKED)
    for i in code:
        for statement in trees[i].body:
            if _loaded(statement) & tainted:
                concerned.add(i)
                tainted |= _stored(statement)
    if not concerned:
        return None
    concerned |= {i for i in code if notebook.cells[i].source.lstrip().startswith(FRAME)}
    needed: set[str] = set()
    for i in reversed(code):
        if i in concerned or stored[i] & needed:
            concerned.add(i)
            needed = (needed - stored[i]) | free[i]
    kept = copy.deepcopy(notebook)
    for i in set(code) - concerned:
        kept.cells[i].source = ""  # the others keep their numbers
    return kept


def _stored(tree: ast.AST) -> set[str]:
    """Names that a cell gives to later ones."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).partition(".")[0])
    return found - _inner(tree)


def _loaded(tree: ast.AST) -> set[str]:
    """Names that some code reads, and the device, if it asks for that."""
    names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    attributes = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    return (names - _inner(tree)) | (attributes & ASKED)


def _inner(tree: ast.AST) -> set[str]:
    """Names of arguments, and of what comprehensions go through: nobody outside sees them."""
    found = {n.arg for n in ast.walk(tree) if isinstance(n, ast.arg)}
    for node in ast.walk(tree):
        if isinstance(node, ast.comprehension):
            found |= {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)}
    return found


def _free(tree: ast.Module) -> set[str]:
    """Names that a cell reads before it gives them."""
    read, given = set(), set()
    for statement in tree.body:
        read |= _loaded(statement) - given
        given |= _stored(statement)
    return read
