"""Work in several processes: results in order, and no process is left when the parent ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import starmap
from typing import Any

import cv2

from flowlab.field.forking import start_method


def run_jobs(function: Callable[..., Any], jobs: list[tuple], workers: int) -> Iterator[Any]:
    """Call a function for each job, here or in other processes, and yield the results in order.

    On Linux processes are forked, unless the program has chosen another start method.

    Args:
        function: A function of a module, so that other processes can import it.
        jobs: Its arguments.
        workers: Processes; with fewer than 2 the work is done here.

    Raises:
        RuntimeError: If a process ends before its work is done.

    Example:
        >>> list(run_jobs(divmod, [(7, 2), (9, 4)], workers=0))
        [(3, 1), (2, 1)]
    """
    if workers < 2:
        yield from starmap(function, jobs)
        return
    context = multiprocessing.get_context(start_method())
    try:
        with ProcessPoolExecutor(workers, context, initializer=_begin_worker) as executor:
            yield from executor.map(function, *zip(*jobs, strict=True))
    except BrokenProcessPool as error:
        script = "; a script that calls this without `if __name__ == '__main__':` is such a case"
        raise RuntimeError(
            "a worker process ended before its work was done" + (script if context.get_start_method() != "fork" else "")
        ) from error


def _begin_worker() -> None:
    """Give OpenCV one thread, leave Ctrl-C to the parent, and watch it."""
    cv2.setNumThreads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """End this process when the parent has ended: the executor's own queue does not notice that."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
