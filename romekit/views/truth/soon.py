"""Doing something soon after each of many calls: at once when it is rare, now and then when it is often.

A lab at pace 0 lives through a thousand changes in a second, and nobody can look at a thousand pictures. The last
change is never lost: a timer looks once more after the others have stopped.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, Timer
from time import monotonic
from typing import Final

#: Real seconds between two pictures, and how many times as long as making one takes.
LEAST: Final = 0.1
TIMES: Final = 5.0


class Soon:
    """Calls `do` soon after it is called itself, never twice at the same time."""

    def __init__(self, do: Callable[[], object]) -> None:
        self._do = do
        self._lock = Lock()
        self._timer: Timer | None = None
        self._free_at = 0.0
        self._closed = False

    def __call__(self) -> None:
        with self._lock:
            if self._timer is not None or self._closed:
                return
            wait = self._free_at - monotonic()
            if wait > 0:
                self._timer = Timer(wait, self._later)
                self._timer.daemon = True
                self._timer.start()
                return
            self._free_at = monotonic() + LEAST
        self._now()

    def close(self) -> None:
        """Do nothing any more."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _later(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed:
                return
        self._now()

    def _now(self) -> None:
        begin = monotonic()
        self._do()
        took = monotonic() - begin
        with self._lock:
            self._free_at = monotonic() + max(LEAST, TIMES * took)
