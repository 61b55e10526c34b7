"""The short way to a romekit server on this machine: a plain socket, and httptools to read what comes back.

httpx's own way costs three times as much for each request, most of it in layers (pools, HTTP/2, proxies, cookies) that
a loopback server has no use for. What goes in and out is httpx's all the same, and so are the errors.
"""

from __future__ import annotations

import socket
from collections import deque
from typing import Final

import httptools
import httpx

READ: Final = 65_536
DEFAULT: Final = 30.0


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

    def _connected(self, request: httpx.Request) -> _Connection:
        place = (request.url.host, request.url.port or 80)
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
        answer = _Answer()
        parser = httptools.HttpResponseParser(answer)
        self._socket.settimeout(_seconds(request, "read"))
        try:
            self._socket.sendall(_written(request))
            while not answer.is_whole:
                piece = self._socket.recv(READ)
                if not piece:
                    raise httpx.RemoteProtocolError("The server closed the connection.", request=request)
                parser.feed_data(piece)
        except TimeoutError as late:
            raise httpx.ReadTimeout(str(late), request=request) from late
        except OSError as problem:
            raise httpx.ReadError(str(problem), request=request) from problem
        except httptools.HttpParserError as problem:
            raise httpx.RemoteProtocolError(str(problem), request=request) from problem
        self.is_kept = parser.should_keep_alive()
        body = b"".join(answer.body)
        return httpx.Response(parser.get_status_code(), headers=answer.headers, content=body, request=request)

    def close(self) -> None:
        self._socket.close()


class _Answer:
    """What the parser tells of an answer, piece by piece."""

    def __init__(self) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.is_whole = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_body(self, piece: bytes) -> None:
        self.body.append(piece)

    def on_message_complete(self) -> None:
        self.is_whole = True


def _written(request: httpx.Request) -> bytes:
    head = b"%s %s HTTP/1.1\r\n" % (request.method.encode(), request.url.raw_path)
    for name, value in request.headers.raw:
        if b"\r" in value or b"\n" in value:
            raise httpx.LocalProtocolError("A header has a line break in it.", request=request)
        head += b"%s: %s\r\n" % (name, value)
    return b"%s\r\n%s" % (head, request.content)


def _seconds(request: httpx.Request, what: str) -> float | None:
    timeout: dict[str, float | None] = request.extensions.get("timeout", {})
    return timeout.get(what, DEFAULT)
