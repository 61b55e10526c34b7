"""The short way to a romekit server on this machine: sockets and nothing between, from a question to its answer.

httpx's own way costs five times as much for each request, most of it in layers (requests, responses, pools, HTTP/2,
proxies, cookies) that a loopback server has no use for. The errors are told in httpx's words all the same.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Callable
from functools import cached_property
from http.client import BadStatusLine, HTTPException, IncompleteRead, RemoteDisconnected
from typing import Final, NamedTuple

import httpx

from romekit.client.reading import Heard, heard
from romekit.client.steps import Ask, Reply
from romekit.client.transport import PHASE, address_of, failure_of, headers_of, written

#: A path that httpx would send as it is. Any other has to be made fit for the wire.
_PLAIN: Final = re.compile(r"(?!.*/\.)(?:[A-Za-z0-9_~.,=&$!()*+;:@/?-]|%[0-9A-Fa-f]{2})*", re.ASCII)
_BREAK: Final = re.compile(r"[\r\n]")


class Direct:
    """Asks at an `http://` address over connections that are kept. Each question under way has one of its own.

    `seconds` is how long connecting, and the next bytes of an answer, may take; a question that may be held has longer.
    """

    #: While one is answered the next one is there. More make a server no faster, and others wait behind all of them.
    abreast = 2

    def __init__(self, base: str, new_id: Callable[[], str], seconds: float = PHASE) -> None:
        self._base = base
        self._new_id = new_id
        self._seconds = seconds
        self._idle: deque[_Connection] = deque()

    def begin(self, ask: Ask) -> Underway:
        """Send a question; its answer can be waited for later, and others sent meanwhile.

        Unreachable or Unsure, here or from the reply, tell whether it can have arrived.
        """
        try:
            message = self._message(ask)
            connection = self._connected()
            try:
                connection.send(message, self._seconds + ask.wait)
            except BaseException:
                connection.close()
                raise
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            raise failure_of(problem, ask) from None
        return Underway(ask, connection, self._idle)

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        """A client that is forgotten, as in a cell that runs again, leaves no connection open."""
        self.close()

    @cached_property
    def _place(self) -> _Place:
        url = httpx.URL(self._base)
        host = url.netloc.decode("ascii")
        path = url.raw_path.decode("ascii")
        return _Place((url.raw_host.decode("ascii"), url.port or 80), f"HTTP/1.1\r\nHost: {host}", path)

    def _connected(self) -> _Connection:
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return _Connection(self._place.address, self._seconds)
            if not connection.is_gone():
                return connection
            connection.close()

    def _message(self, ask: Ask) -> bytes:
        """Head and body in one piece: two are two packets, and two wake-ups of the server."""
        content = written(ask) or b""
        fields = headers_of(ask, self._new_id)
        if content or ask.method != "GET":
            fields["Content-Length"] = str(len(content))
        lines = [f"{name}: {value}" for name, value in fields.items()]
        if any(map(_BREAK.search, lines)):
            raise httpx.LocalProtocolError("A header has a line break in it.")
        begins = f"{ask.method} {self._target(ask)} {self._place.begins}"
        try:
            head = "\r\n".join([begins, *lines, "", ""]).encode("ascii")
        except UnicodeEncodeError:
            raise httpx.LocalProtocolError("A header is not ASCII.") from None
        return head + content

    def _target(self, ask: Ask) -> str:
        """What is asked for, as the first line of a request says it."""
        address = address_of(self._base, ask)
        path = address[len(self._base) :]
        if _PLAIN.fullmatch(path):
            return self._place.path + path
        return httpx.URL(address).raw_path.decode("ascii")


class _Place(NamedTuple):
    """Where the base address is, and how each request to it begins."""

    address: tuple[str, int]
    begins: str
    path: str


class Underway:
    """A question that has been sent."""

    def __init__(self, ask: Ask, connection: _Connection, idle: deque[_Connection]) -> None:
        self._ask = ask
        self._connection = connection
        self._idle = idle

    def reply(self) -> Reply:
        """Wait for the answer; Unreachable or Unsure when none comes."""
        try:
            answer = self._connection.answer(self._ask.method)
        except httpx.HTTPError as problem:
            self.abandon()
            raise failure_of(problem, self._ask) from None
        except BaseException:  # an interrupt: what comes next on this connection would answer this question
            self.abandon()
            raise
        if answer.is_kept:
            self._idle.append(self._connection)
        else:
            self._connection.close()
        return Reply(answer.status, answer.headers, answer.content, self._ask)

    def abandon(self) -> None:
        """Let the answer go, and the connection with it."""
        self._connection.close()


class _Connection:
    """One connection. What goes wrong on it is told in httpx's words."""

    def __init__(self, address: tuple[str, int], seconds: float) -> None:
        self._seconds = seconds
        try:
            self._socket = socket.create_connection(address, seconds)
        except TimeoutError as late:
            raise httpx.ConnectTimeout(str(late)) from late
        except OSError as problem:
            raise httpx.ConnectError(str(problem)) from problem
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def is_gone(self) -> bool:
        """Whether the server has closed it: what nobody asked for can only be its end."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def send(self, message: bytes, seconds: float) -> None:
        """Send a request, whose answer may take so long."""
        self._socket.settimeout(seconds)
        try:
            self._socket.sendall(message)
        except TimeoutError as late:
            raise httpx.WriteTimeout(str(late)) from late
        except OSError as problem:
            raise httpx.WriteError(str(problem)) from problem

    def answer(self, method: str) -> Heard:
        """The answer to what was sent."""
        try:
            return heard(self._socket, method)
        except TimeoutError as late:
            raise httpx.ReadTimeout(str(late)) from late
        except HTTPException as problem:
            raise httpx.RemoteProtocolError(_said(problem)) from problem
        except OSError as problem:
            raise httpx.ReadError(str(problem)) from problem

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()


def _said(problem: HTTPException) -> str:
    match problem:
        case RemoteDisconnected():
            return "The server closed the connection"
        case IncompleteRead():
            return "The answer was cut short"
        case BadStatusLine():
            return f"This is not HTTP: {str(problem)[:60]!r}"
        case _:
            return str(problem)
