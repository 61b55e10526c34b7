"""The stub as one ASGI application: Graph below `/beta`, the identity provider below its tenants.

The Graph half is a function from a request to a reply; this module only reads the body, calls it and writes the
answer, so that the whole application runs to its end without ever waiting (see doors.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from romekit.cloud.asgi import base_of, may_suspend, while_there
from romekit.cloud.graph.auth import caller_of
from romekit.cloud.graph.bodies import LARGEST
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.long_poll import held, wanted_wait
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, encoded, envelope, raw_headers
from romekit.cloud.store.commit_barrier import CommitBarrier
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import RomeError

#: Answers that have no body, and so no length of one (RFC 9110, 8.6).
NO_BODY: Final = frozenset({204, 304})
BROKEN: Final = {
    "error": {"code": "generalException", "message": "romekit itself failed here. Please report what you did."}
}


class RequestIds:
    """GUIDs for `request-id`, repeatable when a seed is given."""

    def __init__(self, seed: str | None = None) -> None:
        self._chance = Random(f"{seed}:requests") if seed is not None else Random()

    def __call__(self) -> str:
        digits = f"{self._chance.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


@dataclass(slots=True)
class GraphEndpoint:
    """An ASGI application that hands each request to Graph. `version` is the first segment of its paths."""

    graph: Graph
    clock: Clock
    new_id: Callable[[], str] = field(default_factory=RequestIds)
    version: str = "beta"
    keeping: CommitBarrier = field(init=False)

    def __post_init__(self) -> None:
        self.keeping = CommitBarrier(self.graph.spaces.store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            asked, reply = await self._answered(scope, receive)
            if reply.delay:
                await self._keep_back(receive, asked, reply.delay)
            headers, body = raw_headers(reply, asked), encoded(reply)
        except Exception:
            await JSONResponse(BROKEN, 500)(scope, receive, send)
            raise  # whoever runs the server reads it
        await _sent(send, reply.status, headers, body)

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[GraphRequest, GraphResponse]:
        asked = self._asked(scope, await _body(receive))
        try:
            if seconds := wanted_wait(asked):
                asked = await self._held(scope, receive, asked, seconds)
            return asked, await self._kept(scope, asked)
        except Refused as refused:  # so many are held already that this one is not
            return asked, envelope(refused, asked)

    async def _held(self, scope: Scope, receive: Receive, asked: GraphRequest, seconds: float) -> GraphRequest:
        """The request when there is something to answer, or nobody to wait for any more."""
        holding = held(self.graph, self.clock, asked, seconds, awaited=may_suspend(scope))
        if isinstance(self.clock, Virtual):  # nothing really waits, and nobody can leave
            return await holding
        return await while_there(holding, receive) or asked._replace(at=self.clock.now())

    async def _keep_back(self, receive: Receive, asked: GraphRequest, seconds: float) -> None:
        """Let time pass before an answer goes out; virtual time passes without really waiting.

        It counts as a request that is held. What was done while others took the last place is answered at once.
        """
        if isinstance(self.clock, Virtual):
            self.clock.wait(seconds)
            return
        with suppress(Refused):
            let_go = self.graph.house.hold(caller_of(asked, self.graph.key).upn)
            try:
                await while_there(self.clock.wait_async(seconds), receive)
            finally:
                let_go()

    async def _kept(self, scope: Scope, asked: GraphRequest) -> GraphResponse:
        try:
            return await self.keeping.answered(scope, lambda again: self._answer(asked, again))
        except RomeError as error:
            return self.graph.not_kept(asked, error)

    def _answer(self, asked: GraphRequest, again: bool = False) -> GraphResponse:
        if self.version == "beta":
            return self.graph.answer(asked, again)
        segment = asked.segments[-1] if asked.segments else ""
        why = f"Resource not found for the segment '{segment}'. Device commands are in /beta only."
        return envelope(Refused(400, "BadRequest", why), asked)

    def _asked(self, scope: Scope, body: bytes) -> GraphRequest:
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        raw = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0].decode("latin-1")
        segments = [part for part in raw.split("/") if part]
        query = scope["query_string"].decode("latin-1")
        return GraphRequest(
            scope["method"],
            tuple(map(unquote, segments[1:]) if "%" in raw else segments[1:]),
            headers,
            body,
            self.clock.now(),
            self.new_id(),
            path=f"{raw}?{query}" if query else raw,
            query=query,
            base=f"{base_of(scope, headers)}/{self.version}",
        )


async def _body(receive: Receive) -> bytes:
    """The body, but never more of it than proves that it is too large."""
    body = b""
    while True:
        message = await receive()
        if len(body) <= LARGEST:
            body += message.get("body", b"")
        if not message.get("more_body"):
            return body


async def _sent(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    if status not in NO_BODY:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Application:
    """A door to Graph per version, and the routes of the identity provider and the pages for everything else.

    What is behind a door is found by its own table (graph.ROUTES). Starlette's patterns do not match an id with a line
    break in it, and its layers would be a third of what a status costs.
    """

    def __init__(self, doors: Sequence[GraphEndpoint], more: Sequence[BaseRoute]) -> None:
        self.doors = {door.version: door for door in doors}
        handlers = {HTTPException: _no_such_page, Exception: _broken}
        self._pages = Starlette(routes=more, exception_handlers=handlers)  # type: ignore[arg-type]  # narrower handlers

    @property
    def routes(self) -> list[BaseRoute]:
        """What there is beside Graph."""
        return self._pages.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        door = self.doors.get(scope["path"][1:].partition("/")[0]) if scope["type"] == "http" else None
        await (door or self._pages)(scope, receive, send)


async def _no_such_page(request: Request, problem: HTTPException) -> Response:
    message = f"Nothing is at {request.method} {request.url.path}. Try /beta/me/devices."
    if problem.status_code == 405:
        takes = (problem.headers or {}).get("Allow", "")
        message = f"{request.url.path} does not take {request.method}. It takes {takes}."
    body = {"error": {"code": "BadRequest", "message": message}}
    return JSONResponse(body, problem.status_code, headers=problem.headers)


async def _broken(request: Request, problem: Exception) -> Response:
    return JSONResponse(BROKEN, 500)
