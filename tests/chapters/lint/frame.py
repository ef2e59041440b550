"""The frame of a chapter: what stands before and after its body, in which order."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from docs.site.glossary import entries
from tests.chapters.lint.chapter import Chapter, Problem, argument, calls_in, literal
from tests.chapters.paths import ROOT

CLOSING = ["Recap", "Quiz", "Exercises", "Further reading"]
TERMS = "Terms"  # before the further reading, in chapters that have it
TERM = re.compile(r"- \*(?P<english>[^*]+)\* \((?P<chinese>[^)]+)\): \S.*\.")
GLOSSARY = ROOT / "docs" / "glossary.md"
LABELS = ["Objectives", "Time", "Needs", "Symbols"]
TIME = re.compile(r"about (\d+) minutes? to read and do; a laptop runs all cells in (\d+) seconds?\b")
EXERCISE = re.compile(r"Exercise (\d+)\.(\d+): \S")
QUESTION = re.compile(r"<p><b>\d+\.</b>")
OPTION = re.compile(r"<details><summary>.*?</summary><p><b>([✓✗][^<]*)</b>(.*?)</p></details>", re.DOTALL)
TASK_WORDS = (40, 160)
FUNCTIONS = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
ENDS = re.compile(r"[.!?](?=\s|$)")


def title_and_promise(chapter: Chapter) -> Iterator[Problem]:
    """Cell 0: ``# NN · Title`` and one sentence as a blockquote."""
    lines = [line for line in chapter.markdown.get(0, "").splitlines() if line.strip()]
    if not lines or not re.fullmatch(rf"# {chapter.number} · \S.*", lines[0]):
        yield chapter.problem("title", 0, f"the first line must be '# {chapter.number} · Title'")
        return
    promise = " ".join(line.removeprefix(">").strip() for line in lines[1:])
    quoted = lines[1:] and all(line.startswith(">") for line in lines[1:])
    if not quoted or len(ENDS.findall(promise)) != 1 or not ENDS.search(promise[-1:]):
        yield chapter.problem("promise", 0, "under the title belongs one sentence, as a blockquote ('> ...')")


def before_you_start(chapter: Chapter) -> Iterator[Problem]:
    """Cell 1: objectives, time, needs, symbols."""
    text = chapter.markdown.get(1, "")
    if not text.startswith("## Before you start"):
        yield chapter.problem("before you start", 1, "must be markdown that begins '## Before you start'")
        return
    parts = re.split(rf"\*\*({'|'.join(LABELS)})\*\*", text)
    if parts[1::2] != LABELS:
        message = f"needs the bold labels {', '.join(LABELS)}, once each in this order; has {parts[1::2]}"
        yield chapter.problem("before you start", 1, message)
        return
    said = dict(zip(LABELS, parts[2::2], strict=True))
    objectives = re.findall(r"^\s*\d+\.\s+\S", said["Objectives"], re.MULTILINE)
    if len(objectives) != 3:
        yield chapter.problem("objectives", 1, f"exactly 3 numbered objectives, not {len(objectives)}")
    if not TIME.search(said["Time"]):
        message = "Time must say 'about N minutes to read and do; a laptop runs all cells in M seconds'"
        yield chapter.problem("time", 1, message)
    for label in ("Needs", "Symbols"):
        if len(re.findall(r"\w", said[label])) < 3:
            yield chapter.problem(label.lower(), 1, f"{label} says nothing; where there is nothing, say so")


def begins_and_ends(chapter: Chapter) -> Iterator[Problem]:
    """The first code cell calls course.begin with the number; the last is course.end() and nothing else."""
    first = min(chapter.code, default=None)
    begins = [(i, literal(argument(call, "chapter", 0))) for i, call in chapter.calls("begin")]
    if begins != [(first, chapter.number)]:
        message = f'the first code cell, and no other, must call course.begin("{chapter.number}")'
        yield chapter.problem("begin", first, message)
    if chapter.cells[-1].source.strip() != "course.end()" or len(chapter.calls("end")) != 1:
        yield chapter.problem("end", len(chapter.cells) - 1, "the last cell must be course.end() alone")


def sections(chapter: Chapter) -> Iterator[Problem]:
    """One title; 'Before you start', the body's sections, then the closing ones, in order."""
    tops = [h.text for h in chapter.headings if h.level == 2]
    if tops[-2:-1] == [TERMS]:
        del tops[-2]
    if sum(h.level == 1 for h in chapter.headings) != 1:
        yield chapter.problem("sections", None, "a chapter has one heading of level 1, its title")
    if tops[:1] != ["Before you start"] or tops[-4:] != CLOSING or len(tops) < 6 or len(set(tops)) != len(tops):
        order = f"'Before you start', the body's own, {', '.join(CLOSING)}"
        message = f"level-2 headings must be {order}; they are {tops}"
        yield chapter.problem("sections", None, message)


