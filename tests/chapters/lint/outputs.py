"""What is saved with a chapter: complete, in order, small, readable without a kernel, free of noise."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

from tests.chapters.lint.body import ALT
from tests.chapters.lint.chapter import Chapter, Problem

NOTEBOOK_BYTES = 400_000
PICTURE_BYTES = 60_000
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}\b")
IMG = re.compile(r"<img\b[^>]*>", re.DOTALL)


def order(chapter: Chapter) -> Iterator[Problem]:
    """Every code cell ran once, from top to bottom: nbval compares nothing where a count is missing."""
    for expected, i in enumerate(chapter.code, 1):
        count = chapter.cells[i].execution_count
        if count != expected:
            yield chapter.problem("order", i, f"execution count {count}, expected {expected}: run `make execute`")


def errors(chapter: Chapter) -> Iterator[Problem]:
    """No saved error, nothing on stderr."""
    for i, output in chapter.outputs():
        if output.output_type == "error":
            yield chapter.problem("error", i, f"a saved error: {output.ename}: {output.evalue}")
        if output.output_type == "stream" and output.name == "stderr":
            yield chapter.problem("stderr", i, f"a saved warning: {output.text.strip()[:80]}")


def pictures(chapter: Chapter) -> Iterator[Problem]:
    """Pictures are <img> with alt text, inside the notebook, at most 60 kB each."""
    for i, output in chapter.outputs():
        for kind in output.get("data", {}):
            if kind.startswith("image/"):
                yield chapter.problem("figure", i, f"a bare {kind} output has no alt text; use course.show")
    for i, html in chapter.html():
        for img in IMG.findall(html):
            yield from _picture(chapter, i, img)


def _picture(chapter: Chapter, cell: int, img: str) -> Iterator[Problem]:
    alt, source = (re.search(rf"""\b{name}=("[^"]*"|'[^']*')""", img) for name in ("alt", "src"))
    if alt is None or len(alt[1].strip("\"' ")) < ALT:
        yield chapter.problem("alt", cell, f"a saved picture has no alt text of at least {ALT} characters")
    data = source and re.fullmatch(r"data:image/(?:png|webp);base64,(.*)", source[1].strip("\"'"), re.DOTALL)
    if not data:
        yield chapter.problem(
            "figure", cell, "a picture that is not inside the notebook (a data: URL of a PNG or WebP)"
        )
        return
    size = len(base64.b64decode(data[1]))
    if size > PICTURE_BYTES:
        yield chapter.problem("size", cell, f"a picture of {size} bytes; at most {PICTURE_BYTES}")


def noise(chapter: Chapter) -> Iterator[Problem]:
    """Nothing that differs from run to run: widget state, memory addresses, timings in metadata."""
    if "widgets" in chapter.notebook.metadata:
        yield chapter.problem("noise", None, "saved widget state; build with `make execute`")
    for i, output in chapter.outputs():
        for kind, content in {"text": output.get("text", ""), **output.get("data", {})}.items():
            if kind.endswith("widget-view+json"):
                yield chapter.problem("noise", i, "a saved widget view shows an error without a kernel")
            elif kind != "text/html" and ADDRESS.search(str(content)):
                yield chapter.problem("noise", i, f"a memory address in the output: {ADDRESS.search(str(content))[0]}")
    for i in chapter.code:
        if "execution" in chapter.cells[i].metadata:
            yield chapter.problem("noise", i, "saved timings; build with `make execute`")


def size(chapter: Chapter) -> Iterator[Problem]:
    """A notebook has at most 400 kB."""
    count = len(json.dumps(chapter.notebook, indent=1, ensure_ascii=False).encode("utf-8"))
    if count > NOTEBOOK_BYTES:
        yield chapter.problem("size", None, f"{count} bytes; at most {NOTEBOOK_BYTES}")


def ids(chapter: Chapter) -> Iterator[Problem]:
    """Every cell has an id of its own."""
    seen = [cell.get("id") for cell in chapter.cells]
    if None in seen or len(set(seen)) != len(seen):
        yield chapter.problem("ids", None, "cell ids must be there and unique; build with `make execute`")


RULES = [order, errors, pictures, noise, size, ids]
