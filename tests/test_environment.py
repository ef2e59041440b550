"""Every variable that the tests set is in the table of tests/README.md, and none of them reaches a reader's run."""

import os
from pathlib import Path

import pytest

from flowlab_course.build import kernel_environment
from tests.environment import SETTINGS, environment_of_reader

TABLE = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")


def set_for_chapters(folder: Path) -> set[str]:
    made = kernel_environment(folder)
    return {name for name, value in made.items() if os.environ.get(name) != value} | {"FLOWLAB_PROFILE"}


@pytest.fixture
def ours(tmp_path):
    return set(SETTINGS) | set_for_chapters(tmp_path)


def test_each_variable_has_its_reason_in_the_table(ours):
    assert ours >= {"OMP_NUM_THREADS", "FLOWLAB_THREADS", "FLOWLAB_OFFLINE", "IPYTHONDIR"}
    assert [name for name in sorted(ours) if f"`{name}" not in TABLE] == []


def test_none_of_them_is_in_a_readers_environment(ours, monkeypatch):
    for name in ours:
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("NOT_OURS", "kept")
    reader = environment_of_reader(HOME="/home/reader")
    assert ours & set(reader) == set()
    assert reader["NOT_OURS"] == "kept"
    assert reader["HOME"] == "/home/reader"


@pytest.mark.parametrize("turn", range(2))
def test_what_a_test_sets_in_the_environment_is_gone_in_the_next(turn):
    assert "SET_BY_A_TEST" not in os.environ
    assert os.environ["OMP_NUM_THREADS"] == "1"
    os.environ["SET_BY_A_TEST"] = "1"
    del os.environ["OMP_NUM_THREADS"]
