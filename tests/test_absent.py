"""A machine with torch and pytest alone: its GPU tests are found, and what it cannot run is skipped by name."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.machinery import PathFinder

import pytest

from tests.absent import OPTIONAL, Hiding, missing
from tests.budgets import HANG
from tests.chapters.paths import ROOT

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


def test_every_widget_of_the_chapters_can_be_imported_without_jupyter(tmp_path):
    modules = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "flowlab_course").rglob("*.py")
               if "import ipywidgets" in path.read_text(encoding="utf-8")]  # fmt: skip
    names = [".".join(module.parts) for module in modules]
    assert len(names) > 20
    script = tmp_path / "chapter.py"
    script.write_text("# %%\nimport importlib\n" + "".join(f"importlib.import_module({name!r})\n" for name in names))
    done = bare("bench/gpu_chapter.py", str(script))
    assert done.returncode == 0, done.stderr[-4000:]
