"""The reader's copy: made once, never overwritten, brought up to date without losing a line."""

import json
from pathlib import Path

import pytest

from flowlab_course.exercises import registry
from flowlab_course.reader import copies
from flowlab_course.reader.progress import MANIFEST
from tests.course.demonstration import EXERCISE

NAMES = ("00_start.ipynb", "01_flow.ipynb")
STUB = '''"""Around it."""
import numpy as np


def quarter(flow):
    """Your task."""
    return ...


after = 1
'''


def code(source, *, tags=(), outputs=("done\n",), lines=True):
    shown = [{"output_type": "stream", "name": "stdout", "text": text} for text in outputs]
    source = source.splitlines(keepends=True) if lines else source
    return {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {"tags": list(tags)},
        "outputs": shown,
        "source": source,
    }


def text(source):
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def write(path: Path, *cells: dict) -> Path:
    notebook = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(notebook, indent=1))
    return path


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]


@pytest.fixture
def originals(tmp_path):
    folder = tmp_path / "chapters"
    (folder / "text").mkdir(parents=True)
    (folder / "text" / "00_start.py").write_text("# the text that it is built from")
    (folder / "README.md").write_text("no chapter")
    write(folder / NAMES[0], text("# 00 · Start"), code("1 + 1"))
    write(
        folder / NAMES[1],
        text("# 01 · Flow é"),
        code("before = 1"),
        code(STUB, tags=["exercise-1.1", "other"]),
        code('course.check("1.1", quarter)'),
        code("what does not depend on it"),
        text("end"),
        code("course.end()", lines=False),
    )
    return folder


@pytest.fixture
def mine(tmp_path, originals):
    copies.make_copy(tmp_path / "mine", originals)
    return tmp_path / "mine"


@pytest.fixture
def registered(monkeypatch):
    monkeypatch.setattr(registry, "exercises_of", lambda chapter: (EXERCISE,) if chapter == 1 else ())


def solve_in(path: Path, line: str) -> None:
    """Do what a reader does: write into the last cell."""
    notebook = json.loads(path.read_text())
    notebook["cells"][-1]["source"] = [line]
    path.write_text(json.dumps(notebook, indent=1))


def run_in(path: Path) -> None:
    """Do what JupyterLab does when cells are run and saved: outputs, counts, lists instead of texts."""
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
        if cell["cell_type"] == "code":
            cell["execution_count"], cell["outputs"] = 17, []
    path.write_text(json.dumps(notebook))


def test_the_copy_holds_the_chapters_and_nothing_else(tmp_path, originals):
    made = copies.make_copy(tmp_path / "new" / "mine", originals)
    assert [path.name for path in made] == list(NAMES)
    assert {path.name for path in (tmp_path / "new" / "mine").iterdir()} == {*NAMES, MANIFEST}


def shown(path: Path) -> dict[str, bool]:
    """By its source, whether each code cell has outputs and a count."""
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    return {"".join(cell["source"]): bool(cell["outputs"] and cell["execution_count"]) for cell in cells}


def test_outputs_are_kept_but_for_the_checks(mine, originals):
    assert (mine / NAMES[0]).read_bytes() == (originals / NAMES[0]).read_bytes()
    assert sources(mine / NAMES[1]) == sources(originals / NAMES[1])
    assert shown(mine / NAMES[1]) == {
        "before = 1": True,
        STUB: True,
        'course.check("1.1", quarter)': False,
        "what does not depend on it": True,
        "course.end()": True,
    }


ANSWERS = [
    'course.answer(guess, "left", "Why.")',
    'course.check("1.1", mine)',
    'done = course.check("1.1", mine).status',
    'check("1.1", mine)',
]
OTHERS = ["course.hint('1.1')", "print('course.check(1)')", "%matplotlib inline", "answer = 3"]


