"""A video of 150 frames through predict: in constant memory, killed and resumed."""

import os
import signal
import subprocess
import time

import psutil
import pytest

from flowlab.video import frames
from tests.budgets import HANG
from tests.cli.commands import line
from tests.video.clips import clip, picture

COUNT, SIZE = 150, (360, 640)  # 100 frames that are kept would add a quarter to the memory


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    clip(path, COUNT, size=SIZE, codec="libx264", scene=picture(700, 1000))
    return path


def command(video, out):
    kinds = ("--as", "color", "--as", "mask", "--as", "video")
    return line("predict", video, "--out", out, "--method", "dis-ultrafast", *kinds, "--no-progress")


def pictures(out):
    return {path.name: path.read_bytes() for path in sorted(out.glob("*.png"))}


def follow(process, out, until):
    """Wait until so many pictures are there or the process has ended; return the most memory seen.

    Without the pages of files that it maps: at the end of the process, PyTorch built for CUDA reads its libraries.
    """
    most, watched = 0, psutil.Process(process.pid)
    while process.poll() is None:
        try:
            memory = watched.memory_info()
            most = max(most, memory.rss - getattr(memory, "shared", 0))
        except psutil.NoSuchProcess:
            break
        if out.exists() and len(list(out.glob("*.mask.png"))) >= until:
            break
        time.sleep(0.02)
    return most


def test_memory_is_constant_and_a_killed_run_goes_on_to_the_same_end(video, tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(command(video, whole), **quiet)
    early = follow(process, whole, until=50)
    late = follow(process, whole, until=COUNT)
    said, _ = process.communicate(timeout=HANG)
    assert process.returncode == 0, said
    assert early > 50e6
    assert late <= 1.1 * early, f"{early / 1e6:.0f} MB up to frame 50, {late / 1e6:.0f} MB after it"

    process = subprocess.Popen(command(video, killed), **quiet)
    follow(process, killed, until=60)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert 60 <= len(list(killed.glob("*.mask.png"))) < COUNT - 1
    assert not (killed / "flow.mp4").exists()
    done = subprocess.run(command(video, killed), check=False, timeout=HANG, **quiet)
    assert done.returncode == 0, done.stdout
    assert f"{COUNT} frames: " in done.stdout
    assert "were there already" in done.stdout
    assert pictures(killed) == pictures(whole)
    assert sorted(path.name for path in killed.iterdir()) == sorted(path.name for path in whole.iterdir())
    seen = [frame.image is not None for frame in frames(killed / "flow.mp4")]
    assert seen == [True] * (COUNT - 1)
