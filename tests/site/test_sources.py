"""What the site is made of, as it stands in the repository: these tests need no Sphinx and no npm."""

import doctest
import json
import re
from pathlib import Path

import nbformat
import pytest

import docs.site.__main__ as site
from docs.site import chapters, front, glossary, mend
from tests.chapters.paths import CHAPTERS, ROOT

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


@pytest.mark.parametrize("module", [site, chapters, front, glossary, mend], ids=lambda module: module.__name__)
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
    assert 'href="explorer/index.html"' in front.page(template, found, [], explorer=True)
    without = front.page(template, found, [], explorer=False)
    assert "explorer" not in without
    assert re.findall(r"\{(?:count|figure|explorer|chapters|beside)\}", without) == []


def test_what_comes_from_npm_is_pinned_and_names_no_registry():
    lock = json.loads(Path(site.HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name
