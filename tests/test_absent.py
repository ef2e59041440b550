"""A machine with torch and pytest alone: its GPU tests are found, and what it cannot run is skipped by name."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from importlib.machinery import PathFinder
from pathlib import Path

import pytest

from tests.absent import OPTIONAL, Hiding, missing
from tests.budgets import HANG
from tests.chapters.paths import ROOT

LATER = ("widgets.who_reads_what()",)  # it shows a kernel that a cell of the chapter has run
MARKED = re.compile(r"^(pytestmark = |@)pytest\.mark\.gpu", re.MULTILINE)


def bare(*arguments: str) -> subprocess.CompletedProcess:
    """Run Python on this machine as if nothing of OPTIONAL were installed."""
    command = [sys.executable, "-m", "tests.absent", *arguments]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    for name in ("FLOWLAB_TYPECHECK", "PYTEST_ADDOPTS"):  # the options of this run would change what is printed
        env.pop(name, None)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=HANG)


def test_the_gpu_tests_are_collected_and_what_needs_more_is_skipped_by_name():
    files = [path for path in (ROOT / "tests").rglob("test_*.py") if MARKED.search(path.read_text(encoding="utf-8"))]
    marked = [str(path.relative_to(ROOT)) for path in files if "standin" not in path.parts]
    assert len(marked) >= 9
    done = bare("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", "gpu", "-rs",
                *marked, "tests/video/test_encode.py", "tests/chapters/test_guard_catches.py")  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = {line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line}
    assert found == set(marked) - {"tests/datasets/augment/test_augmentation.py"}  # which needs hypothesis
    said = set(re.findall(r"SKIPPED .*: (\w+ is not installed)", done.stdout))
    assert said == {f"{name} is not installed" for name in ("av", "nbformat", "hypothesis")}


def test_a_test_that_runs_into_a_missing_package_is_skipped_by_name_and_any_other_error_fails(tmp_path):
    lines = "import pytest\n@pytest.fixture\ndef late():\n    import nbformat\ndef test_fixture(late): pass\n"
    lines += "def test_body():\n    import av\ndef test_typo():\n    import flowlabb\n"
    (tmp_path / "test_it.py").write_text(lines)
    done = bare("-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "pyproject.toml", "--confcutdir", str(ROOT),
                "-p", "tests.conftest", str(tmp_path / "test_it.py"))  # fmt: skip
    assert "nbformat is not installed" in done.stdout, done.stdout + done.stderr
    assert "av is not installed" in done.stdout
    assert "1 failed, 2 skipped" in done.stdout


@pytest.mark.parametrize("name", ["flowlab.nothing", "numpy", "pytest"])
def test_only_what_is_optional_and_not_there_counts_as_missing(name):
    assert missing(ModuleNotFoundError(name=name)) == ""
    assert missing(ImportError(name="av")) == ""


def test_the_finder_hides_a_package_and_what_is_in_it():
    finder = Hiding(PathFinder)
    for name in OPTIONAL:
        assert finder.find_spec(name) is finder.find_spec(f"{name}.inside", []) is None
    assert finder.find_spec("flowlab", [str(ROOT)]).name == "flowlab"


def test_a_chapters_text_runs_without_jupyter_and_its_widget_shows_its_stills():
    done = bare("bench/gpu_chapter.py", "tests/chapters/fixtures/text/01_fixture.py")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "[widget] " in done.stdout
    assert "[figure] Two pictures of grey noise, side by side" in done.stdout
    assert "Predict first: Shifts from -5 to 5" in done.stdout


def sources() -> dict[Path, ast.Module]:
    paths = [*(ROOT / "flowlab_course").rglob("*.py"), *(ROOT / "chapters" / "text").glob("*.py")]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def printed_bare(tmp_path: Path, lines: list[str]) -> list[str]:
    """Run lines as a chapter where Jupyter is not installed."""
    script = tmp_path / "chapter.py"
    script.write_text("# %%\n" + "\n".join(lines) + "\n")
    done = bare("bench/gpu_chapter.py", str(script))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout.splitlines()


def test_what_stands_for_a_control_has_what_ipywidgets_gives_it_by_itself(tmp_path):
    """For each control of the course, the traits that the course reads or sets anywhere."""
    import ipywidgets

    nodes = [node for tree in sources().values() for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    owned = {node.attr for node in nodes if isinstance(node.value, ast.Name) and node.value.id in ("ipywidgets", "w")}
    kinds = {name: getattr(ipywidgets, name) for name in sorted(owned & set(dir(ipywidgets))) if name != "Layout"}
    used, lines, expected = {node.attr for node in nodes}, ["import ipywidgets"], []
    for name, kind in kinds.items():
        given = {"options": ["a", "b"]} if issubclass(kind, ipywidgets.widgets.widget_selection._Selection) else {}
        real = kind(**given)
        for trait in sorted(used & set(real.trait_names()) - set(ipywidgets.Widget().trait_names())):
            if isinstance(value := getattr(real, trait), str | int | float | tuple | None):
                lines.append(f"print(repr(ipywidgets.{name}(**{given}).{trait}))")
                expected.append((name, trait, repr(value)))
    assert len(expected) > 40
    got = printed_bare(tmp_path, lines)
    assert [(*rest, value) for (*rest, _), value in zip(expected, got, strict=True)] == expected


def test_what_stands_for_a_widget_with_traits_begins_with_their_defaults(tmp_path):
    from flowlab_course.widgets.pad import Pad

    names = sorted(Pad.class_own_traits())
    real = Pad()
    got = printed_bare(tmp_path, ["from flowlab_course.widgets.pad import Pad", f"for name in {names}:",
                                  "    print(name, getattr(Pad(), name))"])  # fmt: skip
    assert got == [f"{name} {getattr(real, name)}" for name in names]


def test_every_widget_of_the_chapters_can_be_imported_and_made_without_jupyter(tmp_path):
    imported = ["import importlib"]
    for path, tree in sources().items():
        text = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if "text" not in path.parts and "import ipywidgets" in path.read_text(encoding="utf-8"):
            imported.append(f"importlib.import_module({text!r})")
        for node in tree.body if "text" in path.parts else ():
            call = ast.unparse(node)
            if re.fullmatch(r"widgets\.\w+\(\)", call) and call not in LATER:
                imported += [f"from flowlab_course.chapters.ch{path.stem[:2]} import widgets", call]
    assert len(imported) > 50
    printed_bare(tmp_path, imported)
