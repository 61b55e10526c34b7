"""The cloud as one ASGI application: Graph below `/beta`, the identity provider below its tenants.

The Graph half is a function from a request to a reply; this module only reads the body, calls it and writes the
answer, so that the whole application runs to its end without ever waiting (see in_process.py).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Final
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from romekit.cloud.asgi import BodyTooLarge, base_of, body_of, may_suspend, unless_disconnected
from romekit.cloud.graph.auth import caller_of
from romekit.cloud.graph.batch import is_batch
from romekit.cloud.graph.bodies import LARGEST
from romekit.cloud.graph.graph import Graph
from romekit.cloud.graph.long_poll import wanted_wait
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused, encoded, envelope, raw_headers
from romekit.cloud.store.commit_barrier import CommitBarrier
from romekit.core.clock import Clock, Virtual
from romekit.core.errors import RomeError

#: Answers that have no body, and so no length of one (RFC 9110, 8.6).
NO_BODY: Final = frozenset({204, 304})
BROKEN: Final = {
    "error": {"code": "generalException", "message": "romekit itself failed here. Please report what you did."}
}


def request_ids(seed: str | None = None) -> Callable[[], str]:
    """GUIDs for `request-id`, repeatable when a seed is given."""
    chance = Random(f"{seed}:requests") if seed is not None else Random()

    def new_id() -> str:
        digits = f"{chance.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    return new_id


@dataclass(slots=True)
class GraphEndpoint:
    """An ASGI application that hands each request to Graph. `version` is the first segment of its paths."""

    graph: Graph
    clock: Clock
    new_id: Callable[[], str] = field(default_factory=request_ids)
    version: str = "beta"
    commit_barrier: CommitBarrier = field(init=False)

    def __post_init__(self) -> None:
        self.commit_barrier = CommitBarrier(self.graph.spaces.store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request, reply = await self._answered(scope, receive)
            if reply.delay:
                await self._delay(receive, request, reply.delay)
            headers, body = raw_headers(reply, request), encoded(reply)
        except Exception:
            await JSONResponse(BROKEN, 500)(scope, receive, send)
            raise  # whoever runs the server reads it
        if reply.status not in NO_BODY:
            headers.append((b"content-length", b"%d" % len(body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if request.method == "HEAD" else body})

    async def _answered(self, scope: Scope, receive: Receive) -> tuple[GraphRequest, GraphResponse]:
        headers = _joined(scope["headers"])
        try:
            request = self._request(scope, headers, await body_of(headers, receive, LARGEST))
        except BodyTooLarge:
            words = f"The body has more than {LARGEST} bytes."
            refused = Refused(413, "RequestEntityTooLarge", words, target="payload", headers={"Connection": "close"})
            request = self._request(scope, headers, b"")
            return request, envelope(refused, request)
        try:
            if "if-none-match" in headers and (seconds := wanted_wait(request)):
                request = await self._held(scope, receive, request, seconds)
            waits = may_suspend(scope)
            if not self.graph.spaces.store.outlives:  # in memory nothing is waited for
                reply = self._answer(request, False, waits)
                return request, reply if isinstance(reply, GraphResponse) else await reply
            answered = self.commit_barrier.answered(scope, lambda again: self._answer(request, again, waits))
            return request, await answered
        except RomeError as error:
            return request, self.graph.not_stored(request, error)
        except Refused as refused:  # too many requests are held already
            return request, envelope(refused, request)

    async def _held(self, scope: Scope, receive: Receive, request: GraphRequest, seconds: float) -> GraphRequest:
        """The request, as soon as there is something to answer or its client has disconnected."""
        holding = self.graph.held(self.clock, request, seconds, awaited=may_suspend(scope))
        if isinstance(self.clock, Virtual):  # virtual time passes without waiting, and nobody can disconnect
            return await holding
        return await unless_disconnected(holding, receive) or request._replace(at=self.clock.now())

    async def _delay(self, receive: Receive, request: GraphRequest, seconds: float) -> None:
        """Let time pass before an answer goes out; virtual time passes without really waiting.

        The delay counts as a held request. Where no more requests may be held, the answer goes out at once.
        """
        if isinstance(self.clock, Virtual):
            self.clock.wait(seconds)
            return
        with suppress(Refused):
            release = self.graph.policy.hold(caller_of(request, self.graph.key).upn)
            try:
                await unless_disconnected(self.clock.wait_async(seconds), receive)
            finally:
                release()

    def _answer(self, request: GraphRequest, again: bool, waits: bool) -> GraphResponse | Awaitable[GraphResponse]:
        if self.version == "beta":
            in_turns = waits and is_batch(request)
            return self.graph.answer_in_turns(request, again) if in_turns else self.graph.answer(request, again)
        segment = request.segments[-1] if request.segments else ""
        why = f"Resource not found for the segment '{segment}'. Device commands are in /beta only."
        return envelope(Refused(400, "BadRequest", why), request)

    def _request(self, scope: Scope, headers: Mapping[str, str], body: bytes) -> GraphRequest:
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


def _joined(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """The headers by name; the values of a repeated one form a list (RFC 9110, 5.3).

    Authorization is no list: a line break, which no value has, separates two of its lines, and Graph refuses them.
    """
    headers: dict[str, str] = {}
    for key, value in lines:
        name, text = key.decode("latin-1"), value.decode("latin-1")
        between = "\n" if name == "authorization" else ", "
        headers[name] = f"{headers[name]}{between}{text}" if name in headers else text
    return headers


class Application:
    """An endpoint of Graph per version, and the routes of the identity provider and the pages for everything else.

    Graph finds its handlers by a table of its own. Starlette's patterns do not match an id with a line break in it, and
    its layers would be a third of what a status costs.
    """

    def __init__(self, endpoints: Sequence[GraphEndpoint], more: Sequence[BaseRoute]) -> None:
        self._endpoints = {endpoint.version: endpoint for endpoint in endpoints}
        handlers = {HTTPException: _no_such_page, Exception: _broken}
        self._pages = Starlette(routes=more, exception_handlers=handlers)  # type: ignore[arg-type]  # narrower handlers

    @property
    def routes(self) -> list[BaseRoute]:
        return self._pages.routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["path"][1:].partition("/")[0]) if scope["type"] == "http" else None
        await (endpoint or self._pages)(scope, receive, send)


async def _no_such_page(request: Request, problem: HTTPException) -> Response:
    if request.url.path == "/" and "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("wall")
    message = f"Nothing is at {request.method} {request.url.path}. Try /beta/me/devices."
    if problem.status_code == 405:
        takes = ", ".join(sorted((problem.headers or {}).get("Allow", "").split(", ")))
        message = f"{request.url.path} does not take {request.method}. It takes {takes}."
    body = {"error": {"code": "BadRequest", "message": message}}
    return JSONResponse(body, problem.status_code, headers=problem.headers)


async def _broken(request: Request, problem: Exception) -> Response:
    return JSONResponse(BROKEN, 500)
