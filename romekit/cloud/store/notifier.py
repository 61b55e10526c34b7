"""Calls watchers in a thread of its own, because what they look at may have to wait for the store.

It can be neither the thread that writes nor the one that hears what others wrote: everybody waits for those two. Nor
may a lock be held meanwhile that a watcher could want.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Thread, current_thread, get_ident

Call = Callable[[], object]

log = logging.getLogger(__name__)


class Notifier:
    """Calls what it is given, soon and one after another; once, however often that is asked for until it begins."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: set[Call] = set()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="romekit notifier")  # its thread begins with a call
        self._running_in = 0
        self._is_idle = Event()
        self._is_idle.set()
        self._is_closed = False

    def soon(self, call: Call) -> None:
        with self._lock:
            if not self._is_closed and call not in self._waiting:
                self._waiting.add(call)
                self._pool.submit(self._run, call)

    def close(self) -> None:
        """Call nobody any more. A call that runs is waited for, unless it is the one that closes."""
        with self._lock:
            self._is_closed = True
        self._pool.shutdown(wait=False, cancel_futures=True)
        if get_ident() != self._running_in:
            self._is_idle.wait(10)

    def _run(self, call: Call) -> None:
        with self._lock:
            self._waiting.discard(call)
            self._is_idle.clear()
        self._running_in = get_ident()
        logged(call)
        self._is_idle.set()


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
