"""An answer goes out in one piece. uvicorn writes its head and its body one after the other, each a system call.

Two calls are two packets and two wake-ups of the client, a fifth of what a status costs. So what is written within one
turn of the loop is gathered and written at its end, as uvloop does it.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop, BaseTransport, Transport
from math import inf
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from romekit.cloud.http.connections import Connections


class OneWrite(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it, with its writes gathered, and with an eye on who keeps us waiting."""

    def __init__(self, *, connections: Connections, **more: Any) -> None:
        super().__init__(**more)
        self._all = connections
        self._since = self.loop.time()

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast("Transport", Gathering(cast("Transport", transport), self.loop)))
        self._all.opened(self, transport.get_extra_info("socket").fileno())

    def connection_lost(self, exc: Exception | None) -> None:
        self._all.closed(self)
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self._since = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._since = self.loop.time()
        super().on_body(body)

    def on_response_complete(self) -> None:
        self._since = self.loop.time()
        super().on_response_complete()

    @property
    def waiting_since(self) -> float:
        """Since when the client owes us a head or more of a body; infinity while it is our turn."""
        cycle = cast("RequestResponseCycle | None", self.cycle)  # uvicorn has none before the first request
        is_whole = cycle is not None and not cycle.response_complete and not cycle.more_body
        return inf if is_whole or self.pipeline or self.flow.read_paused else self._since

    def hang_up(self) -> None:
        """Close the connection when what was written is out."""
        self.transport.close()


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
