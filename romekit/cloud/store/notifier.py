"""Calls watchers in a thread of its own, because what they look at may have to wait for the store.

It can be neither the thread that writes nor the one that hears what others wrote: everybody waits for those two. Nor
may a lock be held meanwhile that a watcher could want.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Condition, Thread, current_thread

Call = Callable[[], object]

log = logging.getLogger(__name__)


class Notifier:
    """Calls what it is given, soon and one after another; once, however often that is asked for until it begins."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._waiting: dict[Call, None] = {}
        self._thread: Thread | None = None
        self._is_closed = False

    def soon(self, call: Call) -> None:
        with self._changed:
            if self._is_closed:
                return
            self._waiting[call] = None
            if self._thread is None:
                self._thread = Thread(target=self._work, daemon=True, name="romekit notifier")
                self._thread.start()
            self._changed.notify()

    def close(self) -> None:
        """Call nobody any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        end_of(self._thread, 10)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closed)
                if self._is_closed:
                    return
                call = next(iter(self._waiting))
                del self._waiting[call]
            logged(call)


def end_of(thread: Thread | None, seconds: float) -> None:
    """Wait for a thread's end, for so many seconds at most; for one's own it would never come."""
    if thread is not None and thread is not current_thread():
        thread.join(timeout=seconds)


def logged(call: Call) -> None:
    """Call it. A failure is logged, and the caller goes on."""
    try:
        call()
    except Exception:
        log.exception("a watcher or listener failed")
