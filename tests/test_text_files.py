"""A text file is read and written with an encoding that is named: the system's own differs between machines."""

import ast

from tests.chapters.paths import ROOT

FOLDERS = ("flowlab", "flowlab_course", "docs", "bench", "page", "examples")
NO_FILES = {"Image", "av", "optional('av')", "os"}  # whose `open` opens something else


def without_encoding(tree):
    """Yield the lines of calls that open text and leave the encoding to the system."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or "encoding" in {keyword.arg for keyword in call.keywords}:
            continue
        function = call.func
        owner, _, name = ast.unparse(function).rpartition(".")
        strings = [part.value for part in ast.walk(call) if isinstance(part, ast.Constant)]
        modes = [text for text in strings if isinstance(text, str) and set(text) <= set("rwaxbt+")]
        binary = any("b" in mode for mode in modes)
        if (owner and name in ("read_text", "write_text")) or (name == "open" and owner not in NO_FILES and not binary):
            yield call.lineno


def test_the_search_finds_what_it_is_for():
    found = 'p.read_text()\np.open()\nopen("a", "w")\np.write_text("x")\n'
    other = 'p.open("rb")\nImage.open(p)\np.read_text(encoding="utf-8")\nopen("a", encoding="ascii")\n'
    assert list(without_encoding(ast.parse(found + other))) == [1, 2, 3, 4]


def test_no_text_file_has_the_encoding_of_the_system():
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "node_modules" not in path.parts]
    assert len(files) > 100
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    assert [f"{path.relative_to(ROOT)}:{line}" for path in files for line in without_encoding(trees[path])] == []
