"""What the site is made of, as it stands in the repository: these tests need no Sphinx and no npm."""

import doctest
import json
import re
import shutil
import tomllib
from pathlib import Path

import nbformat
import pytest
import typer
from typer.testing import CliRunner

import docs.site.__main__ as site
from docs.site import chapters, commands, front, glossary, mend
from tests.chapters.paths import CHAPTERS, ROOT
from tests.site.pages import Page

ENTRIES = glossary.entries((ROOT / "docs" / "glossary.md").read_text(encoding="utf-8"))


def text_of(chapter):
    """The prose and code of a chapter, of those that wait too."""
    (path,) = [*CHAPTERS.glob(f"text/{chapter}_*.py"), *CHAPTERS.glob(f"drafts/{chapter}_*.py")][:1]
    return " ".join(path.read_text(encoding="utf-8").replace("\n# ", " ").split()).lower()


def test_every_entry_of_the_glossary_is_read():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert len(ENTRIES) == text.count("(chapter ") >= 50
    assert len({entry.english for entry in ENTRIES}) == len({entry.chinese for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.english)
def test_a_term_stands_in_the_chapter_that_introduces_it(entry):
    assert entry.english.lower() in text_of(entry.chapter)
    assert glossary.CHINESE.search(entry.chinese)
    assert entry.says.endswith(".")


@pytest.mark.parametrize(
    "module", [site, chapters, commands, front, glossary, mend], ids=lambda module: module.__name__
)
def test_every_example_runs(module):
    assert doctest.testmod(module).failed == 0


def test_every_chapter_has_a_question():
    assert set(front.QUESTIONS) >= {path.name[:2] for path in CHAPTERS.glob("*/[0-9][0-9]_*.py")}


def test_a_chapter_without_a_question_is_named(tmp_path):
    path = tmp_path / "77_new.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# 77 · New")]), path)
    with pytest.raises(ValueError, match="chapter 77 has no question for the front page"):
        front.line(path)


def test_a_chapter_without_a_title_is_named(tmp_path):
    path = tmp_path / "08_correlation.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("No title")]), path)
    with pytest.raises(ValueError, match=r"08_correlation.ipynb must begin with its title.* got 'No title'"):
        chapters.page(path)


def test_a_folded_cell_shows_the_comment_that_says_what_it_does():
    cell = nbformat.v4.new_code_cell("# Claims: it moves.\nclaim()", metadata={"jupyter": {"source_hidden": True}})
    chapters.fold(cell)
    assert cell.metadata["tags"] == ["hide-input"]
    assert cell.metadata["mystnb"]["code_prompt_show"] == "Claims: it moves."


def test_a_front_page_without_its_figure_is_refused(tmp_path):
    path = tmp_path / "00_start_here.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(ValueError, match="chapter 00 has no figure with 'its flow in colours with arrows'"):
        front.figure({"00": path})


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    precious = tmp_path / "thesis.tex"
    precious.write_text("years")
    with pytest.raises(site.SiteError, match="holds something that is not a site"):
        site.build(tmp_path)
    assert precious.read_text() == "years"


def test_the_door_to_the_explorer_is_there_when_the_explorer_is():
    template, found = (ROOT / "docs" / "index.md").read_text(encoding="utf-8"), chapters.find(CHAPTERS)
    assert 'href="explorer/index.html"' in front.page(template, found, [], "", explorer=True)
    without = front.page(template, found, [], "", explorer=False)
    assert "explorer" not in without
    assert re.findall(r"\{(?:count|doors|figure|explorer|chapters|project|beside)\}", without) == []


@pytest.mark.parametrize("program", commands.programs(), ids=lambda program: program.name)
def test_a_command_that_is_used_wrongly_ends_with_2_as_its_page_says(program):
    for name, command in typer.main.get_command(program.app).commands.items():
        assert CliRunner().invoke(program.app, [name, "--no-such-option"]).exit_code == 2
        assert command.hidden or "2 for a wrong command line" in "\n".join(commands.section(program, name, command))


def test_the_names_on_the_browser_page_become_links_to_pages_that_stand(tmp_path):
    explorer, made = tmp_path / "page", tmp_path / "site"
    explorer.mkdir()
    shutil.copy(ROOT / "page" / "index.html", explorer)
    (made / "chapters").mkdir(parents=True)
    (made / "index.html").write_text("<h1>What moved?</h1>")
    (made / "chapters" / "08_correlation.html").write_text("<h1>Correlation</h1>")
    site.join(explorer, made)
    joined = Page(made / "explorer" / "index.html")
    assert set(joined.links) == {"../index.html", "../chapters/08_correlation.html"}
    assert joined.text == Page(explorer / "index.html").text
    assert Page(explorer / "index.html").links == []


def test_the_browser_page_names_pages_that_the_site_makes():
    named = {given["data-page"] for _, given in Page(ROOT / "page" / "index.html").tags if "data-page" in given}
    made = {f"chapters/{path.stem}.html" for path in CHAPTERS.glob("*.ipynb")} | {"index.html", "recipes.html"}
    assert len(named) > 8
    assert named <= made


def test_the_extras_that_the_page_on_installation_names_are_those_of_the_package():
    text = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    table = text.partition(":--|:--\n")[2].partition("\n\n")[0]
    assert sorted(re.findall(r"`(\w+)`", "\n".join(row.partition(" | ")[0] for row in table.splitlines()))) == sorted(
        extras
    )
    assert set(re.findall(r"'\.\[([\w,]+)\]'", text)[0].split(",")) <= set(extras)


def test_what_comes_from_npm_is_pinned_and_names_no_registry():
    lock = json.loads(Path(site.HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