def recap(chapter: Chapter) -> Iterator[Problem]:
    """The recap says something."""
    words = sum(len(chapter.markdown.get(i, "").split()) for i in chapter.section("Recap"))
    if words < 30:
        yield chapter.problem("recap", None, f"the recap has {words} words; say again what the reader can now do")


def quiz(chapter: Chapter) -> Iterator[Problem]:
    """One quiz, in its section: five questions, each with one right option and a why for every option.

    The questions are kept out of the notebook, so they are read from the saved page that shows without a kernel.
    """
    calls = chapter.calls("quiz")
    if len(calls) != 1 or calls[0][0] not in chapter.section("Quiz"):
        yield chapter.problem("quiz", None, "one cell, under '## Quiz', must call course.quiz")
        return
    cell = calls[0][0]
    page = "".join(html for i, html in chapter.html() if i == cell)
    questions = QUESTION.split(page)[1:]
    if len(questions) != 5:
        yield chapter.problem("quiz", cell, f"the saved quiz has {len(questions)} questions, not 5")
    for number, question in enumerate(questions, 1):
        verdicts = OPTION.findall(question)
        right = [verdict.startswith("✓") for verdict, _ in verdicts]
        if len(right) < 2 or right.count(True) != 1:
            yield chapter.problem("quiz", cell, f"question {number} needs exactly one right option among two or more")
        if not all(why.strip() for _, why in verdicts) or len(verdicts) != question.count("<details>"):
            yield chapter.problem("quiz", cell, f"question {number} has an option without a reason")


def exercises(chapter: Chapter) -> Iterator[Problem]:
    """Two to six exercises, at least one in the section of its idea and one at the end; numbered 1 to n, each once.

    Each is a task, an unsolved stub with its tag, and a check, one below the other.
    """
    titles, at_the_end = chapter.exercises, chapter.section("Exercises")
    if not 2 <= len(titles) <= 6:
        yield chapter.problem("exercises", None, f"a chapter has 2 to 6 exercises, not {len(titles)}")
    early = [h for h in titles if h.cell in chapter.body]
    if not early or not any(h.cell in at_the_end for h in titles):
        message = "at least one exercise stands in the section of its idea, and at least one under '## Exercises'"
        yield chapter.problem("exercises", None, message)
    expected = {f"{int(chapter.number)}.{k}" for k in range(1, len(titles) + 1)}
    for heading in titles:
        match = EXERCISE.match(heading.text)
        identity = f"{match[1]}.{match[2]}" if match else ""
        if identity not in expected:
            message = f"the heading must be '### Exercise N: title', with N one of {sorted(expected)}, each once"
            yield chapter.problem("exercises", heading.cell, message)
            continue
        expected.discard(identity)
        yield from _stub_and_check(chapter, heading.cell, identity)
        if heading in early and not re.match(r"##+ ", chapter.markdown.get(heading.cell + 3, "")):
            message = f"exercise {identity} stands at the end of its section: a cell that begins with ## follows"
            yield chapter.problem("exercises", heading.cell, message)
    tagged = [i for i, cell in enumerate(chapter.cells) if _exercise_tags(cell)]
    checked = [i for i, _ in chapter.calls("check")]
    if len(tagged) != len(titles) or len(checked) != len(titles):
        has = f"has {len(tagged)} and {len(checked)}"
        message = f"{len(titles)} exercises need as many tagged stubs and checks; {has}"
        yield chapter.problem("exercises", None, message)


def open_task(chapter: Chapter) -> Iterator[Problem]:
    """One task without a checker, the last cell under 'Exercises': change this, say what happens and why."""
    tasks = [h.cell for h in chapter.headings if h.level == 3 and h.text.startswith("Open task: ")]
    if tasks != list(chapter.section("Exercises"))[-1:]:
        yield chapter.problem("open task", None, "the last cell under '## Exercises' is '### Open task: title'")
        return
    words = len(chapter.markdown[tasks[0]].split())
    if not TASK_WORDS[0] <= words <= TASK_WORDS[1]:
        message = (
            f"the open task has {words} words; say in {TASK_WORDS[0]} to {TASK_WORDS[1]} what to change and to ask"
        )
        yield chapter.problem("open task", tasks[0], message)


