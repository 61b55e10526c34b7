"""Errands on the wall clock: a thread that sleeps until something is to be done, and ends when nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread, current_thread
from typing import Final

from romekit.core.clock import Clock

#: Seconds until a clock that stands still (in a class whose time is stopped) is looked at again.
STANDS_STILL: Final = 0.25


class ErrandThread:
    """Runs an errand whenever its time has come. The thread exists only while something is planned."""

    def __init__(self, next_at: Callable[[], float | None], run: Callable[[], None], clock: Clock) -> None:
        self._next_at, self._run, self._clock = next_at, run, clock
        self._changed, self._lock = Event(), Lock()
        self.thread: Thread | None = None
        self._closed = False

    def wake(self) -> None:
        """Look again: something may have become due, or may be due earlier."""
        with self._lock:
            self._changed.set()
            if self.thread is None and not self._closed:
                self.thread = Thread(target=self._work, daemon=True, name="romekit errands")
                self.thread.start()

    def close(self) -> None:
        """End for good, after what is being done right now."""
        with self._lock:
            self._closed = True
            self._changed.set()
            thread = self.thread
        if thread is not None:
            thread.join(timeout=10)

    def _work(self) -> None:
        try:
            while not self._closed:
                self._changed.clear()
                now, at = self._clock.now(), self._next_at()
                if at is None:
                    with self._lock:  # the next `wake` starts a new thread
                        if not self._changed.is_set():
                            self.thread = None
                            return
                elif at <= now:
                    self._run()
                elif not self._changed.wait(at - now) and self._clock.now() == now:
                    self._changed.wait(STANDS_STILL)
        finally:
            with self._lock:
                if self.thread is current_thread():
                    self.thread = None
