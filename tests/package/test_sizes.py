"""Library and course stay small enough to be read: few files, no file or function that is a scroll."""

import ast

import pytest

from tests.chapters.paths import ROOT

LIBRARY, COURSE = ROOT / "flowlab", ROOT / "flowlab_course"
KINDS = (".py", ".cu", ".js", ".css", ".cpp", ".hpp")
FILES = [path for package in (LIBRARY, COURSE) for path in package.rglob("*") if path.suffix in KINDS]
LIBRARYS_FILES = 100
LIBRARYS_LINES = 15_000 + 1_500  # as it was made small, and what was added since
ENGINE, FILE, FUNCTION = 6_000, 400, 60  # lines
WIDE, WIDE_SHARE = 100, 0.077  # characters; the part of the lines that may be longer


def lines(path):
    return len(path.read_text(encoding="utf-8").splitlines())


def test_the_engine_without_the_chapters():
    engine = [path for path in FILES if COURSE in path.parents and COURSE / "chapters" not in path.parents]
    assert sum(lines(path) for path in engine) <= ENGINE


def test_the_library_has_few_files():
    assert sum(LIBRARY in path.parents for path in FILES) <= LIBRARYS_FILES


def test_the_library_has_few_lines_and_they_are_not_long():
    rows = [row for path in FILES if LIBRARY in path.parents for row in path.read_text(encoding="utf-8").splitlines()]
    assert len(rows) <= LIBRARYS_LINES
    assert sum(len(row) > WIDE for row in rows) <= WIDE_SHARE * len(rows)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_and_its_functions(path):
    assert lines(path) <= FILE
    if path.suffix == ".py":
        functions = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if hasattr(node, "args")]
        long = [node.name for node in functions if isinstance(node, ast.FunctionDef) and length(node) > FUNCTION]
        assert long == []


def length(node):
    return node.end_lineno - node.lineno + 1


def test_a_chapter_has_its_exercises_and_its_quiz():
    folders = sorted(path for path in (COURSE / "chapters").glob("ch[0-9][0-9]"))
    assert [folder.name for folder in folders] == [f"ch{number:02d}" for number in range(15)]
    assert all((folder / name).is_file() for folder in folders for name in ("exercises.py", "quiz.py"))
