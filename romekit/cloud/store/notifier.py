"""Telling those who watch, in a thread of its own: what they look at may have to wait for the store.

So it can be neither the thread that writes nor the one that hears what others wrote: everybody waits for those two. Nor
may a lock be held meanwhile that a watcher could want. Whoever is to be told several times is told once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread, current_thread

Done = Callable[[], object]

log = logging.getLogger(__name__)


class Notifier:
    """Calls what it is given, soon and one after another."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: dict[Done, None] = {}
        self._thread: Thread | None = None
        self._is_closed = False

    def soon(self, told: Done) -> None:
        """Call it soon; once, however often that is asked for until it begins."""
        with self._changed:
            if self._is_closed:
                return
            self._waiting[told] = None
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="romekit tells")
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Tell nobody any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        end_of(self._thread, 10)

    def _work(self) -> None:
        while (told := self._next()) is not None:
            done_or_logged(told)

    def _next(self) -> Done | None:
        with self._changed:
            while not (self._waiting or self._is_closed):
                self._changed.wait()
            if self._is_closed:
                return None
            told = next(iter(self._waiting))
            del self._waiting[told]
            return told


def end_of(thread: Thread | None, seconds: float) -> None:
    """Wait for a thread's end, for so many seconds at most; for one's own it would never come."""
    if thread is not None and thread is not current_thread():
        thread.join(timeout=seconds)


def done_or_logged(what: Done) -> None:
    """Do something for others. If it fails that is written down, and whoever does it goes on."""
    try:
        what()
    except Exception:
        log.exception("what was to be done for others failed")
