"""Data sets on disk: the layout, the bytes, and what is left after a kill or on a full disk."""

import errno
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from flowlab.chairs import VERSION, ChairsConfig, dataset, make_pair, write_dataset
from flowlab.chairs.dataset import MANIFEST, SPLIT
from tests.budgets import HANG

FEW = ChairsConfig(bank=5)  # the chairs themselves are tested elsewhere

SIZE = (24, 32)
QUIET = {"config": FEW, "progress": False}


def contents(root):
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def reference(tmp_path_factory):
    return write_dataset(tmp_path_factory.mktemp("chairs"), 40, 5, SIZE, **QUIET)


def test_files_hold_the_pairs_for_any_reader(reference):
    data = reference / "data"
    assert len(list(data.iterdir())) == 3 * 40
    for index in (0, 17, 39):
        pair = make_pair(5, index, SIZE, FEW)
        for n, image in ((1, pair.img1), (2, pair.img2)):
            read = cv2.imread(str(data / f"{index + 1:05d}_img{n}.ppm"), cv2.IMREAD_COLOR)
            np.testing.assert_array_equal(read[..., ::-1], image)
        raw = (data / f"{index + 1:05d}_flow.flo").read_bytes()
        assert np.frombuffer(raw[:4], "<f4") == np.float32(202021.25)
        assert np.frombuffer(raw[4:12], "<i4").tolist() == [32, 24]
        np.testing.assert_array_equal(np.frombuffer(raw[12:], "<f4").reshape(24, 32, 2), pair.flow)


def test_the_split_file_marks_every_pair_and_both_parts_have_some(reference):
    marks = (reference / SPLIT).read_text().splitlines()
    assert len(marks) == 40
    assert marks.count("2") == 2
    assert set(marks) == {"1", "2"}


def test_the_manifest_says_what_the_folder_was_made_from(reference):
    said = json.loads((reference / MANIFEST).read_text())
    assert (said["seed"], said["size"], said["version"]) == (5, [24, 32], VERSION)
    assert said["config"]["motion"]["chair_translation"]["reach"] == 120


def test_two_workers_write_the_same_bytes(reference, tmp_path):
    assert contents(write_dataset(tmp_path, 40, 5, SIZE, 2, **QUIET)) == contents(reference)


def test_more_pairs_can_be_added(reference, tmp_path):
    write_dataset(tmp_path, 7, 5, SIZE, **QUIET)
    assert len((tmp_path / SPLIT).read_text().splitlines()) == 7
    assert contents(write_dataset(tmp_path, 40, 5, SIZE, **QUIET)) == contents(reference)


def test_a_finished_data_set_is_left_as_it_is(reference):
    before = {p: p.stat().st_mtime_ns for p in (reference / "data").iterdir()}
    write_dataset(reference, 40, 5, SIZE, **QUIET)
    assert {p: p.stat().st_mtime_ns for p in (reference / "data").iterdir()} == before


