"""Runs a piece of work in a child process with a time limit, so that what ends the child leaves this process alive."""

from __future__ import annotations

import ctypes
import faulthandler
import os
import pickle
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Any

WAIT = 120  # seconds by the clock, should the child wait for ever
MEMORY = 2**30  # bytes that it may take besides what it has: an endless loop records its accesses
SAID = {
    "SIGFPE": ("division by zero", "your kernel divides an integer by 0, with / or %: C has no result for that"),
    "SIGSEGV": ("crash", "your kernel uses an address that is no memory at all; look at its pointers and indices"),
}
NO_END = ("no end", "your kernel was stopped after {} seconds; does each of its loops come to an end?")


class Ended(Exception):  # noqa: N818  a child's end, not an error here
    """The child ended before its work did.

    Attributes:
        kind: How, in two words or three.
    """

    def __init__(self, kind: str, said: str) -> None:
        super().__init__(said)
        self.kind = kind


def apart(work: Callable[[], Any], seconds: int) -> Any:
    """Do the work in a child process, and return what it returned; in this process where the system is not Linux.

    Args:
        work: Takes nothing; what it returns can be pickled.
        seconds: Of computing that it may take.

    Raises:
        Ended: If the child did not come to its end.
        Exception: What the work raised.
    """
    if sys.platform != "linux":  # fork, its limits and /proc are Linux's
        return work()
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Python 3.12 warns of forks beside threads; the child needs none of them
        child = os.fork()
    if child == 0:
        os.close(reader)
        _work_and_leave(work, writer, seconds)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            answer = pipe.read()
    except BaseException:  # Ctrl-C
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise
    _, status = os.waitpid(child, 0)
    if not answer:
        name = signal.Signals(os.WTERMSIG(status)).name if os.WIFSIGNALED(status) else ""
        kind, said = SAID.get(name, NO_END)
        raise Ended(kind, said.format(seconds))
    came, value = pickle.loads(answer)
    if came:
        return value
    raise value


def _work_and_leave(work: Callable[[], Any], writer: int, seconds: int) -> None:
    """Be the child: work within the limits, send the result, and end without the parent's clean-up."""
    import resource

    try:
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # a fault is told by how the child ends
        for name in (signal.SIGALRM, signal.SIGVTALRM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)
        signal.alarm(WAIT)
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        with open("/proc/self/statm", encoding="ascii") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, resource.RLIM_INFINITY))
        try:
            answer = pickle.dumps((True, work()))
        except Exception as error:  # noqa: BLE001  it is raised again by the parent
            answer = pickle.dumps((False, error))
        ctypes.CDLL(None).fflush(None)  # what the kernel printed
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)
