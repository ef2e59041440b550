"""Chapters are built from their text: byte for byte the same, only when something changed, never half."""

import pytest

from flowlab_course.build import BuildError, build, has_run, main, read_text

TEXT = """\
# %% [markdown]
# # 07 · A title

# %% tags=["nbval-ignore-output"]
# %matplotlib inline
print("one", 1 / 3)

# %%
import sys
from IPython.display import HTML, display
display(HTML("<b>two</b>"))
for i in range(3):
    print(i, flush=True)

# %% [markdown]
# The end.
"""


@pytest.fixture
def chapters(tmp_path):
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "07_title.py").write_text(TEXT, encoding="utf-8")
    return tmp_path


def rewrite(chapters, old, new):
    text = chapters / "text" / "07_title.py"
    assert old in text.read_text(encoding="utf-8")
    text.write_text(text.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    return text


def test_a_build_is_deterministic_and_runs_only_what_changed(chapters, capsys):
    text = chapters / "text" / "07_title.py"
    first = build(text, chapters)
    content = first.path.read_bytes()
    assert first.ran
    assert first.size == len(content)
    assert not build(text, chapters).ran, "nothing changed, so nothing runs"
    assert build(text, chapters, always=True).ran
    assert first.path.read_bytes() == content
    for noise in (b"widgets", b"timestamp", b"iopub", b"3.11", b"lines_to_next_cell"):
        assert noise not in content
    assert main(["--chapters", str(chapters), "07"]) == 0
    assert "unchanged" in capsys.readouterr().out
    rewrite(chapters, "1 / 3", "1 / 4")
    assert build(text, chapters).ran
    assert b"0.25" in first.path.read_bytes()


def test_ids_depend_on_the_place_alone(chapters):
    before = [cell.id for cell in read_text(chapters / "text" / "07_title.py").cells]
    after = [cell.id for cell in read_text(rewrite(chapters, "The end.", "The last word.")).cells]
    assert before == after
    assert len(set(before)) == len(before) == 4
    assert all(len(identity) == 8 for identity in before)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("1 / 3", "1 / 0", "ZeroDivisionError"),
        ('print("one", 1 / 3)', "x = 1; raise SystemError('tagged')", "tagged"),
        ("import sys", "import sys\nprint('careful', file=sys.stderr)", "stderr"),
        ("import sys", "import os\nos._exit(3)", "Kernel died"),
        ("import sys", "import socket\nsocket.create_connection(('example.org', 80))", "must not use the network"),
        ("import sys", "import urllib.request\nurllib.request.urlopen('http://192.0.2.1')", "must not use the network"),
    ],
)
def test_a_chapter_that_fails_leaves_the_old_notebook(chapters, old, new, message, capsys):
    target = chapters / "07_title.ipynb"
    target.write_text("the old one", encoding="utf-8")
    text = rewrite(chapters, old, new)
    with pytest.raises(BuildError, match=message):
        build(text, chapters)
    assert target.read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in chapters.iterdir() if path.is_file()] == ["07_title.ipynb"]


def test_the_command_line_reports_a_failure_and_names_unknown_chapters(chapters, capsys):
    rewrite(chapters, "1 / 3", "1 / 0")
    assert main(["--chapters", str(chapters)]) == 1
    assert "07_title.py: not saved" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["--chapters", str(chapters), "08"])
    assert "there is: 07" in capsys.readouterr().err


def test_an_error_that_a_tag_lets_pass_is_refused(chapters):
    text = rewrite(chapters, 'tags=["nbval-ignore-output"]', 'tags=["raises-exception"]')
    rewrite(chapters, "1 / 3", "1 / 0")
    with pytest.raises(BuildError, match="ends in an error"):
        build(text, chapters)


def test_a_notebook_that_stopped_midway_counts_as_not_run(chapters):
    notebook = read_text(chapters / "text" / "07_title.py")
    assert not has_run(notebook)
    notebook.cells[1].execution_count, notebook.cells[2].execution_count = 1, 2
    assert has_run(notebook)
    notebook.cells[2].execution_count = 3
    assert not has_run(notebook)
