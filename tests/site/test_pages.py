"""What the site holds: every chapter with its outputs, every public name, and no link that leads nowhere."""

import importlib
import inspect
import re
import shutil
from urllib.parse import unquote

import nbformat
import pytest
import typer
from typer.testing import CliRunner

import flowlab
from docs.site import commands, glossary, reference
from tests.chapters.paths import CHAPTERS, ROOT
from tests.site.pages import Page, dead_links, foreign, out_of_order, read

OPTION = re.compile(r"(?<![\w-])--(?!help\b)[a-z][\w-]*")
NOTEBOOKS = sorted(CHAPTERS.glob("[0-9][0-9]_*.ipynb"))


def outputs(path):
    return [o for cell in nbformat.read(path, as_version=4).cells for o in cell.get("outputs", [])]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_shows_what_its_notebook_saved(path, pages):
    page = pages[f"chapters/{path.stem}.html"]
    printed = "".join(output.text for output in outputs(path) if output.output_type == "stream")
    claims = [line for line in printed.splitlines() if line.startswith("✓")]
    assert len(claims) >= 3
    assert [claim for claim in claims if " ".join(claim.split()) not in page.text] == []
    saved = "".join(o.get("data", {}).get("text/html", "") for o in outputs(path))
    pictures = re.findall(r'src="(data:image/[^"]+)"', saved)
    videos = re.findall(r'src="(data:video/[^"]+)"', saved)
    assert [video for video in videos if video not in page.path.read_text(encoding="utf-8")] == []
    assert {image["src"] for image in page.images if image["src"].startswith("data:")} == set(pictures)
    widgets = [o for o in outputs(path) if o.get("data", {}).get("text/plain", "").startswith("[widget]")]
    assert widgets, "every chapter has one"
    assert sum(given.get("class") == "still" for _, given in page.tags) == len(widgets)
    assert "[widget]" not in page.text
    films = [given for tag, given in page.tags if tag == "details" and given.get("class") == "flowlab-film"]
    assert films
    assert all("open" in given for given in films)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_can_be_downloaded_as_it_is_in_the_repository(path, pages):
    page = pages[f"chapters/{path.stem}.html"]
    (link,) = {link for link in page.links if link.endswith(".ipynb")}
    file = (page.path.parent / unquote(link)).resolve()
    assert file.name == path.name
    assert file.read_bytes() == path.read_bytes()
    nbformat.validate(nbformat.read(file, as_version=4))


def test_the_front_page_leads_to_every_chapter_and_every_page(pages):
    links = set(pages["index.html"].links)
    assert links >= {f"chapters/{path.stem}.html" for path in NOTEBOOKS}
    assert links >= {f"{path.stem}.html" for path in (ROOT / "docs").glob("*.md") if path.stem != "index"}
    assert "reference/index.html" in links
    assert "make lab" in pages["index.html"].text
    assert "make test" in pages["index.html"].text


def test_the_front_page_has_a_door_for_who_has_a_task(pages):
    page = pages["index.html"]
    tasks = re.findall(r"^## (.+)$", (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(tasks) > 5
    assert [task for task in tasks if task not in page.text] == []
    assert sum(link.startswith("recipes.html#") for link in page.links) == len(tasks)
    assert {"install.html", "recipes.html", "results.html", "commands/flowlab.html"} <= set(page.links)


@pytest.mark.parametrize("program", commands.programs(), ids=lambda program: program.name)
def test_every_command_is_in_the_reference_with_its_options_and_defaults(program, pages):
    page = pages[f"commands/{program.name}.html"]
    for name, command in typer.main.get_command(program.app).commands.items():
        assert (f"{program.name}-{name}".replace("_", "-") in page.ids) != command.hidden
        if command.hidden:
            continue
        shown = CliRunner().invoke(program.app, [name, "--help"], env={"COLUMNS": "400", "TERM": "dumb"}).output
        assert [option for option in OPTION.findall(shown) if option not in page.text] == []
        defaults = re.findall(r"\[default: ([\w.]+)", shown)
        assert [default for default in defaults if f"Default: {default}" not in page.text.replace("--", "")] == []
        assert [e for e in re.findall(r"^ *(flowlab .+?) *$", shown, re.MULTILINE) if e not in page.text] == []


def test_every_public_name_is_in_the_reference_with_its_arguments(pages):
    rooms = {"index": flowlab} | {room: importlib.import_module(f"flowlab.{room}") for room in reference.ROOMS}
    ids = set().union(*(pages[f"reference/{room}.html"].ids for room in rooms))
    for module in rooms.values():
        for name in set(module.__all__) - {"__version__"}:
            if not inspect.ismodule(getattr(module, name)):
                own = f"{module.__name__}.{name}"
                assert own in ids or f"flowlab.{name}" in ids, own
    assert "angular_error (pred: Flow, target: Flow, valid: Mask | None = None) → float" in spaced(pages, "index")
    assert "max_displacement: int = 20," in spaced(pages, "index")
    for room in rooms:
        assert " at 0x" not in pages[f"reference/{room}.html"].text  # an address would make it another page each time


def test_a_name_in_a_signature_leads_to_what_it_means_or_nowhere(pages):
    assert "chairs.html#flowlab.chairs.ChairsConfig" in pages["reference/training.html"].links
    assert "models.html#flowlab.models.Network" in pages["reference/index.html"].links
    # Another room has a class of this name; here it is a number or a pair of them.
    assert "Pair = 1" in pages["reference/costvolume.html"].text
    assert "evaluation.html#flowlab.evaluation.Pair" not in pages["reference/costvolume.html"].links


def spaced(pages, room):
    return re.sub(r"(?<=\w)\((?=\w+:)", " (", pages[f"reference/{room}.html"].text).replace("( ", "(")


def test_the_glossary_stands_in_both_languages_and_says_so(pages):
    page = pages["glossary.html"]
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    chinese = [given for tag, given in page.tags if tag == "dt" and given.get("lang") == "zh-Hans"]
    assert len(chinese) == len(glossary.entries(text)) >= 50
    assert sum(tag == "dt" for tag, _ in page.tags) == 2 * len(chinese)


def test_every_internal_link_leads_somewhere(site, pages):
    explorer = {name: Page(site / name) for name in ("explorer/index.html",) if (site / name).is_file()}
    assert dead_links(site, pages | explorer) == []


def test_nothing_is_loaded_from_elsewhere(site, pages):
    assert foreign(site, pages) == []


def test_headings_are_in_order(pages):
    assert {name: wrong for name, page in pages.items() if (wrong := out_of_order(page))} == {}


def test_every_picture_says_what_it_shows(pages):
    silent = [(name, str(image)[:200]) for name, page in pages.items() for image in page.images if not image.get("alt")]
    assert silent == []


PLANTED = {
    "a file that is not there": ('href="chapters/08_correlation.html"', 'href="chapters/08_corelation.html"'),
    "a place that is not there": ('href="chapters/08_correlation.html"', 'href="chapters/08_correlation.html#nowhere"'),
    "a script from elsewhere": ("</head>", '<script src="https://elsewhere.test/a.js"></script></head>'),
    "a heading that skips a level": ("</h1>", "</h1><h4>deep</h4>"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault, site, tmp_path):
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    front, (good, bad) = copy / "index.html", PLANTED[fault]
    text = front.read_text(encoding="utf-8")
    assert good in text
    front.write_text(text.replace(good, bad, 1), encoding="utf-8")
    found = read(copy)
    assert dead_links(copy, found) or foreign(copy, found) or out_of_order(found["index.html"])