@pytest.mark.parametrize("line", ANSWERS)
def test_a_readers_copy_has_no_answer_before_its_cell_has_run(tmp_path, originals, line):
    write(originals / "02_new.ipynb", text("# 02"), code("figure"), code(line))
    copies.make_copy(tmp_path / "mine", originals)
    copies.export_student(tmp_path / "student", originals)
    for folder in ("mine", "student"):
        _, figure, answer = json.loads((tmp_path / folder / "02_new.ipynb").read_text())["cells"]
        assert (answer["outputs"], answer["execution_count"]) == ([], None)
        assert figure["outputs"]
        assert figure["execution_count"] == 1
    assert copies.status(tmp_path / "mine", originals)["02_new.ipynb"] == "same"


@pytest.mark.parametrize("line", OTHERS)
def test_all_other_outputs_stay_in_the_readers_copy(tmp_path, originals, line):
    write(originals / "02_new.ipynb", text("# 02"), code(line))
    copies.make_copy(tmp_path / "mine", originals)
    assert (tmp_path / "mine" / "02_new.ipynb").read_bytes() == (originals / "02_new.ipynb").read_bytes()


def test_what_follows_a_guess_has_no_outputs_up_to_the_next_section(tmp_path, originals):
    """A figure of the result tells the answer as well as the answer does."""
    ask, tell = 'guess = course.predict_first("q", "Which?")', 'course.answer(guess, "left", "Why.")'
    cells = [code("before"), code(ask), code("search"), code(tell), text("So."), code("draw"), code(ask)]
    write(originals / "02_new.ipynb", text("# 02"), *cells, code(tell), text("## Then"), code("after"))
    copies.make_copy(tmp_path / "mine", originals)
    cells = json.loads((tmp_path / "mine" / "02_new.ipynb").read_text())["cells"]
    left = ["".join(cell["source"]) for cell in cells if cell.get("outputs")]
    assert left == ["before", ask, ask, "after"]


def test_no_answer_of_a_real_chapter_is_in_the_copy(tmp_path):
    """By the words that only an answer or a check prints."""
    for path in copies.make_copy(tmp_path):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        shown = json.dumps([cell.get("outputs") for cell in cells])
        assert "The answer:" not in shown, path.name
        assert "not attempted" not in shown, path.name
        assert "Your guess" not in shown, path.name


def test_a_second_time_overwrites_nothing(mine, originals):
    solve_in(mine / NAMES[1], "my work")
    assert copies.make_copy(mine, originals) == []
    assert sources(mine / NAMES[1])[-1] == "my work"


def test_a_new_chapter_joins_the_copy(mine, originals):
    write(originals / "02_new.ipynb", text("# 02"))
    assert copies.make_copy(mine, originals) == [mine / "02_new.ipynb"]
    assert copies.status(mine, originals)["02_new.ipynb"] == "same"


def test_the_folder_of_the_originals_is_no_copy(originals):
    with pytest.raises(ValueError, match="holds the originals"):
        copies.make_copy(originals, originals)
    assert not (originals / MANIFEST).exists()


def test_running_a_chapter_does_not_change_it(mine, originals):
    run_in(mine / NAMES[1])
    assert copies.status(mine, originals) == {NAMES[0]: "same", NAMES[1]: "same"}


def test_rebuilding_an_original_does_not_make_it_newer(mine, originals):
    run_in(originals / NAMES[1])
    assert copies.status(mine, originals)[NAMES[1]] == "same"


def test_status_knows_who_changed_what(mine, originals):
    assert set(copies.status(mine, originals).values()) == {"same"}
    solve_in(mine / NAMES[0], "my work")
    solve_in(originals / NAMES[1], "a better text")
    assert copies.status(mine, originals) == {NAMES[0]: "you changed it", NAMES[1]: "newer original"}
    solve_in(originals / NAMES[0], "a better text")
    (mine / NAMES[1]).unlink()
    assert copies.status(mine, originals) == {NAMES[0]: "newer original, and you changed yours", NAMES[1]: "missing"}


def test_the_same_change_on_both_sides_is_no_change(mine, originals):
    for folder in (mine, originals):
        solve_in(folder / NAMES[0], "the same")
    assert copies.status(mine, originals)[NAMES[0]] == "same"


def test_a_folder_that_is_not_there_misses_everything(tmp_path, originals):
    assert set(copies.status(tmp_path / "nowhere", originals).values()) == {"missing"}
    assert not (tmp_path / "nowhere").exists()


