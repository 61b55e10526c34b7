"""A query that gets no answer is cut off: a database can stand still without closing anything.

PostgreSQL's own time limits are kept by PostgreSQL, and those of TCP by a kernel that goes on acknowledging. So one
thread watches the connections that wait for an answer, and shuts the socket of one that has waited too long; whoever
waits is told that the connection was lost. What was asked may still be done, as with any connection that is lost.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Condition, Thread
from time import monotonic
from typing import Final, Protocol

#: Seconds a query may take. What is asked here takes milliseconds.
LONGEST: Final = 5.0
#: Seconds between looks, while there is anything to look at.
LOOK: Final = 0.5


class Connection(Protocol):
    """What is watched: it has a socket."""

    def fileno(self) -> int:
        """The socket's number."""
        ...


class Limit:
    """Watches queries. The thread begins with the first of them, and ends with `close`."""

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._changed = Condition()
        self._waiting: dict[int, float] = {}
        self._thread: Thread | None = None
        self._is_closed = False

    @contextmanager
    def on(self, connection: Connection) -> Iterator[None]:
        """Cut the connection off if the block takes too long."""
        number = connection.fileno()
        with self._changed:
            self._waiting[number] = monotonic() + self._longest
            if self._thread is None:
                self._thread = Thread(target=self._watch, daemon=True, name="romekit limit")
                self._thread.start()
            elif len(self._waiting) == 1:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._waiting.pop(number, None)

    def close(self) -> None:
        """Watch nothing any more."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()

    def _watch(self) -> None:
        with self._changed:
            while not self._is_closed:
                self._changed.wait(LOOK if self._waiting else None)
                now = monotonic()
                for number in [number for number, until in self._waiting.items() if until < now]:
                    del self._waiting[number]
                    _cut(number)


def _cut(number: int) -> None:
    """Shut a socket that somebody else reads from; its number stays theirs to close."""
    with suppress(OSError), socket.socket(fileno=os.dup(number)) as same:
        same.shutdown(socket.SHUT_RDWR)
