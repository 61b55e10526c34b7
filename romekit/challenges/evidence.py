"""What is known of one day when it is over: what went over the wire, what the devices did, what the program said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import httpx
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from romekit.challenges.bounds import REQUESTS, BoundReached, RunOutcome
from romekit.core.clock import Clock, seconds_in
from romekit.core.transition import Transition
from romekit.views.truth.requests import status_in

#: The statuses of HTTP after which the same request may be sent again, sooner or later.
TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
#: Seconds for which the sender of an update waits for the answer.
LONGEST_ANSWER: Final = 2.0
#: What a challenge is played without: romekit's own operations (they tell the truth, and clear faults), and batches.
CLOSED: Final = re.compile(r"romekit\.|\$batch")
#: The address of a command, or of its status monitor.
READ: Final = re.compile(r"/(commands|romekit\.operations)/")


@dataclass(frozen=True, slots=True)
class WireExchange:
    """One request and its answer. Times are seconds since the day began; `body` is JSON, or bytes that are none."""

    number: int
    at: float
    answered_at: float
    method: str
    path: str
    request_headers: Mapping[str, str] = field(repr=False)
    request_body: bytes = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)

    def __str__(self) -> str:
        return f"Request {self.number} ({self.method}, answered {self.status} at {self.answered_at:g} s)"

    @property
    def resource(self) -> str:
        """The path without the query."""
        return self.path.partition("?")[0]

    @property
    def asks_again_at(self) -> float | None:
        """When its `Retry-After` lets the client ask again; None without one."""
        seconds = seconds_in(self.headers.get("retry-after", ""), 0.0)
        return None if seconds is None else self.answered_at + seconds

    @property
    def command_status(self) -> str:
        """The status of a command that the answer tells; empty when it tells none."""
        return status_in(self.body) if self.status in (200, 201) and isinstance(self.body, dict) else ""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update that was posted to the program: of which command, what it says, its flaw, and how it was answered."""

    at: float
    command: str
    status: str
    flaw: str
    answer: int
    answered_at: float
    problem: str

    def __str__(self) -> str:
        return f"update ({self.status}, at {self.at:g} s) was answered {self.answer}"


class Told(NamedTuple):
    """What the program told a customer about an order, and when."""

    at: float
    command: str
    status: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One day, from its first second to its end. Everything a mark looks at is in here, so that a mark is a function.

    `deeds` (what the device did, in words) and `history` are the true story of the order. It returned `finished_at`.
    """

    outcome: RunOutcome
    exchanges: tuple[WireExchange, ...]
    deeds: tuple[str, ...]
    history: tuple[Transition, ...]
    finished_at: float
    secrets: tuple[str, ...] = field(default=(), repr=False)
    arrived: tuple[Arrival, ...] = ()
    told: tuple[Told, ...] = ()

    @property
    def sent(self) -> list[WireExchange]:
        """The requests that send the order."""
        return [each for each in self.exchanges if each.method == "POST" and each.path.endswith("/commands")]

    @property
    def reads(self) -> list[WireExchange]:
        """The requests that read a status."""
        return [each for each in self.exchanges if each.method == "GET" and READ.search(each.path)]

    def redacted(self, text: str) -> str:
        """A text without the tokens of the day: what is shown is saved with a notebook."""
        return re.sub("|".join(map(re.escape, self.secrets)) or "$^", "(the token)", text)

    def followed_by(self) -> Iterator[tuple[WireExchange, WireExchange]]:
        """Each request and the next one of the same method."""
        latest: dict[str, WireExchange] = {}
        for each in self.exchanges:
            if each.method in latest:
                yield latest[each.method], each
            latest[each.method] = each


class Wire:
    """An ASGI application with a tap on it. It also sees requests without a token, which the request log leaves out."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app, self._clock = app, clock
        self.began = clock.now()
        self.closed = CLOSED
        self.exchanges: list[WireExchange] = []

    def begin(self) -> None:
        """Count requests and times from now on."""
        self.began = self._clock.now()
        self.exchanges.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(self.exchanges) >= REQUESTS:
            raise BoundReached(f"It made more than {REQUESTS} requests.")
        at, body, sent = self._clock.now(), bytearray(), list[Message]()

        async def received() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def sending(message: Message) -> None:
            sent.append(message)
            await send(message)

        is_closed = self.closed.search(scope["path"].lower())
        await (_closed if is_closed else self._app)(scope, received, sending)
        if sent:
            self.exchanges.append(self._exchange(scope, at, bytes(body), sent))

    def _exchange(self, scope: Scope, at: float, body: bytes, sent: list[Message]) -> WireExchange:
        asked, said = httpx.Headers(scope["headers"]), b"".join(message.get("body", b"") for message in sent[1:])
        asked.pop("authorization", None)
        answer: Any = said
        with suppress(ValueError):
            answer = json.loads(said)
        times = round(at - self.began, 3), round(self._clock.now() - self.began, 3)
        path = f"{scope['path']}?{scope['query_string'].decode('latin-1')}".rstrip("?")
        told = sent[0]["status"], httpx.Headers(sent[0]["headers"]), answer
        return WireExchange(len(self.exchanges) + 1, *times, scope["method"], path, asked, body, *told)


async def _closed(scope: Scope, receive: Receive, send: Send) -> None:
    words = "This challenge is played without that address; a plain client does not need it."
    await JSONResponse({"error": {"code": "accessDenied", "message": words}}, 403)(scope, receive, send)