def test_a_notebook_that_is_broken_counts_as_changed_and_is_kept(mine, originals):
    (mine / NAMES[0]).write_bytes(b'{"cells": [')
    assert copies.status(mine, originals)[NAMES[0]] == "you changed it"
    assert copies.fetch(mine, "00", originals).kept.read_bytes() == b'{"cells": ['


@pytest.mark.parametrize("name", ["1", "01", "01_flow", "01_flow.ipynb"])
def test_fetch_brings_a_newer_original(mine, originals, name):
    solve_in(originals / NAMES[1], "a better text")
    fetched = copies.fetch(mine, name, originals)
    assert (fetched.path, fetched.before, fetched.kept) == (mine / NAMES[1], "newer original", None)
    assert str(fetched) == "01_flow.ipynb is now the newest original"
    assert sources(mine / NAMES[1])[-1] == "a better text"
    assert copies.status(mine, originals)[NAMES[1]] == "same"


def test_fetch_keeps_what_the_reader_wrote_each_time(mine, originals):
    for number in (1, 2, 3):
        solve_in(mine / NAMES[1], f"my work {number}")
        solve_in(originals / NAMES[1], f"a better text {number}")
        fetched = copies.fetch(mine, "01", originals)
        assert fetched.kept == mine / f"01_flow.mine-{number}.ipynb"
        assert str(fetched).endswith(f"what you changed is kept as 01_flow.mine-{number}.ipynb")
    kept = [sources(mine / f"01_flow.mine-{number}.ipynb")[-1] for number in (1, 2, 3)]
    assert kept == ["my work 1", "my work 2", "my work 3"]
    assert set(copies.status(mine, originals)) == set(NAMES)


def test_fetch_gives_a_fresh_start(mine, originals):
    solve_in(mine / NAMES[0], "my work")
    assert copies.fetch(mine, "00", originals).kept == mine / "00_start.mine-1.ipynb"
    assert (mine / NAMES[0]).read_bytes() == (originals / NAMES[0]).read_bytes()


def test_fetch_leaves_what_is_the_newest(mine, originals):
    run_in(mine / NAMES[0])
    before = (mine / NAMES[0]).read_bytes()
    assert str(copies.fetch(mine, "00", originals)) == "00_start.ipynb is the newest already"
    assert (mine / NAMES[0]).read_bytes() == before


def test_a_fetch_that_fails_loses_nothing(mine, originals, monkeypatch):
    solve_in(mine / NAMES[1], "my work")
    solve_in(originals / NAMES[1], "a better text")
    write_atomically, calls = copies.write_atomically, []

    def full_at_the_second(target, data, **how):
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")
        write_atomically(target, data, **how)

    monkeypatch.setattr(copies, "write_atomically", full_at_the_second)
    with pytest.raises(OSError, match="No space"):
        copies.fetch(mine, "01", originals)
    assert sources(mine / NAMES[1])[-1] == "my work"


def test_fetch_of_an_unknown_chapter_lists_those_there_are(mine, originals):
    with pytest.raises(ValueError, match=r"no chapter '7'; there are 00_start, 01_flow$"):
        copies.fetch(mine, "7", originals)


def test_a_file_that_was_there_before_the_copy_is_kept(tmp_path, originals):
    (tmp_path / "mine").mkdir()
    write(tmp_path / "mine" / NAMES[0], text("something of mine"))
    assert copies.make_copy(tmp_path / "mine", originals) == [tmp_path / "mine" / NAMES[1]]
    assert copies.status(tmp_path / "mine", originals)[NAMES[0]] == "newer original, and you changed yours"
    assert sources(copies.fetch(tmp_path / "mine", "00", originals).kept) == ["something of mine"]


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b"{}", b'{"format": "flowlab-course", "version": 2, "chapters": {}}', b"\xff",
                b'{"format": "flowlab-course", "version": 1, "chapters": {"00_start.ipynb": 1}}']
)  # fmt: skip
def test_a_manifest_that_cannot_be_read_is_named(mine, originals, content):
    (mine / MANIFEST).write_bytes(content)
    for act in (copies.make_copy, copies.status, lambda a, b: copies.fetch(a, "00", b)):
        with pytest.raises(ValueError, match="is not a manifest of this course"):
            act(mine, originals)
    assert (mine / MANIFEST).read_bytes() == content


