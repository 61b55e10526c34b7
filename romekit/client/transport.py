"""One request over httpx: how it is built, what its response is to a flow, and which error stands for a failure."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, Generic, Protocol, TypeVar

import httpx

from romekit import __version__
from romekit.auth.http import HttpxClient, hint_for, http_client
from romekit.client.exchange import Ask, Reply
from romekit.core.endpoints import Cloud
from romekit.core.errors import BadInput, RomeError, Unreachable, Unreadable, Unsure
from romekit.core.model import DEEPEST, check_depth

C = TypeVar("C")
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


class PerProcess(Generic[C]):
    """A client of httpx for the process that uses it, made when that process first asks for it.

    A forked process must not use the connections that it inherits: it would read the answers to its parent's requests.
    It gets a client of its own, and leaves what the parent has opened to the parent. A client of httpx that was given
    cannot be made again, so it is for the process it was given in.
    """

    def __init__(self, make: Callable[[], C], given: C | None = None) -> None:
        self._make = make if given is None else lambda: _same(given)
        self._clients = {os.getpid(): make() if given is None else given}

    def current(self) -> C:
        """The client for this process."""
        process = os.getpid()
        if process not in self._clients:
            self._clients[process] = self._make()
        return self._clients[process]


def _same(given: C) -> C:
    if isinstance(given, httpx.Client | httpx.AsyncClient):
        raise BadInput("This httpx client was made in another process.", hint="Make a client in each process.")
    return given


def graph_client(kind: type[HttpxClient], cloud: Cloud) -> HttpxClient:
    """The httpx client for a cloud. A simulated one is never asked through a proxy of the environment."""
    return http_client(kind, cloud.graph, trust_env=not cloud.simulated)


def request_of(base: str, ask: Ask, new_id: Callable[[], str]) -> httpx.Request:
    """The HTTP request for an Ask; Unreadable when the service pointed to somewhere else.

    Every request carries a `client-request-id` (dossier 7.5).
    """
    address = ask.path if "://" in ask.path else base + ask.path
    if not address.startswith(f"{base}/"):
        raise Unreadable(
            f"The service pointed to {address!r}, which is not below {base}.",
            hint="romekit does not send your token elsewhere.",
        )
    content = None if ask.body is None else encoded(ask.body)
    headers = {
        "Accept": "application/json",
        "User-Agent": AGENT,
        "client-request-id": ask.request_id or new_id(),
        "Authorization": f"Bearer {ask.token}",
    }
    if ask.headers:
        headers |= ask.headers
    if content is not None:
        headers["Content-Type"] = "application/json"
    timeout = {"timeout": httpx.Timeout(PHASE, read=PHASE + ask.wait).as_dict()} if ask.wait else TIMEOUT
    return httpx.Request(ask.method, _url(address), content=content, headers=headers, extensions=timeout)


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
    return Unreachable(what, hint=hint_for(problem))


def encoded(body: Any) -> bytes:
    """The bytes of a JSON body; BadInput for what JSON cannot say."""
    try:
        text = _as_json(body)
        if len(text) > 2 * DEEPEST:  # a shorter text cannot be deeper
            check_depth(text)
        return text.encode()
    except (TypeError, ValueError, RecursionError) as problem:
        why = f"it has more than {DEEPEST} levels" if isinstance(problem, RecursionError) else problem
        raise BadInput(
            f"The payload cannot be written as JSON: {why}.",
            field="payload",
            hint="Use text, numbers, true, false, null, lists and objects.",
        ) from None
