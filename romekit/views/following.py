"""A command that is followed while the page stays usable: beside the kernel's work, and for as long as somebody likes.

ipykernel 7.4 runs what a click does in the thread that runs the cells, and nothing else until it has returned, so that
a form which followed there could never hear a click on Stop. It follows in a thread of its own; where there are no
threads (a kernel in a browser) it follows on the spot. Stopping means that nobody waits any more: the command goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any


class Stopped(Exception):
    """Nobody waits any more."""


class FollowDisplay:
    """One stretch of following a command. `seen` is called with each answer, `tick` then and once a second."""

    def __init__(self, seen: Callable[[str], None], tick: Callable[[], None]) -> None:
        self._seen, self._tick = seen, tick
        self._began = monotonic()
        self._stopped, self._done = Event(), Event()
        self._end = Lock()
        self.asked = 0

    @property
    def seconds(self) -> int:
        """Whole seconds since it began."""
        return int(monotonic() - self._began)

    @property
    def is_over(self) -> bool:
        """Whether nobody follows any more, one way or another."""
        return self._done.is_set()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def ends(self) -> bool:
        """Whether it ends here: True for the first who asks, be it who stops it or who has come to its end."""
        return self._end.acquire(blocking=False)

    def stop(self) -> bool:
        """Wait no longer; False when it had ended. The thread behind it notices with the next answer, and is silent."""
        if not self.ends():
            return False
        self._stopped.set()
        self._done.set()
        return True

    def follow(self, command: Any) -> None:
        """Follow until the status is final; Stopped when somebody has stopped it."""
        try:
            command.follow(progress=self._answer)
        finally:
            self._done.set()
        self.look()

    def tick_beside(self) -> None:
        """Tick once a second, in a thread of its own, until it is done."""
        aside(self._tick_on)

    def _tick_on(self) -> None:
        while not self._done.wait(1.0):
            self._tick()

    def _answer(self, command: Any) -> None:
        self.look()
        self.asked += 1
        self._seen(command.status)
        self._tick()

    def look(self) -> None:
        """Stopped, if somebody has stopped it."""
        if self.is_stopped:
            raise Stopped


def aside(work: Callable[[], None], *, otherwise: Callable[[], None] = lambda: None) -> Thread | None:
    """Do it in a thread of its own, which no kernel waits for; where there are no threads do `otherwise` here."""
    thread = Thread(target=work, name="romekit form", daemon=True)
    try:
        thread.start()
    except RuntimeError:
        otherwise()
        return None
    return thread
