"""One step of a conversation over httpx: what the two clients share about building requests and telling failures."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

import httpx

from romekit import __version__
from romekit.client.steps import Ask, Reply
from romekit.core.errors import BadInput, RomeError, Unreachable, Unreadable, Unsure

#: Failures that happen before anything was sent: nothing can have happened at the other end.
BEFORE_SENDING: Final = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
AGENT: Final = f"romekit/{__version__}"
#: Seconds for each phase of a request. Requests are made without their client, which would merge its defaults in at
#: a quarter of the whole cost of a call; so the timeout comes along here.
PHASE: Final = 30.0
TIMEOUT: Final = {"timeout": httpx.Timeout(PHASE).as_dict()}

#: Parsing an address is half the cost of a request, and whoever follows a command asks at the same one again and again.
_url: Final = lru_cache(maxsize=256)(httpx.URL)
_as_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def address_of(base: str, ask: Ask) -> str:
    """The whole address a question goes to; Unreadable when the service pointed to somewhere else."""
    address = ask.path if "://" in ask.path else base + ask.path
    if not address.startswith(f"{base}/"):
        raise Unreadable(
            f"The service pointed to {address!r}, which is not below {base}.",
            hint="romekit does not send your token elsewhere.",
        )
    return address


def headers_of(ask: Ask, new_id: Callable[[], str]) -> dict[str, str]:
    """The headers of a question. Every one carries a `client-request-id` (dossier 7.5)."""
    headers = {
        "Accept": "application/json",
        "User-Agent": AGENT,
        "client-request-id": ask.request_id or new_id(),
        "Authorization": f"Bearer {ask.token}",
    }
    if ask.headers:
        headers |= ask.headers
    if ask.body is not None:
        headers["Content-Type"] = "application/json"
    return headers


def request_of(base: str, ask: Ask, new_id: Callable[[], str]) -> httpx.Request:
    """The HTTP request for an Ask."""
    address, content = address_of(base, ask), written(ask)
    headers = headers_of(ask, new_id)
    return httpx.Request(ask.method, _url(address), content=content, headers=headers, extensions=_timeout(ask))


def reply_of(response: httpx.Response, ask: Ask) -> Reply:
    """The Reply that a response is; header names in lower case."""
    return Reply(response.status_code, response.headers, response.content, ask)


def failure_of(problem: httpx.HTTPError | httpx.InvalidURL, ask: Ask) -> RomeError:
    """The error for a request that got no answer."""
    # What broke the rules of HTTP may be the token itself, and that belongs in no message.
    said = "" if isinstance(problem, httpx.LocalProtocolError) else str(problem).rstrip(".")
    what = f"{ask.method} {ask.path} got no answer: {said or type(problem).__name__}."
    if not ask.is_safe and not isinstance(problem, BEFORE_SENDING):
        return Unsure(what, client_request_id=ask.request_id)
    return Unreachable(what)


def _timeout(ask: Ask) -> dict[str, Any]:
    return {"timeout": httpx.Timeout(PHASE, read=PHASE + ask.wait).as_dict()} if ask.wait else TIMEOUT


def written(ask: Ask) -> bytes | None:
    """The bytes of a question's body, if it has one."""
    return None if ask.body is None else encoded(ask.body)


def encoded(body: Any) -> bytes:
    """The bytes of a JSON body; BadInput for what JSON cannot say."""
    try:
        return _as_json(body).encode()
    except (TypeError, ValueError, RecursionError) as problem:
        raise BadInput(
            f"The payload cannot be written as JSON: {problem}.",
            field="payload",
            hint="Use text, numbers, true, false, null, lists and objects.",
        ) from None
