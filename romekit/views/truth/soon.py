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
        self._is_busy = False
        self._once_more = False
        self._closed = False

    def __call__(self) -> None:
        with self._lock:
            if self._timer is not None or self._closed:
                return
            if self._is_busy:
                self._once_more = True
                return
            if (wait := self._free_at - monotonic()) > 0:
                self._wait(wait)
                return
            self._is_busy = True
        self._now()

    def close(self) -> None:
        """Do nothing any more."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()

    def _wait(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._later)
        self._timer.daemon = True
        self._timer.start()

    def _later(self) -> None:
        with self._lock:
            self._timer = None
            if self._closed:
                return
            self._is_busy = True
        self._now()

    def _now(self) -> None:
        begin = monotonic()
        try:
            self._do()
        finally:
            took = monotonic() - begin
            pause = max(LEAST, TIMES * took)
            with self._lock:
                self._is_busy, self._free_at = False, monotonic() + pause
                if self._once_more and not self._closed:
                    self._once_more = False
                    self._wait(pause)
