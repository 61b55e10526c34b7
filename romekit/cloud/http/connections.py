"""Who is connected, and who has to leave again: connections that ask nothing must not take the server from the others.

Each costs one of the files a process may have open, and asyncio cannot take anybody in when there are none left. So
whoever has not sent a whole request after some seconds is hung up on, and where there is no room for somebody new, the
one who has kept the server waiting longest makes it. Nobody whose request is being answered is ever hung up on.

One look at all of them every few seconds does it; a timer for each request would cost more than the request's parsing.
"""

from __future__ import annotations

import errno
import socket
from asyncio import AbstractEventLoop, TimerHandle, get_running_loop
from contextlib import suppress
from math import inf
from typing import Any, Final, Protocol

#: Seconds within which a head has to be whole, or the next piece of a body has to come.
PATIENCE: Final = 20.0
#: The most connections, however many files may be open.
MOST: Final = 10_000
#: Files for all else: the store, the notebook's kernel, updates that are posted.
MARGIN: Final = 100
#: How many may be open above the limit for the moment it takes to close others.
SPARE: Final = 20


class Line(Protocol):
    """Whoever speaks HTTP on a connection."""

    @property
    def waiting_since(self) -> float:
        """Since when the client owes us something, on the loop's clock; infinity while we owe it an answer."""

    def hang_up(self) -> None:
        """Close the connection when what was written is out."""


class Connections:
    """All that are open. `most` is how many there may be, `patience` how many seconds a client may keep us waiting."""

    def __init__(self, patience: float = PATIENCE, most: int | None = None) -> None:
        self.patience = patience
        self.most = most_open() if most is None else most
        self._sockets: dict[int, Accepted] = {}
        self._lines: set[Line] = set()
        self._idle: list[tuple[float, Accepted]] = []
        self._timer: TimerHandle | None = None

    def start(self) -> None:
        """Begin to look after them, in this loop."""
        self._look(get_running_loop())

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def opened(self, line: Line, file: int) -> None:
        """HTTP is spoken on a connection from now on; with TLS that is some time after it was accepted."""
        self._lines.add(line)
        if (accepted := self._sockets.get(file)) is not None:
            accepted.line = line

    def closed(self, line: Line) -> None:
        """It is spoken no more."""
        self._lines.discard(line)

    @property
    def is_crowded(self) -> bool:
        """Whether those who were told to leave have to be gone before the next can be taken in."""
        return len(self._sockets) >= self.most + SPARE

    def take_in(self, accepted: Accepted) -> bool:
        """Whether somebody new can stay. If there is no room for them, somebody else leaves."""
        accepted.opened = get_running_loop().time()
        accepted.home = self._sockets
        self._sockets[accepted.fileno()] = accepted
        return len(self._sockets) <= self.most or self.make_room()

    def make_room(self) -> bool:
        """Drop whoever has kept us waiting longest; False if nobody does."""
        if not self._idle:
            waiting = [(each.waiting_since, each) for each in self._sockets.values() if not each.is_leaving]
            self._idle = sorted((one for one in waiting if one[0] < inf), key=lambda one: one[0], reverse=True)
        while self._idle:
            since, accepted = self._idle.pop()
            if not accepted.is_leaving and accepted.fileno() >= 0 and accepted.waiting_since == since:
                accepted.drop()
                return True
        return False

    def _look(self, loop: AbstractEventLoop) -> None:
        """Hang up on who has kept us waiting for too long, and look again soon."""
        late = loop.time() - self.patience
        for line in [each for each in self._lines if each.waiting_since < late]:
            line.hang_up()
        for each in list(self._sockets.values()):
            if each.line is None and each.opened < late:
                each.drop()
        self._timer = loop.call_later(self.patience / 8, self._look, loop)


class Accepted(socket.socket):
    """One connection. asyncio finds its end when it is dropped, even in the middle of TLS's first words."""

    opened: float = 0.0
    line: Line | None = None
    home: dict[int, Accepted] | None = None
    is_leaving: bool = False

    @property
    def waiting_since(self) -> float:
        return self.opened if self.line is None else self.line.waiting_since

    def drop(self) -> None:
        self.is_leaving = True
        with suppress(OSError):  # the client was faster
            self.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self.home is not None and self.home.get(self.fileno()) is self:
            del self.home[self.fileno()]
        super().close()


class Listener(socket.socket):
    """Takes connections in, as many as there is room for. Without `connections` it is a socket like any other."""

    connections: Connections | None = None

    def accept(self) -> tuple[socket.socket, Any]:
        """The next connection. BlockingIOError, which asyncio takes for nobody, when others have to be closed first."""
        if self.connections is None:
            return super().accept()
        if self.connections.is_crowded:
            raise BlockingIOError
        plain, address = self._next(self.connections)
        accepted = Accepted(self.family, self.type, self.proto, fileno=plain.detach())
        if not self.connections.take_in(accepted):
            accepted.close()
            raise BlockingIOError
        return accepted, address

    def _next(self, connections: Connections) -> tuple[socket.socket, Any]:
        try:
            return super().accept()
        except OSError as problem:  # files that are not ours have taken more than the margin
            if problem.errno in (errno.EMFILE, errno.ENFILE) and connections.make_room():
                raise BlockingIOError from None
            raise


def most_open() -> int:
    """How many connections leave enough of the files that this process may have open."""
    try:
        import resource  # not on Windows, where there is no such limit
    except ImportError:
        return MOST
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST if files == resource.RLIM_INFINITY else min(MOST, max(files - MARGIN, files // 2))


def allow_many() -> None:
    """For a process that is a server and nothing else: let it open as many files as it may, as far as they are used."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST + MARGIN if hard == resource.RLIM_INFINITY else min(hard, MOST + MARGIN)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # some systems say a hard limit that they do not grant
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
