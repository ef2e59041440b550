"""The links of a chapter: whole, safe, and one title for one address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from tests.chapters.lint.chapter import FENCE, Chapter, Problem

LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(((?:[^()\s]|\([^()\s]*\))+)\)")  # an address may hold a pair of brackets
BARE = re.compile(r"(?<![(\w<])https?://\S+")
# A title may be told in full or without what follows its colon.
WORDS = re.compile(r"[^\W_]+")


def links(chapter: Chapter) -> Iterator[tuple[int, str, str]]:
    """Every link of a chapter: its cell, its words, its address."""
    for i, source in chapter.markdown.items():
        for match in LINK.finditer(FENCE.sub(" ", source)):
            yield i, match[1], match[2]


def addresses(chapter: Chapter) -> Iterator[Problem]:
    """Links go to https: a reader's copy has nothing beside the notebooks, and a site renames those."""
    for i, words, address in links(chapter):
        if not re.fullmatch(r"https://[\w.-]+\.[a-z]+(/\S*)?", address):
            message = f"[{words}]({address}) is no https address; name a chapter by its number, without a link"
            yield chapter.problem("links", i, message)
    for i, source in chapter.markdown.items():
        for bare in BARE.findall(FENCE.sub(" ", source)):
            yield chapter.problem("links", i, f"{bare} stands bare; write [what it is]({bare})")


def further_reading_is_linked(chapter: Chapter) -> Iterator[Problem]:
    """Each of the three further readings can be found."""
    inside = chapter.section("Further reading")
    count = sum(i in inside for i, _, _ in links(chapter))
    if count < 3:
        yield chapter.problem("links", inside.start if inside else None, f"{count} links under further reading, not 3")


def one_title_each(chapters: Iterable[Chapter]) -> Iterator[Problem]:
    """Two chapters that send a reader to one address call it by one title, or by a part of it."""
    first: dict[str, tuple[str, list[str]]] = {}
    for chapter in chapters:
        for i, words, address in links(chapter):
            said = WORDS.findall(words.lower())
            where, before = first.setdefault(address, (chapter.name, said))
            short = min(len(said), len(before))
            if said[:short] != before[:short]:
                yield chapter.problem("links", i, f"{address} is called {words!r} here and otherwise in {where}")


RULES = [addresses, further_reading_is_linked]
