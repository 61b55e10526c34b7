"""Forms as OAuth sends them, the app that sends them, and answers in JSON.

Forms are read by hand: `request.form()` would parse uploads in threads, and everything here must run to its end
without waiting.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from romekit.cloud.asgi import BodyTooLarge, body_of
from romekit.cloud.identity.context import IdentityContext
from romekit.cloud.identity.problems import SignInRefused, as_body, refuse, too_many
from romekit.cloud.store.contract import NotKept
from romekit.core.errors import Busy

#: Bytes. The longest honest request is a refresh token and a handful of scopes.
LARGEST: Final = 65_536
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
READ: Final = "romekit.form"
NO_STORE: Final = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"}
#: What lets a page of any other origin read an answer: there are no cookies here (Fetch standard, CORS).
CROSS_ORIGIN: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Retry-After, WWW-Authenticate, client-request-id",
}

Fields = dict[str, str]
Endpoint = Callable[[Request], Awaitable[Response]]
ContextEndpoint = Callable[[IdentityContext, Request], Awaitable[Response]]


async def fields_of(request: Request) -> Fields:
    """The fields of the form that is sent, or else of the query."""
    if request.method != "POST":
        return _fields_in(request.scope["query_string"].decode("latin-1"))
    return _fields_in((await body_once(request)).decode("utf-8-sig", "replace"))


async def body_once(request: Request, most: int = LARGEST) -> bytes:
    """The body; an answer that is worked out anew finds it read already."""
    if READ not in request.scope:
        try:
            request.scope[READ] = await body_of(request.headers, request.receive, most)
        except BodyTooLarge:
            raise refuse("too_large") from None
    body: bytes = request.scope[READ]
    return body


def _fields_in(text: str) -> Fields:
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
    value = fields.get(name, "").strip()
    if not value:
        raise refuse("missing", name=name)
    return value


def client_of(context: IdentityContext, fields: Fields, request: Request) -> str:
    """The app that asks. Any name will do unless the settings say otherwise.

    A public client names itself in the form, or by HTTP Basic with an empty secret (RFC 6749, 2.3.1).
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client = _basic_client(credentials)
        if fields.get("client_id", client) != client:
            raise refuse("unreadable", why="it names two apps, one in the form and one in Authorization")
    elif scheme:
        raise refuse("bad_client_authentication")
    else:
        client = need(fields, "client_id")
    if fields.get("client_secret") or fields.get("client_assertion"):
        raise refuse("secret_refused")
    clients = context.settings.clients
    if len(client) > 200 or not client.isprintable() or (clients is not None and client not in clients):
        raise refuse("no_client", client=client[:200])
    return client


def _basic_client(credentials: str) -> str:
    try:
        client, secret = b64decode(credentials.strip(), validate=True).decode().split(":", 1)
    except ValueError:
        client = secret = ""
    if not client:
        raise refuse("bad_client_authentication")
    if secret:
        raise refuse("secret_refused")
    return unquote_plus(client)


def correlation_of(request: Request, context: IdentityContext) -> str:
    """The caller's `client-request-id`, or a new one."""
    given = request.headers.get("client-request-id", "")
    return given if _GUID.fullmatch(given) else context.new_id()


def answer(body: Any) -> JSONResponse:
    return JSONResponse(body, headers=NO_STORE)


async def committed(context: IdentityContext, request: Request, endpoint: ContextEndpoint) -> Response:
    """The endpoint's answer, when everything it rests on is on disk; refused when it cannot be kept."""
    try:
        return await context.commit_barrier.answered(request.scope, lambda again: endpoint(context, request))
    except (NotKept, Busy) as problem:
        if isinstance(problem, Busy) and problem.status == 429:
            raise too_many(problem) from None
        raise refuse("not_kept", why=str(problem)) from None


def in_json(context: IdentityContext, path: str, endpoint: ContextEndpoint, methods: Sequence[str] = ("GET",)) -> Route:
    """The route of an endpoint for apps: refusals are Microsoft's JSON, and pages of any origin may ask."""

    async def serve(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _preflight(request, methods)
        try:
            response = await committed(context, request, endpoint)
        except SignInRefused as refused:
            response = _refusal(context, request, refused)
        response.headers.update(CROSS_ORIGIN)
        return response

    return Route(path, serve, methods=[*methods, "OPTIONS"])


def _preflight(request: Request, methods: Sequence[str]) -> Response:
    """What a browser hears before a page of another origin may ask."""
    allowed = {
        "Access-Control-Allow-Methods": ", ".join(methods),
        "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers", "*"),
        "Access-Control-Max-Age": "3600",
    }
    return Response(status_code=204, headers=CROSS_ORIGIN | allowed)


def _refusal(context: IdentityContext, request: Request, refused: SignInRefused) -> Response:
    correlation = correlation_of(request, context)
    body = as_body(refused, context.clock.now(), context.new_id(), correlation, context.page_base(request))
    headers = NO_STORE | refused.headers
    if refused.problem.error == "invalid_client" and "authorization" in request.headers:
        headers["WWW-Authenticate"] = 'Basic realm="romekit"'  # RFC 6749, 5.2
    return JSONResponse(body, refused.problem.status, headers)
