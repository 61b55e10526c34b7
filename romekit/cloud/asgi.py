"""What any handler asks of a request: the public address, whether it may wait, and whether its client is still there.

A server that is told its public address writes that into its answers (http/reverse_proxy.py); one that is not writes
the host it was asked by.
"""

from __future__ import annotations

from asyncio import FIRST_COMPLETED, create_task, wait
from collections.abc import Coroutine, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

#: In the scope of a request: the address the server is known by, and whether whoever asks may be kept waiting.
PUBLIC: Final = "romekit.public"
SUSPENDS: Final = "romekit.suspends"


def public_of(scope: Scope) -> str:
    """The address this server is known by, if it was told one."""
    return str(scope.get(PUBLIC, ""))


def base_of(scope: Scope, headers: Mapping[str, str]) -> str:
    """What every address in an answer begins with."""
    host = headers.get("host", "graph.microsoft.com")
    return public_of(scope) or f"{scope.get('scheme', 'http')}://{host}"


def home_of(scope: Scope) -> str:
    """The path cookies are for."""
    return urlsplit(public_of(scope)).path.rstrip("/") + "/"


def is_secure(scope: Scope) -> bool:
    """Whether the browser speaks https, to us or to the proxy before us."""
    return (public_of(scope) or str(scope.get("scheme"))).startswith("https")


def suspending(app: ASGIApp) -> ASGIApp:
    """The application for callers that await it."""

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, SUSPENDS: True}, receive, send)

    return marked


def may_suspend(scope: Scope) -> bool:
    """Whether this request may wait for something outside of the application."""
    return bool(scope.get(SUSPENDS))


async def while_there(holding: Coroutine[Any, Any, Any], receive: Receive) -> Any:
    """What comes of `holding`; None when the client went away first. Whoever cancels this cancels both."""
    held, gone = create_task(holding), create_task(_gone(receive))
    try:
        await wait({held, gone}, return_when=FIRST_COMPLETED)
        return held.result() if held.done() else None
    finally:
        held.cancel()
        gone.cancel()


async def _gone(receive: Receive) -> None:
    """Returns when the client has closed the connection; the body has been read before."""
    while (await receive())["type"] != "http.disconnect":
        pass
