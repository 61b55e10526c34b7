"""Which route a request means: matched segment by segment, ignoring case, as OData does it.

What the SDK can ask for but no permission of a personal account grants is CLOSED: a single device, the commands and
payloads of the top level, and the devices of a directory (dossier 2.1, 2.2). The answer is Graph's 403 and not "no such
segment". A query option that a route does not take is refused here as well, so that none is ignored in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Final

from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.odata.options import options_of

CLOSED: Final = tuple(
    tuple(path.split("/"))
    for path in (
        "me/devices/{device} devices devices/{device} devices/{device}/commands devices/{device}/commands/{command} "
        "devices/{device}/commands/{command}/responsepayload commands commands/{command} "
        "commands/{command}/responsepayload payloadresponse payloadresponse/{payload}"
    ).split()
)
NOBODY_MAY: Final = (
    "Insufficient privileges to complete the operation. No permission grants this to a personal account: "
    "list your devices at /me/devices, send to /me/devices/{id}/commands and read a command by its id there."
)
#: What a browser may send when it does not ask for certain headers.
CORS_HEADERS: Final = "authorization, content-type, accept, client-request-id, if-none-match, prefer"

#: What a handler returns: a response, or for a batch a generator that pauses after each part and then returns one.
Answer = GraphResponse | Generator[None, None, GraphResponse]
Handler = Callable[[Context, Caller, dict[str, str], GraphRequest], Answer]
#: When to look again, for a request that can be held; None as soon as there is something to answer.
UnchangedUntil = Callable[[Context, Caller, dict[str, str], GraphRequest], float | None]


@dataclass(frozen=True, slots=True)
class Route:
    """One row: a verb, a path with {names} in it, the scope it needs ("" is any token, None is none), its handler."""

    method: str
    path: tuple[str, ...]
    scope: str | None
    handler: Handler
    fault_point: str = ""  # what faults call it
    options: frozenset[str] = frozenset()  # the query options it takes
    unchanged_until: UnchangedUntil | None = None  # whether, and until when, a GET can be held

    @property
    def operation(self) -> str:
        return self.handler.__name__


def find(routes: Sequence[Route], request: GraphRequest, caller: Caller) -> tuple[Route, dict[str, str]]:
    """The route a request means, and the names in its path; refused as Graph does when there is none."""
    segments = _as_me(request.segments, caller)
    method = "GET" if request.method == "HEAD" else request.method
    for route in routes:
        if route.method == method and (names := _match(route.path, segments)) is not None:
            if request.query and route.scope is not None:
                options_of(request.query, route.options)
            return route, names
    if others := verbs(routes, segments):
        allow = {"Allow": ", ".join(others)}
        raise Refused(405, "notAllowed", f"{request.method} is not allowed here.", headers=allow)
    if any(_match(path, segments) is not None for path in CLOSED):
        raise Refused(403, "Authorization_RequestDenied", NOBODY_MAY)
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{_first_unknown(routes, segments)}'.")


def verbs(routes: Sequence[Route], segments: tuple[str, ...]) -> list[str]:
    found = {route.method for route in routes if _match(route.path, segments) is not None}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def preflight(routes: Sequence[Route], request: GraphRequest) -> GraphResponse:
    """The answer to a browser that asks, without a token, whether its page may call Graph (CORS)."""
    is_twin = len(request.segments) > 1 and request.segments[0].lower() == "users"
    segments = ("me", *request.segments[2:]) if is_twin else request.segments
    # A page sees that a path does not exist only if the browser may send the request at all.
    allowed = ", ".join([*(verbs(routes, segments) or ["GET", "POST"]), "OPTIONS"])
    headers = {
        "Allow": allowed,
        "Access-Control-Allow-Methods": allowed,
        "Access-Control-Allow-Headers": request.headers.get("access-control-request-headers") or CORS_HEADERS,
        "Access-Control-Max-Age": "3600",
    }
    return GraphResponse(204, None, headers)


def _match(pattern: tuple[str, ...], segments: tuple[str, ...]) -> dict[str, str] | None:
    if len(pattern) != len(segments):
        return None
    names: dict[str, str] = {}
    for expected, segment in zip(pattern, segments, strict=True):
        if expected[0] == "{":
            names[expected[1:-1]] = segment
        elif expected != segment.lower():
            return None
    return names


def _as_me(segments: tuple[str, ...], caller: Caller) -> tuple[str, ...]:
    """`/users/{own id or UPN}` is another way to say `/me`."""
    if len(segments) > 1 and segments[0].lower() == "users":
        if segments[1].lower() in {caller.id.lower(), caller.upn.lower(), "me-token-to-replace"}:
            return ("me", *segments[2:])
        raise Refused(403, "AccessDenied", "Access is denied. Check credentials and try again.")
    return segments


def _first_unknown(routes: Sequence[Route], segments: tuple[str, ...]) -> str:
    """The first segment at which no route fits any more."""
    for length in range(1, len(segments) + 1):
        if not any(_match(route.path[:length], segments[:length]) is not None for route in routes):
            return segments[length - 1]
    return segments[-1] if segments else ""
