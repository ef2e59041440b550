"""Threads of OpenCV and of torch in processes that are forked.

A forked child has a copy of its parent's thread pools without their threads, for which a parallel
function in the child, and ``cv2.setNumThreads``, wait without end. So OpenCV's pool is stopped
before each fork, and the parent's restored; the child has one thread in both libraries. A fork while
another thread multiplies matrices with NumPy can hang, also without flowlab: fork first, or spawn.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading

import cv2
import torch
from torch.utils.data import get_worker_info

_fork_lock = threading.RLock()  # held during a fork: several Python threads may fork
_threads = 1  # of OpenCV, before the fork


def _before_fork() -> None:
    global _threads
    _fork_lock.acquire()
    _threads = cv2.getNumThreads()
    cv2.setNumThreads(1)


def _after_fork_in_parent() -> None:
    if _threads != 1:
        cv2.setNumThreads(_threads)
    _fork_lock.release()


def _after_fork_in_child() -> None:
    global _fork_lock
    _fork_lock = threading.RLock()
    torch.set_num_threads(1)


if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
    os.register_at_fork(before=_before_fork, after_in_parent=_after_fork_in_parent, after_in_child=_after_fork_in_child)


def usable_cores() -> int:
    """Return how many processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start_method() -> str | None:
    """Return how flowlab's own loaders start their workers; None for Python's default.

    On Linux by fork, unless the program has chosen another method than Python's default, which is
    forkserver from Python 3.14 on. A forked worker starts at once, shares the parent's memory, and
    needs no ``if __name__ == "__main__"`` in the user's script.
    """
    # tqdm's progress bar already fixes the default as the program's method: both look alike.
    default, method = multiprocessing.get_all_start_methods()[0], multiprocessing.get_start_method(allow_none=True)
    return "fork" if sys.platform == "linux" and method in (None, default) else method


def use_one_thread_in_worker() -> None:
    """In a worker of a ``DataLoader``, give OpenCV one thread, as PyTorch does for its own; elsewhere do nothing.

    A forked worker has one thread already; one that was started by spawn or forkserver has as many as there are cores.
    """
    if get_worker_info() is not None and cv2.getNumThreads() != 1:
        cv2.setNumThreads(1)


class Epochs:
    """The epoch of a data set and the training step, in shared memory: workers see both change."""

    def __init__(self) -> None:
        self._now = torch.tensor([0, -1]).share_memory_()

    @property
    def epoch(self) -> int:
        """The current epoch."""
        return int(self._now[0])

    def set_epoch(self, epoch: int, *, step: int | None = None) -> None:
        """Go to an epoch, and to the training step for an augmentation with a ramp (None: the ramp has ended).

        Raises:
            ValueError: If a number is below 0.
        """
        if epoch < 0 or (step is not None and step < 0):
            raise ValueError(f"epoch and step must be at least 0, got {epoch} and {step}")
        self._now.copy_(torch.tensor([epoch, -1 if step is None else step]))