def test_without_its_manifest_a_copy_is_still_understood(mine, originals):
    (mine / MANIFEST).unlink()
    solve_in(mine / NAMES[0], "my work")
    assert copies.make_copy(mine, originals) == []
    assert copies.status(mine, originals) == {NAMES[0]: "newer original, and you changed yours", NAMES[1]: "same"}


def test_an_installed_package_without_chapters_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(copies, "__file__", str(tmp_path / "site-packages" / "flowlab_course" / "reader" / "copies.py"))
    with pytest.raises(FileNotFoundError, match="come with the repository"):
        copies.make_copy(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_a_folder_without_chapters_says_so(tmp_path):
    with pytest.raises(FileNotFoundError, match="no chapters"):
        copies.status(tmp_path / "mine", tmp_path)


@pytest.mark.usefixtures("registered")
def test_the_teachers_export_holds_the_solutions(tmp_path, originals):
    paths = copies.export_teacher(tmp_path / "teacher", originals)
    assert [path.name for path in paths] == list(NAMES)
    cell = sources(paths[1])[2]
    assert cell.startswith('"""Around it."""\nimport numpy as np\n\n\ndef quarter(flow):\n')
    assert cell.endswith("    return np.stack([-v, u], axis=-1)\n\n\nafter = 1\n")
    assert "return ..." not in cell
    names = {}
    exec(compile(cell, "cell", "exec"), names)
    np = names["np"]
    assert names["quarter"](np.array([[[1.0, 0.0]]])).tolist() == [[[0.0, 1.0]]]


@pytest.mark.usefixtures("registered")
def test_outputs_that_are_no_longer_true_are_cleared(tmp_path, originals):
    path = copies.export_teacher(tmp_path / "teacher", originals)[1]
    cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    assert [len(cell["outputs"]) for cell in cells] == [1, 0, 0, 1, 0]
    assert [cell["execution_count"] for cell in cells] == [1, None, None, 1, None]


def test_the_students_export_is_the_same_as_a_readers_copy(tmp_path, originals):
    paths = copies.export_student(tmp_path / "student", originals)
    copies.make_copy(tmp_path / "mine", originals)
    assert [path.name for path in paths] == list(NAMES)
    assert all(path.read_bytes() == (tmp_path / "mine" / path.name).read_bytes() for path in paths)
    assert {path.name for path in (tmp_path / "student").iterdir()} == set(NAMES)


@pytest.mark.parametrize("export", [copies.export_teacher, copies.export_student])
@pytest.mark.usefixtures("registered")
def test_an_export_overwrites_nothing(tmp_path, originals, export):
    target = tmp_path / "class"
    target.mkdir()
    write(target / NAMES[1], text("mine"))
    with pytest.raises(FileExistsError, match=r"01_flow\.ipynb already"):
        export(target, originals)
    assert [path.name for path in target.iterdir()] == [NAMES[1]]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize(
    ("stub", "match"),
    [
        ("def quarter(flow):\n    return flow\n", r"01_flow\.ipynb: no function that ends in `return \.\.\.`"),
        ("def quarter(field):\n    return ...\n", r"quarter\(field\), its solution takes \(flow\); they must agree"),
    ],
)
def test_a_stub_that_does_not_fit_its_solution_is_refused(tmp_path, originals, stub, match):
    write(originals / NAMES[1], code(stub, tags=["exercise-1.1"]))
    with pytest.raises(ValueError, match=match):
        copies.export_teacher(tmp_path / "teacher", originals)
    assert not (tmp_path / "teacher").exists()


def test_the_courses_own_chapters_can_be_copied_and_exported(tmp_path):
    made = copies.make_copy(tmp_path / "mine")
    assert set(copies.status(tmp_path / "mine").values()) == {"same"}
    assert len(copies.export_teacher(tmp_path / "teacher")) == len(made)
