"""Ctrl-C and SIGTERM end a training after the step that is running, with a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Stop:
    """Whether someone asked to stop."""

    asked = False


@contextmanager
def stop_when_asked() -> Iterator[Stop]:
    """Catch SIGINT and SIGTERM: the first asks to stop, a second SIGINT interrupts at once.

    In a thread other than the main one signals do not arrive, and nothing is caught.
    """
    stop = Stop()

    def ask(number: int, frame: object) -> None:
        if stop.asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        stop.asked = True

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
