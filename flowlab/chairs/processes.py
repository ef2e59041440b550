"""Work in several processes: results in order, and no process is left when the parent ends."""

from __future__ import annotations

import multiprocessing
import operator
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import cv2

from flowlab.field.forking import start_method


def run_jobs(jobs: list[Callable[[], Any]], workers: int) -> Iterator[Any]:
    """Do jobs and yield their results in order, in this process with fewer than 2 workers.

    A job is a partial of a function that other processes can import. A RuntimeError says that a
    process ended before its work was done.
    """
    if workers < 2:
        yield from map(operator.call, jobs)
        return
    context = multiprocessing.get_context(start_method())
    try:
        with ProcessPoolExecutor(workers, context, initializer=_begin_worker) as executor:
            yield from executor.map(operator.call, jobs)
    except BrokenProcessPool as error:
        script = "; a script that calls this without `if __name__ == '__main__':` is such a case"
        hint = "" if context.get_start_method() == "fork" else script
        raise RuntimeError(f"a worker process ended before its work was done{hint}") from error


def _begin_worker() -> None:
    """Give OpenCV one thread, leave Ctrl-C to the parent, and watch it."""

    def end_with_parent() -> None:  # the executor's own queue does not notice the parent's end
        multiprocessing.parent_process().join()
        os._exit(1)

    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
