"""Data sets in a DataLoader, in a script on the installed package: all threads, none of the tests' settings."""

import multiprocessing
import textwrap

import pytest

from tests.chapters.paths import ROOT

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
