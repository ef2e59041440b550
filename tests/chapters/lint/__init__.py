"""The contract of a chapter as code: each rule is a function of a chapter that yields problems.

There is no list of exceptions. A chapter that needs one needs an edit, or the rule does.
"""

from __future__ import annotations

from collections.abc import Mapping

from nbformat import NotebookNode

from tests.chapters.lint import body, device, frame, links, outputs, prose
from tests.chapters.lint.chapter import Chapter, Problem
from tests.chapters.lint.pasted import pasted_helpers

RULES = [*frame.RULES, *body.RULES, *device.RULES, *outputs.RULES, *prose.RULES, *links.RULES]

__all__ = ["RULES", "Chapter", "Problem", "lint", "lint_together"]


def lint(name: str, notebook: NotebookNode) -> list[Problem]:
    """Every problem of one chapter, in the order of the rules.

    Args:
        name: The file's stem, such as "01_flow": its first two characters are the chapter's number.
        notebook: As built, with outputs.
    """
    chapter = Chapter(name, notebook)
    return [problem for rule in RULES for problem in rule(chapter)]


def lint_together(notebooks: Mapping[str, NotebookNode]) -> list[Problem]:
    """Every problem that shows only between chapters."""
    chapters = [Chapter(name, notebook) for name, notebook in sorted(notebooks.items())]
    return [*pasted_helpers(chapters), *links.one_title_each(chapters)]
