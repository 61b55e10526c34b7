"""The short way to a romekit server on this machine: Python's own http.client, between an httpx request and its answer.

httpx's own way costs twice as much for each request, most of it in layers (pools, HTTP/2, proxies, cookies) that a
loopback server has no use for. What goes in and out is httpx's all the same, and so are the errors. A parser in C in
place of http.client's was measured and was no faster.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from http import HTTPStatus
from http.client import (
    BadStatusLine,
    HTTPException,
    HTTPResponse,
    IncompleteRead,
    RemoteDisconnected,
)
from typing import Final

import httpx

DEFAULT: Final = 30.0
_BREAK: Final = re.compile(rb"[\r\n]")


class Direct:
    """Sends requests to `http://` addresses over connections that are kept. Threads each use one of their own."""

    def __init__(self) -> None:
        self._idle: deque[_Connection] = deque()

    def send(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request; httpx's errors, which tell whether it can have arrived."""
        connection = self._connected(request)
        try:
            response = connection.ask(request)
        except BaseException:  # also an interrupt: what comes next on this connection would answer this request
            connection.close()
            raise
        if connection.is_kept:
            self._idle.append(connection)
        else:
            connection.close()
        return response

    def close(self) -> None:
        """Close the connections."""
        while self._idle:
            self._idle.pop().close()

    def __del__(self) -> None:
        """A client that is forgotten, as in a cell that runs again, leaves no connection open."""
        self.close()

    def _connected(self, request: httpx.Request) -> _Connection:
        place = (request.url.raw_host.decode("ascii"), request.url.port or 80)
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return _Connection(place, _seconds(request, "connect"), request)
            if connection.place == place and not connection.is_gone():
                return connection
            connection.close()


class _Connection:
    """One connection, and the answer that is being read from it."""

    def __init__(self, place: tuple[str, int], seconds: float | None, request: httpx.Request) -> None:
        self.place = place
        self.is_kept = False
        self._answer: HTTPResponse | None = None
        try:
            self._socket = socket.create_connection(place, seconds)
        except TimeoutError as late:
            raise httpx.ConnectTimeout(str(late), request=request) from late
        except OSError as problem:
            raise httpx.ConnectError(str(problem), request=request) from problem
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

    def ask(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        self._socket.settimeout(_seconds(request, "read"))
        try:
            self._send(request)
            answer = self._answer = HTTPResponse(self._socket, method=request.method)
            answer.begin()
            while answer.status < 200:  # what is not the answer yet; http.client passes over 100 only
                _begin_again(answer)
            body = answer.read()
        except TimeoutError as late:
            raise httpx.ReadTimeout(str(late), request=request) from late
        except HTTPException as problem:
            raise httpx.RemoteProtocolError(_said(problem), request=request) from problem
        except OSError as problem:
            raise httpx.ReadError(str(problem), request=request) from problem
        self.is_kept = not answer.will_close
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.getheaders()]
        return httpx.Response(answer.status, headers=headers, content=body, request=request)

    def _send(self, request: httpx.Request) -> None:
        """Head and body in one piece: two are two packets, and two wake-ups of the server."""
        line = b"%s %s HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path)
        head = [line, *(b"%s: %s" % field for field in request.headers.raw)]
        if any(_BREAK.search(each) for each in head):
            raise httpx.LocalProtocolError("A header has a line break in it.", request=request)
        self._socket.sendall(b"\r\n".join([*head, b"", request.content]))

    def close(self) -> None:
        """Close the socket, and the answer, which else would keep it open."""
        if self._answer is not None:
            self._answer.close()
        self._socket.close()


def _begin_again(answer: HTTPResponse) -> None:
    if answer.status == HTTPStatus.SWITCHING_PROTOCOLS:
        raise HTTPException("The server switches to another protocol")
    answer.headers = None  # type: ignore[assignment]  # as before it has begun
    answer.begin()


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


def _seconds(request: httpx.Request, what: str) -> float | None:
    timeout: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get(what, DEFAULT)
