"""The body of a chapter: its size, its code, its figures, figures_are_proven, formulas, claims, guesses and widgets."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flowlab_course.page.captions import captions_of
from tests.chapters.lint.chapter import MAGIC, Chapter, Problem, argument, calls_in, literal, without_magic

CELLS = (25, 45)
LINES = 25
WIDTH = 88  # characters of a line of code: more scrolls sideways on a screen of 1280 pixels
CLAIMS = 3
WIDGETS = (1, 3)
ALT = 20  # characters; a shorter alt text names a picture and does not describe it
SHOWN = "print|claim|display|figure|pictures|show"
SEE = "What you should see"
FORBIDDEN_TAGS = {"nbval-skip", "raises-exception", "nbval-raises-exception"}
MARKERS = re.compile(r"^\s*#\s*(NBVAL_\w+|PYTEST_VALIDATE_IGNORE_OUTPUT)", re.MULTILINE)


def sizes(chapter: Chapter) -> Iterator[Problem]:
    """25 to 45 cells without the exercises' own; code cells of at most 25 lines."""
    count = sum(i not in chapter.of_exercises for i in range(len(chapter.cells)))
    if not CELLS[0] <= count <= CELLS[1]:
        message = f"{count} cells, the exercises apart; a chapter has {CELLS[0]} to {CELLS[1]}"
        yield chapter.problem("cells", None, message)
    for i, source in chapter.code.items():
        lines = len(source.strip().splitlines())
        if lines > LINES:
            yield chapter.problem("lines", i, f"{lines} lines of code; at most {LINES}, the rest belongs in flowlab")
        for line in (line for line in source.splitlines() if len(line) > WIDTH):
            message = f"{len(line)} characters in {line.strip()[:30]!r}...; at most {WIDTH} fit a reader's screen"
            yield chapter.problem("width", i, message)


def folded(chapter: Chapter) -> Iterator[Problem]:
    """A folded cell says in its first line what it does, for that line is what JupyterLab and the site show of it.

    What the reader has to see or to write is not folded.
    """
    for i, source in chapter.code.items():
        cell = chapter.cells[i]
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            continue
        first = source.strip().splitlines()[0]
        if not first.startswith("# ") or len(first.split()) < 4:
            yield chapter.problem("folded", i, f"a folded cell begins with a comment that says what it does: {first!r}")
        asks = [
            name for name in ("predict_first", "answer", "quiz", "check", "begin") if i in dict(chapter.calls(name))
        ]
        if asks or i in chapter.of_exercises:
            yield chapter.problem("folded", i, "this cell asks the reader or answers; it stays open")


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
    """Every figure goes through the course, with an alt text, by key or in the call, and says what to see in it."""
    for i, tree in chapter.trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("plt.show", "pyplot.show")):
                yield chapter.problem("figure", i, "plt.show() has no alt text; use course.show(fig, alt=...)")
        last = tree.body[-1] if tree.body else None
        if isinstance(last, ast.Expr) and isinstance(last.value, ast.Name) and last.value.id.startswith("fig"):
            yield chapter.problem("figure", i, "a bare figure has no alt text; use course.show(fig, alt=...)")
    for i, call in chapter.figures():
        alt, see = _words(chapter, call)
        # An f-string is no literal, and is as good: show itself refuses a short one.
        if not alt or (isinstance(alt, str) and len(alt) < ALT):
            message = f"a figure needs a caption by key in figures.py, or alt= with at least {ALT} characters"
            yield chapter.problem("alt", i, message)
        if not see and SEE not in chapter.markdown.get(i + 1, ""):
            yield chapter.problem("see", i, f"a figure needs see=, or below it a sentence that begins '{SEE}'")


def _words(chapter: Chapter, call: ast.Call) -> tuple[object, object]:
    """A figure's alt text and what to see in it: from the chapter's figures.py, or from the call."""
    if ast.unparse(call.func) in ("figure", "course.figure"):
        caption = captions_of(chapter.number).get(literal(argument(call, "key", 0)))
        return (caption.alt, caption.see) if caption else (None, None)
    alt, see = argument(call, "alt"), argument(call, "see")
    return (literal(alt) if isinstance(alt, ast.Constant) else alt), see


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


def answers_first(chapter: Chapter) -> Iterator[Problem]:
    """Nothing is shown between a guess and its answer: the result's figure, its numbers and its claims come after."""
    answered = [(i, call.lineno, ast.unparse(argument(call, "guess", 0))) for i, call in chapter.calls("answer")]
    for i, tree in chapter.trees.items():
        for node in tree.body:
            if not isinstance(node, ast.Assign) or not calls_in(node.value, "predict_first"):
                continue
            names = {ast.unparse(target) for target in node.targets}
            ends = [(j, line) for j, line, guess in answered if guess in names and (j, line) > (i, node.end_lineno)]
            for j, line in _shown_between(chapter, (i, node.end_lineno), min(ends, default=(i, node.end_lineno))):
                said = chapter.code[j].splitlines()[line - 1].strip()[:40]
                yield chapter.problem("answer first", j, f"{said!r} stands between a guess and its answer; move it")


def _shown_between(chapter: Chapter, start: tuple[int, int], stop: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Cell and line of every top-level statement that shows something, between two (cell, line)."""
    for i, tree in chapter.trees.items():
        for statement in tree.body:
            if start < (i, statement.lineno) < stop and _shows(statement):
                yield i, statement.lineno


def _shows(statement: ast.stmt) -> bool:
    """Tell whether a statement prints, claims or draws as it runs; the body of a function runs later."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    calls = [ast.unparse(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call)]
    return any(re.fullmatch(rf"(course\.)?({SHOWN})|widgets\..+|course\.scoreboard\.show", call) for call in calls)


def widgets(chapter: Chapter) -> Iterator[Problem]:
    """One to three widgets, each with a film-strip for readers without a kernel."""
    shown = [i for i, o in chapter.outputs() if o.get("data", {}).get("text/plain", "").startswith("[widget]")]
    if not WIDGETS[0] <= len(shown) <= WIDGETS[1]:
        yield chapter.problem("widgets", None, f"{len(shown)} widgets; a chapter has {WIDGETS[0]} to {WIDGETS[1]}")
    stills = {i for i, html in chapter.html() if "<img" in html}
    for i in set(shown) - stills:
        yield chapter.problem("widgets", i, "this widget has no film-strip for readers without a kernel")


RULES = [
    sizes,
    folded,
    magics,
    tags,
    network,
    figures,
    figures_are_proven,
    formulas,
    claims,
    guesses,
    answers_first,
    widgets,
]
