"""What goes over the wire around an answer: requests and replies as plain records, Graph's headers and error envelope.

Everything below the doors works on these two records, so a batch item, a socket and an in-process call are the same
thing. Headers follow a captured answer of a sibling Project Rome call (dossier 4.7), errors dossier 7.1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from typing import Any, Final, NamedTuple

from romekit.core.clock import as_text
from romekit.core.errors import RomeError

JSON_TYPE: Final = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
DIAGNOSTIC: Final = (
    '{"ServerInfo":{"DataCenter":"romekit","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"AGSFE_IN_1"}}'
)
#: Ours: what the updates of a command that was sent with a `postBackUri` are signed with.
SECRET: Final = "X-Romekit-PostBack-Secret"
ALWAYS: Final = {
    "Cache-Control": "private",
    "OData-Version": "4.0",
    "Strict-Transport-Security": "max-age=31536000",
    "x-ms-ags-diagnostic": DIAGNOSTIC,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken"
    ),
}
#: The headers that an answer can have of its own and that then stand in their usual place.
NOT_ITS_OWN: Final = frozenset({"Content-Type", *ALWAYS, "Date"})

#: Ours: what a body is blown up by.
PADDING: Final = "romekit.padding"


@dataclass(frozen=True, slots=True)
class Padding:
    """So many bytes of a body, which there are only while it goes out: thousands of answers are kept."""

    size: int


def _padded(padding: object) -> str:
    assert isinstance(padding, Padding)
    return "x" * padding.size


_written: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_padded).encode


class GraphRequest(NamedTuple):
    """One request, as any door took it. Header names are lower case; `segments` is the path behind the version."""

    method: str
    segments: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes
    at: float
    request_id: str
    path: str = ""
    query: str = ""
    base: str = ""
    part: Any = None  # in place of `body`: what a part of a batch has, as it was read there

    @property
    def client_request_id(self) -> str:
        return self.headers.get("client-request-id") or self.request_id


@dataclass(frozen=True, slots=True)
class GraphResponse:
    """One answer: status, JSON body (or bytes), the headers that are its own, and how long it is kept back.

    `is_kept` says whether it belongs among the exchanges that a person can look at later.
    """

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    is_kept: bool = True


class Refused(Exception):
    """An answer that is not a success, raised from wherever it becomes clear. `account` is whose request it was."""

    account = ""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        target: str | None = None,
        headers: Mapping[str, str] | None = None,
        inner: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
        self.headers = dict(headers or {})
        self.inner = dict(inner or {})


#: What an error of ours is in HTTP when it does not say so itself: the nearest class in this list wins.
STATUS_OF: Final = {
    "BadInput": (400, "BadRequest"),
    "NotFound": (404, "itemNotFound"),
    "Rejected": (409, "notAllowed"),
    "RomeError": (400, "BadRequest"),
}


def refusal_of(error: RomeError) -> Refused:
    """A refusal by the world, told in Graph's words."""
    name = next(each.__name__ for each in type(error).__mro__ if each.__name__ in STATUS_OF)
    status, code = STATUS_OF[name]
    return Refused(error.status or status, error.code or code, str(error), target=error.field)


def envelope(refused: Refused, asked: GraphRequest) -> GraphResponse:
    """Graph's error body: branch on `code`, never on `message`."""
    inner = {
        **refused.inner,
        "date": as_text(asked.at).rstrip("Z"),
        "request-id": asked.request_id,
        "client-request-id": asked.client_request_id,
    }
    error: dict[str, Any] = {"code": refused.code, "message": refused.message}
    if refused.target:
        error["target"] = refused.target
    error["innerError"] = inner
    return GraphResponse(refused.status, {"error": error}, refused.headers)


def headers_of(reply: GraphResponse, asked: GraphRequest) -> dict[str, str]:
    """All the headers an answer goes out with."""
    return {
        **_common(int(asked.at), reply.body is not None),
        "request-id": asked.request_id,
        "client-request-id": asked.client_request_id,
        **reply.headers,
    }


def raw_headers(reply: GraphResponse, asked: GraphRequest) -> list[tuple[bytes, bytes]]:
    """The same in bytes, as a socket sends them."""
    if reply.headers and not NOT_ITS_OWN.isdisjoint(reply.headers):
        return _raw(headers_of(reply, asked))
    ids = {"request-id": asked.request_id, "client-request-id": asked.client_request_id}
    return [*_raw_common(int(asked.at), reply.body is not None), *_raw(ids | reply.headers)]


@lru_cache(maxsize=16)
def _common(second: int, has_body: bool) -> dict[str, str]:
    """What the answers of one second, which are many, begin with."""
    kind = {"Content-Type": JSON_TYPE} if has_body else {}
    return {**kind, **ALWAYS, "Date": formatdate(second, usegmt=True)}


@lru_cache(maxsize=16)
def _raw_common(second: int, has_body: bool) -> list[tuple[bytes, bytes]]:
    return _raw(_common(second, has_body))


def _raw(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


def encoded(reply: GraphResponse) -> bytes:
    """The body in bytes."""
    if reply.body is None or isinstance(reply.body, bytes):
        return reply.body or b""
    return _written(reply.body).encode()
