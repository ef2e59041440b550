"""Progress is never lost: not to another kernel, a broken file, a newer version or a full disk."""

import json
import os
import subprocess
import sys

import pytest

from flowlab_course.reader import progress
from tests.budgets import HANG


def solved(entry):
    return entry | {"solved": True}


def test_an_entry_comes_back(own_progress):
    progress.update("exercises", "1.1", solved)
    assert progress.read()["exercises"] == {"1.1": {"solved": True}}
    assert json.loads(own_progress.read_text())["version"] == 1


def test_a_change_sees_what_was_there():
    progress.update("exercises", "1.1", lambda entry: {"attempts": 1})
    assert progress.update("exercises", "1.1", lambda e: {"attempts": e["attempts"] + 1}) == {"attempts": 2}


def test_two_kernels_that_write_lose_nothing(own_progress):
    code = (
        "import sys; from flowlab_course import progress\n"
        "for i in range(40):\n"
        "    progress.update('guesses', f'{sys.argv[1]}/{i}', lambda e: {'value': 1})\n"
        "    progress.update('exercises', '1.1', lambda e: {'attempts': e.get('attempts', 0) + 1})\n"
    )
    both = [subprocess.Popen([sys.executable, "-c", code, name]) for name in ("a", "b")]
    assert [process.wait(timeout=HANG) for process in both] == [0, 0]
    state = progress.read()
    assert len(state["guesses"]) == 80
    assert state["exercises"]["1.1"] == {"attempts": 80}


BROKEN = {
    "not JSON": b'{"format": "flowlab-pro',
    "not text": b"\xff\xfe\x00",
    "empty": b"",
    "a list": b"[]",
    "foreign": b'{"name": "something else"}',
    "no version": b'{"format": "flowlab-progress"}',
    "version as text": b'{"format": "flowlab-progress", "version": "1"}',
    "section as list": b'{"format": "flowlab-progress", "version": 1, "exercises": []}',
    "entry as number": b'{"format": "flowlab-progress", "version": 1, "exercises": {"1.1": 3}}',
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_set_aside_and_kept(own_progress, capsys, content):
    own_progress.parent.mkdir()
    own_progress.write_bytes(content)
    progress.update("exercises", "1.1", solved)
    assert (own_progress.parent / "progress.broken-1.json").read_bytes() == content
    assert progress.read()["exercises"] == {"1.1": {"solved": True}}
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert "progress.broken-1.json" in said


def test_a_second_broken_file_does_not_replace_the_first(own_progress):
    own_progress.parent.mkdir()
    for content in (b"first", b"second"):
        own_progress.write_bytes(content)
        progress.read()
    kept = [(own_progress.parent / f"progress.broken-{n}.json").read_bytes() for n in (1, 2)]
    assert kept == [b"first", b"second"]


def test_a_newer_file_is_left_alone(own_progress, capsys):
    own_progress.parent.mkdir()
    newer = b'{"format": "flowlab-progress", "version": 99, "exercises": []}'
    own_progress.write_bytes(newer)
    progress.update("exercises", "1.1", solved)
    assert own_progress.read_bytes() == newer
    assert "newer flowlab" in capsys.readouterr().out
    assert progress.read()["exercises"] == {"1.1": {"solved": True}}  # for as long as the kernel lives


def test_reading_a_newer_file_does_not_stop_the_chapter(own_progress):
    own_progress.parent.mkdir()
    own_progress.write_bytes(b'{"format": "flowlab-progress", "version": 99}')
    assert progress.read()["exercises"] == {}


def test_where_nothing_can_be_written_the_chapter_goes_on(monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_text("a file, where a folder would have to be")
    monkeypatch.setenv("FLOWLAB_PROGRESS", str(tmp_path / "file" / "progress.json"))
    progress.update("exercises", "1.1", solved)
    progress.update("exercises", "1.2", solved)
    assert set(progress.read()["exercises"]) == {"1.1", "1.2"}
    assert capsys.readouterr().out.count("not being saved") == 1


def test_an_unknown_section_is_refused():
    with pytest.raises(ValueError, match="no section 'marks'"):
        progress.update("marks", "1.1", solved)


def test_progress_lies_in_the_readers_copy(monkeypatch, tmp_path):
    monkeypatch.delenv("FLOWLAB_PROGRESS")
    copy, deeper = tmp_path / "copy", tmp_path / "copy" / "pictures" / "mine"
    deeper.mkdir(parents=True)
    (copy / progress.MANIFEST).write_text("{}")
    monkeypatch.chdir(deeper)
    assert progress.path() == copy / "progress.json"


def test_elsewhere_progress_lies_at_home(monkeypatch, tmp_path):
    monkeypatch.delenv("FLOWLAB_PROGRESS")
    monkeypatch.setattr("pathlib.Path.home", lambda: tmp_path / "home")
    monkeypatch.chdir(tmp_path)
    assert progress.path() == tmp_path / "home" / ".flowlab" / "progress.json"


def test_a_write_that_fails_leaves_the_old_file(monkeypatch, tmp_path):
    target = tmp_path / "a.json"
    monkeypatch.setenv("FLOWLAB_PROGRESS", str(target))
    progress.update("guesses", "01/first", lambda _: {"answer": "old"})
    old = target.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    progress.update("guesses", "01/second", lambda _: {"answer": "new"})
    assert target.read_bytes() == old
    assert not [path for path in tmp_path.iterdir() if "part" in path.name]
