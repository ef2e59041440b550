"""The words of a chapter: how many, and whether its numbers are what the cells print."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from tests.chapters.lint.chapter import FENCE, Chapter, Problem

WORDS = (900, 1800)
NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?!\d|\.\d)")  # a unit may follow: 12.5px
TIMES = re.compile(r"(?<=\d)[x×](?=\d)")  # 384x512 is two numbers
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
URL = re.compile(r"\bhttps?://\S+")
TAG = re.compile(r"</?\w[^>]*>")
REFERENCE = re.compile(r"\b[Ee]xercises? \d+\.\d+")
EXPONENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)[eE][+-]?\d+")


def plain(markdown: str) -> str:
    """Markdown without code blocks, formulas, link targets and HTML tags."""
    text = FORMULA.sub(" ", FENCE.sub(" ", markdown))
    return TAG.sub(" ", URL.sub(" ", LINK.sub(r"\1", text)))


def word_count(markdown: str) -> int:
    """Words of prose: inline code counts for nothing, a hyphenated word for one."""
    return len(re.findall(r"[^\W\d_][\w'’-]*", re.sub(r"`[^`]*`", " ", plain(markdown))))


def numbers(text: str) -> set[Decimal]:
    """The numbers in a text, by value: '1,500' is 1500 and '0.50' is 0.5."""
    return {Decimal(token.replace(",", "")) for token in NUMBER.findall(TIMES.sub(" ", text))}


def words(chapter: Chapter) -> Iterator[Problem]:
    """900 to 1,800 words in markdown cells; the further reading is not counted."""
    aside = chapter.section("Further reading")
    count = sum(word_count(source) for i, source in chapter.markdown.items() if i not in aside)
    if not WORDS[0] <= count <= WORDS[1]:
        yield chapter.problem("words", None, f"{count} words of prose; a chapter has {WORDS[0]} to {WORDS[1]}")


def proven_numbers(chapter: Chapter) -> Iterator[Problem]:
    """A number with a point or three digits, in the body or the recap, is printed or stands in the code."""
    proven: set[Decimal] = set()
    for i, source in chapter.code.items():
        proven |= numbers(source.replace("_", "")) | numbers(EXPONENT.sub(r"\1", source))
        proven |= {Decimal(match[0]) for match in EXPONENT.finditer(source)}
        for output in chapter.cells[i].outputs:
            data = output.get("data", {})
            for text in (output.get("text", ""), data.get("text/plain", ""), data.get("text/html", "")):
                proven |= numbers(re.sub(r"base64,[^\"']*", "", text))
    for i, source in chapter.markdown.items():
        if i in chapter.of_exercises or (i not in chapter.body and i not in chapter.section("Recap")):
            continue
        for token in NUMBER.findall(TIMES.sub(" ", REFERENCE.sub(" ", plain(source).replace("`", " ")))):
            if _needs_proof(token) and Decimal(token.replace(",", "")) not in proven:
                message = f"{token} is printed by no cell and stands in none: compute it, claim it, or leave it out"
                yield chapter.problem("number", i, message)


def _needs_proof(token: str) -> bool:
    if re.fullmatch(r"(19|20)\d\d", token):
        return False  # a year
    return "." in token or len(token.replace(",", "")) >= 3


RULES = [words, proven_numbers]
