"""`POST /$batch`: up to twenty requests in one, each answered as if it had come alone (dossier 7.4).

Each has a request-id, a place among the exchanges and a count at the throttle of its own, so the whole is 200 even when
every one was refused, and a `Retry-After` is found in the headers of its item: two pages of Graph's documentation
disagree here, and this is what the batching page says (dossier 10, row 26). Answers come in the order in which the
requests ran, which is not always the order in which they were sent. Nothing is undone when something fails.

A request inherits the token of the batch, which is the one thing it cannot say for itself, and does not wait
(`Prefer` is left out): a batch answers at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from romekit.cloud.graph.auth import Caller
from romekit.cloud.graph.batch_body import Item, items_of
from romekit.cloud.graph.bodies import json_of
from romekit.cloud.graph.messages import ALWAYS, JSON_TYPE, GraphRequest, GraphResponse, Refused, envelope
from romekit.cloud.graph.request_log import Exchange

if TYPE_CHECKING:  # graph lists this as one of its routes, so it is the one to import
    from romekit.cloud.graph.graph import Graph

PATH: Final = ("$batch",)
INHERITED: Final = ("authorization", "user-agent", "accept")
#: What the headers of an item begin with; the others say something about the connection, which is the batch's.
WITHOUT_BODY: Final = {name: ALWAYS[name] for name in ("Cache-Control", "OData-Version")}
WITH_BODY: Final = {"Content-Type": JSON_TYPE, **WITHOUT_BODY}
VERSIONS: Final = frozenset({"beta", "v1.0"})
_ABSOLUTE: Final = re.compile(r"([a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)


def is_batch(asked: GraphRequest) -> bool:
    """Whether this is no request itself but a bundle of them, which is not counted or switched off as one."""
    return len(asked.segments) == 1 and asked.segments[0].lower() == PATH[0]


def answer_batch(graph: Graph, caller: Caller, names: dict[str, str], asked: GraphRequest) -> GraphResponse:
    """The answers to all requests of a batch; Refused with 400 when it cannot be read."""
    statuses: dict[str, int] = {}
    responses = []
    delay = 0.0
    inherited = {name: asked.headers[name] for name in INHERITED if name in asked.headers}
    for item in items_of(json_of(asked)):
        failed = sorted([each for each in item.depends if statuses[each] >= 400])
        one = _alone(item, asked, inherited)
        reply = _answer(graph, caller, item, one, failed)
        statuses[item.id] = reply.status
        delay = max(delay, reply.delay)
        responses.append({"id": item.id, **_written(reply, one)})
    return GraphResponse(200, {"responses": responses}, delay=delay)


def _answer(graph: Graph, caller: Caller, item: Item, one: GraphRequest, failed: list[str]) -> GraphResponse:
    try:
        _check(item, one, failed)
    except Refused as refused:
        reply = envelope(refused, one)
        graph.exchanges.keep(caller.upn, Exchange(one, reply))
        return reply
    return graph.answer(one)


def _check(item: Item, one: GraphRequest, failed: list[str]) -> None:
    """Refuse what can only be wrong inside a batch."""
    if failed:
        message = f"Not sent, because {', '.join(failed)} failed, on which it depends."
        raise Refused(424, "FailedDependency", message, target=f"{item.place}.dependsOn")
    if _ABSOLUTE.match(item.url) or (one.segments and one.segments[0].lower() in VERSIONS):
        message = f"The url {item.url!r} is not relative to the version of this batch. Write it as /me/devices."
        raise Refused(400, "BadRequest", message, target=f"{item.place}.url")
    if is_batch(one):
        raise Refused(400, "BadRequest", "A batch cannot be inside a batch.", target=f"{item.place}.url")
    if item.body is not None and "content-type" not in item.headers:
        message = "A body needs its own Content-Type among the headers of its request."
        raise Refused(400, "BadRequest", message, target=f"{item.place}.headers")


def _alone(item: Item, asked: GraphRequest, inherited: Mapping[str, str]) -> GraphRequest:
    """The request as if it had come alone."""
    path, _, query = item.url.partition("#")[0].partition("?")
    parts = [part for part in path.split("/") if part]
    return GraphRequest(
        item.method,
        tuple(map(unquote, parts) if "%" in path else parts),
        {**inherited, **item.headers},
        b"",
        asked.at,
        _request_id(asked.request_id, item.id),
        path=f"/{asked.base.rpartition('/')[2]}/{item.url.lstrip('/')}",
        query=query,
        base=asked.base,
        part=item.body,
    )


def _request_id(whole: str, item: str) -> str:
    """A GUID that follows from the batch's own, so that a run with a seed repeats."""
    digits = sha256(f"{whole}/{item}".encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"


def _written(reply: GraphResponse, one: GraphRequest) -> dict[str, Any]:
    headers = {
        **(WITHOUT_BODY if reply.body is None else WITH_BODY),
        "request-id": one.request_id,
        "client-request-id": one.client_request_id,
        **reply.headers,
    }
    written: dict[str, Any] = {"status": reply.status, "headers": headers}
    if reply.body is not None:
        written["body"] = reply.body.decode(errors="replace") if isinstance(reply.body, bytes) else reply.body
    return written
