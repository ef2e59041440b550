"""A write that fails leaves the old file, and nothing else; one that succeeds replaces it in one step."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from flowlab import _disk, read_flow, write_flow, write_image
from tests.budgets import HANG
from tests.field import by_hand
from tests.field.by_hand import SUFFIXES, put

ROOT = Path(__file__).resolve().parents[2]
FLOW = np.ones((4, 6, 2), np.float32)


@pytest.fixture(params=SUFFIXES)
def old(request, tmp_path) -> Path:
    """A file that stands where the write goes."""
    return put(tmp_path, f"flow{request.param}", by_hand.sample(request.param)[0])


def stands_alone(path: Path, content: bytes) -> bool:
    return path.read_bytes() == content and [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_failed_rename_leaves_the_old_file(old, monkeypatch):
    before = old.read_bytes()

    def fails(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(_disk.os, "replace", fails)
    message = r"cannot write it \(Operation not permitted\); the old file is unchanged"
    with pytest.raises(PermissionError, match=message) as caught:
        write_flow(old, FLOW)
    assert caught.value.filename == str(old)
    assert stands_alone(old, before)


def test_a_disk_that_fills_up_leaves_the_old_file(old, monkeypatch):
    before = old.read_bytes()
    opened = Path.open

    def full(self, mode="r", *args, **kwargs):
        stream = opened(self, mode, *args, **kwargs)
        if mode == "xb":

            class Full:
                def __enter__(self):
                    return self

                def __exit__(self, *_):
                    stream.close()

                def write(self, data):
                    stream.write(bytes(data)[:3])
                    raise OSError(errno.ENOSPC, "No space left on device")

            return Full()
        return stream

    monkeypatch.setattr(_disk.Path, "open", full)
    with pytest.raises(OSError, match="No space left on device"):
        write_flow(old, FLOW)
    monkeypatch.undo()
    assert stands_alone(old, before)


def test_an_interrupt_leaves_the_old_file(old, monkeypatch):
    before = old.read_bytes()

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_disk.os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_flow(old, FLOW)
    assert stands_alone(old, before)


WITH_SMALL_FILES = """
import resource, sys
import numpy as np
import flowlab
flow = np.random.default_rng(0).normal(size=(200, 200, 2)).astype(np.float32)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))  # no file may grow beyond this
for path in sys.argv[1:]:
    try:
        flowlab.write_flow(path, flow)
    except OSError as error:
        print("refused:", error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_real_limit_on_the_size_of_files_leaves_the_old_ones(tmp_path):
    olds = {put(tmp_path, f"flow{suffix}", by_hand.sample(suffix)[0]): by_hand.sample(suffix)[0] for suffix in SUFFIXES}
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", WITH_SMALL_FILES, *map(str, olds)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANG, check=True)
    for line, (path, before) in zip(run.stdout.splitlines(), olds.items(), strict=True):
        assert line.startswith("refused:")
        assert "File too large" in line
        assert str(path) in line
        assert path.read_bytes() == before
    assert set(tmp_path.iterdir()) == set(olds)


def test_the_new_file_takes_the_place_of_the_old_with_its_permissions(old):
    old.chmod(0o640)
    write_flow(old, FLOW)
    np.testing.assert_array_equal(read_flow(old)[0], FLOW)
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert [p.name for p in old.parent.iterdir()] == [old.name]


def test_a_new_file_has_the_permissions_of_any_other(tmp_path):
    (tmp_path / "other").touch()
    write_flow(tmp_path / "flow.flo", FLOW)
    assert (tmp_path / "flow.flo").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_a_link_stays_a_link(tmp_path):
    target = put(tmp_path, "target.flo", b"")
    link = tmp_path / "link.flo"
    link.symlink_to(target)
    write_flow(link, FLOW)
    assert link.is_symlink()
    np.testing.assert_array_equal(read_flow(target)[0], FLOW)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="the folder does not exist; make it first") as caught:
        write_flow(tmp_path / "no" / "flow.flo", FLOW)
    assert caught.value.filename == str(tmp_path / "no")


def test_a_folder_is_not_replaced(tmp_path):
    (tmp_path / "flow.flo").mkdir()
    with pytest.raises(IsADirectoryError, match="this is a folder"):
        write_flow(tmp_path / "flow.flo", FLOW)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no named pipes")
def test_a_pipe_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe.flo")
    with pytest.raises(OSError, match="a device or a pipe"):
        write_flow(tmp_path / "pipe.flo", FLOW)
    assert stat.S_ISFIFO((tmp_path / "pipe.flo").stat().st_mode)


def test_a_write_protected_file_or_folder_says_so(old, monkeypatch):
    before = old.read_bytes()
    # By hand, since the tests may run as root, who may write anywhere.
    monkeypatch.setattr(_disk.os, "access", lambda *_: False)
    with pytest.raises(PermissionError, match="write-protected"):
        write_flow(old, FLOW)
    assert stands_alone(old, before)


def test_pictures_are_written_the_same_way(tmp_path, monkeypatch):
    path = put(tmp_path, "picture.png", b"old")

    def fails(*_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(_disk.os, "replace", fails)
    with pytest.raises(OSError, match="Input/output error"):
        write_image(path, np.zeros((2, 2, 3), np.uint8))
    assert stands_alone(path, b"old")
