"""Where a chapter's tensors live: the profile says it, no cell does."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.chapters.lint.chapter import Chapter, Problem, argument, literal

NOWHERE = "meta"  # shapes without memory: the same on every machine


def devices(chapter: Chapter) -> Iterator[Problem]:
    """No cell names a device, or asks CUDA for anything: what it says then holds on one of the two profiles only."""
    for i, tree in chapter.trees.items():
        for node in ast.walk(tree):
            if said := _named(node):
                message = f"{said} decides for one profile; take course.profile().device, or its pick(...)"
                yield chapter.problem("device", i, message)


def _named(node: ast.AST) -> str:
    """What a piece of code says of a device by itself; nothing where it says nothing."""
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "torch.cuda":
        return ast.unparse(node)
    if not isinstance(node, ast.Call):
        return ""
    asked = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if asked == "cuda":
        return ".cuda()"
    given = [argument(node, "device")]
    if asked in ("device", "to") and node.args:
        given.append(node.args[0])
    named = [literal(value) for value in given if value is not None]
    return next((ast.unparse(node) for name in named if isinstance(name, str) and name != NOWHERE), "")


RULES = [devices]
