"""Data sets in a DataLoader, in a script on the installed package: all threads, none of the tests' settings."""

import multiprocessing
import os
import textwrap

import pytest

from tests.chapters.paths import ROOT
from tests.datasets.trees import TREES

SAMPLE = ROOT / "data" / "sample"

# OpenCV, NumPy and torch use their threads in the parent first. A forked child has none of those threads.
SCRIPT = """
    import sys
    import cv2, numpy as np, torch
    from torch.utils.data import DataLoader
    import flowlab

    if __name__ == "__main__":
        sample, method, workers = sys.argv[1], sys.argv[2], int(sys.argv[3])
        augmentation = flowlab.datasets.augment.Augmentation(flowlab.datasets.augment.AugmentConfig(size=None))
        for data in (
            flowlab.datasets.FlyingChairs(sample, split="all"),
            flowlab.datasets.FlyingChairs(sample, split="all", transforms=augmentation),
            flowlab.chairs.ChairsStream(seed=0, length=6, size=(48, 64)),
        ):
            cv2.GaussianBlur(np.ones((1200, 1600), np.float32), (0, 0), 3)
            np.ones((800, 800)) @ np.ones((800, 800))
            torch.ones(800, 800) @ torch.ones(800, 800)
            threads = cv2.getNumThreads()
            loader = DataLoader(data, batch_size=2, num_workers=workers, multiprocessing_context=method or None)
            for _ in range(2):
                count = sum(len(img1) for img1, *_ in loader)
                assert count == len(data) == 6, count
            assert cv2.getNumThreads() == threads, "the parent's threads were not given back"
        print("read all")
"""


@pytest.mark.parametrize("method", [None, *multiprocessing.get_all_start_methods()])
def test_a_loader_ends_after_threads_were_used_in_the_parent(installed, tmp_path, method):
    """None: without workers."""
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT), encoding="utf-8")
    done = installed(script, SAMPLE, method or "", 0 if method is None else 2)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "read all"


# The readers of benchmarks, in the processes of a DataLoader and in a pool of the user's own.
BENCHMARKS = """
    import multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor
    import cv2, numpy as np, torch
    from torch.utils.data import ConcatDataset, DataLoader
    import flowlab

    def shapes(job):
        data, index = job
        return tuple(tuple(part.shape) for part in data[index][:3])

    if __name__ == "__main__":
        sintel, kitti, method = sys.argv[1:]
        data = ConcatDataset([flowlab.datasets.Sintel(sintel), flowlab.datasets.KittiFlow(kitti)])
        cv2.GaussianBlur(np.ones((1200, 1600), np.float32), (0, 0), 3)
        np.ones((800, 800)) @ np.ones((800, 800))
        torch.ones(800, 800) @ torch.ones(800, 800)
        loader = DataLoader(data, 2, num_workers=2, multiprocessing_context=method, persistent_workers=True)
        next(iter(loader))  # an iteration that is given up
        assert sum(len(img1) for img1, *_ in loader) == len(data) == 6
        with ProcessPoolExecutor(2, multiprocessing.get_context(method)) as pool:
            print(set(pool.map(shapes, [(data, index) for index in range(len(data))])))
"""


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_readers_of_benchmarks_work_in_processes(installed, tmp_path, method):
    sintel, kitti = (TREES[name].write(tmp_path) for name in ("sintel clean", "kitti 2015"))
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(BENCHMARKS), encoding="utf-8")
    done = installed(script, sintel, kitti, method)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "{((3, 24, 32), (3, 24, 32), (2, 24, 32))}"


# A pool of the user's own, whose processes are forked, computes with torch and OpenCV.
FORKED = """
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    import cv2, numpy as np, torch
    import flowlab

    def moved(i):
        img, flow = torch.rand(1, 3, 480, 640), torch.full((1, 2, 480, 640), float(i))
        blurred = cv2.GaussianBlur(np.full((1200, 1600), i, np.float32), (0, 0), 3)
        return float(flowlab.warp(img, flow).mean()), float(blurred.mean())

    moved(0)
    with ProcessPoolExecutor(2, multiprocessing.get_context("fork")) as pool:
        print([round(blurred) for _, blurred in pool.map(moved, range(4))])
"""

# Threads of Python that fork at the same time: every child has one thread, and the parent keeps its number.
AT_ONCE = """
    import os, threading
    import cv2
    import flowlab.field

    cv2.setNumThreads(4)
    codes = []

    def fork_often():
        for _ in range(60):
            child = os.fork()
            if child == 0:
                os._exit(cv2.getNumThreads())
            codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

    threads = [threading.Thread(target=fork_often) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(set(codes), len(codes), cv2.getNumThreads())
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system with fork")
@pytest.mark.parametrize(
    ("script", "said"), [(FORKED, "[0, 1, 2, 3]"), (AT_ONCE, "{1} 240 4")], ids=["pool", "threads"]
)
def test_a_fork_of_the_users_own_ends(installed, script, said):
    done = installed("-c", textwrap.dedent(script))
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == said
