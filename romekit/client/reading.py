"""Reading one answer from a connection: the usual kind at once, every other kind with Python's own http.client.

The usual kind is what a romekit server says: a head that comes in one piece, plain ASCII, with one Content-Length.
Whatever differs in anything, or breaks a rule, is http.client's to read from its first byte. That costs ten times as
much, because it parses headers as those of a mail. (A parser in C calls back for each header, and was no faster.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse, IncompleteRead
from io import BufferedReader, RawIOBase
from socket import socket
from typing import Any, Final, NamedTuple

import httpx

#: Bytes asked for at once: an answer to twenty commands comes in one piece.
PIECE: Final = 65_536
#: As many headers as http.client takes.
MOST_HEADERS: Final = 100
#: A head that holds nothing unusual. A final status other than these two ends with its Content-Length.
_PLAIN: Final = re.compile(
    r"HTTP/1\.1 (?!204|304)([2-5][0-9]{2})(?: [^\r\n\0]*)?((?:\r\n[A-Za-z0-9!#$%&'*+.^_`|~-]+:[^\r\n\0]*)+)", re.ASCII
)
_SIZE: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
#: What says that the body, or the connection, ends in some other way.
_ELSE: Final = ("transfer-encoding", "connection")


class Heard(NamedTuple):
    """An answer, and whether the connection may be used again. Header names are lower case, or in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    is_kept: bool


def heard(connection: socket, method: str) -> Heard:
    """The answer that comes next; HTTPException or OSError when it is none, or not all of it comes."""
    start = connection.recv(PIECE)
    end = start.find(b"\r\n\r\n")
    usual = _usual(start[:end]) if end >= 0 and method != "HEAD" else None
    if usual is None:
        return _by_the_library(start, connection, method)
    status, headers, size = usual
    body = start[end + 4 :]
    if len(body) < size:
        body = _whole(connection, body, size)
    # More than the answer is nothing that was asked for: what comes behind it belongs to no question of ours.
    return Heard(status, headers, body[:size], len(body) == size)


def _usual(head: bytes) -> tuple[int, dict[str, str], int] | None:
    """Status, headers and the size of the body; None for a head with anything in it that is not usual."""
    try:
        found = _PLAIN.fullmatch(head.decode("ascii"))
    except UnicodeDecodeError:
        return None
    if found is None:
        return None
    lines = found[2].split("\r\n")[1:]
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip(" \t")
    size = headers.get("content-length", "")
    is_plain = len(headers) == len(lines) <= MOST_HEADERS and not any(name in headers for name in _ELSE)
    return (int(found[1]), headers, int(size)) if is_plain and _SIZE.fullmatch(size) else None


def _whole(connection: socket, start: bytes, size: int) -> bytes:
    pieces, missing = [start], size - len(start)
    while missing:
        piece = connection.recv(min(missing, PIECE))
        if not piece:
            raise IncompleteRead(b"".join(pieces), missing)
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def _by_the_library(start: bytes, connection: socket, method: str) -> Heard:
    answer = HTTPResponse(_Begun(start, connection), method=method)  # type: ignore[arg-type]  # it only calls makefile
    try:
        answer.begin()
        while answer.status < 200:  # what is not the answer yet; http.client passes over 100 only
            _begin_again(answer)
        content = answer.read()
        raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.getheaders()]
        return Heard(answer.status, httpx.Headers(raw), content, not answer.will_close)
    finally:
        answer.close()


def _begin_again(answer: HTTPResponse) -> None:
    if answer.status == HTTPStatus.SWITCHING_PROTOCOLS:
        raise HTTPException("The server switches to another protocol")
    answer.headers = None  # type: ignore[assignment]  # as before it has begun
    answer.begin()


class _Begun(RawIOBase):
    """A connection as http.client reads it, beginning with what has been received already."""

    def __init__(self, start: bytes, connection: socket) -> None:
        self._start = start
        self._connection = connection

    def makefile(self, _mode: str) -> BufferedReader:
        """What http.client asks a socket for."""
        return BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        if not self._start:
            return self._connection.recv_into(into)
        room = memoryview(into)
        piece, self._start = self._start[: len(room)], self._start[len(room) :]
        room[: len(piece)] = piece
        return len(piece)
