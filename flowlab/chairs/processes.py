"""Work in several processes: results in order, and no process is left when the parent ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import ModuleType
from typing import Any

import cv2

AHEAD = 8  # jobs of each process that are submitted before their results are read
_MAIN = threading.Lock()  # held while the main module is another one


def run_jobs(function: Callable[..., Any], jobs: Iterable[tuple], workers: int) -> Iterator[Any]:
    """Call a function for each job, here or in other processes, and yield the results in order.

    Processes are started by spawn: a fork would copy the threads of torch and OpenCV in an undefined state. They do
    not import the caller's script, so it needs no ``if __name__ == "__main__":``.

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
        for job in jobs:
            yield function(*job)
        return
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(workers, context, initializer=_begin_worker)
    pending: deque[Future] = deque()
    try:
        for job in jobs:
            pending.append(_submit(executor, function, job))
            if len(pending) >= AHEAD * workers:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BrokenProcessPool as error:
        raise RuntimeError("a worker process ended before its work was done") from error
    finally:
        executor.shutdown(cancel_futures=True)


def _submit(executor: ProcessPoolExecutor, function: Callable[..., Any], job: tuple) -> Future:
    """Submit a job; the process that this may start finds an empty main module and does not import the script."""
    with _MAIN:
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            return executor.submit(function, *job)
        finally:
            sys.modules["__main__"] = main


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
