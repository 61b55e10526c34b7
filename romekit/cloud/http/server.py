"""The cloud on a real socket: for browsers, for other programs, and for `romekit serve`.

uvicorn is used through its public options only. On loopback it parses with h11, which understands every client and
limits the size of a head. Behind a stated reverse proxy it parses with httptools, which is faster; slow clients, large
bodies and TLS are the proxy's work there.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep
from typing import Any, Final

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.cloud.http.reverse_proxy import LOOPBACK_ONLY, ReverseProxy, ReverseProxyMiddleware, check_reach
from romekit.core.errors import BadInput, RomeError

#: What the system says when it is the port that cannot be had.
OF_THE_PORT: Final = frozenset({errno.EADDRINUSE, errno.EACCES, errno.EPERM})
#: uvicorn's options, whichever the setting. It trusts no proxy: ReverseProxyMiddleware decides whom to trust.
OPTIONS: Final[dict[str, Any]] = {
    "interface": "asgi3",
    "lifespan": "off",
    "ws": "none",
    "access_log": False,
    "log_level": "warning",
    "server_header": False,
    "date_header": False,
    "proxy_headers": False,
    "timeout_graceful_shutdown": 2,  # a TLS client that never says goodbye would be waited for
}
LOOPBACK_OPTIONS: Final[dict[str, Any]] = {"http": "h11", "h11_max_incomplete_event_size": 65_536}
#: A proxy keeps connections open for its next requests; the limit leaves some of the usual 1,024 files to the store.
PROXIED_OPTIONS: Final[dict[str, Any]] = {"http": "httptools", "limit_concurrency": 900, "timeout_keep_alive": 75}
#: How often the server looks whether it is to stop, in seconds.
TICK: Final = 0.05


class PortTaken(RomeError):
    """Something else listens there already."""


def listening(host: str = "127.0.0.1", port: int = 0, *, is_safe: bool = False) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. PortTaken or BadInput says what is wrong with port or host.

    Listening beyond this machine is a RomeError, unless the caller has checked that it `is_safe` (check_reach).
    The socket names its protocol: only then asyncio sets TCP_NODELAY, without which a request costs 44 ms.
    """
    if not is_safe:
        check_reach(host, LOOPBACK_ONLY, has_class=False)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = None
    try:
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError, UnicodeError) as problem:
        if listener:  # a machine without IPv6 has none
            listener.close()
        raise _cannot_listen(host, port, problem) from None
    return listener


def _cannot_listen(host: str, port: int, problem: Exception) -> RomeError:
    why = getattr(problem, "strerror", None) or problem
    if isinstance(problem, OverflowError) or getattr(problem, "errno", None) in OF_THE_PORT:
        return PortTaken(f"Port {port} cannot be used: {why}.", field="port", hint="Choose another with --port.")
    hint = "Choose an address of this machine with --host, such as 127.0.0.1, or 0.0.0.0 for all it has."
    return BadInput(f"The host {host!r} cannot be listened on: {why}.", field="host", hint=hint)


def address_of(listener: socket.socket, scheme: str = "http") -> str:
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


class HttpServer:
    """An application behind uvicorn, with the setting that suits how it is reached.

    When it stops, every open request is answered with 503, so that long polls end at once.
    """

    def __init__(self, app: ASGIApp, proxy: ReverseProxy = LOOPBACK_ONLY) -> None:
        self._app = ReverseProxyMiddleware(app, proxy)
        self._running: set[asyncio.Task[object]] = set()
        setting = PROXIED_OPTIONS if proxy.proxies else LOOPBACK_OPTIONS
        options = OPTIONS | setting | {"ssl_certfile": proxy.certificate, "ssl_keyfile": proxy.key}
        self._uvicorn = uvicorn.Server(uvicorn.Config(self._answer, **options))
        logging.getLogger("uvicorn.error").addFilter(_is_worth_reading)

    @property
    def is_started(self) -> bool:
        return self._uvicorn.started

    def run(self, listener: socket.socket) -> None:
        """Serve until `stop` is called, or a signal ends the process."""
        asyncio.run(self._serve(listener))

    def stop(self) -> None:
        """Let `run` return soon, from any thread."""
        self._uvicorn.should_exit = True

    async def _serve(self, listener: socket.socket) -> None:
        serving = asyncio.create_task(self._uvicorn.serve([listener]))
        while not (self._uvicorn.should_exit or serving.done()):
            await asyncio.wait({serving}, timeout=TICK)
        for task in self._running:  # whatever does not wait is answered already: nothing here suspends otherwise
            task.cancel()
        await serving

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self._uvicorn.should_exit:
                raise
            body = {"error": {"code": "serviceNotAvailable", "message": "The server stops."}}
            await JSONResponse(body, 503)(scope, receive, send)
        finally:
            self._running.discard(task)


def _is_worth_reading(record: logging.LogRecord) -> bool:
    """Whether a line of uvicorn's is news: connections that are cut when the server stops, and upgrades, are not."""
    words = "timeout graceful shutdown exceeded|Unsupported upgrade request|No supported WebSocket library"
    return re.search(words, str(record.msg)) is None


def collect_seldom() -> None:
    """For a process that is a server and nothing else: collect garbage less often.

    Nearly everything a server makes is kept, and it makes few cycles; looking for them cost up to a fifth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@contextmanager
def in_thread(app: ASGIApp, port: int = 0, proxy: ReverseProxy = LOOPBACK_ONLY) -> Iterator[str]:
    """Serve in a thread of this process for as long as the block lasts; the address."""
    listener = listening(port=port)
    server = HttpServer(app, proxy)
    thread = Thread(target=server.run, args=[listener], daemon=True, name="romekit stub")
    thread.start()
    while thread.is_alive() and not server.is_started:
        sleep(0.002)
    try:
        if not server.is_started:
            raise RomeError("The server did not start.", hint="Its own message stands above.")
        yield address_of(listener)
    finally:
        server.stop()
        thread.join(timeout=5)
        listener.close()
