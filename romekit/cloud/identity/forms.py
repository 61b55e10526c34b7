"""Forms as OAuth sends them, read by hand, and answers in JSON.

`request.form()` would parse uploads in threads; everything here must run to its end without waiting.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from romekit.cloud.asgi import BodyTooLarge, body_of
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.problems import SignInRefused, as_body, refuse
from romekit.cloud.store.contract import NotKept
from romekit.core.errors import Busy

#: Bytes. The longest honest request is a refresh token and a handful of scopes.
LARGEST: Final = 65_536
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
READ: Final = "romekit.form"
NO_STORE: Final = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}

Fields = dict[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]


async def form_of(request: Request) -> Fields:
    """The fields of a form, each of them once."""
    body = request.scope.get(READ)  # an answer that is worked out anew finds it read already
    if body is None:
        try:
            body = request.scope[READ] = await body_of(request.headers, request.receive, LARGEST)
        except BodyTooLarge:
            raise refuse("too_large") from None
    return fields_of(body.decode("utf-8", "replace"))


def fields_of(text: str) -> Fields:
    """The fields of a form or query, refused when one of them comes twice (RFC 6749, 3.2)."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=64)
    except ValueError:
        raise refuse("unreadable", why="it has too many fields") from None
    fields: Fields = {}
    for name, value in pairs:
        if name in fields:
            raise refuse("repeated", name=name[:60])
        fields[name] = value
    return fields


def need(fields: Fields, name: str) -> str:
    """The value of a field that must be there."""
    value = fields.get(name, "").strip()
    if not value:
        raise refuse("missing", name=name)
    return value


def client_of(fields: Fields, desk: IdentityContext) -> str:
    """The app that asks. Any name will do unless the settings say otherwise."""
    client = need(fields, "client_id")
    known = desk.settings.clients
    if len(client) > 200 or not client.isprintable() or (known is not None and client not in known):
        raise refuse("no_client", client=client[:200])
    return client


def correlation_of(request: Request, desk: IdentityContext) -> str:
    """The caller's `client-request-id`, or a new one."""
    given = request.headers.get("client-request-id", "")
    return given if _GUID.fullmatch(given) else desk.new_id()


def answer(body: Any, status: int = 200, closes: bool = False) -> JSONResponse:
    """JSON that nobody keeps."""
    return JSONResponse(body, status, headers=NO_STORE | ({"Connection": "close"} if closes else {}))


async def kept(
    desk: IdentityContext, request: Request, endpoint: Callable[[IdentityContext, Request], Awaitable[Response]]
) -> Response:
    """The endpoint's answer, when everything it rests on is on disk; refused when it cannot be kept."""
    try:
        return await desk.keeping.answered(request.scope, lambda again: endpoint(desk, request))
    except (NotKept, Busy) as problem:
        raise refuse("not_kept", why=str(problem)) from None


def in_json(desk: IdentityContext, endpoint: Callable[[IdentityContext, Request], Awaitable[Response]]) -> Endpoint:
    """The endpoint at this desk, its refusals told in Microsoft's JSON."""

    async def serve(request: Request) -> Response:
        try:
            return await kept(desk, request, endpoint)
        except SignInRefused as refused:
            correlation = correlation_of(request, desk)
            body = as_body(refused, desk.clock.now(), desk.new_id(), correlation, desk.browser_base)
            return answer(body, refused.problem.status, refused.problem.status == 413)

    return serve
