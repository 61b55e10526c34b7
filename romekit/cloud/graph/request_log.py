"""The last requests and responses of each account, in memory: "see the truth" shows them and exercise checks read them.

They are not events: a GET must cost no write, and an entry costs two references. What is shown has no token in it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from romekit.cloud.graph.messages import PADDING, SECRET, GraphRequest, GraphResponse, encoded, headers_of

KEPT: Final = 1000
#: About how many bytes are kept for an account, even if these are only a few exchanges.
MOST_BYTES: Final = 8_000_000
#: About how many bytes a row of a list takes.
ROW: Final = 300
_in_json: Final = json.JSONEncoder(ensure_ascii=False).encode
#: A request of a batch has headers of its own.
_TOKEN_IN_BATCH: Final = re.compile(rb'("authorization"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)


class Exchange(NamedTuple):
    """One request and its response, as they went over the wire, except the token."""

    request: GraphRequest
    response: GraphResponse

    @property
    def at(self) -> float:
        return self.request.at

    @property
    def answered_at(self) -> float:
        """When the response had arrived: later than `at` if it was kept back."""
        return round(self.request.at + self.response.delay, 6)

    @property
    def request_id(self) -> str:
        return self.request.request_id

    @property
    def method(self) -> str:
        return self.request.method

    @property
    def path(self) -> str:
        return self.request.path

    @property
    def request_headers(self) -> dict[str, str]:
        headers = self.request.headers.items()
        return {name: "Bearer (taken out)" if name == "authorization" else value for name, value in headers}

    @property
    def request_body(self) -> bytes:
        body = self.request.body if self.request.part is None else _in_json(self.request.part).encode()
        return _TOKEN_IN_BATCH.sub(rb'\1"(taken out)"', body)

    @property
    def status(self) -> int:
        return self.response.status

    @property
    def headers(self) -> dict[str, str]:
        whole = headers_of(self.response, self.request)
        return whole | {SECRET: "(taken out)"} if SECRET in whole else whole

    @property
    def body(self) -> Any:
        body = self.response.body
        if isinstance(body, dict) and PADDING in str(body):
            body = json.loads(encoded(self.response))
        return _without_secret(body)

    def __repr__(self) -> str:
        return f"<{self.method} {self.path}: {self.status}>"


def _size(exchange: Exchange) -> int:
    """About how many bytes it takes: request bodies can be anything, and lists can be long."""
    request = exchange.request
    sent = request.body if request.part is None else _in_json(request.part)
    return size_of(exchange.response.body) + len(sent)


def size_of(body: Any) -> int:
    """About how many bytes the body of a response has, without encoding it and without padding."""
    rows = body.get("value") if isinstance(body, dict) else None
    return ROW * len(rows) if isinstance(rows, list) else 0


def _without_secret(body: Any) -> Any:
    """The body; that of a batch has the headers of other answers in it."""
    if not isinstance(body, dict) or "responses" not in body or SECRET not in str(body):
        return body
    parts = [
        {**each, "headers": {name: value for name, value in each["headers"].items() if name != SECRET}}
        for each in body["responses"]
    ]
    return {**body, "responses": parts}


class RequestLog:
    """A bounded list of exchanges per account."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._rings: defaultdict[str, deque[Exchange]] = defaultdict(deque)
        self._sizes: Counter[str] = Counter()
        self._watchers: list[Callable[[], object]] = []

    def keep(self, account: str, exchange: Exchange) -> None:
        ring = self._rings[account]
        ring.append(exchange)
        size = self._sizes[account] + _size(exchange)
        while len(ring) > self._kept or (size > MOST_BYTES and len(ring) > 1):
            size -= _size(ring.popleft())
        self._sizes[account] = size
        for notify in list(self._watchers):
            notify()

    def watch(self, notify: Callable[[], object]) -> Callable[[], None]:
        self._watchers.append(notify)
        return lambda: self._watchers.remove(notify)

    def drop(self, account: str, request: GraphRequest) -> None:
        ring = self._rings.get(account, deque())
        found = next((exchange for exchange in reversed(ring) if exchange.request is request), None)
        if found is not None:
            ring.remove(found)
            self._sizes[account] -= _size(found)

    def of(self, account: str) -> list[Exchange]:
        return list(self._rings.get(account, ()))
