"""The teachers' page: its minutes, sections, exercises and plans are those of the chapters as they stand."""

import ast
import importlib
import re

import pytest
from typer.testing import CliRunner

from flowlab_course.exercises import chapters, exercises_of
from tests.chapters.paths import CHAPTERS, ROOT

PAGE = (ROOT / "docs" / "teachers.md").read_text(encoding="utf-8")
LECTURES = re.split(r"^### (?=\d\d · )", PAGE.partition("## Two plans")[0], flags=re.MULTILINE)[1:]
TEXTS = {text.stem[:2]: text.read_text(encoding="utf-8") for text in sorted(CHAPTERS.glob("*/[0-9][0-9]_*.py"))}


def test_there_is_a_lecture_for_each_chapter():
    assert [lecture[:2] for lecture in LECTURES] == sorted(TEXTS) == [f"{n:02d}" for n in range(15)]


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture[:2])
def test_a_lecture_has_its_chapters_minutes_sections_and_exercises(lecture):
    text = TEXTS[lecture[:2]]
    minutes = re.search(r"\*\*Time\*\*: about (\d+) minutes", text)[1]
    assert f"({minutes} min)" in lecture.splitlines()[0]
    sections = set(re.findall(r"^# ## (.+)$", text, re.MULTILINE))
    shown = re.findall(r"\*([^*]+)\*", re.search(r"^- Show: .*?(?=^- )", lecture, re.MULTILINE | re.DOTALL)[0])
    assert shown
    assert set(shown) <= sections
    named = re.findall(r"\d+\.\d", re.search(r"^- In class .*", lecture, re.MULTILINE)[0])
    assert sorted(named) == [exercise.id for exercise in exercises_of(int(lecture[:2]))]


@pytest.mark.parametrize("plan", ["Six weeks", "Two days"])
def test_a_plan_has_each_chapter_once(plan):
    rows = PAGE.partition(plan)[2].partition("\n\n")[2].partition("\n\n")[0].splitlines()[2:]
    named = [number for row in rows for number in re.findall(r"\b\d\d\b", row.split("|")[2])]
    assert sorted(named) == sorted(TEXTS) == [f"{n:02d}" for n in chapters()]


def test_the_commands_of_the_page_exist():
    found = re.findall(r"python -m (flowlab\w*) ([a-z]+)", PAGE)
    assert {command for _, command in found} >= {"doctor", "export", "progress", "status"}
    for package, command in found:
        app = importlib.import_module(f"{package}.cli").app
        assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0, command


def test_the_hubs_example_starts_the_course_that_is_here(tmp_path):
    """JupyterHub itself is no part of the environment; what the example asks of flowlab is."""
    source = (ROOT / "docs" / "jupyterhub_config.py").read_text(encoding="utf-8")
    ast.parse(source)

    class Anything:
        def __getattr__(self, name):
            self.__dict__[name] = Anything()
            return self.__dict__[name]

    c = Anything()
    exec(
        compile(source, str(ROOT / "docs" / "jupyterhub_config.py"), "exec"),
        {"__file__": str(ROOT / "docs" / "jupyterhub_config.py"), "get_config": lambda: c},
    )
    first = c.Spawner.default_url.rpartition("/")[2]
    assert (CHAPTERS / first).is_file()
    assert str(ROOT / ".venv") in c.Spawner.cmd[-1]
    assert "flowlab_course status --into flowlab" in c.Spawner.cmd[2]
    assert c.Spawner.notebook_dir == "~/flowlab"


def test_the_measured_memory_stands_on_the_page():
    table = PAGE.partition("<!-- memory")[2].partition("<!-- end of memory")[0]
    rows = re.findall(r"^\| (\d\d)_\w+ \| (\d+) \| (\d+) \| (\d+) \|$", table, re.MULTILINE)
    here = [number for number in TEXTS if list(CHAPTERS.glob(f"{number}_*.ipynb"))]
    assert [number for number, *_ in rows] == here, "run `python bench/memory.py --write`"
    assert all(int(own) <= int(end) <= int(most) + 1 for _, most, end, own in rows)
