"""The glossary: which of its terms are Chinese, for screen readers, browsers' fonts, and the tests."""

from __future__ import annotations

import re
from typing import NamedTuple

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENTRY = re.compile(r"^(?P<english>\S.*)\n(?P<chinese>\S.*)\n  (?P<says>.+) \(chapter (?P<chapter>\d\d)\)$", re.M)


class Entry(NamedTuple):
    """A term in both languages, a sentence on it, and the number of the chapter that introduces it."""

    english: str
    chinese: str
    says: str
    chapter: str


def entries(text: str) -> list[Entry]:
    r"""Return the entries of docs/glossary.md.

    Example:
        >>> entries("mask\n掩码\n  A picture of yes and no. (chapter 01)")[0].chinese
        '掩码'
    """
    return [Entry(**match.groupdict()) for match in ENTRY.finditer(text)]


def say_the_language(app, doctree):
    """Mark Chinese terms as such: docutils makes the class a lang attribute (a listener of Sphinx's)."""
    from docutils import nodes

    for term in doctree.findall(nodes.term):
        if CHINESE.search(term.astext()):
            term["classes"].append("language-zh-Hans")
