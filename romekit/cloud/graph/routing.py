"""Which route a request means: matched segment by segment, ignoring case, as OData does it.

What the types of the service have but no permission grants is CLOSED: a single device, the commands and payloads of
the top level, and the devices of a directory (dossier 2.1, 2.2). The SDK can ask for all of these, and no scope that a
personal account can give is enough, so the answer is Graph's 403 and not "no such segment". Where some verb is granted
another is 405. A query option that a route does not take is refused here as well, so that none is ignored in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.messages import GraphRequest, GraphResponse, Refused
from romekit.cloud.graph.odata.options import options_of

CLOSED: Final = (
    ("me", "devices", "{device}"),
    ("devices",),
    ("devices", "{device}"),
    ("devices", "{device}", "commands"),
    ("devices", "{device}", "commands", "{command}"),
    ("devices", "{device}", "commands", "{command}", "responsepayload"),
    ("commands",),
    ("commands", "{command}"),
    ("commands", "{command}", "responsepayload"),
    ("payloadresponse",),
    ("payloadresponse", "{payload}"),
)
NOBODY_MAY: Final = (
    "Insufficient privileges to complete the operation. No permission grants this to a personal account: "
    "list your devices at /me/devices, send to /me/devices/{id}/commands and read a command by its id there."
)

Serve = Callable[[Any, Caller, dict[str, str], GraphRequest], GraphResponse]
#: When to look again, for a request that would rather wait; None as soon as there is something to answer.
UnchangedUntil = Callable[[Any, Caller, dict[str, str], GraphRequest], float | None]


@dataclass(frozen=True, slots=True)
class Route:
    """One row: a verb, a path with {names} in it, the scope it needs, and what it does."""

    method: str
    path: tuple[str, ...]
    scope: str
    serve: Serve
    operation: str = ""  # what faults call it
    options: frozenset[str] = frozenset()  # the query options it takes
    unchanged_until: UnchangedUntil | None = None  # whether, and until when, a GET can be held


def find(routes: Sequence[Route], asked: GraphRequest, caller: Caller) -> tuple[Route, dict[str, str]]:
    """The route a request means, and the names in its path; the way Graph refuses what it does not know."""
    segments = _as_me(asked.segments, caller)
    for route in routes:
        if route.method == asked.method and (names := _match(route.path, segments)) is not None:
            if asked.query:
                options_of(asked.query, route.options)
            return route, names
    if others := verbs(routes, segments):
        allowed = ", ".join(others)
        raise Refused(405, "notAllowed", f"{asked.method} is not allowed here.", headers={"Allow": allowed})
    if any(_match(path, segments) is not None for path in CLOSED):
        raise Refused(403, "Authorization_RequestDenied", NOBODY_MAY)
    raise Refused(400, "BadRequest", f"Resource not found for the segment '{_first_unknown(routes, segments)}'.")


def verbs(routes: Sequence[Route], segments: tuple[str, ...]) -> list[str]:
    """What may be done at a path."""
    return sorted({route.method for route in routes if _match(route.path, segments) is not None})


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
    """The segment at which no route fits any more."""
    for length in range(1, len(segments) + 1):
        if not any(_match(route.path[:length], segments[:length]) is not None for route in routes):
            return segments[length - 1]
    return segments[-1] if segments else ""
