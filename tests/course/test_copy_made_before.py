"""A reader's copy that was made while the course was flowlab.course: it says what to type, and loses nothing."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from flowlab_course.build import read_text
from flowlab_course.cli import app
from flowlab_course.exercises import chapters, exercises_of
from flowlab_course.reader import classroom, copies, progress
from tests.chapters.paths import ROOT, TEXTS

BEFORE = "fe519b6"  # the last commit of that course
EXERCISES = {0: 2, 1: 3, 2: 4, 3: 3, 4: 3, 5: 3, 6: 3, 7: 3, 8: 4, 9: 4, 10: 3, 11: 3, 12: 3, 13: 3, 14: 3}
FIRST_CELL = "# %matplotlib inline\nimport flowlab\nfrom flowlab import course\nfrom flowlab.course import widgets\n"
ANSWERED = "def tensor(Ix, Iy, radius):\n    return 'what the reader wrote'"
DONE = {"attempts": 2, "solved": True, "when": "2026-11-02T10:00:00+00:00", "hints": 1}

# Runs the first cell of each notebook as a kernel does, and prints how it ended.
RUN_FIRST_CELLS = """
import json, pathlib
for path in sorted(pathlib.Path().glob("*.ipynb")):
    cells = json.loads(path.read_text())["cells"]
    first = next("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    try:
        exec(first.replace("%matplotlib", "# %matplotlib"), {})
        print(path.name, "ran")
    except Exception as error:
        print(path.name, type(error).__name__, error)
"""


def of_before(name):
    """A chapter as it was: out of the history where this clone has it, else with its first cell as it began."""
    done = subprocess.run(["git", "show", f"{BEFORE}:chapters/{name}.ipynb"], cwd=ROOT, capture_output=True)
    if done.returncode == 0:
        return done.stdout
    cells = [nbformat.v4.new_code_cell(FIRST_CELL + f'course.begin("{name[:2]}")')]
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    """The chapters as their texts are now, without outputs."""
    folder = tmp_path_factory.mktemp("now")
    for text in TEXTS:
        nbformat.write(read_text(text), folder / f"{text.stem}.ipynb")
    return folder


@pytest.fixture
def work(tmp_path, originals, monkeypatch):
    """The reader's copy: all chapters of that time, one of them changed, and a progress file."""
    old, folder = tmp_path / "then", tmp_path / "work"
    old.mkdir()
    for text in TEXTS:
        (old / f"{text.stem}.ipynb").write_bytes(of_before(text.stem))
    copies.make_copy(folder, old)
    mine = nbformat.read(folder / "03_lucas_kanade.ipynb", as_version=4)
    mine.cells.append(nbformat.v4.new_code_cell(ANSWERED))
    nbformat.write(mine, folder / "03_lucas_kanade.ipynb")
    state = {"chapters": {"03": {"begun": DONE["when"]}}, "exercises": {"3.1": DONE}, "guesses": {}, "quizzes": {}}
    content = {"format": "flowlab-progress", "version": 1, **state, "scoreboard": {}}
    (folder / "progress.json").write_text(json.dumps(content))
    monkeypatch.delenv("FLOWLAB_PROGRESS")
    monkeypatch.setattr(copies, "source_folder", lambda: originals)
    monkeypatch.chdir(folder)
    return folder


def test_each_first_cell_says_in_one_line_what_to_type(work):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", RUN_FIRST_CELLS], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(TEXTS)
    for line, text in zip(lines, TEXTS, strict=True):
        assert line.startswith(f"{text.stem}.ipynb ImportError the course is a package of its own now")
        assert "`python -m flowlab_course fetch NN`" in line


def test_that_command_brings_the_new_chapter_and_keeps_what_was_written(work):
    states = copies.status(work)
    assert states.pop("03_lucas_kanade.ipynb") == copies.BOTH
    assert set(states.values()) == {copies.NEWER}
    said = CliRunner().invoke(app, ["fetch", "03"])
    assert said.exit_code == 0, said.output
    assert "import flowlab_course as course" in (work / "03_lucas_kanade.ipynb").read_text()
    kept = nbformat.read(work / "03_lucas_kanade.mine-1.ipynb", as_version=4)
    assert kept.cells[-1].source == ANSWERED
    assert copies.status(work)["03_lucas_kanade.ipynb"] == copies.SAME


def test_the_progress_file_is_read_on_and_written_on(work):
    assert progress.path() == work / "progress.json"
    assert progress.read()["exercises"]["3.1"] == DONE
    progress.update("exercises", "3.2", lambda _: DONE | {"attempts": 1})
    assert json.loads((work / "progress.json").read_text())["exercises"].keys() == {"3.1", "3.2"}
    (student,) = classroom.collect([work]).students
    solved = {row[2] for row in classroom.table([student], "exercises")[1] if row[4]}
    assert solved == {"3.1", "3.2"}


def test_every_exercise_of_that_time_has_its_number_still():
    now = {chapter: [exercise.id for exercise in exercises_of(chapter)] for chapter in chapters()}
    for chapter, count in EXERCISES.items():
        assert now[chapter][:count] == [f"{chapter}.{number}" for number in range(1, count + 1)]
