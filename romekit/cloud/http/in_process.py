"""The way in without a socket: an httpx transport that drives the ASGI application by hand.

The embedded application never really suspends, so its coroutine runs to the end in one push: no thread, no event loop,
and it works inside a running loop and where there are no threads at all. An application that tries to wait for real is
an error, loudly: `async` code that reaches a socket or a lock belongs behind `romekit serve`.
"""

from __future__ import annotations

from contextlib import suppress

import httpx
from starlette.types import ASGIApp, Message, Scope

from romekit.core.errors import WorldError


class InProcessTransport(httpx.BaseTransport):
    """Calls an ASGI application directly, for blocking clients. (Async ones use httpx.ASGITransport.)"""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        steps = self._app(_scope(request), receive, send).__await__()
        with suppress(StopIteration):
            next(steps)
            steps.close()
            why = "The embedded application tried to wait for something outside of it."
            raise WorldError(why, hint="Whatever waits for real must run behind `romekit serve`.")
        if not sent:
            raise WorldError("The embedded application gave no answer.")
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return httpx.Response(sent[0]["status"], headers=sent[0]["headers"], content=content)

    #: Serves a conversation with Graph without an httpx.Client, whose cookies and redirects Graph has no use for and
    #: which would cost a quarter of every call.
    send = handle_request


def _scope(request: httpx.Request) -> Scope:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(key.lower(), value) for key, value in request.headers.raw],
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 0),
    }
