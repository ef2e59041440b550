"""Chapters with workers, threads or processes end as a reader runs them; `make reader` runs all of them so."""

import multiprocessing
import re

import pytest

from tests.budgets import HANG
from tests.chapters.paths import NAMES, TEXTS
from tests.lab import __main__ as reader_run
from tests.lab.lab import make_lab

STARTS_SOMETHING = re.compile(r"num_workers|\bsubprocess\b|\bthreading\b|\btraining\.fit\(")
CHAPTERS = [text.stem for text in TEXTS if STARTS_SOMETHING.search(text.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with make_lab(tmp_path_factory.mktemp("reader")) as running:
        yield running


def test_the_chapters_with_workers_or_trainings_are_among_them():
    assert {name[:2] for name in CHAPTERS} >= {"06", "11", "13"}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_ends_as_a_reader_runs_it(lab, name):
    run = reader_run.run_chapter(lab, name)
    assert run.fault == ""
    assert run.claims >= 3


@pytest.mark.parametrize("method", sorted({*multiprocessing.get_all_start_methods()} - {"fork"}))
def test_the_chapter_with_workers_ends_however_they_start(lab, method):
    """Python 3.14 starts them by forkserver, macOS and Windows by spawn."""
    (name,) = (name for name in CHAPTERS if name[:2] == "06")
    before = f"import multiprocessing; multiprocessing.set_start_method({method!r})"
    assert reader_run.run_chapter(lab, name, before=before).fault == ""


def test_no_variable_of_the_tests_reaches_the_kernel(lab):
    """Nor a limit on threads: OpenCV and torch take what the machine has."""
    with lab.kernel(f"{NAMES[0]}.ipynb") as kernel:
        said = kernel.run(
            "import os, cv2, torch\n"
            "print([name for name in os.environ if name.startswith('FLOWLAB_') or name == 'OMP_NUM_THREADS'])\n"
            "cores = len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()\n"
            "print(os.environ['OMP_WAIT_POLICY'])\n"
            "print(cv2.getNumThreads() >= min(cores, 2), torch.get_num_threads() >= min(cores, 2))",
            seconds=HANG,
        )
    assert said.error == ""
    assert said.printed.split("\n")[:3] == ["[]", "passive", "True True"]


def test_a_hang_and_an_error_are_told(lab):
    """The runner itself: a cell that never ends, and one that raises."""
    with lab.kernel(f"{NAMES[0]}.ipynb") as kernel:
        assert "ZeroDivisionError" in kernel.run("1 / 0", seconds=HANG).error
        assert kernel.run("import time; time.sleep(60)", seconds=1).error.startswith("TimeoutError")


def test_a_process_that_stays_behind_is_told(lab):
    with lab.kernel(f"{NAMES[0]}.ipynb") as kernel:
        kernel.run("import subprocess, sys", seconds=HANG)
        kernel.run("left = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])", seconds=HANG)
        (told,) = reader_run.left_behind(lab, seconds=0.5)
        assert "time.sleep(300)" in told
        kernel.run("left.kill(); left.wait()", seconds=HANG)
        assert reader_run.left_behind(lab, seconds=30) == []
