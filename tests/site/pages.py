"""A page of the site as a reader's browser takes it apart: what it links to, loads, is headed by and shows."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href"}
FOREIGN = re.compile(r"^(https?:)?//", re.IGNORECASE)
IN_STYLE = re.compile(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""")


class Page(HTMLParser):
    """One HTML file, read."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[int] = []
        self.images: list[dict[str, str | None]] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._text: list[str] = []
        self._silent = 0
        self.feed(path.read_text(encoding="utf-8"))

    @property
    def text(self) -> str:
        """What the page says, with single spaces."""
        return " ".join("".join(self._text).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        self._silent += tag in ("script", "style")
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in LOADED and given.get(LOADED[tag]):
            self.loads.append(given[LOADED[tag]])
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "img":
            self.images.append(given)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._text.append(data)


def read(site: Path) -> dict[str, Page]:
    """Every page that Sphinx made, by its path in the site."""
    paths = [path for path in sorted(site.rglob("*.html")) if path.relative_to(site).parts[0] != "explorer"]
    return {path.relative_to(site).as_posix(): Page(path) for path in paths}


def dead_links(site: Path, pages: dict[str, Page]) -> list[str]:
    """What links or loads lead nowhere: no such file, or no such place in it."""
    dead = []
    for name, page in pages.items():
        for link in {*page.links, *page.loads}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            if target.is_dir():
                target /= "index.html"
            place, known = unquote(parts.fragment), target.is_relative_to(site) and target.is_file()
            other = pages.get(target.relative_to(site).as_posix()) if known else None
            if not known or (place and other and place not in other.ids):
                dead.append(f"{name}: {link}")
    return dead


def foreign(site: Path, pages: dict[str, Page]) -> list[str]:
    """What a page, or a style sheet, would load from elsewhere."""
    found = [f"{name}: {load}" for name, page in pages.items() for load in page.loads if FOREIGN.match(load)]
    for sheet in site.rglob("*.css"):
        loads = IN_STYLE.findall(sheet.read_text(encoding="utf-8"))
        found += [f"{sheet.relative_to(site)}: {load}" for load in loads if FOREIGN.match(load)]
    return found


def out_of_order(page: Page) -> str | None:
    """What is wrong with a page's headings: it has one h1, first, and none skips a level on the way down."""
    levels = page.headings
    if levels[:1] != [1] or levels.count(1) != 1:
        return f"headings {levels[:8]} do not begin with the only h1"
    skips = [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1]
    return f"a heading h{skips[0][1]} follows an h{skips[0][0]}" if skips else None
