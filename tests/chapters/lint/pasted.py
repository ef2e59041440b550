"""No helper is pasted twice: what two chapters use belongs in flowlab."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from tests.chapters.lint.chapter import Chapter, Problem

LINES = 4  # a shorter body is an idiom, not a helper


def pasted_helpers(chapters: Iterable[Chapter]) -> Iterator[Problem]:
    """Functions whose bodies are the same in two places, whatever they and their arguments are called.

    Exercise stubs are left out: each ends in the same ``return ...``.
    """
    first: dict[str, tuple[str, str]] = {}
    for chapter in chapters:
        for i, tree in chapter.trees.items():
            if any(tag.startswith("exercise-") for tag in chapter.cells[i].metadata.get("tags", [])):
                continue
            for node in ast.walk(tree):
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    continue
                body = _normal(node)
                if body is None:
                    continue
                if body in first:
                    where, name = first[body]
                    message = f"{node.name} is {name} of {where} again; move it into flowlab"
                    yield chapter.problem("pasted", i, message)
                else:
                    first[body] = (f"{chapter.name}, cell {i}", node.name)


def _normal(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str | None:
    """The body without docstring and comments, its local names numbered in order; None when it is short."""
    body = function.body
    if ast.get_docstring(function) is not None:
        body = body[1:]
    if sum(len(ast.unparse(statement).splitlines()) for statement in body) < LINES:
        return None
    nodes = [node for statement in body for node in ast.walk(statement)]
    own = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    tree = ast.parse("\n".join(ast.unparse(statement) for statement in body))
    return ast.dump(_Renamed(own).visit(tree))


class _Renamed(ast.NodeTransformer):
    def __init__(self, own: set[str]) -> None:
        self.own, self.names = own, {}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if node.id in self.own:
            node.id = self.names.setdefault(node.id, f"_{len(self.names)}")
        return node