def names_of_stubs(chapter: Chapter) -> Iterator[Problem]:
    """No other cell uses the name of an exercise's function for something else: the check would be given that."""
    own = {}
    for i in (i for i, cell in enumerate(chapter.cells) if _exercise_tags(cell)):
        own |= {node.name: i for node in chapter.trees[i].body if isinstance(node, ast.FunctionDef)}
    for i, tree in chapter.trees.items():
        for name in sorted(_names_set(tree) & own.keys()):
            if own[name] != i:
                message = f"{name} is the name of the exercise in cell {own[name]}; call this one otherwise"
                yield chapter.problem("stub name", i, message)


def _names_set(tree: ast.Module) -> set[str]:
    """Every name that a cell binds when it runs; what a function binds inside stays there."""
    inside = {id(n) for f in ast.walk(tree) if isinstance(f, FUNCTIONS) for n in ast.walk(f) if n is not f}
    bound = [node for node in ast.walk(tree) if id(node) not in inside]
    names = {n.id for n in bound if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    names |= {n.name for n in bound if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return names | {a.asname or a.name for n in bound if isinstance(n, ast.Import | ast.ImportFrom) for a in n.names}


def _exercise_tags(cell) -> list[str]:
    return [tag for tag in cell.metadata.get("tags", []) if tag.startswith("exercise-")]


def _stub_and_check(chapter: Chapter, cell: int, identity: str) -> Iterator[Problem]:
    stub, check = chapter.trees.get(cell + 1), chapter.trees.get(cell + 2)
    if stub is None or check is None or _exercise_tags(chapter.cells[cell + 1]) != [f"exercise-{identity}"]:
        message = f"below the task belong a stub tagged exercise-{identity} and a check, one code cell each"
        yield chapter.problem("exercises", cell, message)
        return
    functions = [node for node in stub.body if isinstance(node, ast.FunctionDef)]
    last = functions[-1].body[-1] if functions else None
    if not isinstance(last, ast.Return) or literal(last.value) is not Ellipsis:
        message = f"the stub of exercise {identity} is solved or broken: it must end in 'return ...'"
        yield chapter.problem("stub", cell + 1, message)
    calls = [tuple(map(ast.unparse, call.args)) for call in calls_in(check, "check")]
    name = functions[-1].name if functions else "function"
    if calls != [(repr(identity), name)]:
        yield chapter.problem("check", cell + 2, f'must be course.check("{identity}", {name})')
    outputs = chapter.cells[cell + 2].outputs
    said = "".join(o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in outputs)
    if "not attempted" not in said.lower():
        yield chapter.problem("stub", cell + 2, f"the saved check of exercise {identity} must say 'not attempted'")


def terms(chapter: Chapter) -> Iterator[Problem]:
    """Each term has its Chinese and a line; it stands in the glossary, and in italics where its idea appears."""
    known = {(entry.english, entry.chinese) for entry in entries(GLOSSARY.read_text(encoding="utf-8"))}
    body = " ".join(chapter.markdown.get(i, "") for i in chapter.body)
    for i in chapter.section(TERMS):
        for line in (line for line in chapter.markdown.get(i, "").splitlines() if line and not line.startswith("#")):
            term = TERM.fullmatch(line)
            if term is None:
                message = f"a term is written '- *english* (chinese): a sentence.', not {line[:60]!r}"
                yield chapter.problem("terms", i, message)
                continue
            if (term["english"], term["chinese"]) not in known:
                yield chapter.problem("terms", i, f"{term['english']} ({term['chinese']}) is not in docs/glossary.md")
            if not re.search(rf"\*{re.escape(term['english'])}s?\*", body, re.IGNORECASE):
                yield chapter.problem("terms", i, f"the body has no *{term['english']}* in italics")


def further_reading(chapter: Chapter) -> Iterator[Problem]:
    """Three items, each with what to look for."""
    text = "\n".join(chapter.markdown.get(i, "") for i in chapter.section("Further reading"))
    items = re.split(r"^(?:[-*]|\d+\.)\s+", text, flags=re.MULTILINE)[1:]
    if len(items) != 3:
        yield chapter.problem("further reading", None, f"needs exactly 3 items, has {len(items)}")
    for k, item in enumerate(items, 1):
        if len(item.split()) < 8:
            yield chapter.problem("further reading", None, f"item {k} does not say what to look for in it")


RULES = [
    title_and_promise,
    before_you_start,
    begins_and_ends,
    sections,
    recap,
    quiz,
    exercises,
    open_task,
    names_of_stubs,
    terms,
    further_reading,
]
