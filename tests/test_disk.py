"""Files written in one step, several at once, and folders that belong to one job (single files: tests/field)."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from flowlab import _disk
from flowlab._disk import claim_folder, ensure_folder, locked_folder, replacing, write_atomically
from flowlab_course.private import private_folder


def test_several_files_take_their_places_together(tmp_path):
    (tmp_path / "a.txt").write_text("old")
    with replacing(tmp_path / "a.txt", tmp_path / "b.bin") as parts:
        assert [part.suffix for part in parts] == [".txt", ".bin"]
        for part in parts:
            part.write_text("new")
        assert (tmp_path / "a.txt").read_text() == "old"
        assert not (tmp_path / "b.bin").exists()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "new", "b.bin": "new"}


def test_after_an_error_none_of_several_files_has_changed(tmp_path):
    (tmp_path / "a.txt").write_text("old")

    def fail():
        with replacing(tmp_path / "a.txt", tmp_path / "b.bin") as parts:
            parts[0].write_text("new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "old"}


def test_a_durable_write_is_forced_to_the_disk(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(_disk.os, "fsync", synced.append)
    write_atomically(tmp_path / "a.txt", b"a")
    assert synced == []
    write_atomically(tmp_path / "a.txt", [b"b", b"c"], durable=True)
    assert len(synced) == 1
    assert (tmp_path / "a.txt").read_bytes() == b"bc"


KILLED = """
import os, signal, sys
from flowlab._disk import replacing
with replacing(sys.argv[1]) as (part,):
    part.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_what_a_killed_process_leaves_is_hidden_and_can_be_removed(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "a.txt")], check=False, env=os.environ)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".")
    (tmp_path / "mine.txt").write_text("kept")
    with locked_folder(tmp_path):
        assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


