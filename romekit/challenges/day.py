"""One day in a world of its own, and what is known of it when it is over.

That is what went over the wire, what the devices did, what the program said, and what it told its customers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final, NamedTuple

import httpx
from starlette.types import ASGIApp

from romekit.challenges.bounds import REQUESTS, BoundedClock, BoundReached, RunOutcome
from romekit.challenges.scenario import Scenario
from romekit.cloud.engine.events import DeviceDid
from romekit.cloud.http.in_process import InProcessTransport
from romekit.core.clock import Clock, seconds_in
from romekit.core.endpoints import EMBEDDED
from romekit.core.transition import Transition
from romekit.lab.lab import Lab
from romekit.views.truth.requests import status_in

#: The statuses of HTTP after which the same request may be sent again, sooner or later.
TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
#: Seconds for which the sender of an update waits for the answer.
LONGEST_ANSWER: Final = 2.0
#: What a challenge is played without: romekit's own operations (they tell the truth, and clear faults), and batches.
CLOSED: Final = re.compile(r"romekit\.|\$batch")
#: The address of a command, or of its status monitor.
READ: Final = re.compile(r"/(commands|romekit\.operations)/")
#: Seconds that are waited after the program has ended, so that whatever comes late has come.
AFTERWARDS: Final = 300.0
SCOPES: Final = [f"https://graph.microsoft.com/Device.{each}" for each in ("Read", "Command")]


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


class Wire(InProcessTransport):
    """The way into a world, with a tap on it. It sees also requests without a token, which no request log has."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        super().__init__(app)
        self._clock, self.began = clock, clock.now()
        self.closed = CLOSED
        self.exchanges: list[WireExchange] = []

    def begin(self) -> None:
        """Count requests and times from now on."""
        self.began = self._clock.now()
        self.exchanges.clear()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if len(self.exchanges) >= REQUESTS:
            raise BoundReached(f"It made more than {REQUESTS} requests.")
        at, url, headers = self._clock.now(), request.url, request.headers.copy()
        if self.closed.search(url.path.lower()):
            words = "This challenge is played without that address; a plain client does not need it."
            answer = httpx.Response(403, json={"error": {"code": "accessDenied", "message": words}})
        else:
            answer = super().handle_request(request)
        headers.pop("authorization", None)
        body: Any = answer.content
        with suppress(ValueError):
            body = json.loads(body)
        times = round(at - self.began, 3), round(self._clock.now() - self.began, 3)
        path, sent, told = f"{url.path}?{url.query.decode('latin-1')}".rstrip("?"), request.read(), answer.status_code
        exchange = WireExchange(
            len(self.exchanges) + 1, *times, request.method, path, headers, sent, told, answer.headers, body
        )
        self.exchanges.append(exchange)
        return answer


class Day:
    """A world at the beginning of a day. `begin` sets the faults; `evidence` is taken when the program has ended."""

    def __init__(self, scenario: Scenario, *, pace: float = 0.0) -> None:
        self.scenario = scenario
        self.lab = Lab(scenario.seed, pace=pace)
        self.tokens = Tokens(self.lab)
        self.uri = f"https://shop.example/buy?ticket={int(sha256(scenario.seed.encode()).hexdigest()[:6], 16)}"
        self.device = self.id_of(scenario.device)
        self.devices: tuple[str, ...] = (self.device,)  # those that orders go to
        self.arrived: list[Arrival] = []
        self.told: list[Told] = []
        self.is_over = False
        self.clock = BoundedClock(self.lab.clock)
        self.wire = Wire(self.lab.stub.app, self.lab.clock)

    def begin(self) -> None:
        """Let the faults of the scenario strike from now on; the times of the evidence count from now."""
        for fault in self.scenario.faults:
            self.lab.stub.graph.set_fault(self.lab.person.upn, fault)
        self.wire.begin()

    def id_of(self, name: str) -> str:
        return next(each.id for each in self.lab.context.space().listed() if each.name == name)

    def since(self) -> float:
        return round(self.lab.clock.now() - self.wire.began, 3)

    def send(self, device: str, collection: str = "commands", **more: str) -> httpx.Response:
        """Send the order of the day, as somebody else than the program that is played."""
        body = {"type": "LaunchUri", "payload": {"uri": self.uri}, **more}
        headers = {"Authorization": f"Bearer {self.tokens.token()}"}
        with self.lab.http() as http:
            return http.post(f"/me/devices/{device}/{collection}", json=body, headers=headers)

    def http(self) -> httpx.Client:
        """A client into this world, seen by its wire."""
        return httpx.Client(transport=self.wire, base_url=EMBEDDED.graph, trust_env=False)

    def evidence(self, outcome: RunOutcome) -> Evidence:
        """What is known of the day, some time after the program has ended."""
        began, finished_at, self.is_over = self.wire.began, self.since(), True
        self.lab.clock.advance(AFTERWARDS)
        events = self.lab.stub.spaces.events(self.lab.person.upn)
        did = [each for each in events if isinstance(each, DeviceDid) and each.device == self.device]
        history = [each for each in self.lab.history() if each.device in self.devices]
        return Evidence(
            outcome,
            tuple(self.wire.exchanges),
            tuple(f"{each.deed!r} at {each.at - began:g} s" for each in did if self.uri in each.deed),
            tuple(replace(each, at=round(each.at - began, 3)) for each in history if self.uri in each.order),
            finished_at,
            tuple(self.tokens.given),
            tuple(self.arrived),
            tuple(self.told),
        )


class Tokens:
    """Access tokens of the lab's person, got with MSAL; `given` are all that were handed out."""

    def __init__(self, lab: Lab) -> None:
        self.given: list[str] = []
        self._app = lab.msal_app()
        flow = self._app.initiate_device_flow(SCOPES)
        lab.approve(flow["user_code"])
        self._keep(self._app.acquire_token_by_device_flow(flow))

    def token(self, refused: str = "") -> str:
        """The access token to use now; a new one when the present one was refused."""
        if refused == self.given[-1]:
            self._keep(self._app.acquire_token_by_refresh_token(self.refresh_token, SCOPES))
        return self.given[-1]

    def _keep(self, answer: dict[str, str]) -> None:
        self.given.append(answer["access_token"])
        self.refresh_token = answer["refresh_token"]
