"""What Sphinx's and Furo's pages leave undone for readers who listen to them, mended in the finished HTML."""

from __future__ import annotations

import re
from pathlib import Path

# A signature of several lines is written as a list of definitions without terms, inside a term.
ARGUMENTS = re.compile(r'<dl>\n((?:<dd><(?:em|span) class="sig-param">.*</dd>\n)+)</dl>')
SAID = {
    '<aside class="sidebar-drawer">': '<aside class="sidebar-drawer" aria-label="All pages">',
    '<aside class="toc-drawer">': '<aside class="toc-drawer" aria-label="This page">',
    '<p class="caption" role="heading">': '<p class="caption">',  # a heading of no level, before the page's own
    '<summary aria-label="Toggle hidden content">': "<summary>",  # its own words say what the folded cell does
}


def mended(html: str) -> str:
    r"""Return a page with names for its landmarks, and without lists and headings that are none.

    Example:
        >>> mended('<dl>\n<dd><em class="sig-param">a: int</em>,</dd>\n</dl>')
        '<span class="sig-lines"><span><em class="sig-param">a: int</em>,</span></span>'
    """
    for was, is_ in SAID.items():
        html = html.replace(was, is_)
    return ARGUMENTS.sub(_lines, html)


def _lines(match: re.Match[str]) -> str:
    lines = match[1].replace("<dd>", "<span>").replace("</dd>\n", "</span>")
    return f'<span class="sig-lines">{lines}</span>'


def mend(site: Path) -> None:
    """Mend every page of a site."""
    for page in site.rglob("*.html"):
        page.write_text(mended(page.read_text(encoding="utf-8")), encoding="utf-8")
