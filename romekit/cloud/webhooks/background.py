"""Errands on the wall clock: a thread that sleeps until something is to be done, and ends when nothing is left.

It begins with the first thing there is to do and is gone with the last, so nobody who has no errands pays for it and
nobody has to remember to stop it. `close` ends it at once.
"""

from __future__ import annotations

from threading import Event, Lock, Thread, current_thread
from typing import Final

from romekit.core.clock import Clock, Errand

#: Seconds until a clock that somebody has stopped is looked at again.
STANDS_STILL: Final = 0.25


class InBackground:
    """Runs one errand whenever its time has come."""

    def __init__(self, errand: Errand, clock: Clock) -> None:
        self._errand = errand
        self._clock = clock
        self._changed = Event()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closed = False

    def wake(self) -> None:
        """Look again: something may have become due, or may be due earlier."""
        with self._lock:
            self._changed.set()
            if self._thread is None and not self._closed:
                self._thread = Thread(target=self._work, daemon=True, name="romekit errands")
                self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether its thread is there."""
        return self._thread is not None

    def close(self) -> None:
        """End for good, after what is being done right now."""
        with self._lock:
            self._closed = True
            self._changed.set()
            thread = self._thread
        if thread is not None:
            thread.join(timeout=10)

    def _work(self) -> None:
        try:
            while not self._closed:
                self._changed.clear()
                at = self._errand.next_at()
                if at is None:
                    if self._may_end():
                        return
                elif (pause := at - self._clock.now()) > 0:
                    before = self._clock.now()
                    if not self._changed.wait(pause) and self._clock.now() == before:
                        self._changed.wait(STANDS_STILL)
                else:
                    self._errand.run()
        finally:
            with self._lock:
                if self._thread is current_thread():
                    self._thread = None

    def _may_end(self) -> bool:
        """Whether nothing has come up since it was looked; whoever wakes from now on starts a new thread."""
        with self._lock:
            if not self._changed.is_set():
                self._thread = None
            return self._thread is None
