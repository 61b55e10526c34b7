"""`POST /$batch`: up to twenty requests in one, each answered as if it had come alone (dossier 7.4).

Each has a request-id, an entry in the request log and a count at the throttle of its own, so the whole is 200 even when
every one was refused, and a `Retry-After` is found in the headers of its part: two pages of Graph's documentation
disagree here, and this is what the batching page says (dossier 10, row 26). They run in the order in which they were
sent, and nothing is undone when something fails. A part inherits the token of the batch, and does not wait.

What makes the whole unreadable is refused as a whole, with the property named: more than twenty requests, an id twice,
a dependency on a later request, or dependencies that are neither serial nor all the same (a limit that Graph's list of
known issues states, dossier 7.4). What is wrong with one request alone is an error of that part.

A large batch keeps nobody waiting: other requests are answered between its parts, and its answers have a budget.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, NamedTuple
from urllib.parse import unquote
from uuid import UUID

from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.bodies import json_of
from romekit.cloud.graph.context import Context
from romekit.cloud.graph.messages import ALWAYS, GraphRequest, GraphResponse, Refused, envelope, json_type, padding_of
from romekit.cloud.graph.request_log import Exchange, size_of

PATH: Final = ("$batch",)
MOST: Final = 20
INHERITED: Final = ("authorization", "user-agent", "accept")
#: About how many bytes the answers of a batch may have; the parts behind them are answered 429. Ours.
BUDGET: Final = 2_000_000
#: Headers that a part cannot set.
NOT_TAKEN: Final = frozenset({"authorization", "prefer"})
#: The first headers of a part; Graph's other headers belong to the connection, which is the batch's.
HEADERS: Final = {name: ALWAYS[name] for name in ("Cache-Control", "OData-Version")}
VERSIONS: Final = frozenset({"beta", "v1.0"})
_ABSOLUTE: Final = re.compile(r"([a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


class Part(NamedTuple):
    """One request of a batch. `headers` are its own, with names in lower case; `body` is None for none."""

    place: str
    id: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    depends: frozenset[str]


def is_batch(request: GraphRequest) -> bool:
    """Whether a request is a batch, whose parts are counted instead of the whole."""
    return len(request.segments) == 1 and request.segments[0].lower() == PATH[0]


def answer_batch(
    context: Context, caller: Caller, names: dict[str, str], request: GraphRequest
) -> Generator[None, None, GraphResponse]:
    """The responses to all parts of a batch, with a pause after each; Refused with 400 when it cannot be read."""
    statuses: dict[str, int] = {}
    responses = []
    delay, size = 0.0, 0
    inherited = {name: request.headers[name] for name in INHERITED if name in request.headers}
    for part in parts_of(json_of(request)):
        failed = sorted([each for each in part.depends if statuses[each] >= 400])
        alone = _alone(part, request, inherited)
        response = _answer(context, caller, part, alone, failed, is_full=size > BUDGET)
        statuses[part.id] = response.status
        delay = max(delay, response.delay)
        size += size_of(response.body) + padding_of(response.body)
        responses.append({"id": part.id, **_as_wire(response, alone)})
        yield
    return GraphResponse(200, {"responses": responses}, delay=delay)


def _answer(
    context: Context, caller: Caller, part: Part, alone: GraphRequest, failed: list[str], *, is_full: bool
) -> GraphResponse:
    try:
        _check(part, alone, failed, is_full=is_full)
    except Refused as refused:
        response = envelope(refused, alone)
        context.request_log.keep(caller.upn, Exchange(alone, response))
        return response
    return context.answer_part(alone)


def _check(part: Part, alone: GraphRequest, failed: list[str], *, is_full: bool) -> None:
    if is_full:
        message = f"The answers before this one have more than {BUDGET} bytes. Ask for this again in another batch."
        raise Refused(429, "TooManyRequests", message, headers={"Retry-After": "1"})
    if failed:
        message = f"Not sent, because {', '.join(failed)} failed, on which it depends."
        raise Refused(424, "FailedDependency", message, target=f"{part.place}.dependsOn")
    if _ABSOLUTE.match(part.url) or (alone.segments and alone.segments[0].lower() in VERSIONS):
        message = f"The url {part.url!r} is not relative to the version of this batch. Write it as /me/devices."
        raise Refused(400, "BadRequest", message, target=f"{part.place}.url")
    if is_batch(alone):
        raise Refused(400, "BadRequest", "A batch cannot be inside a batch.", target=f"{part.place}.url")
    if part.body is not None and "content-type" not in part.headers:
        message = "A body needs its own Content-Type among the headers of its request."
        raise Refused(400, "BadRequest", message, target=f"{part.place}.headers")


def _alone(part: Part, request: GraphRequest, inherited: Mapping[str, str]) -> GraphRequest:
    path, _, query = part.url.partition("#")[0].partition("?")
    segments = [segment for segment in path.split("/") if segment]
    return GraphRequest(
        part.method,
        tuple(map(unquote, segments) if "%" in path else segments),
        {**inherited, **part.headers},
        b"",
        request.at,
        # a GUID that follows from the batch's own, so that a run with a seed repeats
        str(UUID(sha256(f"{request.request_id}/{part.id}".encode()).hexdigest()[:32])),
        path=f"/{request.base.rpartition('/')[2]}/{part.url.lstrip('/')}",
        query=query,
        base=request.base,
        part=part.body,
    )


def _as_wire(response: GraphResponse, alone: GraphRequest) -> dict[str, Any]:
    headers = {
        **({} if response.body is None else {"Content-Type": json_type(response.body)}),
        **HEADERS,
        "request-id": alone.request_id,
        "client-request-id": alone.client_request_id,
        **response.headers,
    }
    wire: dict[str, Any] = {"status": response.status, "headers": headers}
    if response.body is not None and alone.method != "HEAD":
        is_bytes = isinstance(response.body, bytes)
        wire["body"] = response.body.decode(errors="replace") if is_bytes else response.body
    return wire


def parts_of(data: object) -> list[Part]:
    """The parts in their order; each comes after all it depends on."""
    requests = data.get("requests") if isinstance(data, dict) else None
    if not isinstance(requests, list) or not requests:
        raise _wrong("requests", 'is not a list with something in it. Send {"requests": [{"id": "1", …}]}')
    if len(requests) > MOST:
        raise _wrong("requests", f"has {len(requests)} requests; a batch takes {MOST} at most")
    parts = [_part(f"requests[{number}]", request) for number, request in enumerate(requests)]
    _check_order(parts)
    return parts


def _part(place: str, data: object) -> Part:
    if not isinstance(data, dict):
        raise _wrong(place, "is not a JSON object")
    headers = {} if data.get("headers") is None else data["headers"]
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise _wrong(f"{place}.headers", "is not an object of strings")
    depends = [] if data.get("dependsOn") is None else data["dependsOn"]
    if not isinstance(depends, list) or not all(isinstance(each, str) for each in depends):
        raise _wrong(f"{place}.dependsOn", "is not a list of ids, each a string")
    id_, method, url = [_text(place, name, data.get(name)) for name in ("id", "method", "url")]
    own = {low: value for name, value in headers.items() if (low := name.lower()) not in NOT_TAKEN}
    return Part(place, id_, method.upper(), url, own, data.get("body"), frozenset(depends))


def _text(place: str, name: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(f"{place}.{name}", "is missing" if value is None else "is not a string with something in it")
    return value


def _check_order(parts: Sequence[Part]) -> None:
    """Refuse ids that are there twice, and dependencies that Graph does not take."""
    earlier: set[str] = set()
    for part in parts:
        if part.id in earlier:
            raise _wrong(f"{part.place}.id", f"is {part.id!r} once more; ids are unique in a batch")
        if later := sorted(part.depends - earlier):
            raise _wrong(f"{part.place}.dependsOn", f"names {later[0]!r}, which is not among the requests before it")
        earlier.add(part.id)
    dependent = [part for part in parts if part.depends]
    is_serial = all(part.depends == {before.id} for before, part in pairwise(parts))
    if not is_serial and len({part.depends for part in dependent}) > 1:
        hint = "Let all depend on nothing, each on the one before it, or those that depend all on the same"
        raise _wrong(f"{dependent[-1].place}.dependsOn", f"mixes ways to depend, which Graph does not take. {hint}")


def _wrong(place: str, what: str) -> Refused:
    return Refused(400, "BadRequest", f"{place} {what}.", target=place)
