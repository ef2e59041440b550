"""The body of a chapter: its size, its code, its figures, figures_are_proven, formulas, claims, guesses and widgets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.chapters.lint.chapter import MAGIC, Chapter, Problem, argument, calls_in, literal, without_magic

CELLS = (25, 45)
LINES = 25
CLAIMS = 3
WIDGETS = (1, 3)
ALT = 20  # characters; a shorter alt text names a picture and does not describe it
SEE = "What you should see"
FORBIDDEN_TAGS = {"nbval-skip", "raises-exception", "nbval-raises-exception"}
MARKERS = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.MULTILINE)


def sizes(chapter: Chapter) -> Iterator[Problem]:
    """25 to 45 cells without the exercises' own; code cells of at most 25 lines."""
    aside = chapter.section("Exercises")
    count = sum(i not in aside for i in range(len(chapter.cells)))
    if not CELLS[0] <= count <= CELLS[1]:
        message = f"{count} cells, the exercises apart; a chapter has {CELLS[0]} to {CELLS[1]}"
        yield chapter.problem("cells", None, message)
    for i, source in chapter.code.items():
        lines = len(source.strip().splitlines())
        if lines > LINES:
            yield chapter.problem("lines", i, f"{lines} lines of code; at most {LINES}, the rest belongs in flowlab")


def magics(chapter: Chapter) -> Iterator[Problem]:
    """Plain Python but for '%matplotlib inline': nbval would let a bad magic pass."""
    for i, source in chapter.code.items():
        try:
            tree = ast.parse(without_magic(source))
        except SyntaxError as error:
            line = source.splitlines()[(error.lineno or 1) - 1].strip()
            yield chapter.problem("magic", i, f"{line!r} is not Python; of magics only {MAGIC!r} is allowed")
            continue
        if any(isinstance(node, ast.Name) and node.id == "get_ipython" for node in ast.walk(tree)):
            yield chapter.problem("magic", i, "get_ipython() runs magics and shells behind the reader's back")


def tags(chapter: Chapter) -> Iterator[Problem]:
    """No cell is taken out of the tests."""
    for i, source in chapter.code.items():
        for tag in FORBIDDEN_TAGS & {tag.lower() for tag in chapter.cells[i].metadata.get("tags", [])}:
            yield chapter.problem("tags", i, f"the tag {tag} takes this cell out of the tests")
        for marker in MARKERS.findall(source):
            yield chapter.problem("tags", i, f"{marker} in a comment steers the tests; tags do, where they must")


def network(chapter: Chapter) -> Iterator[Problem]:
    """No URL in code: nothing is fetched at run time."""
    for i, source in chapter.code.items():
        if re.search(r"\b(https?|ftp)://", source):
            yield chapter.problem("url", i, "a URL in code; chapters use the network for nothing")


def figures(chapter: Chapter) -> Iterator[Problem]:
    """Every figure goes through course.show or course.pictures, with alt text, and is followed by what to see in it."""
    for i, tree in chapter.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("plt.show", "pyplot.show")):
                yield chapter.problem("figure", i, "plt.show() has no alt text; use course.show(fig, alt=...)")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Name) and last.value.id.startswith("fig"):
            yield chapter.problem("figure", i, "a bare figure has no alt text; use course.show(fig, alt=...)")
    for i, call in chapter.figures():
        alt = argument(call, "alt")
        # An f-string is no literal, and is as good: show itself refuses a short one.
        if alt is None or (isinstance(alt, ast.Constant) and len(str(literal(alt))) < ALT):
            yield chapter.problem("alt", i, f"a figure needs alt= with at least {ALT} characters that describe")
        following = chapter.markdown.get(i + 1, "")
        if argument(call, "see") is None and SEE not in following:
            yield chapter.problem("see", i, f"a figure needs see=, or below it a sentence that begins '{SEE}'")


def claims(chapter: Chapter) -> Iterator[Problem]:
    """At least three claims, and none that cannot fail."""
    calls = chapter.calls("claim")
    if len(calls) < CLAIMS:
        yield chapter.problem("claims", None, f"{len(calls)} claims; a chapter proves at least {CLAIMS} sentences")
    for i, call in calls:
        if isinstance(argument(call, "condition", 1), ast.Constant):
            yield chapter.problem("claims", i, "this claim cannot fail: its condition is a constant")


def figures_are_proven(chapter: Chapter) -> Iterator[Problem]:
    """What is to be seen in a figure is claimed before the next one: a sentence about a picture goes stale unseen."""
    figures = sorted({i for i, _ in chapter.figures()})
    proven = [i for i, _ in chapter.calls("claim")]
    for figure, following in zip(figures, [*figures[1:], chapter.body.stop], strict=True):
        if not any(figure <= i < following for i in proven):
            yield chapter.problem("proof", figure, "no claim follows this figure: prove what is to be seen in it")


def formulas(chapter: Chapter) -> Iterator[Problem]:
    """The body has a formula: an idea is said, drawn, written down and computed."""
    if not any("$" in chapter.markdown.get(i, "") for i in chapter.body):
        yield chapter.problem("formula", None, "no formula in the body; write down what the code computes")


def guesses(chapter: Chapter) -> Iterator[Problem]:
    """The reader guesses at least once, and each guess is answered in a later cell."""
    asked = chapter.calls("predict_first")
    if not asked:
        yield chapter.problem("guess", None, "at least one course.predict_first(...) before a cell that answers")
    for i, tree in ((i, chapter.trees[i]) for i, _ in asked):
        names = {
            target.id
            for node in tree.body
            if isinstance(node, ast.Assign) and calls_in(node.value, "predict_first")
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        answered = {
            ast.unparse(value)
            for j, call in chapter.calls("answer")
            if j > i and (value := argument(call, "guess", 0)) is not None
        }
        if not names & answered:
            yield chapter.problem("guess", i, "no later cell calls course.answer with this guess")


def widgets(chapter: Chapter) -> Iterator[Problem]:
    """One to three widgets, each with a film-strip for readers without a kernel."""
    shown = [i for i, o in chapter.outputs() if o.get("data", {}).get("text/plain", "").startswith("[widget]")]
    if not WIDGETS[0] <= len(shown) <= WIDGETS[1]:
        yield chapter.problem("widgets", None, f"{len(shown)} widgets; a chapter has {WIDGETS[0]} to {WIDGETS[1]}")
    stills = {i for i, html in chapter.html() if "<img" in html}
    for i in set(shown) - stills:
        yield chapter.problem("widgets", i, "this widget has no film-strip for readers without a kernel")


RULES = [sizes, magics, tags, network, figures, figures_are_proven, formulas, claims, guesses, widgets]
