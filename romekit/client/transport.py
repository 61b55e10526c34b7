"""One request over httpx: how it is built, what its response is to a flow, and which error stands for a failure."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Protocol

import httpx

from romekit import __version__
from romekit.auth.http import hint_for
from romekit.client.exchange import Ask, Reply
from romekit.core.errors import BadInput, RomeError, Unreachable, Unreadable, Unsure
from romekit.core.model import DEEPEST, check_depth

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

#: Parsing an address is half the cost of a request, and a command that is followed has the same one again and again.
_url: Final = lru_cache(maxsize=256)(httpx.URL)
_as_json: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Sender(Protocol):
    """Whatever sends a request and brings the response: an httpx.Client, or the in-process transport."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """The response to a request."""

    def close(self) -> None:
        """Close the connections."""


def request_of(base: str, ask: Ask, new_id: Callable[[], str]) -> httpx.Request:
    """The HTTP request for an Ask; Unreadable when the service pointed to somewhere else.

    Every request carries a `client-request-id` (dossier 7.5).
    """
    address = ask.path if "://" in ask.path else base + ask.path
    if not address.startswith(f"{base}/"):
        what = f"The service pointed to {address!r}, which is not below {base}."
        raise Unreadable(what, hint="romekit does not send your token elsewhere.")
    content = None if ask.body is None else encoded(ask.body)
    headers = {
        "Accept": "application/json",
        "User-Agent": AGENT,
        "client-request-id": ask.request_id or new_id(),
        "Authorization": f"Bearer {ask.token}",
        **ask.headers,
        **({} if content is None else {"Content-Type": "application/json"}),
    }
    timeout = {"timeout": httpx.Timeout(PHASE, read=PHASE + ask.wait).as_dict()} if ask.wait else TIMEOUT
    return httpx.Request(ask.method, _url(address), content=content, headers=headers, extensions=timeout)


def reply_of(response: httpx.Response, ask: Ask) -> Reply:
    return Reply(response.status_code, response.headers, response.content, ask)


def failure_of(problem: httpx.HTTPError | httpx.InvalidURL, ask: Ask) -> RomeError:
    # What broke the rules of HTTP may be the token itself, and that belongs in no message.
    said = "" if isinstance(problem, httpx.LocalProtocolError) else str(problem).rstrip(".")
    what = f"{ask.method} {ask.path} got no answer: {said or type(problem).__name__}."
    if not ask.is_safe and not isinstance(problem, BEFORE_SENDING):
        return Unsure(what, client_request_id=ask.request_id)
    return Unreachable(what, hint=hint_for(problem))


def encoded(body: Any) -> bytes:
    try:
        text = _as_json(body)
        if len(text) > 2 * DEEPEST:  # a shorter text cannot be deeper
            check_depth(text)
        return text.encode()
    except (TypeError, ValueError, RecursionError) as problem:
        why = f"it has more than {DEEPEST} levels" if isinstance(problem, RecursionError) else problem
        hint = "Use text, numbers, true, false, null, lists and objects."
        raise BadInput(f"The payload cannot be written as JSON: {why}.", field="payload", hint=hint) from None
