"""An answer goes out in one piece. uvicorn writes its head and its body one after the other, each a system call.

Two calls are two packets and two wake-ups of the client, a fifth of what a status costs. So what is written within one
turn of the loop is gathered and written at its end, as uvloop does it.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, BaseTransport, Transport
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class OneWrite(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with its writes gathered."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast("Transport", Gathering(cast("Transport", transport), self.loop)))


class Gathering:
    """A transport that writes at the end of the loop's turn; in all else it is the one it stands for."""

    def __init__(self, transport: Transport, loop: AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._pieces:
            self._loop.call_soon(self._flush)
        self._pieces.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def _flush(self) -> None:
        if self._pieces:
            whole = b"".join(self._pieces)
            self._pieces.clear()
            self._transport.write(whole)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
