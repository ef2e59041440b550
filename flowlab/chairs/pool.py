"""Pairs kept in memory; those that will be needed next are made behind the back of the training."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

Made = TypeVar("Made")  # a pair, in whatever form
LOG = logging.getLogger(__name__)
_LEFT: list = []  # what belongs to the process that this one was forked from


class Pool(Generic[Made]):
    """Pairs by number; threads see to those that will be needed, and end when there are none left to make.

    Args:
        make: Makes a pair here.
        makers: Each makes pairs somewhere else, for a thread of its own; without any, one thread makes them here.

    Example:
        >>> pool = Pool(lambda number: f"pair {number}")
        >>> pool.prepare([4, 5])
        >>> pool.get(5)
        'pair 5'
    """

    def __init__(self, make: Callable[[int], Made], makers: tuple[Callable[[int], Made], ...] = ()):
        self._make, self._makers = make, makers
        self._start({})

    def _start(self, kept: dict[int, Made]) -> None:
        self._kept = kept
        self._to_do: deque[int] = deque()
        self._doing: set[int] = set()
        self._idle = list(self._makers or (self._make,))
        self._changed = threading.Condition()
        self._process = os.getpid()

    def get(self, index: int) -> Made:
        """Give a pair: from memory, from the thread that waits for it, or made here."""
        if os.getpid() != self._process:  # after a fork: the pairs are here, threads and makers are not
            _LEFT.append(self._makers)  # kept, so that nothing is ended or closed
            self._makers = ()
            self._start(self._kept)
        with self._changed:
            while index in self._doing:
                self._changed.wait()
            if index in self._kept:
                return self._kept[index]
            if index in self._to_do:
                self._to_do.remove(index)  # quicker here than at the end of the queue
        pair = self._make(index)
        with self._changed:
            self._kept[index] = pair
        return pair

    def prepare(self, needed: list[int]) -> None:
        """Forget all pairs but these, and have those that are missing made, in this order."""
        with self._changed:
            self._kept = {n: self._kept[n] for n in needed if n in self._kept}
            self._to_do = deque(n for n in needed if n not in self._kept and n not in self._doing)
            for _ in range(min(len(self._idle), len(self._to_do))):
                # A daemon: the program may end while there is work left.
                threading.Thread(target=self._work, args=(self._idle.pop(),), name="chairs", daemon=True).start()

    def _work(self, maker: Callable[[int], Made]) -> None:
        while True:
            with self._changed:
                if not self._to_do:
                    self._idle.append(maker)
                    return
                index = self._to_do.popleft()
                self._doing.add(index)
            pair = None
            try:
                pair = maker(index)
            except InterruptedError:
                return  # the program ends, or nobody needs the stream any more
            except OSError as error:
                LOG.warning("pairs are now made by the training itself, which has to wait for them: %s", error)
                return
            except Exception as error:  # noqa: BLE001  ``get`` makes the pair itself, and meets the error where it can be seen
                LOG.debug("pair %d: %s", index, error)
            finally:
                with self._changed:
                    if pair is not None:
                        self._kept[index] = pair
                    self._doing.discard(index)
                    self._changed.notify_all()
