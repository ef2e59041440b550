"""Every chapter keeps the contract, and is what its text says."""

import re

import pytest

from flowlab_course.build import has_run, read_text, same_sources
from flowlab_course.exercises import exercises_of
from flowlab_course.page.captions import captions_of
from tests.chapters.lint import Chapter, lint, lint_together
from tests.chapters.lint.chapter import argument, literal
from tests.chapters.paths import CHAPTERS, NAMES, load, notebook_path


def test_there_are_chapters_and_each_text_has_its_notebook():
    built = sorted(path.stem for path in CHAPTERS.glob("*.ipynb"))
    assert built, "no notebook in chapters/: run `make execute`"
    assert built == NAMES, "chapters/text/*.py and chapters/*.ipynb differ: run `make execute`"


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_keeps_the_contract(name):
    problems = lint(name, load(name))
    assert not problems, "\n" + "\n".join(map(str, problems))


def test_the_course_is_whole_once_no_chapter_waits():
    """Fifteen chapters, 00 to 14, each here or in chapters/drafts; and the drafts empty themselves."""
    waiting = [path.stem for path in (CHAPTERS / "drafts").glob("[0-9][0-9]_*.py")]
    numbers = sorted(name[:2] for name in [*NAMES, *waiting])
    assert numbers == [f"{number:02d}" for number in range(15)], f"chapters {NAMES}, drafts {waiting}"


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_called_alike_by_its_chapter_and_its_checker(name):
    said = re.findall(r"^### Exercise (\d+\.\d+): (.+)$", "\n".join(c.source for c in load(name).cells), re.MULTILINE)
    assert sorted(said) == [(exercise.id, exercise.title) for exercise in exercises_of(int(name[:2]))]


@pytest.mark.parametrize("name", NAMES)
def test_captions_are_kept_by_key_and_each_is_shown(name):
    """In the chapter's figures.py and not in its cells, where they are longer than the code."""
    chapter = Chapter(name, load(name))
    keys = [literal(argument(call, "key", 0)) for i, call in chapter.calls("figure")]
    assert sorted(keys) == sorted(captions_of(chapter.number)), "each caption belongs to one figure"
    inline = [i for i, call in chapter.figures() if argument(call, "alt") or argument(call, "see")]
    assert not inline, f"cells {inline}: move alt= and see= to CAPTIONS in figures.py, and call course.figure"


def test_no_helper_is_pasted_twice():
    problems = lint_together({name: load(name) for name in NAMES})
    assert not problems, "\n" + "\n".join(map(str, problems))


@pytest.mark.parametrize("name", NAMES)
def test_text_and_notebook_are_in_step(name):
    text, built = read_text(CHAPTERS / "text" / f"{name}.py"), load(name)
    pairs = zip(text.cells, built.cells, strict=False)
    first = next((i for i, (a, b) in enumerate(pairs) if (a.source, a.id) != (b.source, b.id)), None)
    assert same_sources(text, built), f"{name}: first difference in cell {first}; run `make execute`"
    assert has_run(built), f"{name}: not every cell ran in order; run `make execute`"


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_notebook_is_what_the_builder_writes(name):
    """No trailing newline lost, no key order changed: a rebuild of the same outputs is the same bytes."""
    import nbformat

    assert notebook_path(name).read_text(encoding="utf-8") == nbformat.writes(load(name)) + "\n"
