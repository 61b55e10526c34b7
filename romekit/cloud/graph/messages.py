"""Requests and responses as plain records, with Graph's headers and its error envelope.

Graph works on these two records only, so a part of a batch, a socket and an in-process call are the same to it.
Headers follow a captured answer of a sibling Project Rome call (dossier 4.7), errors dossier 7.1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from functools import lru_cache
from math import ceil
from typing import Any, Final, NamedTuple

from romekit.core.clock import as_text
from romekit.core.errors import RomeError

#: Content types of a JSON body without and with `@odata.context`.
PLAIN_JSON: Final = "application/json;odata.metadata=none;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
MINIMAL_JSON: Final = PLAIN_JSON.replace("=none", "=minimal")
DIAGNOSTIC: Final = (
    '{"ServerInfo":{"DataCenter":"romekit","Slice":"E","Ring":"1","ScaleUnit":"001","RoleInstance":"AGSFE_IN_1"}}'
)
#: Ours: what the updates of a command that was sent with a `postBackUri` are signed with.
SECRET: Final = "X-Romekit-PostBack-Secret"
ALWAYS: Final = {
    "Cache-Control": "private",
    "OData-Version": "4.0",
    "x-ms-ags-diagnostic": DIAGNOSTIC,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Location, Preference-Applied, Content-Range, request-id, client-request-id, ReadWriteConsistencyToken, "
        "Retry-After, WWW-Authenticate, Allow"
    ),
}
#: Ours: the property that makes a body oversized.
PADDING: Final = "romekit.padding"


@dataclass(frozen=True, slots=True)
class Padding:
    """Stands for so many bytes of a body until the body is encoded, so that a kept response stays small."""

    size: int


def padding_of(body: Any) -> int:
    padding = body.get(PADDING) if isinstance(body, dict) else None
    return padding.size if isinstance(padding, Padding) else 0


_dumps: Final = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, separators=(",", ":"), default=lambda padding: "x" * padding.size
).encode


class GraphRequest(NamedTuple):
    """One request. Header names are lower case; `segments` is the path after the version."""

    method: str
    segments: tuple[str, ...]
    headers: Mapping[str, str]
    body: bytes
    at: float
    request_id: str
    path: str = ""
    query: str = ""
    base: str = ""
    part: Any = None  # the body of a part of a batch, which was parsed with the batch

    @property
    def client_request_id(self) -> str:
        return self.headers.get("client-request-id") or self.request_id


class GraphResponse(NamedTuple):
    """One response: its status, its JSON body (or bytes) and the headers that not every response has.

    `delay` is how many seconds it is kept back, `is_logged` whether the request log keeps it.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = {}  # which nobody changes; unlike a mappingproxy it can be pickled
    delay: float = 0.0
    is_logged: bool = True


@dataclass(eq=False)
class Refused(Exception):
    """Raised wherever it becomes clear that the response is an error. `account` is whose request it was, if known."""

    status: int
    code: str
    message: str
    target: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    inner: dict[str, str] = field(default_factory=dict)
    account: str = ""

    def __str__(self) -> str:
        return self.message


#: The status and code of an error of ours that has none itself; its nearest base class in this table counts.
STATUS_OF: Final = {
    "BadInput": (400, "BadRequest"),
    "NotFound": (404, "itemNotFound"),
    "Rejected": (409, "notAllowed"),
    "RomeError": (400, "BadRequest"),
}


def refusal_of(error: RomeError) -> Refused:
    """An error of the engine or the store, with a status and a code of Graph's."""
    name = next(each.__name__ for each in type(error).__mro__ if each.__name__ in STATUS_OF)
    status, code = STATUS_OF[name]
    return Refused(error.status or status, error.code or code, str(error), target=error.field)


def envelope(refused: Refused, request: GraphRequest) -> GraphResponse:
    """Graph's error body: branch on `code`, never on `message`."""
    error: dict[str, Any] = {"code": refused.code, "message": refused.message}
    if refused.target:
        error["target"] = refused.target
    error["innerError"] = {
        **refused.inner,
        "date": as_text(request.at).rstrip("Z"),
        "request-id": request.request_id,
        "client-request-id": request.client_request_id,
    }
    return GraphResponse(refused.status, {"error": error}, refused.headers)


def retry_after(seconds: float) -> dict[str, str]:
    """The header that says when to come back: whole seconds, rounded up (RFC 9110, 10.2.3)."""
    return {"Retry-After": str(ceil(round(seconds, 6)))}


def json_type(body: Any) -> str:
    """The content type of a body that has none of its own; "" for no body."""
    if body is None:
        return ""
    return MINIMAL_JSON if isinstance(body, dict) and "@odata.context" in body else PLAIN_JSON


@lru_cache
def wants_https(base: str) -> bool:
    """Whether a browser may be told to use https only: not over http, and not for this machine (RFC 6797, 7.2)."""
    return re.match(r"https://(?!(localhost|127\.[\d.]+|\[::1\])(:\d*)?(/|$))", base, re.IGNORECASE) is not None


def headers_of(response: GraphResponse, request: GraphRequest) -> dict[str, str]:
    return {
        **_common(int(request.at), json_type(response.body), wants_https(request.base)),
        "request-id": request.request_id,
        "client-request-id": request.client_request_id,
        **response.headers,
    }


def raw_headers(response: GraphResponse, request: GraphRequest) -> list[tuple[bytes, bytes]]:
    """The same in bytes, as a server sends them."""
    own = {
        "request-id": request.request_id,
        "client-request-id": request.client_request_id,
        **response.headers,
    }
    common = _raw_common(int(request.at), json_type(response.body), wants_https(request.base))
    return [*{**common, **{k.encode("latin-1"): v.encode("latin-1") for k, v in own.items()}}.items()]


@lru_cache(maxsize=16)
def _raw_common(second: int, kind: str, is_https: bool) -> dict[bytes, bytes]:
    return {k.encode("latin-1"): v.encode("latin-1") for k, v in _common(second, kind, is_https).items()}


@lru_cache(maxsize=16)
def _common(second: int, kind: str, is_https: bool) -> dict[str, str]:
    content_type = {"Content-Type": kind} if kind else {}
    security = {"Strict-Transport-Security": "max-age=31536000"} if is_https else {}
    return {**content_type, **ALWAYS, **security, "Date": formatdate(second, usegmt=True)}


def encoded(response: GraphResponse) -> bytes:
    if response.body is None or isinstance(response.body, bytes):
        return response.body or b""
    return _dumps(response.body).encode()
