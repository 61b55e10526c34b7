"""What any handler may ask about a request: its public address, its body, its client, and how often that one asks.

A server that is told its public address writes that into its answers (http/reverse_proxy.py); any other writes the
host of the request.
"""

from __future__ import annotations

from asyncio import FIRST_COMPLETED, create_task, wait
from collections import deque
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from romekit.core.errors import Busy

#: Keys in the scope of a request: the public address of the server, and whether the request may be made to wait.
PUBLIC: Final = "romekit.public"
SUSPENDS: Final = "romekit.suspends"


def base_of(scope: Scope, headers: Mapping[str, str]) -> str:
    """What every address in an answer begins with."""
    host = headers.get("host", "graph.microsoft.com")
    return public_of(scope) or f"{scope.get('scheme', 'http')}://{host}"


def public_of(scope: Scope) -> str:
    return str(scope.get(PUBLIC, ""))


def cookie_path(scope: Scope) -> str:
    return urlsplit(public_of(scope)).path.rstrip("/") + "/"


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks https, to this server or to the proxy before it."""
    return (public_of(scope) or str(scope.get("scheme"))).startswith("https")


class BodyTooLarge(Exception):
    """The body of a request has more bytes than are taken; the answer is 413, and the connection is closed."""


async def body_of(headers: Mapping[str, str], receive: Receive, most: int) -> bytes:
    """The body; BodyTooLarge as soon as it is known to have more than `most` bytes: the rest of it is never read."""
    body: bytes = b""
    announced = headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > most:
        raise BodyTooLarge
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            raise BodyTooLarge
        if not message.get("more_body"):
            return body


def suspending(app: ASGIApp) -> ASGIApp:
    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, SUSPENDS: True}, receive, send)

    return marked


def may_suspend(scope: Scope) -> bool:
    """Whether this request may wait for something outside of the application."""
    return bool(scope.get(SUSPENDS))


async def unless_disconnected(waiting: Coroutine[Any, Any, Any], receive: Receive) -> Any:
    """The result of `waiting`, or None when the client disconnects first; cancelling this cancels both."""
    result, disconnected = create_task(waiting), create_task(_disconnected(receive))
    try:
        await wait({result, disconnected}, return_when=FIRST_COMPLETED)
        return result.result() if result.done() else None
    finally:
        result.cancel()
        disconnected.cancel()


async def _disconnected(receive: Receive) -> None:
    """Returns when the client has closed the connection; the body has been read before."""
    while (await receive())["type"] != "http.disconnect":
        pass


def client_address(request: Request) -> str:
    """The address a request comes from, by which joins, codes and failed attempts are counted."""
    return request.client.host if request.client else ""


class RateLimit:
    """At most so many of something within a window of seconds, for each address.

    It is counted in memory, on each server: the next server of the same store counts anew.
    """

    #: More addresses than this at once are taken for one.
    MOST: Final = 10_000

    def __init__(self, most: int, message: str, window: float = 60.0) -> None:
        self._most = most
        self._message = message
        self._window = window
        self._times: dict[str, deque[float]] = {}

    def take(self, who: str, now: float, most: int | None = None) -> None:
        if who not in self._times and len(self._times) >= self.MOST:
            late = now - self._window
            self._times = {name: times for name, times in self._times.items() if times and times[-1] > late}
            who = who if len(self._times) < self.MOST else ""
        times = self._times.setdefault(who, deque())
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(times) >= (most or self._most):
            pause = max(1.0, times[0] + self._window - now)
            hint = f"Wait {pause:.0f} seconds, then try again."
            raise Busy(self._message, hint=hint, retry_after=pause, status=429, code="tooManyTries")
        times.append(now)