BOXES = ChairsConfig(bank=20, shapes=("box",))  # quick to draw anew after each kill
KILLED = """
    import os, random, signal, sys, time
    from pathlib import Path
    from flowlab.chairs import ChairsConfig, make_pair, write_dataset

    root, chance = Path(sys.argv[1]), random.Random(0)
    for index in range(12):  # the tiles of noise, once for all
        make_pair(5, index, (24, 32), ChairsConfig(chairs=(0, 0)))
    for kill in range(10):
        before = len(list(root.glob("data/*_flow.flo")))
        child = os.fork()
        if child == 0:
            write_dataset(root, 300, 5, (24, 32), config=ChairsConfig(bank=20, shapes=("box",)), progress=False)
            os._exit(0)
        more = before + chance.randint(0, 8)
        while len(list(root.glob("data/*_flow.flo"))) < more:
            pass
        time.sleep(chance.uniform(0.0, 0.005))
        os.kill(child, signal.SIGKILL)
        assert os.WIFSIGNALED(os.waitpid(child, 0)[1]), "it was too quick for the kill"
        print(len(list(root.glob("data/*_flow.flo"))))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
def test_killed_at_ten_random_moments_it_resumes_to_the_same_bytes(tmp_path):
    killed = tmp_path / "killed"
    done = run(KILLED, killed)
    assert done.returncode == 0, done.stderr
    written = [int(row) for row in done.stdout.splitlines()]
    assert len(written) == 10
    assert written == sorted(written)  # nothing whole was ever lost
    assert 0 < written[-1] < 300  # enough for a watcher that a busy machine keeps waiting
    for flow in (killed / "data").glob("*_flow.flo"):  # a pair with a flow is whole
        assert flow.stat().st_size == 12 + 8 * 24 * 32
        for n in (1, 2):
            image = flow.with_name(flow.name.replace("flow.flo", f"img{n}.ppm"))
            assert cv2.imread(str(image)).shape == (24, 32, 3)
    whole = write_dataset(tmp_path / "whole", 300, 5, SIZE, config=BOXES, progress=False)
    assert contents(write_dataset(killed, 300, 5, SIZE, config=BOXES, progress=False)) == contents(whole)


def run(code, folder):
    """Run a program of its own, with the folder as its argument."""
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code), str(folder)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers in /proc")
def test_workers_end_when_their_parent_is_killed(reference, tmp_path):
    code = f"""
        from flowlab.chairs import ChairsConfig, write_dataset
        if __name__ == "__main__":
            write_dataset({str(tmp_path / "out")!r}, 400, 5, (24, 32), 2, config=ChairsConfig(bank=5), progress=False)
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code))
    parent = subprocess.Popen(
        [sys.executable, str(script)], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    deadline = time.monotonic() + HANG
    while len(list((tmp_path / "out").glob("data/*_flow.flo"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
    assert len(children) >= 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    while any(alive(pid) for pid in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    first = {
        name: data for name, data in contents(tmp_path / "out").items() if name[:6] == "data/0" and int(name[5:10]) < 3
    }
    assert first == {name: contents(reference)[name] for name in first}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds the workers in /proc")
def test_when_a_worker_is_killed_the_error_says_so(tmp_path):
    code = """
        import os, signal, sys, threading, time
        from pathlib import Path
        from flowlab.chairs import ChairsConfig, write_dataset

        def kill_one():  # the youngest child is a worker
            while len(list(Path(sys.argv[1]).glob("data/*_flow.flo"))) < 3:
                time.sleep(0.01)
            children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
            os.kill(int(children[-1]), signal.SIGKILL)

        threading.Thread(target=kill_one, daemon=True).start()  # beside it: no guard around the script
        write_dataset(sys.argv[1], 400, 5, (24, 32), 2, config=ChairsConfig(bank=5), progress=False)
    """
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code))
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert done.returncode == 1
    assert "RuntimeError: a worker process ended before its work was done" in done.stderr


def test_under_spawn_a_script_without_the_guard_is_told_to_have_it(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "import multiprocessing, sys; multiprocessing.set_start_method('spawn', force=True)\n"
        "from flowlab.chairs import ChairsConfig, write_dataset\n"
        "write_dataset(sys.argv[1], 4, 5, (24, 32), 2, config=ChairsConfig(bank=5), progress=False)\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "out")],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=HANG,
        check=False,
    )
    assert done.returncode == 1
    assert "ended before its work was done; a script that calls this without `if __name__" in done.stderr


FULL = """
    import resource, sys
    from flowlab.chairs import ChairsConfig, write_dataset

    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))  # an image fits, a flow does not
    try:
        write_dataset(sys.argv[1], 5, 5, (24, 32), config=ChairsConfig(bank=20, shapes=("box",)), progress=False)
    except OSError as error:
        sys.exit(f"OSError {error.errno}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits on the size of files")
def test_a_full_disk_leaves_no_half_pair(tmp_path):
    done = run(FULL, tmp_path)
    assert done.returncode == 1
    assert "OSError" in done.stderr
    assert list((tmp_path / "data").iterdir()) == []
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


@pytest.mark.parametrize("last", range(6))
def test_wherever_the_disk_gets_full_whole_pairs_are_left_and_it_goes_on_when_there_is_room(
    reference, tmp_path, monkeypatch, last
):
    """The disk takes some bytes of a file and then no more: of the 7th file, the 8th, and so on."""
    written = {"files": 0}
    images, flows = dataset.write_image, dataset.write_flow

    def image(path, content):
        fill(lambda: Path(path).write_bytes(b"P6\n64"))
        return images(path, content)

    def flow(path, content):
        fill(lambda: Path(path).write_bytes(b"PIEH"))
        return flows(path, content)

    def fill(a_part):
        written["files"] += 1
        if written["files"] > 6 + last:
            a_part()
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(dataset, "write_image", image)
        full.setattr(dataset, "write_flow", flow)
        with pytest.raises(OSError, match="No space left"):
            write_dataset(tmp_path, 40, 5, SIZE, **QUIET)
    names = [f"{n:05d}_{part}" for n in range(1, 3 + last // 3) for part in ("flow.flo", "img1.ppm", "img2.ppm")]
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == names
    assert not list(tmp_path.glob(".*"))
    assert contents(write_dataset(tmp_path, 40, 5, SIZE, **QUIET)) == contents(reference)


def test_another_data_set_in_the_folder_is_refused(reference):
    before = contents(reference)
    for wrong, message in (
        ({"seed": 6}, "seed 5 instead of 6"),
        ({"size": (32, 32)}, r"size \[24, 32\] instead of \[32, 32\]"),
        ({"config": replace(FEW, bank=6)}, "holds another data set: config"),
        ({"count": 30}, "more than count = 30"),
    ):
        asked = {"count": 40, "seed": 5, "size": SIZE, **QUIET, **wrong}
        with pytest.raises(ValueError, match=message):
            write_dataset(reference, **asked)
    assert contents(reference) == before


def test_another_version_is_refused(reference, tmp_path):
    said = json.loads((reference / MANIFEST).read_text())
    (tmp_path / MANIFEST).write_text(json.dumps({**said, "version": VERSION + 1}))
    with pytest.raises(ValueError, match=f"version {VERSION + 1} instead of {VERSION}"):
        write_dataset(tmp_path, 40, 5, SIZE, **QUIET)


def test_a_folder_with_fields_that_were_removed_is_gone_on_with_unless_it_used_them(reference, tmp_path):
    said = json.loads((reference / MANIFEST).read_text())
    assert (said["config"]["shadows"], said["config"]["camera"]) == (0.0, None)  # as older versions wrote it
    said["config"]["motion"]["chair_stretch"] = {"exponent": 2, "reach": 0.25}
    (tmp_path / MANIFEST).write_text(json.dumps({**said, "config": {**said["config"], "shutter": 0.25}}))
    with pytest.raises(ValueError, match=r"chairs.shutter = 0.25, chairs.motion.chair_stretch = .* commit 29d86e7"):
        write_dataset(tmp_path, 40, 5, SIZE, **QUIET)


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match=r"holds something else \(thesis.tex\)"):
        write_dataset(tmp_path, 1, 5, SIZE, **QUIET)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


def test_the_real_data_set_is_not_written_over(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "00001_flow.flo").write_bytes(b"PIEH")
    with pytest.raises(ValueError, match="holds something else"):
        write_dataset(tmp_path, 1, 5, SIZE, **QUIET)
    assert (tmp_path / "data" / "00001_flow.flo").read_bytes() == b"PIEH"


@pytest.mark.parametrize(
    ("count", "workers", "message"), [(0, 1, "count must be"), (100_000, 1, "count"), (1, 0, "workers")]
)
def test_impossible_numbers_are_refused(tmp_path, count, workers, message):
    with pytest.raises(ValueError, match=message):
        write_dataset(tmp_path / "new", count, 0, SIZE, workers, **QUIET)
    assert not (tmp_path / "new").exists()


def test_an_error_in_a_worker_is_the_callers_error(tmp_path):
    nowhere = replace(FEW, photographs=str(tmp_path))
    (tmp_path / "a.png").write_bytes(b"not a picture")
    with pytest.raises(ValueError, match="not an image that OpenCV can read"):
        write_dataset(tmp_path / "out", 4, 5, SIZE, 2, config=nowhere, progress=False)


def test_the_bar_counts_pairs(reference, capsys):
    write_dataset(reference, 40, 5, SIZE, config=FEW)
    assert "40/40" in capsys.readouterr().err
