"""The stub on a real socket: for browsers, for other programs, and for `romekit serve`.

The socket is made here, with its protocol named: asyncio switches Nagle's delay off only on a socket that says TCP, and
without that every request costs 44 ms (jupyter-notes 5). Requests for other hosts are refused, so that a page on the
web cannot reach the stub through a name that resolves to this machine (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import errno
import gc
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread
from time import sleep
from typing import Final, cast

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.cloud.http.connections import Connections, Listener
from romekit.cloud.http.one_write import OneWrite
from romekit.cloud.http.reverse_proxy import LOOPBACK_ONLY, ReverseProxy, ReverseProxyMiddleware, check_reach
from romekit.core.errors import BadInput, RomeError

#: What the system says when it is the port that cannot be had.
OF_THE_PORT: Final = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EPERM})


class PortTaken(RomeError):
    """Something else listens there already."""


def listening(host: str = "127.0.0.1", port: int = 0, *, is_safe: bool = False) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. PortTaken or BadInput says what is wrong with port or host.

    Beyond this machine only where somebody has made sure that it `is_safe` (front.check_reach); RomeError otherwise.
    """
    if not is_safe:
        check_reach(host, LOOPBACK_ONLY, has_class=False)
    try:
        listener = Listener(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    except OSError as problem:  # a machine without IPv6
        raise _no_place(host, port, problem) from None
    try:
        listener.bind((host, port))
    except (OSError, OverflowError, UnicodeError) as problem:
        listener.close()
        raise _no_place(host, port, problem) from None
    listener.listen(128)
    return listener


def _no_place(host: str, port: int, problem: Exception) -> RomeError:
    """Why nothing can listen there: the port, or the host."""
    why = getattr(problem, "strerror", None) or problem
    if isinstance(problem, OverflowError) or getattr(problem, "errno", None) in OF_THE_PORT:
        return PortTaken(f"Port {port} cannot be used: {why}.", field="port", hint="Choose another with --port.")
    hint = "Choose an address of this machine with --host, such as 127.0.0.1, or 0.0.0.0 for all it has."
    return BadInput(f"The host {host!r} cannot be listened on: {why}.", field="host", hint=hint)


def address_of(listener: socket.socket, scheme: str = "http") -> str:
    """The address a browser on this machine opens."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def server_for(
    app: ASGIApp, front: ReverseProxy = LOOPBACK_ONLY, connections: Connections | None = None
) -> uvicorn.Server:
    """uvicorn with the little we need of it. It believes no proxy: whom to believe is for the front to say."""
    connections = connections or Connections()
    held = LetGo(ReverseProxyMiddleware(app, front))
    config = uvicorn.Config(
        held,
        http=cast("type[asyncio.Protocol]", partial(OneWrite, connections=connections)),
        lifespan="off",
        ws="none",
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ssl_certfile=front.certificate,
        ssl_keyfile=front.key,
    )
    return Stopping(config, held, connections)


def collect_seldom() -> None:
    """For a process that is a server and nothing else: look for cycles less often.

    Nearly everything a server makes is kept, and it makes no cycles to speak of; looking for them cost up to a fifth.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def in_thread(app: ASGIApp, port: int = 0, connections: Connections | None = None) -> Iterator[str]:
    """Serve in a thread of this process for as long as the block lasts; the address."""
    listener = listening(port=port)
    server = server_for(app, connections=connections)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="romekit stub")
    thread.start()
    while thread.is_alive() and not server.started:
        sleep(0.002)
    try:
        if not server.started:
            raise RomeError("The server did not start.", hint="Its own message stands above.")
        yield address_of(listener)
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()


class LetGo:
    """Remembers the requests that are being answered, so that a server that stops need not wait for held ones."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._running: set[asyncio.Task[object]] = set()
        self._stops = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._stops:
                raise
            body = {"error": {"code": "serviceNotAvailable", "message": "The server stops."}}
            await JSONResponse(body, 503)(scope, receive, send)
        finally:
            self._running.discard(task)

    def let_go(self) -> None:
        """Answer everything that waits. What does not wait is answered already: nothing here suspends otherwise."""
        self._stops = True
        for task in self._running:
            task.cancel()


class Stopping(uvicorn.Server):
    """A server that looks after its connections, and lets go of what it holds when it stops."""

    def __init__(self, config: uvicorn.Config, held: LetGo, connections: Connections) -> None:
        super().__init__(config)
        self._held = held
        self._connections = connections

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        for each in sockets or []:
            if isinstance(each, Listener):
                each.connections = self._connections
        await super().startup(sockets)
        self._connections.start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._connections.stop()
        self._held.let_go()
        await super().shutdown(sockets)