KEEPING = """
import multiprocessing, os, sys, time
from pathlib import Path
from flowlab._disk import locked_folder
def work():
    print(os.getpid(), flush=True)  # of the worker itself: it has run what a fork runs first
    time.sleep(60)
with locked_folder(Path(sys.argv[1])):
    multiprocessing.get_context("fork").Process(target=work).start()
    time.sleep(60)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="locks of folders, and fork")
def test_a_folder_is_one_jobs_until_its_process_ends_though_a_worker_lives_on(tmp_path):
    keeper = subprocess.Popen([sys.executable, "-c", KEEPING, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    worker = int(keeper.stdout.readline())
    try:
        with pytest.raises(ValueError, match=f"{tmp_path}: another job is at work here"), locked_folder(tmp_path):
            pass
    finally:
        keeper.kill()
        keeper.wait()
        keeper.stdout.close()
    try:
        os.kill(worker, 0)  # it lives
        with locked_folder(tmp_path):
            with pytest.raises(ValueError, match="another job"), locked_folder(tmp_path):
                pass
            with pytest.raises(ValueError, match="another job"), locked_folder(tmp_path):
                pass  # the refusal has not opened it
        with locked_folder(tmp_path):
            pass
    finally:
        os.kill(worker, signal.SIGKILL)


def test_the_writer_loads_neither_torch_nor_opencv():
    code = "import sys, flowlab._disk; print(sorted({'torch', 'cv2', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_folder_is_claimed_once_and_then_only_by_the_same_job(tmp_path):
    manifest, mine = tmp_path / "manifest.json", {"seed": 1, "size": (2, 3), "state": None}
    assert claim_folder(manifest, mine, "other things") == {"seed": 1, "size": [2, 3], "state": None}
    assert claim_folder(manifest, mine, "other things") == json.loads(manifest.read_text())
    with pytest.raises(ValueError, match=r"holds other things: seed 1 instead of 2; choose another folder"):
        claim_folder(manifest, mine | {"seed": 2}, "other things")
    with pytest.raises(ValueError, match=r"extra None instead of 5"):
        claim_folder(manifest, mine | {"extra": 5}, "other things")
    # Keys that are not compared belong to the state of the job.
    manifest.write_text(json.dumps({"seed": 1, "size": [2, 3], "state": 7}))
    assert claim_folder(manifest, mine, "other things", compare=("seed", "size"))["state"] == 7


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "{"])
def test_a_manifest_that_cannot_be_read_is_refused_by_name(tmp_path, text):
    (tmp_path / "manifest.json").write_text(text)
    for compare in (None, ("seed",)):
        with pytest.raises(ValueError, match=r"manifest\.json is damaged; choose another folder, or remove"):
            claim_folder(tmp_path / "manifest.json", {"seed": 1}, "other things", compare=compare)


posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")


def of_another_user(folder):
    """Return a folder that is not this user's: given away where that is allowed, else the system's."""
    if os.geteuid():
        return Path("/usr")  # root's
    folder.mkdir()
    os.chown(folder, 65534, 65534)
    return folder


@posix
def test_a_private_folder_is_this_users_alone(tmp_path):
    made = private_folder(tmp_path / "a" / "b")
    assert made.stat().st_mode & 0o777 == 0o700
    assert private_folder(made) == made
    (tmp_path / "link").symlink_to(made)
    assert private_folder(tmp_path / "link").is_dir()  # the user's own link
    for mode in (0o770, 0o702):
        made.chmod(mode)
        with pytest.raises(PermissionError, match="other users can write to this folder"):
            private_folder(made)


@posix
def test_a_private_folder_is_made_where_new_folders_are_open_to_all(tmp_path):
    before = os.umask(0)
    try:
        made = private_folder(tmp_path / "a" / "b")
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in (made.parent, made)] == [0o700, 0o700]
    assert private_folder(made) == made


@posix
def test_a_folder_or_a_link_of_another_user_is_not_private(tmp_path):
    theirs = of_another_user(tmp_path / "theirs")
    with pytest.raises(PermissionError, match="another user's"):
        private_folder(theirs)
    (tmp_path / "link").symlink_to(theirs)
    with pytest.raises(PermissionError, match="another user's"):
        private_folder(tmp_path / "link")


@posix
def test_nothing_is_written_through_another_users_link(tmp_path, monkeypatch):
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "out.txt").symlink_to(tmp_path / "mine.txt")
    write_atomically(tmp_path / "out.txt", b"new")  # through the user's own link
    assert (tmp_path / "mine.txt").read_bytes() == b"new"
    if os.geteuid():  # whoever is not root cannot give a link away: be another user than its owner
        monkeypatch.setattr(_disk.os, "geteuid", lambda: 65534)
    else:
        os.chown(tmp_path / "out.txt", 65534, 65534, follow_symlinks=False)
    with pytest.raises(PermissionError, match="another user's link"):
        write_atomically(tmp_path / "out.txt", b"evil")
    assert (tmp_path / "mine.txt").read_bytes() == b"new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.txt", "out.txt"]


@posix
def test_a_folder_behind_another_users_link_is_not_written_to(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    assert ensure_folder(tmp_path / "link" / "a").is_dir()  # the user's own link
    if os.geteuid():
        monkeypatch.setattr(_disk.os, "geteuid", lambda: 65534)
    else:
        os.chown(tmp_path / "link", 65534, 65534, follow_symlinks=False)
    for make in (ensure_folder, private_folder):
        for folder in (tmp_path / "link", tmp_path / "link" / "b"):
            with pytest.raises(PermissionError, match="another user's link"):
                make(folder)
    (tmp_path / "own").symlink_to("link")
    for name in ("link/a.txt", "link/../mine/a.txt", "own/a.txt"):
        with pytest.raises(PermissionError, match="another user's link"):
            write_atomically(tmp_path / name, b"a")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["a"]


@posix
def test_links_in_a_circle_are_an_error_of_the_system(tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="cannot make the folder"):
        ensure_folder(tmp_path / "a" / "c")


@posix
def test_a_folder_that_others_can_move_away_is_not_private(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    with pytest.raises(PermissionError, match="another user can move"):
        private_folder(tmp_path / "open" / "a")
    (tmp_path / "open").chmod(0o1777)  # as the system's temporary folder: only the owner can
    assert private_folder(tmp_path / "open" / "a").is_dir()
